"""Erase a patient, or erase people again whom a restored backup has brought back."""

from __future__ import annotations

import json
import sys
import uuid
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from walking.care.record.erase import erase_again
from walking.models import Erasure

UNUSABLE_INPUT = 2


class Command(BaseCommand):
    help = (
        "Backups can contain people erased later. --list prints a line for each erasure, without names: store it with"
        " the backups. After a restore, --again FILE erases everyone on that list who is back; without FILE, those on"
        " the database's own list. Exit status: 0 done, 1 failed, 2 unusable input."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--list", action="store_true", help="print the erasures, one per line")
        what.add_argument(
            "--again",
            metavar="FILE",
            nargs="?",
            const="",
            help="the output of --list; - reads stdin",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["list"]:
            for one in Erasure.objects.order_by("at", "pk"):
                self.stdout.write(told(one))
            return
        file = options["again"]
        tombstones = list(Erasure.objects.all()) if not file else _read(file)
        erased = erase_again(tombstones, at=timezone.now())
        self.stdout.write(json.dumps({"erased": erased}))


def told(one: Erasure) -> str:
    """Return a line of the list, which ``--again`` reads."""
    return json.dumps({"id": str(one.pk), "mark": one.mark, "at": one.at.isoformat()})


def _read(file: str) -> list[Erasure]:
    try:
        text = sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8")
    except OSError as error:
        raise CommandError(f"{file}: {error.strerror}", returncode=UNUSABLE_INPUT) from error
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        try:
            told = json.loads(line)
            found.append(Erasure(id=uuid.UUID(told["id"]), mark=str(told["mark"])))
        except (ValueError, KeyError, TypeError) as error:
            raise CommandError(
                f"{file}, line {number}: not a line of erase --list.", returncode=UNUSABLE_INPUT
            ) from error
    return found
