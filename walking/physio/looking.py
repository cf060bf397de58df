"""What the desk's pages tell the audit trail when somebody looks at a plan."""

from __future__ import annotations

from accounts.desk import manages
from accounts.models import Role, User
from walking.models import Plan

#: Lines of the audit trail on a page.
TRAIL_LINES = 50


def why_seen(viewer: User, plan: Plan) -> str:
    """Why ``viewer`` may be looking at ``plan``, as a code of ``walking.record_words``."""
    if viewer.pk == plan.physiotherapist_id:
        return "treats"
    if viewer.is_superuser:
        return "operates"
    return "manages" if viewer.role == Role.MANAGER else "covers"


def may_read_trail(viewer: User, plan: Plan) -> bool:
    """Whether ``viewer`` answers for who looks at the record: the plan's physiotherapist or a manager."""
    return viewer.pk == plan.physiotherapist_id or manages(viewer)
