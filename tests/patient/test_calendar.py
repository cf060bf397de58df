"""The calendar feed, as a calendar program reads it, and the pages that it is set up on."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from icalendar import Calendar

from tests.days import START, ZONE, moment, on_day
from tests.history import live
from tests.people import ANNA, make_plan, signed_in
from tests.responses import at_most, soup, tampered, words
from walking.care.diary.habits import choose, open_calendar
from walking.care.pain.flare_up import report_flare_up
from walking.care.plan.away import say_away, take_back
from walking.care.plan.pause import complete, pause
from walking.care.plan.preferences import change_time_zone
from walking.mail.links import calendar_url
from walking.models import CalendarFeed, Habit, Plan

pytestmark = pytest.mark.django_db

HEALTH_WORDS = (
    *("health", "pain", "back", "physio", "clinic", "rehab", "patient", "therap", "programme"),
    *("dose", "check-in", "flare", "exercise", "riverbend", "rosa", "marin", "example", "away"),
)


@pytest.fixture
def plan(db: None) -> Plan:
    return make_plan()


def address(plan: Plan) -> str:
    return calendar_url(open_calendar(plan, at=moment(1)))


def fetch(url: str, day: int = 1, **headers: str):
    with on_day(day):
        return Client().get(url, headers=headers)


def events(response, summary: str = "") -> list:
    assert response.status_code == 200
    found = Calendar.from_ical(response.content).walk("VEVENT")
    return [event for event in found if str(event["SUMMARY"]).startswith(summary)]


def local_times(response, zone: str = ZONE) -> list[str]:
    return [
        f"{event['DTSTART'].dt.astimezone(ZoneInfo(zone)):%a %d.%m. %H:%M}"
        for event in events(response, "Walk")
    ]


def test_it_shows_the_walks_of_this_week_and_the_next_three(plan):
    response = fetch(address(plan))
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    times = local_times(response)
    assert times[:4] == [
        *("Mon 02.03. 10:00", "Wed 04.03. 10:00", "Fri 06.03. 10:00"),
        "Mon 09.03. 10:00",
    ]
    assert len(times) == 4 * 3
    summaries = [str(event["SUMMARY"]) for event in events(response, "Walk")]
    # Only the running week's dose is known.
    assert summaries == ["Walk 10 minutes"] * 3 + ["Walk"] * 9
    first = events(response, "Walk")[0]
    assert first["DTEND"].dt - first["DTSTART"].dt == dt.timedelta(minutes=10)


def test_it_shows_appointments_as_whole_days(plan):
    appointments = events(fetch(address(plan)), "Appointment")
    assert [event["DTSTART"].dt for event in appointments] == [
        contact.due for contact in plan.contacts.order_by("number")
    ]
    assert {str(event["SUMMARY"]) for event in appointments} == {
        "Appointment",
        "Appointment by telephone",
    }
    assert appointments[0]["DTEND"].dt == appointments[0]["DTSTART"].dt + dt.timedelta(days=1)


def test_it_is_the_same_byte_for_byte_until_something_changes(plan):
    url = address(plan)
    first, second = fetch(url), fetch(url, day=4)
    assert first.content == second.content
    assert first["ETag"] == second["ETag"]
    choose(plan, weekdays=[1], hour=dt.time(9), at=moment(5))
    changed = fetch(url, day=5)
    assert changed.content != first.content
    assert changed["ETag"] != first["ETag"]


def test_uids_stay_when_walks_move_and_the_later_one_is_newer(plan):
    url = address(plan)
    before = events(fetch(url))
    choose(plan, weekdays=[1, 3, 5], hour=dt.time(9), at=moment(2))
    after = events(fetch(url, day=2))
    assert [event["UID"] for event in before] == [event["UID"] for event in after]
    assert len({event["UID"] for event in after}) == len(after)
    assert before[0]["DTSTART"].dt != after[0]["DTSTART"].dt
    assert after[0]["SEQUENCE"] > before[0]["SEQUENCE"]
    assert after[0]["LAST-MODIFIED"].dt > before[0]["LAST-MODIFIED"].dt
    assert all(event["DTSTAMP"].dt == moment(2) for event in after)


def test_a_new_week_keeps_the_uids_of_its_walks(plan):
    url = address(plan)
    expected = {event["UID"] for event in events(fetch(url), "Walk")[3:6]}
    live(plan, 1)
    running = [event["UID"] for event in events(fetch(url, day=8), "Walk 10 minutes")]
    assert expected < set(running)
    assert len(running) == 4  # the dose rose to four days


def test_it_says_it_is_unchanged(plan):
    url = address(plan)
    first = fetch(url)
    assert first["Cache-Control"] == "no-cache, private" or "private" in first["Cache-Control"]
    again = fetch(url, if_none_match=first["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    assert fetch(url, if_modified_since=first["Last-Modified"]).status_code == 304
    choose(plan, weekdays=[1], hour=dt.time(9), at=moment(2))
    assert fetch(url, day=2, if_none_match=first["ETag"]).status_code == 200
    assert fetch(url, day=2, if_modified_since=first["Last-Modified"]).status_code == 200


def test_it_says_nothing_about_health(plan):
    feed = open_calendar(plan, at=moment(1))
    report_flare_up(plan, by=plan.patient, at=moment(2))
    response = fetch(calendar_url(feed), day=2)
    text = response.content.decode().lower() + response["Content-Disposition"].lower()
    assert [word for word in HEALTH_WORDS if word in text] == []


def test_a_programme_is_told_how_often_to_look(plan):
    shown = Calendar.from_ical(fetch(address(plan)).content)
    assert shown["REFRESH-INTERVAL"].dt == dt.timedelta(hours=6)
    assert shown["X-PUBLISHED-TTL"] == "PT6H"
    assert shown["VERSION"] == "2.0"
    assert shown["PRODID"]


def test_a_walk_keeps_its_hour_over_the_change_of_clocks(plan):
    """Sydney sets its clocks back on Sunday 5 April 2026."""
    live(plan, 4)
    choose(plan, weekdays=[5, 6], hour=dt.time(7, 30), at=moment(29))
    times = local_times(fetch(address(plan), day=29))
    assert "Sat 04.04. 07:30" in times
    assert "Sun 05.04. 07:30" in times
    saturday, sunday = [
        event["DTSTART"].dt
        for event in events(fetch(address(plan), day=29), "Walk")
        if event["DTSTART"].dt.astimezone(ZoneInfo(ZONE)).date().isoformat()
        in {"2026-04-04", "2026-04-05"}
    ]
    assert sunday - saturday == dt.timedelta(hours=25)


def test_an_hour_that_the_clocks_skip_comes_right_after(plan):
    change_time_zone(plan.patient, timezone="Europe/Berlin", by=plan.patient, at=moment(1))
    live(plan, 3)
    choose(plan, weekdays=[6], hour=dt.time(2, 30), at=moment(23))
    times = local_times(fetch(address(plan), day=23), "Europe/Berlin")
    assert "Sun 29.03. 03:00" in times


def test_it_follows_the_patient_to_another_place(plan):
    url = address(plan)
    before = fetch(url)
    change_time_zone(plan.patient, timezone="Europe/London", by=plan.patient, at=moment(2))
    after = fetch(url, day=2)
    assert local_times(after, "Europe/London")[0] == "Mon 02.03. 10:00"
    assert after["ETag"] != before["ETag"]


def test_days_away_have_no_walks(plan):
    url = address(plan)
    absence = say_away(
        plan,
        first=START + dt.timedelta(days=2),
        last=START + dt.timedelta(days=8),
        kind="travelling",
        by=plan.patient,
        at=moment(1),
    )
    assert local_times(fetch(url))[:2] == ["Mon 02.03. 10:00", "Wed 11.03. 10:00"]
    take_back(absence, by=plan.patient, at=moment(2))
    assert len(local_times(fetch(url, day=2))) == 12


def test_a_paused_plan_has_appointments_only(plan):
    url = address(plan)
    physio = plan.physiotherapist
    pause(plan, note="Flu", by=physio, at=moment(2), version=plan.version)
    assert events(fetch(url, day=2), "Walk") == []
    assert len(events(fetch(url, day=2), "Appointment")) == 6
    plan.refresh_from_db()
    complete(plan, note="Moved", by=physio, at=moment(3), version=plan.version)
    assert events(fetch(url, day=3), "Walk") == []


def test_no_walk_comes_after_the_last_week(plan):
    Plan.objects.filter(pk=plan.pk).update(length_weeks=2)
    assert len(local_times(fetch(address(plan)))) == 6


def test_the_days_after_a_flare_up_have_its_dose(plan):
    live(plan, 3)  # 12 minutes on 5 days
    report_flare_up(plan, by=plan.patient, at=moment(24))
    week = plan.weeks.get(number=4)
    assert (week.minutes, week.days) == (10, 3)
    summaries = [str(e["SUMMARY"]) for e in events(fetch(address(plan), day=24), "Walk ")]
    assert summaries == ["Walk 12 minutes", "Walk 10 minutes", "Walk 10 minutes"]


def test_it_is_right_while_the_worker_is_down(plan):
    url = address(plan)
    assert local_times(fetch(url, day=15))[0] == "Mon 16.03. 10:00"


@pytest.mark.database
def test_an_address_that_ended_or_never_was_is_not_found(plan):
    url = address(plan)
    assert fetch(url).status_code == 200
    new = address(plan)
    assert new != url
    assert fetch(url).status_code == 404
    assert fetch(new).status_code == 200
    assert fetch(tampered(new.removesuffix(".ics")) + ".ics").status_code == 404
    assert fetch("/calendar/anything.ics").status_code == 404
    client = signed_in(plan.patient)
    with on_day(1):
        client.post("/settings/calendar/", {"part": "off"})
    assert fetch(new).status_code == 404


def test_the_table_alone_opens_nothing(plan):
    url = address(plan)
    assert CalendarFeed.objects.get().nonce in url
    assert fetch(f"/calendar/{plan.pk}-{CalendarFeed.objects.get().nonce}.ics").status_code == 404


def test_nobody_elses_plan_is_in_it(plan):
    other = make_plan(name=ANNA)
    live(other, 2)
    mine = events(fetch(address(plan)))
    theirs = events(fetch(address(other), day=15))
    assert {e["UID"] for e in mine} & {e["UID"] for e in theirs} == set()
    assert len(mine) == 12 + 6


def test_it_rings_if_wanted(plan):
    url = address(plan)
    assert b"VALARM" not in fetch(url).content
    client = signed_in(plan.patient)
    with on_day(2):
        client.post("/settings/calendar/", {"part": "alarm", "alarm": "30"})
    (alarm,) = events(fetch(url, day=2), "Walk")[0].walk("VALARM")
    assert alarm["ACTION"] == "DISPLAY"
    assert alarm["TRIGGER"].dt == dt.timedelta(minutes=-30)
    assert events(fetch(url, day=2), "Appointment")[0].walk("VALARM") == []


def test_it_asks_the_database_as_often_for_a_long_plan(plan):
    client = Client()
    url = address(live(plan, 8))
    for first in range(60, 100, 5):
        day = START + dt.timedelta(days=first)
        say_away(plan, first=day, last=day, kind="ill", by=plan.patient, at=moment(57))
    # Eight for the calendar, and what it takes to count who fetches it.
    with on_day(57), at_most(21):
        assert client.get(url).status_code == 200


# The pages ---------------------------------------------------------------------------------------


def test_the_page_makes_the_address_and_ends_it(plan):
    client = signed_in(plan.patient)
    with on_day(1):
        assert soup(client.get("/settings/calendar/")).find(id="calendar-address") is None
        page = client.post("/settings/calendar/", {"part": "new"}, follow=True)
        shown = soup(page).find(id="calendar-address")["value"]
        assert shown.startswith("http://testserver/calendar/")
        assert soup(page).find("a", href=shown.replace("http://", "webcal://")) is not None
        assert fetch(shown).status_code == 200
        # It is shown again whenever the page is.
        assert soup(client.get("/settings/calendar/")).find(id="calendar-address")["value"] == shown
        page = client.post("/settings/calendar/", {"part": "new"}, follow=True)
        assert "The one before shows nothing" in words(page)
        page = client.post("/settings/calendar/", {"part": "off"}, follow=True)
    assert soup(page).find(id="calendar-address") is None
    assert "Switched off" in words(page)


def test_opening_the_page_changes_nothing(plan):
    client = signed_in(plan.patient)
    with on_day(1), at_most(8):
        client.get("/settings/calendar/", {"part": "new"})
    assert not CalendarFeed.objects.exists()


def test_an_unknown_reminder_is_refused_beside_the_field(plan):
    address(plan)
    with on_day(1):
        response = signed_in(plan.patient).post(
            "/settings/calendar/", {"part": "alarm", "alarm": "7"}
        )
    assert response.status_code == 422
    assert "Choose one" in soup(response).find(id="field_alarm").find(class_="error").get_text()


def test_walking_days_are_chosen(plan):
    client = signed_in(plan.patient)
    with on_day(1):
        page = client.get("/walking-days/")
        assert "Monday Wednesday Friday" in words(page)
        data = {"weekdays": ["1", "5"], "hour": "17:30"}
        page = client.post("/walking-days/", data, follow=True)
        # Two were chosen, the plan asks for three: one is added, far from both.
        assert "Tuesday Thursday Saturday" in words(page)
    assert (Habit.objects.get().weekdays, Habit.objects.get().hour) == ((1, 5), dt.time(17, 30))
    ticked = [box["value"] for box in soup(page).find_all("input", checked=True)]
    assert ticked == ["1", "5"]


@pytest.mark.parametrize(
    ("data", "field", "said"),
    [
        ({"hour": "noon"}, "hour", "Write it like 10:00"),
        ({"hour": ""}, "hour", "Give a time"),
        ({"weekdays": ["9"], "hour": "10:00"}, "weekdays", "from the list"),
    ],
)
def test_walking_days_say_beside_the_field_what_to_do(plan, data, field, said):
    with on_day(1):
        response = signed_in(plan.patient).post("/walking-days/", data)
    assert response.status_code == 422
    assert said in soup(response).find(id=f"field_{field}").find(class_="error").get_text()
    assert soup(response).find("input", attrs={"name": "hour"}).get("value", "") == data["hour"]
    assert not Habit.objects.exists()


def test_the_pages_need_signing_in(plan):
    for page in ("/walking-days/", "/settings/calendar/"):
        assert "/accounts/login/" in Client().get(page)["Location"]
