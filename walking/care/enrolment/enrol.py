"""Enrolment: a physiotherapist invites, the patient accepts, the plan starts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import Clinic, Role, User, record_consent, validate_timezone
from walking.care.alarms.stop import stop
from walking.care.clinic.notices import all_read
from walking.care.enrolment import screening
from walking.care.enrolment.requests import answered_by_inviting
from walking.care.enrolment.research_consent import choose_research
from walking.care.pain.outcomes import start_asking
from walking.care.plan.contacts import planned_contacts
from walking.care.plan.messages import tell_patient
from walking.care.refusal import Refused
from walking.care.weeks.check_in import report_red_flags
from walking.care.weeks.due_times import make_due, new_week, question_due
from walking.mail import outbox
from walking.models import (
    CheckIn,
    Contact,
    Invitation,
    Mail,
    Plan,
    PlanEvent,
    ProgrammeVersion,
    Week,
)
from walking.models.standing import refresh
from walking.programme import weeks
from walking.programme.red_flags import RedFlag
from walking.programme.screening import Screened
from walking.programme.settings import Programme

INVITATION_VALID = dt.timedelta(days=14)
#: A patient may choose the first day up to this many days ahead.
START_WITHIN_DAYS = 14
CONSENT_DOCUMENT = "programme"
CONSENT_VERSION = "2026-11"


def invite(
    *,
    by: User,
    email: str,
    name: str,
    programme: Programme,
    screened: Screened,
    programme_version: ProgrammeVersion | None = None,
    message: str = "",
    on_paper: bool = False,
    at: dt.datetime,
) -> Invitation:
    """Invite someone to a plan at ``by``'s clinic. Queues the email, unless the invitation is given ``on_paper``.

    Raises ``Refused`` for a bad address, an empty name, an address that has an open invitation or plan here, or
    someone for whom the programme is not suitable.
    """
    email = email.strip()
    try:
        validate_email(email)
    except ValidationError as error:
        raise Refused(
            _("That is no email address. Write it like anna@example.org."), "email"
        ) from error
    if not name.strip():
        raise Refused(_("Give the patient's name."), "name")
    if not by.is_staff or by.clinic is None:
        raise Refused(_("Only staff of a clinic can invite patients."))
    screening.check(screened, programme)
    if Plan.objects.open().filter(clinic=by.clinic, patient__email__iexact=email).exists():
        raise Refused(
            _("This patient has a plan already. Complete it before starting another."), "email"
        )
    with transaction.atomic():
        close_expired(by.clinic, email, at)
        invitation = Invitation(
            clinic=by.clinic,
            physiotherapist=by,
            email=email,
            name=name.strip(),
            message=message.strip(),
            created_at=at,
            expires_at=at + INVITATION_VALID,
            programme_version=programme_version,
        ).set_programme(programme)
        try:
            with transaction.atomic():
                invitation.save()
        except IntegrityError as error:
            raise Refused(
                _("This address has an open invitation already. Take it back first."), "email"
            ) from error
        screening.keep(screened, invitation=invitation, by=by, at=at)
        answered_by_inviting(email, by=by, at=at)
        if not on_paper:
            mail = outbox.queued(
                Mail.Kind.INVITATION,
                invitation=invitation,
                about="invitation",
                due_at=at,
                at=at,
            )
            outbox.queue([mail])
    return invitation


def close_expired(clinic: Clinic, email: str, at: dt.datetime) -> None:
    """Close expired invitations of ``clinic`` to ``email``: the database allows one open invitation to an address."""
    Invitation.objects.filter(
        clinic=clinic,
        email__iexact=email,
        accepted_at=None,
        revoked_at=None,
        expires_at__lte=at,
    ).update(revoked_at=at)


def revoke_invitation(invitation: Invitation, *, by: User, at: dt.datetime) -> Invitation:
    """Withdraw an invitation: its link stops working. Raises ``Refused`` if it was accepted."""
    with transaction.atomic():
        invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
        if not Invitation.objects.visible_to(by).filter(pk=invitation.pk).exists():
            raise Refused(_("There is no such invitation in your clinic."))
        if invitation.accepted_at:
            raise Refused(_("This invitation has been accepted, so it cannot be taken back."))
        if not invitation.revoked_at:
            invitation.revoked_at = at
            invitation.save(update_fields=["revoked_at"])
    return invitation


def accept(
    invitation: Invitation,
    *,
    name: str,
    password: str | None,
    timezone: str,
    start: dt.date,
    red_flags: Sequence[RedFlag],
    consent_version: str,
    at: dt.datetime,
    check_in_time: dt.time = weeks.CHECK_IN_HOUR,
    user: User | None = None,
    read_mailbox: bool = True,
    research: bool = False,
    research_words: bool = False,
) -> Plan:
    """Start the plan that an invitation offers, on the local day ``start``.

    Creates the patient's account, unless ``user`` is signed in and is the person invited. ``password`` is None for
    someone who signs in with a code. ``read_mailbox`` is True for someone who came by the link in the email: the
    address is then verified. Someone who came by the paper has to verify it first, and gets no email until then.
    ``research`` and ``research_words`` are the person's consent to research.

    With a red flag, the plan is paused before it begins and the physiotherapist is alerted. If the patient already has
    a plan, that one is paused and returned, and the invitation stays open. Raises ``Refused``.
    """
    with transaction.atomic():
        invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
        check_open(invitation, at)
        if invitation.patient_id is not None:
            raise Refused(_("This invitation is for somebody who has a plan already."))
        patient = _patient(invitation, user, name, password, timezone, read_mailbox)
        today = weeks.local_day(at, patient.zone)
        if not today <= start <= today + dt.timedelta(days=START_WITHIN_DAYS):
            raise Refused(_("Choose a first day from today to two weeks ahead."), "start")
        if (running := patient.plans.open().first()) is not None:
            if red_flags:
                return report_red_flags(running, red_flags=red_flags, by=patient, at=at)
            raise Refused(_("You have a plan already. Your physiotherapist can complete it first."))
        record_consent(patient, document=CONSENT_DOCUMENT, version=consent_version, at=at)
        if research:
            choose_research(patient, agrees=True, words=research_words, at=at)
        all_read(patient, at)
        plan = _start(invitation, patient, start, check_in_time, red_flags, at)
        invitation.accepted_at, invitation.plan = at, plan
        invitation.save(update_fields=["accepted_at", "plan"])
        refresh([plan.pk], at)
    return plan


def check_open(invitation: Invitation, at: dt.datetime) -> None:
    """Raise ``Refused`` unless ``invitation`` can still be accepted at ``at``."""
    if invitation.accepted_at:
        raise Refused(_("This invitation has been accepted already. Sign in to see your plan."))
    if invitation.revoked_at or invitation.expires_at <= at:
        raise Refused(_("This invitation is no longer valid. Ask your clinic for a new one."))


def _patient(
    invitation: Invitation,
    user: User | None,
    name: str,
    password: str | None,
    timezone: str,
    read_mailbox: bool,
) -> User:
    known = User.objects.filter(email__iexact=invitation.email).first()
    if known is not None:
        if user != known:
            raise Refused(
                _(
                    "There is an account with this email address. Sign in first, then open the invitation again."
                )
            )
        if known.role != Role.PATIENT or known.clinic_id != invitation.clinic_id:
            raise Refused(_("This account cannot take up the invitation. Please ask your clinic."))
        return known
    if not name.strip():
        raise Refused(_("Tell us your name."), "name")
    try:
        validate_timezone(timezone)
    except ValidationError as error:
        raise Refused(error.messages[0], "timezone") from error
    patient = User.objects.create_user(
        invitation.email,
        password,
        name=name.strip(),
        role=Role.PATIENT,
        clinic=invitation.clinic,
        timezone=timezone,
    )
    EmailAddress.objects.create(
        user=patient, email=patient.email, verified=read_mailbox, primary=True
    )
    return patient


def _start(
    invitation: Invitation,
    patient: User,
    start: dt.date,
    check_in_time: dt.time,
    red_flags: Sequence[RedFlag],
    at: dt.datetime,
) -> Plan:
    plan = Plan(
        patient=patient,
        clinic=invitation.clinic,
        physiotherapist=invitation.physiotherapist,
        start=start,
        check_in_time=check_in_time,
        created_at=at,
    ).take_programme(invitation)
    return start_plan(plan, by=patient, at=at, red_flags=red_flags)


def start_plan(
    plan: Plan,
    *,
    by: User,
    at: dt.datetime,
    red_flags: Sequence[RedFlag] = (),
    note: str = "",
    message: str = "",
) -> Plan:
    """Save a new plan with its first week and its contacts, and queue the welcome email.

    ``note`` is for colleagues, ``message`` for the patient. With a red flag the plan is saved paused, without a week.
    """
    plan.next_question_at = question_due(plan, 1)
    if red_flags:
        _hold_back(plan, red_flags, at)
    else:
        week = new_week(
            plan,
            number=1,
            starts=plan.start,
            dose=plan.programme.baseline,
            origin=Week.Origin.START,
        )
        make_due(plan, week.number, week.starts)
        plan.save()
        week.save()
        event = PlanEvent(
            plan=plan,
            kind=PlanEvent.Kind.STARTED,
            at=at,
            by=by,
            week_number=1,
            note=note,
            detail={"message": message} if message else {},
        )
        event.save()
        tell_patient(plan, event, message, at=at)
        outbox.queue(
            [
                outbox.queued(
                    Mail.Kind.WELCOME,
                    plan=plan,
                    recipient=plan.patient,
                    about="start",
                    due_at=at,
                    at=at,
                )
            ]
        )
    Contact.objects.bulk_create(planned_contacts(plan, at))
    if not red_flags:
        start_asking(plan, at)
    return plan


def _hold_back(plan: Plan, red_flags: Sequence[RedFlag], at: dt.datetime) -> None:
    """Red flag at enrolment: save the plan as paused in week 0. A physiotherapist must resume it."""
    plan.status, plan.paused_for = Plan.Status.PAUSED, "red_flag"
    plan.save()
    events, mail = stop(plan, at=at, by=plan.patient)
    CheckIn(
        plan=plan,
        week_number=0,
        at=at,
        by=plan.patient,
        via=CheckIn.Via.APP,
        red_flags=[flag.value for flag in red_flags],
        signs_answered=True,
    ).save()
    PlanEvent.objects.bulk_create(events)
    outbox.queue(mail)
