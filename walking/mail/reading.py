"""Load the data that the letters of a batch need, with a constant number of queries."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from typing import Any

from allauth.account.models import EmailAddress
from django.db import models
from django.db.models import Exists, F, OuterRef, QuerySet

from walking.companions.registry import COMPANIONS
from walking.companions.standing import limiting, week_line
from walking.mail.alarms import REACHED, emails_about
from walking.models import (
    Adjustment,
    Attention,
    Bounce,
    CheckIn,
    CompanionProgramme,
    Contact,
    Mail,
    OutcomeAnswer,
    Plan,
    Recurrence,
    Review,
    Walk,
    Week,
)
from walking.models.warning_signs import in_order, reports
from walking.programme.outcomes import OCCASIONS
from walking.programme.red_flags import RedFlag

type Key = tuple[int, int]


def with_records(mails: QuerySet[Mail]) -> QuerySet[Mail]:
    """Select each email's recipient and subject records.

    What many emails of a batch share, such as their clinic, is loaded once, not for each.
    """
    return mails.select_related("recipient__mail_preference", "plan__patient").prefetch_related(
        "recipient__clinic",
        "plan__clinic",
        "plan__physiotherapist",
        "invitation__clinic",
        "invitation__physiotherapist",
    )


class Reading:
    """The records around a batch of emails. Each kind of record is loaded once, when the first letter asks for it.

    Only the running week and the one before it are loaded: no email is about another.
    """

    def __init__(self, mails: Sequence[Mail]) -> None:
        self._mails = mails

    def week(self, plan: Plan, number: int) -> Week | None:
        return self._weeks.get((plan.pk, number))

    def check_in(self, plan: Plan, number: int) -> CheckIn | None:
        """Return the answer that counts for a week."""
        return self._check_ins.get((plan.pk, number))

    def signs(self, plan: Plan) -> tuple[RedFlag, ...]:
        """Return the warning signs that count for ``plan``."""
        return in_order(ticked for ticked, _at in self._reports[plan.pk])

    def last_report(self, plan: Plan) -> dt.datetime | None:
        """Return when the last of them was reported."""
        return max((at for _ticked, at in self._reports[plan.pk]), default=None)

    def review(self, plan: Plan, number: int) -> Review | None:
        """Return the review that counts for a week."""
        return self._reviews.get((plan.pk, number))

    def adjustment(self, plan: Plan, number: int) -> Adjustment | None:
        """Return what a physiotherapist last set for the week after ``number``."""
        return self._adjustments.get((plan.pk, number))

    def days_walked(self, week: Week) -> int:
        """Return on how many days of the week the patient walked."""
        return sum(week.contains(day) for day in self._walked.get(week.plan_id, ()))

    def companion_lines(self, plan: Plan, week: Week) -> list[str]:
        """Return a sentence for each running companion of ``plan``: how the week went."""
        return [
            week_line(COMPANIONS[kind], sum(week.contains(day) for day in days))
            for kind, days in self._companions.get(plan.pk, {}).items()
        ]

    def contact(self, plan: Plan, number: int) -> Contact | None:
        return self._contacts.get((plan.pk, number))

    def monthly_is_answered(self, plan: Plan, month: int) -> bool:
        """Return whether the monthly question was answered, whatever else was asked; there is none at the start."""
        return month == 0 or (plan.pk, month) in self._months

    def month_is_answered(self, plan: Plan, month: int) -> bool:
        """Return whether everything asked in ``month`` (0: at the start) was answered."""
        return self.monthly_is_answered(plan, month) and (
            month not in OCCASIONS or (plan.pk, month) in self._occasions
        )

    def attention(self, physiotherapist_id: int) -> list[Attention]:
        """Return who in their own caseload needs the physiotherapist, most urgent first."""
        return self._attention[physiotherapist_id]

    def is_dead(self, mail: Mail) -> bool:
        """Return whether the mailbox of ``mail`` is dead."""
        return (_address(mail), Bounce.Kind.HARD) in self._ended

    def is_complained_of(self, mail: Mail) -> bool:
        """Return whether the reader of ``mail`` marked an email of ours as unwanted."""
        return (_address(mail), Bounce.Kind.COMPLAINT) in self._ended

    def not_reached(self, mail: Mail) -> list[str]:
        """Return the names of the people the alarm did not reach before it was passed on to the reader of ``mail``."""
        return [
            alarm.recipient.name
            for alarm in self._missed_alarms.get((mail.plan_id, mail.about), ())
            if alarm.recipient and alarm.recipient_id != mail.recipient_id
            # An email that staff are about to send again is not saved yet.
            if mail.pk is None or alarm.pk < mail.pk
        ]

    def is_proven(self, mail: Mail) -> bool:
        """Return whether the reader of ``mail`` has proved that the address is theirs, as far as proof was required."""
        return mail.recipient_id not in self._unproven

    # The queries --------------------------------------------------------------------------------

    @cached_property
    def _ended(self) -> set[tuple[str, str]]:
        """Return the addresses that are dead or whose reader complained, each with which of the two."""
        reports = Bounce.objects.uncleared().of(map(_address, self._mails)).order_by()
        return set(reports.values_list("email", "kind"))

    @cached_property
    def _missed_alarms(self) -> dict[tuple[int | None, str], list[Mail]]:
        """Return, by plan and what it is about, the alarms that did not reach their reader, in order."""
        found: dict[tuple[int | None, str], list[Mail]] = defaultdict(list)
        for alarm in emails_about(self._plans(Mail.Kind.URGENT)).filter(~REACHED, kind="urgent"):
            found[alarm.plan_id, alarm.about].append(alarm)
        return found

    @cached_property
    def _unproven(self) -> set[int]:
        readers = {mail.recipient_id for mail in self._mails if mail.recipient_id is not None}
        asked = EmailAddress.objects.filter(user_id__in=readers, primary=True, verified=False)
        return set(asked.values_list("user_id", flat=True))

    @cached_property
    def _weeks(self) -> dict[Key, Week]:
        kinds = (Mail.Kind.CHECK_IN, Mail.Kind.WEEK_PLAN, Mail.Kind.WELCOME)
        return _keyed(self._recent(Week.objects.all(), "number", *kinds), lambda week: week.number)

    @cached_property
    def _all_check_ins(self) -> list[CheckIn]:
        kinds = (Mail.Kind.CHECK_IN, Mail.Kind.WEEK_PLAN)
        return list(
            self._recent(CheckIn.objects.order_by("revision").defer("words"), "week_number", *kinds)
        )

    @cached_property
    def _reports(self) -> dict[int, list[tuple[list[str], dt.datetime]]]:
        """Return, by plan, the signs of each report and when it came."""
        alarms = [mail for mail in self._mails if mail.kind in (Mail.Kind.PAUSED, Mail.Kind.URGENT)]
        found: dict[int, list[tuple[list[str], dt.datetime]]] = defaultdict(list)
        if alarms:
            as_of = max(mail.queued_at for mail in alarms)
            rows = reports(as_of).filter(plan__in={mail.plan_id for mail in alarms})
            for plan_id, ticked, at in rows.values_list("plan_id", "red_flags", "at"):
                found[plan_id].append((ticked, at))
        return found

    @cached_property
    def _check_ins(self) -> dict[Key, CheckIn]:
        return _keyed(self._all_check_ins, _week_of)

    @cached_property
    def _reviews(self) -> dict[Key, Review]:
        kinds = (Mail.Kind.CHECK_IN, Mail.Kind.WEEK_PLAN)
        return _keyed(
            self._recent(
                Review.objects.order_by("revision").defer("inputs"), "week_number", *kinds
            ),
            _week_of,
        )

    @cached_property
    def _adjustments(self) -> dict[Key, Adjustment]:
        adjustments = Adjustment.objects.order_by("revision").select_related("by")
        return _keyed(self._recent(adjustments, "week_number", Mail.Kind.WEEK_PLAN), _week_of)

    @cached_property
    def _walked(self) -> dict[int, set[dt.date]]:
        plans = self._plans(Mail.Kind.CHECK_IN)
        days: dict[int, set[dt.date]] = defaultdict(set)
        weeks = [week for week in self._weeks.values() if week.plan_id in plans]
        if weeks:
            walks = Walk.objects.kept().filter(
                plan_id__in=plans,
                day__gte=min(week.starts for week in weeks),
                day__lte=max(week.ends for week in weeks),
            )
            for plan_id, day in walks.values_list("plan_id", "day"):
                days[plan_id].add(day)
        return days

    @cached_property
    def _companions(self) -> dict[int, dict[str, set[dt.date]]]:
        """Return, by plan and kind, the days with activity in these weeks; only companions that run and are not
        paused."""
        plans = self._plans(Mail.Kind.CHECK_IN)
        running = CompanionProgramme.objects.running().filter(
            plan_id__in=plans, kind__in=COMPANIONS
        )
        resting = limiting().filter(plan=OuterRef("plan"))
        rows = running.filter(~Exists(resting)).values_list("pk", "plan_id", "kind")
        found: dict[int, dict[str, set[dt.date]]] = defaultdict(dict)
        of_kind: dict[str, dict[int, int]] = defaultdict(dict)
        for pk, plan_id, kind in rows:
            found[plan_id][kind] = set()
            of_kind[kind][pk] = plan_id
        since = min((week.starts for week in self._weeks.values()), default=None)
        for kind, companions in of_kind.items():
            # Any model with these two columns.
            records: Any = COMPANIONS[kind].done._default_manager
            done = records.filter(companion__in=companions)
            if since is not None:
                done = done.filter(day__gte=since)
            for pk, day in done.order_by().values_list("companion", "day"):
                found[companions[pk]][kind].add(day)
        return found

    @cached_property
    def _contacts(self) -> dict[Key, Contact]:
        return _keyed(
            Contact.objects.filter(plan_id__in=self._plans(Mail.Kind.CONTACT)),
            lambda contact: contact.number,
        )

    @cached_property
    def _months(self) -> set[Key]:
        answers = Recurrence.objects.filter(
            plan_id__in=self._plans(Mail.Kind.RECURRENCE), month__isnull=False
        )
        return {
            (plan_id, month)
            for plan_id, month in answers.values_list("plan_id", "month")
            if month is not None
        }

    @cached_property
    def _occasions(self) -> set[Key]:
        answers = OutcomeAnswer.objects.filter(plan_id__in=self._plans(Mail.Kind.RECURRENCE))
        return set(answers.values_list("plan_id", "month"))

    @cached_property
    def _attention(self) -> dict[int, list[Attention]]:
        recipients = {mail.recipient_id for mail in self._mails if mail.kind == Mail.Kind.DIGEST}
        by_physiotherapist: dict[int, list[Attention]] = defaultdict(list)
        caseloads = Attention.objects.waiting().filter(
            plan__physiotherapist_id__in=recipients,
            clinic_id=F("plan__physiotherapist__clinic_id"),
        )
        for item in caseloads.select_related("plan__patient"):
            assert item.plan.physiotherapist_id is not None  # noqa: S101 - it was asked for
            by_physiotherapist[item.plan.physiotherapist_id].append(item)
        return by_physiotherapist

    def _plans(self, *kinds: Mail.Kind) -> set[int]:
        return {
            mail.plan_id for mail in self._mails if mail.plan_id is not None and mail.kind in kinds
        }

    def _recent[T: models.Model](
        self, records: QuerySet[T], number: str, *kinds: Mail.Kind
    ) -> QuerySet[T]:
        return records.filter(
            plan_id__in=self._plans(*kinds), **{f"{number}__gte": F("plan__week_number") - 1}
        )


def _address(mail: Mail) -> str:
    person = mail.recipient or mail.invitation
    return person.email.lower() if person is not None else ""


def _keyed[T](records: Iterable[T], number: Callable[[T], int]) -> dict[Key, T]:
    """Index by plan and number; if several share both, the last wins."""
    return {(record.plan_id, number(record)): record for record in records}  # type: ignore[attr-defined]


def _week_of(record: CheckIn | Review | Adjustment) -> int:
    return record.week_number
