"""An email address for a patient who had none: staff offer it, whoever reads the mailbox takes it."""

from __future__ import annotations

import datetime as dt

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from walking.care.enrol import INVITATION_VALID, check_open
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
    address that was misspelt gets nothing of the record, and an earlier offer ends. Raises ``Refused``."""
    email = email.strip()
    try:
        validate_email(email)
    except ValidationError as error:
        raise Refused(
            _("That is no email address. Write it like anna@example.org."), "email"
        ) from error
    with transaction.atomic():
        if not by.is_staff or not Plan.objects.visible_to(by).filter(pk=plan.pk).exists():
            raise Refused(_("There is no such plan in your clinic."))
        plan = Plan.objects.locked(plan.pk)
        if plan.patient.email:
            raise Refused(
                _("This patient has an email address, and can change it in the settings.")
            )
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
    return invitation


def take_address(invitation: Invitation, *, password: str, at: dt.datetime) -> User:
    """Make the offered address that of its patient, who signs in by it and ``password`` from now on. The bearer read
    the mailbox, so it counts as verified; the plan goes on as it is. Raises ``Refused``."""
    with transaction.atomic():
        invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
        check_open(invitation, at)
        assert invitation.patient_id is not None  # noqa: S101 - the caller looked
        patient = User.objects.select_for_update().get(pk=invitation.patient_id)
        plan = patient.plans.order_by("-pk").first()
        taken = User.objects.filter(email__iexact=invitation.email).exists()
        if patient.email or plan is None or taken:
            raise Refused(_("This account cannot take up the invitation. Please ask your clinic."))
        patient.email = invitation.email.lower()
        patient.set_password(password)
        patient.save(update_fields=["email", "password"])
        EmailAddress.objects.create(user=patient, email=patient.email, verified=True, primary=True)
        invitation.accepted_at, invitation.plan = at, plan
        invitation.save(update_fields=["accepted_at", "plan"])
        refresh([each.pk for each in patient.plans.all()], at)
    return patient
