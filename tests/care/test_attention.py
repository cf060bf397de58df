"""What is kept of each plan's needs is what its facts say, whatever happened to it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from random import Random

import pytest
from django.utils import timezone

from accounts.models import User
from tests.desk.desk import enrolled
from tests.people import make_physio
from walking.care.attention.acknowledge import acknowledge, snooze, take_back
from walking.care.pain.flare_up import report_flare_up
from walking.care.plan import pause
from walking.care.plan.preferences import change_mail
from walking.care.refusal import Refused
from walking.care.tick import catch_up_all
from walking.care.weeks.check_in import check_in, report_red_flags
from walking.models import Attention, CheckIn, Plan
from walking.models.standing import computed, differs
from walking.programme.attention import Kind, Standing, needs_of
from walking.programme.dose import Dose
from walking.programme.facts import CheckIn as Answers
from walking.programme.red_flags import RedFlag
from walking.programme.review import Flag, Reason

AT = dt.datetime(2026, 3, 9, 6, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("known", "kind"),
    [
        ({"flags": frozenset({Flag.QUIET})}, Kind.SILENT),
        ({"flags": frozenset({Flag.QUIET}), "signed_in": True}, Kind.NOT_LOGGING),
        ({"flags": frozenset({Flag.QUIET}), "mail_failed_at": AT}, Kind.UNREACHED),
        ({"flags": frozenset({Flag.QUIET}), "unsubscribed": True}, Kind.UNSUBSCRIBED),
        ({"reason": Reason.LAYOFF}, Kind.NOT_WALKING),
        ({"unanswered": 4}, Kind.NOT_ANSWERING),
        ({"mail_failed_at": AT}, Kind.MAIL),
        ({"contact_due_at": AT}, Kind.CONTACT_DUE),
        ({"red_flag_since": AT, "red_flag_at": AT, "flare_up_at": AT}, Kind.RED_FLAG),
    ],
)
def test_it_tells_the_most_urgent_need(known: dict[str, object], kind: Kind) -> None:
    standing = Standing(open=True, running=True, reviewed_at=AT, **known)  # type: ignore[arg-type]
    assert needs_of(standing, AT)[0].kind is kind


def test_away_or_too_early_is_no_need() -> None:
    away = Standing(open=True, running=True, reviewed_at=AT, reason=Reason.LAYOFF, away=True)
    later = Standing(open=True, running=True, contact_due_at=AT + dt.timedelta(hours=1))
    assert needs_of(away, AT) == needs_of(later, AT) == ()


def _deeds(random: Random, plan: Plan, physio: User, at: dt.datetime) -> list[Callable[[], object]]:
    who = {"by": physio, "at": at, "note": "A note.", "version": plan.version}
    row = Attention.objects.get(pk=plan.pk)
    seen = {"state": row.state, "by": physio, "at": at}
    answers = Answers(pain=random.choice([1, 7]), flare_up=random.random() < 0.3, red_flags=())
    return [
        lambda: report_flare_up(plan, by=plan.patient, at=at),
        lambda: report_red_flags(
            plan, red_flags=[RedFlag.TRAUMA], by=plan.patient, at=at
        ),
        lambda: check_in(
            plan, week_number=plan.week_number, answers=answers, via=CheckIn.Via.STAFF,
            by=physio, at=at,
        ),
        lambda: pause.pause(plan, **who),
        lambda: pause.resume(plan, dose=Dose(10, 3), **who),
        lambda: acknowledge(plan, note="Rang.", **seen),
        lambda: snooze(plan, until=(at + dt.timedelta(days=4)).date(), **seen),
        lambda: take_back(plan, by=physio, at=at),
        lambda: change_mail(plan.patient, wanted={"check_in": random.random() < 0.5}, at=at),
    ]  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(3))
def test_it_keeps_what_the_facts_say_after_any_history(seed: int) -> None:
    random, physio = Random(seed), make_physio()
    plan = enrolled(physio, name="Ada", email="ada@home.example", days_ago=60)
    at = timezone.now() - dt.timedelta(days=60)
    said = set()
    for _step in range(25):
        at += dt.timedelta(hours=random.randint(6, 70))
        catch_up_all(at)
        plan = Plan.objects.select_related("patient").get(pk=plan.pk)
        deeds = _deeds(random, plan, physio, at)
        try:
            random.choices(deeds, [2, 1, 4, 1, 5, 3, 2, 1, 1])[0]()
        except Refused:
            continue
        kept = Attention.objects.get(pk=plan.pk)
        (fresh,) = computed([plan.pk], at)
        assert not differs(kept, fresh), (kept.needs, fresh.needs)
        said |= {need["kind"] for need in kept.needs}
    assert len(said) > 1
