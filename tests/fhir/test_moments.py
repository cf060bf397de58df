"""Days and moments of a search, as FHIR R4 compares them."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from walking.fhir.moments import matches, span

SYDNEY = ZoneInfo("Australia/Sydney")


@pytest.mark.parametrize(
    ("written", "start", "end"),
    [
        ("2026", "2025-12-31T13:00", "2026-12-31T13:00"),
        ("2026-12", "2026-11-30T13:00", "2026-12-31T13:00"),
        ("2026-03-02", "2026-03-01T13:00", "2026-03-02T13:00"),
        # The day on which the clocks go back has 25 hours.
        ("2026-04-05", "2026-04-04T13:00", "2026-04-05T14:00"),
        ("2026-03-02T09:30", "2026-03-01T22:30", "2026-03-01T22:31"),
        ("2026-03-02T09:30:15", "2026-03-01T22:30:15", "2026-03-01T22:30:16"),
        ("2026-03-02T09:30Z", "2026-03-02T09:30", "2026-03-02T09:31"),
        ("2026-03-02T09:30:00+02:00", "2026-03-02T07:30", "2026-03-02T07:30:01"),
    ],
)
def test_what_is_written_is_as_long_as_it_is_exact(written: str, start: str, end: str) -> None:
    found = span(written, SYDNEY)
    ends = (dt.datetime.fromisoformat(each).replace(tzinfo=dt.UTC) for each in (start, end))
    assert (found.start, found.end) == tuple(ends)


@pytest.mark.parametrize(
    "wrong",
    ["", "x", "ge", "26", "2026-3", "2026-13", "2026-02-30", "2026-03-02T", "2026-03-02T25:00", "2026-03-02T09",
     "ap2026", "gege2026", "0000", "9999-12-31T23:59Z ", "٢٠٢٦", "9999"],
)  # fmt: skip
def test_what_is_no_day_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - whatever its words
        matches(wrong, span("2026-03-02", SYDNEY), SYDNEY)


@pytest.mark.parametrize(
    ("asked", "fitting"),
    [
        ("2026-03-02", "2"),
        ("eq2026-03-02", "2"),
        ("ne2026-03-02", "13"),
        ("gt2026-03-02", "3"),
        ("lt2026-03-02", "1"),
        ("ge2026-03-02", "23"),
        ("le2026-03-02", "12"),
        ("sa2026-03-02", "3"),
        ("eb2026-03-02", "1"),
        ("2026-03", "123"),
        ("gt2026-03", ""),
        ("ge2026-03", "123"),
        ("lt2026", ""),
        ("eb2027", "123"),
        # Part of the day is after this moment, and part before it.
        ("gt2026-03-02T12:00", "23"),
        ("lt2026-03-02T12:00", "12"),
        ("2026-03-02T12:00", ""),
    ],
)
def test_prefixes(asked: str, fitting: str) -> None:
    days = "123"
    found = [day for day in days if matches(asked, span(f"2026-03-0{day}", SYDNEY), SYDNEY)]
    assert "".join(found) == fitting
