"""Companions in a patient's words: readable by the measure of the lessons."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.learn.test_text import ON_AVERAGE, grade, sentences
from walking.companions.loads.tasks import TASKS

ROOT = Path(__file__).resolve().parents[2]
TRANSLATED = re.compile(r'{% translate "([^"]+)" %}|{% blocktranslate[^%]*%}(.*?){% ', re.DOTALL)


def said_by(folder: str) -> str:
    """What the templates of a companion say, as sentences."""
    found = []
    for file in sorted((ROOT / "templates" / "companions" / folder).glob("*.html")):
        for one, other in TRANSLATED.findall(file.read_text()):
            found.append(re.sub(r"{{[^}]+}}|<[^>]+>", "", one or other))
    return sentences("\n".join(found))


@pytest.mark.parametrize("folder", ["sitting", "loads"])
def test_the_pages_are_readable(folder: str) -> None:
    assert grade(said_by(folder)) <= ON_AVERAGE


def test_the_tasks_are_readable() -> None:
    text = "\n".join(str(line) for task in TASKS.values() for line in (*task.way, *task.loads))
    assert grade(sentences(text)) <= ON_AVERAGE
