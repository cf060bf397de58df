import datetime as dt
import json

import pytest

from tests.days import on_day
from tests.history import live, walk_on
from tests.people import ANNA, make_plan, signed_in
from tests.responses import at_most, just_signed_in, my_data, soup, words
from walking.care.plan.preferences import mail_preference

pytestmark = pytest.mark.django_db


@pytest.mark.database
def test_it_changes_the_name() -> None:
    plan = make_plan()
    client = signed_in(plan.patient)
    with on_day(1):
        response = client.post("/settings/", {"part": "name", "name": "  Rosa M. "})
        assert "Saved." in words(client.get(response["Location"]))
        assert client.post("/settings/", {"part": "name", "name": " "}).status_code == 422
    plan.patient.refresh_from_db()
    assert plan.patient.name == "Rosa M."


def test_it_changes_the_place_and_with_it_when_weeks_end() -> None:
    plan = make_plan()
    with on_day(2):
        signed_in(plan.patient).post("/settings/", {"part": "place", "timezone": "Europe/London"})
    plan.refresh_from_db()
    assert plan.patient.timezone == "Europe/London"
    assert plan.next_review_at == dt.datetime(2026, 3, 9, 4, tzinfo=dt.UTC)


@pytest.mark.parametrize("zone", ["Middle/Earth", "", "../etc/passwd"])
def test_it_refuses_a_place_that_is_none(zone: str) -> None:
    plan = make_plan()
    with on_day(2):
        response = signed_in(plan.patient).post("/settings/", {"part": "place", "timezone": zone})
    assert response.status_code == 422
    assert "Choose a place from the list." in soup(response).find(id="id_timezone_error").get_text()


def test_it_keeps_an_old_zone_name_on_offer() -> None:
    plan = make_plan()
    plan.patient.timezone = "US/Pacific"
    plan.patient.save()
    with on_day(2):
        page = soup(signed_in(plan.patient).get("/settings/"))
    assert page.find(id="id_timezone").find("option", selected=True)["value"] == "US/Pacific"


@pytest.mark.database
def test_it_changes_the_hour_of_the_check_in() -> None:
    plan = make_plan()
    client = signed_in(plan.patient)
    with on_day(2):
        client.post("/settings/", {"part": "hour", "check_in_time": "09:00"})
        bad = client.post("/settings/", {"part": "hour", "check_in_time": "25:00"})
    plan.refresh_from_db()
    assert plan.check_in_time == dt.time(9)
    assert plan.next_check_in_at == dt.datetime(2026, 3, 7, 22, tzinfo=dt.UTC)
    assert "Choose an hour from the list." in words(bad)


def test_it_changes_which_mail_comes() -> None:
    plan = make_plan()
    with on_day(2):
        signed_in(plan.patient).post("/settings/", {"part": "mail", "check_in": "on"})
    wanted = mail_preference(plan.patient)
    assert (wanted.check_in, wanted.week_plan, wanted.contact) == (True, False, False)
    assert wanted.digest is True  # not the patient's to choose


def test_it_does_nothing_for_a_part_it_does_not_know() -> None:
    plan = make_plan()
    with on_day(2):
        assert signed_in(plan.patient).post("/settings/", {"part": "role"}).status_code == 200


def test_it_leads_to_signing_in_and_out() -> None:
    with on_day(2):
        page = soup(signed_in(make_plan().patient).get("/settings/"))
    for address in ("/accounts/email/", "/accounts/password/change/", "/accounts/2fa/"):
        assert page.find("a", href=address)
    assert page.find("form", action="/accounts/logout/")


def test_it_costs_few_queries() -> None:
    plan = make_plan()
    mail_preference(plan.patient)
    client = signed_in(plan.patient)
    with on_day(2), at_most(8):
        client.get("/settings/")


def test_it_gives_me_everything_about_me() -> None:
    plan = live(make_plan(), 2)
    removed = walk_on(plan, 15, 33)
    client = signed_in(plan.patient)
    with on_day(15):
        client.post(f"/diary/{removed.pk}/remove/")
        response = just_signed_in(client).get("/settings/my-data.zip")
        data = my_data(client)
    assert "attachment" in response["Content-Disposition"]
    assert "2026-03-16" in response["Content-Disposition"]
    assert data["person"]["email"] == plan.patient.email
    assert data["consents"][0]["action"] == "given"
    assert len(data["walks"]) == plan.walks.count() == 8
    assert len(data["weeks"]) == 3
    assert len(data["check_ins"]) == len(data["reviews"]) == 2
    assert len(data["contacts"]) == 6
    assert "password" not in json.dumps(data)


def test_it_gives_me_nothing_about_others() -> None:
    plan, other = make_plan(), make_plan(name=ANNA)
    walk_on(other, 1, 47)
    with on_day(1):
        data = my_data(signed_in(plan.patient))
    assert other.patient.email not in json.dumps(data)
    assert 47 not in [walk["minutes"] for walk in data["walks"]]
    assert len(data["plans"]) == 1
