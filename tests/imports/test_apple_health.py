"""Exports of Apple Health that are not well-formed XML: the walks are read, and nothing that is wrong with a walk."""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path

import pytest

from tests.imports import making
from walking.imports import apple_health, reading
from walking.imports.found import FoundWalk, Unreadable

FILES = Path(__file__).parent / "files"
START = dt.datetime(2026, 11, 27, 8, 15, tzinfo=dt.timezone(dt.timedelta(hours=10)))
WALK = FoundWalk("apple_health", 30, START, steps=3100)
BROKEN = (FILES / "apple-broken-declaration.xml").read_bytes()
CONTROL = (FILES / "apple-control-character.xml").read_bytes()
LOCALISED = (FILES / "apple-localised-names.zip").read_bytes()

HEAD = b'<?xml version="1.0" encoding="UTF-8"?>\n'
WORKOUT = (
    b' <Workout workoutActivityType="HKWorkoutActivityTypeWalking" duration="30.0" durationUnit="min"'
    b' sourceName="watch" startDate="2026-11-27 08:15:00 +1000" endDate="2026-11-27 08:45:00 +1000">\n'
    b'  <WorkoutStatistics type="HKQuantityTypeIdentifierStepCount" sum="3100" unit="count"/>\n </Workout>\n'
)


def export(body: bytes, before: bytes = b"") -> bytes:
    return HEAD + before + b'<HealthData locale="en_AU">\n' + body + b"</HealthData>\n"


class Dripping(io.BytesIO):
    """Gives few bytes at a time, so that everything is split somewhere."""

    def __init__(self, data: bytes, size: int) -> None:
        super().__init__(data)
        self.size = size

    def read(self, size: int | None = -1, /) -> bytes:
        return super().read(self.size if size is None or size < 0 else min(size, self.size))


def read(data: bytes) -> list[FoundWalk]:
    return list(reading.walks(io.BytesIO(data)))


def refused(data: bytes) -> str:
    with pytest.raises(Unreadable) as caught:
        read(data)
    return caught.value.code


READ = {
    "the broken declaration of iOS 16": BROKEN,
    "a control character": CONTROL,
    "a control character as a reference": CONTROL.replace(b"\x0b", b"&#11;"),
    "a control character as a hexadecimal reference": CONTROL.replace(b"\x0b", b"&#x0b;"),
    "NUL": CONTROL.replace(b"\x0b", b"\x00"),
    "control characters in the walk": WORKOUT.join(
        [HEAD + b"<HealthData>", b"</HealthData>"]
    ).replace(b"watch", b"\x0bApple&#x1f;Watch\x1f"),
    "control characters in what is read": export(
        WORKOUT.replace(b'"30.0"', b'"30.0&#2;"').replace(b"08:15:00 +", b"08:15:00 \x0b+")
    ),
    "CRLF": BROKEN.replace(b"\n", b"\r\n"),
    "CR": BROKEN.replace(b"\n", b"\r"),
    "a byte order mark": b"\xef\xbb\xbf" + BROKEN,
    "blanks before the declaration": b"\n  " + BROKEN,
    "UTF-16": BROKEN.decode().replace("UTF-8", "UTF-16").encode("utf-16"),
    "UTF-16, big end first": b"\xfe\xff" + BROKEN.decode().encode("utf-16-be"),
    "bytes that are no UTF-8": CONTROL.replace(b"\x0b", b"\xff\xc3"),
    "a declaration that never ends": export(WORKOUT, b"<!DOCTYPE HealthData [\n<!ATTLIST a"),
    "a declaration in a file of its own": export(WORKOUT, b'<!DOCTYPE HealthData SYSTEM "a.dtd">'),
    "a large declaration": export(
        WORKOUT,
        b"<!DOCTYPE HealthData [\n" + b"<!ELEMENT HealthData (Record|Workout)*>\n" * 20_000 + b"]>",
    ),
    "nothing declared": export(WORKOUT),
    "quotes of the other kind": export(WORKOUT.replace(b'"', b"'")),
    "a sign that ends tags in a name": export(WORKOUT.replace(b"watch", b"a > b")),
    "a record that is never closed": export(b'<Record type="a">\n' + WORKOUT),
    "a record with a bare sign": export(b'<Record device="<<HKDevice: 0x1>, a & b"/>\n' + WORKOUT),
    "a record that breaks off": export(b'<Record type="a" value="\n' + WORKOUT),
    "a record with a quote too many": export(b'<Record type="a"" value="1"/>\n' + WORKOUT),
    "elements that overlap": export(b"<Correlation><Record></Correlation></Record>\n" + WORKOUT),
    "a reference that is not declared": export(b'<Record device="&who;"/>\n' + WORKOUT),
    "a workout of another kind that is damaged": export(
        b'<Workout workoutActivityType="HKWorkoutActivityTypeCycling" name="a"b">\n' + WORKOUT
    ),
    "a damaged part of the walk": export(
        WORKOUT.replace(b" </Workout>", b'<MetadataEntry key="a & "b"/>\n </Workout>')
    ),
    "a comment that holds a walk": export(b"<!-- " + WORKOUT + b" -->" + WORKOUT),
    "text that holds a walk": export(b"<Note><![CDATA[" + WORKOUT + b"]]></Note>" + WORKOUT),
    "parts with statistics of their own": export(
        WORKOUT.replace(
            b" </Workout>",
            b'<WorkoutActivity uuid="1"><WorkoutStatistics type="HKQuantityTypeIdentifierStepCount"'
            b' sum="1000"/></WorkoutActivity><WorkoutActivity uuid="2"/>\n </Workout>',
        )
    ),
    "something after the end": BROKEN + b"\x00" * 600,
}


