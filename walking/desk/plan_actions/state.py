"""Pausing, resuming and completing a plan."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.translation import gettext_lazy as _

from walking.care.plan import pause
from walking.desk.labels import short_dose
from walking.desk.patient.preview import course_of, weeks_ahead
from walking.desk.plan_actions.action import Action, running_dose
from walking.desk.plan_actions.forms import NoteForm, ResumeForm
from walking.models import Plan
from walking.programme.dose import Dose
from walking.programme.settings import ADJUSTED_MINUTES


def _said(form: NoteForm) -> dict[str, Any]:
    return {"note": form.cleaned_data["note"], "message": form.cleaned_data["message"]}


def _pause(plan: Plan, form: NoteForm, who: dict[str, Any]) -> None:
    pause.pause(plan, **_said(form), **who)


def _resume(plan: Plan, form: ResumeForm, who: dict[str, Any]) -> None:
    dose = Dose(form.cleaned_data["minutes"], form.cleaned_data["days"])
    pause.resume(plan, dose=dose, **_said(form), **who)


def _complete(plan: Plan, form: NoteForm, who: dict[str, Any]) -> None:
    pause.complete(plan, **_said(form), **who)


def _last_dose(plan: Plan, at: dt.datetime) -> dict[str, Any]:
    dose = running_dose(plan)
    return {"minutes": max(dose.minutes, ADJUSTED_MINUTES.low), "days": dose.days}


def _preview_resuming(plan: Plan, form: ResumeForm) -> dict[str, Any]:
    dose = form.dose() if form.is_bound else Dose(form.initial["minutes"], form.initial["days"])
    if dose is None:
        return {"has_preview": True}
    state = plan.state.after_resume()
    ahead = weeks_ahead(course_of(plan), state, dose, first_week=plan.week_number + 1)
    return {"has_preview": True, "ahead": ahead, "chosen": short_dose(dose)}


ACTIONS: tuple[Action, ...] = (
    Action(
        "resume", _("Resume"),
        _("A new week starts today, in the patient's time zone, at the dose you choose."),
        _("Resume the plan"), ResumeForm,
        lambda plan: plan.status == Plan.Status.PAUSED and not plan.is_last_week, _resume,
        _("The plan runs again."), _last_dose, _preview_resuming,
    ),
    Action(
        "pause", _("Pause"),
        _("The running week ends without a review; check-ins stop until you resume the plan."),
        _("Pause the plan"), NoteForm,
        lambda plan: plan.status == Plan.Status.ACTIVE, _pause,
        _("The plan is paused."),
    ),
    Action(
        "complete", _("Complete"),
        _("The walking plan ends here and cannot be taken up again; the monthly questions go on."),
        _("Complete the plan"), NoteForm, lambda plan: plan.is_open, _complete,
        _("The plan is completed."),
    ),
)  # fmt: skip
