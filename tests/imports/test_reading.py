"""Each kind of file, and each kind of file that means no good."""

from __future__ import annotations

import datetime as dt
import io
import random
import tracemalloc
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.imports import making
from walking.imports import reading, table
from walking.imports.found import FoundWalk, Unreadable, whole_minutes

FILES = Path(__file__).parent / "files"
START = dt.datetime(2026, 3, 9, 7, 30, tzinfo=dt.timezone(dt.timedelta(hours=11)))


def read(data: bytes) -> list[FoundWalk]:
    return list(reading.walks(io.BytesIO(data)))


def refused(data: bytes) -> str:
    with pytest.raises(Unreadable) as caught:
        read(data)
    return caught.value.code


KINDS = {
    "apple_health": making.apple(("2026-03-09 07:30:00 +1100", 20.4)),
    "gpx": making.gpx(START, 20),
    "tcx": making.tcx(START, 20),
    "fit": making.fit(START, 20),
    "google_fit": making.takeout(START, 20),
    "health_con": making.health_connect((START, 20)),
}


@pytest.mark.parametrize("kind", KINDS)
def test_it_reads_the_start_and_the_minutes(kind: str) -> None:
    (walk,) = read(KINDS[kind])
    assert (walk.source, walk.minutes, walk.start, walk.estimated) == (kind, 20, START, False)


@pytest.mark.parametrize("kind", KINDS)
def test_it_reads_the_same_out_of_a_zip(kind: str) -> None:
    ending = {"apple_health": "xml", "google_fit": "json", "health_con": "db"}.get(kind, kind)
    assert read(making.zipped(**{f"a__{ending}": KINDS[kind]})) == read(KINDS[kind])


def test_it_reads_a_track_that_somebody_walked() -> None:
    walks = read((FILES / "cerknicko-jezero.gpx").read_bytes())
    assert walks[0].start == dt.datetime(2010, 8, 5, 14, 23, 59, tzinfo=dt.UTC)
    assert [walk.minutes for walk in walks] == [41, 3, 0, 5, 3, 0, 18]


def test_what_is_no_walk_is_left_alone() -> None:
    assert read(making.apple(("2026-03-09 07:30:00 +1100", 20), kind="Cycling")) == []
    assert read(making.tcx(START, 20, sport="Biking")) == []
    assert read(making.fit(START, 20, sport=2)) == []
    assert read(making.takeout(START, 20, activity="sleep")) == []
    assert read(making.health_connect((START, 20), kind=33)) == []
    steps = '<Record type="HKQuantityTypeIdentifierStepCount" value="900"/>'
    assert read((making.APPLE_HEAD + steps + "</HealthData>").encode()) == []


def test_the_tracks_of_apples_workouts_are_not_counted_again() -> None:
    data = making.zipped(export__xml=KINDS["apple_health"], route__gpx=KINDS["gpx"])
    assert [walk.source for walk in read(data)] == ["apple_health"]


def test_a_takeout_gives_every_walk_and_passes_over_the_rest() -> None:
    days = [START + dt.timedelta(days=n) for n in range(3)]
    files = {f"walk{n}__json": making.takeout(day, 10 + n) for n, day in enumerate(days)}
    data = making.zipped(**files, other__json=b'{"a": 1}', page__html=b"<html>")
    assert [walk.minutes for walk in read(data)] == [10, 11, 12]


