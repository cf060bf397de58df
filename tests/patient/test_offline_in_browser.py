"""A lost connection in a real browser: pages are there, walks are kept and sent once, and nobody sees another's."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress

import pytest
from django.core.cache import cache
from django.utils import timezone
from playwright.sync_api import Error, Page, Route, expect

from tests.people import EMAIL, PASSWORD, make_plan_from_today
from walking.care.diary.walks import correct_walk, log_walk
from walking.models import Plan, Walk
from walking.patient.rate_limits import SYNC

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PHONE = {"width": 390, "height": 844}
READY = """async () => {
    await navigator.serviceWorker.ready;
    const pages = async () => (await caches.keys()).filter((it) => it.startsWith("waymark-pages-"));
    for (let tries = 0; tries < 3000; tries += 1) {
        const [name] = await pages();
        if (name && (await (await caches.open(name)).keys()).length >= 6) return;
        await new Promise((done) => setTimeout(done, 100));
    }
    throw new Error("the pages were not fetched ahead: " + JSON.stringify(await caches.keys()));
}"""
KEPT = """async () => {
    const left = [...await caches.keys(), ...(await indexedDB.databases()).map((it) => it.name),
                  ...Object.keys(localStorage), ...Object.keys(sessionStorage)];
    const texts = [];
    for (const name of await caches.keys()) {
        const cache = await caches.open(name);
        for (const request of await cache.keys()) texts.push(await (await cache.match(request)).text());
    }
    return {left: left.filter((name) => name.startsWith("waymark")), texts: texts.join("")};
}"""


def lose(route: Route) -> None:
    """What is sent arrives, and its answer does not come back."""
    if route.request.method == "POST":
        route.fetch()
        route.abort()
    else:
        route.continue_()


@pytest.fixture
def plan() -> Plan:
    return make_plan_from_today()


def sign_in(page: Page, address: str, email: str = EMAIL) -> None:
    page.goto(f"{address}/accounts/login/?next=/today/")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("heading", name="Walk 10 minutes").wait_for()


@pytest.fixture
def phone(new_page: Callable[..., Page], live_server, plan: Plan) -> Page:
    """Rosa's phone, signed in, with the app's pages on it."""
    page = new_page(viewport=PHONE, timezone_id="Australia/Sydney")
    sign_in(page, live_server.url)
    # The worker would send them behind the page's back, and a browser that a test takes offline lets it.
    without_background_sync(page)
    page.evaluate(READY)
    return page


@pytest.fixture
def lossy(new_page: Callable[..., Page], live_server, plan: Plan) -> Page:
    """A phone whose requests can be caught: those of a page with a worker do not all pass a browser's routes."""
    page = new_page(viewport=PHONE, timezone_id="Australia/Sydney", service_workers="block")
    sign_in(page, live_server.url)
    return page


def wait_for_kept(page: Page, words: str) -> None:
    """Until a copy of a page says so: the worker renews its copies in its own time."""
    for _ in range(3000):
        if words in page.evaluate(KEPT)["texts"]:
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"no page that is kept says {words!r}")


def without_background_sync(page: Page) -> None:
    """As in a browser that lacks it: only the page sends."""
    page.add_init_script(
        "if (self.ServiceWorkerRegistration)"
        " Object.defineProperty(ServiceWorkerRegistration.prototype, 'sync', {value: undefined})"
    )
    page.reload()


def log(page: Page, minutes: int) -> None:
    form = page.locator("form[data-walk=log]")
    form.get_by_label("How many minutes?").fill(str(minutes))
    form.get_by_role("button", name="Log").click()


def waiting(page: Page) -> list[str]:
    return page.locator("[data-unsent] li > .what b").all_inner_texts()


def wait_until_sent(page: Page) -> None:
    page.get_by_text("Your walks are sent.").wait_for()


def minutes_of(plan: Plan) -> list[int]:
    """Of the walks in the diary, in the order in which they were entered."""
    return list(plan.walks.kept().order_by("pk").values_list("minutes", flat=True))


