"""Alarms and safety emails after a red flag: what stops them, who gets the next one, and what the desk says."""

from __future__ import annotations

import datetime as dt
import logging
from typing import Any

import pytest
from django.db import IntegrityError
from django.test import Client
from django.utils import timezone

from accounts.models import User
from config.environment import mail_rates, mailers
from operations.metrics import Figures
from tests.faults.smtp import MailServer, Manners
from tests.mail.conftest import queue
from tests.mail.test_bounces import report
from tests.people import (
    insert_plan,
    make_clinic,
    make_manager,
    make_patient,
    make_physio,
)
from tests.services import SmtpSink, body_of
from walking.care.attention.acknowledge import acknowledge
from walking.care.weeks.check_in import report_red_flags
from walking.mail import outbox, pace
from walking.mail.again import send_again
from walking.mail.bounces import clear_bounces, record_bounce
from walking.mail.delivery import Delivered, deliver_due
from walking.mail.reports import read_report
from walking.models import Attention, Bounce, Mail, MailPace, MailPreference, Plan
from walking.models.outbox import STALE_AFTER
from walking.programme.red_flags import RedFlag

pytestmark = pytest.mark.django_db

MINUTE = dt.timedelta(minutes=1)
RUTH, BEN, MARIA, ANNA = (
    *("ruth@hillside.example", "ben@hillside.example"),
    *("maria@hillside.example", "anna@home.example"),
)


@pytest.fixture
def at() -> dt.datetime:
    return timezone.now()


@pytest.fixture
def ben(plan: Plan) -> User:
    return make_physio(plan.clinic, email=BEN, name="Ben Ode")


@pytest.fixture
def maria(plan: Plan) -> User:
    return make_manager(plan.clinic, email=MARIA, name="Maria Lund")


def red_flag(plan: Plan, at: dt.datetime) -> None:
    report_red_flags(plan, red_flags=[RedFlag.TRAUMA], by=plan.patient, at=at)
    # Of the other emails that are due none matters here.
    Mail.objects.exclude(kind__in=Mail.FIRST).delete()


def told(email: str, kind: Bounce.Kind, at: dt.datetime, mail: Mail | None = None) -> None:
    assert record_bounce(email, kind, Bounce.Source.PROVIDER, mail=mail, at=at)


def alarms(post: SmtpSink) -> list[str]:
    return [str(each["X-Envelope-To"]) for each in post.find(subject="needs you today")]


def of_patient(post: SmtpSink) -> list[str]:
    return [str(each["X-Envelope-To"]) for each in post.find(to=ANNA)]


def unreached(at: dt.datetime) -> float:
    (figure,) = (each for each in Figures(at).collect() if each.name == "waymark_alarms_unreached")
    return figure.samples[0].value


def desk(client: Client, plan: Plan, viewer: User) -> tuple[str, str]:
    """What the caseload and the patient's page say, as text."""
    client.force_login(viewer)
    pages = ("/admin/walking/plan/", f"/admin/walking/plan/{plan.pk}/change/")
    caseload, page = (" ".join(client.get(each).content.decode().split()) for each in pages)
    return caseload, page


# What stops them ---------------------------------------------------------------------------------


def test_every_kind_says_whether_a_complaint_stops_it() -> None:
    assert set(Mail.STOPPED_BY_COMPLAINT) == set(Mail.Kind)
    assert {kind for kind, stops in Mail.STOPPED_BY_COMPLAINT.items() if not stops} == {*Mail.FIRST}


@pytest.mark.parametrize("kind", [Bounce.Kind.COMPLAINT, Bounce.Kind.SOFT])
def test_neither_a_complaint_nor_a_soft_bounce_stops_alarm_or_safety_email(
    plan: Plan, ben: User, post: SmtpSink, at: dt.datetime, kind: Bounce.Kind
) -> None:
    told(RUTH, kind, at)
    told(ANNA, kind, at)
    MailPreference.objects.update_or_create(
        user=plan.patient, defaults=dict.fromkeys(MailPreference.CHOICES, False)
    )
    red_flag(plan, at)
    assert deliver_due(at) == Delivered(sent=2)
    assert (alarms(post), of_patient(post)) == ([RUTH], [ANNA])


