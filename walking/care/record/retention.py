"""How long records are kept: the clinic decides, and a scheduled job requests the erasure of old ones.

The patient gets an email in time to download the record, and can keep the account with one tap. The desk shows what is
due.
"""

from __future__ import annotations

import datetime as dt
from typing import Final
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from accounts.models import Clinic, Role, User
from walking.care.record.audit import changed
from walking.care.record.erase import ask_to_erase
from walking.care.refusal import Refused
from walking.models import (
    CheckIn,
    ErasureRequest,
    OutcomeAnswer,
    Plan,
    PlanEvent,
    RecordHold,
    Recurrence,
    Retention,
    Review,
)
from walking.models.erasure import Why
from walking.models.retention import FEWEST_MONTHS, MOST_MONTHS
from walking.programme.weeks import local_day, month_day

#: Time from the email to the erasure.
NOTICE: Final = dt.timedelta(days=30)
#: A patient who chooses to keep the account is asked again after this long.
ASKED_AGAIN_AFTER: Final = dt.timedelta(days=365)
#: Checked once a day, because records do not become old by the minute.
LOOK_EVERY: Final = dt.timedelta(days=1)
BATCH: Final = 200


def set_retention(clinic: Clinic, months: int | None, *, by: User, at: dt.datetime) -> None:
    """Keep records for ``months`` after their last entry, or for ever if None. Raises ``Refused``."""
    if by.role != Role.MANAGER or by.clinic_id != clinic.pk:
        raise Refused(_("Only the clinic's manager decides how long records are kept."))
    if months is not None and not FEWEST_MONTHS <= months <= MOST_MONTHS:
        raise Refused(
            _("Give %(low)s to %(high)s months, or none.")
            % {"low": FEWEST_MONTHS, "high": MOST_MONTHS},
            "months",
        )
    if months is None:
        Retention.objects.filter(clinic=clinic).delete()
    else:
        Retention.objects.update_or_create(
            clinic=clinic, defaults={"months": months, "by": by, "at": at, "looked_at": None}
        )


def hold(patient: User, *, why: str, by: User, at: dt.datetime) -> RecordHold:
    """Keep this record beyond the clinic's period. Cancels a request of the scheduled job. Raises ``Refused``."""
    _check_manager(patient, by)
    if not why.strip():
        raise Refused(_("Say why, for the record."), "why")
    with transaction.atomic():
        held = RecordHold(patient=patient, why=why.strip(), by=by, at=at)
        try:
            with transaction.atomic():
                held.save()
        except IntegrityError as error:
            raise Refused(_("This record is on hold already.")) from error
        ErasureRequest.objects.filter(patient=patient, why=Why.RETENTION, withdrawn_at=None).update(
            withdrawn_at=at
        )
        changed(patient, by=by, what="hold", why=why, at=at)
    return held


def end_hold(patient: User, *, by: User, at: dt.datetime) -> None:
    """Apply the clinic's period to this record again. Raises ``Refused``."""
    _check_manager(patient, by)
    with transaction.atomic():
        held = RecordHold.objects.select_for_update().filter(patient=patient, ended_at=None).first()
        if held is None:
            raise Refused(_("This record is not on hold."))
        held.ended_at, held.ended_by = at, by
        held.save(update_fields=["ended_at", "ended_by"])
        changed(patient, by=by, what="hold_ended", at=at)


def erase_on_request(patient: User, *, words: str, by: User, at: dt.datetime) -> ErasureRequest:
    """Request erasure for a patient who asked the clinic. The same waiting time and email as in the app."""
    _check_manager(patient, by)
    return ask_to_erase(patient, by=by, why=Why.CLINIC, words=words, at=at)


def _check_manager(patient: User, by: User) -> None:
    if by.role != Role.MANAGER or not patient.is_patient or by.clinic_id != patient.clinic_id:
        raise Refused(_("Only the clinic's manager decides about records."))


