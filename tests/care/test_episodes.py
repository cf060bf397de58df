"""One record of episodes, whichever way they are told: the button, the check-in, the monthly question."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from tests.days import day, local
from walking.care.pain.episodes import answer_month, open_episode, say_more
from walking.care.pain.flare_up import report_flare_up
from walking.care.refusal import Refused
from walking.care.tick import catch_up_all
from walking.care.weeks.check_in import check_in
from walking.models import Attention, CheckIn, Plan, Recurrence
from walking.programme import facts
from walking.programme.review import Flag


def episodes(plan: Plan) -> list[tuple[Any, ...]]:
    return [
        (each.episode, each.started, each.ended, each.limited_activity, each.sought_care)
        for each in plan.recurrences.episodes().order_by("episode")
    ]


def report(plan: Plan, on: int, **more: Any) -> None:
    report_flare_up(plan, by=plan.patient, at=local(day(on), 12), **more)


def answers(plan: Plan, week: int, on: int, *, better: bool | None = None, **said: Any) -> None:
    check_in(
        plan,
        week_number=week,
        answers=facts.CheckIn(**({"red_flags": ()} | said)),
        better=better,
        via=CheckIn.Via.APP,
        by=plan.patient,
        at=local(day(on), 18),
    )


def more(plan: Plan, number: int, on: int, **said: Any) -> Recurrence:
    return say_more(plan, number, by=plan.patient, at=local(day(on), 12), **said)


def test_what_is_told_later_is_a_new_revision_of_the_same_episode(plan: Plan) -> None:
    report(plan, 3)
    assert open_episode(plan) is not None
    more(plan, 1, 6, started=day(3), ended=day(5), limited_activity=True, sought_care=True)
    assert episodes(plan) == [(1, day(3), day(5), True, True)]
    assert plan.recurrences.count() == 2
    assert open_episode(plan) is None


def test_the_same_told_twice_is_kept_once(plan: Plan) -> None:
    for _time in range(2):
        report(plan, 3)
        more(plan, 1, 3, started=day(3), limited_activity=True, sought_care=False)
    assert plan.recurrences.count() == 2
    assert plan.events.filter(kind="flare_up").count() == 1


def test_a_flare_up_after_the_last_one_is_over_is_another_episode(plan: Plan) -> None:
    report(plan, 1)
    more(plan, 1, 3, started=day(1), ended=day(2), limited_activity=True)
    report(plan, 5)
    assert [each[:2] for each in episodes(plan)] == [(1, day(1)), (2, day(5))]


def test_one_that_was_over_within_a_day_counts_as_none(plan: Plan) -> None:
    report(plan, 3)
    more(plan, 1, 4, happened=False)
    assert episodes(plan) == []
    with pytest.raises(Refused):
        more(plan, 1, 4, ended=day(4))


def test_a_sore_back_that_limits_nothing_is_kept_and_eases_nothing(plan: Plan) -> None:
    report(plan, 3, limited_activity=False)
    assert episodes(plan) == [(1, day(3), None, False, None)]
    assert plan.weeks.get().eased_from is None
    report(plan, 4)
    assert episodes(plan) == [(1, day(3), None, True, None)]
    assert plan.events.filter(kind="flare_up").count() == 1


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"ended": day(5)}, "ended"),
        ({"started": day(3), "ended": day(2)}, "ended"),
        ({"started": day(0)}, "started"),
    ],
)
def test_impossible_days_are_refused(plan: Plan, said: dict[str, Any], field: str) -> None:
    report(plan, 3)
    with pytest.raises(Refused) as refused:
        more(plan, 1, 4, **said)
    assert refused.value.field == field
    assert plan.recurrences.count() == 1


def test_the_physiotherapist_is_told_at_once_and_until_the_next_weeks_review(plan: Plan) -> None:
    def told(on: int, hour: int) -> list[str]:
        at = local(day(on), hour)
        catch_up_all(at)
        return [item.kind for item in Attention.objects.waiting()]

    assert told(7, 20) == []
    report_flare_up(plan, by=plan.patient, at=local(day(7), 21))
    assert told(7, 21) == [Flag.FLARE_UP]
    # The week is over hours later, before anybody is at the desk.
    assert told(8, 9) == [Flag.FLARE_UP]
    assert told(15, 9) != [Flag.FLARE_UP]


def test_a_check_in_tells_of_an_episode_once(plan: Plan) -> None:
    answers(plan, 1, 7, flare_up=True)
    answers(plan, 1, 7, flare_up=True, pain=5)
    assert episodes(plan) == [(1, None, None, True, None)]
    answers(plan, 1, 7, flare_up=False, pain=5)
    assert episodes(plan) == []


def test_a_check_in_does_not_take_back_what_the_button_told(plan: Plan) -> None:
    report(plan, 3)
    answers(plan, 1, 7, flare_up=True)
    answers(plan, 1, 7, flare_up=False)
    assert [each[:2] for each in episodes(plan)] == [(1, day(3))]


def test_a_check_in_says_that_it_is_over(plan: Plan) -> None:
    report(plan, 3)
    answers(plan, 1, 7, better=True, pain=1)
    assert episodes(plan) == [(1, day(3), day(7), True, None)]


def test_the_month_tells_of_the_episode_that_is_known(plan: Plan) -> None:
    report(plan, 3)
    said = {"started": day(3), "ended": day(6), "limited_activity": True, "sought_care": True}
    answer_month(plan, 1, happened=True, by=None, at=local(day(33), 9), **said)
    assert episodes(plan) == [(1, day(3), day(6), True, True)]
    answer_month(plan, 1, happened=False, by=None, at=local(day(33), 10))
    assert episodes(plan) == [(1, day(3), day(6), True, True)]  # the button told of it as well


@pytest.mark.database
def test_a_month_corrected_to_no_takes_its_own_episode_back(plan: Plan) -> None:
    said = {"started": day(20), "limited_activity": False, "sought_care": False}
    answer_month(plan, 1, happened=True, by=None, at=local(day(33), 9), **said)
    assert [each[:2] for each in episodes(plan)] == [(1, day(20))]
    answer_month(plan, 1, happened=False, by=None, at=local(day(33), 10))
    assert episodes(plan) == []
    answer_month(plan, 1, happened=True, by=None, at=local(day(33), 11), **said)
    assert [each[0] for each in episodes(plan)] == [1]


def test_the_database_keeps_one_row_of_each_revision(plan: Plan) -> None:
    report(plan, 3)
    with pytest.raises(IntegrityError), transaction.atomic():
        Recurrence(
            plan=plan, at=local(day(3), 13), happened=True, episode=1, episode_revision=1
        ).save()
    with pytest.raises(IntegrityError), transaction.atomic():
        Recurrence(plan=plan, at=local(day(3), 13), happened=True).save()
