"""Access log entries for viewing a plan at the desk."""

from __future__ import annotations

from accounts.desk import manages
from accounts.models import Role, User
from walking.models import Plan

#: Lines of the access log on a page.
TRAIL_LINES = 50


def why_seen(viewer: User, plan: Plan) -> str:
    """Return why ``viewer`` may see ``plan``, as a code of ``walking.record_words``."""
    if viewer.pk == plan.physiotherapist_id:
        return "treats"
    if viewer.is_superuser:
        return "operates"
    return "manages" if viewer.role == Role.MANAGER else "covers"


def may_read_trail(viewer: User, plan: Plan) -> bool:
    """Return whether ``viewer`` may read the access log: the plan's physiotherapist or a manager."""
    return viewer.pk == plan.physiotherapist_id or manages(viewer)