BOMB = b'<?xml version="1.0"?><!DOCTYPE HealthData [<!ENTITY a "aaaaaaaaaa">' + b"".join(
    b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9)
)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        pytest.param(b"", "empty", id="empty"),
        pytest.param(b"  \n", "empty", id="blank"),
        pytest.param(BOMB + b"]><HealthData><Me a='&j;'/></HealthData>", "unsafe", id="XML bomb"),
        pytest.param(BOMB + b"]><gpx>&j;</gpx>", "unsafe", id="XML bomb in a track"),
        pytest.param(
            b'<!DOCTYPE HealthData [<!ENTITY x SYSTEM "file:///etc/passwd">]><HealthData><Me>&x;</Me></HealthData>',
            "unsafe",
            id="external entity",
        ),
        pytest.param(KINDS["apple_health"][:-40], "cut_off", id="export cut off"),
        pytest.param(KINDS["gpx"][:-40], "cut_off", id="GPX cut off"),
        pytest.param(KINDS["tcx"][:-40], "cut_off", id="TCX cut off"),
        pytest.param(KINDS["fit"][:-4], "cut_off", id="FIT cut off"),
        pytest.param(making.zipped(a__gpx=KINDS["gpx"])[:-40], "cut_off", id="zip cut off"),
        pytest.param(b"<html><body>hello</body></html>", "unknown", id="a web page"),
        pytest.param(b'{"a": 1}', "unknown", id="other JSON"),
        pytest.param(b"[" * 5000, "unknown", id="not JSON"),
        pytest.param(b'{"a":' * 50_000, "cut_off", id="deep JSON"),
        pytest.param(b"\x89PNG\r\n\x1a\n" + bytes(200), "unknown", id="a picture"),
        pytest.param(making.zipped(a__zip=making.zipped(a__gpx=b"x")), "nested", id="zip in a zip"),
        pytest.param(making.zipped(a__png=b"x"), "unknown", id="zip of pictures"),
        pytest.param(making.zipped(a__xml=bytes(20_000_000)), "bomb", id="zip bomb"),
        pytest.param(making.health_connect()[:5000], "cut_off", id="Health Connect cut off"),
        pytest.param(b"SQLite format 3\x00", "cut_off", id="only the head of a database"),
        pytest.param(
            making.zipped(health_connect_export__db=b"no database" * 99),
            "cut_off",
            id="no database",
        ),
        pytest.param(
            making.database("CREATE TABLE steps_record_table (count INTEGER)"),
            "unknown",
            id="another database",
        ),
        pytest.param(
            making.database(
                "CREATE TABLE other (a)",
                "CREATE VIEW exercise_session_record_table AS SELECT 0 AS start_time, 60000 AS end_time,"
                " 0 AS start_zone_offset, 53 AS exercise_type FROM other",
            ),
            "unknown",
            id="a view in the place of the table",
        ),
        pytest.param(
            making.database(
                "CREATE VIRTUAL TABLE exercise_session_record_table USING"
                " fts5(start_time, end_time, start_zone_offset, exercise_type)"
            ),
            "unknown",
            id="a virtual table in its place",
        ),
        pytest.param(
            making.database(
                "CREATE TABLE exercise_session_record_table (start_time INTEGER, exercise_type INTEGER,"
                " start_zone_offset INTEGER, end_time AS (length(hex(zeroblob(900000)))))",
                "INSERT INTO exercise_session_record_table VALUES (0, 53, 0)",
            ),
            "unknown",
            id="a column that is computed",
        ),
        pytest.param(making.tcx(START, 5, activities=2), "many", id="two activities"),
        pytest.param(
            b'<gpx version="1.1" creator="t"><trk><trkseg><trkpt lat="1" lon="2"/></trkseg></trk></gpx>',
            "no_times",
            id="no times",
        ),
        pytest.param(b"<gpx>" + b" " * 5_000_001 + b"</gpx>", "too_big", id="long track"),
    ],
)
def test_it_refuses(data: bytes, code: str) -> None:
    assert refused(data) == code


def test_an_export_of_health_connect_tells_the_zone_that_the_phone_was_in() -> None:
    utc, far = START.astimezone(dt.UTC), dt.timezone(-dt.timedelta(hours=3, minutes=30))
    data = making.health_connect((START, 20), (utc, 7), (START.astimezone(far), 31))
    assert [(walk.start, walk.minutes) for walk in read(data)] == [
        (START, 20),
        (START, 7),
        (START, 31),
    ]
    assert [walk.start.utcoffset() for walk in read(data) if walk.start] == [
        START.utcoffset(), dt.timedelta(0), far.utcoffset(None),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("row", "found"),
    [
        (("NULL", "1773002200000", "0"), []),
        (("9e99", "1773002200000", "0"), []),
        (("1773001000000", "'later'", "0"), []),
        (("1773001000000", "1773002200000", "99999999"), [(20, dt.timedelta(0))]),
        (("1773001000000", "1773002200000", "NULL"), [(20, dt.timedelta(0))]),
        (("1773001000000", "1773000000000", "3600"), [(0, dt.timedelta(hours=1))]),
    ],
)
def test_odd_numbers_of_health_connect_do_no_harm(
    row: tuple[str, ...], found: list[tuple[int, dt.timedelta]]
) -> None:
    data = making.database(making.SESSIONS, making.session(*row))
    assert [(walk.minutes, walk.start.utcoffset()) for walk in read(data) if walk.start] == found


