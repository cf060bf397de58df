"""Signed links in emails. Each opens one thing for its bearer, without signing in, for a limited time.

A token for one purpose does not work for another: every purpose has its own salt. Opening a link changes nothing;
only a POST does, because mail scanners open links too. The addresses are a contract: emails already sent contain them.
"""

from __future__ import annotations

import datetime as dt
from typing import Literal

from django.conf import settings
from django.core import signing
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from accounts.models import User
from walking.models import CalendarFeed, Invitation, Mail, Plan, Week
from walking.numbers import whole_number
from walking.programme import outcomes, weeks

#: A check-in can be answered until the end of the week after its own.

CALENDAR = "calendar"
CHECK_IN = "check-in"
INVITATION = "invitation"
LEAVING = "leaving"
PAPER = "paper"
PREFERENCES = "preferences"
RECURRENCE = "recurrence"


class BadLink(Exception):  # noqa: N818 - it is the link that is bad
    """An invalid link. ``str()`` is a sentence for the user; ``reason`` is for code."""

    def __init__(self, reason: Literal["expired", "forged"], message: str = "") -> None:
        self.reason = reason
        super().__init__(message or _SENTENCES[reason]())


_SENTENCES = {
    "expired": lambda: _(
        "This link has expired. Please sign in instead, or use the link in a newer mail."
    ),
    "forged": lambda: _(
        "This link is not complete. Please open it from the mail once more, or copy the whole of it."
    ),
}


# Making links ------------------------------------------------------------------------------------


def site_url(path: str) -> str:
    """Return the full address of a path such as ``/today/``."""
    return f"{settings.SITE_URL}{path}"


def check_in_url(plan: Plan, week_number: int) -> str:
    return site_url(f"/c/{signed(CHECK_IN, f'{plan.pk}-{week_number}')}/")


def invitation_url(invitation: Invitation) -> str:
    return site_url(f"/i/{signed(INVITATION, f'{invitation.pk}-{invitation.nonce}')}/")


def paper_invitation_url(invitation: Invitation) -> str:
    """Return the invitation's link for paper: opening it does not prove that the mailbox is theirs."""
    return site_url(f"/i/{signed(PAPER, f'{invitation.pk}-{invitation.nonce}')}/")


def preferences_url(user: User) -> str:
    return site_url(f"/m/{signed(PREFERENCES, str(user.pk))}/")


def one_click_url(preferences: str, kind: str) -> str:
    """Return where a mail program posts ``List-Unsubscribe=One-Click`` (RFC 8058): the address of the person's
    preferences, with ``kind`` in the query."""
    return f"{preferences}?kind={Mail.Kind(kind).value}"


def leaving_url(user: User, request_id: int) -> str:
    return site_url(f"/k/{signed(LEAVING, f'{user.pk}-{request_id}')}/")


def recurrence_url(plan: Plan, month: int) -> str:
    return site_url(f"/r/{signed(RECURRENCE, f'{plan.pk}-{month}')}/")


def calendar_url(feed: CalendarFeed) -> str:
    """Return where a calendar program fetches the plan's walks; ``feed`` must be open (have a nonce)."""
    return site_url(f"/calendar/{signed(CALENDAR, f'{feed.pk}-{feed.nonce}')}.ics")


# When they expire -------------------------------------------------------------------------------


def recurrence_last_day(plan: Plan, month: int) -> dt.date:
    """Return the last local day on which the link in a month's email opens its questions."""
    return outcomes.last_day(plan.start, month)


# Reading tokens ----------------------------------------------------------------------------------


def read_check_in_token(token: str, at: dt.datetime) -> tuple[int, int]:
    """Return the plan's id and the week's number. Raises ``BadLink``; the link expires after the end of the following
    week, in the patient's time zone."""
    week = _week_of(token)
    if weeks.local_day(at, week.plan.patient.zone) > weeks.check_in_last_day(week.ends):
        raise BadLink("expired")
    return week.plan_id, week.number


def check_in_of(token: str) -> tuple[int, int]:
    """Return the same, however old the link is."""
    week = _week_of(token)
    return week.plan_id, week.number


