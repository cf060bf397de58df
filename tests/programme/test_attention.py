"""What needs a physiotherapist's attention, from the facts about one plan."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from walking.programme.attention import (
    GONE_QUIET,
    RANK,
    Kind,
    Need,
    Standing,
    group_of,
    needs_of,
    still_open,
)
from walking.programme.review import Flag, Reason

AT = dt.datetime(2026, 3, 9, 4, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)
EARLIER = AT - dt.timedelta(days=1)


def kinds(**facts: Any) -> list[Kind]:
    """The needs of a running plan, reviewed at ``EARLIER`` unless ``facts`` say otherwise."""
    defaults = {"open": True, "running": True, "reviewed_at": EARLIER}
    return [need.kind for need in needs_of(Standing(**(defaults | facts)), AT)]


def test_a_plan_on_its_way_needs_nothing() -> None:
    assert kinds() == []
    assert kinds(reason=Reason.MET) == []


@pytest.mark.parametrize(
    ("flag", "kind"),
    [
        (Flag.FLARE_UP, Kind.FLARE_UP),
        (Flag.PAIN, Kind.PAIN),
        (Flag.STRUGGLING, Kind.STRUGGLING),
        (Flag.CHECK_IN_NEEDED, Kind.CHECK_IN_NEEDED),
    ],
)
def test_a_flag_of_the_last_review_counts_while_the_plan_runs(flag: Flag, kind: Kind) -> None:
    assert kinds(flags=frozenset({flag})) == [kind]
    assert kinds(flags=frozenset({flag}), running=False) == []


@pytest.mark.parametrize(
    ("facts", "kind"),
    [
        ({}, Kind.SILENT),
        ({"signed_in": True}, Kind.NOT_LOGGING),
        ({"unsubscribed": True}, Kind.UNSUBSCRIBED),
        ({"unsubscribed": True, "signed_in": True}, Kind.UNSUBSCRIBED),
    ],
)
def test_two_silent_weeks_say_in_which_way(facts: dict[str, Any], kind: Kind) -> None:
    assert kinds(flags=frozenset({Flag.QUIET}), **facts) == [kind]


def test_failed_email_explains_silence() -> None:
    quiet = {"flags": frozenset({Flag.QUIET}), "mail_failed_at": EARLIER, "unsubscribed": True}
    assert kinds(**quiet) == [Kind.UNREACHED, Kind.MAIL]


def test_walking_stopped_unless_the_patient_is_away() -> None:
    assert kinds(reason=Reason.LAYOFF) == [Kind.NOT_WALKING]
    assert kinds(reason=Reason.LAYOFF, away=True) == []
    assert kinds(reason=Reason.LAYOFF, running=False) == []


def test_four_weeks_without_an_answer_are_too_many() -> None:
    assert kinds(unanswered=3) == []
    assert kinds(unanswered=4) == [Kind.NOT_ANSWERING]
    assert kinds(unanswered=5) == [Kind.NOT_ANSWERING]


def test_a_patient_without_an_address_is_asked_by_phone_each_week() -> None:
    assert kinds(by_phone=True) == []
    assert kinds(by_phone=True, unanswered=1) == [Kind.CHECK_IN_NEEDED]
    assert kinds(by_phone=True, unanswered=1, running=False) == []


def test_a_contact_is_due_from_its_day_on() -> None:
    assert kinds(contact_due_at=AT + MINUTE) == []
    assert kinds(contact_due_at=AT) == [Kind.CONTACT_DUE]
    assert kinds(contact_due_at=EARLIER) == [Kind.CONTACT_DUE]
    assert kinds(contact_due_at=EARLIER, running=False) == [Kind.CONTACT_DUE]
    assert kinds(contact_due_at=EARLIER, running=False, open=False) == []


def test_a_red_flag_and_worse_disability_count_after_the_plan_too() -> None:
    over = {"open": False, "running": False, "mail_failed_at": EARLIER, "flare_up_at": EARLIER}
    assert kinds(**over) == []
    assert kinds(**over, red_flag_since=EARLIER, disability_at=AT) == [
        Kind.RED_FLAG,
        Kind.DISABILITY,
    ]


def test_a_need_says_since_when_and_when_it_was_last_shown() -> None:
    (need,) = needs_of(
        Standing(open=True, running=False, red_flag_since=EARLIER, red_flag_at=AT), AT
    )
    assert need == Need(Kind.RED_FLAG, EARLIER, AT)
    (need,) = needs_of(Standing(open=True, running=False, flare_up_at=EARLIER), AT)
    assert need == Need(Kind.FLARE_UP, EARLIER, EARLIER)


def test_a_flare_up_reported_by_button_and_check_in_is_one_need() -> None:
    facts = {"flare_up_at": AT, "flags": frozenset({Flag.FLARE_UP})}
    (need,) = needs_of(Standing(open=True, running=True, reviewed_at=EARLIER, **facts), AT)
    assert need == Need(Kind.FLARE_UP, AT, AT)


def test_the_most_urgent_comes_first() -> None:
    assert list(RANK.values()) == list(range(1, len(Kind) + 1))
    found = kinds(
        red_flag_since=AT,
        flare_up_at=AT,
        flags=frozenset({Flag.STRUGGLING, Flag.PAIN}),
        disability_at=AT,
        mail_failed_at=AT,
        contact_due_at=AT,
    )
    assert found == sorted(found, key=lambda kind: RANK[kind])
    assert found[0] is Kind.RED_FLAG
    assert len(found) == 7


def test_every_way_of_going_quiet_is_acknowledged_together() -> None:
    assert {group_of(kind) for kind in GONE_QUIET} == {"quiet"}
    assert group_of(Kind.PAIN) == "pain"


def test_what_was_acknowledged_comes_back_with_a_new_fact() -> None:
    needs = (Need(Kind.PAIN, EARLIER, AT), Need(Kind.SILENT, EARLIER, EARLIER))
    assert still_open(needs, {}) == needs
    # The same moment, as another object: what was loaded from the database is never the very same.
    assert still_open(needs, {"pain": AT.replace()}) == needs[1:]
    assert still_open(needs, {"pain": AT + MINUTE}) == needs[1:]
    assert still_open(needs, {"pain": AT - MINUTE, "quiet": EARLIER}) == needs[:1]
