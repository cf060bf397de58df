"""A file of patients to invite: CSV as spreadsheets write it. Mistakes are reported by line and column."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from walking.care.refusal import Refused
from walking.numbers import whole_number
from walking.programme import settings as rules
from walking.programme.dose import Dose
from walking.programme.ranges import InvalidProgramme, Range
from walking.programme.screening import (
    COMFORTABLE_MINUTES,
    Criterion,
    Screened,
    baseline_minutes,
)
from walking.programme.settings import PACES, Programme

MOST_BYTES: Final = 500_000
MOST_LINES: Final = 500

NEEDED: Final = (
    "name",
    "email",
    *(criterion.value for criterion in Criterion),
    "comfortable_minutes",
)
#: If missing or empty, the clinic's programme supplies the value.
MAY: Final = (
    "reason",
    "baseline_minutes",
    "baseline_days",
    "goal_minutes",
    "goal_days",
    "pace",
    "message",
)
COLUMNS: Final = (*NEEDED, *MAY)
YES, NO = frozenset({"yes", "y", "true", "1", "x"}), frozenset({"no", "n", "false", "0"})
_LONGEST: Final = {"name": 120, "reason": 500, "message": 2000}
_NUMBERS: Final = {
    "comfortable_minutes": COMFORTABLE_MINUTES,
    "baseline_minutes": rules.BASELINE_MINUTES,
    "baseline_days": rules.BASELINE_DAYS,
    "goal_minutes": rules.GOAL_MINUTES,
    "goal_days": rules.GOAL_DAYS,
}


@dataclass(frozen=True, slots=True)
class Problem:
    """A mistake. ``line`` is where the row begins in the file, from 1; ``column`` is empty for the whole row."""

    line: int
    column: str
    words: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """Someone to invite: the arguments of ``enrol.invite``."""

    line: int
    name: str
    email: str
    message: str
    programme: Programme
    screened: Screened


@dataclass(frozen=True, slots=True)
class PatientFile:
    """The good rows and the problems, each in the order of the file."""

    candidates: tuple[Candidate, ...]
    problems: tuple[Problem, ...]


def read(content: bytes, usual: Programme) -> PatientFile:
    """Read the rows of a file. ``usual`` fills in what a row leaves out.

    UTF-8 with or without its mark, UTF-16 with it, or Windows-1252; commas, semicolons or tabs. Raises ``Refused``
    with the field ``file`` if it is not such a file, or is longer than ``MOST_BYTES`` or ``MOST_LINES``.
    """
    rows = list(_rows(_text(content)))
    if len(rows) > MOST_LINES:
        raise Refused(
            _("There are more than %(n)s patients in the file. Split it.") % {"n": MOST_LINES},
            "file",
        )
    candidates, problems, lines = [], [], dict[str, int]()
    for line, cells in rows:
        row = _Row(line, cells, usual)
        candidate = row.candidate()
        email = cells.get("email", "").lower()
        if candidate is not None and (first := lines.setdefault(email, line)) != line:
            row.wrong("email", _("The same address stands in line %(line)s.") % {"line": first})
            candidate = None
        problems += row.problems
        if candidate is not None:
            candidates.append(candidate)
    return PatientFile(tuple(candidates), tuple(problems))


def _text(content: bytes) -> str:
    if not content.strip():
        raise Refused(_("The file is empty."), "file")
    if len(content) > MOST_BYTES:
        raise Refused(_("The file is too large. Split it into parts of at most 500 kB."), "file")
    marked = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "cp1252"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise Refused(_("This is no text. Save the table as CSV (UTF-8) and choose that file."), "file")


def _rows(text: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Return each row that is not empty, by column name, with the line at which it begins."""
    first = next(line for line in text.splitlines() if line.strip())
    separator = max(";,\t", key=first.count)
    reader = csv.reader(io.StringIO(text), delimiter=separator, strict=True)
    header: list[str] | None = None
    begins = 1
    try:
        for cells in reader:
            stripped = [cell.strip() for cell in cells]
            if any(stripped):
                if header is None:
                    header = _header(stripped)
                else:
                    # More cells than columns: report them.
                    extra = {"": "".join(stripped[len(header) :])}
                    yield begins, dict(zip(header, stripped, strict=False)) | extra
            begins = reader.line_num + 1
    except csv.Error:
        raise Refused(
            _("Line %(line)s cannot be read: a quotation mark is missing or stands alone.")
            % {"line": begins},
            "file",
        ) from None


