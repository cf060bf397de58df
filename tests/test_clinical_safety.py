"""The hazard log names tests that exist, and contains what is required for every hazard."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LOG = (ROOT / "docs" / "clinical-safety.md").read_text(encoding="utf-8")
HAZARDS = re.split(r"^### ", LOG.partition("## Hazards")[2].partition("\n## ")[0], flags=re.M)[1:]
PROOFS = re.findall(r"`(tests/[^`:]+\.py)::(\w+)`", LOG)
ACCEPTABLE = 4


def names_in(file: str) -> set[str]:
    path = ROOT / file
    if not path.is_file():
        return set()
    return {
        node.name
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }


@pytest.mark.parametrize(("file", "name"), PROOFS, ids=lambda part: str(part).rpartition("/")[2])
def test_each_test_that_is_named_is_there(file: str, name: str) -> None:
    assert name in names_in(file), f"docs/clinical-safety.md names {file}::{name}"


@pytest.mark.parametrize("hazard", HAZARDS, ids=lambda text: text.split()[0])
def test_each_hazard_is_told_whole(hazard: str) -> None:
    for part in ("Causes", "Effect", "Controls", "Risk", "Proof"):
        assert f"**{part}:**" in hazard
    severity = int(re.search(r"Severity (\d)", hazard)[1])  # type: ignore[index]
    sums = re.findall(r"(\d) × (\d) = (\d+)", hazard)
    assert len(sums) == 2
    for harm, likely, risk in sums:
        assert int(harm) == severity
        assert int(harm) * int(likely) == int(risk)
    assert int(sums[1][2]) <= min(ACCEPTABLE, int(sums[0][2]))
    assert "::test_" in hazard


def test_the_hazards_are_numbered_and_many() -> None:
    assert [text.split()[0] for text in HAZARDS] == [f"H{n}" for n in range(1, len(HAZARDS) + 1)]
    assert len(HAZARDS) >= 10
    assert len(PROOFS) >= 30
