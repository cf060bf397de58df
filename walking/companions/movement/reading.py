"""Load one patient's movement retraining: three statements, whatever the length of the history."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from walking.companions.movement import rules
from walking.companions.movement.patterns import Guide, guides
from walking.companions.movement.records import MovementCorrection, MovementPick, MovementSession
from walking.companions.movement.rules import Confidence, Next, Pattern, Session, Version
from walking.models.companion import CompanionProgramme


@dataclass(frozen=True, slots=True)
class Course:
    """One pattern of one patient. ``rows`` are its sessions in order; ``opens`` is the week in which it starts."""

    pattern: Pattern
    is_open: bool
    opens: int
    rows: tuple[MovementSession, ...]
    correction: MovementCorrection | None
    next: Next

    @property
    def guide(self) -> Guide:
        return guides()[self.pattern]

    @property
    def confidence(self) -> Confidence | None:
        return rules.confidence(row.safe for row in self.rows)


@dataclass(frozen=True, slots=True)
class Movement:
    """``courses`` are the picked patterns, in the order of the programme; ``today`` names up to three."""

    courses: dict[Pattern, Course]
    today: tuple[Pattern, ...]
    done_today: frozenset[Pattern]
    #: Includes patterns that were done and are no longer picked.
    rows: tuple[MovementSession, ...]

    @property
    def confidence(self) -> Confidence | None:
        """Return the confidence over all patterns."""
        return rules.confidence(row.safe for row in self.rows)


def read(programme: CompanionProgramme, today: dt.date) -> Movement:
    """Load the data. ``today`` is the patient's local day."""
    rows = MovementSession.objects.filter(companion=programme).order_by("day", "pk")
    by_pattern: dict[str, list[MovementSession]] = {}
    for row in rows:
        by_pattern.setdefault(row.pattern, []).append(row)
    corrections = {
        each.pattern: each
        for each in MovementCorrection.objects.filter(companion=programme)
        .select_related("by")
        .order_by("revision")
    }
    picked = picked_patterns(programme)
    week = programme.week_of(today)
    open_now = rules.open_patterns(picked, week)
    courses = {
        pattern: Course(
            pattern=pattern,
            is_open=pattern in open_now,
            opens=rules.first_week(pattern),
            rows=tuple(by_pattern.get(pattern, ())),
            correction=_standing(corrections.get(pattern)),
            next=rules.next_session([_fact(row) for row in by_pattern.get(pattern, ())], today),
        )
        for pattern in picked
    }
    last_done = {pattern: course.rows[-1].day for pattern, course in courses.items() if course.rows}
    done_today = frozenset(pattern for pattern, day in last_done.items() if day == today)
    # What was done today stays in its place: choose as if nothing had been done yet today.
    before = {
        pattern: days[-1]
        for pattern, course in courses.items()
        if (days := [row.day for row in course.rows if row.day < today])
    }
    return Movement(
        courses=courses,
        today=rules.for_today(picked, week, before),
        done_today=done_today,
        rows=tuple(rows),
    )


def corrections_of(programme: CompanionProgramme) -> dict[str, str]:
    """Return the correction of each pattern, including those not picked."""
    rows = MovementCorrection.objects.filter(companion=programme).order_by("revision")
    return {row.pattern: row.words for row in rows}


def picked_patterns(programme: CompanionProgramme) -> list[Pattern]:
    """Return them in the order of the programme; all of them if nobody picked."""
    latest = MovementPick.objects.filter(companion=programme).order_by("-revision").first()
    if latest is None:
        return list(Pattern)
    return [pattern for pattern in Pattern if pattern in latest.patterns]


def _fact(row: MovementSession) -> Session:
    return Session(row.day, Version(row.version), row.safe, row.pain)


def _standing(correction: MovementCorrection | None) -> MovementCorrection | None:
    return correction if correction is not None and correction.words else None
