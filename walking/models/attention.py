"""Which patients need the physiotherapist: stored for each plan, in words that the caseload and the digest share."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, Final, Self

from django.conf import settings
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Clinic, User
from walking.models.facts import Fact, both_or_neither
from walking.models.plan import Plan
from walking.programme.attention import Kind, Need

#: The name of each kind, in a list and in a filter.
NAME: Final[dict[Kind, Promise]] = {
    Kind.RED_FLAG: _("Red flag"),
    Kind.FLARE_UP: _("Flare-up"),
    Kind.PAIN: _("High pain"),
    Kind.UNREACHED: _("Gone quiet: mail does not arrive"),
    Kind.UNSUBSCRIBED: _("Gone quiet: mail turned off"),
    Kind.SILENT: _("Gone quiet"),
    Kind.NOT_LOGGING: _("Gone quiet: not logging"),
    Kind.NOT_WALKING: _("Gone quiet: not walking"),
    Kind.NOT_ANSWERING: _("Gone quiet: not answering"),
    Kind.STRUGGLING: _("Struggling"),
    Kind.MAIL: _("Mail not arriving"),
    Kind.CHECK_IN_NEEDED: _("Check-in needed"),
    Kind.DISABILITY: _("More disabled"),
    Kind.CONTACT_DUE: _("Contact due"),
}

WHY: Final[dict[Kind, Promise]] = {
    Kind.RED_FLAG: _("Red flag reported"),
    Kind.FLARE_UP: _("Flare-up"),
    Kind.PAIN: _("High pain"),
    Kind.UNREACHED: _("Gone quiet, and our mail does not arrive"),
    Kind.UNSUBSCRIBED: _("Gone quiet, and the check-in mail was turned off"),
    Kind.SILENT: _("Gone quiet: no walks and no check-in for two weeks or more"),
    Kind.NOT_LOGGING: _("Gone quiet: signs in, but logs no walks and no check-in"),
    Kind.NOT_WALKING: _("Gone quiet: answers the check-in, but has not walked for two weeks or more"),
    Kind.NOT_ANSWERING: _("Gone quiet: no check-in for four weeks or more"),
    Kind.STRUGGLING: _("Struggling: under half of the walks, two weeks or more in a row"),
    Kind.MAIL: _("Mail does not arrive"),
    Kind.CHECK_IN_NEEDED: _("Raised twice without a check-in"),
    Kind.DISABILITY: _("More disabled than at first: 5 points or more on the Roland-Morris list"),
    Kind.CONTACT_DUE: _("Coaching contact due"),
}  # fmt: skip

NEXT_STEP: Final[dict[Kind, Promise]] = {
    Kind.RED_FLAG: _(
        "Call the patient now. Once it is safe, resume a paused plan at a dose you choose."
    ),
    Kind.FLARE_UP: _("Ring within a day or two; the dose was halved."),
    Kind.PAIN: _("Ask about the pain; the dose was eased."),
    Kind.UNREACHED: _("Ring, and ask for an address that works."),
    Kind.UNSUBSCRIBED: _("Ring, and ask how they would like to hear from us."),
    Kind.SILENT: _("Ring to hear how things are."),
    Kind.NOT_LOGGING: _("Ring: perhaps they walk and do not write it down."),
    Kind.NOT_WALKING: _("Ring and ask what keeps them from walking."),
    Kind.NOT_ANSWERING: _("Ask how the weeks were; offer to take the check-in by telephone."),
    Kind.STRUGGLING: _("Talk about what gets in the way; set a dose that fits."),
    Kind.MAIL: _("Check the address with the patient."),
    Kind.CHECK_IN_NEEDED: _("Ask for a check-in; the plan waits for one."),
    Kind.DISABILITY: _("Look at what was ticked, and ask what has become harder."),
    Kind.CONTACT_DUE: _("Make the contact, and note how it went."),
}


#: The wording for a patient without an email address, where it differs.
WHY_BY_PHONE: Final[dict[Kind, Promise]] = {
    Kind.CHECK_IN_NEEDED: _("No check-in for last week"),
}
NEXT_STEP_BY_PHONE: Final[dict[Kind, Promise]] = {
    Kind.SILENT: _("No email: ask by phone how things are."),
    Kind.NOT_ANSWERING: _("No email: ask by phone, and enter the check-in for the patient."),
    Kind.CHECK_IN_NEEDED: _("No email: ask by phone, and enter the check-in for the patient."),
    Kind.CONTACT_DUE: _("No email, so no reminder: ring, and note how it went."),
}


class AttentionQuerySet(models.QuerySet["Attention"]):
    def visible_to(self, viewer: User) -> Self:
        """Return the rows of the plans that ``viewer`` may see."""
        if viewer.is_active and viewer.is_staff and not viewer.is_superuser and viewer.clinic_id:
            return self.filter(clinic_id=viewer.clinic_id)
        return self.filter(plan__in=Plan.objects.visible_to(viewer))

    def waiting(self) -> Self:
        """Return what needs attention now, most urgent first, then longest waiting."""
        return self.filter(rank__isnull=False).order_by("rank", "since", "plan_id")


class Attention(models.Model):
    """What one plan needs, computed from its facts by ``walking.models.standing`` in the transaction that changed them;
    ``manage.py attention`` checks and rebuilds it.

    ``kind``, ``rank`` and ``since`` are the most urgent need that has not been acknowledged or snoozed; empty if there
    is none. ``needs`` holds all, acknowledged or not. ``look_at`` (UTC) is when it changes next just because time
    passes: a contact falls due, or a snooze ends.
    """

    plan = models.OneToOneField(
        Plan, on_delete=models.CASCADE, primary_key=True, related_name="attention"
    )
    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(
        _("what for"),
        max_length=20,
        blank=True,
        choices=[(kind.value, NAME[kind]) for kind in Kind],
    )
    rank = models.PositiveSmallIntegerField(null=True)
    since = models.DateTimeField(_("since"), null=True)
    needs = models.JSONField(default=list)
    #: A red flag that was acknowledged and is still open.
    red_flag_seen = models.BooleanField(default=False)
    acknowledged_at = models.DateTimeField(_("acknowledged"), null=True)
    snoozed_until = models.DateTimeField(_("put off until"), null=True)
    look_at = models.DateTimeField(null=True)

    objects = AttentionQuerySet.as_manager()

    #: What happened to the emails after a red flag, in sentences; ``walking.desk.patient.alarms`` sets it for a page.
    alarm_news: Sequence[str] = ()

    class Meta:
        verbose_name = _("attention")
        verbose_name_plural = _("attention")
        constraints = [
            models.CheckConstraint(
                condition=both_or_neither("rank", "since"), name="attention_whole"
            ),
            models.CheckConstraint(
                condition=models.Q(kind="", rank__isnull=True)
                | models.Q(rank__isnull=False, kind__in=[kind.value for kind in Kind]),
                name="attention_kind_known",
            ),
        ]
        indexes = [
            models.Index(
                fields=["clinic", "rank", "since", "plan"],
                name="attention_waiting",
                condition=models.Q(rank__isnull=False),
            ),
            # Few rows are acknowledged or snoozed, compared with a whole clinic.
            models.Index(
                fields=["clinic", "plan"],
                name="attention_spoken_of",
                condition=models.Q(acknowledged_at__isnull=False)
                | models.Q(snoozed_until__isnull=False),
            ),
            models.Index(
                fields=["look_at"],
                name="attention_look_due",
                condition=models.Q(look_at__isnull=False),
            ),
            models.Index(
                fields=["clinic", "plan"],
                name="attention_red_flag_seen",
                condition=models.Q(red_flag_seen=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id}: {self.kind or '–'}"

    @property
    def why(self) -> str:
        """Return the need in words; select the plan's patient first, as for ``next_step``."""
        kind = Kind(self.kind)
        return str((not self.plan.patient.email and WHY_BY_PHONE.get(kind)) or WHY[kind])

    @property
    def next_step(self) -> str:
        kind = Kind(self.kind)
        return str(
            (not self.plan.patient.email and NEXT_STEP_BY_PHONE.get(kind)) or NEXT_STEP[kind]
        )

    @property
    def all_needs(self) -> tuple[Need, ...]:
        return tuple(need_from(told) for told in self.needs)

    @property
    def state(self) -> str:
        """Return the needs as one word, to check that they are still those a page showed."""
        return " ".join(f"{told['kind']}@{told['raised']}" for told in self.needs)


