"""``make year``: two thousand invented patients followed for a year, and what the evidence page then shows about them.

A PostgreSQL of its own, the clock's own code twice a day, and email that is composed but not sent. When pain returns is
drawn from a distribution whose formula nothing in the app knows (``bench/hidden.py``); the page's curves and medians
are compared with it, and each plan with what its patient answered. Writes ``var/year.json`` and the page's own
pictures.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from bench.hidden import median, share_free
from bench.place import place
from bench.run import machine
from tests.services import ROOT
from walking.programme import weeks
from walking.programme.outcomes import FEWEST_MONTHS, OCCASIONS
from walking.programme.survival import Definition

if TYPE_CHECKING:
    from bench.world import Patient, World

#: Far in the past, so that the moment of the run makes no difference.
BEGIN: Final = dt.datetime(2025, 1, 6, 1, 30, tzinfo=dt.UTC)
INTAKE: Final = 28
#: From the last invitation to the end: acceptance, a year, and time for the last month's reminder.
FOLLOWED: Final = 366 + 16


def followed(
    patients: int,
    *,
    seed: int,
    length: int,
    intake: int = INTAKE,
    days: int = FOLLOWED,
    told: bool = False,
) -> World:
    """Return the world ``days`` after the last invitation, in the configured database; plans have ``length`` weeks."""
    from bench.world import World

    began, seen = time.monotonic(), -1

    def progress(at: dt.datetime) -> None:
        nonlocal seen
        week = (at - BEGIN).days // 7
        if told and week > seen:
            seen = week
            print(f"week {week}: {time.monotonic() - began:.0f} s {dict(world.counts)}", flush=True)

    world = World(patients, seed=seed, begin=BEGIN, intake=intake, length=length)
    world.live(BEGIN + dt.timedelta(days=intake + days), progress)
    return world


# What must be so -------------------------------------------------------------------------------------


def faults_of(world: World) -> list[str]:
    """Return everything that is wrong, in words; empty after a correct year."""
    return [*_mail_faults(world), *_week_faults(world), *_truth_faults(world)]


def _mail_faults(world: World) -> Iterator[str]:
    """Check that each question was sent once when due, and again to those who had not answered by then, and to no one
    else."""
    from walking.models import Mail

    odd = Mail.objects.exclude(state__in=["sent", "suppressed"]).filter(due_at__lte=world.at)
    if number := odd.count():
        yield f"{number} messages neither went out nor were held back"
    if number := Mail.objects.filter(attempts__gt=1).count():
        yield f"{number} messages were tried more than once"
    sent: dict[int, list[str]] = defaultdict(list)
    questions = Mail.objects.filter(kind=Mail.Kind.RECURRENCE, state="sent")
    for plan_id, about in questions.values_list("plan_id", "about"):
        assert plan_id is not None
        sent[plan_id].append(about)
    for pk, patient in world.patients.items():
        expected = sorted(_asked(patient, world.at))
        if sorted(sent[pk]) != expected:
            wrong = sorted(set(sent[pk]) ^ set(expected))
            yield f"plan {pk} was asked otherwise than due: {', '.join(wrong) or 'twice'}"


def _asked(patient: Patient, at: dt.datetime) -> Iterator[str]:
    """Yield what the questions' emails must have been about by ``at``."""
    zone = patient.user.zone
    last = min(at, patient.withdrawn or at)
    enrolled = weeks.local_day(patient.plan.created_at, zone)
    for month in range(FEWEST_MONTHS + 1):
        due = weeks.month_due(patient.start, month, zone)
        again = weeks.at_local(
            weeks.month_day(patient.start, month) + dt.timedelta(days=7), weeks.MONTH_HOUR, zone
        )
        if month == 0:
            again = weeks.at_local(enrolled + dt.timedelta(days=1), weeks.MONTH_HOUR, zone)
        elif due <= last:
            yield f"month:{month}"
        answers = [patient.answered.get(month)] if month else []
        answers += [patient.lists.get(month)] if month in OCCASIONS else []
        if again <= last and any(answer is None or answer >= again for answer in answers):
            yield f"month:{month}:again"


def _week_faults(world: World) -> Iterator[str]:
    """Check that each completed week was reviewed once, and asked about once."""
    from walking.models import Mail, Plan, Review, Week

    reviewed, asked, lived = defaultdict(list), defaultdict(list), defaultdict(list)
    for plan_id, number in Review.objects.filter(revision=1).values_list("plan_id", "week_number"):
        reviewed[plan_id].append(number)
    for plan_id, about in Mail.objects.filter(kind="check_in").values_list("plan_id", "about"):
        asked[plan_id].append(int(about.partition(":")[2]))
    for plan_id, number in Week.objects.values_list("plan_id", "number"):
        lived[plan_id].append(number)
    for plan in Plan.objects.all():
        done, withdrawn = sorted(reviewed[plan.pk]), world.patients[plan.pk].withdrawn
        every = list(range(1, plan.week_number + 1))
        if sorted(lived[plan.pk]) != every:
            yield f"plan {plan.pk} has the weeks {sorted(lived[plan.pk])}"
        runs = plan.status == Plan.Status.ACTIVE or (withdrawn and done != every)
        if done != (every[:-1] if runs else every):
            yield f"plan {plan.pk}, {plan.status} in week {plan.week_number}, has reviews of {done}"
        if plan.next_review_at is not None and plan.next_review_at <= world.at:
            yield f"plan {plan.pk} waits for a review that is due"
        if sorted(set(asked[plan.pk]) | set(every[-1:])) != every or len(asked[plan.pk]) > len(
            every
        ):
            yield f"plan {plan.pk} was asked for check-ins of {sorted(asked[plan.pk])}"


