"""What to do now, after a warning sign."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.utils.translation import gettext as _

from walking.advice import Advice, advice
from walking.mail.letter import Block, Button, Letter, Panel, Paragraph, Points, Suppressed
from walking.mail.letters import phrases
from walking.mail.links import site_url
from walking.mail.reading import Reading
from walking.models import Mail, Plan


def paused(mail: Mail, reading: Reading, at: dt.datetime) -> Letter | Suppressed:
    plan = phrases.plan_of(mail)
    if plan.status == Plan.Status.ACTIVE:
        return Suppressed("The plan is running again.")
    clinic = plan.clinic
    what = advice(reading.signs(plan), clinic.emergency_number)
    return Letter(
        subject=_("Waymark: please read this today"),
        preview=_("This is about your plan. Please open it now."),
        blocks=(
            *_what_to_do(what),
            Paragraph(
                _(
                    "You told us about a warning sign. It may turn out to be harmless, but a doctor needs to look at it"
                    " before you go on."
                )
            ),
            Paragraph(_after(plan)),
            Button(_("Read about warning signs"), site_url("/warning-signs/")),
        ),
        because=phrases.as_patient(plan),
    )


def _what_to_do(what: Advice) -> Iterator[Block]:
    if what.urgency:
        yield Panel(_("Please do this now"), f"{what.do} {what.then}", urgent=True)
        return
    for group in what.groups:
        yield Paragraph(group.introduces)
        yield Points(group.names)


def _after(plan: Plan) -> str:
    clinic = plan.clinic
    rest = _("Please do not walk for your plan until you have been seen.")
    if plan.status == Plan.Status.PAUSED:
        rest += " " + _("Your plan is paused. Your walks are saved.")
    told = _("Your physiotherapist has been told.")
    if not clinic.phone:
        return f"{rest} {told}"
    ring = _("After you have been seen, call %(clinic)s on %(phone)s and tell us.")
    return f"{rest} {told} {ring % {'clinic': clinic.name, 'phone': phrases.phone(clinic)}}"
