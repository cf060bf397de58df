"""What somebody agreed to, and taking it back."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from accounts.models import Consent
from tests.desk.desk import Desk, make_desk
from tests.people import signed_in
from walking.care.enrolment.consent import withdraw_consent
from walking.care.refusal import Refused
from walking.care.tick import catch_up_all
from walking.models import Mail, Plan, PlanEvent

pytestmark = pytest.mark.django_db

PAGE = "/settings/consent/"


@pytest.fixture
def desk() -> Desk:
    return make_desk("hill")


def test_it_tells_what_was_agreed_to_and_opening_it_changes_nothing(desk: Desk) -> None:
    page = signed_in(desk.plan.patient).get(PAGE).content.decode()
    assert "You agreed" in page
    assert "version 2026-11" in page
    assert Consent.objects.filter(user=desk.plan.patient).count() == 1
    assert f'href="{PAGE}"' in signed_in(desk.plan.patient).get("/settings/").content.decode()


def test_taking_it_back_ends_the_plan_and_all_mail(desk: Desk) -> None:
    client = signed_in(desk.plan.patient)
    assert client.post(PAGE).status_code == 302
    plan = Plan.objects.get(pk=desk.plan.pk)
    assert plan.status == Plan.Status.COMPLETED
    assert plan.next_review_at is plan.next_check_in_at is plan.next_question_at is None
    assert not plan.contacts.filter(remind_at__isnull=False).exists()
    assert PlanEvent.objects.filter(plan=plan, detail__reason="consent_withdrawn").exists()
    before = Mail.objects.filter(recipient=plan.patient).count()
    for days in (8, 40, 200):
        catch_up_all(timezone.now() + dt.timedelta(days=days))
    assert Mail.objects.filter(recipient=plan.patient).count() == before
    assert "You withdrew" in client.get(PAGE).content.decode()
    assert client.get("/today/").status_code == 200
    desk_page = signed_in(desk.physio).get(f"/admin/walking/plan/{plan.pk}/change/")
    assert "withdrew the consent" in desk_page.content.decode()


def test_it_is_taken_back_once(desk: Desk) -> None:
    withdraw_consent(desk.plan.patient, at=timezone.now())
    with pytest.raises(Refused):
        withdraw_consent(desk.plan.patient, at=timezone.now())
    client = signed_in(desk.plan.patient)
    assert client.post(PAGE).status_code == 302
    assert Consent.objects.filter(user=desk.plan.patient).count() == 2


def test_nobody_takes_back_for_somebody_else(desk: Desk) -> None:
    assert signed_in(desk.physio).post(PAGE)["Location"] == "/admin/"
    assert Consent.objects.filter(action="withdrawn").count() == 0