def need_as_json(need: Need) -> dict[str, Any]:
    return {
        "kind": need.kind.value,
        "since": need.since.astimezone(dt.UTC).isoformat(),
        "raised": need.raised.astimezone(dt.UTC).isoformat(),
    }


def need_from(told: dict[str, Any]) -> Need:
    return Need(
        Kind(told["kind"]),
        dt.datetime.fromisoformat(told["since"]),
        dt.datetime.fromisoformat(told["raised"]),
    )


class Acknowledgement(Fact):
    """That staff acknowledged or snoozed what a plan needed, or undid that. ``needs`` is what there was.

    ``until`` (UTC) is when a snooze ends. ``undoes`` is the fact that is undone.
    """

    class Action(models.TextChoices):
        SEEN = "seen", _("acknowledged")
        SNOOZED = "snoozed", _("put off")
        UNDONE = "undone", _("taken back")

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="acknowledgements")
    action = models.CharField(max_length=10, choices=Action)
    needs = models.JSONField(default=list)
    note = models.TextField(_("note"), blank=True, max_length=1000)
    until = models.DateTimeField(null=True)
    undoes = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="undone_by"
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("by")
    )
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("acknowledgement")
        verbose_name_plural = _("acknowledgements")
        ordering = ("at", "pk")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(action="seen", until__isnull=True, undoes__isnull=True)
                & ~models.Q(note="")
                | models.Q(action="snoozed", until__isnull=False, undoes__isnull=True)
                | models.Q(action="undone", until__isnull=True, undoes__isnull=False),
                name="acknowledgement_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id}: {self.action}"


class CaseloadView(models.Model):
    """A saved view of the caseload: filters and search as in the address.

    One of a person's own can be their start page. A shared one is offered to everyone in the clinic.
    """

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="caseload_views"
    )
    clinic = models.ForeignKey(Clinic, on_delete=models.CASCADE, null=True, related_name="+")
    name = models.CharField(_("name"), max_length=60)
    query = models.CharField(max_length=400, blank=True)
    shared = models.BooleanField(_("for everybody in the clinic"), default=False)
    is_default = models.BooleanField(_("open the desk with it"), default=False)

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        ordering = ("name", "pk")
        constraints = [
            models.UniqueConstraint(fields=["owner", "name"], name="view_named_once"),
            models.UniqueConstraint(
                fields=["owner"], condition=models.Q(is_default=True), name="view_one_default"
            ),
            models.CheckConstraint(condition=~models.Q(name=""), name="view_has_name"),
        ]

    def __str__(self) -> str:
        return self.name
