"""Personal access tokens: who gets one, what it opens, and how it ends."""

from __future__ import annotations

import datetime as dt
import hashlib
import re

import pytest
import time_machine
from django.core import mail
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from accounts import tokens
from accounts.bearer import USES, WRONG
from accounts.models import AccessToken, User
from tests.people import insert_plan, make_patient, make_physio, signed_in
from tests.responses import assert_private, just_signed_in
from walking.care.record.erase import ask_to_erase
from walking.care.record.export_record import record_of
from walking.models import Plan

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.urls("tests.accounts.bearer_urls"),
]

AT = dt.datetime(2026, 5, 4, 9, 30, tzinfo=dt.UTC)
PAGE = "/settings/connections/"
FORM = {"label": "My phone", "scopes": ["walks:write"], "lasts": "90"}


@pytest.fixture
def patient() -> User:
    return make_patient(password="three plain words")


@pytest.fixture
def plan() -> Plan:
    return insert_plan()


def ask(secret: str, path: str = "/try/walks", *, header: str = "Bearer {}") -> HttpResponse:
    client = Client(enforce_csrf_checks=True)
    return client.post(path, headers={"authorization": header.format(secret)})


def test_the_secret_is_nowhere_in_the_table(patient: User) -> None:
    token, secret = tokens.make(patient, " My \n phone ", ["walks:write"], AT)
    row = AccessToken.objects.filter(pk=token.pk).values().get()
    assert re.fullmatch(r"wm_[\w-]{43}", secret)
    assert secret not in str(row)
    assert row["digest"] == hashlib.sha256(secret.encode()).hexdigest()
    assert row["label"] == "My phone"
    assert tokens.make(patient, "Another", ["walks:write"], AT)[1] != secret


def test_it_opens_until_it_ends(patient: User) -> None:
    day = dt.timedelta(days=1)
    token, secret = tokens.make(patient, "x", ["walks:write"], AT, expires_at=AT + day)
    assert tokens.find(secret, AT) == token
    assert tokens.find(secret, AT + day - dt.timedelta(seconds=1)) == token
    assert tokens.find(secret, AT + day) is None
    tokens.revoke(token, AT)
    assert tokens.find(secret, AT) is None
    tokens.revoke(token, AT + day)
    assert token.revoked_at == AT
    for wrong in ("", "wm_", secret[:-1], secret + "A", secret.upper(), "wm_" + "é" * 43):
        assert tokens.find(wrong, AT) is None


def test_neither_staff_nor_those_who_left_have_one(patient: User) -> None:
    with pytest.raises(tokens.TokenRefused):
        tokens.make(make_physio(), "x", ["walks:write"], AT)
    _token, secret = tokens.make(patient, "x", ["walks:write"], AT)
    for changes in ({"is_active": False}, {"role": "physiotherapist"}):
        with transaction.atomic():
            User.objects.filter(pk=patient.pk).update(**changes)
            assert tokens.find(secret, AT) is None
            transaction.set_rollback(True)
    patient.is_active = False
    with pytest.raises(tokens.TokenRefused):
        tokens.make(patient, "x", ["walks:write"], AT)


@pytest.mark.parametrize(
    "scopes",
    [[], [""], ["walks:read"], ["patient/*.cruds"], ["user/*.rs"], ["patient/*.rs openid"]],
)
def test_only_known_scopes_are_given(patient: User, scopes: list[str]) -> None:
    with pytest.raises(tokens.TokenRefused):
        tokens.make(patient, "x", scopes, AT)
    assert not AccessToken.objects.exists()


def test_reading_all_is_reading_each_and_writing_nothing(patient: User) -> None:
    every, _s = tokens.make(patient, "x", ["patient/*.rs"], AT)
    one, _s = tokens.make(patient, "x", ["patient/Goal.rs"], AT)
    assert tokens.allows(every, "patient/Goal.rs")
    assert tokens.allows(every, "patient/*.rs")
    assert not tokens.allows(every, "walks:write")
    assert tokens.allows(one, "patient/Goal.rs")
    assert not tokens.allows(one, "patient/Observation.rs")
    assert not tokens.allows(one, "patient/*.rs")


def test_nobody_gathers_them_without_end(patient: User) -> None:
    made = [tokens.make(patient, "x", ["walks:write"], AT)[0] for _ in range(tokens.MOST)]
    with pytest.raises(tokens.TokenRefused):
        tokens.make(patient, "x", ["walks:write"], AT)
    tokens.revoke(made[0], AT)
    tokens.make(patient, "x", ["walks:write"], AT)


