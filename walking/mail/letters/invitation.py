"""The invitation to a plan."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _

from walking.mail.letter import Block, Button, Letter, Paragraph, Quote, Suppressed
from walking.mail.letters import phrases
from walking.mail.links import invitation_url
from walking.mail.reading import Reading
from walking.models import Invitation, Mail


def invitation(mail: Mail, reading: Reading, at: dt.datetime) -> Letter | Suppressed:
    invited = mail.invitation
    if invited is None:
        raise ValueError(f"mail {mail.pk} has no invitation")
    if invited.accepted_at:
        return Suppressed("The invitation has been accepted.")
    if invited.revoked_at:
        return Suppressed("The invitation was taken back.")
    if invited.expires_at <= at:
        return Suppressed("The invitation has expired.")
    if invited.patient_id is not None:
        return _to_sign_in(invited)
    names = {"physiotherapist": invited.physiotherapist.name, "clinic": invited.clinic.name}
    blocks: list[Block] = [
        Paragraph(
            _(
                "%(physiotherapist)s of %(clinic)s invites you to a walking plan that is made for you."
            )
            % names
        )
    ]
    if invited.message:
        blocks.append(Quote(invited.message, invited.physiotherapist.name))
    blocks += [
        Paragraph(
            _(
                "You begin with short walks. Each week your plan looks at how it went, and grows only when you are"
                " ready. Your physiotherapist follows along."
            )
        ),
        Button(_("Look at the invitation"), invitation_url(invited)),
        Paragraph(
            _("It takes about five minutes. Until %(moment)s the link works, and only for you.")
            % {"moment": phrases.moment(invited.expires_at)}
        ),
        Paragraph(phrases.ring(invited.clinic)),
    ]
    return Letter(
        subject=_("Your invitation to Waymark"),
        preview=_("Open it to see what it is about. Nothing happens until you accept."),
        blocks=tuple(blocks),
        because=_(
            "You get this mail because %(clinic)s entered your address. If you did not expect it, you can leave it:"
            " nothing happens until you accept."
        )
        % names,
    )


def _to_sign_in(invited: Invitation) -> Letter:
    """For a patient whose plan is running and who had no address until now."""
    names = {"physiotherapist": invited.physiotherapist.name, "clinic": invited.clinic.name}
    return Letter(
        subject=_("Your invitation to Waymark"),
        preview=_("Open it to choose a password. Nothing happens until you do."),
        blocks=(
            Paragraph(
                _(
                    "You gave this address to %(physiotherapist)s of %(clinic)s. With it you can look at your walking"
                    " plan yourself, note your walks, and answer the weekly questions."
                )
                % names
            ),
            Button(_("Choose a password"), invitation_url(invited)),
            Paragraph(
                _("It takes a minute. Until %(moment)s the link works, and only for you.")
                % {"moment": phrases.moment(invited.expires_at)}
            ),
            Paragraph(phrases.ring(invited.clinic)),
        ),
        because=_(
            "You get this mail because %(clinic)s entered your address. If you did not expect it, you can leave it:"
            " nothing happens until you choose a password."
        )
        % names,
    )
