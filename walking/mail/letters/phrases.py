"""Phrases that several letters share, and the parsing of ``Mail.about``."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import Clinic
from walking.mail.letter import Paragraph
from walking.models import Mail, Plan
from walking.programme.dose import Dose
from walking.programme.sentences import dose_phrase


def number_in(mail: Mail) -> int:
    """Return the number in ``week:5``, ``month:3`` or ``contact:2:2026-03-09``."""
    return int(mail.about.split(":")[1])


def plan_of(mail: Mail) -> Plan:
    if mail.plan is None:
        raise ValueError(f"mail {mail.pk} of the kind {mail.kind} belongs to no plan")
    return mail.plan


def day(value: dt.date) -> str:
    """Format a local day, such as "Sunday 8 March"."""
    return date_format(value, "WEEKDAY_FORMAT")


def moment(value: dt.datetime) -> str:
    """Format a moment in the reader's time zone, such as "Sunday 8 March, 5 p.m."."""
    local = timezone.localtime(value)
    return _("%(day)s, %(time)s") % {
        "day": day(local.date()),
        "time": date_format(local, "TIME_FORMAT"),
    }


def dose(value: Dose) -> str:
    return dose_phrase(value).render(_)


def phone(clinic: Clinic) -> str:
    """Return the clinic's phone number, kept on one line."""
    return clinic.phone.replace(" ", "\N{NO-BREAK SPACE}")


def ring(clinic: Clinic, otherwise: str = "") -> str:
    """Say whom to call with a question."""
    if clinic.phone:
        return _("Questions? Ring %(clinic)s on %(phone)s.") % {
            "clinic": clinic.name,
            "phone": phone(clinic),
        }
    return otherwise or _("Questions? Ask %(clinic)s.") % {"clinic": clinic.name}


def no_sign_in(until: dt.date) -> Paragraph:
    return Paragraph(
        _(
            "You do not need to sign in. The link is only for you. It works until the end of %(day)s."
        )
        % {"day": day(until)}
    )


def as_patient(plan: Plan) -> str:
    return _("You get this mail because you have a walking plan with %(clinic)s.") % {
        "clinic": plan.clinic.name
    }
