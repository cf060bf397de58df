"""A passkey from the first tap to its removal, with an authenticator that the browser plays itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from playwright.sync_api import Page, expect

from tests.people import PASSWORD, insert_plan, make_patient

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

EMAIL = "rosa@example.org"


def with_authenticator(page: Page) -> None:
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
        "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def test_a_passkey_is_added_signs_in_is_renamed_and_removed(
    new_page: Callable[..., Page], live_server: Any
) -> None:
    patient = make_patient(email=EMAIL, password=PASSWORD)
    insert_plan(patient=patient)
    page = new_page(viewport={"width": 390, "height": 844})
    with_authenticator(page)
    page.goto(f"{live_server.url}/accounts/login/")
    page.locator("#id_login").fill(EMAIL)
    page.locator("#id_password").fill(PASSWORD)
    page.locator("#id_password").press("Enter")
    page.wait_for_url("**/today/")

    page.goto(f"{live_server.url}/accounts/2fa/webauthn/")
    expect(page.get_by_text("You have none yet.")).to_be_visible()
    page.get_by_role("link", name="Add a passkey").click()
    page.locator("#id_password").fill(PASSWORD)
    page.locator("#id_password").press("Enter")
    page.locator("#id_passwordless").check()
    page.wait_for_load_state()
    page.locator("#mfa_webauthn_add").click()
    page.wait_for_url("**/accounts/2fa/recovery-codes/**")
    assert Authenticator.objects.filter(user=patient, type="webauthn").count() == 1

    page.goto(f"{live_server.url}/accounts/logout/")
    page.get_by_role("main").get_by_role("button", name="Sign out").click()
    page.wait_for_url(lambda url: "/accounts/logout/" not in url)
    page.goto(f"{live_server.url}/accounts/login/")
    page.locator("#passkey_login").click()
    page.wait_for_url("**/today/")

    page.goto(f"{live_server.url}/accounts/2fa/webauthn/")
    page.get_by_role("link", name="Rename").click()
    page.get_by_role("link", name="Use a passkey").click()
    use = page.get_by_role("button", name="Use a passkey")
    expect(use).to_be_visible()
    page.wait_for_load_state()
    use.click()
    page.locator("#id_name").fill("Rosa's phone")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Rosa's phone")).to_be_visible()
    page.get_by_role("link", name="Remove").click()
    expect(page.get_by_role("heading", name="Remove “Rosa's phone”?")).to_be_visible()
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_text("You have none yet.")).to_be_visible()
    assert not Authenticator.objects.filter(user=patient, type="webauthn").exists()
