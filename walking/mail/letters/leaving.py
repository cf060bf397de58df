"""Says that a record will be erased, and until when this can be undone."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext as _

from walking.mail.letter import Button, Letter, Panel, Paragraph, Suppressed
from walking.mail.letters import phrases
from walking.mail.links import leaving_url
from walking.mail.reading import Reading
from walking.models import ErasureRequest, Mail


def leaving(mail: Mail, reading: Reading, at: dt.datetime) -> Letter | Suppressed:
    # Too rare for a batch to load them together.
    request = (
        ErasureRequest.objects.select_related("patient__clinic")
        .filter(pk=phrases.number_in(mail), withdrawn_at=None)
        .first()
    )
    if request is None or request.patient.clinic is None:
        return Suppressed("It was taken back.")
    user, clinic = request.patient, request.patient.clinic
    asked = {
        "asked": _("You asked us to delete your account, with everything in it."),
        "clinic": _("As you asked, %(clinic)s has arranged for your account to be deleted."),
        "retention": _("%(clinic)s keeps accounts only for a time after a plan has ended."),
    }
    return Letter(
        subject=_("Your account is going to be deleted"),
        preview=_("You can keep it if you change your mind."),
        blocks=(
            Paragraph(asked.get(request.why, asked["clinic"]) % {"clinic": clinic.name}),
            Panel(
                _("Everything is deleted on"),
                phrases.day(timezone.localtime(request.due_at).date()),
            ),
            Paragraph(_("Until then you can use it as before, and change your mind at any time.")),
            Button(_("Keep my account"), leaving_url(user, request.pk)),
            Paragraph(
                _("If this was not you, please press the button, and then choose a new password.")
            ),
            Paragraph(phrases.ring(clinic)),
        ),
        because=_("You get this mail because your account with %(clinic)s is to be deleted.")
        % {"clinic": clinic.name},
    )
