"""The morning email to a physiotherapist: who needs attention, worded as in the caseload."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.desk_address import desk_url
from walking.mail.letter import Block, Button, Letter, Paragraph, Points, Suppressed
from walking.mail.letters import phrases
from walking.mail.reading import Reading
from walking.models import Attention, Mail

#: An email lists at most this many patients; the rest are counted and shown on the caseload page.
LISTED = 40


def digest(mail: Mail, reading: Reading, at: dt.datetime) -> Letter | Suppressed:
    if mail.recipient is None:
        raise ValueError(f"mail {mail.pk} has no recipient")
    waiting = reading.attention(mail.recipient.pk)
    if not waiting:
        return Suppressed("Nobody needs attention any more.")
    blocks: list[Block] = [
        Paragraph(
            ngettext(
                "One patient of your caseload needs you.",
                "%(count)s patients of your caseload need you.",
                len(waiting),
            )
            % {"count": len(waiting)}
        ),
        Points(
            tuple(
                _("%(patient)s: %(why)s (since %(day)s). %(next_step)s")
                % {
                    "patient": item.plan.patient.name,
                    "why": item.why,
                    "day": _day(item),
                    "next_step": item.next_step,
                }
                for item in waiting[:LISTED]
            )
        ),
    ]
    if (more := len(waiting) - LISTED) > 0:
        rest = ngettext("And %(count)s more.", "And %(count)s more.", more)
        blocks.append(Paragraph(rest % {"count": more}))
    blocks.append(Button(_("Open my caseload"), desk_url()))
    return Letter(
        subject=_("Your Waymark morning list"),
        preview=_("Who would like to hear from you."),
        blocks=tuple(blocks),
        because=_(
            "You get this mail on working days on which somebody of your caseload needs attention."
        ),
    )


def _day(item: Attention) -> str:
    assert item.since is not None  # noqa: S101 - it is waiting
    return phrases.day(timezone.localtime(item.since).date())
