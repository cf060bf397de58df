"""Importing walks from a patient's file: the walks are read, shown, and recorded only if the patient ticks them.

The same days are open as for a walk recorded by hand. A walk in the file matches one in the diary if both are on the
same day and (a) both have a time and overlap, or (b) one has no time and their minutes differ by at most ``NEARLY`` or
a tenth. By (b), each diary walk matches only one walk in the file.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from walking.care.diary.walks import open_days
from walking.care.record.audit import changed
from walking.care.refusal import Refused
from walking.care.weeks.reviews import catch_up
from walking.imports.found import FoundWalk, Unreadable
from walking.models import BroughtFile, Plan, Walk
from walking.programme import weeks
from walking.programme.settings import WALK_MINUTES

#: How long uploaded walks are stored before the patient confirms them.
KEPT: Final = dt.timedelta(hours=1)
#: Most walks shown from one file. Nobody has more in two weeks.
MOST: Final = 200
NEARLY: Final = 2
_NAMES: Final = uuid.UUID("6d0d5a1c-6c1f-4d65-9d2d-0c9f7a5f1f5e")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A walk in the file, on its local day. ``name`` is the same each time the walk is read and becomes
    ``client_id``."""

    name: uuid.UUID
    day: dt.date
    minutes: int
    source: str
    start: dt.datetime | None = None
    steps: int | None = None
    estimated: bool = False
    #: ``new``; ``like``: the diary seems to have it; ``here``: imported before; ``length``: its minutes are out of
    #: range.
    state: str = "new"

    @property
    def end(self) -> dt.datetime | None:
        return self.start and self.start + dt.timedelta(minutes=self.minutes)


@dataclass(slots=True)
class Span:
    """How many walks were left out for one reason, and the first and last day."""

    count: int
    first: dt.date
    last: dt.date


@dataclass(slots=True)
class Brought:
    """What the patient sees. ``beyond`` by reason: ``before`` (the plan), ``closed`` and ``ahead``."""

    candidates: list[Candidate] = field(default_factory=list)
    beyond: dict[str, Span] = field(default_factory=dict)
    table: str = ""


def keep(plan: Plan, walks: Iterable[FoundWalk], at: dt.datetime) -> None:
    """Store the walks that can be shown for an hour, replacing an earlier file. Raises ``Refused`` and stores nothing
    if there are none or if the file cannot be read to its end."""
    plan = catch_up(plan, at)
    zone, days, today = (
        plan.patient.zone,
        set(open_days(plan, at)),
        weeks.local_day(at, plan.patient.zone),
    )
    found: dict[uuid.UUID, Candidate] = {}
    beyond: dict[str, Span] = {}
    seen: dict[tuple[dt.date, int], int] = {}
    try:
        for walk in walks:
            each = placed(walk, zone, seen, days)
            if each.day in days:
                found[each.name] = each
                if len(found) > MOST:
                    raise Unreadable("too_many")
            else:
                _count(beyond, _why_not(plan, each.day, today), each.day)
    except Unreadable as refusal:
        raise Refused(sentence(refusal.code), "file") from refusal
    if not found and not beyond:
        raise Refused(sentence("none"), "file")
    _keep(plan, at, found=[_row(each) for each in found.values()], beyond=_rows(beyond))


def keep_table(plan: Plan, text: str, at: dt.datetime) -> None:
    """Store a table until the patient has said which column is which."""
    _keep(plan, at, table=text)


def look(plan: Plan, at: dt.datetime) -> Brought | None:
    """Compare the stored walks with the diary as it is now. Returns None if nothing is stored."""
    kept = BroughtFile.objects.filter(plan=plan, expires_at__gt=at).first()
    if kept is None:
        return None
    found = [_candidate(row) for row in kept.found]
    days = {each.day for each in found}
    diary = list(plan.walks.filter(day__in=days)) if days else []
    beyond = {
        why: Span(count, dt.date.fromisoformat(first), dt.date.fromisoformat(last))
        for why, (count, first, last) in kept.beyond.items()
    }
    return Brought(compared(found, diary), beyond, kept.table)


