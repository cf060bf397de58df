"""The page for days away."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client

from tests.days import START, moment, on_day
from tests.history import walk_on
from tests.people import ANNA, make_plan, signed_in
from tests.responses import at_most, form_of, my_data, soup, words
from walking.care.weeks.reviews import review_due_plans
from walking.models import Absence, Plan

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan(db: None) -> Plan:
    return make_plan()


def iso(number: int) -> str:
    return (START + dt.timedelta(days=number - 1)).isoformat()


def tell(client: Client, first: int, last: int, **more: str):
    data = {"first": iso(first), "last": iso(last), "kind": "travelling"} | more
    return client.post("/away/", data, follow=True)


def error_beside(response, field: str) -> str:
    """The words beside a field, which the field itself points to."""
    page = soup(response)
    control = page.find(attrs={"name": field, "aria-invalid": "true"})
    assert control is not None
    return page.find(id=control["aria-describedby"].split()[-1]).get_text(strip=True)


def test_it_keeps_what_was_told_and_the_week_is_held(plan):
    with on_day(1):
        response = tell(signed_in(plan.patient), 3, 5, words="To my sister")
    assert "Your plan waits for you" in words(response)
    assert "Wednesday 4 March to Friday 6 March" in words(response)
    assert "To my sister" in words(response)
    walk_on(plan, 1)
    review_due_plans(moment(8, 5))
    assert plan.reviews.get().reason == "away"


def test_it_says_what_will_happen(plan):
    with on_day(1):
        page = words(signed_in(plan.patient).get("/away/"))
    assert "reminders stay quiet" in page
    assert "three days or more is held" in page
    assert "check-in still comes by mail" in page


@pytest.mark.parametrize(
    ("data", "field", "said"),
    [
        ({"last": iso(2)}, "last", "cannot be before the first"),
        ({"last": ""}, "last", "give the last day"),
        ({"first": "soon"}, "first", "Write it like"),
        ({"last": iso(70)}, "last", "at most 8 weeks"),
        ({"kind": ""}, "kind", "choose one"),
        ({"words": "x" * 201}, "words", "at most 200"),
    ],
)
def test_it_says_beside_the_field_what_to_do_and_keeps_what_was_typed(plan, data, field, said):
    sent = {"first": iso(3), "last": iso(5), "kind": "ill", "words": "Flu"} | data
    with on_day(1):
        response = signed_in(plan.patient).post("/away/", sent)
    assert response.status_code == 422
    beside = soup(response).find(id=f"field_{field}").find(class_="error").get_text()
    assert said in beside
    kept = {name: value for name, value in form_of(response, "/away/").items() if name in sent}
    assert kept | {"kind": sent["kind"]} == sent
    assert not Absence.objects.exists()


def test_days_told_already_are_refused_beside_the_field(plan):
    client = signed_in(plan.patient)
    with on_day(1):
        tell(client, 4, 6)
        response = tell(client, 6, 9)
    assert response.status_code == 422
    assert "You told us already" in error_beside(response, "first")
    assert Absence.objects.count() == 1


def test_it_can_be_shortened(plan):
    client = signed_in(plan.patient)
    with on_day(1):
        tell(client, 3, 7)
        pk = Absence.objects.get().pk
        response = client.post(f"/away/{pk}/", {"last": iso(5)}, follow=True)
        assert "Wednesday 4 March to Friday 6 March" in words(response)
        refused = client.post(f"/away/{pk}/", {"last": iso(9)})
    assert refused.status_code == 422
    assert "To stay away longer" in error_beside(refused, "last")
    assert Absence.objects.get().last.isoformat() == iso(5)


def test_it_can_be_taken_back(plan):
    client = signed_in(plan.patient)
    with on_day(1):
        tell(client, 3, 7)
        pk = Absence.objects.get().pk
        assert "Take this back" in words(client.get("/away/"))
        response = client.post(f"/away/{pk}/back/", follow=True)
        assert "Saved" in words(response)
        assert "4 March" not in words(response)
        # The same tap sent twice does no harm.
        assert "over or were taken back" in words(client.post(f"/away/{pk}/back/", follow=True))


@pytest.mark.database
def test_somebody_back_sooner_says_so_with_one_button(plan):
    client = signed_in(plan.patient)
    with on_day(1):
        tell(client, 2, 14)
    with on_day(6):
        assert "I am back today" in words(client.get("/away/"))
        client.post(f"/away/{Absence.objects.get().pk}/back/")
    assert Absence.objects.get().last.isoformat() == iso(5)


def test_today_says_until_when(plan):
    client = signed_in(plan.patient)
    with on_day(1):
        tell(client, 2, 14)
        assert "You are away" not in words(client.get("/today/"))
    with on_day(3):
        page = client.get("/today/")
    assert "You are away until Sunday 15 March" in words(page)
    assert soup(page).find("a", href="/away/") is not None


def test_the_days_are_in_the_download_of_my_data(plan):
    client = signed_in(plan.patient)
    with on_day(1):
        tell(client, 3, 5, words="To my sister")
        (absence,) = my_data(client)["absences"]
    assert (absence["first"], absence["words"]) == (iso(3), "To my sister")


def test_nobody_changes_the_days_of_somebody_else(plan):
    with on_day(1):
        tell(signed_in(plan.patient), 3, 5)
        pk = Absence.objects.get().pk
        other = signed_in(make_plan(name=ANNA).patient)
        assert other.post(f"/away/{pk}/", {"last": iso(3)}).status_code == 404
        assert other.post(f"/away/{pk}/back/").status_code == 404
        assert other.get(f"/away/{pk}/back/").status_code == 405
        assert "4 March" not in words(other.get("/away/"))
    assert Absence.objects.get().withdrawn_at is None
    assert "/accounts/login/" in Client().get("/away/")["Location"]


def test_a_completed_plan_is_not_asked(plan):
    plan.status, plan.next_review_at, plan.next_check_in_at = "completed", None, None
    plan.save()
    with on_day(20):
        page = signed_in(plan.patient).get("/away/")
    assert "Your plan is completed" in words(page)
    assert soup(page).find("form", action="/away/") is None


def test_it_asks_the_database_as_often_for_many_days(plan):
    client = signed_in(plan.patient)
    with on_day(1):
        for first in range(2, 60, 3):
            tell(client, first, first + 1)
        with at_most(8):
            client.get("/away/")
    assert Absence.objects.count() == 20
