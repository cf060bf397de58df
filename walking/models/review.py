"""The weekly review."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from walking.models.facts import Fact, between, between_or_none, both_or_neither
from walking.models.plan import Plan
from walking.programme import review as rules
from walking.programme.dose import Dose


class Review(Fact):
    """What was known when a week had ended, the line of the table that matched, and the decision.

    ``inputs`` holds all that the rules were given, so that the decision can be repeated: ``state`` before it,
    ``minutes_by_day``, ``walk_pain``, ``check_in`` and ``adjustment`` (their keys), ``absent``, ``flare_up_acted``.
    Another review of the same week (after a late check-in) is the next revision.
    """

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="reviews", db_index=False)
    week_number = models.PositiveSmallIntegerField(_("week"))
    revision = models.PositiveSmallIntegerField(_("revision"), default=1)
    at = models.DateTimeField(_("decided"))
    line = models.PositiveSmallIntegerField(_("rule"))
    decision = models.CharField(_("decision"), max_length=10)
    reason = models.CharField(_("reason"), max_length=20)
    pain = models.PositiveSmallIntegerField(_("highest pain"), null=True)
    adherence = models.DecimalField(_("adherence"), max_digits=5, decimal_places=4)
    minutes_walked = models.PositiveIntegerField(_("minutes walked"))
    dose_minutes = models.PositiveSmallIntegerField()
    dose_days = models.PositiveSmallIntegerField()
    next_minutes = models.PositiveSmallIntegerField(null=True)
    next_days = models.PositiveSmallIntegerField(null=True)
    flags = models.JSONField(_("flags"), default=list)
    sentence = models.TextField(_("what the patient was told"))
    inputs = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("review")
        verbose_name_plural = _("reviews")
        ordering = ("plan_id", "week_number", "revision")
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "week_number", "revision"], name="review_revision_once"
            ),
            models.CheckConstraint(
                condition=between("week_number", 1, 52), name="review_week_range"
            ),
            models.CheckConstraint(condition=between("line", 1, 19), name="review_line_range"),
            models.CheckConstraint(
                condition=models.Q(decision__in=[d.value for d in rules.Decision]),
                name="review_decision_known",
            ),
            models.CheckConstraint(
                condition=models.Q(reason__in=[r.value for r in rules.Reason]),
                name="review_reason_known",
            ),
            models.CheckConstraint(
                condition=between_or_none("pain", 0, 10), name="review_pain_range"
            ),
            models.CheckConstraint(
                condition=between("adherence", 0, 1), name="review_adherence_range"
            ),
            models.CheckConstraint(
                condition=between("dose_minutes", 1, 120) & between("dose_days", 1, 7),
                name="review_dose_range",
            ),
            models.CheckConstraint(
                condition=both_or_neither("next_minutes", "next_days"), name="review_next_whole"
            ),
            models.CheckConstraint(
                condition=between_or_none("next_minutes", 1, 120)
                & between_or_none("next_days", 1, 7),
                name="review_next_range",
            ),
            # The two most important safety rules, enforced by the database: a stop has no next dose, and the dose is
            # not increased after pain of 4 or more.
            models.CheckConstraint(
                condition=~models.Q(decision="stop") | models.Q(next_minutes__isnull=True),
                name="review_stop_has_no_dose",
            ),
            models.CheckConstraint(
                condition=~models.Q(decision="advance")
                | models.Q(pain__isnull=True)
                | models.Q(pain__lte=3),
                name="review_no_advance_in_pain",
            ),
        ]

    def __str__(self) -> str:
        return gettext("review of week %(number)s") % {"number": self.week_number}

    @property
    def dose(self) -> Dose:
        return Dose(self.dose_minutes, self.dose_days)

    @property
    def next_dose(self) -> Dose | None:
        return (
            None
            if self.next_minutes is None or self.next_days is None
            else Dose(self.next_minutes, self.next_days)
        )

    @property
    def adherence_percent(self) -> int:
        return int(self.adherence * 100)
