"""What to do now, after a warning sign."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _

from walking.mail.letter import Button, Letter, Panel, Paragraph, Points, Suppressed
from walking.mail.letters import phrases
from walking.mail.links import site_url
from walking.mail.reading import Reading
from walking.models import Mail, Plan


def paused(mail: Mail, reading: Reading, at: dt.datetime) -> Letter | Suppressed:
    plan = phrases.plan_of(mail)
    if plan.status == Plan.Status.ACTIVE:
        return Suppressed("The plan is running again.")
    clinic = plan.clinic
    numbers = {
        "emergency": clinic.emergency_number,
        "clinic": clinic.name,
        "phone": phrases.phone(clinic),
    }
    tell_us = (
        _("Then ring %(clinic)s on %(phone)s and tell us.")
        if clinic.phone
        else _("Then tell %(clinic)s about it.")
    )
    return Letter(
        subject=_("Waymark: please read this today"),
        preview=_("This is about your plan. Please open it now."),
        blocks=(
            Panel(
                _("Please do this now"),
                _(
                    "Get medical help today. If it came on suddenly, or is getting worse, call %(emergency)s now."
                )
                % numbers,
                urgent=True,
            ),
            Paragraph(
                _(
                    "You told us about a warning sign. It may turn out to be harmless, but a doctor should look at it"
                    " before you go on."
                )
            ),
            Paragraph(
                _("Call %(emergency)s, or go to an emergency department, at once if you have:")
                % numbers
            ),
            Points(
                (
                    _("numbness between your legs or around your back passage"),
                    _("new trouble with your bladder or your bowels"),
                    _("a leg that is weak or getting weaker"),
                    _("pain or a tight feeling in your chest, or trouble breathing"),
                    _("fainting, or nearly fainting"),
                )
            ),
            Paragraph(f"{_('With any other sign, see a doctor today.')} {tell_us % numbers}"),
            Paragraph(
                _(
                    "Please do not walk for your plan until you have been seen. Your plan waits: nothing you have"
                    " reached is lost. Your physiotherapist has been told."
                )
            ),
            Button(_("Read about warning signs"), site_url("/warning-signs/")),
        ),
        because=phrases.as_patient(plan),
    )
