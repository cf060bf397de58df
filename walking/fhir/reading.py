"""Load what the resources are made of, with as many queries for ten years of walks as for none."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter

from accounts.models import User
from walking.fhir.shared import Names
from walking.models import CheckIn, FhirKey, OutcomeAnswer, Plan, Recurrence, Walk, Week


@dataclass(frozen=True, slots=True)
class PlanRecord:
    """One plan with its valid records: deleted walks and earlier revisions are left out."""

    plan: Plan
    names: Names
    weeks: list[Week] = field(default_factory=list)
    walks: list[Walk] = field(default_factory=list)
    check_ins: list[CheckIn] = field(default_factory=list)
    months: list[Recurrence] = field(default_factory=list)
    outcomes: list[OutcomeAnswer] = field(default_factory=list)

    def walks_by_week(self) -> dict[int, list[Walk]]:
        """Return the walks by week number; a walk during a pause belongs to no week."""
        found: dict[int, list[Walk]] = defaultdict(list)
        days = {
            week.starts + dt.timedelta(days=day): week.number
            for week in self.weeks
            for day in range((week.ends - week.starts).days + 1)
        }
        for walk in self.walks:
            if walk.day in days:
                found[days[walk.day]].append(walk)
        return found


def names_of(user: User) -> Names:
    """Return the person's names, creating their key the first time: the only write when reading."""
    kept, _made = FhirKey.objects.get_or_create(person=user)
    return Names(kept.key)


def read(user: User, names: Names) -> list[PlanRecord]:
    """Return every plan of a patient, the first one first."""
    plans = Plan.objects.filter(patient=user).select_related("patient__clinic", "physiotherapist")
    records = {plan.pk: PlanRecord(plan, names) for plan in plans.order_by("pk")}
    of_user = {"plan__patient": user}
    for week in Week.objects.filter(**of_user).order_by("number"):
        records[week.plan_id].weeks.append(week)
    for walk in (
        Walk.objects.kept().filter(**of_user).select_related("entered_by").order_by("day", "pk")
    ):
        records[walk.plan_id].walks.append(walk)
    check_ins = CheckIn.objects.filter(**of_user).order_by("plan", "week_number", "revision")
    for _key, revisions in groupby(check_ins, attrgetter("plan_id", "week_number")):
        *_earlier, last = revisions
        records[last.plan_id].check_ins.append(last)
    answers = Recurrence.objects.filter(**of_user, month__isnull=False)
    answers = answers.order_by("plan", "month", "revision")
    for _key, monthly in groupby(answers, attrgetter("plan_id", "month")):
        *_before, answer = monthly
        records[answer.plan_id].months.append(answer)
    outcomes = OutcomeAnswer.objects.counting().filter(**of_user).prefetch_related("activities")
    for outcome in outcomes.order_by("plan", "month"):
        records[outcome.plan_id].outcomes.append(outcome)
    return list(records.values())
