"""Links in mail: single purpose, expiring in the patient's zone, and no good when forged."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core import signing
from django.urls import resolve

from tests.mail.test_letters import utc
from tests.people import insert_invitation, insert_plan, make_clinic, make_patient
from walking.mail import links
from walking.models import Plan, Week

pytestmark = pytest.mark.django_db

NOW = utc(2026, 3, 8, 6)


def token_in(url: str) -> str:
    return urlsplit(url).path.strip("/").split("/")[1]


def refused(read: Callable[..., object], *arguments: object) -> str:
    with pytest.raises(links.BadLink) as caught:
        read(*arguments)
    assert str(caught.value).endswith(".")
    return caught.value.reason


def test_they_open_what_they_were_made_for(plan: Plan) -> None:
    at = NOW
    assert links.read_check_in_token(token_in(links.check_in_url(plan, 1)), at) == (plan.pk, 1)
    assert links.read_recurrence_token(token_in(links.recurrence_url(plan, 1)), at) == (plan.pk, 1)
    assert (
        links.read_preferences_token(token_in(links.preferences_url(plan.patient)))
        == plan.patient.pk
    )
    invitation = insert_invitation(plan.physiotherapist, at=at)
    assert links.read_invitation_token(token_in(links.invitation_url(invitation)), at) == invitation


def test_they_lead_to_pages_that_are_there(plan: Plan) -> None:
    """Mail spells its addresses out, because what was sent must go on working: they have to match the pages."""
    invitation = insert_invitation(plan.physiotherapist, at=NOW)
    pages = {
        links.check_in_url(plan, 1): "token_check_in",
        links.invitation_url(invitation): "invitation",
        links.preferences_url(plan.patient): "mail_preferences",
        links.recurrence_url(plan, 1): "recurrence",
        links.site_url("/today/"): "today",
        links.site_url("/plan/"): "plan",
        links.site_url("/warning-signs/"): "warning_signs",
        links.site_url("/admin/"): "index",
        links.site_url(f"/admin/walking/plan/{plan.pk}/change/"): "walking_plan_change",
    }
    assert {url: resolve(urlsplit(url).path).url_name for url in pages} == pages


def test_they_hold_no_name_and_fit_a_line(plan: Plan) -> None:
    for url in (
        links.check_in_url(plan, 1),
        links.recurrence_url(plan, 1),
        links.preferences_url(plan.patient),
        links.one_click_url(links.preferences_url(plan.patient), "check_in"),
    ):
        assert url.startswith("http://testserver/")
        assert "anna" not in url.lower()
        assert len(url) < 100


def test_a_token_of_one_purpose_is_none_of_another(plan: Plan) -> None:
    invitation = insert_invitation(plan.physiotherapist, at=NOW)
    tokens = {
        "check_in": token_in(links.check_in_url(plan, 1)),
        "recurrence": token_in(links.recurrence_url(plan, 1)),
        "preferences": token_in(links.preferences_url(plan.patient)),
        "invitation": token_in(links.invitation_url(invitation)),
    }
    readers = {
        "check_in": lambda token: links.read_check_in_token(token, NOW),
        "recurrence": lambda token: links.read_recurrence_token(token, NOW),
        "preferences": links.read_preferences_token,
        "invitation": lambda token: links.read_invitation_token(token, NOW),
    }
    for purpose, token in tokens.items():
        for other, read in readers.items():
            if other != purpose:
                assert refused(read, token) == "forged"


def test_a_forged_or_broken_token_opens_nothing(plan: Plan) -> None:
    good = token_in(links.check_in_url(plan, 1))
    value, signature = good.split(".")
    bad = [
        "",
        "x",
        value,
        f"{plan.pk}-2.{signature}",
        good[:-1],
        good[:-1] + ("A" if good[-1] != "A" else "B"),
        good + "A",
        signing.Signer(salt="waymark.link.check-in", sep=".", key="another key").sign(value),
        links.signed(links.CHECK_IN, "1"),
        links.signed(links.CHECK_IN, "one-two"),
        "\x00",
        "ü.é",
    ]
    for token in bad:
        assert refused(links.read_check_in_token, token, NOW) == "forged", token


def test_a_check_in_link_works_to_the_end_of_the_following_week(plan: Plan) -> None:
    """Week 1 ends on Sunday 8 March; the following Sunday ends at 13:00 UTC in Sydney."""
    token = token_in(links.check_in_url(plan, 1))
    last = utc(2026, 3, 15, 12, 59, 59)
    assert links.read_check_in_token(token, last) == (plan.pk, 1)
    assert refused(links.read_check_in_token, token, last + dt.timedelta(seconds=1)) == "expired"


@pytest.mark.parametrize(
    ("zone", "end"),
    [
        ("Pacific/Kiritimati", utc(2026, 3, 15, 10)),
        ("Pacific/Pago_Pago", utc(2026, 3, 16, 11)),
        ("America/New_York", utc(2026, 3, 16, 4)),  # daylight saving began in that week
    ],
)
def test_the_end_is_that_of_the_patients_own_day(db: None, zone: str, end: dt.datetime) -> None:
    plan = insert_plan(patient=make_patient(make_clinic(), timezone=zone))
    token = token_in(links.check_in_url(plan, 1))
    assert links.read_check_in_token(token, end - dt.timedelta(seconds=1)) == (plan.pk, 1)
    assert refused(links.read_check_in_token, token, end) == "expired"


def test_a_link_to_a_week_that_is_not_there_has_expired(plan: Plan) -> None:
    token = token_in(links.check_in_url(plan, 9))
    assert refused(links.read_check_in_token, token, NOW) == "expired"


def test_the_end_follows_the_week_as_it_is_now(plan: Plan) -> None:
    token = token_in(links.check_in_url(plan, 1))
    Week.objects.filter(plan=plan).update(ends=dt.date(2026, 3, 4))
    assert links.read_check_in_token(token, utc(2026, 3, 11, 12)) == (plan.pk, 1)
    assert refused(links.read_check_in_token, token, utc(2026, 3, 11, 13)) == "expired"


def test_the_monthly_question_can_be_answered_for_60_days(plan: Plan) -> None:
    token = token_in(links.recurrence_url(plan, 1))  # 2 April, so to the end of 1 June in Sydney
    assert links.read_recurrence_token(token, utc(2026, 6, 1, 13, 59)) == (plan.pk, 1)
    assert refused(links.read_recurrence_token, token, utc(2026, 6, 1, 14)) == "expired"


def test_a_link_to_a_plan_that_is_gone_has_expired(plan: Plan) -> None:
    token = links.signed(links.RECURRENCE, f"{plan.pk + 1}-1")
    assert refused(links.read_recurrence_token, token, NOW) == "expired"


@pytest.mark.parametrize("field", ["accepted_at", "revoked_at"])
def test_an_invitation_opens_once(plan: Plan, field: str) -> None:
    fields = {field: NOW} | ({"plan": plan} if field == "accepted_at" else {})
    invitation = insert_invitation(plan.physiotherapist, at=NOW, **fields)
    token = token_in(links.invitation_url(invitation))
    assert refused(links.read_invitation_token, token, NOW) == "expired"


def test_an_invitation_ends_when_it_says(plan: Plan) -> None:
    invitation = insert_invitation(plan.physiotherapist, at=NOW)
    token = token_in(links.invitation_url(invitation))
    assert links.read_invitation_token(token, invitation.expires_at - dt.timedelta(seconds=1))
    assert refused(links.read_invitation_token, token, invitation.expires_at) == "expired"


def test_a_new_nonce_ends_the_old_link(plan: Plan) -> None:
    invitation = insert_invitation(plan.physiotherapist, at=NOW)
    token = token_in(links.invitation_url(invitation))
    invitation.nonce = "another"
    invitation.save()
    assert refused(links.read_invitation_token, token, NOW) == "forged"


def test_links_outlive_a_change_of_the_secret_key(plan: Plan, settings: Any) -> None:
    token = token_in(links.check_in_url(plan, 1))
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "n" * 60
    assert links.read_check_in_token(token, NOW) == (plan.pk, 1)
    assert token_in(links.check_in_url(plan, 1)) != token
