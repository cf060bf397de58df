"""The page where files are chosen: words for whatever a reader meets, and never an error page."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from tests.days import moment, on_day
from tests.imports import making
from tests.imports.test_memory import health, zipped
from tests.people import make_plan, signed_in
from tests.responses import form_of, words
from walking.imports import apple_health, table, tracks
from walking.models import BroughtFile

pytestmark = pytest.mark.django_db

PAGE = "/settings/import/"
FILES = Path(__file__).parent / "files"
#: As in the files, and on the ninth day of the plan, in the patient's own zone.
DAYS = {b"2026-11-27": b"2026-03-10", b"2026-11-26T22": b"2026-03-09T21"}
SECRET = "Rosa has pain"


def send(client: Client, data: bytes, name: str) -> HttpResponse:
    return client.post(PAGE, {"file": SimpleUploadedFile(name, data)}, follow=True)


def in_the_plan(name: str) -> bytes:
    data = (FILES / name).read_bytes()
    for day, other in DAYS.items():
        data = data.replace(day, other)
    return data


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("name", ["apple-broken-declaration.xml", "apple-control-character.xml"])
def test_an_export_that_is_no_good_xml_gives_its_walk(name: str, packed: bool) -> None:
    data = in_the_plan(name)
    with on_day(9, 23):
        page = send(
            signed_in(make_plan().patient), making.zipped(a__xml=data) if packed else data, name
        )
    assert "We found 1 walk that is not in your diary yet." in words(page)
    assert "30 minutes" in words(page)


def test_a_table_with_a_zone_on_one_side_gives_its_walk() -> None:
    client = signed_in(make_plan().patient)
    with on_day(9, 23):
        page = send(client, in_the_plan("table-zone-on-one-side.csv"), "walks.csv")
        data = form_of(page, f"{PAGE}columns/") | {"day": "0", "order": "year", "end": "1"}
        shown = client.post(f"{PAGE}columns/", data, follow=True)
    assert "We found 1 walk that is not in your diary yet." in words(shown)
    assert "30 minutes" in words(shown)


@pytest.mark.parametrize(
    "line", ["2026-03-10T08:45:00,2026-03-09T20:15:00Z", "0001-01-01 00:01,0001-01-01T00:40Z"]
)
def test_a_table_without_a_walk_is_refused_in_words(line: str) -> None:
    client = signed_in(make_plan().patient)
    with on_day(9, 23):
        page = send(client, f"start,end\n{line}\n".encode(), "walks.csv")
        data = form_of(page, f"{PAGE}columns/") | {"day": "0", "order": "year", "end": "1"}
        shown = client.post(f"{PAGE}columns/", data, follow=True)
    assert shown.status_code == 400
    assert "We found no walks in this file." in words(shown)


def test_a_file_of_far_too_many_parts_is_refused_in_words() -> None:
    with on_day(9):
        page = send(signed_in(make_plan().patient), zipped(health(b"<X/>" * 500_000)), "export.zip")
    assert page.status_code == 400
    assert "far more parts than a file of walks needs" in words(page)


class UnforeseenError(Exception):
    """No reader knows it."""


def fail(*_values: object, **_more: object) -> None:
    raise UnforeseenError(SECRET)


@pytest.mark.parametrize(
    ("module", "function", "name"),
    [
        (apple_health, "_attributes", "export.xml"),
        (tracks, "_moment", "walk.gpx"),
        (tracks, "_moment", "walk.tcx"),
        (tracks, "_session", "walk.fit"),
        (tracks, "_moment", "walks.zip"),
        (table, "text_of", "walks.csv"),
        (table, "_number", "walks.csv"),
    ],
)
def test_a_reader_that_fails_is_a_refusal_and_a_line_of_the_log(
    module: object,
    function: str,
    name: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    start = moment(9, 7)
    files = {
        "export.xml": making.apple((f"{start:%Y-%m-%d %H:%M:%S %z}", 20)),
        "walk.gpx": making.gpx(start, 20),
        "walk.tcx": making.tcx(start, 20),
        "walk.fit": making.fit(start, 20),
        "walks.zip": making.zipped(walk__gpx=making.gpx(start, 20)),
        "walks.csv": b"start,end\n2026-03-10 08:15,2026-03-10 08:45\n",
    }
    client = signed_in(make_plan().patient)
    # Where the text is read the module that reads files holds the name.
    holder = "walking.imports.reading" if function == "text_of" else module.__name__  # type: ignore[attr-defined]
    monkeypatch.setattr(f"{holder}.{function}", fail)
    with on_day(9), caplog.at_level(logging.ERROR, "walking"):
        page = send(client, files[name], name)
        if page.status_code == 200:
            data = form_of(page, f"{PAGE}columns/") | {"day": "0", "order": "year", "end": "1"}
            page = client.post(f"{PAGE}columns/", data, follow=True)
            assert BroughtFile.objects.get().table  # other columns may be chosen
        else:
            assert not BroughtFile.objects.exists()
    assert page.status_code == 400
    assert "We could not read this file" in words(page)
    (line,) = [each for each in caplog.records if each.levelno >= logging.ERROR]
    assert "UnforeseenError" in line.getMessage()
    assert "test_page.py" in line.getMessage()
    assert line.exc_info is None
    assert SECRET not in caplog.text
    assert name not in caplog.text
