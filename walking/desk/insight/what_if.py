"""What if: plays an invented patient by the rules of ``manage.py simulate``. Stores nothing.

Starts with the clinic's own programme and thresholds.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any, Final

from django import forms
from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.desk import viewer
from walking.desk.clinic.programme_form import ProgrammeForm, initial_of
from walking.desk.labels import DECISIONS, FLAGS
from walking.models import ProgrammeVersion
from walking.programme.dose import Dose
from walking.programme.review import TABLE, Decision, Outcome
from walking.programme.scenario import played
from walking.programme.scenario_reader import ScenarioError, object_from_pairs
from walking.programme.sentences import for_patient, for_physiotherapist, when
from walking.programme.settings import LENGTH_WEEKS, Programme
from walking.programme.thresholds import USUAL, Thresholds

type Json = dict[str, Any]

#: Weeks that a preset fills in, and the most that the page accepts.
PRESET_WEEKS: Final = 12
MOST_BYTES: Final = 200_000

_CHECKED: Final[Json] = {"pain": 1, "difficulty": "about_right", "confidence": 8}


def _walked(dose: Dose, share: float = 1, **more: Any) -> Json:
    walks = [
        {"day": day, "minutes": dose.minutes} for day in range(1, round(dose.days * share) + 1)
    ]
    return {"walks": walks, "check_in": dict(_CHECKED), **more}


def _everything(number: int, dose: Dose) -> Json:
    return _walked(dose)


def _every_second(number: int, dose: Dose) -> Json:
    return _walked(dose, 1 if number % 2 else 0)


def _flare_up(number: int, dose: Dose) -> Json:
    if number != 4:
        return _walked(dose)
    return _walked(dose, 0.4) | {"check_in": _CHECKED | {"pain": 7, "flare_up": True}}


def _quiet(number: int, dose: Dose) -> Json:
    return _walked(dose) if number <= 3 else {}


#: How the weeks go: takes a week's number and dose, returns a week of a scenario.
PRESETS: Final[dict[str, tuple[Promise, Callable[[int, Dose], Json]]]] = {
    "everything": (_("Does everything"), _everything),
    "second": (_("Misses every second week"), _every_second),
    "flare-up": (_("Has a flare-up in week 4"), _flare_up),
    "quiet": (_("Goes quiet after week 3"), _quiet),
}


class PatientForm(ProgrammeForm):
    """The settings of the invented patient, and how the weeks go."""

    start = forms.DateField(
        label=_("First day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    goes = forms.ChoiceField(
        label=_("How it goes"), choices=[(key, words) for key, (words, _how) in PRESETS.items()]
    )
    field_order = ("start", "goes")


def what_if_view(request: HttpRequest, site: AdminSite) -> HttpResponse:
    """GET shows an empty patient, or one with the settings in the address. POST plays the weeks."""
    form, text = PatientForm(initial=_initial(request)), ""
    errors: dict[str, str] = {}
    weeks: list[Json] | None = None
    rows: list[Json] = []
    status = 200
    version = ProgrammeVersion.objects.current(viewer(request).clinic)
    thresholds = version.thresholds if version else USUAL
    if request.method == "POST":
        form = PatientForm(request.POST)
        text = request.POST.get("scenario", "")[:MOST_BYTES]
        try:
            scenario = _scenario(request, form, text, thresholds)
            if scenario is not None:
                weeks = _played(scenario, thresholds)
                rows = scenario["weeks"]
                text = json.dumps(scenario, indent=1)
        except ScenarioError as error:
            errors[_field_of(error.place)] = str(error)
            status = 422
        if weeks is None:
            status = 422
        if "_download" in request.POST and weeks is not None:
            return HttpResponse(
                text,
                content_type="application/json",
                headers={"Content-Disposition": 'attachment; filename="scenario.json"'},
            )
    context = site.each_context(request) | {
        "title": gettext("What if"),
        "form": form,
        "scenario": text,
        "errors": errors,
        "weeks": weeks,
        "table": _table(rows, weeks, errors, request),
        "difficulties": _DIFFICULTIES,
        "version": version,
        "own_thresholds": thresholds != USUAL,
    }
    return TemplateResponse(request, "admin/desk/what_if.html", context, status=status)


_DIFFICULTIES: Final = (
    ("", "–"),
    ("too_easy", _("too easy")),
    ("about_right", _("about right")),
    ("too_hard", _("too hard")),
)


def _initial(request: HttpRequest) -> Json:
    given = {name: value for name, value in request.GET.items() if name in PatientForm.base_fields}
    today = timezone.localdate(timezone=viewer(request).zone)
    version = ProgrammeVersion.objects.current(viewer(request).clinic)
    usual = version.programme if version else Programme()
    return initial_of(usual) | {"start": today, "goes": "everything"} | given


def _scenario(
    request: HttpRequest, form: PatientForm, text: str, thresholds: Thresholds
) -> Json | None:
    """Return the scenario to play: the pasted JSON, the weeks of the table, or a preset. None if the form is
    invalid."""
    if "_paste" in request.POST or ("_download" in request.POST and text.strip()):
        return _read(text)
    if not form.is_valid():
        return None
    programme: Programme = form.cleaned_data["programme"]
    plan: Json = {
        "start": form.cleaned_data["start"].isoformat(),
        "baseline": _dose(programme.baseline),
        "goal": _dose(programme.goal),
        "weekly_increase": programme.weekly_increase,
        "weeks_per_rung": programme.weeks_per_rung,
        "length_weeks": programme.length_weeks,
        "allow_faster": programme.allow_faster,
    }
    if request.POST.keys() & {"_table", "_more"}:
        return {"plan": plan, "weeks": _typed_weeks(request)}
    goes = PRESETS[form.cleaned_data["goes"]][1]
    return {"plan": plan, "weeks": _preset_weeks(plan, goes, thresholds)}


def _read(text: str) -> Json:
    try:
        scenario = json.loads(text, object_pairs_hook=object_from_pairs)
    except (json.JSONDecodeError, RecursionError) as error:
        raise ScenarioError("", gettext("This is no JSON: %(why)s") % {"why": error}) from None
    if not isinstance(scenario, dict):
        raise ScenarioError("", gettext("Paste one scenario, in curly brackets."))
    return scenario


def _dose(dose: Dose) -> Json:
    return {"minutes": dose.minutes, "days": dose.days}


def _preset_weeks(
    plan: Json, goes: Callable[[int, Dose], Json], thresholds: Thresholds
) -> list[Json]:
    """Return the weeks of a preset, one by one, because each dose depends on the week before."""
    weeks: list[Json] = []
    for number in range(1, min(PRESET_WEEKS, plan["length_weeks"]) + 1):
        course = list(played({"plan": plan, "weeks": [*weeks, {}]}, thresholds))
        if len(course) < number:
            break
        weeks.append(goes(number, course[-1].dose))
    return weeks


def _count(request: HttpRequest) -> int:
    """Return the number of rows, plus one if requested."""
    typed = request.POST.get("count", "")
    count = int(typed) if re.fullmatch(r"[0-9]{1,2}", typed) else 0
    return min(count + ("_more" in request.POST), LENGTH_WEEKS.high)


def _typed_weeks(request: HttpRequest) -> list[Json]:
    """Return the weeks of the table. Passes on anything that is not a whole number, for the reader to refuse."""
    count = _count(request)

    def cell(index: int, name: str) -> str:
        return request.POST.get(f"w{index}-{name}", "").strip()

    def number(value: str) -> int | str:
        return int(value) if re.fullmatch(r"-?\d{1,6}", value) else value

    weeks: list[Json] = []
    for index in range(count):
        week: Json = {}
        days, minutes = number(cell(index, "days") or "0"), number(cell(index, "minutes") or "0")
        if isinstance(days, str) or not 0 <= days <= 7:
            raise ScenarioError(
                f"weeks[{index}].days", gettext("Choose a whole number from 0 to 7.")
            )
        week["walks"] = [{"day": day, "minutes": minutes} for day in range(1, days + 1)]
        check_in: Json = {}
        for name in ("pain", "confidence"):
            if cell(index, name):
                check_in[name] = number(cell(index, name))
        if cell(index, "difficulty"):
            check_in["difficulty"] = cell(index, "difficulty")
        for name in ("flare_up", "away"):
            if cell(index, name):
                check_in[name] = True
        if cell(index, "red_flag"):
            check_in["red_flags"] = ["night_pain"]
        if check_in:
            week["check_in"] = check_in
        if cell(index, "adjust_minutes") or cell(index, "adjust_days"):
            week["adjustment"] = {
                "minutes": number(cell(index, "adjust_minutes")),
                "days": number(cell(index, "adjust_days")),
            }
        weeks.append(week)
    return weeks


def _played(scenario: Json, thresholds: Thresholds) -> list[Json]:
    rows = []
    for week in played(scenario, thresholds):
        outcome: Outcome = week.outcome
        line = TABLE[outcome.line - 1]
        rows.append(
            {
                "number": week.number,
                "starts": week.starts,
                "dose": week.dose,
                "percent": outcome.adherence.percent,
                "decision": DECISIONS[Decision(outcome.decision)],
                "line": outcome.line,
                "when": when(line, outcome.thresholds).render(gettext),
                "reason": for_physiotherapist(outcome).render(gettext),
                "sentence": for_patient(
                    outcome.reason, week.dose, outcome.next, outcome.thresholds
                ).render(gettext),
                "next": outcome.next,
                "flags": [FLAGS[flag] for flag in outcome.flags],
            }
        )
    return rows


def _field_of(place: str) -> str:
    """Return the cell that an error belongs to, or empty."""
    found = re.match(r"weeks\[(\d+)\]", place)
    return f"w{found[1]}" if found else ""


def _table(
    rows: list[Json], weeks: list[Json] | None, errors: dict[str, str], request: HttpRequest
) -> list[Json]:
    """Return the weeks as rows of the table, with their errors and the rules' decisions."""
    if errors and request.POST.keys() & {"_table", "_more"}:
        raw = request.POST
        return [
            {
                **{name: raw.get(f"w{i}-{name}", "") for name in _CELLS},
                "index": i,
                "error": errors.get(f"w{i}", ""),
            }
            for i in range(_count(request))
        ]
    return [
        _row(index, week, weeks[index] if weeks and index < len(weeks) else None)
        for index, week in enumerate(rows)
    ]


_CELLS: Final = (
    "days", "minutes", "pain", "difficulty", "confidence", "flare_up", "away", "red_flag",
    "adjust_minutes", "adjust_days",
)  # fmt: skip


def _row(index: int, week: Json, result: Json | None) -> Json:
    walks, check_in = week.get("walks") or [], week.get("check_in") or {}
    adjustment = week.get("adjustment") or {}
    return {
        "index": index,
        "days": len(walks),
        "minutes": walks[0]["minutes"] if walks else "",
        "pain": check_in.get("pain", ""),
        "difficulty": check_in.get("difficulty", ""),
        "confidence": check_in.get("confidence", ""),
        "flare_up": check_in.get("flare_up", False),
        "away": check_in.get("away", False),
        "red_flag": bool(check_in.get("red_flags")),
        "adjust_minutes": adjustment.get("minutes", ""),
        "adjust_days": adjustment.get("days", ""),
        "result": result,
    }
