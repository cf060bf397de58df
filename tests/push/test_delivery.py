"""Reminders from the clock to the phone: a real push service takes them, a real browser's keys open them."""

from __future__ import annotations

import datetime as dt
import json
import time
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import call_command

from tests.days import START, moment
from tests.history import live, walk_on
from tests.people import make_plan
from tests.push.conftest import EVERY_DAY, Subscribe
from tests.push.service import Browser, PushService
from walking.care.diary.reminders import choose_reminders, queue_due_reminders
from walking.care.diary.walks import remove_walk
from walking.care.plan.away import say_away
from walking.care.plan.pause import complete, pause
from walking.care.plan.preferences import change_time_zone
from walking.models import Plan, PushSubscription, Reminder
from walking.push.delivery import Delivered, deliver_reminders
from walking.push.devices import REFUSALS
from walking.push.keys import public_key

pytestmark = pytest.mark.django_db

TEN = dt.time(10)


def remind(day: int = 1, hour: int = 10, minute: int = 0) -> Delivered:
    """What the clock does at that moment of the plan."""
    at = moment(day, hour) + dt.timedelta(minutes=minute)
    queue_due_reminders(at)
    return deliver_reminders(at)


def fates() -> list[tuple[str, str]]:
    return list(Reminder.objects.order_by("pk").values_list("state", "outcome"))


def test_it_arrives_encrypted_and_signed(
    reminded: tuple[Plan, Browser], service: PushService
) -> None:
    _plan, browser = reminded
    assert remind() == Delivered(sent=1)
    (came,) = service.received
    assert browser.read(came.body) == {
        "title": "Time for your walk?",
        "body": "Tap to see today's plan.",
        "url": "/today/",
        "tag": "waymark-walk",
    }
    assert b"walk" not in came.body
    claims = came.claims(public_key(settings.VAPID_PRIVATE_KEY))
    assert claims["aud"] == service.url
    assert claims["sub"] == "mailto:waymark@clinic.example"
    assert 0 < claims["exp"] - time.time() <= 24 * 3600
    assert came.headers["content-encoding"] == "aes128gcm"
    assert came.headers["topic"] == "waymark"
    # The push service keeps it no longer than it is of use.
    assert int(came.headers["ttl"]) <= 2 * 3600


def test_another_phone_cannot_open_it(reminded: tuple[Plan, Browser], service: PushService) -> None:
    remind()
    with pytest.raises(Exception, match=r".*"):
        Browser().read(service.received[0].body)


def test_it_comes_once_a_day_on_the_chosen_days(plan, subscribe, service) -> None:
    subscribe(plan)
    choose_reminders(plan, weekdays=[0, 2], hour=TEN, at=moment(1, 6))
    for day in range(1, 8):
        for minute in (0, 1, 2):
            remind(day, minute=minute)
    assert list(Reminder.objects.values_list("day", flat=True)) == [
        START,
        START + dt.timedelta(days=2),
    ]
    assert len(service) == 2


def test_it_does_not_come_before_its_hour(reminded, service) -> None:
    assert remind(1, 9, 59) == Delivered()
    assert not service.received


def quiet(service: PushService, reason: str, day: int = 1) -> None:
    assert remind(day) == Delivered(suppressed=1)
    assert fates()[-1] == ("suppressed", f"Not needed: {reason}.")
    assert not service.received


def test_a_logged_walk_needs_none(reminded, service) -> None:
    plan, _ = reminded
    walk_on_morning(plan, 1)
    quiet(service, "walked")


def walk_on_morning(plan: Plan, day: int):
    from walking.care.diary.walks import log_walk

    return log_walk(
        plan,
        day=START + dt.timedelta(days=day - 1),
        minutes=10,
        by=plan.patient,
        at=moment(day, 8),
    )


def test_a_walk_that_was_taken_out_again_does_not_count(reminded, service) -> None:
    plan, _ = reminded
    walk = walk_on_morning(plan, 1)
    remove_walk(walk, by=plan.patient, at=moment(1, 9))
    assert remind() == Delivered(sent=1)


def test_a_walk_between_queueing_and_sending_counts(reminded, service) -> None:
    plan, _ = reminded
    queue_due_reminders(moment(1, 10))
    walk_on_morning(plan, 1)
    assert deliver_reminders(moment(1, 10)) == Delivered(suppressed=1)
    assert not service.received


