"""Reports about addresses that cannot receive email."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from walking.models.facts import Fact, FactQuerySet
from walking.models.outbox import Mail


class BounceQuerySet(FactQuerySet["Bounce"]):
    def standing(self) -> BounceQuerySet:
        """Return, for each address, the latest report that counts, if it blocks the address."""
        counting = Bounce.objects.exclude(kind=Bounce.Kind.SOFT)
        later = counting.filter(email=models.OuterRef("email"), pk__gt=models.OuterRef("pk"))
        return self.filter(~models.Exists(later), kind__in=Bounce.ENDS)

    def uncleared(self) -> BounceQuerySet:
        """Return the reports that block an address and were not cleared later by staff. An address may have several: a
        complaint does not cancel the report that the mailbox is dead."""
        cleared = Bounce.objects.filter(kind=Bounce.Kind.CLEARED)
        later = cleared.filter(email=models.OuterRef("email"), pk__gt=models.OuterRef("pk"))
        return self.filter(~models.Exists(later), kind__in=Bounce.ENDS)

    def of(self, emails: Iterable[str]) -> BounceQuerySet:
        return self.filter(email__among={email.lower() for email in emails})


class Bounce(Fact):
    """One report about an address: from our server, from another server by email (RFC 3464), or from a mail provider.

    A report that blocks an address counts until staff say that it works again, which is a report too.
    """

    class Kind(models.TextChoices):
        HARD = "hard", _("the address does not take mail")
        SOFT = "soft", _("could not be delivered for now")
        COMPLAINT = "complaint", _("the reader called it unwanted")
        CLEARED = "cleared", _("to be tried again")

    class Source(models.TextChoices):
        SERVER = "server", _("refused by the mail server")
        REPORT = "report", _("returned mail")
        PROVIDER = "provider", _("mail provider")
        STAFF = "staff", _("staff")

    #: After these no ordinary email is sent to the address; alarms and safety emails stop at a dead mailbox only.
    ENDS = (Kind.HARD, Kind.COMPLAINT)

    email = models.EmailField(_("address"), help_text=_("In small letters."))
    kind = models.CharField(_("what"), max_length=10, choices=Kind)
    source = models.CharField(_("told by"), max_length=10, choices=Source)
    status = models.CharField(
        _("status"), max_length=12, blank=True, help_text=_("Such as 5.1.1 (RFC 3463).")
    )
    words = models.CharField(_("in the words of"), max_length=300, blank=True)
    mail = models.ForeignKey(
        Mail, on_delete=models.PROTECT, null=True, related_name="bounces", verbose_name=_("mail")
    )
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects = BounceQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = _("report about an address")
        verbose_name_plural = _("reports about addresses")
        ordering = ("-at", "-pk")
        indexes = [models.Index(fields=["email", "id"], name="bounce_of_address")]
        constraints = [
            # A report may be submitted twice; it is the same report.
            models.UniqueConstraint(
                fields=["mail", "kind"],
                condition=models.Q(mail__isnull=False),
                name="bounce_once_per_mail",
            ),
            models.CheckConstraint(
                condition=models.Q(email=Lower("email")), name="bounce_email_small"
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=["hard", "soft", "complaint", "cleared"]),
                name="bounce_kind_known",
            ),
            models.CheckConstraint(
                condition=models.Q(source__in=["server", "report", "provider", "staff"]),
                name="bounce_source_known",
            ),
            models.CheckConstraint(
                condition=models.Q(kind="cleared", by__isnull=False) | ~models.Q(kind="cleared"),
                name="bounce_cleared_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()
