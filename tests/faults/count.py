"""What was lost and what was doubled, counted from the records and the mail server, not by the app's own code."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import asdict, dataclass
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from tests.faults.place import START
from tests.faults.records import Ask, records
from tests.faults.smtp import MailServer

REVIEW_HOUR = dt.time(4)
STALE = dt.timedelta(hours=36)


@dataclass(frozen=True, slots=True)
class Counted:
    """One line of the table. ``doubled_explained``: the answer to the first never reached anybody who could keep it."""

    name: str
    plans: int
    faults: int
    lost_reviews: int = 0
    doubled_reviews: int = 0
    lost_mail: int = 0
    doubled_mail: int = 0
    doubled_explained: int = 0

    @property
    def is_clean(self) -> bool:
        return not (
            self.lost_reviews or self.doubled_reviews or self.lost_mail or self.doubled_mail
        )

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


class Place(Protocol):
    """Where it happened: its database, seen from here, and its time."""

    @property
    def database_url(self) -> str: ...
    def now(self) -> dt.datetime: ...


def count(name: str, faults: int, stack: Place, mail: MailServer) -> Counted:
    with records(stack.database_url) as ask:
        lost, doubled, plans = _reviews(ask, stack.now())
        lost_mail = _lost_mail(ask, mail)
    doubled_mail, explained = _doubled(mail)
    return Counted(name, plans, faults, lost, doubled, lost_mail, doubled_mail, explained)


def _reviews(ask: Ask, now: dt.datetime) -> tuple[int, int, int]:
    """Weeks that are over and were not reviewed, or not in their turn; weeks reviewed twice; plans."""
    reviews: dict[int, list[tuple[int, dt.datetime]]] = defaultdict(list)
    for plan, week, at in ask(
        "SELECT plan_id, week_number, at FROM walking_review ORDER BY plan_id, at, id"
    ):
        reviews[plan].append((week, at))
    lost = doubled = plans = 0
    for plan, status, number, ends, zone in ask(
        "SELECT p.id, p.status, p.week_number, w.ends, u.timezone FROM walking_plan p"
        " JOIN walking_week w ON w.plan_id = p.id AND w.number = p.week_number"
        " JOIN accounts_user u ON u.id = p.patient_id"
    ):
        plans += 1
        weeks = [week for week, _at in reviews[plan]]
        doubled += len(weeks) - len(set(weeks))
        last = number - 1 if status == "active" else number
        lost += len(set(range(1, last + 1)) - set(weeks))
        lost += weeks != sorted(weeks)
        due = dt.datetime.combine(ends + dt.timedelta(days=1), REVIEW_HOUR, ZoneInfo(zone))
        lost += status == "active" and due <= now
    return lost, doubled, plans


def _lost_mail(ask: Ask, mail: MailServer) -> int:
    """Messages that should be there and are not, or whose end nobody knows, or that were given up without a reason."""
    taken = {each.message_id for each in mail.taken}
    lost = 0
    about: set[tuple[int, str]] = set()
    for plan, kind, what, state, message_id, due, settled, outcome in ask(
        "SELECT plan_id, kind, about, state, message_id, due_at, settled_at, outcome FROM walking_mail"
    ):
        if kind == "check_in":
            about.add((plan, what))
        match state:
            case "sent":
                lost += message_id not in taken
            case "queued":
                lost += settled is None and due <= START
            case "failed":
                lost += "no such person" not in outcome
            case "suppressed" if "36 hours" in outcome:
                lost += settled - due <= STALE
    for plan, week in ask("SELECT plan_id, week_number FROM walking_review WHERE at > %s", [START]):
        lost += (plan, f"week:{week}") not in about
    return lost


def _doubled(mail: MailServer) -> tuple[int, int]:
    """Messages taken more than once: without a cause, and those whose answer nobody had read."""
    taken: dict[str, list[bool]] = defaultdict(list)
    for each in mail.taken:
        taken[each.message_id].append(each.told)
    twice = [told for told in taken.values() if len(told) > 1]
    without_cause = sum(any(told[:-1]) for told in twice)
    return without_cause, len(twice) - without_cause
