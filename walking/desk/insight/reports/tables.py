"""The reports as tables, each with an explanation and, if useful, a chart."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from walking.desk.insight.reports import figures
from walking.desk.insight.reports.figures import Figures
from walking.desk.insight.reports.numbers import (
    covered,
    patient_months,
    per_hundred_months,
    share,
    tells_apart,
)
from walking.desk.insight.reports.scope import Scope
from walking.models import Mail
from walking.pictures import Chart, Course, chart, course

type Cell = str | int | float | None

#: Minutes a week at 12 weeks in the trial: the authors, in the press on publication (not in the abstract).
TRIAL_WEEK: Final = 12
TRIAL_MINUTES: Final = 130
#: The longest bar, in units of its picture.
BAR: Final = 120


@dataclass(frozen=True, slots=True)
class Piece:
    """A segment of a row's bar."""

    kind: str
    x: float
    width: float


@dataclass(frozen=True, slots=True)
class Row:
    cells: Sequence[Cell]
    pieces: Sequence[Piece] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """A table. The first of a row's ``cells`` names it. None is a figure that is not shown."""

    slug: str
    title: str
    explains: Sequence[str]
    columns: Sequence[str]
    rows: Sequence[Row]
    minutes: Chart | None = None
    adherence: Course | None = None

    @property
    def has_bars(self) -> bool:
        return any(row.pieces for row in self.rows)


def _pieces(parts: Sequence[tuple[str, int | None]], most: int) -> list[Piece]:
    pieces: list[Piece] = []
    x = 0.0
    for kind, count in parts:
        width = round(BAR * (count or 0) / most, 1) if most else 0
        if width:
            pieces.append(Piece(kind, round(x, 1), width))
        x += width
    return pieces


def states(read: Figures) -> Table:
    """Present plans by status."""
    found: dict[tuple[str, str], int] = defaultdict(int)
    everybody = mine = 0
    for row in read.states:
        everybody += row["n"]
        if _is_chosen(read.scope, row["physiotherapist"]):
            found[row["status"], row["paused_for"]] += row["n"]
            mine += row["n"]
    counts: list[int | None] = [found[state] for state in figures.STATES]
    if read.scope.whose:
        counts = covered([found[state] for state in figures.STATES])
    if tells_apart(mine, everybody):
        counts = [None] * len(counts)
    most = max((count for count in counts if count), default=0)
    return Table(
        "caseload", _("Caseload by state"),
        [_("As it is now, whatever the days above.")],
        [_("State"), _("Patients"), _("Share, percent")],
        [
            Row(
                [str(STATE_NAMES[state]), count, None if count is None else share(count, mine)],
                _pieces([("all", count)], most),
            )
            for state, count in zip(figures.STATES, counts, strict=True)
        ],
    )  # fmt: skip


STATE_NAMES: Final[dict[tuple[str, str], Promise]] = dict(
    zip(
        figures.STATES,
        (
            gettext_lazy("Active"),
            gettext_lazy("Paused for a red flag"),
            gettext_lazy("Paused by the physiotherapist"),
            gettext_lazy("Completed"),
        ),
        strict=True,
    )
)


def _is_chosen(scope: Scope, physiotherapist: int | None) -> bool:
    return not scope.whose or scope.whose == (str(physiotherapist) if physiotherapist else "none")


def people(read: Figures) -> Table:
    """Present open plans by physiotherapist."""
    names: dict[int, str] = {}
    open_plans: dict[int, int] = defaultdict(int)
    waiting: dict[int, int] = defaultdict(int)
    for row in read.states:
        if not _is_chosen(read.scope, row["physiotherapist"]):
            continue
        key = row["physiotherapist"] or 0
        names[key] = row["physiotherapist__name"] or _("Nobody")
        waiting[key] += row["waiting"]
        if row["status"] != "completed":
            open_plans[key] += row["n"]
    order = sorted(names, key=lambda key: (key == 0, names[key]))
    opened, needing = covered([open_plans[k] for k in order]), covered([waiting[k] for k in order])
    most = max((count for count in opened if count), default=0)
    return Table(
        "physiotherapists", _("Caseload by physiotherapist"),
        [_("Active and paused patients, and how many of them wait for somebody, as it is now.")],
        [_("Physiotherapist"), _("Patients"), _("Waiting")],
        [
            Row([names[key], count, waits], _pieces([("all", count)], most))
            for key, count, waits in zip(order, opened, needing, strict=True)
        ],
    )  # fmt: skip


def adherence(read: Figures) -> Table:
    """Mean adherence by week of the programme."""
    weeks = {each.number: each for each in read.weeks}
    rows, points = [], []
    for number in range(1, max(weeks, default=0) + 1):
        week = weeks.get(number)
        shown = week if week and not tells_apart(week.n, week.everybody) else None
        percent = round(shown.adherence * 100, 1) if shown else None
        points.append((number, None if percent is None else round(percent)))
        if week:
            rows.append(Row([number, percent, shown.n if shown else None]))
    return Table(
        "adherence", _("Adherence by week of the programme"),
        [
            _("The mean over all patients whose week was reviewed in these days, empty weeks counted as none."),
        ],
        [_("Week"), _("Mean adherence, percent"), _("Patients")],
        rows,
        adherence=course(points, most=100, lines=(0, 50, 80, 100)) if rows else None,
    )  # fmt: skip