def test_the_weeks_walks_done_need_none(reminded, service) -> None:
    plan, _ = reminded
    for day in (1, 2, 3):
        walk_on(plan, day)
    Reminder.objects.all().delete()
    choose_reminders(plan, weekdays=[3], hour=TEN, at=moment(3, 21))
    quiet(service, "week_done", day=4)


def test_it_comes_again_in_the_next_week(reminded, service) -> None:
    plan, _ = reminded
    live(plan, 1)
    choose_reminders(plan, weekdays=[0], hour=TEN, at=moment(8, 6))
    assert remind(8) == Delivered(sent=1)


def test_days_away_stay_quiet(reminded, service) -> None:
    plan, _ = reminded
    say_away(plan, first=START, last=START, kind="ill", by=plan.patient, at=moment(1, 8))
    quiet(service, "away")
    assert remind(2) == Delivered(sent=1)


def test_a_paused_plan_stays_quiet_and_a_queued_reminder_with_it(reminded, service) -> None:
    plan, _ = reminded
    queue_due_reminders(moment(1, 10))
    pause(plan, by=plan.physiotherapist, note="A rest", at=moment(1, 10), version=plan.version)
    assert deliver_reminders(moment(1, 10)) == Delivered(suppressed=1)
    assert remind(2) == Delivered()
    assert not service.received
    assert Reminder.objects.count() == 1


def test_a_completed_plan_is_over(reminded, service) -> None:
    plan, _ = reminded
    complete(plan, by=plan.physiotherapist, note="Well done", at=moment(1, 9), version=plan.version)
    assert remind(1) == Delivered()
    plan.refresh_from_db()
    assert plan.reminder_choice.next_reminder_at is None


def test_nothing_comes_before_the_start(service, subscribe) -> None:
    plan = make_plan(start=START + dt.timedelta(days=2))
    subscribe(plan)
    choose_reminders(plan, weekdays=EVERY_DAY, hour=TEN, at=moment(1, 6))
    quiet(service, "not_begun")


def test_whoever_stops_them_gets_none(reminded, service) -> None:
    plan, _ = reminded
    queue_due_reminders(moment(1, 10))
    choose_reminders(plan, weekdays=[], hour=TEN, at=moment(1, 10))
    assert deliver_reminders(moment(1, 10)) == Delivered(suppressed=1)
    assert remind(2) == Delivered()
    assert not service.received


def test_a_late_one_is_suppressed(reminded, service) -> None:
    assert remind(1, 12, 1) == Delivered(suppressed=1)
    assert fates() == [("suppressed", "Too late.")]


def test_a_little_late_it_still_comes(reminded, service) -> None:
    assert remind(1, 11, 59) == Delivered(sent=1)


def test_after_days_of_outage_only_todays_comes(reminded, service) -> None:
    assert remind(5, 10, 30) == Delivered(sent=1, suppressed=1)
    assert len(service) == 1
    assert Reminder.objects.get(state="sent").day == START + dt.timedelta(days=4)


def test_the_hour_stays_when_the_clocks_change(plan, subscribe, service) -> None:
    # Sydney's summer time ends on Sunday 5 April 2026 at 3:00: 10:00 is UTC 23:00 before, UTC 0:00 after.
    subscribe(plan)
    at = dt.datetime(2026, 4, 3, 12, tzinfo=dt.UTC)
    choice = choose_reminders(plan, weekdays=EVERY_DAY, hour=TEN, at=at)
    due = []
    for _ in range(3):
        due.append(choice.next_reminder_at)
        queue_due_reminders(due[-1])
        choice.refresh_from_db()
    assert due == [
        dt.datetime(2026, 4, 3, 23, tzinfo=dt.UTC),
        dt.datetime(2026, 4, 5, 0, tzinfo=dt.UTC),
        dt.datetime(2026, 4, 6, 0, tzinfo=dt.UTC),
    ]


def test_a_new_time_zone_moves_the_hour(reminded, service) -> None:
    plan, _ = reminded
    change_time_zone(plan.patient, timezone="Europe/London", by=None, at=moment(1, 7))
    plan.reminder_choice.refresh_from_db()
    assert plan.reminder_choice.next_reminder_at == dt.datetime(2026, 3, 2, 10, tzinfo=dt.UTC)


