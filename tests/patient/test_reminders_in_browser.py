"""Setting up a phone for reminders, in a real browser. Headless Chromium has no push service, so it must fail well."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.patient.test_in_a_browser import plan, sign_in  # noqa: F401 - a fixture
from tests.push.service import Browser
from walking.models import Plan, PushSubscription
from walking.push.keys import new_private_key

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PHONE = {"width": 390, "height": 844}


STAND_IN = """
const subscription = {
  toJSON: () => ({ endpoint: "https://push.example.com/send/abc", keys }),
  unsubscribe: async () => { sessionStorage.ended = "yes"; },
};
const pushManager = {
  subscribe: async (options) => {
    sessionStorage.bytes = options.applicationServerKey.length;
    return subscription;
  },
  getSubscription: async () => subscription,
};
const worker = { active: {}, pushManager };
navigator.serviceWorker.register = async () => worker;
navigator.serviceWorker.getRegistration = async () => worker;
"""


@pytest.fixture(autouse=True)
def key(settings: Any) -> None:
    settings.VAPID_PRIVATE_KEY = new_private_key()


def open_page(page: Page, live_server: Any) -> None:
    sign_in(page, live_server)
    page.goto(f"{live_server.url}/settings/reminders/")


def test_it_asks_only_after_a_tap_and_a_refusal_leads_to_the_calendar(
    new_page: Callable[..., Page],
    live_server: Any,
    plan: Plan,  # noqa: F811
) -> None:
    page = new_page(viewport=PHONE)
    open_page(page, live_server)
    page.evaluate(
        "() => { window.asked = 0;"
        " Notification.requestPermission = async () => { window.asked += 1; return 'denied'; }; }"
    )
    button = page.get_by_role("button", name="Remind me on this device")
    expect(button).to_be_visible()
    assert page.evaluate("window.asked") == 0
    button.click()
    expect(page.get_by_text("Your browser does not allow messages")).to_be_visible()
    assert page.evaluate("window.asked") == 1
    page.get_by_role("link", name="Let my calendar remind me").click()
    expect(page.get_by_role("heading", name="Your walks in your calendar")).to_be_visible()


def test_without_a_push_service_it_says_so_in_words(
    new_page: Callable[..., Page],
    live_server: Any,
    plan: Plan,  # noqa: F811
) -> None:
    page = new_page(viewport=PHONE, permissions=["notifications"])
    open_page(page, live_server)
    button = page.get_by_role("button", name="Remind me on this device")
    button.click()
    expect(page.get_by_text("That did not work on this device.")).to_be_visible()
    expect(button).to_be_enabled()
    assert not PushSubscription.objects.exists()


def test_a_browser_that_knows_no_push_offers_the_calendar(
    new_page: Callable[..., Page],
    live_server: Any,
    plan: Plan,  # noqa: F811
) -> None:
    page = new_page(viewport=PHONE)
    page.add_init_script("delete window.PushManager")
    open_page(page, live_server)
    expect(page.get_by_text("This browser cannot show reminders.")).to_be_visible()
    expect(page.get_by_role("button", name="Remind me on this device")).to_be_hidden()


def test_what_the_browser_subscribed_to_is_kept_and_removed(
    new_page: Callable[..., Page],
    live_server: Any,
    plan: Plan,  # noqa: F811
) -> None:
    """The browser's own part is played by a stand-in: no push service is to be had here."""
    keys = Browser().keys
    page = new_page(viewport=PHONE, permissions=["notifications"])
    page.add_init_script(f"const keys = {json.dumps(keys)};{STAND_IN}")
    open_page(page, live_server)
    page.get_by_role("button", name="Remind me on this device").click()
    expect(page.get_by_text("Reminders come to this device.")).to_be_visible()
    expect(page.get_by_text("this device", exact=True)).to_be_visible()
    assert PushSubscription.objects.get().p256dh == keys["p256dh"]
    assert page.evaluate("sessionStorage.bytes") == "65"
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_text("Removed.")).to_be_visible()
    assert page.evaluate("sessionStorage.ended") == "yes"
    assert not PushSubscription.objects.exists()


def test_the_worker_shows_what_the_server_says(
    new_page: Callable[..., Page],
    live_server: Any,
    plan: Plan,  # noqa: F811
) -> None:
    """The browser itself delivers a message to the worker, as it does for its push service."""
    page = new_page(viewport=PHONE, permissions=["notifications"])
    registrations: dict[str, str] = {}
    devtools = page.context.new_cdp_session(page)
    devtools.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda told: registrations.update(
            {each["scopeURL"]: each["registrationId"] for each in told["registrations"]}
        ),
    )
    devtools.send("ServiceWorker.enable")
    open_page(page, live_server)
    page.evaluate("async () => { await navigator.serviceWorker.ready; }")
    (worker,) = page.context.service_workers
    # Without a desktop the browser may forget at once what it shows: noted is what it is told, and that it agrees.
    worker.evaluate(
        """() => {
          self.told = [];
          const show = self.registration.showNotification.bind(self.registration);
          self.registration.showNotification = async (title, options) => {
            await show(title, options);
            self.told.push([title, options.body, options.data.url, options.tag]);
          };
        }"""
    )
    for n, words in enumerate(("Tap.", "Tap once more."), start=1):
        message = {"title": "Walk?", "body": words, "url": "/today/", "tag": "waymark-walk"}
        devtools.send(
            "ServiceWorker.deliverPushMessage",
            {
                "origin": live_server.url,
                "registrationId": registrations[f"{live_server.url}/"],
                "data": json.dumps(message),
            },
        )
        worker.evaluate(
            """async (n) => {
              while (self.told.length < n) await new Promise((done) => setTimeout(done, 20));
            }""",
            n,
        )
    # Of one kind, so that the later takes the place of the earlier.
    assert worker.evaluate("self.told") == [
        ["Walk?", "Tap.", "/today/", "waymark-walk"],
        ["Walk?", "Tap once more.", "/today/", "waymark-walk"],
    ]
