"""What a patient told of episodes of pain and of days away, for the page of the plan."""

from __future__ import annotations

from typing import Any

from walking.models import Plan


def told_by_patient(plan: Plan) -> dict[str, Any]:
    """``episodes`` as they are known by now, the answered ``months``, and ``absences``: each newest first.

    Drawn by ``admin/desk/episodes.html`` and ``admin/desk/absences.html``; two statements.
    """
    months, episodes = {}, {}
    # Of each the last that was said counts.
    for said in plan.recurrences.order_by("pk"):
        if said.month is not None:
            months[said.month] = said
        if said.episode is not None:
            episodes[said.episode] = said
    return {
        "episodes": [episodes[n] for n in sorted(episodes, reverse=True) if episodes[n].happened],
        "months": [months[month] for month in sorted(months, reverse=True)],
        "absences": list(plan.absences.standing().select_related("by").order_by("-first")),
    }
