"""Files that are made to fill the memory: refused, in a process whose peak is measured."""

from __future__ import annotations

import datetime as dt
import io
import random
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.imports import making

pytestmark = pytest.mark.slow

MB = 1_000_000
#: Peak of the process, of which Python and the readers take 50 MB.
MOST = 300
#: The peak of this process alone: that of ``getrusage`` begins with the one of the process that starts it.
SCRIPT = """
import sys
from walking.imports import reading
from walking.imports.found import Unreadable

with open(sys.argv[1], "rb") as file:
    try:
        outcome = sum(1 for _walk in reading.walks(file))
    except Unreadable as refusal:
        outcome = refusal.code
with open("/proc/self/status") as status:
    peak = next(line.split()[1] for line in status if line.startswith("VmHWM"))
print(outcome, int(peak) // 1000)
"""


def measured(path: Path) -> tuple[str, int]:
    """What a process of its own makes of the file, and the peak of its memory in MB."""
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(path)],
        check=True,
        capture_output=True,
        text=True,
        timeout=120,
        cwd=Path(__file__).parents[2],
    )
    outcome, peak = done.stdout.split()
    return outcome, int(peak)


def zipped(xml: bytes) -> bytes:
    """A zip with bytes that cannot be packed, so that the whole is not suspiciously small."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("export.xml", xml)
        archive.writestr("noise", random.Random(1).randbytes(len(xml) // 195))
    return out.getvalue()


def health(body: bytes) -> bytes:
    return b"<HealthData>" + body + b"</HealthData>"


WALK = (
    b'<Workout workoutActivityType="HKWorkoutActivityTypeWalking"'
    b' startDate="2026-11-27 08:15:00 +1000" duration="9">'
)
GPX = b'<gpx version="1.1" creator="t">%b</gpx>'
SEGMENT = GPX % b"<trk><trkseg>%b</trkseg></trk>"
TCX = making.tcx(dt.datetime(2026, 11, 27, 8, 15, tzinfo=dt.UTC), 5)


def members() -> bytes:
    """A list of a million members, and no member."""
    entry = struct.pack(
        "<4sBBBBHHHHIIIHHHHHII", b"PK\1\2", 20, 3, 20, 0, 0, 0, 0, 33, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0
    )
    listed = (entry + b"a") * 1_000_000
    end = struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, 16960, 16960, len(listed), 0, 0)
    return listed + end


HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "elements in a zip": (lambda: zipped(health(b"<X/>" * 8_000_000)), "parts"),
    "elements": (lambda: health(b"<X/>" * 2_000_000), "parts"),
    "larger elements": (
        lambda: zipped(health(b'<Another kind="of a name that nobody knows"/>' * 1_000_000)),
        "0",
    ),
    "a walk that is never closed": (
        lambda: zipped(health(WALK + b'<MetadataEntry key="a key" value="a value"/>' * 1_000_000)),
        "cut_off",
    ),
    "elements in one another": (lambda: zipped(health(b"<Correlation>" * 4_000_000)), "parts"),
    "attributes": (
        lambda: health(WALK[:-1] + b"".join(b' a%d=""' % n for n in range(600_000)) + b"/>"),
        "cut_off",
    ),
    "a declaration": (
        lambda: zipped(
            b"<!DOCTYPE HealthData [" + b"<!ELEMENT X ANY>" * 4_000_000 + b"]>" + health(b"")
        ),
        "unsafe",
    ),
    "elements of a track": (lambda: SEGMENT % (b"<X/>" * 1_240_000), "parts"),
    "points": (lambda: SEGMENT % (b'<trkpt lat="1" lon="1"/>' * 205_000), "no_times"),
    "tracks": (lambda: GPX % (b"<trk/>" * 800_000), "parts"),
    "a track in itself": (lambda: GPX % (b"<trk>" * 900_000), "parts"),
    "names": (lambda: GPX % b"".join(b"<a%d/>" % n for n in range(240_000)), "0"),
    "attributes of a track": (
        lambda: GPX % (b"<trk %b/>" % b" ".join(b'a%d=""' % n for n in range(450_000))),
        "no_times",
    ),
    "prefixes": (
        lambda: GPX % (b"<trk %b/>" % b" ".join(b'xmlns:a%d="u"' % n for n in range(250_000))),
        "no_times",
    ),
    "elements of another track": (
        lambda: TCX.replace(b"<Track>", b"<Track>" + b"<X/>" * 1_200_000),
        "parts",
    ),
    "members of a zip": (members, "too_big"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_in_little_memory(name: str, tmp_path: Path) -> None:
    make, said = HOSTILE[name]
    path = tmp_path / "hostile"
    path.write_bytes(make())
    outcome, peak = measured(path)
    print(f"{name}: {path.stat().st_size // 1000} kB, {outcome}, {peak} MB")
    assert outcome == said
    assert peak < MOST


def test_a_large_export_is_read_in_little_memory(tmp_path: Path) -> None:
    record = (
        b' <Record type="HKQuantityTypeIdentifierStepCount" sourceName="Watch" sourceVersion="10.1" unit="count"'
        b' device="&lt;&lt;HKDevice: 0x0&gt;, name:Apple Watch&gt;" creationDate="2026-03-09 08:00:00 +1100"'
        b' startDate="2026-03-09 07:40:00 +1100" endDate="2026-03-09 07:50:00 +1100" value="83">\n'
        b'  <MetadataEntry key="HKMetadataKeyHeartRateMotionContext" value="1"/>\n </Record>\n'
    )
    part = record * 2_000 + WALK + b'<WorkoutEvent type="a" date="b"/></Workout>\n'
    number = 100 * MB // len(part)
    path = tmp_path / "export.xml"
    with path.open("wb") as file:
        file.write(making.APPLE_HEAD.encode())
        for _each in range(number):
            file.write(part)
        file.write(b"</HealthData>\n")
    outcome, peak = measured(path)
    print(f"{path.stat().st_size // MB} MB, {outcome} walks, {peak} MB")
    assert outcome == str(number)
    assert peak < 100


@pytest.mark.parametrize("how", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_zip_that_cannot_be_unpacked_in_parts_is_refused(how: int, tmp_path: Path) -> None:
    """``zipfile`` unpacks these in one go, whatever size the list of members gives."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", how) as archive:
        archive.writestr("walk.gpx", bytes(20 * MB))
    lying = bytearray(out.getvalue())
    at = lying.rindex(struct.pack("<I", 20 * MB))
    lying[at : at + 4] = struct.pack("<I", 4_000)
    path = tmp_path / "lying.zip"
    path.write_bytes(lying)
    assert measured(path)[0] == "packed"
