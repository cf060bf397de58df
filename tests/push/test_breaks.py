"""Time to get up, from the break timer to the phone: a real push service takes it, a real browser's keys open it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from tests.days import moment, on_day
from tests.people import signed_in
from tests.push.conftest import Subscribe
from tests.push.service import PushService
from tests.responses import words
from walking.care.pain.flare_up import report_flare_up
from walking.care.plan.companions import add_companion, end_companion
from walking.companions.ringing import ring_due
from walking.companions.sitting import rules
from walking.companions.sitting.care import get_up, sit_down, tell_usual
from walking.models import CompanionProgramme, Plan, PushSubscription, SittingBreak

ADDRESS = "/companions/sitting/breaks/"


@given(
    st.integers(0, 366 * 24 * 60),
    st.timezones(),
    st.sampled_from(rules.BREAK_AFTER),
)
def test_a_break_is_as_long_away_as_was_chosen_and_never_at_night(minute, zone, after) -> None:
    at = dt.datetime(2026, 1, 1, tzinfo=dt.UTC) + dt.timedelta(minutes=minute)
    due = rules.break_due(at, after, zone)
    local = (at + dt.timedelta(minutes=after)).astimezone(zone)
    if due is None:
        assert local.hour >= 22 or local.hour < 6
    else:
        assert due - at == dt.timedelta(minutes=after)
        assert 6 <= local.hour < 22


@pytest.fixture
def sitting(plan: Plan) -> CompanionProgramme:
    programme = add_companion(plan, "sitting", by=plan.physiotherapist, at=moment(2))
    tell_usual(programme, work_day=None, free_day=480, break_after=30, at=moment(2))
    return programme


def later(minutes: int, day: int = 3, hour: int = 10) -> dt.datetime:
    return moment(day, hour) + dt.timedelta(minutes=minutes)


def test_the_phone_says_it_once_and_nothing_about_health(
    sitting: CompanionProgramme,
    service: PushService,
    subscribe: Subscribe,
) -> None:
    _phone, opened = subscribe(sitting.plan)
    _laptop, _other = subscribe(sitting.plan, "laptop")
    sit_down(sitting, later(0))
    assert ring_due(later(29)) == 0
    assert ring_due(later(30)) == 2
    assert ring_due(later(31)) == 0
    to_phone = next(each for each in service.received if each.path.endswith("phone"))
    assert opened.read(to_phone.body) == {
        "title": "Time to get up",
        "body": "Stand, take a few steps, have a drink.",
        "url": "/companions/sitting/",
        "tag": "waymark-break",
    }
    # It stands beside a reminder to walk that the phone has not fetched yet, and is kept for minutes only.
    assert to_phone.headers["topic"] == "waymark-break"
    assert int(to_phone.headers["ttl"]) <= 600


def test_whoever_sits_down_again_is_told_for_the_last_time_only(
    sitting: CompanionProgramme,
    service: PushService,
    subscribe: Subscribe,
) -> None:
    subscribe(sitting.plan)
    sit_down(sitting, later(0))
    sit_down(sitting, later(20))
    assert ring_due(later(30)) == 0
    assert ring_due(later(50)) == 1


@pytest.mark.parametrize(
    "why", ["up", "late", "flare-up", "ended", "nobody", "no device", "no key"]
)
def test_it_stays_quiet_when_nobody_needs_it(
    sitting: CompanionProgramme,
    service: PushService,
    subscribe: Subscribe,
    settings: Any,
    why: str,
) -> None:
    subscribe(sitting.plan)
    sit_down(sitting, later(0))
    at = later(30)
    if why == "up":
        get_up(sitting)
    elif why == "late":
        at = later(41)
    elif why == "flare-up":
        report_flare_up(sitting.plan, by=None, at=later(10))
    elif why == "ended":
        end_companion(sitting.plan, sitting.number, by=sitting.plan.physiotherapist, at=later(10))
    elif why == "nobody":
        User.objects.filter(pk=sitting.plan.patient_id).update(is_active=False)
    elif why == "no device":
        PushSubscription.objects.all().delete()
    else:
        settings.VAPID_PRIVATE_KEY = ""
    assert ring_due(at) == 0
    assert not service.received
    assert not SittingBreak.objects.filter(due_at__isnull=False).exists()


def test_a_device_that_is_gone_is_forgotten(
    sitting: CompanionProgramme,
    service: PushService,
    subscribe: Subscribe,
) -> None:
    subscribe(sitting.plan)
    service.answer = lambda _: (410, {})
    sit_down(sitting, later(0))
    assert ring_due(later(30)) == 0
    assert not PushSubscription.objects.exists()


def test_at_night_only_the_page_says_it(sitting: CompanionProgramme) -> None:
    sit_down(sitting, later(31, hour=21))
    assert SittingBreak.objects.get().due_at is None


def test_the_page_tells_that_somebody_sits_and_got_up(sitting: CompanionProgramme) -> None:
    client = signed_in(sitting.plan.patient)
    with on_day(3, 10):
        assert client.post(ADDRESS, {"now": "sits"}).json() == {"said": ""}
    assert SittingBreak.objects.get().due_at == later(30)
    with on_day(3, 11):
        assert client.post(ADDRESS, {"now": "up"}).json() == {"said": ""}
        assert client.post(ADDRESS, {"now": "flies"}).status_code == 422
        assert client.get(ADDRESS).status_code == 405
    assert SittingBreak.objects.get().due_at is None


def test_nothing_is_promised_while_it_rests(sitting: CompanionProgramme) -> None:
    report_flare_up(sitting.plan, by=None, at=moment(3, 9))
    with on_day(3, 10):
        answer = signed_in(sitting.plan.patient).post(ADDRESS, {"now": "sits"})
    assert answer.status_code == 422
    assert "rests just now" in answer.json()["said"]
    assert not SittingBreak.objects.exists()


def test_the_page_says_whether_it_may_be_closed(
    sitting: CompanionProgramme,
    service: PushService,
    subscribe: Subscribe,
) -> None:
    client = signed_in(sitting.plan.patient)
    with on_day(3):
        before = words(client.get("/companions/sitting/"))
    subscribe(sitting.plan)
    with on_day(3):
        after = words(client.get("/companions/sitting/"))
    assert "Leave this page open." in before
    assert "Let my phone tell me, with this page closed" in before
    assert "You may close this page: your phone tells you then." in after
    assert "Leave this page open." not in after


def test_a_break_before_sitting_down_is_refused_by_the_database(
    sitting: CompanionProgramme,
) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        SittingBreak.objects.create(companion=sitting, sat_down_at=later(5), due_at=later(4))
