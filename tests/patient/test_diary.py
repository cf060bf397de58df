import pytest

from tests.days import on_day
from tests.history import live, walk_on
from tests.people import ANNA, make_plan, signed_in
from tests.responses import at_most, form_of, new_id, soup, words

pytestmark = pytest.mark.django_db


def walks_shown(response: object) -> list[str]:
    return [" ".join(item.get_text(" ").split()) for item in soup(response).select(".walks .what")]


def test_it_lists_walks_by_week_with_the_newest_first() -> None:
    plan = make_plan()
    walk_on(plan, 1, 10, pain=2, effort="easy")
    walk_on(plan, 6, 12)
    walk_on(plan, 8, 11)
    with on_day(9):
        response = signed_in(plan.patient).get("/diary/")
    assert walks_shown(response) == [
        "Yesterday 11 minutes",
        "Saturday 7 March 12 minutes",
        "Monday 2 March 10 minutes · pain 2 of 10 · easy",
    ]
    headings = [each.get_text(" ", strip=True) for each in soup(response).select("main h2")]
    assert headings == ["Week 2 now", "Week 1"]


def test_it_adds_a_walk_of_an_earlier_day() -> None:
    plan = make_plan()
    client = signed_in(plan.patient)
    with on_day(9):
        page = client.get("/diary/add/")
        names = [option.get_text() for option in soup(page).find(id="id_day").find_all("option")]
        assert names[:4] == ["Today", "Yesterday", "Sunday 8 March", "Saturday 7 March"]
        assert len(names) == 9
        data = form_of(page, "/diary/add/") | {"day": "2026-03-04", "minutes": "25"}
        response = client.post("/diary/add/", data)
        assert response.status_code == 302
        assert "Saved." in words(client.get(response["Location"]))
    assert [(walk.day.day, walk.minutes) for walk in plan.walks.all()] == [(4, 25)]


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("minutes", "0", "from 1 to 600"),
        ("minutes", "1000", "from 1 to 600"),
        ("minutes", "half an hour", "from 1 to 600"),
        ("day", "2026-03-12", "That day is still to come. Choose today or an earlier day."),
        ("day", "2026-02-27", "walks can be entered for this week and last week"),
        ("day", "soon", "Choose a day from the list."),
        ("pain", "11", "Choose a number from 0 to 10"),
        ("effort", "awful", "Choose one of the answers."),
    ],
)
def test_it_says_beside_the_field_what_to_do(field: str, value: str, said: str) -> None:
    plan = make_plan()
    data = {"day": "2026-03-09", "minutes": "13", "pain": "1", "effort": "hard"}
    with on_day(9):
        response = signed_in(plan.patient).post("/diary/add/", data | {field: value})
    assert response.status_code == 422
    page = soup(response)
    assert said in page.find(id=f"id_{field}_error").get_text()
    assert said in page.find(class_="errors").get_text()
    if field != "minutes":  # what was typed is kept
        assert page.find(id="id_minutes")["value"] == "13"
    assert plan.walks.count() == 0


def test_it_stores_the_same_walk_sent_twice_once() -> None:
    plan = make_plan()
    client = signed_in(plan.patient)
    data = {"day": "2026-03-02", "minutes": "10", "client_id": new_id()}
    with on_day(1):
        client.post("/diary/add/", data)
        client.post("/diary/add/", data)
    assert plan.walks.count() == 1


def test_it_corrects_a_walk() -> None:
    plan = make_plan()
    walk = walk_on(plan, 1, 10, pain=3, effort="hard")
    client = signed_in(plan.patient)
    with on_day(2):
        page = client.get(f"/diary/{walk.pk}/")
        data = form_of(page, f"/diary/{walk.pk}/")
        assert data == {"day": "2026-03-02", "minutes": "10", "pain": "3", "effort": "hard"}
        client.post(f"/diary/{walk.pk}/", data | {"minutes": "20", "pain": "", "effort": ""})
    walk.refresh_from_db()
    assert (walk.minutes, walk.pain, walk.effort) == (20, None, "")


def test_it_takes_a_walk_out_and_brings_it_back() -> None:
    plan = make_plan()
    walk = walk_on(plan, 1)
    client = signed_in(plan.patient)
    with on_day(1):
        page = client.get(client.post(f"/diary/{walk.pk}/remove/")["Location"])
        assert walks_shown(page) == ["Today 10 minutes"]  # among those that were taken out
        assert "The walk of 10 minutes is taken out." in words(page)
        assert plan.walks.kept().count() == 0
        client.post(f"/diary/{walk.pk}/bring-back/")
    assert plan.walks.kept().count() == 1


def test_it_leaves_a_closed_week_alone() -> None:
    plan = make_plan()
    walk = walk_on(plan, 1)
    client = signed_in(plan.patient)
    with on_day(16):
        assert "that week is closed" in words(client.get(f"/diary/{walk.pk}/"))
        data = {"day": "2026-03-16", "minutes": "99"}
        assert client.post(f"/diary/{walk.pk}/", data).status_code == 422
        response = client.post(f"/diary/{walk.pk}/remove/")
        assert "closed" in words(client.get(response["Location"]))
        assert not soup(client.get("/diary/")).find("a", href=f"/diary/{walk.pk}/")
    walk.refresh_from_db()
    assert (walk.minutes, walk.removed_at) == (10, None)


def test_it_does_not_know_the_walks_of_others() -> None:
    plan, other = make_plan(), make_plan(name=ANNA)
    walk = walk_on(other, 1)
    client = signed_in(plan.patient)
    with on_day(1):
        for address in ("", "remove/", "bring-back/"):
            assert client.post(f"/diary/{walk.pk}/{address}", {}).status_code == 404
        assert client.get(f"/diary/{walk.pk}/").status_code == 404
    walk.refresh_from_db()
    assert walk.removed_at is None


def test_it_changes_nothing_on_get() -> None:
    plan = make_plan()
    walk = walk_on(plan, 1)
    with on_day(1):
        assert signed_in(plan.patient).get(f"/diary/{walk.pk}/remove/").status_code == 405


def test_it_leads_back_to_no_other_site() -> None:
    plan = make_plan()
    walk = walk_on(plan, 1)
    with on_day(1):
        response = signed_in(plan.patient).post(
            f"/diary/{walk.pk}/remove/", {"next": "https://elsewhere.example/"}
        )
    assert response["Location"].startswith("/diary/?")


def test_it_pages_through_a_long_history_in_a_few_queries() -> None:
    plan = make_plan()
    client = signed_in(plan.patient)
    walk_on(plan, 1)
    with on_day(2), at_most(8):
        client.get("/diary/")
    live(plan, 12)
    with on_day(12 * 7 + 2):
        with at_most(8):
            first = client.get("/diary/")
        with at_most(8):
            second = client.get("/diary/?page=2")
        assert len(walks_shown(first)) == 40
        assert 0 < len(walks_shown(second)) <= 40
        assert not set(walks_shown(first)) & set(walks_shown(second))
        for page in ("3", "0", "-1", "x", "9" * 40):
            assert client.get(f"/diary/?page={page}").status_code == 404