def ask_for_the_old(at: dt.datetime) -> int:
    """Scheduled job: once a day for each clinic, request the erasure of old records. Returns how many.

    Safe to run twice, in several processes, and after an outage: nothing is requested twice.
    """
    asked = 0
    due = Q(looked_at=None) | Q(looked_at__lte=at - LOOK_EVERY)
    for pk in list(Retention.objects.filter(due).values_list("pk", flat=True)):
        while True:
            with transaction.atomic():
                rule = (
                    Retention.objects.filter(due, pk=pk)
                    .select_for_update(skip_locked=True, of=("self",))
                    .select_related("clinic")
                    .first()
                )
                if rule is None:
                    break
                old = list(old_records(rule, at)[:BATCH])
                for patient in old:
                    ask_to_erase(patient, by=None, why=Why.RETENTION, days=NOTICE.days, at=at)
                asked += len(old)
                if len(old) < BATCH:
                    rule.looked_at = at
                    rule.save(update_fields=["looked_at"])
                    break
    return asked


def old_records(rule: Retention, at: dt.datetime) -> QuerySet[User]:
    """Return the patients whose records have had no entry for as long as ``rule`` says, whose plans are over, who are
    not on hold, and who have not chosen within a year to stay."""
    zone = ZoneInfo(rule.clinic.timezone)
    day = month_day(local_day(at, zone), -rule.months)
    before = dt.datetime.combine(day, dt.time(), tzinfo=zone)
    theirs = {"plan__patient": OuterRef("pk"), "at__gt": before}
    requests = ErasureRequest.objects.filter(patient=OuterRef("pk"))
    waits_or_stays = Q(withdrawn_at=None) | Q(
        why=Why.RETENTION, withdrawn_at__gt=at - ASKED_AGAIN_AFTER
    )
    plans = Plan.objects.filter(patient=OuterRef("pk"))
    goes_on = Q(status__in=Plan.OPEN) | Q(next_question_at__isnull=False)
    return (
        User.objects.patients()
        .filter(clinic=rule.clinic, date_joined__lte=before)
        .filter(Q(last_login=None) | Q(last_login__lte=before))
        .filter(~Exists(plans.filter(goes_on)), ~Exists(plans.filter(created_at__gt=before)))
        .filter(~Exists(PlanEvent.objects.filter(**theirs)))
        .filter(~Exists(Review.objects.filter(**theirs)))
        .filter(~Exists(CheckIn.objects.filter(**theirs)))
        .filter(~Exists(Recurrence.objects.filter(**theirs)))
        .filter(~Exists(OutcomeAnswer.objects.filter(**theirs)))
        .filter(~Exists(requests.filter(waits_or_stays)))
        .filter(~Exists(RecordHold.objects.filter(patient=OuterRef("pk"), ended_at=None)))
        .order_by("pk")
    )


def retention_of(clinic: Clinic) -> Retention | None:
    return Retention.objects.filter(clinic=clinic).first()


_LATEST_PLAN: Final = Subquery(
    Plan.objects.filter(patient=OuterRef("patient")).order_by("-pk").values("pk")[:1]
)


def waiting_in(clinic: Clinic) -> QuerySet[ErasureRequest]:
    """Return what will be erased in a clinic, soonest first, with ``plan``, the number of the patient's latest plan."""
    return (
        ErasureRequest.objects.filter(patient__clinic=clinic, withdrawn_at=None)
        .annotate(plan=_LATEST_PLAN)
        .select_related("patient", "by")
        .order_by("due_at", "pk")
    )


def held_in(clinic: Clinic) -> QuerySet[RecordHold]:
    return (
        RecordHold.objects.filter(patient__clinic=clinic, ended_at=None)
        .annotate(plan=_LATEST_PLAN)
        .select_related("patient", "by")
        .order_by("at", "pk")
    )


def hold_on(patient: User) -> RecordHold | None:
    return RecordHold.objects.filter(patient=patient, ended_at=None).select_related("by").first()
