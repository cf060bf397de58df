"""Export a patient's record, on behalf of the clinic."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts import access_log
from accounts.models import Access, User
from walking.care.record.export_record import as_zip, record_of
from walking.fhir.bundle import as_bytes, bundle
from walking.models import Plan

UNUSABLE_INPUT = 2


class Command(BaseCommand):
    help = (
        "Write everything stored about one patient into a zip file, which import_my_data imports. With --full, also "
        "what staff wrote for each other: read it before you give it to anyone. "
        "Exit status: 0 done, 2 unusable input."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        whose = parser.add_mutually_exclusive_group(required=True)
        whose.add_argument("--patient", metavar="EMAIL", help="the patient's address")
        whose.add_argument(
            "--plan",
            type=int,
            metavar="N",
            help="or one of their plans, by the number in its address",
        )
        parser.add_argument(
            "--by",
            required=True,
            metavar="EMAIL",
            help="the member of the clinic's staff who asked for it, for the access log",
        )
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--full", action="store_true", help="include staff's private notes")
        what.add_argument(
            "--fhir",
            action="store_true",
            help="as a FHIR R4 Bundle (JSON) instead, for other programs: see docs/fhir.md",
        )
        parser.add_argument("--out", required=True, metavar="FILE", help="a new file")

    def handle(
        self,
        *args: Any,
        patient: str | None,
        plan: int | None,
        by: str,
        full: bool,
        fhir: bool,
        out: str,
        **options: Any,
    ) -> None:
        at = timezone.now()
        staff = User.objects.filter(email__iexact=by, is_staff=True, is_active=True).first()
        if staff is None:
            raise CommandError(
                f"--by: no member of staff has the address {by!r}.", returncode=UNUSABLE_INPUT
            )
        people = User.objects.visible_to(staff).patients()
        whose = (
            people.filter(email__iexact=patient).exclude(email="")
            if patient is not None
            else people.filter(plans__in=Plan.objects.filter(pk=plan or 0))
        ).first()
        if whose is None:
            raise CommandError(
                f"{by} has no such patient. Give --patient the address that they sign in with, or --plan the number "
                "in the address of their page.",
                returncode=UNUSABLE_INPUT,
            )
        record = (
            as_bytes(bundle(whose, at)) if fhir else as_zip(record_of(whose, at=at, private=full))
        )
        try:
            # Before the file exists, so that there is never a file without an entry in the trail.
            access_log.record(
                by=staff,
                patient=whose,
                action=Access.Action.EXPORTED,
                what="fhir" if fhir else "whole_record",
                at=at,
            )
            with Path(out).open("xb") as file:
                Path(out).chmod(0o600)
                file.write(record)
        except OSError as error:
            raise CommandError(
                f"--out {out}: {error.strerror}.", returncode=UNUSABLE_INPUT
            ) from error
        self.stdout.write(f"{out}: the record of {whose.name}.")
