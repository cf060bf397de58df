"""A physiotherapist's own words about a change of the plan."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _

from walking.mail.letter import Button, Letter, Paragraph, Quote, Suppressed
from walking.mail.letters import phrases
from walking.mail.links import site_url
from walking.mail.reading import Reading
from walking.models import Adjustment, Mail, PlanChange, PlanEvent


def message(mail: Mail, reading: Reading, at: dt.datetime) -> Letter | Suppressed:
    plan = phrases.plan_of(mail)
    found = _words(mail)
    if found is None:
        return Suppressed("What it was about was taken back or replaced.")
    words, name = found
    return Letter(
        subject=_("A message about your plan"),
        preview=_("Your clinic has written to you. Please open it."),
        blocks=(
            Paragraph(_("%(name)s has changed your walking plan and writes:") % {"name": name}),
            Quote(words, name),
            Button(_("See my week"), site_url("/today/")),
            Paragraph(phrases.ring(plan.clinic)),
        ),
        because=phrases.as_patient(plan),
    )


def _words(mail: Mail) -> tuple[str, str] | None:
    """Return the text and its author; None if it no longer applies. This email is rare, so each one loads its own."""
    kind, _colon, number = mail.about.partition(":")
    match kind:
        case "dose":
            dose = Adjustment.objects.select_related("by").get(pk=number)
            later = Adjustment.objects.filter(
                plan=dose.plan_id, week_number=dose.week_number, revision__gt=dose.revision
            )
            return None if later.exists() else (dose.message, dose.by.name)
        case "change":
            change = PlanChange.objects.select_related("by").get(pk=number)
            newer = PlanChange.objects.filter(plan=change.plan_id, revision__gt=change.revision)
            return None if newer.exists() else (change.message, change.by.name)
    event = PlanEvent.objects.select_related("by").get(pk=number)
    assert event.by is not None  # noqa: S101 - only people write
    return event.detail["message"], event.by.name
