"""Which staff are responsible for a plan."""

from __future__ import annotations

from accounts.models import Role, User
from walking.models.plan import Plan


def alarm_chain(plan: Plan) -> list[User]:
    """Return whom to alert, in this order: the plan's physiotherapist, the clinic's other physiotherapists, its
    managers.

    The plan's own physiotherapist is included even if the account is closed, so that the failed alarm and its reason
    are on record.
    """
    own = plan.physiotherapist
    staff = User.objects.filter(
        clinic_id=plan.clinic_id,
        is_staff=True,
        is_active=True,
        role__in=(Role.PHYSIOTHERAPIST, Role.MANAGER),
    )
    others = sorted(staff, key=lambda person: (person.role != Role.PHYSIOTHERAPIST, person.pk))
    return ([own] if own is not None else []) + [each for each in others if each != own]


def on_duty(plan: Plan) -> User | None:
    """Return whom to alert first. None only if the plan has no physiotherapist and no one in the clinic can sign in."""
    return plan.physiotherapist or next(iter(alarm_chain(plan)), None)
