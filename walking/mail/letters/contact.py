"""The day before a coaching contact."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _

from walking.mail.letter import Block, Button, Letter, Panel, Paragraph, Suppressed
from walking.mail.letters import phrases
from walking.mail.links import site_url
from walking.mail.reading import Reading
from walking.models import Contact, Mail
from walking.programme.weeks import local_day

TOMORROW = dt.timedelta(days=1)


def contact(mail: Mail, reading: Reading, at: dt.datetime) -> Letter | Suppressed:
    plan = phrases.plan_of(mail)
    planned = reading.contact(plan, phrases.number_in(mail))
    if planned is None or planned.state != Contact.State.PLANNED:
        return Suppressed("The contact is no longer planned.")
    # Email queued before the day was part of the key is matched by the day alone.
    _name, _number, day = f"{mail.about}:".split(":")[:3]
    if day and day != planned.due.isoformat():
        return Suppressed("The contact is on another day now.")
    today = local_day(at, plan.patient.zone)
    if planned.due not in {today, today + TOMORROW}:
        return Suppressed("The contact is on another day now.")
    is_today = planned.due == today
    names = {
        "physiotherapist": plan.physiotherapist.name if plan.physiotherapist else plan.clinic.name,
        "clinic": plan.clinic.name,
        "phone": phrases.phone(plan.clinic),
        "day": phrases.day(planned.due),
    }
    if planned.kind == Contact.Kind.TELEPHONE:
        how = _("You talk with %(physiotherapist)s by telephone. Please have it near you.")
    else:
        how = _("You meet %(physiotherapist)s in person, or by video if that is what you agreed.")
    blocks: list[Block] = [
        Paragraph(how % names),
        Panel(_("Today") if is_today else _("Tomorrow"), names["day"]),
        Paragraph(
            _("You may like to think of one thing that went well, and one that you want to ask.")
        ),
        Button(_("See my plan"), site_url("/plan/")),
    ]
    if plan.clinic.phone:
        question = _(
            "Don't know the time yet, or does the day not suit you? Ring %(clinic)s on %(phone)s."
        )
        blocks.append(Paragraph(question % names))
    return Letter(
        subject=_("Today: your appointment") if is_today else _("Tomorrow: your appointment"),
        preview=names["day"],
        blocks=tuple(blocks),
        because=phrases.as_patient(plan),
    )