def test_a_complaint_still_stops_ordinary_email(
    plan: Plan, post: SmtpSink, at: dt.datetime
) -> None:
    told(ANNA, Bounce.Kind.COMPLAINT, at)
    mail = queue(Mail.Kind.CONTACT, "contact:2", at, plan=plan)
    assert deliver_due(at) == Delivered(suppressed=1)
    mail.refresh_from_db()
    assert "unwanted" in mail.outcome


def test_a_complaint_does_not_hide_that_a_mailbox_is_dead(
    plan: Plan, ben: User, post: SmtpSink, at: dt.datetime
) -> None:
    told(RUTH, Bounce.Kind.HARD, at)
    told(RUTH, Bounce.Kind.COMPLAINT, at)
    red_flag(plan, at)
    deliver_due(at)
    assert alarms(post) == [BEN]
    clear_bounces(RUTH, by=ben, at=at)
    other = Mail.objects.get(kind="urgent", recipient__email=RUTH)
    Mail.objects.filter(pk=other.pk).update(state="queued", settled_at=None, next_attempt_at=at)
    deliver_due(at + MINUTE)
    assert alarms(post) == [BEN, RUTH]


# Who gets it next --------------------------------------------------------------------------------


def test_a_dead_address_passes_the_alarm_on_and_the_desk_says_so(
    plan: Plan, ben: User, post: SmtpSink, at: dt.datetime, client: Client
) -> None:
    told(RUTH, Bounce.Kind.HARD, at)
    red_flag(plan, at)
    deliver_due(at)
    assert alarms(post) == [BEN]
    (message,) = post.find(to=BEN)
    assert "could not reach Ruth Adler by email" in " ".join(body_of(message).split())
    assert "you answer for this patient" not in body_of(message)
    for page in desk(client, plan, ben):
        assert "The alarm went by email to Ben Ode." in page
        assert "It was not delivered to Ruth Adler: The address does not take mail." in page
    assert unreached(at) == 0


def test_an_alarm_that_simply_arrives_needs_no_words(
    plan: Plan, ben: User, post: SmtpSink, at: dt.datetime, client: Client
) -> None:
    red_flag(plan, at)
    deliver_due(at)
    (message,) = post.find(to=RUTH)
    assert "could not reach" not in body_of(message)
    assert "you answer for this patient" in " ".join(body_of(message).split())
    for page in desk(client, plan, ben):
        assert "Red flag reported" in page
        assert "alarm" not in page


@pytest.mark.parametrize("change", [{"is_active": False}, {"clinic": "another"}])
def test_someone_who_can_no_longer_act_gets_no_alarm_and_a_colleague_does(
    plan: Plan, ben: User, post: SmtpSink, at: dt.datetime, change: dict[str, Any]
) -> None:
    if "clinic" in change:
        change = {"clinic": make_clinic()}
    User.objects.filter(pk=plan.physiotherapist_id).update(**change)
    red_flag(Plan.objects.get(pk=plan.pk), at)
    deliver_due(at)
    assert alarms(post) == [BEN]


def test_without_a_physiotherapist_of_their_own_a_patients_alarm_goes_to_a_colleague(
    plan: Plan, maria: User, ben: User, post: SmtpSink, at: dt.datetime
) -> None:
    Plan.objects.filter(pk=plan.pk).update(physiotherapist=None)
    User.objects.filter(email=RUTH).update(is_active=False)
    red_flag(Plan.objects.get(pk=plan.pk), at)
    deliver_due(at)
    assert alarms(post) == [BEN]


def test_physiotherapists_come_before_managers_and_other_clinics_never(
    plan: Plan, maria: User, ben: User, post: SmtpSink, at: dt.datetime
) -> None:
    make_physio(make_clinic(), email="elsewhere@other.example")
    for email in (RUTH, BEN):
        told(email, Bounce.Kind.HARD, at)
    red_flag(plan, at)
    deliver_due(at)
    assert alarms(post) == [MARIA]
    told(MARIA, Bounce.Kind.HARD, at)
    deliver_due(at + MINUTE)
    assert alarms(post) == [MARIA]


@pytest.mark.parametrize("words", ["550 5.1.1 no such user", "554 5.7.1 relay access denied"])
def test_an_alarm_that_is_refused_passes_on_in_the_same_delivery(
    plan: Plan, ben: User, settings: Any, at: dt.datetime, words: str, client: Client
) -> None:
    manners = Manners(recipient=lambda address: words if address == RUTH else "250 fine")
    with MailServer(manners) as server:
        settings.MAILERS = mailers(server.url)
        red_flag(plan, at)
        assert deliver_due(at) == Delivered(sent=2, failed=1)
        assert sorted(each.to[0] for each in server.taken) == [ANNA, BEN]
        assert deliver_due(at + MINUTE) == Delivered()
    for page in desk(client, plan, ben):
        assert f"It was not delivered to Ruth Adler: The mail server answered: {words}" in page