def take(plan: Plan, names: Iterable[uuid.UUID], *, by: User, at: dt.datetime) -> int:
    """Record the walks with these names and delete the rest of the upload. Returns how many are new in the diary.

    Compares with the diary again under the plan's lock, so that no walk is imported twice or on a day that has closed
    since. Raises ``Refused`` if the upload is no longer stored.
    """
    wanted = set(names)
    with transaction.atomic():
        plan = catch_up(Plan.objects.locked(plan.pk), at)
        brought = look(plan, at)
        if brought is None:
            raise Refused(_("This took a while, so we let the file go. Please choose it again."))
        days = set(open_days(plan, at))
        taken = [
            each
            for each in brought.candidates
            if each.name in wanted and each.state in {"new", "like"} and each.day in days
        ]
        enter(plan, taken, by=by, at=at)
        BroughtFile.objects.filter(plan=plan).delete()
    return len(taken)


def enter(plan: Plan, taken: Sequence[Candidate], *, by: User, at: dt.datetime) -> None:
    """Save these walks in the diary. The caller has locked and checked the plan."""
    if taken:
        changed(plan.patient, by=by, what="walk", at=at)
        Walk.objects.bulk_create(
            Walk(
                plan=plan,
                day=each.day,
                minutes=each.minutes,
                client_id=each.name,
                entered_by=by,
                entered_at=at,
                source=each.source,
                started_at=each.start,
                steps=each.steps,
                estimated=each.estimated,
            )
            for each in taken
        )


def let_go(plan: Plan) -> None:
    """Delete the upload."""
    BroughtFile.objects.filter(plan=plan).delete()


def forget_brought(at: dt.datetime) -> int:
    """Scheduled job: delete uploads that the patient never confirmed."""
    return BroughtFile.objects.filter(expires_at__lte=at).delete()[0]


def sentence(code: str) -> str:
    """Return why a file is refused, and what to do."""
    return {
        "empty": _("This file is empty. Please make it again on your phone or watch."),
        "unknown": _(
            "We cannot read this kind of file. Choose an export of Apple Health, Health Connect or Google Fit, "
            "a GPX, TCX or FIT file, or a table (CSV)."
        ),
        "cut_off": _(
            "This file seems to be damaged or cut short. Please make it again, and choose it again."
        ),
        "unsafe": _(
            "This file holds instructions that a file of walks never needs, so we did not open it."
        ),
        "bomb": _("This file would grow far too large when unpacked, so we did not open it."),
        "too_big": _(
            "This file is too large. For Apple Health, choose the zip file as it is, without unpacking it."
        ),
        "parts": _(
            "This file has far more parts than a file of walks needs, so we did not read it. "
            "Export it again, or add your walks by hand."
        ),
        "packed": _(
            "This zip file is packed in a way that we cannot read. Make a zip file in the usual way, "
            "or choose the files in it one by one."
        ),
        "failed": _(
            "We could not read this file, and we have recorded the problem so that we can fix it. "
            "Try another kind of export, or add your walks by hand."
        ),
        "too_many": _(
            "This file has more walks than anybody takes in two weeks. Please choose another file."
        ),
        "locked": _("This zip file has a password. Please make one without."),
        "nested": _("There is a zip file inside this one. Please unpack the outer one first."),
        "many": _("This file has several activities in it. Please bring them one by one."),
        "no_times": _("This file does not say when the walk was. Please add it by hand."),
        "none": _(
            "We found no walks in this file. Steps alone do not tell when you went for a walk: "
            "please add such walks by hand."
        ),
    }[code]


# What is kept ------------------------------------------------------------------------------------


def _keep(plan: Plan, at: dt.datetime, **what: Any) -> None:
    values = {"found": [], "beyond": {}, "table": "", "at": at, "expires_at": at + KEPT}
    BroughtFile.objects.update_or_create(plan=plan, defaults=values | what)


def _row(each: Candidate) -> list[Any]:
    start = each.start and each.start.isoformat()
    day = each.day.isoformat()
    return [str(each.name), day, each.minutes, each.source, start, each.steps, each.estimated]


