"""Every text that patients may read is measured as the lessons are: pages, questions, mail, reasons for a week."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from statistics import fmean

import pytest

from tests.learn.test_text import AT_MOST, ON_AVERAGE, ROOT, grade, sentences

#: What patients see; the desk is for those who work there.
TEMPLATES = ("patient", "companions", "learn", "account", "mfa", "usersessions", "mail")
CODE = (
    *("walking/patient", "walking/questions", "walking/companions", "walking/mail/letters"),
    *("walking/programme", "walking/push"),
)
#: Pages of a companion that physiotherapists see.
OF_THE_DESK = re.compile(r"/desk\.py$|/companion\.py$|/letters/(digest|urgent)\w*\.py$")
GETTEXT = {"_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy", "pgettext"}
IN_TEMPLATE = re.compile(
    r"""{%\s*translate\s+(?:"([^"]+)"|'([^']+)')[^%]*%}|{%\s*blocktranslate[^%]*%}(.*?){%\s*endblocktranslate""",
    re.DOTALL,
)
#: A label or a name alone is no sentence to be measured; and a file of few words cannot be.
FEWEST_WORDS, ENOUGH = 4, 60


def of_template(file: Path) -> Iterator[str]:
    for one, other, block in IN_TEMPLATE.findall(file.read_text(encoding="utf-8")):
        text = (one or other or block).split("{% plural %}")[-1]
        yield re.sub(r"{{[^}]+}}", "3", re.sub(r"<[^>]+>", "", text))


def of_code(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in GETTEXT:
            texts = [arg.value for arg in node.args if isinstance(arg, ast.Constant)]
            said = [text for text in texts if isinstance(text, str)]
            yield from (
                re.sub(r"%\(\w+\)s|%s|\{\w*\}|\[@[\w-]+\]", "3", text) for text in said[-1:]
            )


def patient_files() -> Iterator[Path]:
    for folder in TEMPLATES:
        yield from (ROOT / "templates" / folder).rglob("*.html")
    for folder in CODE:
        yield from (ROOT / folder).rglob("*.py")


def words_of(file: Path) -> str:
    """The sentences of a file; empty where there are too few to be measured."""
    said = of_template(file) if file.suffix == ".html" else of_code(file)
    long = [text.strip() for text in said if len(text.split()) >= FEWEST_WORDS]
    text = sentences("\n".join(" ".join(each.split()) for each in long))
    return text if len(text.split()) >= ENOUGH else ""


MEASURED = {
    str(file.relative_to(ROOT)): text
    for file in sorted(patient_files())
    if not OF_THE_DESK.search(str(file)) and (text := words_of(file))
}


def test_nearly_everything_that_patients_read_is_measured() -> None:
    assert sum(len(text.split()) for text in MEASURED.values()) > 8000
    for name in (
        "templates/patient/flare_up.html",
        "walking/programme/red_flags.py",
        "templates/companions/sitting/sitting.html",
        "walking/mail/letters/paused.py",
        "walking/questions/check_in.py",
        "walking/programme/review.py",
    ):
        assert name in MEASURED


@pytest.mark.parametrize("name", MEASURED)
def test_no_page_and_no_letter_is_hard_to_read(name: str) -> None:
    assert grade(MEASURED[name]) <= AT_MOST


def test_all_of_it_can_be_read_at_the_age_of_twelve() -> None:
    assert fmean(grade(text) for text in MEASURED.values()) <= ON_AVERAGE
