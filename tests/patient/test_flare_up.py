"""A flare-up, reported on any day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from django.test import Client

from tests.days import START, local, on_day
from tests.people import make_plan, signed_in
from tests.responses import path_of, soup, text
from walking.care.plan.adjust import set_next_dose
from walking.care.plan.pause import pause
from walking.care.tick import catch_up_all
from walking.mail.links import check_in_url, recurrence_url
from walking.models import Plan
from walking.programme.dose import Dose

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_clock")]
PAGE = "/flare-up/"
TODAY = START + dt.timedelta(days=9)


@pytest.fixture
def _clock() -> Iterator[None]:
    with on_day(10):
        yield


@pytest.fixture
def plan() -> Plan:
    """A plan in its second week, at 20 minutes on 4 days."""
    plan = make_plan()
    set_next_dose(
        plan,
        dose=Dose(20, 4),
        reason="Walks more already.",
        by=plan.physiotherapist,
        at=local(START, 10),
        version=plan.version,
    )
    catch_up_all(local(START + dt.timedelta(days=7), 4))
    plan.refresh_from_db()
    return plan


@pytest.fixture
def client(plan: Plan) -> Client:
    return signed_in(plan.patient)


def week(plan: Plan) -> tuple[int, int]:
    running = plan.weeks.get(number=2)
    return running.minutes, running.days


def test_it_says_what_helps_and_changes_nothing(client: Client, plan: Plan) -> None:
    response = client.get(PAGE)
    said = text(response)
    for words in ("Stay active within comfort.", "24 hours", "10.2519/jospt.2025.13361"):
        assert words in said
    assert soup(response).select_one("main a[href='/warning-signs/']")
    assert soup(response).select_one("input[name=started]")["value"] == TODAY.isoformat()
    assert week(plan) == (20, 4)


def test_reporting_it_eases_the_week_at_once(client: Client, plan: Plan) -> None:
    yesterday = (TODAY - dt.timedelta(days=1)).isoformat()
    said = text(client.post(PAGE, {"started": yesterday}, follow=True))
    assert week(plan) == (10, 4)
    assert "Your plan is eased for the rest of this week" in said
    assert "10 minutes a walk" in said
    assert "It was 20 minutes on 4 days." in said
    kept = plan.recurrences.get()
    assert (kept.started.isoformat(), kept.month, kept.limited_activity) == (yesterday, None, True)


def test_a_second_report_eases_no_further(client: Client, plan: Plan) -> None:
    for _time in range(2):
        client.post(PAGE, {"started": TODAY.isoformat()})
    assert week(plan) == (10, 4)
    assert "This week is eased already" in text(client.get(PAGE))


@pytest.mark.parametrize(
    ("day", "words"),
    [
        ((TODAY + dt.timedelta(days=1)).isoformat(), "That day is still to come."),
        ((START - dt.timedelta(days=1)).isoformat(), "That day is before your plan began."),
        ("", "Please give the day it began."),
        ("31.02.2026", "This is not a day we can read."),
        ("<script>", "This is not a day we can read."),
    ],
)
def test_it_says_beside_the_field_what_is_wrong(
    client: Client, plan: Plan, day: str, words: str
) -> None:
    response = client.post(PAGE, {"started": day})
    assert words in soup(response).select_one("#field_started .error").get_text()
    assert soup(response).select_one("input[name=started]").get("value", "") == day
    assert b"<script>" not in response.content
    assert week(plan) == (20, 4)
    assert not plan.recurrences.exists()


def test_it_is_kept_while_the_plan_is_paused(client: Client, plan: Plan) -> None:
    pause(plan, note="Holiday.", by=plan.physiotherapist, at=local(TODAY, 8), version=plan.version)
    assert "there is nothing to ease" in text(client.get(PAGE))
    said = text(client.post(PAGE, {"started": TODAY.isoformat()}, follow=True))
    assert "Thank you for telling us" in said
    assert plan.recurrences.count() == 1


def test_it_is_for_the_signed_in_only(plan: Plan) -> None:
    assert Client().get(PAGE)["Location"].startswith("/accounts/login/")
    strict = signed_in(plan.patient, enforce_csrf_checks=True)
    assert strict.post(PAGE, {"started": TODAY.isoformat()}).status_code == 403
    assert week(plan) == (20, 4)


# What came of it ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "page", ["/today/", "/plan/", "/diary/", "/check-in/", "/away/", "/settings/", "/flare-up/"]
)
def test_the_way_to_it_is_on_every_page(client: Client, plan: Plan, page: str) -> None:
    link = soup(client.get(page)).select_one("header a[href='/flare-up/']")
    assert link.get_text() == "My back is worse"


def test_it_is_not_on_a_page_opened_by_a_link(client: Client, plan: Plan) -> None:
    assert not soup(client.get(path_of(check_in_url(plan, 2)))).select(
        "header a[href='/flare-up/']"
    )


def test_a_sore_back_that_limits_nothing_leaves_the_plan(client: Client, plan: Plan) -> None:
    said = text(client.post(PAGE, {"started": TODAY.isoformat(), "limited": "no"}, follow=True))
    assert "Your plan stays as it is" in said
    assert week(plan) == (20, 4)
    assert plan.recurrences.get().limited_activity is False


def test_the_desk_sees_it_at_once(client: Client, plan: Plan) -> None:
    client.post(PAGE, {"started": TODAY.isoformat()})
    desk = Client()
    desk.force_login(plan.physiotherapist)
    assert "Flare-up" in text(desk.get("/admin/", follow=True))


def test_today_asks_until_it_is_over(client: Client, plan: Plan) -> None:
    assert "Is your back better?" not in text(client.get("/today/"))
    client.post(PAGE, {"started": TODAY.isoformat()})
    assert "Is your back better?" in text(client.get("/today/"))
    form = soup(client.get(f"{PAGE}1/"))
    assert not form.select("input[type=radio][name=better]:checked")
    assert form.select_one("input[name=started]")["value"] == TODAY.isoformat()
    answers = {
        "started": TODAY.isoformat(),
        "better": "yes",
        "ended": TODAY.isoformat(),
        "lasted": "yes",
        "limited_activity": "yes",
        "sought_care": "no",
    }
    said = text(client.post(f"{PAGE}1/", answers, follow=True))
    assert "It is good that your back is better." in said
    assert "Is your back better?" not in said
    episode = plan.recurrences.episodes().get()
    assert (episode.ended, episode.limited_activity, episode.sought_care) == (TODAY, True, False)


def test_care_can_be_told_while_it_goes_on(client: Client, plan: Plan) -> None:
    client.post(PAGE, {"started": TODAY.isoformat()})
    # The day that was guessed for its end is not sent by a no.
    answers = {"better": "no", "ended": TODAY.isoformat(), "sought_care": "yes"}
    client.post(f"{PAGE}1/", answers | {"started": TODAY.isoformat()})
    episode = plan.recurrences.open_episodes().get()
    assert episode.sought_care is True


@pytest.mark.parametrize(
    ("wrong", "field", "words"),
    [
        ({"ended": ""}, "ended", "Please give the day it got better."),
        ({"ended": "31.2.2026"}, "ended", "This is not a day we can read."),
        ({"ended": "2027-01-01"}, "ended", "That day is still to come."),
        ({"ended": START.isoformat()}, "ended", "The pain cannot have ended before it began."),
        ({"started": "1999-01-01"}, "started", "That day is before your plan began."),
        ({"sought_care": "\x00"}, "sought_care", "Please choose yes or no."),
        ({"better": "😀"}, "better", "Please choose yes or no."),
    ],
)
def test_what_is_wrong_about_an_episode_is_said_beside_it(
    client: Client, plan: Plan, wrong: dict[str, str], field: str, words: str
) -> None:
    client.post(PAGE, {"started": TODAY.isoformat()})
    right = {"started": TODAY.isoformat(), "better": "yes", "ended": TODAY.isoformat()}
    response = client.post(f"{PAGE}1/", right | wrong)
    assert response.status_code == 422
    assert words in soup(response).select_one(f"#field_{field} .error").get_text()
    if field in {"started", "ended"}:
        assert soup(response).select_one(f"input[name={field}]").get("value", "") == wrong[field]
    assert plan.recurrences.count() == 1


def test_somebody_elses_episode_is_not_there(client: Client, plan: Plan) -> None:
    assert client.get(f"{PAGE}1/").status_code == 404
    assert client.post(f"{PAGE}1/", {"better": "no"}).status_code == 404


def test_the_check_in_asks_too_and_the_month_is_filled_in(client: Client, plan: Plan) -> None:
    assert not soup(client.get(path_of(check_in_url(plan, 2)))).select("#field_better")
    client.post(PAGE, {"started": TODAY.isoformat()})
    with on_day(14):
        page = client.get("/check-in/")
        assert soup(page).select("#field_better")
        client.post("/check-in/", {"week": "2", "better": "yes", "no_red_flags": "on"})
    assert plan.recurrences.episodes().get().ended == START + dt.timedelta(days=13)
    with on_day(33):
        page = Client().get(path_of(recurrence_url(plan, 1)))
        assert "You told us of a flare-up in that month." in text(page)
        assert soup(page).select_one("input[name=started]")["value"] == TODAY.isoformat()
