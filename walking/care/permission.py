"""Who may change a plan. Every use case of the desk starts here."""

from __future__ import annotations

from django.utils.translation import gettext as _

from accounts.models import User
from walking.care.refusal import Refused
from walking.models import Plan


def lock_for_staff(plan_id: int, by: User) -> Plan:
    """Lock the plan for a change that ``by`` makes at the desk, and return it. Needs a transaction.

    Raises ``Refused`` unless ``by`` is on the staff of the plan's clinic or runs the installation.
    """
    if not by.is_staff or not Plan.objects.visible_to(by).filter(pk=plan_id).exists():
        raise Refused(_("There is no such plan in your clinic."))
    return Plan.objects.locked(plan_id)
