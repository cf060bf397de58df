"""Consent given on paper, in person."""

from __future__ import annotations

from datetime import date, datetime

from django.db import models, transaction
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.facts import Fact
from accounts.models.people import Consent, User, record_consent


class PaperConsent(Fact):
    """That a consent was signed on paper on the local day ``signed_on``, and which member of staff recorded it. When
    they recorded it is the consent's own ``at``; the paper itself stays in the clinic's files."""

    consent = models.OneToOneField(
        Consent, verbose_name=_("consent"), on_delete=models.CASCADE, related_name="paper"
    )
    recorded_by = models.ForeignKey(
        User, verbose_name=_("recorded by"), on_delete=models.PROTECT, related_name="+"
    )
    signed_on = models.DateField(_("signed on"))

    class Meta:
        verbose_name = _("consent on paper")
        verbose_name_plural = _("consents on paper")

    def __str__(self) -> str:
        return gettext("on paper, signed on %(day)s, recorded by %(name)s") % {
            "day": date_format(self.signed_on, "DAY_YEAR_FORMAT"),
            "name": self.recorded_by.name,
        }


def record_paper_consent(
    user: User, *, document: str, version: str, signed_on: date, by: User, at: datetime
) -> Consent:
    """Record at ``at`` (aware) that, according to ``by``, ``user`` signed ``version`` of ``document`` on paper."""
    with transaction.atomic():
        consent = record_consent(user, document=document, version=version, at=at)
        PaperConsent(consent=consent, recorded_by=by, signed_on=signed_on).save()
    return consent