def test_an_alarm_that_comes_back_later_passes_on(
    plan: Plan, ben: User, post: SmtpSink, at: dt.datetime, client: Client
) -> None:
    red_flag(plan, at)
    deliver_due(at)
    assert alarms(post) == [RUTH]
    alarm = Mail.objects.get(kind="urgent")
    assert read_report(report(alarm, RUTH), at + 10 * MINUTE) == "hard"
    assert read_report(report(alarm, RUTH), at + 11 * MINUTE) == "known"
    assert deliver_due(at + 11 * MINUTE) == Delivered(sent=1)
    assert alarms(post) == [RUTH, BEN]
    for page in desk(client, plan, ben):
        assert "It was not delivered to Ruth Adler: It was returned" in page


def test_a_provider_that_reports_the_address_dead_passes_it_on(
    plan: Plan, ben: User, post: SmtpSink, at: dt.datetime
) -> None:
    """Such a report names no message of ours."""
    red_flag(plan, at)
    deliver_due(at)
    told("Ruth@Hillside.example", Bounce.Kind.HARD, at)
    deliver_due(at + MINUTE)
    assert alarms(post) == [RUTH, BEN]


def test_once_it_is_acknowledged_it_goes_no_further(
    plan: Plan, ben: User, post: SmtpSink, at: dt.datetime
) -> None:
    red_flag(plan, at)
    deliver_due(at)
    state = Attention.objects.get(pk=plan.pk).state
    acknowledge(plan, state=state, note="Called.", by=ben, at=at + MINUTE)
    told(RUTH, Bounce.Kind.HARD, at + 2 * MINUTE)
    assert deliver_due(at + 3 * MINUTE) == Delivered()
    assert alarms(post) == [RUTH]


def test_an_alarm_that_could_not_go_for_36_hours_passes_on_too(
    plan: Plan, ben: User, settings: Any, at: dt.datetime
) -> None:
    full = Manners(recipient=lambda address: "452 full" if address == RUTH else "250 fine")
    with MailServer(full) as server:
        settings.MAILERS = mailers(server.url)
        red_flag(plan, at)
        deliver_due(at)
        deliver_due(at + STALE_AFTER + MINUTE)
        assert sorted(each.to[0] for each in server.taken) == [ANNA, BEN]


def test_the_database_takes_one_alarm_for_each_person_and_one_safety_email(
    plan: Plan, ben: User, at: dt.datetime
) -> None:
    queue(Mail.Kind.URGENT, "week:1", at, plan=plan, recipient=plan.physiotherapist)
    queue(Mail.Kind.URGENT, "week:1", at, plan=plan, recipient=ben)
    queue(Mail.Kind.PAUSED, "week:1", at, plan=plan)
    again = [
        outbox.queued(kind, plan=plan, recipient=to, about="week:1", due_at=at, at=at)
        for kind, to in (
            (Mail.Kind.URGENT, ben),
            (Mail.Kind.PAUSED, plan.patient),
            (Mail.Kind.PAUSED, ben),
        )
    ]
    assert outbox.queue(again) == 0
    again[0].message_id = "<another@testserver>"
    with pytest.raises(IntegrityError):
        again[0].save()


def test_staff_send_an_alarm_again_to_the_person_it_was_for(
    plan: Plan, ben: User, post: SmtpSink, at: dt.datetime
) -> None:
    told(RUTH, Bounce.Kind.HARD, at)
    red_flag(plan, at)
    deliver_due(at)
    clear_bounces(RUTH, by=ben, at=at)
    first, second = Mail.objects.filter(kind="urgent").order_by("pk")
    for original in (first, second):
        send_again(original, by=ben, reason="She asked for it.", at=at + MINUTE)
    deliver_due(at + MINUTE)
    assert sorted(alarms(post)) == [BEN, BEN, RUTH]
    assert len({each["Message-ID"] for each in post.find(subject="needs you today")}) == 3


# Nobody ------------------------------------------------------------------------------------------


