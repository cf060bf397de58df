"""The bench in its short form: that it runs, and that its figures have the form that others read."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.services import PATIENCE, PYTHON, ROOT, Missing, find_postgres

pytestmark = pytest.mark.slow

FORM = {
    "review": {"rate", "floor", "ratio", "usual_ratio"},
    "mail": {"rate", "floor", "ratio"},
    "today": {"p50_ratio", "p99_ratio"},
    "simulate": {"ratio"},
    "memory": {"ratio"},
    "caseload": {"queries", "ratio"},
}


@pytest.mark.stack
@pytest.mark.slow
def test_the_short_bench_writes_every_figure(tmp_path: Path) -> None:
    try:
        find_postgres()
    except Missing as missing:
        pytest.skip(str(missing))
    out = tmp_path / "bench.json"
    run = subprocess.run(
        [PYTHON, "-m", "bench.run", "--short", "--out", out],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    figures = json.loads(out.read_text())
    for work, names in FORM.items():
        assert names <= figures[work].keys()
        for name in names:
            assert figures[work][name] > 0, (work, name)
            if work != "caseload":
                assert f"{work:<10} {name:<12}" in run.stdout or name in {"rate", "floor"}
    assert figures["machine"]["cores"] >= 1
    assert figures["caseload"]["queries"] == figures["caseload"]["queries_small"]
