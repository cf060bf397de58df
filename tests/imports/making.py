"""Files as phones and watches write them, made for tests."""

from __future__ import annotations

import datetime as dt
import io
import json
import sqlite3
import struct
import zipfile
from contextlib import closing

APPLE_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE HealthData [
<!-- HealthKit Export Version: 13 -->
<!ELEMENT HealthData (ExportDate,Me,(Record|Workout)*)>
<!ATTLIST HealthData locale CDATA #REQUIRED>
]>
<HealthData locale="en_AU">
 <ExportDate value="2026-03-10 08:00:00 +1100"/>
"""


def apple(*walks: tuple[str, float], kind: str = "Walking", between: str = "") -> bytes:
    """An export with workouts of (start with zone, minutes)."""
    lines = [
        f' <Workout workoutActivityType="HKWorkoutActivityType{kind}" duration="{minutes}" durationUnit="min"'
        f' sourceName="Watch" startDate="{start}" endDate="{start}">\n'
        '  <WorkoutStatistics type="HKQuantityTypeIdentifierStepCount" sum="1500" unit="count"/>\n </Workout>\n'
        f"{between}"
        for start, minutes in walks
    ]
    return (APPLE_HEAD + "".join(lines) + "</HealthData>\n").encode()


def zipped(**files: bytes) -> bytes:
    """``name__ext`` becomes ``name.ext``."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr("folder/" + name.replace("__", "."), data)
    return out.getvalue()


def gpx(start: dt.datetime, minutes: int) -> bytes:
    times = [start + dt.timedelta(minutes=n) for n in range(minutes + 1)]
    points = "".join(
        f'<trkpt lat="-33.8" lon="151.{n:04}"><time>{at.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%SZ}</time></trkpt>'
        for n, at in enumerate(times)
    )
    return (
        '<?xml version="1.0"?><gpx version="1.1" creator="t" xmlns="http://www.topografix.com/GPX/1/1">'
        f"<trk><trkseg>{points}</trkseg></trk></gpx>"
    ).encode()


def tcx(start: dt.datetime, minutes: int, sport: str = "Other", activities: int = 1) -> bytes:
    points = "".join(
        f"<Trackpoint><Time>{start.astimezone(dt.UTC) + dt.timedelta(minutes=n):%Y-%m-%dT%H:%M:%SZ}</Time>"
        f"<DistanceMeters>{n * 80}</DistanceMeters></Trackpoint>"
        for n in range(minutes + 1)
    )
    activity = (
        f'<Activity Sport="{sport}"><Id>x</Id><Lap StartTime="{start.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%SZ}">'
        f"<TotalTimeSeconds>{minutes * 60}</TotalTimeSeconds><DistanceMeters>{minutes * 80}</DistanceMeters>"
        f"<Calories>9</Calories><Track>{points}</Track></Lap></Activity>"
    )
    return (
        '<?xml version="1.0"?><TrainingCenterDatabase '
        'xmlns="http://www.garmin.com/xmlschemas/TrainingCenterDatabase/v2">'
        f"<Activities>{activity * activities}</Activities></TrainingCenterDatabase>"
    ).encode()


def _crc(data: bytes) -> int:
    table = (0, 0xCC01, 0xD801, 0x1400, 0xF001, 0x3C00, 0x2800, 0xE401)
    table += (0xA001, 0x6C00, 0x7800, 0xB401, 0x5000, 0x9C01, 0x8801, 0x4400)
    crc = 0
    for byte in data:
        for part in (byte & 15, byte >> 4):
            crc = (crc >> 4) & 0x0FFF ^ table[crc & 15] ^ table[part]
    return crc


def fit(start: dt.datetime, minutes: int, sport: int = 11) -> bytes:
    """A FIT file of one session (sport 11: walking, 2: cycling)."""
    fields = ((2, 4, 0x86), (8, 4, 0x86), (5, 1, 0x00))  # start_time, total_timer_time, sport
    definition = struct.pack("<BBBHB", 0x40, 0, 0, 18, len(fields)) + b"".join(
        struct.pack("BBB", *each) for each in fields
    )
    seconds = int(start.timestamp()) - 631_065_600  # of FIT's own epoch
    body = definition + struct.pack("<BIIB", 0, seconds, minutes * 60_000, sport)
    head = struct.pack("<BBHI4s", 14, 0x20, 2132, len(body), b".FIT")
    head += struct.pack("<H", _crc(head))
    return head + body + struct.pack("<H", _crc(head + body))


def takeout(start: dt.datetime, minutes: int, activity: str = "walking") -> bytes:
    end = start + dt.timedelta(minutes=minutes)
    told = {
        "fitnessActivity": activity,
        "startTime": f"{start.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%S}.000Z",
        "endTime": f"{end.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%S}.000Z",
        "duration": f"{minutes * 60}.052s",
        "segment": [],
        "aggregate": [{"metricName": "com.google.step_count.delta", "intValue": 1000}],
    }
    return json.dumps(told).encode()


#: As Health Connect makes it, with what it computes itself and an index of its own.
SESSIONS = """CREATE TABLE exercise_session_record_table (row_id INTEGER PRIMARY KEY AUTOINCREMENT, uuid BLOB UNIQUE,
 last_modified_time INTEGER, client_record_id TEXT, app_info_id INTEGER, start_time INTEGER, start_zone_offset INTEGER,
 end_time INTEGER, end_zone_offset INTEGER, local_date INTEGER, notes TEXT, exercise_type INTEGER, title TEXT,
 has_route INTEGER, local_date_time_start_time INTEGER AS (start_time + 1000 * start_zone_offset))"""


def database(*statements: str) -> bytes:
    """An SQLite database, as a file."""
    with closing(sqlite3.connect(":memory:")) as made:
        for statement in statements:
            made.execute(statement)
        made.commit()
        return made.serialize()


def session(start: object, end: object, offset: object, kind: int = 53) -> str:
    return (  # a file that may be hostile
        "INSERT INTO exercise_session_record_table (start_time, end_time, start_zone_offset, exercise_type)"  # noqa: S608
        f" VALUES ({start}, {end}, {offset}, {kind})"
    )


def health_connect(*walks: tuple[dt.datetime, int], kind: int = 53) -> bytes:
    """An export with sessions of (start with zone, minutes)."""
    rows = []
    for start, minutes in walks:
        began = int(start.timestamp() * 1000)
        offset = (start.utcoffset() or dt.timedelta()).total_seconds()
        rows.append(session(began, began + minutes * 60_000, int(offset), kind))
    return database(SESSIONS, "CREATE TABLE steps_record_table (count INTEGER)", *rows)
