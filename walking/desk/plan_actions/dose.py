"""Setting, repeating and reducing the dose of a future week, and withdrawing it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext_lazy as _

from walking.care.plan import adjust
from walking.desk.labels import short_dose
from walking.desk.patient.preview import AHEAD, course_of, from_running_week
from walking.desk.plan_actions.action import Action, running_dose, runs_on
from walking.desk.plan_actions.forms import NextDoseForm, WeekForm
from walking.models import Plan
from walking.programme.dose import Dose
from walking.programme.ladder import eased
from walking.programme.settings import ADJUSTED_MINUTES


def _set(plan: Plan, form: NextDoseForm, who: dict[str, Any]) -> None:
    adjust.set_next_dose(
        plan,
        dose=Dose(form.cleaned_data["minutes"], form.cleaned_data["days"]),
        for_week=form.for_which_week(),
        reason=form.cleaned_data["reason"],
        message=form.cleaned_data["message"],
        **who,
    )


def _withdraw(plan: Plan, form: WeekForm, who: dict[str, Any]) -> None:
    adjust.withdraw_adjustment(
        plan, for_week=form.cleaned_data["for_week"], reason=form.cleaned_data["reason"], **who
    )


def _start_from(plan: Plan, dose: Dose) -> dict[str, Any]:
    return {
        "minutes": max(dose.minutes, ADJUSTED_MINUTES.low),
        "days": dose.days,
        "for_week": plan.week_number + 1,
    }


def _set_or_running(plan: Plan, at: dt.datetime) -> dict[str, Any]:
    pending = adjust.pending(plan)
    if pending is not None and pending.dose is not None:
        return _start_from(plan, pending.dose) | {"message": pending.message}
    return _start_from(plan, running_dose(plan))


def _running(plan: Plan, at: dt.datetime) -> dict[str, Any]:
    return _start_from(plan, running_dose(plan))


def _a_rung_lower(plan: Plan, at: dt.datetime) -> dict[str, Any]:
    return _start_from(plan, eased(plan.programme, running_dose(plan)))


def preview(plan: Plan, form: NextDoseForm) -> dict[str, Any]:
    """Return the weeks ahead with the typed dose, and without a change for comparison."""
    if form.is_bound:
        dose, week = form.dose(), form.for_which_week()
    else:
        dose = Dose(form.initial["minutes"], form.initial["days"])
        week = form.initial["for_week"]
    course, running = course_of(plan), running_dose(plan)
    many = max(AHEAD, week - plan.week_number + 4)
    without = {number: one for number, one in course.doses.items() if number != week}
    if dose is None:
        return {"has_preview": True}
    chosen = replace(course, doses=without | {week: dose})
    return {
        "has_preview": True,
        "ahead": from_running_week(plan, running, chosen, weeks=many),
        "unchanged": from_running_week(plan, running, replace(course, doses=without), weeks=many),
        "chosen": short_dose(dose),
    }


ACTIONS: tuple[Action, ...] = (
    Action(
        "dose", _("Set next week's dose"),
        _("The review of the week before takes it over, whatever the rules would decide; a red flag"
          " still stops the plan."),
        _("Set the dose"), NextDoseForm, runs_on, _set, _("Next week's dose is set."),
        _set_or_running, preview,
    ),
    Action(
        "hold", _("Hold"),
        _("Next week asks for the same as this week, whatever the rules would decide."),
        _("Hold the dose"), NextDoseForm, runs_on, _set, _("The dose is held."), _running, preview,
    ),
    Action(
        "ease", _("Ease"),
        _("Next week asks for less: one step down the ladder, or what you choose."),
        _("Ease the dose"), NextDoseForm, runs_on, _set, _("The dose is eased."),
        _a_rung_lower, preview,
    ),
    Action(
        "withdraw-dose", _("Withdraw the dose set"), _("The rules decide that week's dose again."),
        _("Withdraw"), WeekForm, lambda plan: runs_on(plan) and bool(adjust.planned(plan)),
        _withdraw, _("Withdrawn: the rules decide that week's dose."),
        lambda plan, at: {"for_week": adjust.planned(plan)[0].week_number + 1},
    ),
)  # fmt: skip
