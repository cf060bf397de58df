"""Records of sitting less: the usual hours, the minutes less of each day, and the next break."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from walking.companions.sitting.rules import BREAK_AFTER, LESS, USUAL
from walking.models.companion import CompanionProgramme
from walking.models.facts import Fact, between, between_or_none


class SittingUsual(Fact):
    """How long a patient usually sits, in minutes a day, and after how many a break is due; the latest counts."""

    companion = models.ForeignKey(
        CompanionProgramme, on_delete=models.PROTECT, related_name="sitting_usual", db_index=False
    )
    revision = models.PositiveSmallIntegerField(_("revision"))
    work_day = models.PositiveSmallIntegerField(_("on a work day"), null=True, blank=True)
    free_day = models.PositiveSmallIntegerField(_("on a free day"))
    break_after = models.PositiveSmallIntegerField(_("a break after"))
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("usual sitting")
        verbose_name_plural = _("usual sitting")
        ordering = ("companion_id", "revision")
        constraints = [
            models.UniqueConstraint(fields=["companion", "revision"], name="sitting_usual_once"),
            models.CheckConstraint(
                condition=between("revision", 1, 1000), name="sitting_usual_revision_range"
            ),
            models.CheckConstraint(
                condition=between_or_none("work_day", USUAL.start, USUAL.stop - 1),
                name="sitting_work_day_range",
            ),
            models.CheckConstraint(
                condition=between("free_day", USUAL.start, USUAL.stop - 1),
                name="sitting_free_day_range",
            ),
            models.CheckConstraint(
                condition=between("break_after", BREAK_AFTER.start, BREAK_AFTER.stop - 1),
                name="sitting_break_range",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.companion_id}: {self.free_day}"


class SittingDay(Fact):
    """How much less a patient sat on a local day, in minutes; the latest revision of a day counts."""

    companion = models.ForeignKey(
        CompanionProgramme, on_delete=models.PROTECT, related_name="sitting_days", db_index=False
    )
    day = models.DateField(_("day"))
    revision = models.PositiveSmallIntegerField(_("revision"))
    less = models.PositiveSmallIntegerField(_("minutes less"))
    client_id = models.UUIDField(_("id of the sender"))
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("day of sitting less")
        verbose_name_plural = _("days of sitting less")
        ordering = ("companion_id", "day", "revision")
        constraints = [
            models.UniqueConstraint(
                fields=["companion", "day", "revision"], name="sitting_day_once"
            ),
            models.UniqueConstraint(fields=["companion", "client_id"], name="sitting_sent_once"),
            models.CheckConstraint(
                condition=between("revision", 1, 1000), name="sitting_day_revision_range"
            ),
            models.CheckConstraint(
                condition=between("less", LESS.start, LESS.stop - 1), name="sitting_less_range"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.companion_id}: {self.day} {self.less}"


class SittingBreak(models.Model):
    """That a patient sat down, and when the devices should say that it is time to get up: only the latest time.

    ``due_at`` is null once the message was sent, once the patient got up, and in the quiet hours.
    """

    companion = models.OneToOneField(
        CompanionProgramme, on_delete=models.PROTECT, related_name="sitting_break", primary_key=True
    )
    sat_down_at = models.DateTimeField(_("sat down"))
    due_at = models.DateTimeField(_("time to get up"), null=True)

    class Meta:
        verbose_name = _("break from sitting")
        verbose_name_plural = _("breaks from sitting")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(due_at=None) | models.Q(due_at__gt=models.F("sat_down_at")),
                name="sitting_break_after_sitting_down",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                name="sitting_break_due",
                condition=models.Q(due_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.companion_id}: {self.sat_down_at}"
