"""What the desk asks of staff beyond a password: a second factor, nobody away for long, and showing again who it is."""

from __future__ import annotations

import datetime as dt
import re
from io import StringIO
from typing import Any

import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from accounts.models import User
from tests.desk.desk import make_desk
from tests.people import PASSWORD, make_clinic, make_manager, make_operator, make_physio, signed_in

pytestmark = pytest.mark.django_db

CASELOAD = "/admin/walking/plan/"


@pytest.fixture
def strict(settings: Any) -> None:
    """As a clinic's site on the internet is."""
    settings.STAFF_SECOND_FACTOR = True


def with_password(user: User) -> User:
    user.set_password(PASSWORD)
    user.save()
    EmailAddress.objects.update_or_create(
        user=user, defaults={"email": user.email, "primary": True, "verified": True}
    )
    return user


def sign_in(user: User) -> Client:
    client = Client()
    client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    return client


def give_factor(user: User) -> str:
    """An authenticator app; returns its secret."""
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    return secret


# A second factor ----------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [CASELOAD, "/admin/", "/admin/reports/", "/admin/what-if/"])
def test_the_desk_is_closed_until_a_second_factor_is_there(strict: None, path: str) -> None:
    physio = make_physio()
    client = signed_in(physio)
    for answer in (client.get(path), client.post(path)):
        assert answer.status_code == 302
        assert answer["Location"] == "/accounts/second-step/"
    page = client.get("/accounts/second-step/").content.decode()
    assert 'href="/accounts/2fa/totp/activate/"' in page
    assert 'href="/accounts/2fa/webauthn/add/"' in page
    give_factor(physio)
    assert client.get(CASELOAD).status_code == 200
    assert client.get("/accounts/second-step/")["Location"] == "/"


def test_recovery_codes_alone_open_nothing(strict: None) -> None:
    physio = make_physio()
    Authenticator.objects.create(user=physio, type=Authenticator.Type.RECOVERY_CODES, data={})
    assert signed_in(physio).get(CASELOAD)["Location"] == "/accounts/second-step/"


def test_operators_and_managers_need_one_and_patients_do_not(strict: None) -> None:
    desk = make_desk("hill")
    operator = make_operator()
    for user in (desk.manager, operator):
        assert signed_in(user).get(CASELOAD)["Location"] == "/accounts/second-step/"
    patient = signed_in(desk.plan.patient)
    assert patient.get("/today/").status_code == 200
    assert patient.get("/accounts/second-step/")["Location"] == "/"


@pytest.mark.database
def test_whoever_has_one_is_asked_for_it_at_every_sign_in(strict: None) -> None:
    physio = with_password(make_physio())
    secret = give_factor(physio)
    client = sign_in(physio)
    assert client.get(CASELOAD)["Location"].startswith("/admin/login/")
    assert client.post("/accounts/2fa/authenticate/", {"code": "000000"}).status_code == 200
    assert client.get(CASELOAD)["Location"].startswith("/admin/login/")
    from allauth.mfa.totp.internal.auth import (
        format_hotp_value,
        hotp_value,
        yield_hotp_counters_from_time,
    )

    counter = next(iter(yield_hotp_counters_from_time()))
    code = format_hotp_value(hotp_value(secret, counter))
    client.post("/accounts/2fa/authenticate/", {"code": code})
    assert client.get(CASELOAD).status_code == 200


@pytest.mark.database
def test_a_manager_lets_a_colleague_in_who_lost_it(strict: None, mailoutbox: list[Any]) -> None:
    desk = make_desk("hill")
    physio = with_password(desk.physio)
    give_factor(desk.manager)
    theirs = sign_in(physio)
    assert theirs.get(CASELOAD)["Location"] == "/accounts/second-step/"
    give_factor(physio)
    assert theirs.get(CASELOAD).status_code == 200

    manager = signed_in(desk.manager)
    page = f"/admin/accounts/user/{physio.pk}/second-factor/"
    assert page in manager.get(f"/admin/accounts/user/{physio.pk}/change/").content.decode()
    assert "lost the second step" in manager.get(page).content.decode()
    assert Authenticator.objects.filter(user=physio).exists(), "looking changes nothing"
    assert manager.post(page).status_code == 302

    assert not Authenticator.objects.filter(user=physio).exists()
    assert theirs.get(CASELOAD)["Location"].startswith("/admin/login/"), "signed out everywhere"
    assert mailoutbox[-1].to == [physio.email]
    assert "was removed" in mailoutbox[-1].body
    history = manager.get(f"/admin/accounts/user/{physio.pk}/history/").content.decode()
    assert "Second factor reset." in history
    assert sign_in(physio).get(CASELOAD)["Location"] == "/accounts/second-step/"


def test_nobody_else_resets_it(strict: None) -> None:
    desk, other = make_desk("hill"), make_desk("wren")
    operator = make_operator()
    people = (desk.physio, desk.manager, operator, other.manager)
    for person in people:
        give_factor(person)
    page = "/admin/accounts/user/{}/second-factor/"
    tries = [
        (desk.colleague, desk.physio), (desk.physio, desk.physio), (desk.manager, desk.manager),
        (desk.manager, operator), (other.manager, desk.physio), (desk.plan.patient, desk.physio),
    ]  # fmt: skip
    for who, whose in tries:
        answer = signed_in(who).post(page.format(whose.pk))
        assert answer.status_code in (302, 403)
    for person in people:
        assert Authenticator.objects.filter(user=person).exists(), person


