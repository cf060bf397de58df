"""The page where a patient brings a file of walks."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from tests.days import moment, on_day
from tests.imports import making
from tests.people import ANNA, make_plan, signed_in
from tests.responses import at_most, form_of, soup, words
from walking.models import BroughtFile, Plan

pytestmark = pytest.mark.django_db

PAGE = "/settings/import/"


def send(client: Client, data: bytes, name: str = "walk.gpx") -> HttpResponse:
    return client.post(PAGE, {"file": SimpleUploadedFile(name, data)}, follow=True)


def test_it_shows_what_was_found_and_takes_what_is_ticked() -> None:
    plan = make_plan()
    client = signed_in(plan.patient)
    with on_day(9):
        assert "From a phone or watch" in words(client.get("/diary/"))
        page = send(client, making.gpx(moment(9, 7), 20))
        assert "We found 1 walk that is not in your diary yet." in words(page)
        assert not plan.walks.exists()
        boxes = soup(page).find_all("input", {"name": "walk"})
        assert [box.has_attr("checked") for box in boxes] == [True]
        done = client.post(f"{PAGE}take/", {"walk": [box["value"] for box in boxes]}, follow=True)
        assert "1 walk went into your diary." in words(done)
        assert "20 minutes from a recorded track" in words(done)
        again = send(client, making.gpx(moment(9, 7), 20), name="other.name")
        assert "taken before" in words(again)
        assert not soup(again).find_all("input", {"name": "walk"})
    assert [walk.minutes for walk in plan.walks.all()] == [20]


def test_a_table_is_read_by_the_columns_that_the_patient_names() -> None:
    plan = make_plan()
    client = signed_in(plan.patient)
    table = b"Date,Mins,Steps\n2026-03-09,15,\n2026-03-10,,2000\n1970-01-01,9,\n"
    with on_day(9):
        page = send(client, table, "walks.csv")
        assert "Which column is what?" in words(page)
        data = form_of(page, f"{PAGE}columns/")
        assert (data["day"], data["minutes"], data["steps"]) == ("0", "1", "2")
        nothing = client.post(f"{PAGE}columns/", data | {"minutes": "", "steps": ""})
        assert "Choose at least one" in words(nothing)
        shown = client.post(f"{PAGE}columns/", data, follow=True)
    assert "estimated from steps" in words(shown)
    assert "1 walk before your plan began" in words(shown)


def test_it_can_be_let_go_for_another() -> None:
    plan = make_plan()
    client = signed_in(plan.patient)
    with on_day(9):
        send(client, making.gpx(moment(9, 7), 20))
        assert "The file" in words(client.post(f"{PAGE}take/", {"other": "1"}, follow=True))
    assert not BroughtFile.objects.exists()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"\x00\x01binary", "cannot read this kind of file"),
        (b"", "This file is empty."),
        (making.apple(("2026-03-09 07:30:00 +1100", 20))[:-30], "cut short"),
    ],
)
def test_it_refuses_in_words(data: bytes, said: str) -> None:
    plan = make_plan()
    with on_day(9):
        response = send(signed_in(plan.patient), data)
    assert response.status_code == 400
    assert said in words(response)


def test_a_file_that_says_it_is_too_large_is_not_read() -> None:
    plan = make_plan()
    with on_day(9):
        response = signed_in(plan.patient).post(PAGE, {}, CONTENT_LENGTH="2000000000")
    assert response.status_code == 413
    assert "too large" in words(response)


def test_a_large_file_leaves_nothing_behind(settings: object, tmp_path: object) -> None:
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path  # type: ignore[attr-defined]
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 100  # type: ignore[attr-defined]
    plan = make_plan()
    with on_day(9):
        assert send(signed_in(plan.patient), making.gpx(moment(9, 7), 20)).status_code == 200
    assert not list(tmp_path.iterdir())  # type: ignore[attr-defined]


def test_it_takes_no_file_from_another_site_nor_from_strangers() -> None:
    plan = make_plan()
    forged = Client(enforce_csrf_checks=True)
    forged.force_login(plan.patient)
    with on_day(9):
        assert send(forged, making.gpx(moment(9, 7), 20)).status_code == 403
        assert Client().post(PAGE, {}).status_code == 302
    assert not BroughtFile.objects.exists()


def test_somebody_who_brings_very_many_is_asked_to_wait() -> None:
    plan = make_plan()
    client = signed_in(plan.patient)
    with on_day(9):
        answers = [client.post(PAGE, {}).status_code for _each in range(21)]
    assert answers == [400] * 20 + [429]


def test_one_persons_file_is_nobody_elses() -> None:
    plan, other = make_plan(), make_plan(name=ANNA)
    with on_day(9):
        page = send(signed_in(plan.patient), making.gpx(moment(9, 7), 20))
        name = soup(page).find("input", {"name": "walk"})["value"]
        assert signed_in(other.patient).post(f"{PAGE}take/", {"walk": name}).status_code == 400
        assert "We found" not in words(signed_in(other.patient).get(PAGE))
    assert not Plan.objects.filter(walks__isnull=False).exists()


def test_the_page_asks_little_of_the_database() -> None:
    plan = make_plan()
    client = signed_in(plan.patient)
    with on_day(9):
        files = {f"w{n}__gpx": making.gpx(moment(9, n), 20) for n in range(1, 20)}
        send(client, making.zipped(**files))
        client.get(PAGE)
        with at_most(8):
            client.get(PAGE)
