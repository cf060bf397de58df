"""The monthly question after back pain, by the link in its mail."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from django.test import Client

from tests.days import on_day
from tests.people import EMAIL, make_plan
from tests.responses import assert_private, path_of, soup, tampered, text
from walking.mail.links import check_in_url, recurrence_url
from walking.models import Plan

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_clock")]
#: The plan starts on 2 March, so the first question comes on 2 April; this is the day after.
DAY = 33
YES = {
    "happened": "yes",
    "started": "2026-03-10",
    "ended": "2026-03-14",
    "limited_activity": "yes",
    "sought_care": "no",
}


@pytest.fixture
def _clock() -> Iterator[None]:
    with on_day(DAY):
        yield


@pytest.fixture
def plan() -> Plan:
    return make_plan()


@pytest.fixture
def link(plan: Plan) -> str:
    return path_of(recurrence_url(plan, 1))


def test_opening_it_asks_and_changes_nothing(client: Client, plan: Plan, link: str) -> None:
    response = client.get(link)
    assert response.status_code == 200
    assert_private(response)
    assert "from 2 March to 2 April 2026" in text(response)
    assert not soup(response).select("input:checked")
    assert EMAIL.encode() not in response.content
    assert not plan.recurrences.exists()


def test_it_keeps_what_happened(client: Client, plan: Plan, link: str) -> None:
    response = client.post(link, YES, follow=True)
    assert "Your answer is saved." in text(response)
    assert "sessionid" not in client.cookies
    kept = plan.recurrences.get()
    assert (kept.month, kept.happened, kept.limited_activity, kept.sought_care) == (
        1,
        True,
        True,
        False,
    )
    assert (kept.started, kept.ended) == (dt.date(2026, 3, 10), dt.date(2026, 3, 14))
    assert kept.by is None


def test_no_leaves_the_details_out(client: Client, plan: Plan, link: str) -> None:
    client.post(link, YES | {"happened": "no", "started": "nonsense"})
    kept = plan.recurrences.get()
    assert (kept.happened, kept.started, kept.limited_activity) == (False, None, None)


def test_it_can_be_corrected_while_the_link_lives(client: Client, plan: Plan, link: str) -> None:
    client.post(link, YES)
    page = client.get(link)
    assert "You have answered already" in text(page)
    assert soup(page).select_one("input[name=started]")["value"] == "2026-03-10"
    client.post(link, YES | {"sought_care": "yes"})
    assert [(kept.revision, kept.sought_care) for kept in plan.recurrences.all()] == [
        (1, False),
        (2, True),
    ]


def test_a_pain_that_goes_on_has_no_end(client: Client, plan: Plan, link: str) -> None:
    client.post(link, YES | {"ended": ""})
    assert plan.recurrences.get().ended is None


@pytest.mark.parametrize(
    ("wrong", "field", "words"),
    [
        ({"happened": ""}, "happened", "Please choose yes or no."),
        ({"happened": "perhaps"}, "happened", "Please choose yes or no."),
        ({"started": ""}, "started", "Please give the day it began."),
        ({"started": "2026-13-01"}, "started", "This is not a day we can read."),
        ({"started": "2026-03-01"}, "started", "That day is before your plan began."),
        ({"started": "2026-04-04", "ended": ""}, "started", "That day is still to come."),
        ({"ended": "2026-03-09"}, "ended", "The pain cannot have ended before it began."),
        ({"ended": "2026-04-04"}, "ended", "That day is still to come."),
        ({"ended": "<script>"}, "ended", "This is not a day we can read."),
        ({"limited_activity": ""}, "limited_activity", "Please choose yes or no."),
        ({"sought_care": "7"}, "sought_care", "Please choose yes or no."),
    ],
)
def test_it_says_beside_the_field_what_is_wrong(
    client: Client, plan: Plan, link: str, wrong: dict[str, str], field: str, words: str
) -> None:
    response = client.post(link, YES | wrong)
    page = soup(response)
    assert words in page.select_one(f"#field_{field} .error").get_text()
    kept = (YES | wrong)["started"]
    assert page.select_one("input[name=started]").get("value", "") == kept
    assert b"<script>" not in response.content
    assert not plan.recurrences.exists()


def test_a_month_that_is_not_over_is_not_answered(client: Client, plan: Plan) -> None:
    said = text(client.post(path_of(recurrence_url(plan, 2)), YES))
    assert "That month is not over yet." in said
    assert not plan.recurrences.exists()


def test_it_ends_sixty_days_later(client: Client, plan: Plan, link: str) -> None:
    with on_day(31 + 61):
        assert client.get(link).status_code == 200
    with on_day(31 + 63):
        for response in (client.get(link), client.post(link, YES)):
            assert response.status_code == 410
            assert "This link has expired" in text(response)
    assert not plan.recurrences.exists()


def test_a_forged_link_opens_nothing(client: Client, plan: Plan, link: str) -> None:
    of_check_in = path_of(check_in_url(plan, 1)).replace("/c/", "/r/")
    other_month = link.replace(f"{plan.pk}-1", f"{plan.pk}-2")
    for forged in (tampered(link), other_month, of_check_in, "/r/nonsense/"):
        for response in (client.get(forged), client.post(forged, YES)):
            assert response.status_code == 404
            assert "This link does not work" in text(response)
    assert not plan.recurrences.exists()


def test_it_is_protected_against_posts_from_elsewhere(plan: Plan, link: str) -> None:
    assert Client(enforce_csrf_checks=True).post(link, YES).status_code == 403
    assert not plan.recurrences.exists()
