"""Who of the staff answers for a plan."""

from __future__ import annotations

from accounts.models import Role, User
from walking.models import Plan


def on_duty(plan: Plan) -> User | None:
    """Whom to alert: the plan's physiotherapist, else a colleague of the clinic, else its manager.

    None only if nobody of the clinic can sign in any more.
    """
    physiotherapist = plan.physiotherapist
    if physiotherapist is not None and physiotherapist.is_active:
        return physiotherapist
    staff = User.objects.filter(clinic_id=plan.clinic_id, is_staff=True, is_active=True).order_by(
        "pk"
    )
    return staff.filter(role=Role.PHYSIOTHERAPIST).first() or staff.first()