@pytest.mark.parametrize(
    "wrong",
    [
        {"label": ""},
        {"scopes": ""},
        {"digest": "ab"},
        {"expires_at": AT},
        {"revoked_at": AT - dt.timedelta(seconds=1)},
    ],
    ids=str,
)
def test_the_database_itself_refuses(patient: User, wrong: dict[str, object]) -> None:
    token, _secret = tokens.make(patient, "x", ["walks:write"], AT)
    with pytest.raises(IntegrityError), transaction.atomic():
        AccessToken.objects.filter(pk=token.pk).update(**wrong)


# The door ----------------------------------------------------------------------------------------


def test_the_bearer_comes_in_without_session_and_csrf_token(patient: User) -> None:
    _token, secret = tokens.make(patient, "x", ["walks:write"], timezone.now())
    answer = ask(secret)
    assert answer.content == f"{patient.name} POST".encode()
    assert_private(answer)
    assert not answer.cookies
    assert ask(secret, header="bearer  {} ").status_code == 200


def test_a_session_opens_nothing(plan: Plan) -> None:
    answer = signed_in(plan.patient).post("/try/walks")
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == 'Bearer realm="Waymark"'
    assert answer.json()["code"] == "no_token"
    assert_private(answer)


@pytest.mark.parametrize("header", ["Basic {}", "{}", "Bearer", "Bearer {} {}", "Bearer {}\x00"])
def test_what_is_no_token_is_told_so(patient: User, header: str) -> None:
    _token, secret = tokens.make(patient, "x", ["walks:write"], timezone.now())
    assert ask(secret, header=header.replace("{}", secret)).status_code == 401


def test_a_token_that_ended_is_invalid(patient: User) -> None:
    token, secret = tokens.make(patient, "x", ["walks:write"], timezone.now())
    tokens.revoke(token, timezone.now())
    answer = ask(secret)
    assert answer.status_code == 401
    assert 'error="invalid_token"' in answer["WWW-Authenticate"]
    assert secret not in answer.content.decode()


def test_what_it_may_not_do_is_named(patient: User) -> None:
    _token, secret = tokens.make(patient, "x", ["patient/Goal.rs"], timezone.now())
    answer = ask(secret)
    assert answer.status_code == 403
    assert answer["WWW-Authenticate"] == (
        'Bearer realm="Waymark", error="insufficient_scope", scope="walks:write"'
    )
    assert answer.json()["code"] == "insufficient_scope"
    assert ask(secret, "/try/Goal").content == b"Goal"
    assert ask(secret, "/try/Observation").status_code == 403


def test_whoever_tries_some_out_is_stopped_and_others_go_on(patient: User) -> None:
    _token, secret = tokens.make(patient, "x", ["walks:write"], timezone.now())
    for _ in range(WRONG.most):
        assert ask("wm_" + "a" * 43).status_code == 401
    answer = ask("wm_" + "a" * 43)
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 0
    elsewhere = Client(REMOTE_ADDR="198.51.100.9")
    assert elsewhere.get("/try/walks", headers={"authorization": f"Bearer {secret}"}).content


def test_one_token_is_counted_by_itself(patient: User) -> None:
    token, secret = tokens.make(patient, "x", ["walks:write"], timezone.now())
    _other, another = tokens.make(patient, "y", ["walks:write"], timezone.now())
    with time_machine.travel(timezone.now(), tick=False):
        for _ in range(USES.most):
            USES.spend(token.pk)
        assert ask(secret).status_code == 429
        assert ask(another).status_code == 200


def test_when_it_was_used_costs_one_write_an_hour(patient: User) -> None:
    token, secret = tokens.make(patient, "x", ["walks:write"], AT)
    for minutes, kept in ((0, 9), (29, 9), (31, 10)):
        with time_machine.travel(AT + dt.timedelta(minutes=minutes), tick=False):
            ask(secret)
        token.refresh_from_db()
        assert token.last_used_at == AT.replace(hour=kept, minute=0)


def test_used_writes_once(patient: User, django_assert_num_queries) -> None:
    token, _secret = tokens.make(patient, "x", ["walks:write"], AT)
    tokens.used(token, AT)
    with django_assert_num_queries(0):
        tokens.used(token, AT)


# The page ----------------------------------------------------------------------------------------


