"""Signing out in a real browser: asked first if something would be lost, possible offline, and nothing stays behind."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core.signals import request_started
from django.db import connection
from playwright.sync_api import Page, Route, expect

from accounts.models import Role, User
from tests.patient.test_offline_in_browser import (
    KEPT,
    PHONE,
    READY,
    log,
    lossy,  # noqa: F401 - a fixture
    minutes_of,
    phone,  # noqa: F401 - a fixture
    plan,  # noqa: F401 - a fixture
    sign_in,
    wait_for_kept,
)
from tests.people import make_clinic, make_plan_from_today, make_user, signed_in
from walking.models import Plan

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

UNSENT = "Walks not sent yet: 1. They are lost if you sign out now."
#: A walk that the server did not accept: it stays on the phone until the patient deletes it.
REFUSED = """async ([person, minutes]) => {
    await waymarkUnsent.put({
        id: crypto.randomUUID(), person: person ?? document.documentElement.dataset.person, day: "2026-03-02",
        minutes, pain: null, effort: "", walk: null, base: "", removed: false, state: "refused",
        message: "Too long ago.",
    });
    localStorage.setItem("waymark-answers:check-in", JSON.stringify({at: Date.now(), answers: {words: "sore"}}));
    sessionStorage.setItem("waymark-sent", "1");
}"""
WORKERS = "navigator.serviceWorker.getRegistrations().then((all) => all.length)"


def refuse(page: Page, minutes: int = 17, person: str | None = None) -> None:
    page.evaluate(REFUSED, [person, minutes])


def open_more(page: Page) -> None:
    page.get_by_role("link", name="More", exact=True).click()
    page.get_by_role("heading", name="Help and settings").wait_for()


def from_more(page: Page) -> None:
    open_more(page)
    page.get_by_role("button", name="Sign out", exact=True).click()


def from_devices(page: Page) -> None:
    open_more(page)
    page.get_by_role("link", name="Where you are signed in").click()
    page.get_by_role("button", name="Sign out here").click()


def from_its_own_page(page: Page) -> None:
    page.goto("/accounts/logout/")
    page.get_by_role("button", name="Sign out", exact=True).click()


def from_the_desk(page: Page) -> None:
    page.goto("/admin/")
    page.get_by_role("button", name="Sign out", exact=True).click()


PLACES = [from_more, from_devices, from_its_own_page]


def answer(page: Page, name: str) -> None:
    page.get_by_role("dialog").get_by_role("button", name=name).click()


def sessions_of(person: User) -> int:
    ours = [each.get_decoded().get("_auth_user_id") for each in Session.objects.all()]
    return ours.count(str(person.pk))


@pytest.fixture
def ours(phone: Page, live_server: Any) -> Page:  # noqa: F811
    """Rosa's phone, on which paths may be given without the address."""
    phone.goto(f"{live_server.url}/today/")
    goto = phone.goto
    phone.goto = lambda path, **more: goto(f"{live_server.url}{path}", **more)  # type: ignore[method-assign,assignment]
    return phone


@pytest.mark.parametrize("sign_out", PLACES)
def test_every_way_of_signing_out_asks_when_walks_are_unsent(
    ours: Page,
    plan: Plan,  # noqa: F811
    live_server: Any,
    sign_out: Callable[[Page], None],
) -> None:
    refuse(ours)
    sign_out(ours)
    dialog = ours.get_by_role("dialog")
    expect(dialog).to_contain_text(UNSENT)
    answer(ours, "Stay signed in")
    expect(dialog).to_be_hidden()
    ours.goto("/today/")
    ours.get_by_text("Too long ago.").wait_for()
    assert sessions_of(plan.patient) == 1
    sign_out(ours)
    answer(ours, "Sign out anyway")
    ours.wait_for_url(f"{live_server.url}/")
    assert sessions_of(plan.patient) == 0
    assert ours.evaluate(KEPT) == {"left": [], "texts": ""}


def test_walks_that_the_server_did_not_take_can_be_sent_first(
    lossy: Page,  # noqa: F811
    plan: Plan,  # noqa: F811
    live_server: Any,
) -> None:
    """The case in which patients lost walks: recorded offline, then online while the server answers 502."""
    lossy.context.set_offline(True)
    log(lossy, 22)
    lossy.get_by_text("22 minutes, today").first.wait_for()
    lossy.route("**/sync/walks/", lambda route: route.fulfill(status=502))
    lossy.context.set_offline(False)
    from_more(lossy)
    expect(lossy.get_by_role("dialog")).to_contain_text(UNSENT)
    answer(lossy, "Send them first")
    lossy.get_by_text("Some walks could not be sent. They are still on this phone.").wait_for()
    assert minutes_of(plan) == []
    lossy.unroute_all(behavior="wait")
    answer(lossy, "Send them first")
    lossy.wait_for_url(f"{live_server.url}/")
    assert minutes_of(plan) == [22]
    assert sessions_of(plan.patient) == 0


