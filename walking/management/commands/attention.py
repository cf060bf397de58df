"""Check or rebuild what the caseload keeps beside each plan."""

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
        "Compare what the caseload keeps of each plan with what the plan's facts say; exits with 1 if any differs. "
        "With --rebuild, write it anew. Run it after loading records by other ways than the app."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--rebuild", action="store_true", help="write what differs")

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
