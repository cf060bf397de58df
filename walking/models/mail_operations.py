"""Records around the outbox: what servers answered, what was sent again, and the state of the rate limits."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from walking.models.facts import Fact
from walking.models.outbox import Mail


class MailRefusal(Fact):
    """One attempt that no server accepted, in the server's words; a successful attempt is the email's own outcome."""

    mail = models.ForeignKey(
        Mail, on_delete=models.PROTECT, related_name="refusals", db_index=False
    )
    number = models.PositiveSmallIntegerField(_("attempt"))
    words = models.CharField(_("answer"), max_length=300)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("attempt that was not taken")
        verbose_name_plural = _("attempts that were not taken")
        ordering = ("mail_id", "number")
        constraints = [
            models.UniqueConstraint(fields=["mail", "number"], name="mail_refusal_once"),
        ]

    def __str__(self) -> str:
        return f"{self.mail_id}: {self.number}"


class MailCopy(Fact):
    """That staff sent an email again: ``mail`` is the new message, ``of`` the one it repeats."""

    mail = models.OneToOneField(Mail, on_delete=models.PROTECT, related_name="copy_of")
    of = models.ForeignKey(Mail, on_delete=models.PROTECT, related_name="copies")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("by")
    )
    reason = models.CharField(_("reason"), max_length=500)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("mail sent again")
        verbose_name_plural = _("mail sent again")
        constraints = [
            models.CheckConstraint(condition=~models.Q(reason=""), name="mail_copy_has_a_reason"),
            models.CheckConstraint(
                condition=~models.Q(mail=models.F("of")), name="mail_copy_of_another"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.of_id} → {self.mail_id}"


class MailPace(models.Model):
    """The state of the rate limit for one domain, or for all email (``ALL``). Shared by all workers.

    ``full_at``: from when the next message may go. ``line_at``: the time for the next message that joins the queue.
    ``held_until``: the domain asked us to slow down, ``holds`` times in a row.
    """

    ALL = "*"

    domain = models.CharField(max_length=255, primary_key=True)
    full_at = models.DateTimeField(null=True)
    line_at = models.DateTimeField(null=True)
    held_until = models.DateTimeField(null=True)
    holds = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("pace of mail")
        verbose_name_plural = _("pace of mail")

    def __str__(self) -> str:
        return self.domain
