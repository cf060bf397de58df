"""The parts of an action on a plan."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise

from walking.desk.plan_actions.forms import PlanForm
from walking.models import Plan
from walking.programme.dose import Dose


def nothing_to_show(plan: Plan, form: PlanForm) -> dict[str, Any]:
    """Return no preview, for an action that changes no dose."""
    return {}


def nothing_to_suggest(plan: Plan, at: dt.datetime) -> dict[str, Any]:
    return {}


@dataclass(frozen=True, slots=True)
class Action:
    """An action on a plan. ``run`` takes the plan, the valid form, and who, when and what was shown, and calls the use
    case. ``suggest`` returns the form's initial values; ``preview`` returns the weeks ahead, for the template."""

    slug: str
    label: Promise
    explains: Promise
    button: Promise
    form: type[PlanForm]
    offered: Callable[[Plan], bool]
    run: Callable[[Plan, Any, dict[str, Any]], object]
    done: Promise
    suggest: Callable[[Plan, dt.datetime], dict[str, Any]] = nothing_to_suggest
    preview: Callable[[Plan, Any], dict[str, Any]] = nothing_to_show


def runs_on(plan: Plan) -> bool:
    """Return whether a week follows the running one."""
    return plan.status == Plan.Status.ACTIVE and not plan.is_last_week


def running_dose(plan: Plan) -> Dose:
    """Return the running week's dose, or the baseline before the first week."""
    week = plan.weeks.filter(number=plan.week_number).first()
    return week.dose if week else plan.programme.baseline
