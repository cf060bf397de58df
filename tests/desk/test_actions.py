"""Changing a plan: the dose, pause, resume, complete."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from accounts.models import Access
from tests.desk.desk import enrolled, hidden_fields
from tests.people import make_clinic, make_physio, signed_in
from walking.care.plan import pause
from walking.care.plan.adjust import pending
from walking.care.weeks.check_in import report_red_flags
from walking.care.weeks.reviews import catch_up
from walking.models import Plan
from walking.programme.dose import Dose
from walking.programme.red_flags import RedFlag

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan() -> Plan:
    return enrolled(make_physio(), name="Anna", email="anna@home.example", days_ago=2)


@pytest.fixture
def client(plan: Plan) -> Client:
    return signed_in(plan.physiotherapist)


def address(plan: Plan, action: str) -> str:
    return f"/admin/walking/plan/{plan.pk}/{action}/"


def opened(client: Client, plan: Plan, action: str) -> dict[str, str]:
    """What the form carries, as the browser would send it back."""
    response = client.get(address(plan, action))
    assert response.status_code == 200
    return hidden_fields(response.content.decode())


def fresh(plan: Plan) -> Plan:
    return Plan.objects.get(pk=plan.pk)


def text(response: HttpResponse) -> str:
    return BeautifulSoup(response.content, "html.parser").get_text(" ", strip=True)


DOSE: dict[str, Any] = {
    "minutes": 12,
    "days": 3,
    "reason": "Wants longer walks",
    "message": "Well done",
}


def test_it_sets_next_weeks_dose_and_the_review_takes_it_over(plan: Plan, client: Client) -> None:
    response = client.post(address(plan, "dose"), opened(client, plan, "dose") | DOSE, follow=True)
    assert "Next week's dose is set." in text(response)
    adjustment = pending(fresh(plan))
    assert adjustment is not None
    assert adjustment.dose == Dose(12, 3)
    assert (adjustment.reason, adjustment.message) == ("Wants longer walks", "Well done")
    assert adjustment.by == plan.physiotherapist
    entry = Access.objects.get(action="changed")
    assert (entry.by, entry.patient, entry.what) == (plan.physiotherapist, plan.patient, "dose")
    assert entry.why == "Wants longer walks"
    reviewed = catch_up(fresh(plan), fresh(plan).next_review_at or timezone.now())
    assert reviewed.weeks.get(number=2).dose == Dose(12, 3)


def test_it_shows_where_the_dose_leads_by_the_rules(plan: Plan, client: Client) -> None:
    data = opened(client, plan, "dose") | DOSE | {"_preview": "1"}
    page = text(client.post(address(plan, "dose"), data))
    assert "With 12 min × 3 days" in page
    assert "Week 3 10 min × 4 days 40" in page
    assert "Without a change Week 2 10 min × 4 days 40" in page
    assert pending(fresh(plan)) is None


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"minutes": 4}, "Choose a whole number from 5 to 120 minutes."),
        ({"minutes": 121}, "Choose a whole number from 5 to 120 minutes."),
        ({"minutes": ""}, "Choose a whole number from 5 to 120 minutes."),
        ({"minutes": "ten"}, "Choose a whole number from 5 to 120 minutes."),
        ({"days": 0}, "Choose a whole number from 1 to 7 days."),
        ({"days": 8}, "Choose a whole number from 1 to 7 days."),
        ({"days": "2.5"}, "Choose a whole number from 1 to 7 days."),
        ({"reason": "  "}, "Say why, so that your colleagues can follow."),
    ],
)
def test_it_refuses_a_wrong_dose_beside_the_field_and_keeps_what_was_typed(
    plan: Plan, client: Client, changed: dict[str, Any], words: str
) -> None:
    data = opened(client, plan, "dose") | DOSE | changed
    response = client.post(address(plan, "dose"), data)
    soup = BeautifulSoup(response.content, "html.parser")
    (name,) = changed
    beside = soup.select_one(f"#id_{name}_error")
    assert beside is not None
    assert words in beside.get_text()
    message = soup.select_one("#id_message")
    assert message is not None
    assert message.get_text(strip=True) == "Well done"
    assert pending(fresh(plan)) is None


def test_it_asks_to_confirm_a_step_larger_than_the_plans(plan: Plan, client: Client) -> None:
    data = opened(client, plan, "dose") | DOSE | {"minutes": 20, "days": 4}
    response = client.post(address(plan, "dose"), data)
    assert "This is 50 minutes a week more than now; the plan's steps add 10 at most." in text(
        response
    )
    box = BeautifulSoup(response.content, "html.parser").select_one("input[type=checkbox]")
    assert box is not None
    assert pending(fresh(plan)) is None
    client.post(address(plan, "dose"), data | {str(box["name"]): "on"})
    adjustment = pending(fresh(plan))
    assert adjustment is not None
    assert adjustment.dose == Dose(20, 4)


def test_it_withdraws_a_dose(plan: Plan, client: Client) -> None:
    client.post(address(plan, "dose"), opened(client, plan, "dose") | DOSE)
    data = opened(client, plan, "withdraw-dose") | {"reason": "Too soon"}
    client.post(address(plan, "withdraw-dose"), data)
    assert pending(fresh(plan)) is None
    assert fresh(plan).adjustments.count() == 2


def test_it_does_not_let_two_people_overwrite_each_other(plan: Plan, client: Client) -> None:
    colleague = make_physio(plan.clinic, name="Tom Reyes")
    other = signed_in(colleague)
    mine, theirs = opened(client, plan, "dose"), opened(other, plan, "dose")
    other.post(address(plan, "dose"), theirs | DOSE | {"minutes": 11, "reason": "Felt unsure"})
    response = client.post(address(plan, "dose"), mine | DOSE)
    page = text(response)
    assert response.status_code == 409
    assert "This plan changed while you were looking at it" in page
    assert "Tom Reyes" in page
    assert "11 min × 3 days" in page
    assert "Felt unsure" in page
    soup = BeautifulSoup(response.content, "html.parser")
    typed = soup.select_one("#id_reason")
    assert typed is not None
    assert typed.get_text(strip=True) == "Wants longer walks"
    first = pending(fresh(plan))
    assert first is not None
    assert first.by == colleague
    # Having seen it, the second decides again, and now it counts.
    client.post(address(plan, "dose"), hidden_fields(response.content.decode()) | DOSE)
    second = pending(fresh(plan))
    assert second is not None
    assert (second.by, second.dose) == (plan.physiotherapist, Dose(12, 3))


def test_a_preview_while_typing_leaves_what_changed_for_the_sending(
    plan: Plan, client: Client
) -> None:
    data = opened(client, plan, "dose") | DOSE | {"_preview": "1"}
    Plan.objects.filter(pk=plan.pk).update(version=plan.version + 1)
    address = f"/admin/walking/plan/{plan.pk}/dose/"
    assert client.post(address, data, headers={"hx-request": "true"}).status_code == 200
    assert client.post(address, data).status_code == 409


def test_it_tells_when_a_colleague_paused_the_plan_meanwhile(plan: Plan, client: Client) -> None:
    data = opened(client, plan, "dose") | DOSE
    pause.pause(
        plan, note="Knee surgery", by=plan.physiotherapist, at=timezone.now(), version=plan.version
    )
    response = client.post(address(plan, "dose"), data)
    assert response.status_code == 409
    assert "Knee surgery" in text(response)
    assert "As the plan is now, this cannot be done any more." in text(response)


@pytest.mark.database
def test_it_does_not_set_the_dose_of_another_week_than_was_shown(
    client: Client, plan: Plan
) -> None:
    data = opened(client, plan, "dose") | DOSE
    response = client.post(address(plan, "dose"), data | {"week": "0"})
    assert response.status_code == 409
    assert pending(fresh(plan)) is None


@pytest.mark.parametrize(
    "spoilt", [{"version": ""}, {"version": "x"}, {"seen": "long ago"}, {"week": ""}]
)
def test_it_survives_a_spoilt_form(plan: Plan, client: Client, spoilt: dict[str, str]) -> None:
    data = opened(client, plan, "dose") | DOSE | spoilt
    assert client.post(address(plan, "dose"), data).status_code in {200, 409}
    assert pending(fresh(plan)) is None


def test_it_pauses_and_resumes_at_a_chosen_dose(plan: Plan, client: Client) -> None:
    client.post(address(plan, "pause"), opened(client, plan, "pause") | {"note": "Knee surgery"})
    paused = fresh(plan)
    assert (paused.status, paused.paused_for) == ("paused", "physiotherapist")
    data = opened(client, plan, "resume") | {"minutes": 8, "days": 2, "note": "Ready again"}
    response = client.post(address(plan, "resume"), data, follow=True)
    resumed = fresh(plan)
    assert resumed.status == "active"
    assert resumed.weeks.get(number=resumed.week_number).dose == Dose(8, 2)
    for words in ("Knee surgery", "Ready again", "Resumed"):
        assert words in text(response)
    changes = Access.objects.filter(action="changed").order_by("at", "pk")
    assert [(change.what, change.why) for change in changes] == [
        ("paused", "Knee surgery"),
        ("resumed", "Ready again"),
    ]


def test_it_resumes_after_a_red_flag_only_once_it_was_looked_into(
    plan: Plan, client: Client
) -> None:
    report_red_flags(plan, red_flags=[RedFlag.CHEST_PAIN], by=plan.patient, at=timezone.now())
    data = opened(client, plan, "resume") | {"minutes": 8, "days": 2, "note": "Cleared by GP"}
    page = text(client.post(address(plan, "resume"), data))
    assert "Resume only once the red flag has been looked into" in page
    assert fresh(plan).status == "paused"
    client.post(address(plan, "resume"), data | {"safe": "on"})
    assert fresh(plan).status == "active"


def test_it_completes_a_plan_for_good(plan: Plan, client: Client) -> None:
    client.post(
        address(plan, "complete"), opened(client, plan, "complete") | {"note": "Moved away"}
    )
    assert fresh(plan).status == "completed"
    page = client.get(f"/admin/walking/plan/{plan.pk}/change/").content.decode()
    assert 'href="../restart/"' in page
    assert 'href="../resume/"' not in page
    for action in ("dose", "pause", "resume", "complete", "withdraw-dose"):
        assert client.get(address(plan, action)).status_code == 302


@pytest.mark.parametrize("action", ["pause", "complete"])
def test_it_wants_a_note(plan: Plan, client: Client, action: str) -> None:
    page = text(client.post(address(plan, action), opened(client, plan, action) | {"note": " "}))
    assert "Say why, so that your colleagues can follow." in page
    assert fresh(plan).status == "active"


def test_it_refuses_another_clinics_physiotherapist_every_action(
    plan: Plan, client: Client
) -> None:
    data = opened(client, plan, "pause") | {"note": "Not mine"} | DOSE
    stranger = signed_in(make_physio(make_clinic()))
    for action in ("dose", "withdraw-dose", "pause", "resume", "complete"):
        assert stranger.get(address(plan, action)).status_code == 302
        assert stranger.post(address(plan, action), data).status_code == 302
    assert fresh(plan).version == plan.version
    assert fresh(plan).status == "active"


def test_it_shows_staff_changes_with_who_and_when(plan: Plan, client: Client) -> None:
    client.post(address(plan, "pause"), opened(client, plan, "pause") | {"note": "Knee surgery"})
    page = text(client.get(f"/admin/walking/plan/{plan.pk}/history/"))
    assert "Ruth Adler physiotherapist changed the plan, paused Knee surgery" in page
    assert dt.datetime.now(dt.UTC).strftime("%Y") in page
