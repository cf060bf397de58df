"""Assigning a patient to another physiotherapist."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from walking.care.permission import lock_for_staff
from walking.care.record.audit import changed
from walking.care.refusal import Refused
from walking.models import Plan


def colleagues_of(plan: Plan) -> list[User]:
    """Return the physiotherapists of the plan's clinic."""
    return list(User.objects.physiotherapists().filter(clinic_id=plan.clinic_id).order_by("name"))


def assign(plan: Plan, *, to: User, note: str = "", by: User, at: dt.datetime) -> Plan:
    """Make ``to`` the plan's physiotherapist. Raises ``Refused`` for someone outside the clinic."""
    with transaction.atomic():
        plan = lock_for_staff(plan.pk, by)
        if to not in colleagues_of(plan):
            raise Refused(_("Choose a physiotherapist of the patient's clinic."), "to")
        if plan.physiotherapist_id != to.pk:
            plan.physiotherapist = to
            plan.version += 1
            plan.save(update_fields=["physiotherapist", "version"])
            changed(plan.patient, by=by, what="physiotherapist", why=note, at=at)
    return plan
