"""Printing: a week to fill in by hand, and a summary for the physiotherapist."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import Clinic, ClinicLogo
from walking.care.diary.habits import habit_of, walk_days
from walking.care.plan.away import standing
from walking.models import Absence, CheckIn, Plan, Review, Week
from walking.patient.access import patient_page
from walking.patient.plan.pdf import pdf_response, picture
from walking.programme.dose import Dose
from walking.programme.review import Reason
from walking.programme.sentences import reason_for_physiotherapist
from walking.programme.weeks import local_day

# What fits on one sheet, however long the plan.
WEEKS: Final = 26
WORDS: Final = 5
LETTERS: Final = 200


@dataclass(frozen=True, slots=True)
class PrintedDay:
    date: dt.date
    is_planned: bool
    is_away: bool


@require_safe
@patient_page
def diary(request: HttpRequest, plan: Plan, at: dt.datetime) -> HttpResponse:
    """The running week or, with ``?week=next``, the one after it, whose dose is not known yet."""
    week = plan.weeks.filter(number=plan.week_number).first()
    ahead = 1 if request.GET.get("week") == "next" else 0
    if plan.status != Plan.Status.ACTIVE or week is None or week.number + ahead > plan.length_weeks:
        messages.warning(request, _("There is no such week to print."))
        return HttpResponseRedirect(reverse("today"))
    starts = week.starts + dt.timedelta(weeks=ahead)
    absences = standing(plan, starts)
    planned = set(walk_days(starts, week.days, habit_of(plan).weekdays))
    context = {
        "plan": plan,
        "clinic": plan.clinic,
        "logo": _logo(plan.clinic),
        "number": week.number + ahead,
        "dose": None if ahead else week.dose,
        "days": [
            _printed(starts + dt.timedelta(days=offset), planned, absences) for offset in range(7)
        ],
        "last": starts + dt.timedelta(days=6),
    }
    return pdf_response(request, "patient/print_diary.html", context, name="walks.pdf")


def _logo(clinic: Clinic) -> str:
    """Return the clinic's logo as a data URL, or empty."""
    if not clinic.logo_digest:
        return ""
    found = ClinicLogo.objects.filter(clinic=clinic).first()
    return picture(bytes(found.data)) if found else ""


def _printed(date: dt.date, planned: set[dt.date], absences: list[Absence]) -> PrintedDay:
    is_away = any(absence.covers(date) for absence in absences)
    return PrintedDay(date, date in planned and not is_away, is_away)


@dataclass(frozen=True, slots=True)
class SummaryWeek:
    """``dose`` is the dose at the end of the week, ``first_dose`` the one at its start, if a flare-up changed it."""

    number: int
    starts: dt.date
    dose: Dose
    first_dose: Dose | None
    minutes: int
    days: int
    percent: int | None
    pain: int | None
    reason: str


@require_safe
@patient_page
def summary(request: HttpRequest, plan: Plan, at: dt.datetime) -> HttpResponse:
    """One sheet: each week's dose, walks, pain and reason, and the patient's answers."""
    weeks = summary_weeks(plan)
    words = [
        (answer.week_number, Truncator(" ".join(answer.words.split())).chars(LETTERS))
        for answer in _latest(plan)
        if answer.words
    ]
    context = {
        "plan": plan,
        "clinic": plan.clinic,
        "logo": _logo(plan.clinic),
        "today": local_day(at, plan.patient.zone),
        "weeks": weeks[-WEEKS:],
        "left_out": max(0, len(weeks) - WEEKS),
        "total": sum(week.minutes for week in weeks),
        "walked_days": sum(week.days for week in weeks),
        "goal": plan.programme.goal,
        "words": words[-WORDS:],
    }
    return pdf_response(request, "patient/print_summary.html", context, name="summary.pdf")


def summary_weeks(plan: Plan) -> list[SummaryWeek]:
    """Return every week so far, in three queries."""
    reviews: dict[int, Review] = {
        review.week_number: review for review in plan.reviews.defer("inputs").order_by("revision")
    }
    walks = list(plan.walks.kept().order_by().values_list("day", "minutes", "pain"))
    found = []
    for week in plan.weeks.order_by("number"):
        of_week = [walk for walk in walks if week.contains(walk[0])]
        review = reviews.get(week.number)
        pains = [pain for _day, _minutes, pain in of_week if pain is not None]
        found.append(
            SummaryWeek(
                number=week.number,
                starts=week.starts,
                dose=week.dose,
                first_dose=week.first_dose if week.eased_from else None,
                minutes=sum(minutes for _day, minutes, _pain in of_week),
                days=len({day for day, _minutes, _pain in of_week}),
                percent=int(review.adherence * 100) if review else None,
                pain=review.pain if review else max(pains, default=None),
                reason=_reason(plan, week, review),
            )
        )
    return found


def _reason(plan: Plan, week: Week, review: Review | None) -> str:
    if review is not None:
        return reason_for_physiotherapist(Reason(review.reason)).render(gettext)
    if plan.status == Plan.Status.ACTIVE and week.number == plan.week_number:
        return _("This week, still running")
    return _("Cut short by a pause")


def _latest(plan: Plan) -> list[CheckIn]:
    """Return the answers that count, one for each week, in order."""
    by_week = {answer.week_number: answer for answer in plan.check_ins.order_by("revision")}
    return [by_week[number] for number in sorted(by_week)]