def test_a_patient_without_a_plan_is_asked_too(
    new_page: Callable[..., Page], live_server: Any
) -> None:
    patient = make_user(
        Role.PATIENT, clinic=make_clinic(), email="nora@home.example", name="Nora Lind"
    )
    page = new_page(base_url=live_server.url, viewport=PHONE)
    cookie = signed_in(patient).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
    page.goto("/")
    page.get_by_role("heading", name="You have no plan yet").wait_for()
    refuse(page)
    page.get_by_role("button", name="Sign out", exact=True).click()
    expect(page.get_by_role("dialog")).to_contain_text(UNSENT)
    answer(page, "Sign out anyway")
    page.get_by_role("link", name="Sign in").first.wait_for()
    assert sessions_of(patient) == 0
    assert page.evaluate(KEPT)["left"] == []


def test_staff_are_asked_about_the_walks_of_a_patient_in_the_same_browser(
    ours: Page,
    plan: Plan,  # noqa: F811
    live_server: Any,
) -> None:
    refuse(ours)
    cookie = signed_in(plan.physiotherapist).cookies["sessionid"].value
    ours.context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
    from_the_desk(ours)
    dialog = ours.get_by_role("dialog")
    expect(dialog).to_contain_text("someone else recorded on this device")
    expect(dialog.get_by_role("button", name="Send them first")).to_be_hidden()
    answer(ours, "Stay signed in")
    assert sessions_of(plan.physiotherapist) == 1
    from_the_desk(ours)
    answer(ours, "Sign out anyway")
    ours.wait_for_url(f"{live_server.url}/")
    assert sessions_of(plan.physiotherapist) == 0
    assert ours.evaluate(KEPT)["left"] == []


def test_a_walk_on_the_timer_is_asked_about(ours: Page) -> None:
    ours.goto("/today/walk/")
    ours.get_by_role("button", name="Start", exact=True).click()
    from_more(ours)
    expect(ours.get_by_role("dialog")).to_contain_text("The walk on your timer is not saved yet.")
    answer(ours, "Stay signed in")
    assert ours.evaluate("Object.keys(localStorage).some((key) => key.startsWith('waymark-walk-'))")


@pytest.mark.parametrize("sign_out", PLACES)
def test_scripts_delete_everything_where_the_browser_does_not_know_the_header(
    ours: Page,
    plan: Plan,  # noqa: F811
    live_server: Any,
    sign_out: Callable[[Page], None],
) -> None:
    stripped, ended = [], []

    def without_header(route: Route) -> None:
        if route.request.method != "POST":
            route.continue_()
            return
        response = route.fetch(max_redirects=0)
        headers = response.headers
        stripped.append(headers.pop("clear-site-data"))
        route.fulfill(response=response, headers=headers)

    ours.context.route("**/accounts/logout/", without_header)
    ours.context.expose_function("subscriptionEnded", lambda: ended.append(True))
    # Headless Chromium has no push service.
    ours.add_init_script(
        "PushManager.prototype.getSubscription = async () => ({unsubscribe: () => window.subscriptionEnded()})"
    )
    ours.goto("/today/")
    refuse(ours)
    sign_out(ours)
    answer(ours, "Sign out anyway")
    ours.wait_for_url(f"{live_server.url}/")
    assert stripped == ['"storage"']
    assert ended == [True]
    assert ours.evaluate(KEPT) == {"left": [], "texts": ""}
    assert ours.evaluate(WORKERS) == 0
    assert sessions_of(plan.patient) == 0