def _week_of(token: str) -> Week:
    plan_id, number = _numbers(CHECK_IN, token)
    week = Week.objects.select_related("plan__patient").filter(plan_id=plan_id, number=number)
    if (found := week.first()) is None:
        raise BadLink("expired")
    return found


def read_invitation_token(token: str, at: dt.datetime | None = None) -> Invitation:
    """Return the invitation, from its email or paper link, with its clinic and physiotherapist. Raises ``BadLink``; the
    link expires once accepted, withdrawn, or past its end at ``at`` (default: now). A link that asks a known patient
    for a password works from the email only."""
    on_paper = is_on_paper(token)
    value = _value(PAPER if on_paper else INVITATION, token)
    pk, _sep, nonce = value.partition("-")
    invitation = (
        Invitation.objects.select_related("clinic", "physiotherapist").filter(pk=number).first()
        if (number := whole_number(pk)) is not None
        else None
    )
    if invitation is None:
        raise BadLink(
            "expired", _("This invitation is no longer valid. Ask your clinic for a new one.")
        )
    if not constant_time_compare(nonce, invitation.nonce):
        raise BadLink("forged")
    if on_paper and invitation.patient_id is not None:
        raise BadLink("forged")
    if invitation.accepted_at:
        raise BadLink(
            "expired", _("This invitation has been accepted already. Sign in to see your plan.")
        )
    if invitation.revoked_at or invitation.expires_at <= (at or timezone.now()):
        raise BadLink(
            "expired", _("This invitation is no longer valid. Ask your clinic for a new one.")
        )
    return invitation


def is_on_paper(token: str) -> bool:
    """Return whether an invitation's token comes from paper, not email."""
    try:
        _value(PAPER, token)
    except BadLink:
        return False
    return True


def read_preferences_token(token: str) -> int:
    """Return the user's id. Raises ``BadLink``."""
    (user_id,) = _numbers(PREFERENCES, token, count=1)
    return user_id


def read_leaving_token(token: str) -> tuple[int, int]:
    """Return the user's id and that of the erasure request. Raises ``BadLink``."""
    user_id, request_id = _numbers(LEAVING, token)
    return user_id, request_id


def read_recurrence_token(token: str, at: dt.datetime) -> tuple[int, int]:
    """Return the plan's id and the month's number; month 0 means the questions of the start. Raises ``BadLink``; the
    link expires 60 days after the day of the question, those of the start 14 days after the first day."""
    plan_id, month = _numbers(RECURRENCE, token)
    plan = Plan.objects.select_related("patient").filter(pk=plan_id).first()
    if plan is None or weeks.local_day(at, plan.patient.zone) > recurrence_last_day(plan, month):
        raise BadLink("expired")
    return plan_id, month


def read_calendar_token(token: str) -> CalendarFeed:
    """Return the calendar, with its plan and patient. Raises ``BadLink``; expired once its address has changed or is
    off."""
    pk, _sep, nonce = _value(CALENDAR, token).partition("-")
    feed = (
        CalendarFeed.objects.select_related("plan__patient", "plan__clinic")
        .filter(plan_id=number)
        .first()
        if (number := whole_number(pk)) is not None
        else None
    )
    if feed is None or not feed.nonce or not constant_time_compare(nonce, feed.nonce):
        raise BadLink("expired")
    return feed


# Signing -----------------------------------------------------------------------------------------


def signed(purpose: str, value: str) -> str:
    """Return a token that opens ``value`` for one purpose."""
    return _signer(purpose).sign(value)


def _signer(purpose: str) -> signing.Signer:
    return signing.Signer(salt=f"waymark.link.{purpose}", sep=".")


def _value(purpose: str, token: str) -> str:
    try:
        return _signer(purpose).unsign(token)
    except signing.BadSignature:
        raise BadLink("forged") from None


def _numbers(purpose: str, token: str, count: int = 2) -> tuple[int, ...]:
    numbers = [whole_number(part) for part in _value(purpose, token).split("-")]
    known = tuple(number for number in numbers if number is not None)
    if len(numbers) != count or len(known) != count:
        raise BadLink("forged")
    return known
