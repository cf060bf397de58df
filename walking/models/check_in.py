"""The weekly check-in."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from walking.models.facts import Fact, between, between_or_none
from walking.models.plan import Plan
from walking.programme import facts as rules
from walking.programme.red_flags import RedFlag


class CheckIn(Fact):
    """What the patient answered for a week. Answering again adds a revision; the highest one counts."""

    class Difficulty(models.TextChoices):
        TOO_EASY = "too_easy", _("too easy")
        ABOUT_RIGHT = "about_right", _("about right")
        TOO_HARD = "too_hard", _("too hard")

    class Via(models.TextChoices):
        APP = "app", _("signed in")
        MAIL = "mail", _("link in the mail")
        STAFF = "staff", _("entered by staff")

    plan = models.ForeignKey(
        Plan, on_delete=models.PROTECT, related_name="check_ins", db_index=False
    )
    week_number = models.PositiveSmallIntegerField(_("week"))
    revision = models.PositiveSmallIntegerField(_("revision"), default=1)
    at = models.DateTimeField(_("answered"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    via = models.CharField(_("how"), max_length=10, choices=Via)
    pain = models.PositiveSmallIntegerField(_("pain"), null=True, blank=True)
    difficulty = models.CharField(_("how hard"), max_length=12, choices=Difficulty, blank=True)
    confidence = models.PositiveSmallIntegerField(_("confidence"), null=True, blank=True)
    flare_up = models.BooleanField(_("flare-up"), default=False)
    away = models.BooleanField(_("away or ill"), default=False)
    red_flags = models.JSONField(_("warning signs"), default=list, blank=True)
    #: True also for "None of these". None: unknown, because the check-in is older than this column.
    signs_answered = models.BooleanField(_("warning signs answered"), null=True, blank=True)
    words = models.TextField(_("in the patient's words"), blank=True, max_length=2000)

    class Meta:
        verbose_name = _("check-in")
        verbose_name_plural = _("check-ins")
        ordering = ("plan_id", "week_number", "revision")
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "week_number", "revision"], name="check_in_revision_once"
            ),
            models.CheckConstraint(
                condition=between("week_number", 0, 52), name="check_in_week_range"
            ),
            models.CheckConstraint(
                condition=between_or_none("pain", 0, 10), name="check_in_pain_range"
            ),
            models.CheckConstraint(
                condition=between_or_none("confidence", 0, 10), name="check_in_confidence_range"
            ),
            models.CheckConstraint(
                condition=models.Q(difficulty__in=["", "too_easy", "about_right", "too_hard"]),
                name="check_in_difficulty_known",
            ),
            models.CheckConstraint(
                condition=models.Q(red_flags=[])
                | models.Q(signs_answered=True)
                | models.Q(signs_answered__isnull=True),
                name="check_in_signs_listed_are_answered",
            ),
        ]

    def __str__(self) -> str:
        return gettext("check-in of week %(number)s") % {"number": self.week_number}

    @property
    def by_staff(self) -> str:
        """Return the label of a check-in that staff entered for the patient; empty for the patient's own."""
        if self.via != self.Via.STAFF or self.by is None:
            return ""
        return gettext("entered by %(name)s") % {"name": self.by.name}

    @property
    def signs(self) -> tuple[RedFlag, ...] | None:
        """Return the warning signs reported: empty for "None of these", None if no answer is known."""
        if self.red_flags or self.signs_answered:
            return tuple(RedFlag(code) for code in self.red_flags)
        return None

    def as_rules_see_it(self) -> rules.CheckIn:
        return rules.CheckIn(
            pain=self.pain,
            difficulty=rules.Difficulty(self.difficulty) if self.difficulty else None,
            confidence=self.confidence,
            flare_up=self.flare_up,
            away=self.away,
            red_flags=self.signs,
        )
