"""Walks out of a file that a patient brings: looked at, shown, and taken only where the patient ticks them.

Which days are open is decided as for a walk by hand. A found walk is taken to be one that the diary has already if it
is of the same day and (a) both have a time and overlap, or (b) one of them has no time, and their minutes differ by at
most ``NEARLY`` or a tenth. By (b) each walk of the diary stands for one found walk.
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
from walking.care.diary import open_days
from walking.care.refusal import Refused
from walking.care.reviews import catch_up
from walking.care.trail import changed
from walking.imports.found import FoundWalk, Unreadable
from walking.models import BroughtFile, Plan, Walk
from walking.programme import weeks
from walking.programme.settings import WALK_MINUTES

#: How long what was read waits for the patient.
KEPT: Final = dt.timedelta(hours=1)
#: Walks shown of one file: more than this in two weeks is no diary.
MOST: Final = 200
NEARLY: Final = 2
_NAMES: Final = uuid.UUID("6d0d5a1c-6c1f-4d65-9d2d-0c9f7a5f1f5e")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A found walk on its local day. ``name`` is the same whenever the same walk is read: it becomes ``client_id``."""

    name: uuid.UUID
    day: dt.date
    minutes: int
    source: str
    start: dt.datetime | None = None
    steps: int | None = None
    estimated: bool = False
    #: ``new``; ``like``, the diary has one that seems to be it; ``here``, taken before; ``length``, its minutes are
    #: out of range.
    state: str = "new"

    @property
    def end(self) -> dt.datetime | None:
        return self.start and self.start + dt.timedelta(minutes=self.minutes)


@dataclass(slots=True)
class Span:
    """How many walks were left out for one reason, and from which to which day."""

    count: int
    first: dt.date
    last: dt.date


@dataclass(slots=True)
class Brought:
    """What the patient is shown; ``beyond`` by the reasons ``before`` (the plan), ``closed`` and ``ahead``."""

    candidates: list[Candidate] = field(default_factory=list)
    beyond: dict[str, Span] = field(default_factory=dict)
    table: str = ""


def keep(plan: Plan, walks: Iterable[FoundWalk], at: dt.datetime) -> None:
    """Keep what can be shown of ``walks`` for an hour, in the place of any file before. Raises ``Refused`` if there is
    none or the file cannot be read: nothing is kept then, of a file that breaks off in the middle neither."""
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
    """Keep a table until the patient has said which column is what."""
    _keep(plan, at, table=text)


def look(plan: Plan, at: dt.datetime) -> Brought | None:
    """What waits for the patient, compared with the diary as it is now; None if nothing does."""
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
    """Enter the walks of these names and forget the rest of the file. The number that is new in the diary.

    The diary is looked at anew under the plan's lock: what was taken before is not taken again, nor a walk whose day
    has closed since. Raises ``Refused`` if the file is no longer kept.
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
    """Write these walks into the diary of the plan, which is locked and looked at by the caller."""
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
    """Forget the file."""
    BroughtFile.objects.filter(plan=plan).delete()


def forget_brought(at: dt.datetime) -> int:
    """The clock: let go what nobody came back for."""
    return BroughtFile.objects.filter(expires_at__lte=at).delete()[0]


def sentence(code: str) -> str:
    """Why a file is not taken, and what to do."""
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
    """On the local day on which it began; where the file gives no zone, the patient's own is meant."""
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
        # Two alike on one day, of which only the minutes are known, are two walks.
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
    """Each with its state, in the order of time; ``diary`` has the walks of their days, removed ones among them."""
    names = {walk.client_id for walk in diary}
    known = [
        Candidate(walk.client_id, walk.day, walk.minutes, walk.source, walk.started_at)
        for walk in diary
        if walk.removed_at is None
    ]
    # A walk of the diary that was taken from this very file stands for itself, and for no other.
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
