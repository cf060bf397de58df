"""Inviting many patients at once, from a file; tried out first by the same steps, and then taken back."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from walking.care.enrol import invite
from walking.care.patient_file import Candidate, Problem, read
from walking.care.refusal import Refused
from walking.models import Invitation, ProgrammeVersion
from walking.programme.settings import Programme


@dataclass(frozen=True, slots=True)
class Imported:
    """``good``: who is invited, or would be; ``problems`` in the order of the file; ``invitations`` that were made."""

    good: tuple[Candidate, ...]
    problems: tuple[Problem, ...]
    invitations: tuple[Invitation, ...]


def import_patients(
    content: bytes, *, by: User, at: dt.datetime, dry_run: bool = False, leave_out_bad: bool = False
) -> Imported:
    """Invite whom a file names, all in one transaction; nobody at all if a row is wrong, unless ``leave_out_bad``.

    A file that was imported before invites nobody again: each address has its invitation. Raises ``Refused`` for what
    is no file of patients.
    """
    if not by.is_staff or by.clinic is None:
        raise Refused(_("Only staff of a clinic can invite patients."))
    version = ProgrammeVersion.objects.current(by.clinic)
    found = read(content, version.programme if version else Programme())
    good, problems, invitations = [], list(found.problems), []
    with transaction.atomic():
        for each in found.candidates:
            try:
                invitations.append(
                    invite(
                        by=by,
                        email=each.email,
                        name=each.name,
                        programme=each.programme,
                        screened=each.screened,
                        programme_version=version,
                        message=each.message,
                        at=at,
                    )
                )
                good.append(each)
            except Refused as refused:
                problems.append(Problem(each.line, refused.field or "", str(refused)))
        if dry_run or (problems and not leave_out_bad):
            transaction.set_rollback(True)
            invitations = []
    problems.sort(key=lambda problem: problem.line)
    return Imported(tuple(good), tuple(problems), tuple(invitations))