def _candidate(row: Sequence[Any]) -> Candidate:
    name, day, minutes, source, start, steps, estimated = row
    return Candidate(
        uuid.UUID(name),
        dt.date.fromisoformat(day),
        minutes,
        source,
        dt.datetime.fromisoformat(start) if start else None,
        steps,
        estimated,
    )


def _rows(beyond: dict[str, Span]) -> dict[str, list[Any]]:
    return {
        why: [span.count, span.first.isoformat(), span.last.isoformat()]
        for why, span in beyond.items()
    }


# Where a walk belongs ----------------------------------------------------------------------------


def placed(
    walk: FoundWalk, zone: ZoneInfo, seen: dict[tuple[dt.date, int], int], days: set[dt.date]
) -> Candidate:
    """Return the walk on the local day on which it began. Without a time zone in the file, uses the patient's."""
    start = walk.start
    if start is not None:
        try:
            start = (start if start.tzinfo else start.replace(tzinfo=zone)).astimezone(dt.UTC)
            day = start.astimezone(zone).date()
        except (OverflowError, ValueError):  # the first or the last days of all time
            day, start = dt.date(1, 1, 2), None
    else:
        day = walk.day or dt.date(1, 1, 2)
    if start is not None:
        what = start.isoformat()
    else:
        # Two walks on one day of which only the minutes are known are two walks, even if they are equal.
        number = 0
        if day in days:
            number = seen[day, walk.minutes] = seen.get((day, walk.minutes), 0) + 1
        what = f"{day}/{number}"
    name = uuid.uuid5(_NAMES, f"{what}/{walk.minutes}")
    return Candidate(
        name, day, walk.minutes, walk.source, start, walk.steps or None, walk.estimated
    )


def _why_not(plan: Plan, day: dt.date, today: dt.date) -> str:
    if day > today:
        return "ahead"
    return "before" if day < plan.start else "closed"


def _count(beyond: dict[str, Span], why: str, day: dt.date) -> None:
    span = beyond.setdefault(why, Span(0, day, day))
    span.count += 1
    span.first, span.last = min(span.first, day), max(span.last, day)


# What the diary has already ----------------------------------------------------------------------


def compared(found: list[Candidate], diary: list[Walk]) -> list[Candidate]:
    """Return each walk with its state, in order of time. ``diary`` has all walks of their days, including removed
    ones."""
    names = {walk.client_id for walk in diary}
    known = [
        Candidate(walk.client_id, walk.day, walk.minutes, walk.source, walk.started_at)
        for walk in diary
        if walk.removed_at is None
    ]
    # A diary walk that was imported from this file matches only its own row.
    own = {each.name for each in found}
    untimed = [each for each in known if each.start is None and each.name not in own]
    told = []
    order = sorted(found, key=lambda each: (each.day, each.start is None, str(each.start or "")))
    for each in order:
        if each.minutes not in WALK_MINUTES:
            state = "length"
        elif each.name in names:
            state = "here"
        elif any(_overlap(each, other) for other in known):
            state = "like"
        elif alike := next((other for other in untimed if _alike(each, other)), None):
            untimed.remove(alike)
            state = "like"
        elif each.start is None and any(
            other.start is not None and _alike(each, other) for other in known
        ):
            state = "like"
        else:
            state = "new"
        told.append(_in_state(each, state))
        if state == "new" and each.start is not None:
            known.append(each)  # a phone and a watch may both have recorded it
    return told


def _in_state(each: Candidate, state: str) -> Candidate:
    return Candidate(
        each.name,
        each.day,
        each.minutes,
        each.source,
        each.start,
        each.steps,
        each.estimated,
        state,
    )


def _overlap(one: Candidate, other: Candidate) -> bool:
    if one.start is None or other.start is None or one.end is None or other.end is None:
        return False
    return one.start < other.end and other.start < one.end


def _alike(one: Candidate, other: Candidate) -> bool:
    nearly = max(NEARLY, other.minutes // 10)
    return one.day == other.day and abs(one.minutes - other.minutes) <= nearly
