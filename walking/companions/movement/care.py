"""The use cases of movement retraining: record a session; pick the patterns, write corrections."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from walking.care.permission import lock_for_staff
from walking.care.plan.companions import check_day, locked
from walking.care.record.audit import changed
from walking.care.refusal import Refused
from walking.companions.movement.patterns import Measure, guides
from walking.companions.movement.reading import picked_patterns
from walking.companions.movement.records import (
    LONGEST,
    MovementCorrection,
    MovementPick,
    MovementSession,
)
from walking.companions.movement.rules import COUNT, RATING, SECONDS, Pattern, Version
from walking.models import CompanionProgramme, Plan


def write_session(
    programme: CompanionProgramme,
    *,
    pattern: Pattern,
    version: Version,
    amount: int,
    safe: int,
    pain: int,
    day: dt.date,
    client_id: uuid.UUID,
    at: dt.datetime,
) -> MovementSession:
    """Record that ``pattern`` was done on a local ``day``: ``amount`` is in times or seconds, depending on the version;
    ``safe`` and ``pain`` from 0 to 10. It is recorded whichever version was proposed. The same ``client_id`` again
    changes nothing. Raises ``Refused`` for numbers or a day out of range, and if the companion is paused or has
    ended."""
    way = guides()[pattern].ways[version]
    if way.measure is Measure.TIMES and amount not in COUNT:
        raise Refused(_("Choose from 1 to 100 times."), "amount")
    if way.measure is Measure.SECONDS and amount not in SECONDS:
        raise Refused(_("Choose from 1 to 1800 seconds."), "amount")
    for name, value in (("safe", safe), ("pain", pain)):
        if value not in RATING:
            raise Refused(_("Please choose a number from 0 to 10."), name)
    with transaction.atomic():
        programme = locked(programme, at)
        same = MovementSession.objects.filter(companion=programme, client_id=client_id).first()
        if same is not None:
            return same
        check_day(programme, day, at)
        done = MovementSession(
            companion=programme,
            day=day,
            pattern=pattern.value,
            version=version.value,
            times=amount if way.measure is Measure.TIMES else None,
            seconds=amount if way.measure is Measure.SECONDS else None,
            safe=safe,
            pain=pain,
            client_id=client_id,
            at=at,
        )
        done.save()
    return done


def set_up(
    programme: CompanionProgramme,
    *,
    patterns: Iterable[Pattern],
    corrections: Mapping[Pattern, str],
    by: User,
    at: dt.datetime,
) -> None:
    """Save which patterns staff picked, and their corrections; an empty text deletes a correction. Unchanged values
    write nothing. Raises ``Refused`` if nothing is picked, and for a companion that has ended or belongs to another
    clinic."""
    chosen = set(patterns)
    picked = [pattern for pattern in Pattern if pattern in chosen]
    if not picked:
        raise Refused(_("Pick at least one movement."), "patterns")
    words = {pattern: text.strip() for pattern, text in corrections.items()}
    for pattern, text in words.items():
        if len(text) > LONGEST:
            raise Refused(_("That is too long: use at most 300 letters."), f"words_{pattern.value}")
    with transaction.atomic():
        plan = lock_for_staff(programme.plan_id, by)
        programme = CompanionProgramme.objects.get(pk=programme.pk)
        if programme.ended_on is not None:
            raise Refused(_("This companion programme has ended already."))
        if picked != picked_patterns(programme):
            MovementPick(
                companion=programme,
                revision=programme.movement_picks.count() + 1,
                patterns=[pattern.value for pattern in picked],
                by=by,
                at=at,
            ).save()
            changed(plan.patient, by=by, what="movements_picked", at=at)
        _write_corrections(programme, plan, words, by, at)


def _write_corrections(
    programme: CompanionProgramme,
    plan: Plan,
    words: Mapping[Pattern, str],
    by: User,
    at: dt.datetime,
) -> None:
    rows = MovementCorrection.objects.filter(companion=programme).order_by("revision")
    latest = {row.pattern: row for row in rows}
    for pattern, text in words.items():
        before = latest.get(pattern)
        if text == (before.words if before else ""):
            continue
        MovementCorrection(
            companion=programme,
            pattern=pattern.value,
            revision=before.revision + 1 if before else 1,
            words=text,
            by=by,
            at=at,
        ).save()
        changed(plan.patient, by=by, what="movement_corrected", why=pattern.value, at=at)
