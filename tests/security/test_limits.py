"""Doors that close for whoever comes too often, counted for all processes, and what the refusal is like."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import uuid
from pathlib import Path

import pytest
from django.core import mail
from django.db import connection
from django.test import Client, RequestFactory
from django.utils import timezone

from accounts.limits import Limit, client_address, sentence
from tests.desk.desk import Desk, make_desk
from tests.people import PASSWORD, make_patient, signed_in
from tests.responses import path_of, soup, words
from tests.services import PATIENCE
from walking.mail.links import calendar_url, check_in_url, leaving_url, preferences_url
from walking.models import CalendarFeed, MailPreference, Walk

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

THREE = Limit("three", 3, 60)
FORGED = ("/c/1-1.forged/", "/i/1-x.forged/", "/m/1.forged/", "/r/1-1.forged/", "/k/1-1.forged/")


@pytest.fixture
def desk() -> Desk:
    return make_desk("badger")


def retry_after(response) -> int:
    assert response.status_code == 429
    assert "no-store" in response["Cache-Control"]
    return int(response["Retry-After"])


def kept(response) -> dict[str, str]:
    """What the page of the refusal sends once more."""
    boxes = soup(response).find("form").find_all("textarea", hidden=True)
    return {box["name"]: box.text.lstrip("\n") for box in boxes}


# Counting ----------------------------------------------------------------------------------------


def test_it_lets_in_so_many_and_says_how_long_to_wait() -> None:
    now = time.time()
    assert [THREE.spend("rosa", now + each) for each in (0, 10, 20)] == [0, 0, 0]
    assert THREE.spend("rosa", now + 30) == 30
    assert THREE.wait("rosa", now + 40) == 20
    assert THREE.spend("joan", now + 30) == 0


def test_it_lets_in_again_once_the_first_is_long_enough_ago() -> None:
    now = time.time()
    for each in (0, 10, 20):
        THREE.spend("rosa", now + each)
    # What was refused does not make the wait any longer.
    assert THREE.spend("rosa", now + 59)
    assert THREE.spend("rosa", now + 61) == 0
    assert THREE.spend("rosa", now + 62)


def test_it_keeps_neither_a_token_nor_an_address_to_be_read(client: Client) -> None:
    THREE.spend("192.0.2.77")
    client.post("/accounts/login/", {"login": "rosa@example.org", "password": "no"})
    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key FROM waymark_cache")
        keys = [key for (key,) in cursor.fetchall()]
    assert len(keys) >= 3
    assert all(len(key) == 64 and set(key) <= set("0123456789abcdef") for key in keys)


TRIES = """
import sys, django
django.setup()
from django.core.management import call_command
from django.db import connections
connections.settings["default"]["NAME"] = sys.argv[1]
if sys.argv[2] == "make":
    call_command("createcachetable", "waymark_cache", verbosity=0)
