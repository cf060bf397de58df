"""Inviting many patients at once from a file. The preview takes the same steps and rolls them back."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from walking.care.enrolment.enrol import invite
from walking.care.enrolment.patient_file import Candidate, Problem, read
from walking.care.refusal import Refused
from walking.models import Invitation, ProgrammeVersion
from walking.programme.settings import Programme


@dataclass(frozen=True, slots=True)
class Imported:
    """``good``: the rows that were or would be invited. ``problems`` are in the order of the file."""

    good: tuple[Candidate, ...]
    problems: tuple[Problem, ...]
    invitations: tuple[Invitation, ...]


def import_patients(
    content: bytes, *, by: User, at: dt.datetime, dry_run: bool = False, leave_out_bad: bool = False
) -> Imported:
    """Invite everyone in a file, in one transaction. With a bad row it invites nobody, unless ``leave_out_bad``.

    Importing the same file again invites nobody twice. Raises ``Refused`` if it is not a file of patients.
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
