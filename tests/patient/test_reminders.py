"""The page on which reminders are chosen, and the devices that show them."""

from __future__ import annotations

import datetime as dt
import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client

from tests.days import moment, on_day
from tests.people import ANNA, make_plan, signed_in
from tests.push.service import Browser
from tests.responses import at_most, form_of, my_data, soup, words
from walking.care.diary.habits import choose
from walking.care.diary.reminders import DEVICES
from walking.models import Plan, PushSubscription, ReminderChoice
from walking.push.keys import decode, new_private_key, public_key

pytestmark = pytest.mark.django_db

PAGE, ADD = "/settings/reminders/", "/settings/reminders/devices/"
PHONE = (
    "Mozilla/5.0 (Linux; Android 15; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko)"
    " Chrome/140.0.0.0 Mobile Safari/537.36"
)
ENDPOINT = "https://push.example.com/send/"


@pytest.fixture
def plan(db: None, settings) -> Plan:
    settings.VAPID_PRIVATE_KEY = new_private_key()
    return make_plan()


def given(name: str = "phone") -> dict[str, str]:
    return {"endpoint": ENDPOINT + name, **Browser().keys}


def add(client: Client, name: str = "phone"):
    with on_day(1):
        return client.post(ADD, given(name), headers={"User-Agent": PHONE})


def page(client: Client):
    with on_day(1):
        return client.get(PAGE)


def test_the_settings_lead_to_it(plan):
    with on_day(1):
        assert soup(signed_in(plan.patient).get("/settings/")).find("a", href=PAGE)


def test_no_reminder_comes_until_days_are_chosen(plan):
    response = page(signed_in(plan.patient))
    assert response.status_code == 200
    assert not soup(response).find("input", attrs={"name": "weekdays", "checked": True})
    assert form_of(response, PAGE)["hour"] == "10:00"
    assert not ReminderChoice.objects.exists()


def test_it_offers_the_hour_of_the_walks(plan):
    choose(plan, weekdays=[1], hour=dt.time(15, 30), at=moment(1))
    assert form_of(page(signed_in(plan.patient)), PAGE)["hour"] == "15:30"


def test_it_keeps_the_days_and_the_hour(plan):
    client = signed_in(plan.patient)
    add(client)
    with on_day(1, 8):
        response = client.post(PAGE, {"weekdays": [0, 4], "hour": "09:30"}, follow=True)
    assert "Saved." in words(response)
    choice = plan.reminder_choice
    assert (choice.weekdays, choice.hour) == ((0, 4), dt.time(9, 30))
    assert choice.next_reminder_at == moment(1, 9) + dt.timedelta(minutes=30)
    boxes = soup(response).find_all("input", attrs={"name": "weekdays", "checked": True})
    assert [box["value"] for box in boxes] == ["0", "4"]


def test_they_can_all_be_stopped(plan):
    client = signed_in(plan.patient)
    with on_day(1):
        client.post(PAGE, {"weekdays": [0, 4], "hour": "09:30"})
        response = client.post(PAGE, {"part": "off"}, follow=True)
    assert "No more reminders will come." in words(response)
    choice = ReminderChoice.objects.get()
    assert (choice.weekdays, choice.hour, choice.next_reminder_at) == ((), dt.time(9, 30), None)


@pytest.mark.parametrize("hour", ["", "ten", "3:00", "22:30"])
def test_a_bad_hour_is_refused_beside_the_field_and_the_days_are_kept(plan, hour):
    with on_day(1):
        response = signed_in(plan.patient).post(PAGE, {"weekdays": [2], "hour": hour})
    assert response.status_code == 422
    field = soup(response).find(id="field_hour")
    assert field.find(class_="error")
    if hour:
        assert field.find("input")["value"] == hour
    assert soup(response).find("input", attrs={"value": "2", "checked": True})
    assert not ReminderChoice.objects.exists()


def test_a_device_is_named_and_known_as_this_one(plan):
    here, elsewhere = signed_in(plan.patient), signed_in(plan.patient)
    assert add(here).json() == {"said": ""}
    assert "Chrome on Android this device" in words(page(here))
    assert "this device" not in soup(page(elsewhere)).find(class_="devices").get_text()
    assert not soup(page(here)).find(attrs={"data-push": True})
    assert soup(page(elsewhere)).find(attrs={"data-push": True})


