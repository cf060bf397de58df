"""Keys change: what an older one signed or sealed opens as long as it is named, and no longer."""

from __future__ import annotations

import secrets
from io import StringIO
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from accounts import device
from accounts.models import User
from accounts.sealed import MARK, sealed_anew, unseal
from config.environment import production_problems
from tests.people import insert_plan, make_patient, make_physio
from walking.mail import links

pytestmark = pytest.mark.django_db


def changed(settings: Any, *, keep: bool) -> None:
    """A new ``SECRET_KEY``; the one before stays among the older ones or goes."""
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY] if keep else []
    settings.SECRET_KEY = secrets.token_urlsafe(50)


def with_app(user: User) -> tuple[Authenticator, str]:
    secret = generate_totp_secret()
    return TOTP.activate(user, secret).instance, secret


def code_of(secret: str) -> str:
    """What the app on the phone shows now."""
    return str(format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time())))))


@pytest.mark.parametrize(("keep", "status"), [(True, 200), (False, 404)])
def test_a_link_in_mail_outlives_its_key_if_that_is_named(
    settings: Any, keep: bool, status: int
) -> None:
    url = links.preferences_url(insert_plan().patient)
    changed(settings, keep=keep)
    assert Client().get("/" + url.split("/", 3)[3]).status_code == status


@pytest.mark.parametrize(("keep", "status"), [(True, 200), (False, 302)])
def test_a_session_outlives_its_key_if_that_is_named(
    settings: Any, keep: bool, status: int
) -> None:
    client = Client()
    client.force_login(insert_plan().patient)
    changed(settings, keep=keep)
    assert client.get("/today/").status_code == status


def test_walks_that_a_phone_has_not_sent_outlive_a_key(settings: Any) -> None:
    """They lie on it under the name of their person, which the page and the sync both tell."""
    patient = insert_plan().patient
    before = device.person_key(patient.pk)
    changed(settings, keep=False)
    device.person_key.cache_clear()
    client = Client()
    client.force_login(patient)
    page = client.get("/today/").content.decode()
    assert f'data-person="{before}"' in page
    sent = {"person": before, "walks": []}
    assert client.post("/sync/walks/", sent, content_type="application/json").status_code == 200


def test_no_seed_stands_in_the_database_in_clear() -> None:
    user = make_physio()
    app, secret = with_app(user)
    codes = RecoveryCodes.activate(user)
    stored = " ".join(str(each.data) for each in Authenticator.objects.all())
    assert app.data["secret"].startswith(MARK)
    assert secret not in stored
    assert unseal(codes.instance.data["seed"]) not in stored
    app.refresh_from_db()
    assert app.wrap().validate_code(code_of(secret))
    assert codes.validate_code(codes.get_unused_codes()[0])


def test_what_was_in_clear_is_sealed_and_can_be_opened_again() -> None:
    clear = {"secret": "JBSWY3DPEHPK3PXP", "used_mask": 3, "migrated_codes": ["12345678", "abc"]}
    sealed = sealed_anew(clear)
    assert sealed["used_mask"] == 3
    assert not {"JBSWY3DPEHPK3PXP", "12345678"} & {sealed["secret"], *sealed["migrated_codes"]}
    assert unseal(sealed["secret"]) == clear["secret"]
    assert [unseal(code) for code in sealed["migrated_codes"]] == clear["migrated_codes"]
    # A row that was written before still signs in.
    app, secret = with_app(make_physio())
    app.data = {"secret": secret}
    app.save()
    assert app.wrap().validate_code(code_of(secret))


def test_seal_anew_frees_what_is_sealed_from_the_key_before(settings: Any) -> None:
    app, secret = with_app(make_physio())
    changed(settings, keep=True)
    assert app.wrap().validate_code(code_of(secret))
    out = StringIO()
    call_command("seal_anew", stdout=out)
    assert "1 second factors are sealed with the newest key" in out.getvalue()
    settings.SECRET_KEY_FALLBACKS = []
    app.refresh_from_db()
    assert unseal(app.data["secret"]) == secret


def test_a_seed_that_no_key_opens_fits_no_code_and_is_named(settings: Any) -> None:
    app, secret = with_app(make_physio(email="ruth@hillside.example"))
    changed(settings, keep=False)
    assert not app.wrap().validate_code(code_of(secret))
    with pytest.raises(CommandError, match=r"ruth@hillside\.example.*SECRET_KEY_FALLBACKS"):
        call_command("seal_anew", stdout=StringIO())


def test_a_weak_older_key_is_refused() -> None:
    problems = production_problems(
        secret_key=secrets.token_urlsafe(50),
        older_keys=["short"],
        debug=False,
        site_url="https://walk.clinic.example",
        hosts=["walk.clinic.example"],
    )
    assert len(problems) == 1
    assert "SECRET_KEY_FALLBACKS" in problems[0]


def test_everybodys_access_ends_at_once() -> None:
    from accounts import tokens

    here, elsewhere = make_patient(), make_patient()
    clients = []
    for user in (here, elsewhere):
        tokens.make(user, "Phone", [tokens.WRITE_WALKS], timezone.now())
        user.set_password("three plain words")
        user.save()
        clients.append(Client())
        clients[-1].post("/accounts/login/", {"login": user.email, "password": "three plain words"})
        assert clients[-1].get("/accounts/sessions/").status_code == 200
    assert here.clinic is not None
    out = StringIO()
    call_command("end_all_access", "--clinic", here.clinic.name, stdout=out)
    assert "1 sessions and 1 access tokens" in out.getvalue()
    assert [it.get("/accounts/sessions/").status_code for it in clients] == [302, 200]
    call_command("end_all_access", stdout=out)
    assert [it.get("/accounts/sessions/").status_code for it in clients] == [302, 302]
    assert not elsewhere.access_tokens.live(timezone.now()).exists()
    with pytest.raises(CommandError, match="there is no clinic called 'Nowhere'"):
        call_command("end_all_access", "--clinic", "Nowhere", stdout=out)
