"""The outbox: emails as rows, written in the transaction that causes them, delivered later."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from walking.models.plan import Plan

#: Email later than this is suppressed, never sent late.
STALE_AFTER = dt.timedelta(hours=36)


class MailQuerySet(models.QuerySet["Mail"]):
    def visible_to(self, viewer: User) -> Self:
        """Return the email that ``viewer`` may see: about the plans, invitations and people of their own clinic."""
        from walking.models.invitation import Invitation

        if viewer.is_active and viewer.is_superuser:
            return self
        plans = Plan.objects.visible_to(viewer).values("pk")
        invitations = Invitation.objects.visible_to(viewer).values("pk")
        people = User.objects.visible_to(viewer).values("pk")
        return self.filter(
            models.Q(plan__in=plans)
            | models.Q(invitation__in=invitations)
            | models.Q(plan=None, invitation=None, recipient__in=people)
        )


class Mail(models.Model):
    """One message about one thing, at most once.

    ``about`` says what it is about within its kind (``week:5``, ``week:5:2``, ``month:3``, ``contact:2:2026-03-09``,
    ``2026-03-02``) and is unique with the plan, or with the recipient where there is no plan: the database itself
    refuses a duplicate. For an alarm (``urgent``) each person who can act may get one. What staff send again on purpose
    is a ``copy`` of its own (1, 2, …; ``MailCopy`` says whose and why), at most once each. A row is claimed by a lease
    (``lease``, ``leased_until``); a row whose lease has expired is claimed again and sent with the same ``message_id``.
    The text is composed when it is sent, and not stored.
    """

    class Kind(models.TextChoices):
        INVITATION = "invitation", _("invitation")
        WELCOME = "welcome", _("welcome")
        CHECK_IN = "check_in", _("weekly check-in")
        WEEK_PLAN = "week_plan", _("the new week's plan")
        PAUSED = "paused", _("plan paused")
        RECURRENCE = "recurrence", _("monthly question")
        CONTACT = "contact", _("coaching contact")
        MESSAGE = "message", _("message with a change")
        LEAVING = "leaving", _("the record is to be erased")
        URGENT = "urgent", _("urgent")
        DIGEST = "digest", _("morning digest")

    #: Alarms and safety emails. They are sent before everything else and ignore rates and holds.
    FIRST = (Kind.URGENT, Kind.PAUSED)

    #: Whether a kind is no longer sent to someone who marked an email of ours as unwanted. Every kind must be listed.
    STOPPED_BY_COMPLAINT: ClassVar[dict[Kind, bool]] = {
        Kind.INVITATION: True,
        Kind.WELCOME: True,
        Kind.CHECK_IN: True,
        Kind.WEEK_PLAN: True,
        Kind.PAUSED: False,
        Kind.RECURRENCE: True,
        Kind.CONTACT: True,
        Kind.MESSAGE: True,
        Kind.LEAVING: True,
        Kind.URGENT: False,
        Kind.DIGEST: True,
    }

    class State(models.TextChoices):
        QUEUED = "queued", _("waiting")
        SENT = "sent", _("sent")
        FAILED = "failed", _("failed")
        SUPPRESSED = "suppressed", _("not sent")

    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    plan = models.ForeignKey(
        Plan, on_delete=models.PROTECT, null=True, related_name="mail", db_index=False
    )
    # The index of its unique constraint finds it; most email has none.
    invitation = models.ForeignKey(
        "walking.Invitation",
        on_delete=models.PROTECT,
        null=True,
        related_name="mail",
        db_index=False,
    )
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="mail",
        verbose_name=_("to"),
    )
    about = models.CharField(_("about"), max_length=40)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.QUEUED)
    due_at = models.DateTimeField(_("due"))
    next_attempt_at = models.DateTimeField(_("next attempt"))
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    lease = models.UUIDField(null=True, editable=False)
    leased_until = models.DateTimeField(null=True, editable=False)
    message_id = models.CharField(max_length=120)
    copy = models.PositiveSmallIntegerField(_("copy"), default=0, db_default=0, editable=False)
    queued_at = models.DateTimeField(_("queued"))
    settled_at = models.DateTimeField(_("settled"), null=True)
    outcome = models.CharField(_("outcome"), max_length=300, blank=True)

    objects = MailQuerySet.as_manager()

    class Meta:
        verbose_name = _("mail")
        verbose_name_plural = _("mail")
        constraints = [
            # Not unique=True, which would add a second index, for pattern searches that we never make.
            models.UniqueConstraint(fields=["message_id"], name="mail_message_id_once"),
            models.UniqueConstraint(
                fields=["plan", "kind", "about", "copy"],
                name="mail_once_per_plan",
                condition=models.Q(plan__isnull=False) & ~models.Q(kind="urgent"),
            ),
            # An alarm is passed on to the next person if it does not reach the one before.
            models.UniqueConstraint(
                fields=["plan", "about", "recipient", "copy"],
                name="mail_alarm_once_per_person",
                condition=models.Q(plan__isnull=False, kind="urgent"),
            ),
            models.UniqueConstraint(
                fields=["recipient", "kind", "about", "copy"],
                name="mail_once_per_person",
                condition=models.Q(plan__isnull=True, recipient__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["invitation", "kind", "about", "copy"],
                name="mail_once_per_invitation",
                condition=models.Q(invitation__isnull=False),
            ),
            models.CheckConstraint(
                condition=models.Q(recipient__isnull=False) ^ models.Q(invitation__isnull=False),
                name="mail_goes_to_somebody",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["queued", "sent", "failed", "suppressed"]),
                name="mail_state_known",
            ),
            models.CheckConstraint(
                condition=models.Q(state="queued") ^ models.Q(settled_at__isnull=False),
                name="mail_settled_when_not_queued",
            ),
        ]
        indexes = [
            # The pending rows only: cost grows with the backlog, not the history.
            models.Index(
                fields=["next_attempt_at", "id"],
                name="mail_pending",
                condition=models.Q(state="queued"),
            ),
            # Alarms and safety emails are looked for first, and there are hardly ever any.
            models.Index(
                fields=["next_attempt_at", "id"],
                name="mail_pending_first",
                condition=models.Q(state="queued", kind__in=["urgent", "paused"]),
            ),
            # The outcomes of an hour or a day.
            models.Index(
                fields=["settled_at", "state"],
                name="mail_settled",
                condition=models.Q(settled_at__isnull=False),
            ),
            # Failures are few, and are looked up by plan.
            models.Index(
                fields=["plan", "settled_at"],
                name="mail_failed",
                condition=models.Q(state="failed"),
            ),
        ]

    def __str__(self) -> str:
        return (
            f"{self.get_kind_display()} ({self.about_words})"
            if self.about_words
            else self.get_kind_display()
        )

    @property
    def about_words(self) -> str:
        """Return what it is about, for people; empty where its kind says it all."""
        what, _colon, number = self.about.partition(":")
        words = {"week": gettext("week %(number)s"), "month": gettext("month %(number)s"),
                 "contact": gettext("contact %(number)s")}  # fmt: skip
        return words[what] % {"number": number.partition(":")[0]} if what in words else ""


class MailPreference(models.Model):
    """Which kinds of email a person wants; safety and account emails (welcome, paused, urgent) cannot be turned off."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="mail_preference",
        primary_key=True,
    )
    check_in = models.BooleanField(_("weekly check-in"), default=True)
    week_plan = models.BooleanField(_("the new week's plan"), default=True)
    recurrence = models.BooleanField(_("monthly question"), default=True)
    contact = models.BooleanField(_("coaching contacts"), default=True)
    digest = models.BooleanField(_("morning digest"), default=True)
    next_digest_at = models.DateTimeField(null=True, editable=False)
    changed_at = models.DateTimeField(null=True)

    #: The kinds that can be unsubscribed; also the names of the columns.
    CHOICES = ("check_in", "week_plan", "recurrence", "contact", "digest")

    class Meta:
        verbose_name = _("mail preference")
        verbose_name_plural = _("mail preferences")
        indexes = [
            models.Index(
                fields=["next_digest_at"],
                name="digest_due",
                condition=models.Q(next_digest_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}"
