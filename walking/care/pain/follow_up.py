"""How long a clinic asks its patients the monthly question."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import Exists, OuterRef, Subquery
from django.utils.translation import gettext as _

from accounts.models import Clinic, Consent, User
from walking.care.enrolment.enrol import CONSENT_DOCUMENT
from walking.care.refusal import Refused
from walking.care.weeks.batch_writes import ASKED, write_back
from walking.care.weeks.due_times import question_due
from walking.models import FollowUpLength, Plan
from walking.programme import outcomes

BATCH = 500


def set_length(clinic: Clinic, months: int, *, set_by: User, at: dt.datetime) -> FollowUpLength:
    """Ask the monthly question until month ``months`` (12-36), including plans whose questions had ended.

    Months that were missed in between are not asked by email; the patient can answer them in the app.
    """
    if not outcomes.FEWEST_MONTHS <= months <= outcomes.MOST_MONTHS:
        raise Refused(_("Choose from 12 to 36 months."), "months")
    with transaction.atomic():
        length, _new = FollowUpLength.objects.update_or_create(
            clinic=clinic, defaults={"months": months, "by": set_by, "at": at}
        )
        later = Plan.objects.filter(patient=OuterRef("patient"), pk__gt=OuterRef("pk"))
        said = Consent.objects.filter(user=OuterRef("patient"), document=CONSENT_DOCUMENT)
        last_said = Subquery(said.order_by("-at", "-pk").values("action")[:1])
        plans = (
            Plan.objects.filter(~Exists(later), clinic=clinic)
            .annotate(consent=last_said)
            .exclude(consent=Consent.Action.WITHDRAWN)
            .select_related("patient", "clinic__follow_up_length")
            .order_by("pk")
        )
        last = 0
        while batch := list(plans.filter(pk__gt=last).select_for_update(of=("self",))[:BATCH]):
            for plan in batch:
                _ask_next(plan, at)
            write_back(batch, ASKED)
            last = batch[-1].pk
    return length


def _ask_next(plan: Plan, at: dt.datetime) -> None:
    """Set the next question that is in the future, if there is one."""
    due = question_due(plan, plan.next_question_month)
    while plan.next_question_at is None and due is not None and due <= at:
        plan.next_question_month += 1
        due = question_due(plan, plan.next_question_month)
    plan.next_question_at = due
