"""The check-in by the link in the mail: nobody signs in, and the link opens one week of one plan."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.days import on_day
from tests.people import EMAIL, make_plan, signed_in
from tests.responses import assert_private, path_of, soup, tampered, text
from walking.mail.links import check_in_url, preferences_url, recurrence_url
from walking.models import Mail, Plan

pytestmark = pytest.mark.django_db
GOOD = {"no_red_flags": "on", "flare_up": "no", "pain": "2", "difficulty": "about_right"}


@pytest.fixture
def plan() -> Plan:
    return make_plan()


@pytest.fixture
def link(plan: Plan) -> str:
    return path_of(check_in_url(plan, 1))


@on_day(7, 17)
def test_opening_it_changes_nothing(client: Client, plan: Plan, link: str) -> None:
    for _time in range(3):
        response = client.get(link)
        assert response.status_code == 200
        assert_private(response)
    assert client.head(link).status_code == 200
    assert "Check-in for week 1" in text(client.get(link))
    assert plan.check_ins.count() == 0


@on_day(7, 17)
def test_it_shows_nothing_else_of_the_plan(client: Client, link: str) -> None:
    page = client.get(link)
    assert EMAIL.encode() not in page.content
    assert b"Rosa" not in page.content
    assert not soup(page).select("nav")
    for other in ("/today/", "/diary/", "/plan/", "/settings/", "/check-in/"):
        assert client.get(other).status_code == 302


@on_day(7, 17)
def test_it_saves_and_says_what_comes_next(client: Client, plan: Plan, link: str) -> None:
    response = client.post(link, GOOD | {"words": "Wet week."}, follow=True)
    said = text(response)
    assert "10 minutes on 3 days" in said
    assert "if you walk more today, it is counted too" in said
    assert "Sign in" in said
    assert_private(response)
    assert "sessionid" not in client.cookies
    [given] = plan.check_ins.all()
    assert (given.pain, given.via, given.by, given.words) == (2, "mail", None, "Wet week.")


@on_day(7, 17)
def test_a_used_link_shows_the_result_and_saves_no_more(
    client: Client, plan: Plan, link: str
) -> None:
    client.post(link, GOOD)
    assert "has been answered" in text(client.get(link))
    again = client.post(link, GOOD | {"pain": "9"})
    assert again.status_code == 409
    assert "was not saved" in text(again)
    assert "sign in" in text(again)
    assert [given.pain for given in plan.check_ins.all()] == [2]


@on_day(7, 17)
def test_a_used_link_still_takes_a_warning_sign(client: Client, plan: Plan, link: str) -> None:
    client.post(link, GOOD)
    again = client.post(link, {"red_flags": ["chest_pain"]})
    assert "Call 000 or go to an emergency department now." in text(again)
    plan.refresh_from_db()
    assert (plan.status, plan.paused_for) == (Plan.Status.PAUSED, "red_flag")


@pytest.mark.parametrize("wrong", [{"pain": "11"}, {"no_red_flags": "on"}])
@on_day(7, 17)
def test_a_used_link_asks_again_for_a_warning_sign_in_a_form_with_an_error(
    client: Client, plan: Plan, link: str, wrong: dict[str, str]
) -> None:
    client.post(link, GOOD)
    again = client.post(link, {"red_flags": ["chest_pain"]} | wrong)
    assert again.status_code == 422
    page = soup(again)
    assert page.select_one("input[name=red_flags][value=chest_pain]").has_attr("checked")
    assert page.select(f"#field_{'pain' if 'pain' in wrong else 'red_flags'} .error")
    client.post(link, {"red_flags": ["chest_pain"]})
    plan.refresh_from_db()
    assert plan.status == Plan.Status.PAUSED


@on_day(7, 17)
def test_a_week_answered_in_the_app_is_answered(client: Client, plan: Plan, link: str) -> None:
    signed_in(plan.patient).post("/check-in/", GOOD | {"week": "1"})
    assert "has been answered" in text(client.get(link))
    assert client.post(link, GOOD).status_code == 409
    assert plan.check_ins.count() == 1


@on_day(7, 17)
def test_a_warning_sign_stops_the_plan_and_says_what_to_do(
    client: Client, plan: Plan, link: str
) -> None:
    said = text(client.post(link, {"red_flags": ["faint", "chest_pain"]}, follow=True))
    for words in ("Get emergency help now", "Call 000", "02 5550 0100", "has been told"):
        assert words in said
    assert "sessionid" not in client.cookies
    plan.refresh_from_db()
    assert (plan.status, plan.paused_for) == ("paused", "red_flag")
    assert Mail.objects.filter(kind="urgent").count() == 1
    assert "Call 000" in text(client.get(link))


def test_it_ends_a_week_after_its_week(client: Client, plan: Plan, link: str) -> None:
    with on_day(14, 23):
        assert client.get(link).status_code == 200
    with on_day(15, 0, 5):
        for response in (client.get(link), client.post(link, GOOD)):
            assert response.status_code == 410
            assert "This link has expired" in text(response)
            assert_private(response)
    assert plan.check_ins.count() == 0


def test_a_late_answer_moves_the_running_week(client: Client, plan: Plan, link: str) -> None:
    with on_day(9):
        said = text(client.post(link, GOOD, follow=True))
        assert "After week 1 From Monday 9 March 10 minutes" in said
        assert "if you walk more today" not in said
    assert plan.reviews.filter(week_number=1).count() == 2


@on_day(7, 17)
def test_a_forged_link_opens_nothing(client: Client, plan: Plan, link: str) -> None:
    second = path_of(check_in_url(plan, 2))
    signature = link.rstrip("/").rpartition(".")[2]
    for forged in (
        tampered(link),
        link.replace(f"{plan.pk}-1", f"{plan.pk}-2"),
        second.rpartition(".")[0] + f".{signature}/",
        "/c/nonsense/",
        "/c/1-1/",
        "/c/.../",
    ):
        for response in (client.get(forged), client.post(forged, GOOD)):
            assert response.status_code == 404, forged
            assert "This link does not work" in text(response)
    assert plan.check_ins.count() == 0


@on_day(7, 17)
def test_a_link_of_another_purpose_opens_nothing(client: Client, plan: Plan) -> None:
    for url in (recurrence_url(plan, 1), preferences_url(plan.patient)):
        token = path_of(url).strip("/").partition("/")[2]
        assert client.get(f"/c/{token}/").status_code == 404
        assert client.post(f"/c/{token}/", GOOD).status_code == 404
    assert plan.check_ins.count() == 0


@on_day(7, 17)
def test_it_cannot_be_turned_to_another_week_or_plan(client: Client, plan: Plan, link: str) -> None:
    client.post(link, GOOD | {"week": "2", "plan": "999"})
    assert [given.week_number for given in plan.check_ins.all()] == [1]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"pain": "11"}, "Please choose a number from 0 to 10."),
        ({"red_flags": "green_hair", "no_red_flags": ""}, "We do not know one of these signs."),
        ({"difficulty": "<b>"}, "Please choose one of the three answers."),
    ],
)
@on_day(7, 17)
def test_it_says_beside_the_field_what_is_wrong(
    client: Client, plan: Plan, link: str, wrong: dict[str, str], words: str
) -> None:
    page = soup(client.post(link, GOOD | {"away": "yes"} | wrong))
    assert words in page.select_one(f"#field_{next(iter(wrong))} .error").get_text()
    assert page.select_one("input[name=away][value=yes]").has_attr("checked")
    assert plan.check_ins.count() == 0


@on_day(7, 17)
def test_without_an_answer_on_warning_signs_it_asks_again_and_keeps_the_rest(
    client: Client, plan: Plan, link: str
) -> None:
    response = client.post(link, {"pain": "2", "difficulty": "about_right", "words": "Hi"})
    assert response.status_code == 422
    page = soup(response)
    assert "Tick each warning sign that applies" in page.select_one("#field_red_flags .error").text
    assert page.select_one("input[name=pain][value='2']").has_attr("checked")
    assert page.select_one("textarea").get_text().strip() == "Hi"
    assert plan.check_ins.count() == 0
    client.post(link, {"pain": "2", "no_red_flags": "on"})
    assert plan.check_ins.get().signs_answered is True


@on_day(7, 17)
def test_it_is_protected_against_posts_from_elsewhere(plan: Plan, link: str) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(link, GOOD).status_code == 403
    token = soup(strict.get(link)).select_one("input[name=csrfmiddlewaretoken]")["value"]
    assert strict.post(link, GOOD | {"csrfmiddlewaretoken": token}).status_code == 302
    assert plan.check_ins.count() == 1


@on_day(7, 17)
def test_it_does_not_tell_who_is_signed_in_on_this_device(plan: Plan, link: str) -> None:
    page = signed_in(plan.patient).get(link)
    assert not soup(page).select("nav")
    assert EMAIL.encode() not in page.content
