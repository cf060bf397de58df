"""Mail preferences without signing in, and the one click of a mail program (RFC 8058)."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.days import on_day
from tests.people import make_plan
from tests.responses import assert_private, path_of, soup, tampered, text
from walking.care.plan.preferences import mail_preference
from walking.mail.links import check_in_url, one_click_url, preferences_url
from walking.models import MailPreference, Plan

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_clock")]
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def _clock():
    with on_day(3):
        yield


@pytest.fixture
def plan() -> Plan:
    return make_plan()


@pytest.fixture
def link(plan: Plan) -> str:
    return path_of(preferences_url(plan.patient))


def wanted(plan: Plan) -> set[str]:
    preference = mail_preference(plan.patient)
    return {kind for kind in MailPreference.CHOICES if getattr(preference, kind)} - {"digest"}


def test_opening_it_shows_the_choices_and_changes_nothing(
    client: Client, plan: Plan, link: str
) -> None:
    for path in (link, path_of(one_click_url(preferences_url(plan.patient), "check_in"))):
        response = client.get(path)
        assert response.status_code == 200
        assert_private(response)
    names = [box["name"] for box in soup(client.get(link)).select("input[type=checkbox]")]
    assert names == ["check_in", "week_plan", "recurrence", "contact"]
    assert len(soup(client.get(link)).select("input[checked]")) == 4
    assert wanted(plan) == {"check_in", "week_plan", "recurrence", "contact"}


def test_it_saves_what_is_ticked(client: Client, plan: Plan, link: str) -> None:
    said = text(client.post(link, {"check_in": "on", "contact": "on"}, follow=True))
    assert "Saved" in said
    assert wanted(plan) == {"check_in", "contact"}
    client.post(link, {})
    assert wanted(plan) == set()
    assert "sessionid" not in client.cookies


def test_a_staff_member_chooses_the_digest(client: Client, plan: Plan) -> None:
    physio = plan.physiotherapist
    link = path_of(preferences_url(physio))
    names = [box["name"] for box in soup(client.get(link)).select("input[type=checkbox]")]
    assert names == ["digest"]
    client.post(link, {})
    preference = mail_preference(physio)
    assert not preference.digest
    assert preference.check_in


def test_one_click_stops_its_kind_at_once(plan: Plan) -> None:
    mail_program = Client(enforce_csrf_checks=True)
    url = path_of(one_click_url(preferences_url(plan.patient), "week_plan"))
    for _time in range(2):
        response = mail_program.post(url, ONE_CLICK)
        assert response.status_code == 200
        assert_private(response)
        assert wanted(plan) == {"check_in", "recurrence", "contact"}
    response = mail_program.post(
        path_of(one_click_url(preferences_url(plan.patient), "recurrence")),
        "List-Unsubscribe=One-Click",
        content_type="application/x-www-form-urlencoded",
    )
    assert response.status_code == 200
    assert wanted(plan) == {"check_in", "contact"}


def test_one_click_without_a_kind_stops_all(plan: Plan, link: str) -> None:
    assert Client(enforce_csrf_checks=True).post(link, ONE_CLICK).status_code == 200
    assert wanted(plan) == set()


def test_one_click_stops_no_mail_about_safety(client: Client, plan: Plan, link: str) -> None:
    response = client.post(f"{link}?kind=paused", ONE_CLICK)
    assert response.status_code == 400
    assert wanted(plan) == {"check_in", "week_plan", "recurrence", "contact"}


def test_the_form_itself_is_protected_against_posts_from_elsewhere(plan: Plan, link: str) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(link, {}).status_code == 403
    assert strict.post(link, {"List-Unsubscribe": "Two-Clicks"}).status_code == 403
    token = soup(strict.get(link)).select_one("input[name=csrfmiddlewaretoken]")["value"]
    assert strict.post(link, {"csrfmiddlewaretoken": token}).status_code == 302
    assert wanted(plan) == set()


def test_the_unsubscribe_link_opened_in_a_browser_unticks_its_kind(
    client: Client, plan: Plan
) -> None:
    page = client.get(path_of(one_click_url(preferences_url(plan.patient), "contact")))
    assert "Press Save to stop it" in text(page)
    assert not soup(page).select_one("input[name=contact]").has_attr("checked")
    assert "contact" in wanted(plan)


def test_a_forged_link_opens_nothing(client: Client, plan: Plan, link: str) -> None:
    other = path_of(check_in_url(plan, 1)).replace("/c/", "/m/")
    for forged in (tampered(link), other, "/m/1/", "/m/nonsense/"):
        assert client.get(forged).status_code == 404
        response = client.post(forged, ONE_CLICK)
        assert response.status_code == 404
        assert "This link does not work" in text(response)
    assert wanted(plan) == {"check_in", "week_plan", "recurrence", "contact"}
