"""The ASVS table names what exists, and includes every requirement of levels 1 and 2."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.test_clinical_safety import names_in

ROOT = Path(__file__).resolve().parent.parent
TEXT = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (\d+\.\d+\.\d+) \| (\w+) \| (.+) \|$", TEXT, flags=re.M)
NAMED = sorted(
    set(re.findall(r"`((?:tests|walking|accounts|config|docker|templates)/[^`\s]*)`", TEXT))
)
#: Chapters 1 to 16: the number of level 1 and 2 requirements in each section, if it applies to this project.
SECTIONS = {
    1: (2, 9, 11, 3, 2), 2: (3, 3, 4, 1), 3: (0, 2, 4, 6, 5, 0, 2), 4: (3, 1, 2, 4), 5: (1, 3, 2, 3),
    6: (3, 11, 3, 4, 5, 3, 0, 4), 7: (3, 4, 2, 5, 2, 2), 8: (2, 3, 1, 1), 9: (3, 4), 11: (2, 3, 3, 4, 1, 1),
    12: (3, 2, 4), 13: (1, 5, 2, 5), 14: (2, 4, 3), 15: (3, 3, 7), 16: (1, 5, 4, 3, 3),
}  # fmt: skip


@pytest.mark.parametrize("named", NAMED)
def test_each_test_and_file_that_is_named_is_there(named: str) -> None:
    file, _, name = named.partition("::")
    assert (ROOT / file).exists(), named
    assert not name or name in names_in(file), named


def test_no_requirement_is_left_out() -> None:
    wanted = [
        f"{chapter}.{section}.{number}"
        for chapter, sections in SECTIONS.items()
        for section, count in enumerate(sections, 1)
        for number in range(1, count + 1)
    ]
    assert [row[0] for row in ROWS] == wanted


def test_each_says_whether_it_is_met_and_how() -> None:
    for number, met, how in ROWS:
        assert met in {"yes", "part", "no", "none"}, number
        assert len(how) >= 3, number
