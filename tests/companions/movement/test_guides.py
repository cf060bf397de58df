"""What patients read and see of the patterns: whole, plain, sourced, and drawn."""

from __future__ import annotations

import re
from statistics import mean
from xml.etree import ElementTree

import pytest

from scripts.draw_movements import drawn
from tests.learn.test_text import AT_MOST, ON_AVERAGE, ROOT, grade, sentences, told_in_docs
from walking.companions.movement.pages import WHY
from walking.companions.movement.patterns import (
    FIRST,
    PICTURES,
    STOP,
    Guide,
    Measure,
    guides,
    picture,
)
from walking.companions.movement.rules import COUNT, SECONDS, Pattern, Version, Why
from walking.learn.lesson import cited, without_marks

GUIDES = list(guides().values())
each_guide = pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.pattern.value)


def text(guide: Guide) -> str:
    lines = [guide.name, guide.about, guide.needs, *guide.cues, guide.stop]
    for way in guide.ways.values():
        lines += [way.name, *(step.text for step in way.steps)]
    for habit in guide.habits:
        lines += [habit.seen, habit.helps]
    return sentences("\n".join(without_marks(line) for line in lines))


def test_there_is_a_guide_to_every_pattern_in_three_versions() -> None:
    assert list(guides()) == list(Pattern)
    for guide in GUIDES:
        assert list(guide.ways) == list(Version)


@each_guide
def test_each_can_be_read_at_the_age_of_twelve(guide: Guide) -> None:
    assert grade(text(guide)) <= ON_AVERAGE
    for way in guide.ways.values():
        steps = sentences("\n".join(step.text for step in way.steps))
        assert grade(steps) <= AT_MOST
        for sentence in re.split(r"[.?!] ", steps):
            assert len(sentence.split()) <= 15, sentence


def test_all_of_them_together_and_what_comes_before_can_too() -> None:
    assert mean(grade(text(guide)) for guide in GUIDES) <= ON_AVERAGE
    assert grade(sentences("\n".join(map(without_marks, (*FIRST, *STOP))))) <= ON_AVERAGE


@each_guide
def test_each_version_has_steps_with_a_picture_of_its_own(guide: Guide) -> None:
    for way in guide.ways.values():
        assert 3 <= len(way.steps) <= 5
        assert len({step.picture for step in way.steps}) >= 2
        assert way.amount in (COUNT if way.measure is Measure.TIMES else SECONDS)
    assert len(guide.cues) == 3
    assert guide.habits
    assert guide.stop


def test_the_versions_differ_in_what_is_done() -> None:
    for guide in GUIDES:
        told = [tuple(step.text for step in way.steps) for way in guide.ways.values()]
        assert len(set(told)) == len(Version)


def test_every_claim_has_a_source_that_the_docs_tell_of() -> None:
    assert "motum" in cited(FIRST)
    assert set(cited((*FIRST, *STOP))) <= told_in_docs()


def test_every_sentence_before_the_first_session_names_its_source() -> None:
    assert all(cited([sentence]) for sentence in FIRST)


def test_no_pattern_promises_anything_to_a_back() -> None:
    """No source says what a pattern does; so no guide does either."""
    promise = re.compile(
        r"\b(heal|cure|stronger back|prevent|protect|relie[fv]|less pain|fix)", re.IGNORECASE
    )
    for guide in GUIDES:
        assert not promise.search(text(guide)), guide.name


def test_every_picture_is_shown_and_every_picture_shown_is_there() -> None:
    shown = {step.picture for guide in GUIDES for way in guide.ways.values() for step in way.steps}
    assert shown == {file.stem for file in PICTURES.glob("*.svg")}


def test_pictures_are_as_they_are_drawn() -> None:
    """Change a pose in scripts/draw_movements.py, and run it."""
    for name, svg in drawn().items():
        assert (PICTURES / f"{name}.svg").read_text(encoding="utf-8") == svg


def test_pictures_are_plain_and_of_one_shape() -> None:
    for name, svg in drawn().items():
        root = ElementTree.fromstring(svg)  # noqa: S314 - our own
        _x, _y, width, height = map(float, root.attrib["viewBox"].split())
        assert abs(width / height - 240 / 170) < 0.01, name
        for element in root.iter():
            kind = element.tag.rpartition("}")[2]
            assert kind in {"svg", "g", "path", "rect", "circle"}
            assert not {"style", "fill", "stroke", "id", "href"} & set(element.attrib)
        assert len(svg) < 8000


def test_a_picture_in_a_page_is_left_out_by_those_who_listen() -> None:
    svg = picture("all-fours")
    assert svg.startswith('<svg class="pose" aria-hidden="true" focusable="false" viewBox=')


def test_what_the_pages_say_around_them_is_as_plain() -> None:
    said = []
    for file in (ROOT / "templates/companions/movement").glob("*.html"):
        words = re.findall(
            r'{% translate "([^"]+)" %}|{% blocktranslate[^%]*%}(.*?){% ', file.read_text()
        )
        said += [re.sub(r"{{[^}]+}}|<[^>]+>", "", one or other) for one, other in words]
    assert len(said) > 20
    assert grade(sentences("\n".join(said))) <= ON_AVERAGE
    assert set(WHY) == set(Why)
    assert grade(sentences("\n".join(WHY.values()))) <= ON_AVERAGE