def test_signing_out_offline_deletes_at_once_and_ends_the_session_later(
    ours: Page,
    plan: Plan,  # noqa: F811
    live_server: Any,
) -> None:
    log(ours, 17)
    ours.get_by_text("Saved: 17 minutes.").wait_for()
    wait_for_kept(ours, "17 minutes")
    refuse(ours, 23)
    open_more(ours)
    ours.context.set_offline(True)
    ours.get_by_role("button", name="Sign out", exact=True).click()
    dialog = ours.get_by_role("dialog")
    expect(dialog).to_contain_text(UNSENT)
    answer(ours, "Sign out anyway")
    expect(dialog).to_contain_text("You have no connection.")
    answer(ours, "Stay signed in")
    assert "17 minutes" in ours.evaluate(KEPT)["texts"], "nothing has changed"
    ours.get_by_role("button", name="Sign out", exact=True).click()
    answer(ours, "Sign out anyway")
    answer(ours, "Delete and sign out")
    ours.get_by_role("heading", name="You signed out on this phone").wait_for()
    kept = ours.evaluate(KEPT)
    assert sorted(re.sub("shell-.*", "shell", name) for name in kept["left"]) == [
        "waymark-leaving",
        "waymark-shell",
    ]
    assert "17 minutes" not in kept["texts"]
    for path in ("/today/", "/plan/", "/diary/", "/accounts/sessions/"):
        ours.goto(path)
        ours.get_by_role("heading", name="You signed out on this phone").wait_for()
        expect(ours.get_by_role("link", name="Go to Today")).to_be_hidden()
    assert sessions_of(plan.patient) == 1
    ours.context.set_offline(False)
    ours.wait_for_url(f"{live_server.url}/")
    assert sessions_of(plan.patient) == 0
    assert ours.evaluate(KEPT)["left"] == []
    ours.goto("/today/")
    ours.get_by_label("Email").wait_for()


def test_someone_else_can_sign_in_after_an_offline_sign_out(
    ours: Page,
    plan: Plan,  # noqa: F811
    live_server: Any,
) -> None:
    bill = make_plan_from_today(plan.physiotherapist, name="Bill Ohm")
    open_more(ours)
    ours.context.set_offline(True)
    ours.get_by_role("button", name="Sign out", exact=True).click()
    answer(ours, "Delete and sign out")
    ours.get_by_role("heading", name="You signed out on this phone").wait_for()
    # The page that waits for the connection is closed: it is the sign-in page that ends the session first.
    other = ours.context.new_page()
    ours.close()
    other.context.set_offline(False)
    sign_in(other, live_server.url, bill.patient.email)
    other.evaluate(READY)
    assert (sessions_of(plan.patient), sessions_of(bill.patient)) == (0, 1)


def test_without_a_worker_signing_out_offline_says_that_nothing_happened(
    lossy: Page,  # noqa: F811
    plan: Plan,  # noqa: F811
) -> None:
    open_more(lossy)
    lossy.evaluate("localStorage.setItem('waymark-answers:check-in', '{}')")
    lossy.context.set_offline(True)
    lossy.get_by_role("button", name="Sign out", exact=True).click()
    dialog = lossy.get_by_role("dialog")
    expect(dialog).to_contain_text("You have no connection, so you are still signed in.")
    answer(lossy, "Stay signed in")
    assert "waymark-answers:check-in" in lossy.evaluate(KEPT)["left"]
    assert sessions_of(plan.patient) == 1


@pytest.mark.parametrize("failure", ["502", "no answer"])
def test_a_server_that_is_down_counts_as_no_connection(
    lossy: Page,  # noqa: F811
    plan: Plan,  # noqa: F811
    failure: str,
) -> None:
    def fail(route: Route) -> None:
        if failure == "502":
            route.fulfill(status=502)
        else:
            route.abort()

    lossy.route("**/accounts/logout/", fail)
    from_more(lossy)
    expect(lossy.get_by_role("dialog")).to_contain_text("you are still signed in")
    assert sessions_of(plan.patient) == 1


def test_a_page_that_comes_after_the_sign_out_is_not_kept(ours: Page, live_server: Any) -> None:
    """The worker fetches pages ahead; one that is still on its way at the sign-out must not be stored."""
    reading = threading.Event()

    def slow(environ: dict[str, Any], **_more: object) -> None:
        """The page of today, asked for by the worker, is slow once the server knows who asks."""

        def wait(execute: Callable[..., Any], sql: str, *more: Any) -> Any:
            if "walking_" in sql and not reading.is_set():
                reading.set()
                time.sleep(2)
            return execute(sql, *more)

        if environ["PATH_INFO"] == "/today/" and environ["HTTP_SEC_FETCH_MODE"] != "navigate":
            connection.execute_wrappers.append(wait)

    open_more(ours)
    request_started.connect(slow)
    try:
        ours.evaluate("navigator.serviceWorker.controller.postMessage({changed: true})")
        while not reading.is_set():
            ours.wait_for_timeout(20)
        ours.get_by_role("button", name="Sign out", exact=True).click()
        ours.wait_for_url(f"{live_server.url}/")
        ours.wait_for_timeout(3500)
        assert ours.evaluate(KEPT) == {"left": [], "texts": ""}
    finally:
        request_started.disconnect(slow)
