"""`manage.py simulate`: none of these tests may touch a database, and pytest-django sees to it."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

ROOT = Path(__file__).parents[2]
VECTORS = ROOT / "tests" / "vectors" / "progression.json"
SCENARIO = {"plan": {"start": "2026-03-02"}, "weeks": [{}]}


def written(folder: Path, content: str | bytes) -> str:
    file = folder / "scenario.json"
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return str(file)


def simulated(file: str) -> Any:
    output = io.StringIO()
    call_command("simulate", file, stdout=output)
    return json.loads(output.getvalue())


def test_it_answers_all_the_vectors_exactly(tmp_path: Path) -> None:
    cases = json.loads(VECTORS.read_bytes())
    answers = simulated(written(tmp_path, json.dumps([case["scenario"] for case in cases])))
    assert answers == [case["expected"] for case in cases]


def test_it_answers_one_scenario_with_one_answer(tmp_path: Path) -> None:
    assert simulated(written(tmp_path, json.dumps(SCENARIO)))["status"] == "active"


def test_it_bears_a_byte_order_mark(tmp_path: Path) -> None:
    content = b"\xef\xbb\xbf" + json.dumps(SCENARIO).encode()
    assert simulated(written(tmp_path, content))["status"] == "active"


def test_it_reads_standard_input_without_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    given = io.TextIOWrapper(io.BytesIO(json.dumps([SCENARIO]).encode()))
    monkeypatch.setattr("sys.stdin", given)
    output = io.StringIO()
    call_command("simulate", stdout=output)
    assert len(json.loads(output.getvalue())) == 1


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "the input is not JSON"),
        ("", "the input is not JSON"),
        (b'{"plan": "\xff"}', "the input is not UTF-8 (byte 10)"),
        ('{"plan": {}, "weeks": []}', "plan.start: is required"),
        (
            json.dumps([SCENARIO, SCENARIO, {**SCENARIO, "weeks": [{"walks": [{"day": 9}]}]}]),
            "[2].weeks[0].walks[0].day: must be a whole number from 1 to 7, not 9",
        ),
    ],
)
def test_unusable_input_ends_with_2_and_prints_nothing(
    tmp_path: Path, content: str | bytes, message: str
) -> None:
    output = io.StringIO()
    with pytest.raises(CommandError) as caught:
        call_command("simulate", written(tmp_path, content), stdout=output)
    assert caught.value.returncode == 2
    assert message in str(caught.value)
    assert output.getvalue() == ""


@pytest.mark.parametrize("name", ["missing.json", ".", "nul\0l"])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, name: str) -> None:
    with pytest.raises(CommandError, match=r"^FILE .* cannot be read") as caught:
        call_command("simulate", f"{tmp_path}/{name}")
    assert caught.value.returncode == 2


def run(text: str) -> subprocess.CompletedProcess[str]:
    nowhere = {"DATABASE_URL": "postgres://nobody@127.0.0.1:1/nothing"}
    return subprocess.run(
        [sys.executable, "manage.py", "simulate"],
        input=text,
        cwd=ROOT,
        env=os.environ | nowhere,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.slow
def test_as_a_process_it_needs_no_database() -> None:
    done = run(json.dumps(SCENARIO))
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["weeks"][0]["reason"] == "no_data"


@pytest.mark.slow
def test_as_a_process_it_says_on_standard_error_what_is_wrong() -> None:
    done = run('[{"plan": {"start": "soon"}, "weeks": []}]')
    assert (done.returncode, done.stdout) == (2, "")
    assert "[0].plan.start: must be a calendar date" in done.stderr
    assert "Traceback" not in done.stderr