def test_the_command_lets_in_whoever_nobody_else_can(mailoutbox: list[Any]) -> None:
    operator = make_operator()
    give_factor(operator)
    said = StringIO()
    call_command("reset_second_factor", "OLGA@host.example", stdout=said)
    assert "Olga Brandt has no second factor any more" in said.getvalue()
    assert not Authenticator.objects.exists()
    assert mailoutbox[-1].to == ["olga@host.example"]
    with pytest.raises(CommandError, match="nobody here signs in with") as refused:
        call_command("reset_second_factor", "nobody@host.example")
    assert refused.value.returncode == 2


def test_the_check_costs_one_query_a_page(
    settings: Any, django_assert_num_queries: Any, strict: None
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    physio = make_physio()
    give_factor(physio)
    client = signed_in(physio)
    client.get(CASELOAD)
    with CaptureQueriesContext(connection) as captured:
        client.get(CASELOAD)
    settings.STAFF_SECOND_FACTOR = False
    with django_assert_num_queries(len(captured) - 1):
        client.get(CASELOAD)


# Away from the screen -----------------------------------------------------------------------------


def test_a_desk_that_was_left_alone_is_closed(settings: Any) -> None:
    settings.STAFF_IDLE_MINUTES = 30
    physio, begin = make_physio(), timezone.now()
    with time_machine.travel(begin, tick=False) as clock:
        client = signed_in(physio)
        for minutes in (0, 29, 58, 87):
            clock.move_to(begin + dt.timedelta(minutes=minutes))
            assert client.get(CASELOAD).status_code == 200, minutes
        clock.move_to(begin + dt.timedelta(minutes=118))
        answer = client.get(f"{CASELOAD}?q=rosa")
        assert answer["Location"] == "/accounts/login/?next=/admin/walking/plan/%3Fq%3Drosa"
        # Nobody was asked: unsent walks of a patient who uses the same browser must stay.
        assert "Clear-Site-Data" not in answer
        assert "you were signed out" in client.get(answer["Location"]).content.decode()
        assert client.get(CASELOAD)["Location"].startswith("/admin/login/")


def test_what_was_typed_is_not_led_away_from(settings: Any) -> None:
    settings.STAFF_IDLE_MINUTES = 30
    desk, begin = make_desk("hill"), timezone.now()
    note = f"/admin/walking/plan/{desk.plan.pk}/pause/"
    with time_machine.travel(begin, tick=False) as clock:
        client = signed_in(desk.physio)
        client.get(note)
        clock.move_to(begin + dt.timedelta(minutes=31))
        answer = client.post(note, {"note": "Back to the surgeon"})
    assert answer.status_code == 403
    assert "go back one page" in answer.content.decode()
    desk.plan.refresh_from_db()
    assert desk.plan.status == "active"


def test_patients_are_not_signed_out(settings: Any) -> None:
    settings.STAFF_IDLE_MINUTES = 30
    desk, begin = make_desk("hill"), timezone.now()
    with time_machine.travel(begin, tick=False) as clock:
        client = signed_in(desk.plan.patient)
        client.get("/today/")
        clock.move_to(begin + dt.timedelta(days=3))
        assert client.get("/today/").status_code == 200


# Once more ----------------------------------------------------------------------------------------


@pytest.fixture
def manager(settings: Any) -> User:
    settings.STAFF_STEP_UP = True
    user = make_manager(make_clinic(), name="Mo", email="mo@clinic.example")
    return with_password(user)


def test_an_account_is_made_only_after_showing_who_one_is(manager: User) -> None:
    client, add = sign_in(manager), "/admin/accounts/user/add/"
    assert client.get(add).status_code == 200
    new = {
        "name": "Ann",
        "email": "ann@clinic.example",
        "role": "physiotherapist",
        "timezone": "UTC",
    }
    answer = client.post(add, new)
    assert (
        answer["Location"] == "/accounts/reauthenticate/?next=%2Fadmin%2Faccounts%2Fuser%2Fadd%2F"
    )
    assert not User.objects.filter(name="Ann").exists()
    wrong = client.post(answer["Location"], {"password": "not this", "next": add})
    assert wrong.status_code == 200
    assert not User.objects.filter(name="Ann").exists()
    # What was sent is done once it is shown.
    client.post(answer["Location"], {"password": PASSWORD, "next": add})
    assert User.objects.filter(name="Ann", clinic=manager.clinic).exists()


def test_figures_leave_only_after_showing_who_one_is(manager: User) -> None:
    client, file = sign_in(manager), "/admin/reports/adherence.csv"
    assert client.get("/admin/reports/").status_code == 200
    answer = client.get(file)
    assert re.match(r"/accounts/reauthenticate/\?next=", answer["Location"])
    client.post(answer["Location"], {"password": PASSWORD, "next": file})
    assert client.get(file)["Content-Type"].startswith("text/csv")
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=10)):
        assert client.get(file).status_code == 302


def test_data_for_research_leaves_only_after_showing_who_one_is(manager: User) -> None:
    client, page = sign_in(manager), "/admin/research/"
    assert client.get(page).status_code == 200
    answer = client.post(page, {"format": "csv"})
    assert re.match(r"/accounts/reauthenticate/\?next=", answer["Location"])
    given = client.post(answer["Location"], {"password": PASSWORD, "next": page}, follow=True)
    assert given["Content-Type"] == "application/zip"
    given.close()
