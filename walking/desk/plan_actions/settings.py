"""Changing the settings from a future week on, and restarting."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from walking.care.plan import settings_change
from walking.care.plan.restart import restart
from walking.desk.clinic.programme_form import initial_of
from walking.desk.patient.preview import AHEAD, course_of, from_running_week, weeks_ahead
from walking.desk.plan_actions.action import Action, running_dose
from walking.desk.plan_actions.forms import ReasonForm
from walking.desk.plan_actions.settings_forms import PlanProgrammeForm, RestartForm, SettingsForm
from walking.models import Plan, ProgrammeVersion
from walking.programme.review import ReviewState
from walking.programme.settings import Programme
from walking.programme.weeks import local_day


def _what(form: PlanProgrammeForm) -> dict[str, Any]:
    return {
        "programme": form.cleaned_data["programme"],
        "programme_version": form.chosen_version(),
        "reason": form.cleaned_data["reason"],
        "message": form.cleaned_data["message"],
    }


def _change(plan: Plan, form: SettingsForm, who: dict[str, Any]) -> None:
    settings_change.change_settings(
        plan, from_week=form.cleaned_data["from_week"], **_what(form), **who
    )


def _withdraw(plan: Plan, form: ReasonForm, who: dict[str, Any]) -> None:
    settings_change.withdraw_change(plan, reason=form.cleaned_data["reason"], **who)


def _restart(plan: Plan, form: RestartForm, who: dict[str, Any]) -> Plan:
    return restart(plan, start=form.cleaned_data["start"], **_what(form), **who)


def _present_settings(plan: Plan, at: dt.datetime) -> dict[str, Any]:
    change = settings_change.waiting(plan)
    of = change or plan
    return initial_of(of.programme) | {
        "from_week": change.from_week if change else plan.week_number + 1,
        "programme_version": str(of.programme_version_id or ""),
        "message": change.message if change else "",
    }


def _from_the_start(plan: Plan, at: dt.datetime) -> dict[str, Any]:
    version = ProgrammeVersion.objects.current(plan.clinic)
    return initial_of(plan.programme) | {
        "start": local_day(at, plan.patient.zone),
        "programme_version": str(version.pk) if version else "",
    }


def _chosen(form: PlanProgrammeForm, otherwise: Programme) -> Programme | None:
    if not form.is_bound:
        return otherwise
    chosen: Programme | None = form.cleaned_data.get("programme")
    return chosen


def _preview_change(plan: Plan, form: SettingsForm) -> dict[str, Any]:
    change = settings_change.waiting(plan)
    programme = _chosen(form, (change or plan).programme)
    values = form.cleaned_data if form.is_bound else form.initial
    week = values.get("from_week")
    if programme is None or not week:
        return {"has_preview": True}
    course, running = course_of(plan), running_dose(plan)
    many = max(AHEAD, week - plan.week_number + 6)
    chosen = replace(course, change=(week, programme))
    before = replace(course, change=None)
    return {
        "has_preview": True,
        "ahead": from_running_week(plan, running, chosen, weeks=many),
        "unchanged": from_running_week(plan, running, before, weeks=many),
        "chosen": gettext("these settings from week %(number)s") % {"number": week},
    }


def _preview_restart(plan: Plan, form: RestartForm) -> dict[str, Any]:
    programme = _chosen(form, plan.programme)
    if programme is None:
        return {"has_preview": True}
    return {
        "has_preview": True,
        "ahead": weeks_ahead(programme, ReviewState(), programme.baseline, first_week=1),
        "chosen": ngettext(
            "a new plan of %(count)s week", "a new plan of %(count)s weeks", programme.length_weeks
        )
        % {"count": programme.length_weeks},
    }


ACTIONS: tuple[Action, ...] = (
    Action(
        "settings", _("Change baseline, goal, pace or length"),
        _("The new settings hold from the week you choose on; until then the plan goes on as it is. The ladder is"
          " built anew from them, and the rules go on from the dose of the week before."),
        _("Change the settings"), SettingsForm, lambda plan: plan.status == Plan.Status.ACTIVE,
        _change, _("The change waits for its week."), _present_settings, _preview_change,
    ),
    Action(
        "withdraw-settings", _("Withdraw the change of settings"), _("The plan keeps the settings it has."),
        _("Withdraw"), ReasonForm,
        lambda plan: plan.is_open and settings_change.waiting(plan) is not None,
        _withdraw, _("Withdrawn: the plan keeps its settings."),
    ),
    Action(
        "restart", _("Start anew"),
        _("A new plan from week 1, from the baseline you choose. This one is completed and kept with all that is in"
          " it."),
        _("Start the new plan"), RestartForm,
        lambda plan: plan.status != Plan.Status.ACTIVE
        and not plan.patient.plans.open().exclude(pk=plan.pk).exists(),
        _restart, _("The new plan is made, and the patient is told by mail."),
        _from_the_start, _preview_restart,
    ),
)  # fmt: skip
