"""What a plan needs from the physiotherapist, computed from its facts, most urgent first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from walking.programme.review import Flag, Reason


class Kind(StrEnum):
    """Why a plan needs attention, most urgent first: this order is the order of the caseload."""

    RED_FLAG = "urgent"
    FLARE_UP = "flare_up"
    PAIN = "pain"
    #: Not responding, in six kinds: email bounces or fails, email was turned off, nothing at all, signs in but records
    #: nothing, answers but does not walk, walks but does not answer.
    UNREACHED = "unreached"
    UNSUBSCRIBED = "unsubscribed"
    SILENT = "quiet"
    NOT_LOGGING = "not_logging"
    NOT_WALKING = "not_walking"
    NOT_ANSWERING = "not_answering"
    STRUGGLING = "struggling"
    MAIL = "mail"
    CHECK_IN_NEEDED = "check_in_needed"
    DISABILITY = "disability"
    CONTACT_DUE = "contact_due"


RANK: Final[dict[Kind, int]] = {kind: place for place, kind in enumerate(Kind, start=1)}
GONE_QUIET: Final = frozenset(
    {
        *(Kind.UNREACHED, Kind.UNSUBSCRIBED, Kind.SILENT),
        *(Kind.NOT_LOGGING, Kind.NOT_WALKING, Kind.NOT_ANSWERING),
    }
)
#: After this many reviewed weeks in a row without a check-in, with or without walks, the patient counts as not
#: answering. Our choice, not the trial's.
WEEKS_UNANSWERED: Final = 4


@dataclass(frozen=True, slots=True)
class Need:
    """``since`` is when it began, ``raised`` when the last fact that shows it was recorded; both aware."""

    kind: Kind
    since: dt.datetime
    raised: dt.datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known about one plan. Moments are aware; None if it did not happen.

    ``red_flag_since``, ``red_flag_at``: the first and the last red flag since the plan last ran. ``flare_up_at``:
    reported in the running week or the one before. ``reviewed_at``, ``flags``, ``reason``: the review of the week
    before the running one; ``away``: that week's check-in said so. ``unanswered``: reviewed weeks in a row without a
    check-in. ``mail_failed_at``: the last email to the patient failed, and none was delivered since.
    ``by_phone``: there is no address to send the check-in to, so staff have to ask.
    ``contact_due_at``: the beginning of the local day of the first contact that is planned and not long past.
    ``disability_at``: the last questionnaire, if it is worse than the first by more than noise.
    """

    open: bool
    running: bool
    red_flag_since: dt.datetime | None = None
    red_flag_at: dt.datetime | None = None
    flare_up_at: dt.datetime | None = None
    reviewed_at: dt.datetime | None = None
    flags: frozenset[Flag] = frozenset()
    reason: Reason | None = None
    away: bool = False
    unanswered: int = 0
    signed_in: bool = False
    unsubscribed: bool = False
    mail_failed_at: dt.datetime | None = None
    by_phone: bool = False
    contact_due_at: dt.datetime | None = None
    disability_at: dt.datetime | None = None


def needs_of(standing: Standing, at: dt.datetime) -> tuple[Need, ...]:
    """Return what needs attention at ``at``, most urgent first; at most one need of a kind."""
    found: dict[Kind, Need] = {}

    def add(kind: Kind, since: dt.datetime | None, raised: dt.datetime | None = None) -> None:
        if since is not None and kind not in found:
            found[kind] = Need(kind, since, raised or since)

    add(Kind.RED_FLAG, standing.red_flag_since, standing.red_flag_at)
    add(Kind.DISABILITY, standing.disability_at)
    if standing.open:
        add(Kind.FLARE_UP, standing.flare_up_at)
    if standing.running:
        for flag in standing.flags & set(_FLAGS):
            add(_FLAGS[flag], standing.reviewed_at)
        if (quiet := _quiet(standing)) is not None:
            add(quiet, standing.reviewed_at)
        if standing.by_phone and standing.unanswered:
            add(Kind.CHECK_IN_NEEDED, standing.reviewed_at)
    if standing.open:
        add(Kind.MAIL, standing.mail_failed_at)
        if standing.contact_due_at is not None and standing.contact_due_at <= at:
            add(Kind.CONTACT_DUE, standing.contact_due_at)
    return tuple(sorted(found.values(), key=lambda need: RANK[need.kind]))


_FLAGS: Final = {
    Flag.FLARE_UP: Kind.FLARE_UP,
    Flag.PAIN: Kind.PAIN,
    Flag.STRUGGLING: Kind.STRUGGLING,
    Flag.CHECK_IN_NEEDED: Kind.CHECK_IN_NEEDED,
}


def _quiet(standing: Standing) -> Kind | None:
    """Return in what way the patient has stopped responding, or None."""
    if Flag.QUIET in standing.flags:
        if standing.mail_failed_at is not None:
            return Kind.UNREACHED
        if standing.unsubscribed:
            return Kind.UNSUBSCRIBED
        return Kind.NOT_LOGGING if standing.signed_in else Kind.SILENT
    if standing.reason is Reason.LAYOFF and not standing.away:
        return Kind.NOT_WALKING
    if standing.unanswered >= WEEKS_UNANSWERED:
        return Kind.NOT_ANSWERING
    return None


def group_of(kind: Kind) -> str:
    """Return the group within which an acknowledgement counts for every kind."""
    return "quiet" if kind in GONE_QUIET else kind.value


def still_open(needs: tuple[Need, ...], seen: Mapping[str, dt.datetime]) -> tuple[Need, ...]:
    """Return the needs that were not acknowledged: ``seen`` holds, by ``group_of``, until when needs were
    acknowledged."""
    return tuple(
        need
        for need in needs
        if group_of(need.kind) not in seen or need.raised > seen[group_of(need.kind)]
    )
