"""Check or rebuild the caseload's stored needs."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from walking.models import Attention, Plan
from walking.models.standing import computed, differs, refresh

BATCH = 1000


class Command(BaseCommand):
    help = (
        "Compare the stored needs of each plan (the caseload) with the plan's facts; exits with 1 if any differs. "
        "With --rebuild, write them again. Run it after loading records outside the app."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--rebuild", action="store_true", help="write the rows that differ")

    def handle(self, *args: Any, **options: Any) -> None:
        at, wrong, last = timezone.now(), 0, 0
        while ids := list(
            Plan.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:BATCH]
        ):
            last = ids[-1]
            with transaction.atomic():
                if options["rebuild"]:
                    wrong += refresh(ids, at)
                    continue
                kept = {row.pk: row for row in Attention.objects.filter(pk__in=ids)}
                wrong += sum(
                    row.pk not in kept or differs(row, kept[row.pk]) for row in computed(ids, at)
                )
        if options["rebuild"]:
            self.stdout.write(f"{wrong} rebuilt")
        elif wrong:
            raise CommandError(f"{wrong} plans differ: run manage.py attention --rebuild")
        else:
            self.stdout.write("All plans agree.")
