"""The alert to whoever answers for a patient who reported a red flag."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _

from accounts.desk_address import desk_url
from walking.mail.letter import Block, Button, Letter, Panel, Paragraph, Points
from walking.mail.letters import phrases
from walking.mail.reading import Reading
from walking.models import Mail, Plan
from walking.programme.red_flags import RedFlag


def urgent(mail: Mail, reading: Reading, at: dt.datetime) -> Letter:
    plan = phrases.plan_of(mail)
    reported = reading.red_flagged(plan, phrases.number_in(mail))
    when = reported.at if reported else mail.queued_at
    names = {
        "patient": plan.patient.name,
        "moment": phrases.moment(when),
    }
    blocks: list[Block] = [
        Panel(
            _("Needs you today"),
            _("On %(moment)s, %(patient)s reported a red flag.") % names,
            urgent=True,
        ),
    ]
    if reported:
        blocks.append(Points(tuple(_(RedFlag(code).clinical_name) for code in reported.red_flags)))
    if plan.status == Plan.Status.PAUSED:
        done = _(
            "The plan was paused at once. The patient was told to get medical help today, to call the emergency"
            " number if it came on suddenly or is getting worse, and not to walk until seen."
        )
    else:
        done = _("The patient was told to get medical help today.")
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
        Paragraph(done),
        Paragraph(ring),
        Button(_("Open the plan"), desk_url(f"/admin/walking/plan/{plan.pk}/change/")),
        Paragraph(_("The plan stays as it is until you resume it at a dose that you choose.")),
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
