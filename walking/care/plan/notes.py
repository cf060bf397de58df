"""Private notes of the staff: write, correct, withdraw. The patient never sees them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from walking.care.permission import lock_for_staff
from walking.care.record.audit import changed
from walking.care.refusal import Refused
from walking.models import Note, Plan

LONGEST = 5000


@dataclass(frozen=True, slots=True)
class Standing:
    """A note as it is now, and its earlier texts, oldest first."""

    note: Note
    earlier: list[Note]


def write(plan: Plan, *, words: str, by: User, at: dt.datetime) -> Note:
    """Save a new note about a patient. Raises ``Refused``."""
    words = _checked(words)
    with transaction.atomic():
        plan = lock_for_staff(plan.pk, by)
        last = plan.notes.order_by("-number").values_list("number", flat=True).first()
        return _keep(plan, (last or 0) + 1, 1, "note", words=words, by=by, at=at)


def correct(note: Note, *, words: str, by: User, at: dt.datetime) -> Note:
    """Save a new text of a note. The old one can still be read below it. Raises ``Refused``."""
    words = _checked(words)
    with transaction.atomic():
        plan = _still_there(note, by)
        revision = note.revision + 1
        return _keep(plan, note.number, revision, "note", words=words, by=by, at=at)


def withdraw(note: Note, *, reason: str, by: User, at: dt.datetime) -> Note:
    """Withdraw a note, with the reason. Raises ``Refused``."""
    if not reason.strip():
        raise Refused(_("Say why, so that your colleagues can follow."), "reason")
    with transaction.atomic():
        plan = _still_there(note, by)
        return _keep(
            plan, note.number, note.revision + 1, "note_withdrawn",
            withdrawn=reason.strip(), by=by, at=at,
        )  # fmt: skip


def with_who() -> QuerySet[Note]:
    """Return the notes with their authors."""
    return Note.objects.select_related("by")


def standing(plan: Plan) -> list[Standing]:
    """Return the current notes, newest first. One query, or none if ``plan`` was loaded with its notes
    (``with_who``)."""
    revisions: dict[int, list[Note]] = {}
    read = "notes" in getattr(plan, "_prefetched_objects_cache", {})
    rows = plan.notes.all() if read else with_who().filter(plan=plan)
    for note in sorted(rows, key=lambda note: (note.number, note.revision)):
        revisions.setdefault(note.number, []).append(note)
    found = [Standing(note, earlier) for *earlier, note in revisions.values() if note.words]
    return sorted(found, key=lambda each: (each.note.at, each.note.number), reverse=True)


def _checked(words: str) -> str:
    words = words.strip()
    if not words:
        raise Refused(_("Write something, or go back."), "words")
    if len(words) > LONGEST:
        raise Refused(_("A note holds 5,000 letters. Make two of it."), "words")
    return words


def _still_there(note: Note, by: User) -> Plan:
    """Lock and return the note's plan. Raises ``Refused`` if ``note`` is not its latest revision."""
    plan = lock_for_staff(note.plan_id, by)
    latest = plan.notes.filter(number=note.number).order_by("-revision").first()
    if latest is None or latest.revision != note.revision or not latest.words:
        raise Refused(
            _(
                "This note changed while you were looking at it. Read it again, then change it if it still needs it."
            )
        )
    return plan


def _keep(
    plan: Plan, number: int, revision: int, what: str, *, words: str = "", withdrawn: str = "",
    by: User, at: dt.datetime,
) -> Note:  # fmt: skip
    note = Note(
        plan=plan, number=number, revision=revision, words=words, withdrawn=withdrawn, by=by, at=at
    )
    note.save()
    # The reason is for colleagues, so it stays with the note.
    changed(plan.patient, by=by, what=what, at=at)
    return note