def _header(cells: list[str]) -> list[str]:
    names = [cell.lower().replace(" ", "_").replace("-", "_") for cell in cells]
    unknown = [cell for cell, name in zip(cells, names, strict=True) if name not in COLUMNS]
    missing = [name for name in NEEDED if name not in names]
    twice = sorted({name for name in names if names.count(name) > 1})
    for found, words in (
        (missing, _("The first line lacks these columns: %(names)s.")),
        (twice, _("These columns stand twice in the first line: %(names)s.")),
        (unknown, _("Nobody knows these columns: %(names)s. Take them out.")),
    ):
        if found:
            raise Refused(words % {"names": ", ".join(found)}, "file")
    return names


class _Row:
    """One row, read cell by cell. Collects all mistakes, so that they are shown together."""

    def __init__(self, line: int, cells: Mapping[str, str], usual: Programme) -> None:
        self.line, self.cells, self.usual = line, cells, usual
        self.problems: list[Problem] = []

    def wrong(self, column: str, words: str) -> None:
        self.problems.append(Problem(self.line, column, words))

    def candidate(self) -> Candidate | None:
        if self.cells[""]:
            self.wrong("", _("There are more cells than columns. Put quotation marks around text."))
        name, reason, message = (self._words(column) for column in ("name", "reason", "message"))
        # On one line, because it goes into email headers.
        name = " ".join(name.split())
        if not name:
            self.wrong("name", _("Give the patient's name."))
        email = self._email()
        holds = {criterion.value: self._yes(criterion.value) for criterion in Criterion}
        comfortable = self._number("comfortable_minutes")
        if comfortable is None and not self.cells.get("comfortable_minutes"):
            self.wrong("comfortable_minutes", _between(COMFORTABLE_MINUTES))
        programme = self._programme(comfortable)
        if self.problems or programme is None or comfortable is None:
            return None
        screened = Screened(**holds, comfortable_minutes=comfortable, reason=reason)
        return Candidate(self.line, name, email, message, programme, screened)

    def _words(self, column: str) -> str:
        words = self.cells.get(column, "")
        if len(words) > (longest := _LONGEST[column]):
            self.wrong(column, _("Use at most %(n)s characters.") % {"n": longest})
        return words

    def _email(self) -> str:
        email = self.cells.get("email", "")
        try:
            validate_email(email)
        except ValidationError:
            self.wrong("email", _("That is no email address. Write it like anna@example.org."))
        return email

    def _yes(self, column: str) -> bool:
        answer = self.cells.get(column, "").lower()
        if answer not in YES | NO:
            self.wrong(column, _("Write yes or no."))
        return answer in YES

    def _number(self, column: str) -> int | None:
        """Return the number in a cell, or None if it is empty or wrong."""
        cell, allowed = self.cells.get(column, ""), _NUMBERS[column]
        if not cell:
            return None
        number = whole_number(cell)
        if number is None or number not in allowed:
            self.wrong(column, _between(allowed))
            return None
        return number

    def _programme(self, comfortable: int | None) -> Programme | None:
        usual = self.usual
        goal = Dose(
            self._number("goal_minutes") or usual.goal.minutes,
            self._number("goal_days") or usual.goal.days,
        )
        days = self._number("baseline_days") or usual.baseline.days
        minutes = self._number("baseline_minutes")
        pace = self.cells.get("pace", "").lower()
        if pace and pace not in PACES:
            self.wrong("pace", _("Write one of these: %(names)s.") % {"names": ", ".join(PACES)})
        if self.problems or comfortable is None:
            return None
        if minutes is None:
            minutes = min(usual.baseline.minutes, baseline_minutes(comfortable, goal))
        steps = PACES[pace] if pace else usual
        try:
            return Programme(
                baseline=Dose(minutes, days),
                goal=goal,
                weekly_increase=steps.weekly_increase,
                weeks_per_rung=steps.weeks_per_rung,
                length_weeks=usual.length_weeks,
                allow_faster=usual.allow_faster,
                thresholds=usual.thresholds,
            )
        except InvalidProgramme as error:
            self.wrong(error.field.replace(".", "_"), error.sentence.render(_))
            return None


def _between(allowed: Range) -> str:
    return _("Choose a whole number from %(low)s to %(high)s.") % {
        "low": allowed.low,
        "high": allowed.high,
    }