def test_when_it_reaches_no_one_desk_figures_and_log_say_so(
    plan: Plan,
    ben: User,
    post: SmtpSink,
    at: dt.datetime,
    client: Client,
    caplog: pytest.LogCaptureFixture,
) -> None:
    for email in (RUTH, BEN):
        told(email, Bounce.Kind.HARD, at)
    with caplog.at_level(logging.INFO):
        red_flag(plan, at)
        deliver_due(at)
    assert alarms(post) == []
    for page in desk(client, plan, ben):
        assert "The alarm email reached no one." in page
        assert "Ben Ode: The address does not take mail." in page
    assert unreached(at) == 1
    (line,) = (each for each in caplog.records if each.levelname == "ERROR")
    assert "reached no one" in line.getMessage()
    ours = [each for each in caplog.records if each.name.startswith("walking")]
    assert not [each for each in ours if "@" in each.getMessage()]
    state = Attention.objects.get(pk=plan.pk).state
    acknowledge(plan, state=state, note="Called.", by=ben, at=at + MINUTE)
    assert unreached(at + MINUTE) == 0


def test_a_clinic_without_anyone_who_can_sign_in_is_an_alarm_that_reached_no_one(
    plan: Plan, post: SmtpSink, at: dt.datetime
) -> None:
    Plan.objects.filter(pk=plan.pk).update(physiotherapist=None)
    User.objects.filter(clinic=plan.clinic, is_staff=True).update(is_active=False)
    red_flag(Plan.objects.get(pk=plan.pk), at)
    deliver_due(at)
    assert not Mail.objects.filter(kind="urgent").exists()
    assert unreached(at) == 1


# The patient's own -------------------------------------------------------------------------------


def test_the_desk_says_when_the_patients_email_was_not_delivered(
    plan: Plan, ben: User, post: SmtpSink, at: dt.datetime, client: Client
) -> None:
    told(ANNA, Bounce.Kind.HARD, at)
    red_flag(plan, at)
    deliver_due(at)
    for page in desk(client, plan, ben):
        assert "Call: the email to the patient was not delivered." in page


def test_the_desk_says_when_the_patients_email_came_back(
    plan: Plan, ben: User, post: SmtpSink, at: dt.datetime, client: Client
) -> None:
    red_flag(plan, at)
    deliver_due(at)
    assert of_patient(post) == [ANNA]
    told(ANNA, Bounce.Kind.HARD, at + MINUTE)
    for page in desk(client, plan, ben):
        assert "Call: the email to the patient was not delivered." in page


def test_the_desk_says_when_emails_are_not_sent_yet(
    plan: Plan, ben: User, at: dt.datetime, client: Client
) -> None:
    red_flag(plan, at - 6 * MINUTE)
    for page in desk(client, plan, ben):
        assert "Call: the email to the patient has not been sent yet." in page
        assert "The alarm email to Ruth Adler has not been sent yet." in page


# Neither holds nor rates --------------------------------------------------------------------------


def test_a_domain_on_hold_holds_neither_alarm_nor_safety_email(
    plan: Plan, post: SmtpSink, at: dt.datetime
) -> None:
    for domain in ("hillside.example", "home.example"):
        pace.hold(domain, at)
    red_flag(plan, at)
    assert deliver_due(at + dt.timedelta(seconds=1)) == Delivered(sent=2)
    # Only these go: for everything else the hold stays as it was.
    assert MailPace.objects.filter(held_until__gt=at, holds=1).count() == 2


def test_a_rate_that_is_used_up_holds_neither(
    plan: Plan, post: SmtpSink, settings: Any, at: dt.datetime
) -> None:
    settings.MAIL_RATE, settings.MAIL_DOMAIN_RATES = mail_rates("1/d", "home.example=1/d")
    red_flag(plan, at)
    assert deliver_due(at) == Delivered(sent=2)


def test_a_domain_that_asks_to_slow_down_in_the_same_delivery_holds_no_alarm(
    plan: Plan, ben: User, post: SmtpSink, at: dt.datetime
) -> None:
    """Two alarms to one domain; the first answer asks us to slow down."""
    other = insert_plan(patient=make_patient(plan.clinic), physiotherapist=ben)
    red_flag(plan, at)
    red_flag(other, at)
    post.answer = lambda message: "451 4.7.1 slow down" if RUTH in str(message["To"]) else "250 OK"
    deliver_due(at)
    assert alarms(post) == [BEN]
    assert Mail.objects.filter(state="queued").get().attempts == 1