def test_a_database_that_takes_for_ever_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    from walking.imports import health_connect

    data = making.database(
        making.SESSIONS,
        "INSERT INTO exercise_session_record_table (start_time, exercise_type) WITH RECURSIVE n(i) AS"
        " (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) SELECT i, 33 FROM n",
    )
    assert read(data) == []
    monkeypatch.setattr(health_connect, "LOOK", 1000)
    monkeypatch.setattr(health_connect, "LOOKS", 3)
    assert refused(data) == "too_big"


def test_a_database_that_is_too_large_is_not_copied(monkeypatch: pytest.MonkeyPatch) -> None:
    from walking.imports import health_connect

    monkeypatch.setattr(health_connect, "DATABASE", 5000)
    assert refused(KINDS["health_con"]) == "too_big"


def test_nothing_is_left_of_a_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import tempfile

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assert len(read(KINDS["health_con"])) == 1
    assert refused(KINDS["health_con"][:5000]) == "cut_off"
    assert list(tmp_path.iterdir()) == []


def test_a_zip_that_lies_about_its_size_is_refused() -> None:
    whole = bytearray(making.zipped(a__gpx=KINDS["gpx"]))
    size = len(KINDS["gpx"]).to_bytes(4, "little")
    at = whole.rindex(size)
    whole[at : at + 4] = (2_000_000_000).to_bytes(4, "little")
    assert refused(bytes(whole)) == "bomb"


def test_a_zip_with_a_password_is_refused() -> None:
    whole = bytearray(making.zipped(a__gpx=KINDS["gpx"]))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        whole[whole.index(mark) + offset] |= 1
    assert refused(bytes(whole)) == "locked"


def test_hostile_files_need_little_memory() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("export.xml", making.APPLE_HEAD + " " * 60_000_000)
    tracemalloc.start()
    try:
        refused(out.getvalue())
        refused(BOMB + b"]><HealthData><Me a='&j;'/></HealthData>")
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()


@settings(max_examples=40, deadline=None)
@given(kind=st.sampled_from([*KINDS, "zip"]), seed=st.integers(0, 10_000))
def test_a_damaged_file_is_read_or_refused(kind: str, seed: int) -> None:
    data = bytearray(making.zipped(a__gpx=KINDS["gpx"]) if kind == "zip" else KINDS[kind])
    chance = random.Random(seed)
    for _each in range(chance.randrange(1, 6)):
        data[chance.randrange(len(data))] = chance.randrange(256)
    code = ""
    try:
        read(bytes(data))
    except Unreadable as refusal:
        code = refusal.code
    assert code != "failed"


@pytest.mark.parametrize(
    ("seconds", "minutes"), [(89, 1), (90, 2), (-5, 0), (float("nan"), 0), (float("inf"), 10_080)]
)
def test_minutes_are_whole(seconds: float, minutes: int) -> None:
    assert whole_minutes(seconds) == minutes


# Tables ------------------------------------------------------------------------------------------

TABLE = "Date;Minutes;Steps\n09.03.2026;12,4;1300\n10.03.2026;;2960\nnonsense;5;5\n11.03.2026;;\n"


def test_a_table_is_read_by_the_columns_that_were_named() -> None:
    assert reading.is_table(io.BytesIO(TABLE.encode()))
    lines = table.rows(reading.table_text(io.BytesIO(TABLE.encode())))
    assert lines[0] == ["Date", "Minutes", "Steps"]
    found = list(table.walks(lines, table.Columns(0, "day", minutes=1, steps=2)))
    assert found == [
        FoundWalk("csv", 12, day=dt.date(2026, 3, 9), steps=1300),
        FoundWalk("csv", 30, day=dt.date(2026, 3, 10), steps=2960, estimated=True),
    ]


def test_a_table_may_give_start_and_end() -> None:
    lines = table.rows("start,end\n2026-03-09 07:30,2026-03-09 07:52:10\n")
    (walk,) = table.walks(lines, table.Columns(0, end=1))
    assert (walk.start, walk.day, walk.minutes) == (
        dt.datetime(2026, 3, 9, 7, 30),  # noqa: DTZ001 - it has no zone
        None,
        22,
    )


@pytest.mark.parametrize("text", ["", "one\n", "a,b\n", "just words\nand more\n"])
def test_what_is_no_table_is_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        table.rows(text)
