"""Moments with a zone beside moments without one: a walk, or a line passed over, and never an exception."""

from __future__ import annotations

import datetime as dt
import io
import json
from itertools import product
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.imports import making
from walking.imports import reading, table
from walking.imports.found import FoundWalk

FILES = Path(__file__).parent / "files"
BRISBANE = ZoneInfo("Australia/Brisbane")
SYDNEY = ZoneInfo("Australia/Sydney")
STARTS = ("2026-11-27 08:15:00", "2026-11-26T22:15:00Z", "2026-11-27T08:15:00+10:00")
ENDS = ("2026-11-27 08:45", "2026-11-26T22:45:00Z", "2026-11-27T08:45:00+10:00")


def of_table(text: str, zone: dt.tzinfo | None = BRISBANE) -> list[FoundWalk]:
    return list(table.walks(table.rows(text), table.Columns(0, end=1, steps=2), zone))


def test_a_table_may_give_a_zone_on_one_side() -> None:
    (walk,) = of_table((FILES / "table-zone-on-one-side.csv").read_text())
    assert (walk.start, walk.minutes) == (
        dt.datetime(2026, 11, 26, 22, 15, tzinfo=dt.UTC),
        30,
    )


@pytest.mark.parametrize(("start", "end"), list(product(STARTS, ENDS)))
def test_every_pair_of_moments_gives_the_minutes(start: str, end: str) -> None:
    assert [walk.minutes for walk in of_table(f"start,end\n{start},{end}\n")] == [30]


def test_without_the_patients_zone_such_a_line_is_passed_over() -> None:
    lines = f"start,end,steps\n{STARTS[0]},{ENDS[1]},\n{STARTS[0]},{ENDS[1]},2500\n{STARTS[0]},{ENDS[0]},\n"
    assert [walk.minutes for walk in of_table(lines, None)] == [25, 30]


def test_the_clocks_may_change_during_a_walk() -> None:
    text = "start,end\n2026-10-04 01:50,2026-10-04 03:20\n2026-04-05 01:50,2026-04-05 03:20\n"
    assert [walk.minutes for walk in of_table(text, SYDNEY)] == [30, 150]


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("0001-01-01 00:10", "0001-01-01 00:40"),
        ("9999-12-31T23:10-12:00", "9999-12-31 23:50"),
        ("0001-01-01T00:10+14:00", "2026-11-27 08:45"),
        ("2026-11-27 08:15", "9999-12-31T23:59:59-14:00"),
        ("2026-11-27 08:45", "2026-11-26T22:15:00Z"),
    ],
)
def test_odd_moments_do_no_harm_to_the_other_lines(start: str, end: str) -> None:
    text = f"start,end\n{start},{end}\n{STARTS[0]},{ENDS[0]}\n"
    walks = of_table(text)
    assert walks[-1].minutes == 30
    assert all(walk.start is None or walk.start.year in {1, 2026} for walk in walks)


@pytest.mark.parametrize(
    ("start", "end"), [("Z", ""), ("", "Z"), ("", ""), ("Z", "Z"), ("+00:00", "Z")]
)
def test_a_session_of_takeout_is_in_utc_where_it_says_nothing(start: str, end: str) -> None:
    told = {
        "fitnessActivity": "walking",
        "startTime": f"2026-11-26T22:15:00{start}",
        "endTime": f"2026-11-26T22:45:00{end}",
    }
    (walk,) = reading.walks(io.BytesIO(json.dumps(told).encode()))
    assert (walk.start, walk.minutes) == (dt.datetime(2026, 11, 26, 22, 15, tzinfo=dt.UTC), 30)


def test_a_kind_of_takeout_that_is_no_text_is_no_walk() -> None:
    told = {"fitnessActivity": ["walking"], "startTime": "2026-11-26T22:15:00Z"}
    assert list(reading.walks(io.BytesIO(json.dumps(told).encode()))) == []


START = dt.datetime(2026, 11, 26, 22, 15, tzinfo=dt.UTC)


@pytest.mark.parametrize("kind", ["gpx", "tcx"])
@pytest.mark.parametrize("moment", [b"2026-11-26T22:15:00Z", b"2026-11-26T22:45:00Z"])
def test_points_of_a_track_are_in_utc_where_they_say_nothing(kind: str, moment: bytes) -> None:
    data = {"gpx": making.gpx, "tcx": making.tcx}[kind](START, 30)
    at = data.rindex(moment) if moment.endswith(b"45:00Z") else data.index(b">" + moment) + 1
    mixed = data[: at + len(moment) - 1] + data[at + len(moment) :]
    (walk,) = reading.walks(io.BytesIO(mixed))
    assert (walk.start, walk.minutes) == (START, 30)
