"""The parts of a person's story. Pure data: days count back from today, so that a story is always current."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from walking.programme.dose import Dose
from walking.programme.red_flags import RedFlag
from walking.programme.settings import Programme


class State(StrEnum):
    """The state of a person's story today; the values are words for people."""

    NEW = "new"
    ON_TRACK = "on track"
    QUIET = "gone quiet"
    IN_PAIN = "in pain"
    FLARE_UP = "flare-up"
    RED_FLAG = "paused by a warning sign"
    PAUSED = "paused by the physiotherapist"
    COMPLETED = "just completed"
    FOLLOW_UP = "in follow-up"
    STRUGGLING = "struggling"
    WAITING = "waiting for a check-in"
    ADJUSTED = "next week's dose set by the physiotherapist"
    AWAY = "was away last week"
    NOT_ANSWERING = "walks, and answers no check-in"
    UNREACHED = "gone quiet, and mail does not arrive"
    MAIL_LOST = "on track, and mail does not arrive any more"


@dataclass(frozen=True, slots=True)
class Turn:
    """Something that happened this many local days ago."""

    days_ago: int


@dataclass(frozen=True, slots=True)
class FlareUp(Turn):
    """Reported in mid-week."""


@dataclass(frozen=True, slots=True)
class WarningSign(Turn):
    sign: RedFlag


@dataclass(frozen=True, slots=True)
class Pause(Turn):
    note: str


@dataclass(frozen=True, slots=True)
class Resume(Turn):
    dose: Dose
    note: str


@dataclass(frozen=True, slots=True)
class SetDose(Turn):
    dose: Dose
    reason: str
    message: str = ""


@dataclass(frozen=True, slots=True)
class MailReturned(Turn):
    """The last email to the patient bounced: the mailbox no longer exists."""


@dataclass(frozen=True, slots=True)
class NewZone(Turn):
    timezone: str


@dataclass(frozen=True, slots=True)
class Recurred:
    """The answer to a month's question: an episode of this many days, this many days before the answer."""

    days: int
    before: int = 10
    sought_care: bool = False


@dataclass(frozen=True, slots=True)
class Person:
    """A patient. ``began``: the plan's first day was this many days ago (negative: in the future), and the invitation
    was accepted ``lead`` days before. ``habits`` names the habit of each week; the last one continues. A person without
    an ``email`` was enrolled in person, and the physiotherapist enters what they report. ``companions`` says which
    companion programme was added in which week. ``watch``: walks come as files from a watch, without pain."""

    name: str
    email: str
    timezone: str
    physiotherapist: int
    state: State
    began: int
    habits: tuple[str, ...] = ("steady",)
    programme: Programme = field(default_factory=Programme)
    turns: tuple[Turn, ...] = ()
    signs_at_start: tuple[RedFlag, ...] = ()
    lead: int = 1
    answers_months: bool = True
    watch: bool = False
    companions: dict[str, int] = field(default_factory=dict)
    recurred: dict[int, Recurred] = field(default_factory=dict)

    def habit(self, week_number: int) -> str:
        return self.habits[min(week_number, len(self.habits)) - 1]


@dataclass(frozen=True, slots=True)
class Invited:
    """A person who has not accepted: invited this many minutes ago, and withdrawn the day after if ``revoked``."""

    name: str
    email: str
    physiotherapist: int
    minutes_ago: int
    message: str = ""
    revoked: bool = False
    programme: Programme = field(default_factory=Programme)


@dataclass(frozen=True, slots=True)
class Attended:
    """A patient's need, acknowledged with a note; snoozed for ``days`` if given."""

    email: str
    note: str
    days: int | None = None


@dataclass(frozen=True, slots=True)
class Colleague:
    name: str
    email: str