from accounts.limits import Limit
limit = Limit("race", 20, 600)
print(sum(limit.spend(sys.argv[3]) == 0 for _ in range(int(sys.argv[4]))))
"""


def test_processes_side_by_side_let_in_no_more_than_one_alone(tmp_path: Path) -> None:
    """Three processes, fifteen tries each at once; the database is the only thing that they share."""
    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite":
        name = str(tmp_path / "shared.sqlite3")
    who = uuid.uuid4().hex

    def started(what: str, tries: int) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-c", TRIES, name, what, who, str(tries)],
            cwd=Path(__file__).parents[2],
            stdout=subprocess.PIPE,
            text=True,
        )

    assert started("make", 0).communicate(timeout=PATIENCE)[0] == "0\n"
    side_by_side = [started("try", 15) for _ in range(3)]
    let_in = [int(each.communicate(timeout=PATIENCE)[0]) for each in side_by_side]
    assert sum(let_in) <= 20, let_in
    # Who came while another was counting is asked to wait too, so that it may be less.
    assert sum(let_in) >= 15, let_in


# Where somebody comes from -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("proxies", "forwarded", "seen"),
    [
        (0, "198.51.100.9", "10.0.0.1"),
        (1, "198.51.100.9", "198.51.100.9"),
        (1, "6.6.6.6, 198.51.100.9", "198.51.100.9"),
        (2, "6.6.6.6, 198.51.100.9, 10.0.0.2", "198.51.100.9"),
        (1, "2001:db8:1:2:aaaa::1", "2001:db8:1:2::"),
    ],
)
def test_the_address_is_what_our_own_proxy_saw(proxies, forwarded, seen) -> None:
    from django.test import override_settings

    request = RequestFactory().get("/", REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR=forwarded)
    with override_settings(ALLAUTH_TRUSTED_PROXY_COUNT=proxies):
        assert client_address(request) == seen


# Signing in --------------------------------------------------------------------------------------


def test_guessing_a_password_ends_though_the_right_one_comes_from_elsewhere() -> None:
    make_patient(email="rosa@example.org", password=PASSWORD)
    for number in range(6):
        guess = {"login": "rosa@example.org", "password": f"guess {number}"}
        said = Client(REMOTE_ADDR=f"192.0.2.{number}").post("/accounts/login/", guess)
        assert said.status_code == 200
    assert "wait five minutes" in words(said)
    assert soup(said).find(id="id_login")["value"] == "rosa@example.org"
    right = {"login": "rosa@example.org", "password": PASSWORD}
    client = Client(REMOTE_ADDR="203.0.113.5")
    assert "wait five minutes" in words(client.post("/accounts/login/", right))
    # Whoever is kept out by somebody else's guesses still has the mailbox.
    client.post("/accounts/login/code/", {"email": "rosa@example.org"})
    assert mail.outbox[-1].to == ["rosa@example.org"]


def test_one_address_cannot_try_one_password_on_everybody(client: Client) -> None:
    tried = 0
    for number in range(40):
        guess = {"login": f"somebody{number}@example.org", "password": "password123"}
        said = client.post("/accounts/login/", guess)
        tried += 1
        if "tried too often" in words(said):
            break
    assert tried <= 21
    said = [
        client.post("/accounts/login/", {"login": "a@example.org", "password": "secret words"})
        for _ in range(15)
    ][-1]
    assert 0 < retry_after(said) <= 60
    assert kept(said) == {"login": "a@example.org"}
    assert "secret words" not in said.content.decode()


def test_guessing_a_code_ends(client: Client) -> None:
    make_patient(email="rosa@example.org", password=PASSWORD)
    client.post("/accounts/login/code/", {"email": "rosa@example.org"})
    code = next(line for line in mail.outbox[-1].body.splitlines() if line.isupper() and line)
    for number in range(5):
        client.post("/accounts/login/code/confirm/", {"code": f"AAAA{number}"})
    client.post("/accounts/login/code/confirm/", {"code": code})
    assert "_auth_user_id" not in client.session


def test_nobody_fills_a_mailbox_with_codes() -> None:
    make_patient(email="rosa@example.org", password=PASSWORD)
    for number in range(12):
        client = Client(REMOTE_ADDR=f"192.0.2.{number}")
        client.post("/accounts/login/code/", {"email": "rosa@example.org"})
        said = client.post("/accounts/password/reset/", {"email": "rosa@example.org"})
    assert len(mail.outbox) <= 8
    assert retry_after(said) == 600
    assert kept(said) == {"email": "rosa@example.org"}


# Links -------------------------------------------------------------------------------------------


def test_trying_out_links_ends_at_every_door_for_that_address_only(desk: Desk) -> None:
    feed = CalendarFeed.objects.create(plan=desk.plan, changed_at=timezone.now())
    real = [path_of(url) for url in (preferences_url(desk.plan.patient), calendar_url(feed))]
    client, answers = Client(REMOTE_ADDR="192.0.2.1"), []
    for number in range(6):
        answers += [client.get(path).status_code for path in FORGED]
        answers.append(client.get(f"/calendar/{number}-x.forged.ics").status_code)
    assert answers == [404] * 30 + [429] * 6
    for path in real:
        assert retry_after(client.get(path)) <= 600
        assert Client(REMOTE_ADDR="192.0.2.2").get(path).status_code == 200


def test_an_old_link_counts_against_nobody(desk: Desk, client: Client) -> None:
    path = path_of(leaving_url(desk.plan.patient, 1)).replace("/k/", "/m/")
    old = path_of(check_in_url(desk.plan, 900))
    assert {client.get(old).status_code for _ in range(40)} == {410}
    assert client.get(path).status_code == 404


def test_sending_by_one_link_ends_and_loses_nothing_that_was_typed(
    desk: Desk, client: Client
) -> None:
    path = path_of(check_in_url(desk.plan, desk.plan.week_number))
    typed = {"words": 'My "own"\nwords <b>', "pain": "99"}
    answers = [client.post(path, typed) for _ in range(21)]
    assert [each.status_code for each in answers] == [422] * 20 + [429]
    assert 0 < retry_after(answers[-1]) <= 600
    assert kept(answers[-1]) == typed
    assert "minutes, then try again" in words(answers[-1])
    assert client.get(path).status_code == 200


def test_a_mail_program_is_told_in_plain_text(desk: Desk, client: Client) -> None:
    path = path_of(preferences_url(desk.plan.patient))
    for _ in range(21):
        said = client.post(f"{path}?kind=weekly", {"List-Unsubscribe": "One-Click"})
    assert retry_after(said) > 0
    assert said["Content-Type"].startswith("text/plain")
    assert MailPreference.objects.count() <= 1


def test_a_calendar_is_fetched_so_often(desk: Desk, client: Client) -> None:
    feed = CalendarFeed.objects.create(plan=desk.plan, changed_at=timezone.now())
    path = path_of(calendar_url(feed))
    answers = [client.get(path) for _ in range(61)]
    assert [each.status_code for each in answers] == [200] * 60 + [429]
    assert 0 < retry_after(answers[-1]) <= 600


# Programs ----------------------------------------------------------------------------------------


def test_a_phone_is_told_in_json_and_nothing_is_taken_in_twice(desk: Desk) -> None:
    client = signed_in(desk.plan.patient)
    before = Walk.objects.count()
    person = client.get("/sync/walks/").json()["person"]
    batch = json.dumps({"person": person, "walks": []})
    answers = [client.post("/sync/walks/", batch, "application/json") for _ in range(61)]
    assert [each.status_code for each in answers] == [200] * 60 + [429]
    assert 0 < retry_after(answers[-1]) <= 600
    assert answers[-1].json()["error"]
    assert Walk.objects.count() == before


def test_whoever_has_not_the_secret_of_the_webhook_is_not_heard_for_long() -> None:
    from anymail.exceptions import AnymailWebhookValidationFailure
    from django.http import HttpResponse

    from config.webhooks import limited

    def view(request):
        if request.headers.get("Authorization") != "right":
            raise AnymailWebhookValidationFailure
        return HttpResponse("heard")

    door = limited(view)
    ask = RequestFactory().post
    for _ in range(30):  # bounces come as fast as they come
        assert door(ask("/", HTTP_AUTHORIZATION="right")).status_code == 200
    for _ in range(20):
        with pytest.raises(AnymailWebhookValidationFailure):
            door(ask("/"))
    assert retry_after_of(door(ask("/"))) <= 600
    assert door(ask("/", REMOTE_ADDR="192.0.2.8", HTTP_AUTHORIZATION="right")).status_code == 200


def retry_after_of(response) -> int:
    assert response.status_code == 429
    return int(response["Retry-After"])


def test_nobody_takes_everything_out_again_and_again(desk: Desk) -> None:
    client = signed_in(desk.plan.patient)
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time()}]
    session.save()
    answers = [client.get("/settings/my-data.zip").status_code for _ in range(11)]
    assert answers == [200] * 10 + [429]


# Words -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("seconds", "said"), [(1, "wait a minute"), (61, "wait 2 minutes"), (7200, "in a few hours")]
)
def test_it_says_when_in_words(seconds: int, said: str) -> None:
    assert said in sentence(seconds)
