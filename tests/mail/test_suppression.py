"""Mail that is no longer true, no longer wanted or too late is not sent, and its row says why."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from tests.mail.conftest import queue
from tests.mail.test_letters import in_week_2, review, stopped, utc
from tests.people import insert_invitation
from tests.services import SmtpSink
from walking.mail.delivery import Delivered, deliver_due
from walking.models import CheckIn, Contact, Mail, MailPreference, Plan, Recurrence, Week
from walking.models.outbox import STALE_AFTER

pytestmark = pytest.mark.django_db

SUNDAY = utc(2026, 3, 8, 6)  # 17:00 in Sydney
MONDAY = utc(2026, 3, 8, 20)  # 07:00 in Sydney


def assert_suppressed(post: SmtpSink, mail: Mail, at: dt.datetime, reason: str) -> None:
    assert deliver_due(at) == Delivered(suppressed=1)
    mail.refresh_from_db()
    assert (mail.state, mail.lease) == ("suppressed", None)
    assert mail.settled_at is not None
    assert reason in mail.outcome
    assert post.messages == []
    assert deliver_due(at + dt.timedelta(days=1)) == Delivered()


def assert_sent(post: SmtpSink, at: dt.datetime) -> None:
    assert deliver_due(at) == Delivered(sent=1)
    assert len(post.messages) == 1


def answer(plan: Plan, week_number: int) -> None:
    CheckIn(plan=plan, week_number=week_number, at=SUNDAY, via="mail", pain=1).save()


def test_it_is_sent_until_36_hours_after_it_was_due(plan: Plan, post: SmtpSink) -> None:
    queue(Mail.Kind.PAUSED, "week:1", SUNDAY, plan=plan)
    stopped(plan, 1, "trauma")
    assert_sent(post, SUNDAY + STALE_AFTER - dt.timedelta(seconds=1))


def test_it_is_suppressed_after_36_hours(plan: Plan, post: SmtpSink) -> None:
    mail = queue(Mail.Kind.PAUSED, "week:1", SUNDAY, plan=plan)
    stopped(plan, 1, "trauma")
    assert_suppressed(post, mail, SUNDAY + STALE_AFTER + dt.timedelta(seconds=1), "36 hours")


@pytest.mark.parametrize("kind", MailPreference.CHOICES)
def test_it_is_suppressed_when_unsubscribed(plan: Plan, post: SmtpSink, kind: str) -> None:
    MailPreference.objects.create(user=plan.patient, **{kind: False})
    about = {
        "check_in": "week:1",
        "week_plan": "week:1",
        "recurrence": "month:1",
        "contact": "contact:2",
    }
    mail = queue(
        Mail.Kind(kind), about.get(kind, "2026-03-09"), SUNDAY, plan=None, recipient=plan.patient
    )
    Mail.objects.filter(pk=mail.pk).update(plan=plan if kind in about else None)
    assert_suppressed(post, mail, SUNDAY, "Unsubscribed")


def test_a_kind_that_is_wanted_is_sent(plan: Plan, post: SmtpSink) -> None:
    MailPreference.objects.create(user=plan.patient, week_plan=False)
    queue(Mail.Kind.CHECK_IN, "week:1", SUNDAY, plan=plan)
    assert_sent(post, SUNDAY)


def test_it_is_suppressed_for_a_closed_account(plan: Plan, post: SmtpSink) -> None:
    plan.patient.is_active = False
    plan.patient.save()
    mail = queue(Mail.Kind.CHECK_IN, "week:1", SUNDAY, plan=plan)
    assert_suppressed(post, mail, SUNDAY, "closed")


def test_an_answered_check_in_is_not_asked_for(plan: Plan, post: SmtpSink) -> None:
    answer(plan, 1)
    mail = queue(Mail.Kind.CHECK_IN, "week:1", SUNDAY, plan=plan)
    assert_suppressed(post, mail, SUNDAY, "answered")


def test_a_paused_plan_asks_nothing(plan: Plan, post: SmtpSink) -> None:
    mail = queue(Mail.Kind.CHECK_IN, "week:1", SUNDAY, plan=plan)
    stopped(plan, 1, "trauma")
    assert_suppressed(post, mail, SUNDAY, "paused")


def test_a_week_that_a_pause_cut_short_asks_nothing(plan: Plan, post: SmtpSink) -> None:
    mail = queue(Mail.Kind.CHECK_IN, "week:1", SUNDAY, plan=plan)
    in_week_2(plan, origin="physiotherapist")
    assert_suppressed(post, mail, SUNDAY + dt.timedelta(hours=20), "cut short")


def test_the_last_week_of_a_completed_plan_can_still_be_answered(
    plan: Plan, post: SmtpSink
) -> None:
    review(plan, 1, next_minutes=None, next_days=None)
    plan.status, plan.next_review_at, plan.next_check_in_at = "completed", None, None
    plan.save()
    queue(Mail.Kind.CHECK_IN, "week:1", SUNDAY, plan=plan)
    assert_sent(post, MONDAY)


def test_a_plan_completed_by_hand_asks_nothing(plan: Plan, post: SmtpSink) -> None:
    plan.status, plan.next_review_at, plan.next_check_in_at = "completed", None, None
    plan.save()
    mail = queue(Mail.Kind.CHECK_IN, "week:1", SUNDAY, plan=plan)
    assert_suppressed(post, mail, MONDAY, "cut short")


def test_a_new_week_that_the_check_in_showed_is_not_told_again(plan: Plan, post: SmtpSink) -> None:
    review(plan, 1)
    in_week_2(plan)
    answer(plan, 1)
    mail = queue(Mail.Kind.WEEK_PLAN, "week:2", MONDAY, plan=plan)
    assert_suppressed(post, mail, MONDAY, "answered")


def test_a_new_week_of_a_paused_plan_is_not_told(plan: Plan, post: SmtpSink) -> None:
    review(plan, 1)
    in_week_2(plan)
    mail = queue(Mail.Kind.WEEK_PLAN, "week:2", MONDAY, plan=plan)
    stopped(plan, 2, "trauma")
    assert_suppressed(post, mail, MONDAY, "not running")


def test_a_week_that_is_over_is_not_told(plan: Plan, post: SmtpSink) -> None:
    mail = queue(Mail.Kind.WEEK_PLAN, "week:1", MONDAY, plan=plan)
    assert_suppressed(post, mail, MONDAY, "over")


def test_only_the_running_week_is_told(plan: Plan, post: SmtpSink) -> None:
    mail = queue(Mail.Kind.WEEK_PLAN, "week:1", SUNDAY, plan=plan)
    in_week_2(plan)
    assert_suppressed(post, mail, SUNDAY, "over")


def test_a_moved_contact_is_not_announced(plan: Plan, post: SmtpSink) -> None:
    mail = queue(Mail.Kind.CONTACT, "contact:2", SUNDAY, plan=plan)
    Contact.objects.filter(plan=plan, number=2).update(due=dt.date(2026, 3, 12))
    assert_suppressed(post, mail, SUNDAY, "another day")


@pytest.mark.parametrize("state", ["done", "missed"])
def test_a_contact_that_is_settled_is_not_announced(plan: Plan, post: SmtpSink, state: str) -> None:
    mail = queue(Mail.Kind.CONTACT, "contact:2", SUNDAY, plan=plan)
    Contact.objects.filter(plan=plan, number=2).update(state=state)
    assert_suppressed(post, mail, SUNDAY, "no longer planned")


def test_an_answered_month_is_not_asked_for(plan: Plan, post: SmtpSink) -> None:
    Recurrence(plan=plan, month=1, at=SUNDAY, happened=False).save()
    mail = queue(Mail.Kind.RECURRENCE, "month:1", SUNDAY, plan=plan)
    assert_suppressed(post, mail, SUNDAY, "answered")


def test_a_flare_up_in_between_answers_no_month(plan: Plan, post: SmtpSink) -> None:
    Recurrence(plan=plan, episode=1, episode_revision=1, at=SUNDAY, happened=True).save()
    queue(Mail.Kind.RECURRENCE, "month:1", SUNDAY, plan=plan)
    assert_sent(post, SUNDAY)


def test_a_plan_that_is_paused_before_it_began_welcomes_nobody(plan: Plan, post: SmtpSink) -> None:
    mail = queue(Mail.Kind.WELCOME, "start", SUNDAY, plan=plan)
    stopped(plan, 0, "trauma")
    assert_suppressed(post, mail, SUNDAY, "not running")


def test_a_resumed_plan_is_not_said_to_be_paused(plan: Plan, post: SmtpSink) -> None:
    mail = queue(Mail.Kind.PAUSED, "week:1", SUNDAY, plan=plan)
    assert_suppressed(post, mail, SUNDAY, "running again")


def test_a_warning_sign_after_completion_is_answered_too(plan: Plan, post: SmtpSink) -> None:
    plan.status, plan.next_review_at, plan.next_check_in_at = "completed", None, None
    plan.save()
    queue(Mail.Kind.PAUSED, "week:1", SUNDAY, plan=plan)
    assert_sent(post, SUNDAY)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"revoked_at": SUNDAY}, "taken back"),
        ({"expires_at": SUNDAY}, "expired"),
        ({"accepted_at": SUNDAY}, "accepted"),
    ],
)
def test_an_invitation_that_opens_nothing_is_not_sent(
    plan: Plan, post: SmtpSink, fields: dict[str, object], reason: str
) -> None:
    if "accepted_at" in fields:
        fields = fields | {"plan": plan}
    invitation = insert_invitation(plan.physiotherapist, at=SUNDAY - dt.timedelta(days=1), **fields)
    mail = queue(Mail.Kind.INVITATION, "invitation", SUNDAY, invitation=invitation)
    assert_suppressed(post, mail, SUNDAY, reason)


def test_a_digest_about_nobody_is_not_sent(plan: Plan, post: SmtpSink) -> None:
    mail = queue(Mail.Kind.DIGEST, "2026-03-09", SUNDAY, recipient=plan.physiotherapist)
    assert_suppressed(post, mail, SUNDAY, "Nobody")


def test_a_digest_tells_nothing_of_another_clinic(plan: Plan, post: SmtpSink) -> None:
    """A physiotherapist who moved to another clinic keeps no view of the patients left behind."""
    stopped(plan, 1, "trauma")
    from tests.people import make_clinic

    plan.physiotherapist.clinic = make_clinic()
    plan.physiotherapist.save()
    mail = queue(Mail.Kind.DIGEST, "2026-03-09", SUNDAY, recipient=plan.physiotherapist)
    assert_suppressed(post, mail, SUNDAY, "Nobody")


def test_what_holds_in_the_patients_zone_counts(
    plan: Plan, post: SmtpSink, queue_check_in: Callable[[Plan], Mail]
) -> None:
    """In Kiritimati (UTC+14) the Sunday has ended when it has hardly begun in UTC; the mail is due before."""
    plan.patient.timezone = "Pacific/Kiritimati"
    plan.patient.save()
    plan.next_check_in_at = utc(2026, 3, 8, 3)
    queue_check_in(plan)
    assert Week.objects.get(plan=plan).ends == dt.date(2026, 3, 8)
    assert_sent(post, utc(2026, 3, 8, 3))
