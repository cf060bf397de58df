"""What a patient told of episodes of pain and of days away, for the page of the plan."""

from __future__ import annotations

from typing import Any

from walking.models import Plan


def told_by_patient(plan: Plan) -> dict[str, Any]:
    """``episodes`` as they are known by now, the answered ``months``, and ``absences``: each newest first.

    Drawn by ``admin/desk/episodes.html`` and ``admin/desk/absences.html``; three statements.
    """
    months = {
        answer.month or 0: answer
        for answer in plan.recurrences.filter(month__isnull=False).order_by("revision")
    }
    return {
        "episodes": list(plan.recurrences.episodes().order_by("-episode")),
        "months": [months[month] for month in sorted(months, reverse=True)],
        "absences": list(plan.absences.standing().select_related("by").order_by("-first")),
    }
