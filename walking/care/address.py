"""An email address for a patient who had none, or who has lost the mailbox: staff offer it, whoever reads the new
mailbox takes it."""

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
from walking.care.enrol import INVITATION_VALID, check_open
from walking.care.permission import lock_for_staff
from walking.care.refusal import Refused
from walking.care.trail import changed
from walking.mail import outbox
from walking.models import Invitation, Mail, Plan
from walking.models.standing import refresh


def waiting_for(patient: User, at: dt.datetime) -> Invitation | None:
    """The address that was offered to ``patient`` and can still be taken."""
    return (
        Invitation.objects.filter(
            patient=patient, accepted_at=None, revoked_at=None, expires_at__gt=at
        )
        .order_by("-pk")
        .first()
    )


def offer_address(plan: Plan, *, email: str, by: User, at: dt.datetime) -> Invitation:
    """Mail a link to ``email``, by which the patient of ``plan`` chooses a password. Until then nothing changes: an
    address that was misspelt gets nothing of the record, and an earlier offer ends. A patient who has an address is
    told there, so that nobody's account changes hands unseen. Raises ``Refused``."""
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
        Invitation.objects.filter(
            clinic=plan.clinic,
            email__iexact=email,
            accepted_at=None,
            revoked_at=None,
            expires_at__lte=at,
        ).update(revoked_at=at)
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
    """Make the offered address that of its patient, who signs in by it and ``password`` from now on. The bearer read
    the mailbox, so it counts as verified; the plan goes on as it is. Who was signed in by the address before is signed
    out, programs with a token are too; a second factor stays. Raises ``Refused``."""
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
    """Write to the address that the patient still has."""
    tell(
        patient,
        "account/address_offered.txt",
        subject=_("Your clinic was asked for a new email address"),
        context={"by": by.name, "clinic": patient.clinic},
    )
