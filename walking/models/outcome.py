"""How a patient does over time: pain, disability and what matters to them; and which answers are still open."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Clinic
from walking.models.facts import Fact, FactQuerySet, between, between_or_none, both_or_neither
from walking.models.plan import Plan
from walking.programme import outcomes


class OutcomeAnswerQuerySet(FactQuerySet["OutcomeAnswer"]):
    def counting(self) -> OutcomeAnswerQuerySet:
        """Return the latest revision of each occasion."""
        later = OutcomeAnswer.objects.filter(
            plan=models.OuterRef("plan"),
            month=models.OuterRef("month"),
            revision__gt=models.OuterRef("revision"),
        )
        return self.filter(~models.Exists(later))


class OutcomeAnswer(Fact):
    """The answers for one occasion: ``month`` 0 (the start), 3, 6, 9 or 12. The latest ``revision`` counts.

    ``pain`` is 0-10 on average over the last week. ``statements`` are the numbers (1-24) of the Roland-Morris
    statements that were ticked, ``disability`` how many; both empty if the list was left out.
    ``by`` is empty for an answer through the link in an email.
    """

    plan = models.ForeignKey(
        Plan, on_delete=models.PROTECT, related_name="outcome_answers", db_index=False
    )
    month = models.PositiveSmallIntegerField(_("month"))
    revision = models.PositiveSmallIntegerField(_("revision"), default=1)
    at = models.DateTimeField(_("answered"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    pain = models.PositiveSmallIntegerField(_("pain"), null=True)
    statements = models.JSONField(_("statements ticked"), null=True)
    disability = models.PositiveSmallIntegerField(_("disability"), null=True)

    objects = OutcomeAnswerQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = _("questionnaire")
        verbose_name_plural = _("questionnaires")
        ordering = ("plan_id", "month", "revision")
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "month", "revision"], name="outcome_revision_once"
            ),
            models.CheckConstraint(
                condition=models.Q(month__in=outcomes.OCCASIONS), name="outcome_month_known"
            ),
            models.CheckConstraint(
                condition=between_or_none("pain", 0, 10), name="outcome_pain_range"
            ),
            models.CheckConstraint(
                condition=between_or_none("disability", 0, outcomes.STATEMENTS),
                name="outcome_disability_range",
            ),
            models.CheckConstraint(
                condition=both_or_neither("statements", "disability"), name="outcome_list_whole"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id}: month {self.month}"


class OutcomeActivity(Fact):
    """Something the patient wants to be able to do, in their words, and how well it goes: 0 not at all, 10 as well as
    before (the Patient-Specific Functional Scale: Stratford et al., Physiotherapy Canada 1995; 47: 258-263)."""

    answer = models.ForeignKey(
        OutcomeAnswer, on_delete=models.PROTECT, related_name="activities", db_index=False
    )
    number = models.PositiveSmallIntegerField(_("number"))
    words = models.CharField(_("activity"), max_length=80)
    score = models.PositiveSmallIntegerField(_("how well it goes"))

    class Meta:
        verbose_name = _("activity that matters")
        verbose_name_plural = _("activities that matter")
        ordering = ("answer_id", "number")
        constraints = [
            models.UniqueConstraint(fields=["answer", "number"], name="activity_number_once"),
            models.CheckConstraint(
                condition=between("number", 1, outcomes.ACTIVITIES), name="activity_number_range"
            ),
            models.CheckConstraint(condition=between("score", 0, 10), name="activity_score_range"),
            models.CheckConstraint(condition=~models.Q(words=""), name="activity_has_words"),
        ]

    def __str__(self) -> str:
        return f"{self.answer_id}: {self.number}"


class FollowUp(models.Model):
    """The latest questions asked for a plan: those of ``month`` (0: the start), open until ``open_until``.

    ``remind_at`` (UTC) is when the patient is reminded; empty once that was done or all is answered.
    """

    plan = models.OneToOneField(
        Plan, on_delete=models.CASCADE, primary_key=True, related_name="follow_up"
    )
    month = models.PositiveSmallIntegerField()
    open_until = models.DateField()
    answered = models.BooleanField(default=False)
    remind_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("follow-up")
        verbose_name_plural = _("follow-up")
        constraints = [
            models.CheckConstraint(
                condition=between("month", 0, outcomes.MOST_MONTHS), name="follow_up_month_range"
            ),
            models.CheckConstraint(
                condition=models.Q(answered=False) | models.Q(remind_at__isnull=True),
                name="follow_up_no_reminder_when_answered",
            ),
        ]
        indexes = [
            models.Index(
                fields=["remind_at", "plan"],
                name="follow_up_reminder_due",
                condition=models.Q(remind_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id}: month {self.month}"


class FollowUpLength(models.Model):
    """For how many months a clinic asks the monthly question; 12 for a clinic without a row."""

    clinic = models.OneToOneField(
        Clinic, on_delete=models.CASCADE, primary_key=True, related_name="follow_up_length"
    )
    months = models.PositiveSmallIntegerField(_("months"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("by")
    )
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("length of the follow-up")
        verbose_name_plural = _("lengths of the follow-up")
        constraints = [
            models.CheckConstraint(
                condition=between("months", outcomes.FEWEST_MONTHS, outcomes.MOST_MONTHS),
                name="follow_up_length_range",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.clinic_id}: {self.months}"


def months_followed(clinic: Clinic) -> int:
    """Return the last month for which this clinic's patients are asked; select ``clinic__follow_up_length`` first."""
    length: FollowUpLength | None = getattr(clinic, "follow_up_length", None)
    return length.months if length else outcomes.FEWEST_MONTHS
