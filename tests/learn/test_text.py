"""What the lessons say: readable, sourced, whole, and safe whoever wrote it."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from statistics import mean
from xml.etree import ElementTree

import pytest
from bs4 import BeautifulSoup

from walking.learn import html, reading
from walking.learn.lesson import Lesson, cited, without_marks
from walking.learn.shipped import HERE, questions_asked, shipped
from walking.learn.sources import known, sources

ROOT = Path(__file__).resolve().parents[2]
LESSONS = list(shipped().values())
each_lesson = pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.slug)

#: School grades: of all lessons together, and of any one.
ON_AVERAGE, AT_MOST = 7.0, 9.0


def plain(lesson: Lesson) -> str:
    """Everything of a lesson that a patient reads, as sentences."""
    texts = [
        lesson.title,
        lesson.summary,
        BeautifulSoup(html.page(lesson.body), "lxml").get_text("\n"),
    ]
    for question in lesson.questions:
        texts.append(question.text)
        for answer in question.answers:
            texts += [answer.text, without_marks(answer.why)]
    texts += [lesson.to_try, lesson.picture_title, lesson.picture_says]
    return sentences("\n".join(texts))


def sentences(text: str) -> str:
    """A line without a full stop is a sentence too: a heading, a row of a list."""
    lines = [line.strip() for line in text.splitlines()]
    return " ".join(line if line[-1] in ".?!:" else f"{line}." for line in lines if line)


def grade(text: str) -> float:
    """The school grade by the two measures that count letters, words and sentences, and so need no word list."""
    # Importing it takes a second or two, because it brings scipy.
    import textstat

    textstat.set_lang("en")
    measures = (textstat.automated_readability_index, textstat.coleman_liau_index)
    return mean(float(measure(text)) for measure in measures)


def paragraphs(lesson: Lesson) -> str:
    """The running text alone: headings and short answers would make it look easier than it is."""
    page = BeautifulSoup(html.page(lesson.body), "lxml")
    return sentences("\n".join(each.get_text() for each in page.find_all(["p", "li"])))


def test_the_measure_tells_easy_from_hard() -> None:
    assert grade("You go for a walk. It is short. Your back likes it.") < 4
    hard = (
        "Kinesiophobia necessitates individualised multidisciplinary rehabilitation interventions."
    )
    assert grade(hard) > AT_MOST


def test_all_lessons_together_can_be_read_at_the_age_of_twelve() -> None:
    assert mean(grade(plain(lesson)) for lesson in LESSONS) <= ON_AVERAGE
    assert mean(grade(paragraphs(lesson)) for lesson in LESSONS) <= ON_AVERAGE


@each_lesson
def test_each_lesson_is_easy_to_read_and_short(lesson: Lesson) -> None:
    assert grade(plain(lesson)) <= AT_MOST
    assert grade(paragraphs(lesson)) <= AT_MOST
    words = len(without_marks(lesson.body).split())
    # Slow readers manage 120 words a minute, quick ones 250 (ours).
    assert 250 <= words <= 500
    assert 2 <= lesson.minutes <= 4


def test_what_patients_ask_is_easy_to_read_too() -> None:
    asked = questions_asked("en")
    text = sentences("\n".join(f"{q}\n{without_marks(a)}" for q, a in asked.pairs))
    assert grade(re.sub(r"\]\([^)]*\)", "]", text)) <= ON_AVERAGE


def test_there_are_twelve_lessons_and_more_and_they_come_in_an_order() -> None:
    assert len(LESSONS) >= 12
    weeks = [lesson.week for lesson in LESSONS]
    assert all(1 <= week <= 26 for week in weeks)
    assert len(set(weeks)) == len(weeks)


def told_in_docs() -> set[str]:
    return set(re.findall(r"^## `([\w-]+)`", (ROOT / "docs/sources.md").read_text(), re.MULTILINE))


@each_lesson
def test_every_claim_of_a_lesson_has_a_source_that_the_docs_tell_of(lesson: Lesson) -> None:
    assert lesson.sources
    assert set(lesson.sources) <= told_in_docs()
    assert all(known(key) for key in lesson.sources)


def test_so_has_every_claim_of_what_patients_ask() -> None:
    assert set(questions_asked("en").sources) <= told_in_docs()


def test_every_source_is_used_and_told_of() -> None:
    used = {key for lesson in LESSONS for key in lesson.sources} | set(
        questions_asked("en").sources
    )
    assert set(sources()) == used - {"ours"}
    assert told_in_docs() == used


@each_lesson
def test_a_number_of_a_trial_is_never_without_a_source(lesson: Lesson) -> None:
    """Sentences with a per cent, a count of people or days from research stand beside a mark."""
    for text in lesson.texts():
        for sentence in re.split(r"(?<=[.?!])\s+(?!\[@)", text):
            if re.search(r"\b(701|208|112|43 percent|64 people|16 people|130 minutes)\b", sentence):
                assert cited([sentence]), sentence


@each_lesson
def test_every_question_explains_each_answer_and_has_one_that_is_right(lesson: Lesson) -> None:
    assert len(lesson.questions) == reading.QUESTIONS
    for question in lesson.questions:
        assert sum(answer.right for answer in question.answers) == 1
        assert len(question.answers) >= 2
        assert all(len(without_marks(answer.why)) > 15 for answer in question.answers)


def test_the_right_answer_is_not_always_at_the_same_place() -> None:
    places = [
        [answer.right for answer in question.answers].index(True)
        for lesson in LESSONS
        for question in lesson.questions
    ]
    assert max(places.count(place) for place in set(places)) < len(places) * 0.6


@each_lesson
def test_every_lesson_has_a_picture_that_is_safe_and_told_in_words(lesson: Lesson) -> None:
    drawn = ElementTree.parse(HERE / "pictures" / f"{lesson.picture}.svg").getroot()  # noqa: S314 - ours
    assert drawn.get("viewBox") == "0 0 320 180"
    for part in drawn.iter():
        # Colours come by classes, so that it is right in light and in dark.
        assert not {"style", "fill", "stroke"} & set(part.attrib)
        assert part.tag.rpartition("}")[2] in {
            "svg",
            "g",
            "path",
            "circle",
            "ellipse",
            "rect",
            "text",
        }
    assert lesson.picture_title
    assert len(lesson.picture_says) > 30


def test_each_picture_is_of_one_lesson() -> None:
    drawn = {file.stem for file in (HERE / "pictures").glob("*.svg")}
    named = [lesson.picture for lesson in LESSONS]
    assert sorted(named) == sorted(drawn)


@each_lesson
def test_links_of_a_lesson_lead_to_pages_that_exist(lesson: Lesson, client) -> None:
    from django.urls import resolve

    for link in BeautifulSoup(html.page(lesson.body, lesson.sources), "lxml").find_all("a"):
        href = link["href"]
        assert href.startswith("#source-") or resolve(href)


@pytest.mark.parametrize(
    "bad",
    [
        "<script>alert(1)</script>",
        "[tap](javascript:alert(1))",
        "<a href='javascript:alert(1)'>tap</a>",
        "[tap](JaVaScRiPt:alert(1))",
        "[tap](data:text/html;base64,PHNjcmlwdD4=)",
        "[tap](vbscript:x)",
        "![see](https://elsewhere.example/who.png)",
        "<img src=x onerror=alert(1)>",
        "<svg onload=alert(1)>",
        "<iframe src='https://elsewhere.example'></iframe>",
        "<style>body{display:none}</style>",
        "<p onclick='alert(1)' style='position:fixed'>tap</p>",
        "[@<script>alert(1)</script>]",
        "[tap](http://elsewhere.example)",
    ],
)
def test_nothing_that_a_clinic_writes_can_do_harm(bad: str) -> None:
    for shown in (html.page(bad), html.line(bad), html.page(f"- {bad}\n\n> {bad}")):
        page = BeautifulSoup(shown, "lxml")
        assert not page.find_all(["script", "img", "svg", "iframe", "style", "object", "form"])
        for tag in page.find_all(True):
            assert not set(tag.attrs) - {"href", "rel"}
            href = tag.get("href", "")
            assert not href or href.startswith(("https://", "mailto:", "tel:", "/", "#"))


def test_it_keeps_what_is_meant() -> None:
    shown = html.page(
        "# One\n\nSome *soft* and **strong** words. [@sitting]\n\n- a\n- b", ("sitting",)
    )
    assert shown.startswith("<h2>One</h2>")
    assert "<em>soft</em>" in shown
    assert "<li>a</li>" in shown
    assert 'href="#source-1"' in shown


QUESTION = "? Which?\n+ This | It is right.\n- That | It is not.\n"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "Write three questions; there are 0."),
        (QUESTION * 2, "Write three questions; there are 2."),
        (QUESTION * 4, "Write three questions; there are 4."),
        (QUESTION * 2 + "? Which?\n- a | b\n- c | d", "Question 3: give one right answer"),
        (QUESTION * 2 + "? Which?\n+ a | b", "Question 3: give one right answer"),
        ("? Which?\n+ This", "Line 2: write the answer, then | and why"),
        ("Which?", "Line 1: begin a question with ?"),
        ("+ This | first", "Line 1: begin a question with ?"),
    ],
)
def test_questions_that_cannot_be_read_say_where(text: str, says: str) -> None:
    with pytest.raises(reading.Unreadable, match=re.escape(says)):
        reading.questions(text)


def test_a_file_without_its_settings_is_refused() -> None:
    with pytest.raises(ValueError, match="x: "):
        reading.lesson(f"+++\nweek = 1\n+++\nText\n+++\n{QUESTION * 3}", slug="x", language="en")
    with pytest.raises(ValueError, match="3 parts"):
        reading.lesson("Text", slug="x", language="en")


def test_lessons_are_dated_and_versioned() -> None:
    for lesson in LESSONS:
        assert lesson.version >= 1
        assert lesson.dated <= dt.date(2100, 1, 1)
