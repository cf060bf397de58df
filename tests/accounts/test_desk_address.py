"""The desk can be kept to the clinic's own networks, and have an address of its own."""

from __future__ import annotations

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from accounts.desk_address import desk_url
from config.environment import networks, production_problems
from tests.people import make_patient, make_physio, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_networks(settings) -> None:
    settings.ADMIN_ALLOWED_IPS = networks(["192.0.2.0/24", "2001:db8::/32", "198.51.100.7"])


@pytest.mark.parametrize(
    "address", ["192.0.2.9", "2001:db8::5", "198.51.100.7", "::ffff:192.0.2.9"]
)
def test_the_desk_opens_from_within(address: str) -> None:
    client = signed_in(make_physio())
    assert client.get("/admin/walking/plan/", REMOTE_ADDR=address).status_code == 200


@pytest.mark.parametrize("address", ["192.0.3.9", "198.51.100.8", "2001:db9::5", "::ffff:10.0.0.1"])
@pytest.mark.parametrize("page", ["/admin/", "/admin/login/", "/admin/walking/plan/", "/admin/no/"])
def test_from_elsewhere_there_is_no_desk(address: str, page: str) -> None:
    for client in (Client(), signed_in(make_physio())):
        assert client.get(page, REMOTE_ADDR=address).status_code == 404
        assert client.post(page, REMOTE_ADDR=address).status_code == 404


def test_nobody_talks_their_way_in_by_a_header() -> None:
    answer = signed_in(make_physio()).get(
        "/admin/walking/plan/", REMOTE_ADDR="203.0.113.1", HTTP_X_FORWARDED_FOR="192.0.2.9"
    )
    assert answer.status_code == 404


@pytest.mark.parametrize(
    ("seen", "status"), [("192.0.2.9", 200), ("203.0.113.1", 404), ("192.0.2.9, 203.0.113.1", 404)]
)
def test_behind_a_proxy_what_the_proxy_saw_counts(seen: str, status: int, settings) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    answer = signed_in(make_physio()).get(
        "/admin/walking/plan/", REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR=seen
    )
    assert answer.status_code == status


def test_patients_come_in_from_everywhere() -> None:
    assert Client().get("/accounts/login/", REMOTE_ADDR="203.0.113.1").status_code == 200


def test_it_is_open_to_all_where_nothing_is_named(settings) -> None:
    settings.ADMIN_ALLOWED_IPS = networks([])
    client = signed_in(make_physio())
    assert client.get("/admin/walking/plan/", REMOTE_ADDR="203.0.113.1").status_code == 200


def test_what_is_no_network_is_refused_at_the_start() -> None:
    for wrong in ("clinic", "192.0.2.0/33", "192.0.2.9/24"):
        with pytest.raises(ImproperlyConfigured, match="ADMIN_ALLOWED_IPS"):
            networks([wrong])


# An address of its own -----------------------------------------------------------------------------


@pytest.fixture
def own_host(settings) -> None:
    settings.ADMIN_ALLOWED_IPS = []
    settings.ADMIN_URL = "https://desk.clinic.example"
    settings.ALLOWED_HOSTS = ["testserver", "desk.clinic.example"]


DESK = {"HTTP_HOST": "desk.clinic.example"}


def test_the_desk_is_at_its_own_host_alone(own_host: None) -> None:
    client = signed_in(make_physio())
    assert client.get("/admin/walking/plan/", **DESK).status_code == 200
    for page in ("/admin/", "/admin/login/", "/admin/walking/plan/"):
        assert client.get(page).status_code == 404
    assert client.get("/", **DESK)["Location"] == "/admin/"


@pytest.mark.parametrize("page", ["/today/", "/diary/", "/learn/", "/sw.js", "/settings/"])
def test_the_desks_host_has_no_patients_pages(own_host: None, page: str) -> None:
    assert Client().get(page, **DESK).status_code == 404
    assert Client().get(page).status_code != 404


def test_staff_sign_in_there_and_are_told_so_elsewhere(own_host: None) -> None:
    assert Client().get("/accounts/login/", **DESK).status_code == 200
    for page in ("/", "/today/"):
        words = signed_in(make_physio()).get(page).content.decode()
        assert 'href="https://desk.clinic.example/admin/"' in words


def test_mail_to_staff_leads_there(own_host: None) -> None:
    assert desk_url("/admin/walking/plan/") == "https://desk.clinic.example/admin/walking/plan/"


def test_a_patient_at_the_desks_host_is_led_round_in_no_circle(own_host: None) -> None:
    client = signed_in(make_patient())
    answer = client.get("/", follow=True, **DESK)
    assert len(answer.redirect_chain) < 4
    assert answer.status_code in {200, 403, 404}


@pytest.mark.parametrize(
    "wrong",
    ["desk.clinic.example", "http://desk.clinic.example", "https://desk.clinic.example/admin",
     "https://walk.clinic.example"],
)  # fmt: skip
def test_an_address_that_cannot_be_is_refused_at_the_start(wrong: str) -> None:
    told = {"secret_key": "k" * 30 + "abcdefghijklmnopqrstuvwxyz", "debug": False, "hosts": []}
    site = "https://walk.clinic.example"
    [problem] = production_problems(site_url=site, admin_url=wrong, **told)
    assert problem.startswith("ADMIN_URL")
    good = "https://desk.clinic.example"
    assert not production_problems(site_url=site, admin_url=good, **told)