def test_a_patient_makes_one_after_the_password_and_sees_it_once(plan: Plan) -> None:
    patient = plan.patient
    patient.set_password("three plain words")
    patient.save()
    client = signed_in(plan.patient)
    assert "/accounts/reauthenticate/" in client.post(PAGE, FORM)["Location"]
    assert not AccessToken.objects.exists()
    mail.outbox.clear()
    answer = just_signed_in(client).post(PAGE, FORM)
    secret = re.search(r"wm_[\w-]{43}", answer.content.decode())
    assert secret
    assert_no_store(answer)
    token = tokens.find(secret[0], timezone.now())
    assert token
    assert (token.user, token.scopes) == (patient, "walks:write")
    assert token.expires_at == token.created_at + dt.timedelta(days=90)
    (letter,) = mail.outbox
    assert letter.to == [patient.email]
    assert "My phone" in letter.body
    assert "My phone" not in letter.subject
    assert secret[0] not in letter.body
    page = client.get(PAGE).content.decode()
    assert "My phone" in page
    assert "wm_" not in page


def assert_no_store(answer: HttpResponse) -> None:
    assert "no-store" in answer["Cache-Control"]


def test_what_was_typed_comes_back_with_what_is_missing(plan: Plan) -> None:
    client = just_signed_in(signed_in(plan.patient))
    answer = client.post(PAGE, {"label": "My phone", "lasts": "900"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert 'value="My phone"' in page
    assert "Choose what it may do." in page
    assert not AccessToken.objects.exists()
    for count in range(tokens.MOST):
        tokens.make(plan.patient, f"n{count}", ["walks:write"], timezone.now())
    assert "very many connections" in client.post(PAGE, FORM).content.decode()


def test_the_list_costs_the_same_for_many(plan: Plan, django_assert_max_num_queries) -> None:
    client = signed_in(plan.patient)
    client.get(PAGE)
    for count in range(10):
        tokens.make(plan.patient, f"n{count}", ["walks:write"], timezone.now())
    with django_assert_max_num_queries(9):
        assert "n9" in client.get(PAGE).content.decode()


@pytest.mark.database
def test_one_ends_it_without_a_password_and_nobody_elses(plan: Plan, patient: User) -> None:
    client = signed_in(plan.patient)
    own, _s = tokens.make(plan.patient, "own", ["walks:write"], timezone.now())
    others, _s = tokens.make(patient, "others", ["walks:write"], timezone.now())
    assert client.get(f"{PAGE}{own.pk}/end/").status_code == 405
    assert client.post(f"{PAGE}{own.pk}/end/")["Location"] == PAGE
    assert client.post(f"{PAGE}{others.pk}/end/").status_code == 404
    own.refresh_from_db()
    others.refresh_from_db()
    assert own.revoked_at
    assert others.revoked_at is None
    assert "own" not in {token.label for token in AccessToken.objects.live(timezone.now())}


def test_a_new_password_ends_them(plan: Plan) -> None:
    patient = plan.patient
    patient.set_password("three plain words")
    patient.save()
    token, _s = tokens.make(patient, "x", ["walks:write"], timezone.now())
    client = just_signed_in(signed_in(plan.patient))
    answer = client.post(
        "/accounts/password/change/",
        {
            "oldpassword": "three plain words",
            "password1": "four other plain words",
            "password2": "four other plain words",
        },
    )
    assert answer.status_code == 302
    token.refresh_from_db()
    assert token.revoked_at


def test_a_password_that_was_forgotten_ends_them(plan: Plan) -> None:
    token, _s = tokens.make(plan.patient, "x", ["walks:write"], timezone.now())
    client = Client()
    client.post("/accounts/password/reset/", {"email": plan.patient.email})
    code = re.search(r"^([A-Z0-9-]{6,9})$", str(mail.outbox[-1].body), re.MULTILINE)
    assert code
    there = client.post("/accounts/password/reset/confirm/", {"code": code[1]})["Location"]
    words = "four other plain words"
    client.post(there, {"password1": words, "password2": words})
    plan.patient.refresh_from_db()
    assert plan.patient.check_password(words)
    token.refresh_from_db()
    assert token.revoked_at


def test_leaving_ends_them(plan: Plan) -> None:
    patient = plan.patient
    token, _s = tokens.make(patient, "x", ["walks:write"], timezone.now())
    ask_to_erase(patient, by=patient, at=timezone.now())
    token.refresh_from_db()
    assert token.revoked_at


def test_the_record_tells_of_them_without_what_opens(plan: Plan) -> None:
    patient = plan.patient
    token, _s = tokens.make(patient, "My phone", ["walks:write"], timezone.now())
    (told,) = record_of(patient, at=timezone.now())["connections"]
    assert told["label"] == "My phone"
    assert token.digest not in str(told)
