"""Agreeing to research: asked apart, never needed, and taken back at any time."""

from __future__ import annotations

import datetime as dt
from urllib.parse import urlsplit

import pytest
from django.utils import timezone

from accounts.models import Access, Consent, PaperConsent
from tests.desk.desk import Desk, make_desk
from tests.people import make_paper_plan, make_plan, signed_in
from walking.care.enrolment.research_consent import (
    Research,
    choose_research,
    research_of,
    research_told_on_paper,
)
from walking.care.refusal import Refused
from walking.mail.links import invitation_url
from walking.models import Plan
from walking.programme.red_flags import RedFlag

pytestmark = pytest.mark.django_db

PAGE = "/settings/consent/"


@pytest.fixture
def desk() -> Desk:
    return make_desk("hill")


def of_research() -> list[tuple[str, str]]:
    said = Consent.objects.filter(document__startswith="research").order_by("pk")
    return list(said.values_list("document", "action"))


def test_nobody_agrees_who_was_not_asked(desk: Desk) -> None:
    assert research_of(desk.plan.patient) == Research(False, False)
    assert of_research() == []


def test_an_invitation_asks_with_nothing_ticked_and_starts_without(desk: Desk) -> None:
    address = urlsplit(invitation_url(desk.invitation)).path
    client = signed_in(desk.plan.patient)
    client.logout()
    page = client.get(address).content.decode()
    for name in ("research", "research_words"):
        assert f'<input type="checkbox" name="{name}" id="id_{name}">' in page
    answers = {
        "name": "New", "password": "a long one for a test", "timezone": "Australia/Sydney",
        "start": timezone.localtime(timezone.now(), desk.physio.zone).date().isoformat(), "check_in_time": "17:00",
        "consent": "on", **{f"flag_{flag.value}": "no" for flag in RedFlag},
    }  # fmt: skip
    assert client.post(address, answers).status_code == 302
    assert of_research() == []


@pytest.mark.parametrize("words", [False, True])
def test_what_was_ticked_is_kept_with_the_start(desk: Desk, words: bool) -> None:
    at = timezone.now()
    plan = make_plan(
        invitation=desk.invitation, password=None, start=timezone.localtime(at, desk.physio.zone).date(),
        research=True, research_words=words, at=at,
    )  # fmt: skip
    assert research_of(plan.patient) == Research(True, words)


def test_it_is_chosen_and_taken_back_in_the_settings_and_every_change_is_kept(desk: Desk) -> None:
    patient = desk.plan.patient
    client = signed_in(patient)
    assert "Research, if you like" in client.get(PAGE).content.decode()
    client.post(f"{PAGE}research/", {"research": "on", "research_words": "on"})
    client.post(f"{PAGE}research/", {"research": "on", "research_words": "on"})
    assert of_research() == [("research", "given"), ("research_words", "given")]
    assert "You agreed to research" in client.get(PAGE).content.decode()
    client.post(f"{PAGE}research/", {"research_words": "on"})
    assert research_of(patient) == Research(False, False)
    assert of_research()[2:] == [("research", "withdrawn"), ("research_words", "withdrawn")]
    assert "You took back the yes to research" in client.get(PAGE).content.decode()
    # The programme goes on.
    assert Plan.objects.get(pk=desk.plan.pk).status == Plan.Status.ACTIVE
    assert client.get(f"{PAGE}research/").status_code == 405


def on_paper(desk: Desk, **given: bool) -> Plan:
    at = timezone.now()
    today = timezone.localtime(at, desk.physio.zone).date()
    return make_paper_plan(desk.physio, start=today, at=at, **given)


def test_on_paper_it_is_kept_as_signed_on_paper(desk: Desk) -> None:
    plan = on_paper(desk, research=True)
    assert research_of(plan.patient) == Research(True, False)
    assert PaperConsent.objects.filter(consent__user=plan.patient).count() == 2
    page = f"/admin/research/{plan.pk}/"
    client = signed_in(desk.physio)
    assert "For what the patient signed on paper" in client.get(page).content.decode()
    assert client.post(page, {"signed_on": "2026-01-05"}).status_code == 302
    assert research_of(plan.patient) == Research(False, False)
    assert Access.objects.filter(
        patient=plan.patient, what="research_consent", action="changed"
    ).exists()


def test_staff_agree_for_nobody_who_can_do_it_themselves(desk: Desk) -> None:
    page = f"/admin/research/{desk.plan.pk}/"
    client = signed_in(desk.physio)
    day = "2026-01-05"
    refused = client.post(page, {"signed_on": day, "research": "on"})
    assert refused.status_code == 422
    assert "agrees in the app" in refused.content.decode()
    choose_research(desk.plan.patient, agrees=True, words=True, at=timezone.now())
    assert client.post(page, {"signed_on": day, "research": "on"}).status_code == 302
    assert research_of(desk.plan.patient) == Research(True, False)


def test_another_clinic_and_the_patient_have_no_business_there(desk: Desk) -> None:
    plan = on_paper(desk)
    page = f"/admin/research/{plan.pk}/"
    other = make_desk("dale")
    assert signed_in(other.physio).get(page).status_code == 404
    assert signed_in(desk.plan.patient).get(page).status_code == 302
    with pytest.raises(Refused):
        research_told_on_paper(
            plan, agrees=True, words=False, signed_on=dt.date(2026, 1, 5), by=other.physio, at=timezone.now()
        )  # fmt: skip
    assert of_research() == []
