"""The patient's reports of episodes of pain and days away, for the plan's page."""

from __future__ import annotations

from typing import Any

from walking.models import Plan


def told_by_patient(plan: Plan) -> dict[str, Any]:
    """Return the present state of ``episodes``, the answered ``months``, and ``absences``, each newest first.

    Rendered by ``admin/desk/episodes.html`` and ``admin/desk/absences.html``. Two queries.
    """
    months, episodes = {}, {}
    # The latest report of each counts.
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
