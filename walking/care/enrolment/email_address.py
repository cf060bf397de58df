"""Adding or replacing a patient's email address: staff offer one, and the reader of that mailbox confirms it."""

from __future__ import annotations

import datetime as dt
from functools import partial

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.notices import tell
from accounts.tokens import revoke_all
from walking.care.enrolment.enrol import INVITATION_VALID, check_open, close_expired
from walking.care.permission import lock_for_staff
from walking.care.record.audit import changed
from walking.care.refusal import Refused
from walking.mail import outbox
from walking.models import Invitation, Mail, Plan
from walking.models.standing import refresh


def waiting_for(patient: User, at: dt.datetime) -> Invitation | None:
    """Return the offer to ``patient`` that can still be confirmed, or None."""
    return (
        Invitation.objects.filter(
            patient=patient, accepted_at=None, revoked_at=None, expires_at__gt=at
        )
        .order_by("-pk")
        .first()
    )


def offer_address(plan: Plan, *, email: str, by: User, at: dt.datetime) -> Invitation:
    """Email a link to ``email`` with which the patient of ``plan`` chooses a password. Nothing changes until then, so a
    misspelt address reveals nothing of the record. Ends an earlier offer. Notifies the patient's present address, so
    that an account cannot be taken over unnoticed. Raises ``Refused``."""
    email = email.strip()
    try:
        validate_email(email)
    except ValidationError as error:
        raise Refused(
            _("That is no email address. Write it like anna@example.org."), "email"
        ) from error
    with transaction.atomic():
        plan = lock_for_staff(plan.pk, by)
        if plan.patient.email.lower() == email.lower():
            raise Refused(_("This is the address that the patient has."), "email")
        if User.objects.filter(email__iexact=email).exists():
            raise Refused(_("Somebody with this email address is here already."), "email")
        Invitation.objects.filter(patient=plan.patient, accepted_at=None, revoked_at=None).update(
            revoked_at=at
        )
        close_expired(plan.clinic, email, at)
        invitation = Invitation(
            clinic=plan.clinic,
            physiotherapist=plan.physiotherapist or by,
            patient=plan.patient,
            email=email,
            name=plan.patient.name,
            created_at=at,
            expires_at=at + INVITATION_VALID,
        ).take_programme(plan)
        try:
            with transaction.atomic():
                invitation.save()
        except IntegrityError as error:
            raise Refused(
                _("This address has an open invitation already. Take it back first."), "email"
            ) from error
        outbox.queue(
            [
                outbox.queued(
                    Mail.Kind.INVITATION,
                    invitation=invitation,
                    about="invitation",
                    due_at=at,
                    at=at,
                )
            ]
        )
        changed(plan.patient, by=by, what="address_offered", at=at)
        if plan.patient.email:
            transaction.on_commit(partial(tell_of_offer, plan.patient, by))
    return invitation


def take_address(invitation: Invitation, *, password: str, at: dt.datetime) -> User:
    """Give the patient the offered address, which counts as verified, and ``password`` to sign in with. The plan does
    not change. Ends all sessions and access tokens of the account, but keeps the second factor. Raises ``Refused``."""
    with transaction.atomic():
        invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
        check_open(invitation, at)
        assert invitation.patient_id is not None  # noqa: S101 - the caller looked
        patient = User.objects.select_for_update().get(pk=invitation.patient_id)
        taken = User.objects.filter(email__iexact=invitation.email).exists()
        if taken:
            raise Refused(_("This account cannot take up the invitation. Please ask your clinic."))
        for session in UserSession.objects.filter(user=patient):
            session.end()
        revoke_all(patient, at)
        EmailAddress.objects.filter(user=patient).delete()
        patient.email = invitation.email.lower()
        patient.set_password(password)
        patient.save(update_fields=["email", "password"])
        EmailAddress.objects.create(user=patient, email=patient.email, verified=True, primary=True)
        invitation.accepted_at = at
        invitation.save(update_fields=["accepted_at"])
        refresh([each.pk for each in patient.plans.all()], at)
    return patient


def tell_of_offer(patient: User, by: User) -> None:
    """Notify the address that the patient still has."""
    tell(
        patient,
        "account/address_offered.txt",
        subject=_("Your clinic was asked for a new email address"),
        context={"by": by.name, "clinic": patient.clinic},
    )