@pytest.mark.database
def test_the_same_browser_again_is_still_one_device(plan):
    client = signed_in(plan.patient)
    add(client)
    add(client)
    add(client, "with-a-new-address")
    assert [row.endpoint for row in PushSubscription.objects.all()] == [
        f"{ENDPOINT}with-a-new-address"
    ]


def test_a_browser_that_changes_hands_reminds_its_new_owner_only(plan):
    other = make_plan(name=ANNA)
    add(signed_in(plan.patient))
    add(signed_in(other.patient))
    assert PushSubscription.objects.get().user == other.patient


def test_only_so_many_devices_are_kept(plan):
    for number in range(DEVICES + 2):
        add(signed_in(plan.patient), f"phone-{number}")
    assert PushSubscription.objects.count() == DEVICES


@pytest.mark.database
def test_a_device_can_be_removed(plan):
    client = signed_in(plan.patient)
    add(client)
    form = soup(page(client)).find("form", attrs={"data-push-here": True})
    with on_day(1):
        response = client.post(form["action"], follow=True)
    assert "Removed." in words(response)
    assert not PushSubscription.objects.exists()


def test_nobody_removes_somebody_elses(plan):
    add(signed_in(plan.patient))
    other = signed_in(make_plan(name=ANNA).patient)
    with on_day(1):
        response = other.post(f"{ADD}{PushSubscription.objects.get().pk}/remove/")
    assert response.status_code == 404
    assert PushSubscription.objects.exists()


@pytest.mark.database
def test_signing_out_ends_the_reminders_of_this_browser_only(plan):
    here, elsewhere = signed_in(plan.patient), signed_in(plan.patient)
    add(here, "here")
    add(elsewhere, "elsewhere")
    with on_day(1):
        here.post("/accounts/logout/")
    assert PushSubscription.objects.get().endpoint == f"{ENDPOINT}elsewhere"


@pytest.mark.parametrize(
    "wrong",
    [
        {"endpoint": "https://127.0.0.1/admin"},
        {"endpoint": "http://push.example.com/"},
        {"p256dh": "AAAA"},
        {"auth": ""},
    ],
)
def test_what_no_browser_gives_is_refused_in_words(plan, wrong):
    with on_day(1):
        response = signed_in(plan.patient).post(ADD, given() | wrong)
    assert response.status_code == 422
    assert response.json()["said"]
    assert not PushSubscription.objects.exists()


def test_strangers_add_nothing(plan):
    assert Client().post(ADD, given()).status_code == 302
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(plan.patient)
    assert strict.post(ADD, given()).status_code == 403
    assert not PushSubscription.objects.exists()


def test_without_a_key_only_the_calendar_is_offered(plan, settings):
    settings.VAPID_PRIVATE_KEY = ""
    response = page(signed_in(plan.patient))
    assert not soup(response).find(attrs={"data-push": True})
    assert "push.js" not in response.content.decode()
    assert soup(response).find("a", href="/settings/calendar/")


def test_the_page_asks_few_questions_however_many_devices(plan):
    client = signed_in(plan.patient)
    for number in range(5):
        add(signed_in(plan.patient), f"phone-{number}")
    with on_day(1), at_most(8):
        assert client.get(PAGE).status_code == 200


def test_my_data_tells_of_reminders_and_keeps_the_keys_back(plan):
    client = signed_in(plan.patient)
    add(client)
    with on_day(1):
        client.post(PAGE, {"weekdays": [0], "hour": "09:30"})
        data = my_data(client)
    assert data["reminder_devices"][0]["label"] == "Chrome on Android"
    assert data["reminders_wanted"][0]["weekday_bits"] == 1
    row = PushSubscription.objects.get()
    for secret in (row.endpoint, row.p256dh, row.auth):
        assert secret not in json.dumps(data)


def test_the_command_makes_a_key_that_the_settings_take():
    out = StringIO()
    call_command("make_vapid_keys", stdout=out)
    shown, line = out.getvalue().splitlines()
    private = line.removeprefix("VAPID_PRIVATE_KEY=")
    assert len(decode(private)) == 32
    assert public_key(private) in shown
    assert decode(public_key(private))[0] == 4
