"""Doses set ahead and settings that change: what the preview shows is what the reviews do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from accounts.models import User
from tests.care.conftest import doses, review_week, walk
from tests.days import day, local
from walking.care.clinic.programme_versions import new_version
from walking.care.plan.adjust import planned, set_next_dose, withdraw_adjustment
from walking.care.plan.pause import pause
from walking.care.plan.restart import restart
from walking.care.plan.settings_change import change_settings, waiting, withdraw_change
from walking.care.refusal import Refused
from walking.desk.patient.preview import course_of, from_running_week
from walking.models import Plan, ProgrammeVersion
from walking.programme.dose import Dose
from walking.programme.settings import Programme
from walking.programme.thresholds import Thresholds

NOW = local(day(2), 10)
EASIER = Programme(baseline=Dose(5, 3), goal=Dose(20, 4))


def change(plan: Plan, physio: User, programme: Programme, week: int, **more: object) -> None:
    change_settings(
        plan, programme=programme, programme_version=None, from_week=week, reason="Asked for it",
        by=physio, at=NOW, version=plan.version, **more,
    )  # fmt: skip
    plan.refresh_from_db()


def good_weeks(plan: Plan, first: int, last: int) -> None:
    from walking.care.weeks.check_in import check_in
    from walking.models import CheckIn
    from walking.programme.facts import CheckIn as Answers
    from walking.programme.facts import Difficulty

    for number in range(first, last + 1):
        week = plan.weeks.get(number=number)
        start = 7 * (number - 1)
        walk(plan, *range(start + 1, start + week.days + 1), minutes=week.minutes)
        check_in(
            plan, week_number=number, answers=Answers(pain=0, difficulty=Difficulty.ABOUT_RIGHT, red_flags=()),
            via=CheckIn.Via.APP, by=plan.patient, at=local(day(7 * number), 19),
        )  # fmt: skip
        review_week(plan, number)


def test_the_preview_is_what_the_reviews_do(plan: Plan, physio: User) -> None:
    set_next_dose(
        plan, dose=Dose(15, 3), for_week=3, reason="Holiday", by=physio, at=NOW,
        version=plan.version,
    )  # fmt: skip
    plan.refresh_from_db()
    change(plan, physio, EASIER, 5)
    shown = from_running_week(plan, plan.weeks.get(number=1).dose, course_of(plan), weeks=5)
    good_weeks(plan, 1, 5)
    assert doses(plan)[1:] == [(week.dose.minutes, week.dose.days) for week in shown]
    assert plan.programme == EASIER
    assert doses(plan)[2] == (15, 3)


def test_a_dose_set_ahead_is_taken_back(plan: Plan, physio: User) -> None:
    set_next_dose(
        plan, dose=Dose(15, 3), for_week=4, reason="x", by=physio, at=NOW, version=plan.version
    )
    plan.refresh_from_db()
    assert [one.week_number for one in planned(plan)] == [3]
    withdraw_adjustment(plan, for_week=4, reason="y", by=physio, at=NOW, version=plan.version)
    assert planned(plan) == []


def test_a_change_is_replaced_and_taken_back(plan: Plan, physio: User) -> None:
    change(plan, physio, EASIER, 2)
    change(plan, physio, Programme(goal=Dose(25, 5)), 3)
    standing = waiting(plan)
    assert standing is not None
    assert standing.from_week == 3
    withdraw_change(plan, reason="No", by=physio, at=NOW, version=plan.version)
    assert waiting(plan) is None
    walk(plan, 1, 2, 3)
    review_week(plan)
    assert plan.programme == Programme()


def test_a_shorter_plan_ends_with_the_week_before(plan: Plan, physio: User) -> None:
    change(plan, physio, Programme(length_weeks=1), 2)
    review_week(plan)
    assert plan.status == Plan.Status.COMPLETED


@pytest.mark.database
def test_a_longer_plan_goes_on_past_its_last_week(
    start_plan: Callable[..., Plan], physio: User
) -> None:
    plan = start_plan(programme=Programme(length_weeks=1))
    change(plan, physio, Programme(length_weeks=3), 2)
    review_week(plan)
    assert (plan.status, plan.week_number) == (Plan.Status.ACTIVE, 2)


@pytest.mark.parametrize("week", [1, 28])
def test_a_change_holds_for_coming_weeks_only(plan: Plan, physio: User, week: int) -> None:
    with pytest.raises(Refused, match="Choose a week"):
        change(plan, physio, EASIER, week)


def manager(physio: User) -> User:
    physio.role = "manager"
    physio.save()
    return physio


@pytest.mark.database
def test_a_plan_is_moved_to_a_stricter_version(plan: Plan, physio: User) -> None:
    strict = Programme(thresholds=Thresholds(pain_too_much=5, pain_moderate=3))
    new_version(by=manager(physio), programme=strict, why="Stricter", seen=0, at=NOW)
    version = ProgrammeVersion.objects.get()
    change_settings(
        plan, programme=strict, programme_version=version, from_week=2, reason="x", by=physio,
        at=NOW, version=plan.version,
    )  # fmt: skip
    walk(plan, 1, 2, 3, pain=5)
    review = review_week(plan)
    assert (review.line, review.inputs["thresholds"]["pain_too_much"]) == (4, 5)
    assert "5 or more out of 10" in review.sentence
    assert plan.programme.thresholds.pain_too_much == 5


def test_a_paused_plan_starts_anew(plan: Plan, physio: User) -> None:
    pause(plan, note="Away for long", by=physio, at=NOW, version=plan.version)
    plan.refresh_from_db()
    fresh = restart(
        plan, programme=EASIER, programme_version=None, start=day(2) + dt.timedelta(days=3),
        reason="Back again", message="Welcome back", by=physio, at=NOW, version=plan.version,
    )  # fmt: skip
    plan.refresh_from_db()
    assert plan.status == Plan.Status.COMPLETED
    assert doses(fresh) == [(5, 3)]
    assert fresh.contacts.count() == 6
    assert fresh.mail.filter(kind="welcome").count() == 1
