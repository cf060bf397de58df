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
    expect(page.get_by_text("That did not work on this device.")).to_be_visible(timeout=30_000)
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
    open_page(page, live_server)
    devtools = page.context.new_cdp_session(page)
    registrations: list[str] = []
    devtools.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda told: registrations.extend(
            each["registrationId"] for each in told["registrations"] if not each["isDeleted"]
        ),
    )
    devtools.send("ServiceWorker.enable")
    page.evaluate(
        """async () => {
          window.worker = await navigator.serviceWorker.register("/static/js/push-worker.js");
          while (!window.worker.active) await new Promise((done) => setTimeout(done, 50));
          window.seen = [];
          const look = async () => {
            const shown = await window.worker.getNotifications();
            window.seen.push(shown.map((it) => [it.title, it.body, it.data.url]));
            setTimeout(look, 5);
          };
          look();
        }"""
    )
    for words in ("Tap.", "Tap once more."):
        message = {"title": "Walk?", "body": words, "url": "/today/", "tag": "waymark-walk"}
        devtools.send(
            "ServiceWorker.deliverPushMessage",
            {
                "origin": live_server.url,
                "registrationId": registrations[-1],
                "data": json.dumps(message),
            },
        )
        page.wait_for_function(
            "words => window.seen.flat().some((it) => it[1] === words)", arg=words
        )
    # Without a desktop the browser forgets at some moment what it showed: all that was seen counts.
    seen = page.evaluate("window.seen")
    assert ["Walk?", "Tap once more.", "/today/"] in [one for shown in seen for one in shown]
    # Two of one kind are shown as one: the later.
    assert max(len(shown) for shown in seen) == 1