def test_three_walks_logged_offline_one_edited_are_stored_once_each(
    phone: Page, plan: Plan
) -> None:
    phone.context.set_offline(True)
    phone.reload()
    phone.get_by_text("No connection. This is from").wait_for()
    for number, minutes in enumerate((10, 12, 14), start=1):
        log(phone, minutes)
        phone.locator("[data-unsent] li").nth(number - 1).wait_for()
    assert waiting(phone) == ["10 minutes, today", "12 minutes, today", "14 minutes, today"]
    phone.get_by_role("button", name=re.compile("Change.*12 minutes, today")).click()
    second = phone.locator("[data-unsent] li").nth(1)
    second.get_by_label("How many minutes?").fill("25")
    second.get_by_role("button", name="Save").click()
    phone.get_by_text("25 minutes, today").first.wait_for()
    assert plan.walks.count() == 0
    phone.context.set_offline(False)
    wait_until_sent(phone)
    assert minutes_of(plan) == [10, 25, 14]
    assert waiting(phone) == []
    assert not phone.get_by_text("No connection.").is_visible(), "it is no copy any more"


def test_walks_survive_a_reload_and_can_be_removed_before_they_are_sent(
    phone: Page, plan: Plan
) -> None:
    phone.context.set_offline(True)
    log(phone, 10)
    phone.get_by_text("10 minutes, today").first.wait_for()
    log(phone, 11)
    phone.get_by_text("11 minutes, today").first.wait_for()
    phone.reload()
    phone.get_by_role("button", name=re.compile("Remove.*10 minutes, today")).click()
    expect(phone.locator("[data-unsent] li")).to_have_count(1)
    phone.context.set_offline(False)
    wait_until_sent(phone)
    assert minutes_of(plan) == [11]


def test_a_walk_whose_answer_was_lost_is_stored_once(lossy: Page, plan: Plan) -> None:
    lossy.route("**/today/", lose)
    lossy.route("**/sync/walks/", lose)
    log(lossy, 13)
    lossy.get_by_text("13 minutes, today").first.wait_for()
    assert minutes_of(plan) == [13], "the server has it, and the phone does not know"
    lossy.unroute_all(behavior="ignoreErrors")
    # The page may be sending it again already, and load itself anew.
    with suppress(Error):
        lossy.evaluate("() => { window.dispatchEvent(new Event('online')); }")
    wait_until_sent(lossy)
    assert minutes_of(plan) == [13]


def test_a_second_walk_is_kept_while_the_first_is_still_being_sent(lossy: Page, plan: Plan) -> None:
    lossy.route("**/today/", lambda route: route.abort())
    with lossy.expect_request("**/sync/walks/"):
        lossy.route("**/sync/walks/", lambda route: None)  # no answer, neither yes nor no
        log(lossy, 10)
    lossy.get_by_text("10 minutes, today").first.wait_for()
    log(lossy, 11)
    lossy.get_by_text("11 minutes, today").first.wait_for()
    assert waiting(lossy) == ["10 minutes, today", "11 minutes, today"]


def test_a_double_tap_without_a_connection_keeps_one_walk(phone: Page, plan: Plan) -> None:
    phone.context.set_offline(True)
    form = phone.locator("form[data-walk=log]")
    form.get_by_label("How many minutes?").fill("10")
    # Both taps hit the button, although the page moves between them.
    form.get_by_role("button", name="Log").evaluate(
        "(button) => { button.click(); setTimeout(() => button.click(), 250); }"
    )
    phone.get_by_text("10 minutes, today").first.wait_for()
    phone.wait_for_timeout(1000)
    assert waiting(phone) == ["10 minutes, today"]


