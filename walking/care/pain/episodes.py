"""Episodes of back pain, reported by the flare-up button, in a check-in or in the monthly question."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from walking.care.pain.outcomes import settle
from walking.care.record.audit import changed
from walking.care.refusal import Refused
from walking.models import Plan, Recurrence
from walking.programme import weeks


def open_episode(plan: Plan) -> Recurrence | None:
    """Return the latest episode that has not ended."""
    return plan.recurrences.open_episodes().order_by("-episode").first()


def episode_of_month(plan: Plan, month: int) -> Recurrence | None:
    """Return the latest episode known to lie in the month that question ``month`` asks about."""
    first, last = weeks.month_day(plan.start, month - 1), weeks.month_day(plan.start, month)
    known = (each for each in _newest_first(plan) if _meets(each, plan, first, last))
    return next(known, None)


def tell(
    plan: Plan,
    *,
    started: dt.date | None,
    limited_activity: bool | None,
    week_number: int | None = None,
    by: User | None,
    at: dt.datetime,
) -> tuple[Recurrence, bool]:
    """Record an episode of back pain, or update the open one. ``plan`` must be locked.

    Returns the episode and whether anything changed: repeating a report changes nothing. Raises ``Refused``.
    """
    today = weeks.local_day(at, plan.patient.zone)
    _check_days(plan, started, None, today)
    episode = open_episode(plan)
    if episode is None:
        return _keep(
            plan,
            None,
            started=started,
            limited_activity=limited_activity,
            week_number=week_number,
            by=by,
            at=at,
        ), True
    began = min(filter(None, (episode.started, started)), default=None)
    limited = True if episode.limited_activity else limited_activity
    if (began, limited) == (episode.started, episode.limited_activity):
        return episode, False
    return _keep(
        plan,
        episode.episode,
        started=began,
        limited_activity=limited,
        sought_care=episode.sought_care,
        by=by,
        at=at,
    ), True


def say_more(
    plan: Plan,
    number: int,
    *,
    happened: bool = True,
    started: dt.date | None = None,
    ended: dt.date | None = None,
    limited_activity: bool | None = None,
    sought_care: bool | None = None,
    by: User | None,
    at: dt.datetime,
) -> Recurrence:
    """Record what is now known about episode ``number`` as its next revision. Days are local.

    ``happened`` is False if it was over within 24 hours, so that it does not count. Raises ``Refused``.
    """
    with transaction.atomic():
        plan = Plan.objects.locked(plan.pk)
        known = plan.recurrences.episodes().filter(episode=number).first()
        if known is None:
            raise Refused(_("There is no such flare-up any more."))
        changed(plan.patient, by=by, what="recurrence", at=at)
        if not happened:
            return _keep(plan, number, happened=False, by=by, at=at)
        _check_days(plan, started, ended, weeks.local_day(at, plan.patient.zone))
        said = {
            "started": started,
            "ended": ended,
            "limited_activity": limited_activity,
            "sought_care": sought_care,
        }
        if all(getattr(known, name) == value for name, value in said.items()):
            return known
        return _keep(
            plan,
            number,
            started=started,
            ended=ended,
            limited_activity=limited_activity,
            sought_care=sought_care,
            by=by,
            at=at,
        )


def from_check_in(
    plan: Plan,
    week_number: int,
    *,
    flare_up: bool,
    better: bool | None,
    by: User | None,
    at: dt.datetime,
) -> None:
    """Record the flare-up of a check-in as an episode. ``plan`` must be locked.

    Does nothing if the flare-up is already recorded. If the answer changes to no, withdraws an episode that only this
    check-in reported. ``better``: whether the open episode is over.
    """
    week = plan.weeks.get(number=week_number)
    known = [each for each in _newest_first(plan) if _meets(each, plan, week.starts, week.ends)]
    if flare_up and not known:
        tell(plan, started=None, limited_activity=True, week_number=week_number, by=by, at=at)
    elif not flare_up:
        for each in known:
            said = plan.recurrences.filter(episode=each.episode)
            if {one.week_number for one in said} == {week_number}:
                _keep(plan, each.episode, happened=False, week_number=week_number, by=by, at=at)
    episode = open_episode(plan) if better else None
    if episode is not None:
        ended = min(weeks.local_day(at, plan.patient.zone), week.ends)
        _keep(
            plan,
            episode.episode,
            started=episode.started,
            ended=max(ended, episode.started or ended),
            limited_activity=episode.limited_activity,
            sought_care=episode.sought_care,
            by=by,
            at=at,
        )


def answer_month(
    plan: Plan,
    month: int,
    *,
    happened: bool,
    started: dt.date | None = None,
    ended: dt.date | None = None,
    limited_activity: bool | None = None,
    sought_care: bool | None = None,
    by: User | None,
    why: str = "",
    at: dt.datetime,
) -> Recurrence:
    """Save the answer for a month. Answering again saves a new revision. Days are local. Raises ``Refused``.

    A yes updates the episode that the month's earlier answer reported, else one that is known on those days, else
    records a new one. A no withdraws an episode that only this month's answers reported. ``why``, for the access log,
    says how staff who enter the answer know it.
    """
    with transaction.atomic():
        plan = Plan.objects.locked(plan.pk)
        today = weeks.local_day(at, plan.patient.zone)
        if today < weeks.month_day(plan.start, month):
            raise Refused(_("That month is not over yet. The question comes by mail when it is."))
        answers = list(plan.recurrences.filter(month=month).order_by("revision"))
        number = next((each.episode for each in reversed(answers) if each.episode), None)
        if happened:
            _check_days(plan, started, ended, today)
            if number is None and started is not None:
                known = (e for e in _newest_first(plan) if _meets(e, plan, started, ended or today))
                number = next((each.episode for each in known), None)
        else:
            started = ended = limited_activity = sought_care = None
            told = plan.recurrences.filter(episode=number).exclude(month=month)
            if number is not None and told.exists():
                number = None
        changed(plan.patient, by=by, what="recurrence", why=why, at=at)
        said = _keep(
            plan,
            number,
            month=month,
            revision=len(answers) + 1,
            happened=happened,
            started=started,
            ended=ended,
            limited_activity=limited_activity,
            sought_care=sought_care,
            by=by,
            at=at,
        )
        settle(plan)
    return said


def _keep(
    plan: Plan,
    number: int | None,
    *,
    happened: bool = True,
    started: dt.date | None = None,
    ended: dt.date | None = None,
    limited_activity: bool | None = None,
    sought_care: bool | None = None,
    month: int | None = None,
    revision: int = 1,
    week_number: int | None = None,
    by: User | None,
    at: dt.datetime,
) -> Recurrence:
    """Save the next revision of episode ``number``, or of a new one if it is None and something happened."""
    told = plan.recurrences.values_list("episode", flat=True)
    numbers = [each for each in told if each is not None]
    if number is None and happened:
        number = max(numbers, default=0) + 1
    said = Recurrence(
        plan=plan,
        month=month,
        revision=revision,
        episode=number,
        episode_revision=numbers.count(number) + 1 if number else None,
        week_number=week_number,
        at=at,
        by=by,
        happened=happened,
        started=started,
        ended=ended,
        limited_activity=limited_activity,
        sought_care=sought_care,
    )
    said.save()
    return said


def _newest_first(plan: Plan) -> list[Recurrence]:
    return list(plan.recurrences.episodes().order_by("-episode"))


def _meets(episode: Recurrence, plan: Plan, first: dt.date, last: dt.date) -> bool:
    """Return whether the episode has a day from ``first`` to ``last``. Uses the day of the report if the start is
    unknown."""
    told = weeks.local_day(episode.at, plan.patient.zone)
    began = episode.started or min(told, episode.ended or told)
    return began <= last and (episode.ended is None or episode.ended >= first)


def _check_days(plan: Plan, started: dt.date | None, ended: dt.date | None, today: dt.date) -> None:
    for field, day in (("started", started), ("ended", ended)):
        if day is not None and day > today:
            raise Refused(_("That day is still to come. Choose today or an earlier day."), field)
        if day is not None and day < plan.start:
            raise Refused(_("That day is before your plan began. Choose a later day."), field)
    if started is not None and ended is not None and ended < started:
        raise Refused(
            _("The pain cannot have ended before it began. Look at the two days again."), "ended"
        )
