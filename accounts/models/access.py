"""Who viewed a patient's record, or changed it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.facts import Fact
from accounts.models.people import Clinic, Role, User


class Access(Fact):
    """One line of the audit trail: that ``by``, in their role at that moment, viewed, changed or exported the part
    ``what`` of the record of ``patient``. Written by ``accounts.access_log``; never edited or deleted, which triggers
    enforce as well.

    ``what`` is a code of ``accounts.access_log``. ``why``: for a view, such a code; for a change, the reason in the
    words of the person who made it, which the patient does not see.
    """

    class Action(models.TextChoices):
        VIEWED = "viewed", _("seen")
        CHANGED = "changed", _("changed")
        EXPORTED = "exported", _("taken out")

    by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name=_("who"), db_index=False
    )
    role = models.CharField(_("as"), max_length=20, choices=Role)
    patient = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        related_name="accesses",
        verbose_name=_("patient"),
        db_index=False,
    )
    clinic = models.ForeignKey(
        Clinic, on_delete=models.PROTECT, related_name="+", verbose_name=_("clinic"), db_index=False
    )
    action = models.CharField(_("what was done"), max_length=10, choices=Action)
    what = models.CharField(_("of what"), max_length=40)
    why = models.TextField(_("why"), max_length=2000, blank=True)
    at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("access")
        verbose_name_plural = _("accesses")
        ordering = ("-at", "-pk")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(action__in=["viewed", "changed", "exported"]),
                name="access_action_known",
            ),
            models.CheckConstraint(
                condition=models.Q(role__in=["physiotherapist", "manager", "operator"]),
                name="access_by_staff",
            ),
            models.CheckConstraint(condition=~models.Q(what=""), name="access_says_what"),
            models.CheckConstraint(
                condition=~models.Q(by=models.F("patient")), name="access_by_somebody_else"
            ),
        ]
        indexes = [models.Index(fields=["patient", "at", "id"], name="access_of_patient")]

    def __str__(self) -> str:
        return f"{self.by_id} {self.action} {self.what} of {self.patient_id}"

    @property
    def what_words(self) -> str:
        from accounts.access_log import in_words

        return in_words(self.what)

    @property
    def why_words(self) -> str:
        """Return the reason, for staff; a patient sees it for views only."""
        from accounts.access_log import in_words

        return self.why if self.action == self.Action.CHANGED else in_words(self.why)
