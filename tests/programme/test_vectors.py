"""The 59 published cases, which scripts and clinics outside this repository rely on."""

import json
from pathlib import Path
from typing import Any

import pytest

from walking.programme.scenario import simulate

CASES = json.loads((Path(__file__).parents[1] / "vectors" / "progression.json").read_bytes())


def test_all_of_them_are_here() -> None:
    assert len({case["name"] for case in CASES}) == 59


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_a_case_comes_out_exactly(case: dict[str, Any]) -> None:
    assert simulate(case["scenario"]) == case["expected"]
