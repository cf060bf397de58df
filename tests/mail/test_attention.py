"""The list of who needs somebody follows what real delivery does, and the digest what the list says."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client

from tests.mail.conftest import queue
from tests.mail.test_letters import utc
from tests.people import make_physio
from tests.services import SmtpSink
from walking.care.tick import catch_up_all
from walking.care.weeks import due_mail
from walking.care.weeks.check_in import report_red_flags
from walking.mail.delivery import Delivered, deliver_due
from walking.models import Attention, Mail, MailPreference, Plan
from walking.models.standing import refresh
from walking.programme.red_flags import RedFlag

pytestmark = pytest.mark.django_db

AT = utc(2026, 3, 3, 6)
DAY = dt.timedelta(days=1)


def waiting() -> list[str]:
    return list(Attention.objects.waiting().values_list("kind", flat=True))


def test_mail_that_fails_puts_a_patient_on_the_list_and_mail_that_arrives_takes_them_off(
    post: SmtpSink, plan: Plan
) -> None:
    refresh([plan.pk], AT)
    assert waiting() == []
    post.answer = "554 5.7.1 not today"
    queue(Mail.Kind.CHECK_IN, "week:1", AT, plan=plan)
    assert deliver_due(AT) == Delivered(failed=1)
    assert waiting() == ["mail"]
    assert Attention.objects.get().since is not None
    post.answer = "250 OK"
    queue(Mail.Kind.WELCOME, "start", AT + DAY, plan=plan)
    assert deliver_due(AT + DAY) == Delivered(sent=1)
    assert waiting() == []


def test_a_sign_in_after_silence_says_that_somebody_is_there_and_does_not_log(plan: Plan) -> None:
    catch_up_all(utc(2026, 3, 24, 6))  # three weeks without a walk or a check-in
    assert waiting() == ["quiet"]
    Client().force_login(Plan.objects.get().patient)
    assert waiting() == ["not_logging"]


def test_a_physiotherapist_with_somebody_waiting_gets_a_digest_and_others_none(plan: Plan) -> None:
    colleague = make_physio(plan.clinic, email="calm@hillside.example")
    # Friday the 6th, 10 in the morning in Sydney: the next digest is Monday's.
    friday = utc(2026, 3, 5, 23)
    catch_up_all(friday)
    report_red_flags(plan, red_flags=[RedFlag.TRAUMA], by=plan.patient, at=friday)
    mornings = {each.user_id: each.next_digest_at for each in MailPreference.objects.all()}
    monday = utc(2026, 3, 8, 20, 30)
    assert mornings[colleague.pk] == mornings[plan.physiotherapist_id] == monday
    due_mail.queue_due_mail(monday - dt.timedelta(seconds=1))
    assert not Mail.objects.filter(kind=Mail.Kind.DIGEST).exists()
    due_mail.queue_due_mail(monday)
    digest = Mail.objects.get(kind=Mail.Kind.DIGEST)
    assert (digest.recipient, digest.about) == (plan.physiotherapist, "2026-03-09")
    # A patient of nobody waits on the list, and in nobody's digest.
    Plan.objects.filter(pk=plan.pk).update(physiotherapist=None)
    due_mail.queue_due_mail(monday + DAY)
    assert Mail.objects.filter(kind=Mail.Kind.DIGEST).count() == 1
    assert waiting() == ["urgent"]