def minutes(read: Figures) -> Table:
    """Mean minutes by week, beside the trial's figure."""
    weeks = {each.number: each for each in read.weeks}
    rows, bars = [], []
    for number in range(1, max([TRIAL_WEEK, *weeks]) + 1):
        week = weeks.get(number)
        shown = week if week and not tells_apart(week.n, week.everybody) else None
        bars.append(
            (number, round(shown.minutes), round(shown.planned)) if shown else (number, 0, 0)
        )
        if week:
            trial = TRIAL_MINUTES if number == TRIAL_WEEK else ""
            figures_shown: list[Cell] = [None, None, None]
            if shown:
                figures_shown = [round(shown.minutes, 1), round(shown.planned, 1), shown.n]
            rows.append(Row([number, *figures_shown, trial]))
    return Table(
        "minutes", _("Minutes by week of the programme"),
        [
            _("The mean minutes walked and planned, over all patients whose week was reviewed in these days."),
            _("The trial: about 130 minutes a week on average at 12 weeks (the authors, in the press on publication; "
              "not in the abstract). It counted other people in another way, so that the two can be looked at side by "
              "side, no more."),
        ],
        [_("Week"), _("Mean minutes walked"), _("Mean minutes planned"), _("Patients"), _("The trial")],
        rows,
        minutes=chart(bars, now=None, mark=(TRIAL_WEEK, TRIAL_MINUTES)) if rows else None,
    )  # fmt: skip


def recurrences(read: Figures) -> Table:
    """Episodes by the trial's three definitions, per 100 patient-months."""
    starts = figures.starts_of(read.scope)
    found = figures.episodes_of(read.scope)
    patients, everybody = sum(n for _day, n, _all in starts), sum(all_ for _day, _n, all_ in starts)
    months = patient_months(
        [(day, n) for day, n, _all in starts], read.scope.since, read.scope.until
    )
    hidden = bool(read.scope.whose) and tells_apart(patients, everybody)
    rows = []
    for name, count in (
        (_("Back pain for 24 hours or more"), found["any"]),
        (_("that limited usual activities"), found["limiting"]),
        (_("that led to care"), found["care"]),
    ):
        shown: list[Cell] = [None] * 4
        if not hidden:
            shown = [count, per_hundred_months(count, months), round(months, 1), patients]
        rows.append(Row([name, *shown]))
    return Table(
        "recurrences", _("Recurrences"),
        [
            _("Episodes that began in these days, in the year from the start of each plan, by the trial’s three "
              "definitions; the second and third are parts of the first."),
            _("Who does not answer is counted as having none, so that the true figures may be higher."),
        ],
        [_("Episodes"), _("Number"), _("Per 100 patient-months"), _("Patient-months"), _("Plans")],
        rows,
    )  # fmt: skip


def contacts(read: Figures) -> Table:
    """Coaching contacts by their number."""
    rows = []
    found = figures.contacts_of(read.scope)
    most = max((row["n"] for row in found), default=0)
    for row in found:
        if not row["n"]:
            continue
        kinds = ("done", "missed", "open", "ahead")
        hidden = tells_apart(row["n"], row["everybody"])
        counts = [None if hidden else row[kind] for kind in kinds]
        past = row["done"] + row["missed"] + row["open"]
        rows.append(
            Row(
                [row["number"], *counts, None if hidden else share(row["done"], past)],
                _pieces(list(zip(kinds, counts, strict=True)), most),
            )
        )
    return Table(
        "contacts", _("Coaching contacts"),
        [_("By the day they were due. “Not noted” are past, and nobody has said how they went.")],
        [
            _("Contact"), _("Done"), _("Missed"), _("Not noted"), _("To come"),
            _("Done of those past, percent"),
        ],
        rows,
    )  # fmt: skip


def mail(read: Figures) -> Table:
    """Email to patients, and whether it was sent."""
    rows = []
    found = figures.mail_of(read.scope)
    kinds = ("sent", "failed", "suppressed")
    most = max((sum(row[kind] for kind in kinds) for row in found), default=0)
    for row in found:
        if not row["patients"]:
            continue
        hidden = tells_apart(row["patients"], row["everybody"])
        counts = [None if hidden else row[kind] for kind in kinds]
        tried = row["sent"] + row["failed"]
        rows.append(
            Row(
                [
                    capfirst(str(Mail.Kind(row["kind"]).label)), *counts,
                    None if hidden else share(row["sent"], tried),
                    None if hidden else row["patients"],
                ],
                _pieces(list(zip(kinds, counts, strict=True)), most),
            )
        )  # fmt: skip
    return Table(
        "mail", _("Mail to patients"),
        [_("“Not sent” was turned off by the patient, came too late to be of use, or had no address that works.")],
        [
            _("Kind"), _("Sent"), _("Failed"), _("Not sent"), _("Sent of those tried, percent"),
            _("Patients"),
        ],
        rows,
    )  # fmt: skip


#: By name in the address.
TABLES: Final[dict[str, Callable[[Figures], Table]]] = {
    "caseload": states,
    "physiotherapists": people,
    "adherence": adherence,
    "minutes": minutes,
    "recurrences": recurrences,
    "contacts": contacts,
    "mail": mail,
}
