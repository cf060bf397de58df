"""The alert to the member of staff responsible for a patient who reported a red flag."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _

from accounts.desk_address import desk_url
from walking.advice import advice
from walking.mail.letter import Block, Button, Letter, Panel, Paragraph, Points
from walking.mail.letters import phrases
from walking.mail.reading import Reading
from walking.models import Mail, Plan


def urgent(mail: Mail, reading: Reading, at: dt.datetime) -> Letter:
    plan = phrases.plan_of(mail)
    signs = reading.signs(plan)
    names = {
        "patient": plan.patient.name,
        "moment": phrases.moment(reading.last_report(plan) or mail.queued_at),
    }
    blocks: list[Block] = [
        Panel(
            _("Needs you today"),
            _("On %(moment)s, %(patient)s reported a red flag.") % names,
            urgent=True,
        ),
    ]
    if signs:
        blocks.append(Points(tuple(_(sign.clinical_name) for sign in signs)))
    told = advice(signs, plan.clinic.emergency_number).told
    if plan.status == Plan.Status.PAUSED:
        blocks.append(Paragraph(" ".join(filter(None, (_("The plan was paused at once."), told)))))
    elif told:
        blocks.append(Paragraph(told))
    ring = _("Please ring the patient now.")
    if plan.patient.email:
        ring = _("Please ring the patient now. Email: %(email)s.") % {"email": plan.patient.email}
    missed = [
        Paragraph(
            _("We could not reach %(name)s by email, so we are telling you.") % {"name": name}
        )
        for name in reading.not_reached(mail)
    ]
    blocks += [
        *missed,
        Paragraph(ring),
        Button(_("Open the plan"), desk_url(f"/admin/walking/plan/{plan.pk}/change/")),
        Paragraph(_next(plan)),
    ]
    return Letter(
        subject=_("A patient needs you today"),
        preview=_("Please open this now."),
        blocks=tuple(blocks),
        because=(
            _("You get this mail because you answer for this patient at %(clinic)s.")
            if mail.recipient_id == plan.physiotherapist_id
            else _("You get this email because you work at %(clinic)s.")
        )
        % {"clinic": plan.clinic.name},
    )


def _next(plan: Plan) -> str:
    if plan.status == Plan.Status.COMPLETED:
        return _("The plan is completed, so there is none to pause.")
    if plan.status == Plan.Status.ACTIVE:
        return _("The plan has been resumed since.")
    if plan.is_last_week:
        return _(
            "This was the last week of the plan. Complete it, and invite the patient to a new one when it is safe."
        )
    return _("The plan stays paused until you resume it at a dose that you choose.")
