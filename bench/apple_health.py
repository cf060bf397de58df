"""Read an export of Apple Health of 500 MB in a process of its own: ``python -m bench.apple_health [MB]``.

Prints the peak of its memory (MB) and the seconds it took, next to those of a process in which lxml goes through the
same file and drops every element, which is the least that a parser of the whole file costs.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE HealthData [\n<!ELEMENT HealthData (Record|Workout)*>\n]>\n'
    '<HealthData locale="en_AU">\n'
)
_RECORD = (
    ' <Record type="HKQuantityTypeIdentifierStepCount" sourceName="Watch" sourceVersion="10.1" unit="count"'
    ' device="&lt;&lt;HKDevice: 0x0&gt;, name:Apple Watch, manufacturer:Apple Inc., model:Watch&gt;"'
    ' creationDate="2025-{month:02}-{day:02} 08:00:00 +1100" startDate="2025-{month:02}-{day:02} 07:40:00 +1100"'
    ' endDate="2025-{month:02}-{day:02} 07:50:00 +1100" value="{n}"/>\n'
)
_WORKOUT = (
    ' <Workout workoutActivityType="HKWorkoutActivityTypeWalking" duration="21.5" durationUnit="min"'
    ' startDate="2025-{month:02}-{day:02} 07:30:00 +1100" endDate="2025-{month:02}-{day:02} 07:52:00 +1100">\n'
    '  <WorkoutStatistics type="HKQuantityTypeIdentifierStepCount" sum="2150" unit="count"/>\n </Workout>\n'
)


def write(path: Path, megabytes: int) -> int:
    """Write an export of that size; return the number of its walks, one in 2,000 lines."""
    walks = n = 0
    with path.open("w", encoding="utf-8") as file:
        size = file.write(_HEAD)
        while size < megabytes * 1_000_000:
            when = {"month": n % 12 + 1, "day": n % 28 + 1, "n": n}
            size += file.write(_RECORD.format(**when))
            if n % 2000 == 0:
                size += file.write(_WORKOUT.format(**when))
                walks += 1
            n += 1
        file.write("</HealthData>\n")
    return walks


def _ours(path: str) -> int:
    from walking.imports import reading

    with Path(path).open("rb") as file:
        return sum(1 for _walk in reading.walks(file))


def _floor(path: str) -> int:
    from lxml import etree

    count = 0
    for _event, element in etree.iterparse(path, tag=("Record", "Workout")):
        count += element.tag == "Workout"
        element.clear()
        parent = element.getparent()
        while parent is not None and element.getprevious() is not None:
            del parent[0]
    return count


def measure(how: str, path: Path) -> tuple[int, float, float]:
    """Return walks, seconds, and the peak of memory in MB, of a process that reads ``path``."""
    command = [sys.executable, "-m", "bench.apple_health", how, str(path)]
    out = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    return int(out[0]), float(out[1]), float(out[2])


def main() -> None:
    if len(sys.argv) > 2:
        started = time.perf_counter()
        walks = {"ours": _ours, "floor": _floor}[sys.argv[1]](sys.argv[2])
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
        print(walks, round(time.perf_counter() - started, 2), round(peak, 1))
        return
    megabytes = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "export.xml"
        walks = write(path, megabytes)
        for how in ("floor", "ours", "floor", "ours"):
            read, seconds, peak = measure(how, path)
            assert read == walks, (read, walks)
            print(f"{how:>6}: {megabytes} MB, {read} walks, {seconds:6.2f} s, peak {peak:6.1f} MB")


if __name__ == "__main__":
    main()