@pytest.mark.parametrize("name", READ)
def test_it_reads_the_walk_whatever_is_wrong_elsewhere(name: str) -> None:
    assert read(READ[name]) == [WALK]
    assert read(making.zipped(export__xml=READ[name])) == [WALK]


@pytest.mark.parametrize("size", [2, 7, 33, 250])
@pytest.mark.parametrize("name", [name for name in READ if len(READ[name]) < 10_000])
def test_it_does_not_matter_where_the_file_is_split(name: str, size: int) -> None:
    assert list(apple_health.walks(Dripping(READ[name], size))) == [WALK]


def test_names_are_in_the_language_of_the_phone() -> None:
    assert read(LOCALISED) == [WALK]
    beside = {"export_cda__xml": b"<ClinicalDocument>" + b"x" * 9000, "other__xml": b"<a/>" * 900}
    assert read(making.zipped(eksport__xml=BROKEN, **beside)) == [WALK]
    beside["eksport_cda2__xml"] = beside.pop("export_cda__xml")
    assert read(making.zipped(eksport__xml=BROKEN, **beside)) == [WALK]


def test_other_xml_in_a_zip_hides_no_track() -> None:
    track = making.gpx(START, 30)
    (walk,) = read(making.zipped(walk__gpx=track, about__xml=b"<about>" + b"x" * 20_000))
    assert (walk.source, walk.minutes) == ("gpx", 30)


def test_a_walk_of_one_tag_is_read() -> None:
    single = WORKOUT[: WORKOUT.index(b">")] + b"/>\n"
    assert read(export(single)) == [FoundWalk("apple_health", 30, START)]


ENTITY = b'<!ENTITY a "HKWorkoutActivityTypeWalking">'
REFUSED = {
    "cut off in a record": (BROKEN[: BROKEN.index(b"<Workout ") - 20], "cut_off"),
    "cut off in a walk": (BROKEN[: BROKEN.index(b"</Workout>")], "cut_off"),
    "cut off after a walk": (BROKEN[: BROKEN.index(b"</HealthData>")], "cut_off"),
    "cut off in the last tag": (BROKEN[: BROKEN.rindex(b">")], "cut_off"),
    "cut off in the declaration": (BROKEN[:200], "unknown"),
    "a walk that is not closed": (export(WORKOUT.replace(b"</Workout>", b"")), "cut_off"),
    "a walk inside of a walk": (
        export(WORKOUT.replace(b"</Workout>", b"") + WORKOUT + WORKOUT),
        "cut_off",
    ),
    "a walk whose own tag is damaged": (
        export(WORKOUT.replace(b'"watch"', b'"a "watch"')),
        "cut_off",
    ),
    "a walk that says one thing twice": (
        export(WORKOUT.replace(b'sourceName="watch"', b'duration="60"')),
        "cut_off",
    ),
    "a workout whose kind is lost": (
        export(WORKOUT.replace(b'workoutActivityType="HK', b'workoutActivityType="<HK')),
        "cut_off",
    ),
    "an entity": (export(WORKOUT, b"<!DOCTYPE HealthData [" + ENTITY + b"]>"), "unsafe"),
    "an entity of parameters": (
        export(WORKOUT, b'<!DOCTYPE HealthData [<!ENTITY % a SYSTEM "http://a.example/">%a;]>'),
        "unsafe",
    ),
    "an entity in a broken declaration": (
        BROKEN.replace(b"<!ELEMENT RightEye", ENTITY + b"<!ELEMENT RightEye"),
        "unsafe",
    ),
    "an entity after a comment that looks like the end": (
        export(WORKOUT, b"<!DOCTYPE HealthData [<!-- ]> <HealthData> -->" + ENTITY + b"]>"),
        "unsafe",
    ),
    "an entity below the declaration": (export(ENTITY + WORKOUT), "unsafe"),
    "an entity in UTF-16": (
        export(WORKOUT, b"<!DOCTYPE HealthData [" + ENTITY + b"]>").decode().encode("utf-16"),
        "unsafe",
    ),
    "a declaration that is far too large": (
        export(WORKOUT, b"<!DOCTYPE HealthData [\n" + b"<!ELEMENT HealthData ANY>\n" * 80_000),
        "unsafe",
    ),
    "a comment that is far too large": (export(b"<!--" + b"x" * 3_000_000), "cut_off"),
    "a tag that is far too large": (export(b"<Workout " + b"x" * 3_000_000), "cut_off"),
    "another root": (HEAD + b"<Health>" + export(WORKOUT) + b"</Health>", "unknown"),
    "another document in UTF-16": ("<html></html>".encode("utf-16"), "unknown"),
    "elements without end": (export(b"<X/>" * 200_000), "parts"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_it_refuses(name: str) -> None:
    data, code = REFUSED[name]
    assert refused(data) == code


@pytest.mark.parametrize("name", ["an entity", "an entity in a broken declaration"])
@pytest.mark.parametrize("size", [2, 7, 33])
def test_an_entity_is_found_wherever_the_file_is_split(name: str, size: int) -> None:
    with pytest.raises(Unreadable, match="unsafe"):
        list(apple_health.walks(Dripping(REFUSED[name][0], size)))


def test_every_place_where_a_file_may_be_cut_is_noticed() -> None:
    end = BROKEN.rindex(b">")
    codes = {refused(BROKEN[:length]) for length in range(60, end + 1, 7)}
    assert codes <= {"cut_off", "unknown"}
    head = BROKEN.index(b"<HealthData ") + 40
    assert {refused(BROKEN[:length]) for length in range(head, end + 1)} == {"cut_off"}