def test_an_edit_after_a_lost_answer_is_not_lost(lossy: Page, plan: Plan) -> None:
    lossy.context.set_offline(True)
    log(lossy, 13)
    lossy.get_by_text("13 minutes, today").first.wait_for()

    lossy.route("**/sync/walks/", lose)
    # Not merely until the server has it: a request still under way when the route goes would get its answer.
    with lossy.expect_event("requestfailed", lambda request: request.method == "POST"):
        lossy.context.set_offline(False)
    lossy.context.set_offline(True)
    assert minutes_of(plan) == [13], "the server has it, and the phone does not know"
    lossy.unroute_all(behavior="ignoreErrors")
    lossy.get_by_role("button", name=re.compile("Change.*13 minutes, today")).click()
    lossy.locator("[data-unsent]").get_by_label("How many minutes?").fill("31")
    lossy.locator("[data-unsent]").get_by_role("button", name="Save").click()
    lossy.get_by_text("31 minutes, today").first.wait_for()
    lossy.context.set_offline(False)
    wait_until_sent(lossy)
    assert minutes_of(plan) == [31]


@pytest.fixture
def walk(plan: Plan) -> Walk:
    at = timezone.now()
    return log_walk(plan, day=plan.start, minutes=10, by=plan.patient, at=at)


@pytest.mark.parametrize(("choice", "kept"), [("Keep what I wrote", 15), ("Keep what is in", 20)])
def test_a_walk_changed_in_two_places_is_the_patients_to_decide(
    live_server, plan: Plan, walk: Walk, phone: Page, choice: str, kept: int
) -> None:
    phone.goto(f"{live_server.url}/diary/{walk.pk}/")
    phone.context.set_offline(True)
    form = phone.locator("form[data-walk=correct]")
    form.get_by_label("How many minutes?").fill("15")
    form.get_by_role("button", name="Save").click()
    phone.get_by_text("15 minutes, today").first.wait_for()
    correct_walk(
        walk, day=walk.day, minutes=20, pain=None, effort="", by=plan.patient, at=timezone.now()
    )
    phone.context.set_offline(False)
    phone.get_by_text("This walk was changed elsewhere, too.").wait_for()
    conflict = phone.locator("[data-conflict]").inner_text()
    assert "15 minutes, today" in conflict
    assert "20 minutes, today" in conflict
    assert minutes_of(plan) == [20], "nothing is overwritten"
    phone.get_by_role("button", name=choice).click()
    wait_until_sent(phone)
    assert minutes_of(plan) == [kept]


def test_a_phone_that_sends_too_often_keeps_its_walks(lossy: Page, plan: Plan) -> None:
    for _ in range(SYNC.most):
        SYNC.spend(plan.patient_id)
    lossy.context.set_offline(True)
    log(lossy, 12)
    expect(lossy.locator("[data-unsent] li")).to_have_count(1)
    with lossy.expect_response(lambda answer: answer.status == 429):
        lossy.context.set_offline(False)
    assert minutes_of(plan) == []
    expect(lossy.locator("[data-unsent] li")).to_have_count(1)
    cache.clear()  # ten minutes later
    lossy.evaluate("window.dispatchEvent(new Event('online'))")
    wait_until_sent(lossy)
    assert minutes_of(plan) == [12]


def test_a_refused_walk_stays_with_the_servers_words(phone: Page, plan: Plan) -> None:
    phone.context.set_offline(True)
    log(phone, 10)
    phone.get_by_role("button", name=re.compile("Change.*10 minutes, today")).click()
    phone.locator("[data-unsent]").get_by_label("Which day?").fill("2020-01-01")
    phone.locator("[data-unsent]").get_by_role("button", name="Save").click()
    phone.context.set_offline(False)
    phone.get_by_text("walks can be entered for this week and last week").wait_for()
    assert minutes_of(plan) == []
    phone.reload()
    phone.get_by_role("button", name=re.compile("Remove.*10 minutes")).click()
    expect(phone.locator("[data-unsent] li")).to_have_count(0)


def test_walks_wait_for_a_new_sign_in_when_the_session_has_ended(
    phone: Page, plan: Plan, live_server
) -> None:
    phone.context.set_offline(True)
    log(phone, 10)
    phone.get_by_text("10 minutes, today").first.wait_for()
    phone.context.clear_cookies(name="sessionid")
    phone.context.set_offline(False)
    phone.get_by_role("link", name="Sign in again").wait_for()
    assert plan.walks.count() == 0
    sign_in(phone, live_server.url)
    wait_until_sent(phone)
    assert minutes_of(plan) == [10]


