"""A physiotherapist's words with a change reach the patient by mail, once, and only while they hold."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.mail.test_letters import HEALTH_WORDS, assert_html_says_the_same, text_of, utc
from tests.services import SmtpSink
from walking.care.plan.adjust import set_next_dose, withdraw_adjustment
from walking.care.plan.pause import pause
from walking.care.plan.settings_change import change_settings, withdraw_change
from walking.mail.delivery import Delivered, deliver_due
from walking.models import Mail, Plan
from walking.programme.dose import Dose
from walking.programme.settings import Programme

pytestmark = pytest.mark.django_db

AT = utc(2026, 3, 4, 6)


def set_dose(plan: Plan, minutes: int, message: str, at: dt.datetime = AT) -> None:
    plan.refresh_from_db()
    set_next_dose(
        plan, dose=Dose(minutes, 4), reason="Knee hurts", message=message,
        by=plan.physiotherapist, at=at, version=plan.version,
    )  # fmt: skip


def test_it_says_what_was_written_and_not_why(plan: Plan, post: SmtpSink) -> None:
    set_dose(plan, 12, "Take it gently.\nSee you on Friday.")
    assert deliver_due(AT) == Delivered(sent=1)
    (mail,) = post.messages
    text = text_of(mail)
    assert "> Take it gently.\n> See you on Friday." in text
    assert f"{plan.physiotherapist.name} has changed your walking plan" in " ".join(text.split())
    assert "Knee" not in text
    assert not HEALTH_WORDS.search(mail["Subject"])
    assert mail["List-Unsubscribe"] is None
    assert_html_says_the_same(mail)
    assert deliver_due(AT) == Delivered()


def test_without_words_there_is_no_mail(plan: Plan) -> None:
    set_dose(plan, 12, "")
    assert not Mail.objects.exists()


def test_only_the_last_of_two_goes(plan: Plan, post: SmtpSink) -> None:
    set_dose(plan, 12, "Twelve it is.")
    set_dose(plan, 14, "Fourteen after all.")
    assert deliver_due(AT) == Delivered(sent=1, suppressed=1)
    assert "Fourteen after all." in text_of(post.messages[0])


def test_what_was_taken_back_is_not_sent(plan: Plan, post: SmtpSink) -> None:
    set_dose(plan, 12, "Twelve it is.")
    plan.refresh_from_db()
    by = plan.physiotherapist
    assert by is not None
    withdraw_adjustment(plan, reason="A slip", by=by, at=AT, version=plan.version)
    plan.refresh_from_db()
    change_settings(
        plan, programme=Programme(goal=Dose(20, 5)), programme_version=None,
        from_week=plan.week_number + 1, reason="Knee", message="A nearer goal.", by=by, at=AT,
        version=plan.version,
    )  # fmt: skip
    plan.refresh_from_db()
    withdraw_change(plan, reason="A slip", by=by, at=AT, version=plan.version)
    assert deliver_due(AT) == Delivered(suppressed=2)
    assert post.messages == []


def test_a_pause_is_explained_too(plan: Plan, post: SmtpSink) -> None:
    by = plan.physiotherapist
    assert by is not None
    pause(plan, note="Surgery", message="Rest well.", by=by, at=AT, version=plan.version)
    assert deliver_due(AT) == Delivered(sent=1)
    assert "Rest well." in text_of(post.messages[0])
    assert "Surgery" not in text_of(post.messages[0])