def _truth_faults(world: World) -> Iterator[str]:
    """Check that the page counts for each patient the hidden truth, as far as the months were answered."""
    from walking.desk.insight.evidence.people import people_of

    people = people_of(world.manager, world.at)
    if len(people) != len(world.patients):
        yield f"{len(people)} of {len(world.patients)} patients are counted"
        return
    for person, (pk, patient) in zip(people, sorted(world.patients.items()), strict=True):
        if person.answered != patient.answered.keys():
            yield f"plan {pk} answered {sorted(patient.answered)}, kept are {sorted(person.answered)}"
        for definition in Definition:
            seen, hidden = person.observed(definition), patient.hidden
            counts = hidden.counts(definition)
            right = (
                counts and seen.days == hidden.recurs
                if seen.happened
                else not counts or hidden.recurs >= seen.days
            )
            if not right:
                yield f"plan {pk}, {definition}: {seen} where pain returned on day {hidden.recurs}"


# What the page says, compared with the truth ---------------------------------------------------------


def compared(world: World) -> dict[str, Any]:
    """Return, for each definition, the page's curve and median, the true ones, and whether the interval contains the
    truth."""
    from walking.desk.insight.evidence.page import evidence

    return {
        definition.value: _compared(definition, evidence(world.manager, definition, "", world.at))
        for definition in Definition
    }


def _compared(definition: Definition, page: Any) -> dict[str, Any]:
    curve, true = page.drawn[0].curve, median(definition)
    months = []
    for month in range(1, FEWEST_MONTHS + 1):
        day = round(month * 365 / 12)
        if day > curve.last_day:
            break
        point, share = curve.at(day), share_free(day, definition)
        months.append(
            {
                "day": day,
                "true": round(share, 4),
                "share": round(point.share, 4),
                "low": round(point.low, 4),
                "high": round(point.high, 4),
                "holds": point.low <= share <= point.high,
            }
        )
    reached = true is not None and true <= curve.last_day
    farthest = max(abs(p.share - share_free(p.day, definition)) for p in curve.points)
    return {
        "patients": curve.n,
        "recurrences": curve.events,
        "true_median": round(true, 1) if true is not None else None,
        "median": curve.median,
        "median_low": curve.median_low,
        "median_high": curve.median_high,
        "median_holds": _within(true, curve.median_low, curve.median_high) if reached else None,
        "farthest": round(farthest, 4),
        "months": months,
        "endings": {str(words): number for words, number in page.endings},
    }


def _within(value: float | None, low: float | None, high: float | None) -> bool:
    return value is not None and (low is None or low <= value) and (high is None or value <= high)


def draw(world: World, folder: Path) -> None:
    """Write the pictures, as the page's own download gives them."""
    from django.test import Client

    client = Client()
    client.force_login(world.manager)
    folder.mkdir(parents=True, exist_ok=True)
    for definition in Definition:
        answer = client.get("/admin/evidence/curve.svg", {"definition": definition.value})
        assert answer.status_code == 200, answer.status_code
        (folder / f"year-{definition.value}.svg").write_bytes(answer.content)


def measured(patients: int, *, seed: int, length: int, pictures: Path) -> dict[str, Any]:
    with place():
        import django

        django.setup()
        from django.conf import settings
        from django.db import connections

        settings.MAILERS = {"default": {"BACKEND": "django.core.mail.backends.dummy.EmailBackend"}}
        began = time.monotonic()
        world = followed(patients, seed=seed, length=length, told=True)
        took = time.monotonic() - began
        figures = {
            "patients": patients,
            "seed": seed,
            "weeks": length,
            "seconds": round(took),
            "counts": dict(world.counts),
            "faults": faults_of(world),
            "evidence": compared(world),
            "machine": machine(),
        }
        draw(world, pictures)
        connections.close_all()
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--patients", type=int, default=2000)
    parser.add_argument("--weeks", type=int, default=12, help="length of each plan")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--pictures", type=Path, default=ROOT / "var" / "year")
    parser.add_argument("--out", type=Path, default=ROOT / "var" / "year.json")
    options = parser.parse_args()
    figures = measured(
        options.patients, seed=options.seed, length=options.weeks, pictures=options.pictures
    )
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(json.dumps(figures, indent=2) + "\n")
    print(json.dumps(figures, indent=2))
    raise SystemExit(1 if figures["faults"] else 0)


if __name__ == "__main__":
    main()