def test_pages_can_be_read_offline(phone: Page, live_server) -> None:
    phone.context.set_offline(True)
    for path, heading in (
        ("/plan/", "plan"),
        ("/diary/", "diary"),
        ("/diary/add/", "Add a walk"),
        ("/flare-up/", "Is your back worse?"),
        ("/warning-signs/", "Warning signs"),
        ("/settings/", "No connection"),
    ):
        phone.goto(live_server.url + path)
        assert heading in phone.get_by_role("heading", level=1).inner_text()
    phone.get_by_text("call your emergency number").wait_for()
    phone.get_by_role("link", name="Go to Today").click()
    phone.get_by_role("heading", name="Walk 10 minutes").wait_for()
    colour = phone.evaluate("getComputedStyle(document.querySelector('main .btn')).backgroundColor")
    assert colour == "rgb(23, 96, 74)", "it looks as it should"


def test_signing_out_clears_everything(phone: Page, plan: Plan, live_server) -> None:
    log(phone, 17)
    phone.get_by_text("Saved: 17 minutes.").wait_for()
    phone.evaluate(
        "localStorage.setItem('waymark-x', '1'); sessionStorage.setItem('waymark-y', '1')"
    )
    wait_for_kept(phone, "17 minutes")
    phone.goto(f"{live_server.url}/accounts/logout/")
    phone.get_by_role("button", name="Sign out").click()
    phone.wait_for_url(f"{live_server.url}/")
    assert phone.evaluate(KEPT) == {"left": [], "texts": ""}
    assert (
        phone.evaluate("navigator.serviceWorker.getRegistrations().then((all) => all.length)") == 0
    )


def test_signing_out_warns_of_walks_that_are_not_sent(phone: Page, plan: Plan, live_server) -> None:
    leaving = phone.context.new_page()
    leaving.goto(f"{live_server.url}/accounts/logout/")
    phone.context.set_offline(True)
    log(phone, 10)
    phone.get_by_text("10 minutes, today").first.wait_for()
    phone.close()
    leaving.get_by_role("button", name="Sign out", exact=True).click()
    leaving.get_by_text("Walks not sent yet: 1.").wait_for()
    leaving.context.set_offline(False)
    leaving.get_by_role("button", name="Send them first").click()
    leaving.wait_for_url(f"{live_server.url}/")
    assert minutes_of(plan) == [10]
    assert leaving.evaluate(KEPT)["left"] == []


def test_a_second_person_sees_nothing_of_the_first(phone: Page, plan: Plan, live_server) -> None:
    make_plan_from_today(plan.physiotherapist, name="Bill Ohm")
    log(phone, 37)
    phone.get_by_text("Saved: 37 minutes.").wait_for()
    wait_for_kept(phone, "37 minutes")
    phone.context.set_offline(True)
    log(phone, 44)
    phone.get_by_text("44 minutes, today").first.wait_for()
    phone.context.clear_cookies(name="sessionid")
    # Walks are kept for her, and not shown to him.
    phone.goto("about:blank")
    phone.context.set_offline(False)
    sign_in(phone, live_server.url, "bill.ohm@example.org")
    phone.evaluate(READY)
    assert waiting(phone) == []
    kept = phone.evaluate(KEPT)
    assert len([name for name in kept["left"] if name.startswith("waymark-pages-")]) == 1
    assert "minutes" in kept["texts"]
    assert "37 minutes" not in kept["texts"], "no page of hers is left"
    rosa = phone.evaluate("document.documentElement.dataset.person")
    phone.context.set_offline(True)
    for path in ("/today/", "/diary/", "/plan/"):
        phone.goto(live_server.url + path)
        assert phone.evaluate("document.documentElement.dataset.person") == rosa
        assert waiting(phone) == []
    assert minutes_of(plan) == [37]
    assert Walk.objects.count() == 1