def test_moving_west_on_the_same_day_does_not_remind_twice(reminded, service) -> None:
    plan, _ = reminded
    assert remind() == Delivered(sent=1)
    change_time_zone(plan.patient, timezone="Europe/London", by=None, at=moment(1, 12))
    at = dt.datetime(2026, 3, 2, 10, tzinfo=dt.UTC)
    queue_due_reminders(at)
    assert deliver_reminders(at) == Delivered()
    assert len(service) == 1


def test_each_device_gets_it_once_though_one_has_to_wait(plan, subscribe, service) -> None:
    subscribe(plan, "phone")
    subscribe(plan, "tablet")
    choose_reminders(plan, weekdays=EVERY_DAY, hour=TEN, at=moment(1, 6))
    service.answer = lambda came: (503 if "tablet" in came.path else 201, {})
    assert remind() == Delivered()
    service.answer = lambda came: (201, {})
    assert remind(minute=2) == Delivered(sent=1)
    paths = sorted(came.path.rsplit("/", 1)[1] for came in service.received)
    assert paths == ["phone", "tablet", "tablet"]


@pytest.mark.parametrize("status", [404, 410])
def test_an_expired_device_is_forgotten(reminded, service, status) -> None:
    plan, _ = reminded
    service.answer = lambda came: (status, {})
    assert remind() == Delivered(failed=1)
    assert not PushSubscription.objects.exists()
    assert remind(2) == Delivered()
    plan.reminder_choice.refresh_from_db()
    assert plan.reminder_choice.next_reminder_at is None


def test_a_busy_service_is_asked_again_when_it_says(reminded, service) -> None:
    service.answer = lambda came: (429, {"Retry-After": "600"})
    assert remind() == Delivered()
    assert remind(minute=9) == Delivered()
    assert len(service) == 1
    service.answer = lambda came: (201, {})
    assert remind(minute=11) == Delivered(sent=1)


def test_a_broken_service_is_given_up_after_two_hours(reminded, service) -> None:
    service.answer = lambda came: (500, {})
    for minute in range(0, 130, 5):
        remind(minute=minute)
    ((state, _),) = fates()
    assert state == "suppressed"
    assert 4 <= len(service) <= 10
    assert PushSubscription.objects.exists()


def test_a_device_that_always_refuses_is_forgotten(reminded, service) -> None:
    service.answer = lambda came: (403, {})
    for day in range(1, REFUSALS + 1):
        assert PushSubscription.objects.exists()
        remind(day)
    assert not PushSubscription.objects.exists()


def test_a_redirect_is_not_followed(reminded, service) -> None:
    service.answer = lambda came: (307, {"Location": f"{service.url}/inside"})
    assert remind() == Delivered(failed=1)
    assert len(service) == 1


def test_a_reminder_is_in_the_language_of_the_patient(reminded, service) -> None:
    plan, browser = reminded
    plan.patient.language = "xx"
    plan.patient.save(update_fields=["language"])
    assert remind() == Delivered(sent=1)
    assert browser.read(service.received[0].body)["title"]


def test_the_command_does_it_too_and_counts_it(reminded, service) -> None:
    out = StringIO()
    call_command("tick", "--at", moment(1, 10).isoformat(), stdout=out)
    counts = json.loads(out.getvalue())
    assert set(counts) == {"reviewed", "queued", "sent", "failed", "suppressed"}
    assert len(service) == 1
    call_command("tick", "--at", moment(1, 10).isoformat(), stdout=StringIO())
    assert len(service) == 1


def test_a_batch_asks_the_same_number_of_questions_however_long(
    db, service, subscribe: Subscribe, django_assert_max_num_queries
) -> None:
    for number in range(4):
        plan = make_plan(name=f"Patient {number}")
        subscribe(plan)
        choose_reminders(plan, weekdays=EVERY_DAY, hour=TEN, at=moment(1, 6))
        walk_on_morning(plan, 1)
    with django_assert_max_num_queries(12):
        queue_due_reminders(moment(1, 10))
    # Nothing is sent, so that each row has one outcome to write.
    with django_assert_max_num_queries(20):
        assert deliver_reminders(moment(1, 10)) == Delivered(suppressed=4)
