import pytest
from django.test import Client, override_settings

from tests.days import on_day
from tests.people import make_patient, make_physio, make_plan, signed_in
from tests.responses import soup, words

pytestmark = pytest.mark.django_db


def test_it_tells_anybody_what_this_is(client: Client) -> None:
    response = client.get("/")
    page = words(response)
    assert "For patients" in page
    assert "For clinics" in page
    assert soup(response).find("a", href="/accounts/login/")


def test_it_needs_no_query_for_strangers(client: Client, django_assert_num_queries) -> None:
    with django_assert_num_queries(0):
        client.get("/")


def test_it_shows_patients_to_today_and_staff_to_the_desk(client: Client) -> None:
    plan = make_plan()
    with on_day(1):
        assert signed_in(plan.patient).get("/")["Location"] == "/today/"
    client.force_login(make_physio())
    assert client.get("/")["Location"] == "/admin/"


def test_it_tells_a_patient_without_a_plan_what_to_do(client: Client) -> None:
    client.force_login(make_patient())
    assert client.get("/today/")["Location"] == "/"
    assert "You have no plan yet" in words(client.get("/"))


@pytest.mark.parametrize("address", ["/", "/accounts/login/", "/nothing/"])
def test_every_page_has_a_way_past_the_menu_and_no_inline_code(
    client: Client, address: str
) -> None:
    response = client.get(address)
    page = soup(response)
    assert page.html["lang"] == "en"
    assert page.html["dir"] == "ltr"
    assert page.find("a", class_="skip")["href"] == "#main"
    assert page.find(id="main")
    assert len(page.find_all("h1")) == 1
    assert not page.find_all(style=True)
    assert not page.find_all("style")
    for script in page.find_all("script"):
        assert script.get("src") or script.get("type") == "application/json"
    assert "script-src 'self'" in response["Content-Security-Policy"]


def test_it_says_in_plain_words_that_a_page_is_not_there(client: Client) -> None:
    response = client.get("/nothing/")
    assert response.status_code == 404
    assert "We cannot find this page" in words(response)


def test_it_explains_a_form_that_was_not_sent_from_here() -> None:
    client = Client(enforce_csrf_checks=True)
    response = client.post("/accounts/login/", {"login": "a@b.example"})
    assert response.status_code == 403
    assert "Please send that once more" in words(response)


@override_settings(ROOT_URLCONF="tests.patient.broken_urls")
def test_it_owns_up_to_its_own_faults() -> None:
    client = Client(raise_request_exception=False)
    response = client.get("/broken/")
    assert response.status_code == 500
    assert "It is our fault, not yours." in words(response)
