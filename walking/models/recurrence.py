"""Recurrences of back pain, as the trial asked about them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from walking.models.facts import Fact, FactQuerySet, between_or_none, both_or_neither
from walking.models.plan import Plan


class RecurrenceQuerySet(FactQuerySet["Recurrence"]):
    def episodes(self) -> RecurrenceQuerySet:
        """Return the latest revision of each episode, one row each; withdrawn episodes are left out."""
        later = Recurrence.objects.filter(
            plan=models.OuterRef("plan"),
            episode=models.OuterRef("episode"),
            episode_revision__gt=models.OuterRef("episode_revision"),
        )
        return self.filter(~models.Exists(later), episode__isnull=False, happened=True)

    def open_episodes(self) -> RecurrenceQuerySet:
        """Return the episodes that have not been reported as over."""
        return self.episodes().filter(ended__isnull=True)


class Recurrence(Fact):
    """What a person reported about a month, about one episode of pain, or about both.

    An answer to the monthly question has a ``month``; the latest ``revision`` of a month counts. Every report of an
    episode, by the flare-up button, the check-in of ``week_number`` or the monthly question, carries the episode's
    number within the plan; the latest ``episode_revision`` counts. It has the episode's days and the trial's three
    definitions, separately: any recurrence of 24 hours or more (``happened``), activity-limiting
    (``limited_activity``), leading to care (``sought_care``). If an episode did not happen after all, its last revision
    says so.
    """

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="recurrences")
    month = models.PositiveSmallIntegerField(_("month"), null=True)
    revision = models.PositiveSmallIntegerField(_("revision"), default=1)
    episode = models.PositiveSmallIntegerField(_("episode"), null=True)
    episode_revision = models.PositiveSmallIntegerField(null=True)
    week_number = models.PositiveSmallIntegerField(_("told in the check-in of week"), null=True)
    at = models.DateTimeField(_("answered"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    happened = models.BooleanField(_("back pain for 24 hours or more"))
    started = models.DateField(_("began on"), null=True, blank=True)
    ended = models.DateField(_("ended on"), null=True, blank=True)
    limited_activity = models.BooleanField(_("limited usual activities"), null=True)
    sought_care = models.BooleanField(_("led to care"), null=True)

    objects = RecurrenceQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = _("recurrence answer")
        verbose_name_plural = _("recurrence answers")
        ordering = ("plan_id", "at", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "month", "revision"],
                condition=models.Q(month__isnull=False),
                name="recurrence_revision_once",
            ),
            models.UniqueConstraint(
                fields=["plan", "episode", "episode_revision"],
                condition=models.Q(episode__isnull=False),
                name="recurrence_episode_revision_once",
            ),
            models.CheckConstraint(
                condition=both_or_neither("episode", "episode_revision"),
                name="recurrence_episode_whole",
            ),
            models.CheckConstraint(
                condition=models.Q(month__isnull=False) | models.Q(episode__isnull=False),
                name="recurrence_about_something",
            ),
            models.CheckConstraint(
                condition=between_or_none("month", 1, 36), name="recurrence_month_range"
            ),
            models.CheckConstraint(
                condition=models.Q(started__isnull=True)
                | models.Q(ended__isnull=True)
                | models.Q(ended__gte=models.F("started")),
                name="recurrence_dates_in_order",
            ),
            models.CheckConstraint(
                condition=models.Q(happened=True)
                | models.Q(
                    started__isnull=True,
                    ended__isnull=True,
                    limited_activity__isnull=True,
                    sought_care__isnull=True,
                ),
                name="recurrence_none_has_no_details",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id}: {self.happened}"
