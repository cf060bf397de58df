"""Write the research export."""

from __future__ import annotations

import logging
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from operations.stopping import stops_tidily
from walking.research.export import CannotWrite, export_to
from walking.research.people import clinics_named
from walking.research.writing import FORMATS

UNUSABLE_INPUT = 2

log = logging.getLogger(__name__)


class Command(BaseCommand):
    # They would load every page of the app: twenty megabytes that an export does not need.
    requires_system_checks: list[str] = []
    help = (
        "Write what patients agreed to share for research into a folder: tables without names and dates, a data "
        "dictionary, how many were left out and why. The folder appears complete or not at all. "
        "Exit status: 0 done, 1 failed, 2 unusable input."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--out", required=True, metavar="DIR", help="a folder that is empty or does not exist"
        )
        parser.add_argument(
            "--format", choices=FORMATS, default="csv", help="format of the tables (default: csv)"
        )
        parser.add_argument(
            "--clinic", metavar="NAME", help="only patients of this clinic (default: all clinics)"
        )

    def handle(self, *args: Any, out: str, format: str, clinic: str | None, **options: Any) -> None:
        clinics = None
        if clinic is not None and not (clinics := clinics_named(clinic)):
            raise CommandError(
                f"--clinic: there is no clinic named {clinic!r}.", returncode=UNUSABLE_INPUT
            )
        if format not in FORMATS:
            raise CommandError(
                f"--format: choose one of {', '.join(FORMATS)}.", returncode=UNUSABLE_INPUT
            )
        try:
            with stops_tidily():
                done = export_to(
                    Path(out), kind=format, clinics=clinics, at=timezone.now(), progress=self._tell
                )
        except CannotWrite as error:
            raise CommandError(f"--out: {error}", returncode=UNUSABLE_INPUT) from error
        except OSError as error:
            raise CommandError(
                f"--out {out}: {error.strerror}. Nothing was kept.", returncode=1
            ) from error
        log.info("A research export was written")
        self.stdout.write(
            f"{out}: {done.flow['exported']} of {done.flow['joined']} people, "
            f"{sum(done.rows.values())} rows."
        )

    def _tell(self, done: int) -> None:
        if done % 50_000 == 0:
            self.stderr.write(f"{done} people")
