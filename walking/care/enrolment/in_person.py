"""Enrolment in person: a patient without an email address, whose consent is on paper."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Clinic, Role, User, record_paper_consent, validate_timezone
from walking.care.enrolment import screening
from walking.care.enrolment.enrol import CONSENT_DOCUMENT, START_WITHIN_DAYS, start_plan
from walking.care.enrolment.research_consent import research_told_on_paper
from walking.care.record.audit import changed
from walking.care.refusal import Refused
from walking.models import Plan, ProgrammeVersion
from walking.models.standing import refresh
from walking.programme import weeks
from walking.programme.screening import Screened
from walking.programme.settings import Programme


def enrol_on_paper(
    *,
    by: User,
    name: str,
    timezone: str,
    language: str,
    programme: Programme,
    screened: Screened,
    programme_version: ProgrammeVersion | None = None,
    start: dt.date,
    consent_version: str,
    signed_on: dt.date,
    research: bool = False,
    research_words: bool = False,
    at: dt.datetime,
) -> Plan:
    """Start a patient's plan in person, on the local day ``start``. ``by`` becomes the physiotherapist.

    ``consent_version`` was signed on paper on the local day ``signed_on``, as was consent to ``research`` and
    ``research_words``. The patient cannot sign in and gets no email until staff add an address
    (``walking.care.enrolment.email_address``). Raises ``Refused`` if the programme is not suitable, or if another
    patient of the clinic without an address has the same name: staff could not tell them apart.
    """
    name = name.strip()
    if not by.is_staff or by.clinic is None:
        raise Refused(_("Only staff of a clinic can enrol patients."))
    if not name:
        raise Refused(_("Give the patient's name."), "name")
    screening.check(screened, programme)
    try:
        validate_timezone(timezone)
    except ValidationError as error:
        raise Refused(error.messages[0], "timezone") from error
    with transaction.atomic():
        # Lock the clinic, so that a form sent twice creates one patient.
        clinic = Clinic.objects.select_for_update().get(pk=by.clinic.pk)
        if User.objects.patients().filter(clinic=clinic, email="", name__iexact=name).exists():
            raise Refused(
                _(
                    "A patient of this name without an email address is here already. If this is somebody else, add"
                    " what tells them apart."
                ),
                "name",
            )
        patient = User.objects.create_user(
            "",
            None,
            name=name,
            role=Role.PATIENT,
            clinic=clinic,
            timezone=timezone,
            language=language,
        )
        today = weeks.local_day(at, patient.zone)
        if not today <= start <= today + dt.timedelta(days=START_WITHIN_DAYS):
            raise Refused(_("Choose a first day from today to two weeks ahead."), "start")
        if signed_on > today:
            raise Refused(
                _("The consent cannot be signed on a day that is still to come."), "signed_on"
            )
        record_paper_consent(
            patient,
            document=CONSENT_DOCUMENT,
            version=consent_version,
            signed_on=signed_on,
            by=by,
            at=at,
        )
        plan = Plan(
            patient=patient,
            clinic=clinic,
            physiotherapist=by,
            start=start,
            programme_version=programme_version,
            created_at=at,
        ).set_programme(programme)
        plan = start_plan(plan, by=by, at=at)
        if research:
            research_told_on_paper(
                plan, agrees=True, words=research_words, signed_on=signed_on, by=by, at=at
            )
        screening.keep(screened, plan=plan, by=by, at=at)
        changed(patient, by=by, what="enrolled_on_paper", at=at)
        refresh([plan.pk], at)
    return plan
