"""Keep ``Attention`` up to date: load the facts of any number of plans with a constant number of statements, let the
pure rules say what needs attention, and write the changed rows. Runs in the transaction that changes a fact."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from operator import attrgetter
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from django.contrib.auth.models import update_last_login
from django.db import transaction
from django.db.models import F, FilteredRelation, Max, Min, Q

from accounts.models import User
from walking.models.attention import Acknowledgement, Attention, need_as_json, need_from
from walking.models.bounce import Bounce
from walking.models.check_in import CheckIn
from walking.models.contact import Contact
from walking.models.outbox import Mail
from walking.models.outcome import OutcomeAnswer
from walking.models.plan import Plan, PlanEvent, Week
from walking.programme import outcomes, weeks
from walking.programme.attention import (
    RANK,
    WEEKS_UNANSWERED,
    Kind,
    Standing,
    group_of,
    needs_of,
    still_open,
)
from walking.programme.review import Flag, Reason

#: How long an acknowledged red flag of a completed plan stays in the list: no one can resume that plan.
SEEN_AFTER_END: Final = dt.timedelta(days=28)
#: How long a contact not recorded as done or missed counts as due. Our choice, not the trial's.
CONTACT_STANDS: Final = dt.timedelta(days=14)
#: A sign-in since the first day of the two silent weeks means that the patient is not silent.
SILENT_WEEKS: Final = 2

_COLUMNS: Final = (
    *("plan_id", "clinic_id", "kind", "rank", "since", "needs", "red_flag_seen"),
    *("acknowledged_at", "snoozed_until", "look_at"),
)
_columns_of = attrgetter(*_COLUMNS)
type _Row = tuple[Any, ...]


class _Known(NamedTuple):
    """The data used from a plan, its patient and its last review; a batch has no time for instances."""

    plan_id: int
    clinic_id: int
    status: str
    paused_for: str
    week_number: int
    timezone: str
    email: str | None
    last_login: dt.datetime | None
    wants_check_in: bool | None
    reviewed_at: dt.datetime | None
    flags: list[str] | None
    reason: str | None

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @property
    def is_open(self) -> bool:
        return self.status in Plan.OPEN


def refresh(plan_ids: Iterable[int], at: dt.datetime) -> int:
    """Bring the rows of these plans up to date as of ``at``; return how many changed."""
    rows = _computed(plan_ids, at)
    kept = {
        row[0]: row
        for row in Attention.objects.filter(pk__among=[row[0] for row in rows]).values_list(
            *_COLUMNS
        )
    }
    changed = [row for row in rows if kept.get(row[0]) != row]
    Attention.objects.bulk_create(
        [_as_record(row) for row in changed],
        update_conflicts=True,
        unique_fields=["plan"],
        update_fields=[name.removesuffix("_id") for name in _COLUMNS[1:]],
    )
    return len(changed)


def differs(one: Attention, other: Attention) -> bool:
    return bool(_columns_of(one) != _columns_of(other))


def refresh_due(at: dt.datetime, *, batch: int = 500) -> int:
    """Update up to ``batch`` rows whose ``look_at`` has passed at ``at``; return how many were checked."""
    ids = list(
        Attention.objects.filter(look_at__lte=at)
        .order_by("look_at", "pk")
        .select_for_update(skip_locked=True, of=("self",))
        .values_list("pk", flat=True)[:batch]
    )
    if ids:
        refresh(ids, at)
    return len(ids)


def computed(plan_ids: Iterable[int], at: dt.datetime) -> list[Attention]:
    """Compute the rows from the facts at ``at``, without writing anything."""
    return [_as_record(row) for row in _computed(plan_ids, at)]


def _as_record(row: _Row) -> Attention:
    return Attention(**dict(zip(_COLUMNS, row, strict=True)))


def _computed(plan_ids: Iterable[int], at: dt.datetime) -> list[_Row]:
    plans = _known(list(plan_ids))
    standings = _standings(plans, at)
    acknowledged = _acknowledged(plans)
    return [_row(plan, standings[pk], acknowledged.get(pk, ()), at) for pk, plan in plans.items()]


def _known(plan_ids: list[int]) -> dict[int, _Known]:
    """Return the data by plan, in order. Of the last review, the revision that counts comes last."""
    last = FilteredRelation("reviews", condition=Q(reviews__week_number=F("week_number") - 1))
    rows = (
        Plan.objects.filter(pk__among=plan_ids)
        .annotate(last=last)
        .order_by("pk", "last__revision")
        .values_list(
            *("pk", "clinic_id", "status", "paused_for", "week_number"),
            *("patient__timezone", "patient__email", "patient__last_login"),
            *("patient__mail_preference__check_in", "last__at", "last__flags", "last__reason"),
        )
    )
    return {row[0]: _Known(*row) for row in rows}


def _row(
    plan: _Known, standing: Standing, facts: Sequence[Acknowledgement], at: dt.datetime
) -> _Row:
    needs = needs_of(standing, at)
    seen: dict[str, dt.datetime] = {}
    acknowledged_at = snoozed_until = None
    for fact in facts:
        snoozed = fact.action == Acknowledgement.Action.SNOOZED
        if snoozed and (fact.until is None or fact.until <= at):
            continue
        for told in map(need_from, fact.needs):
            group = group_of(told.kind)
            seen[group] = max(told.raised, seen.get(group, told.raised))
        if snoozed:
            snoozed_until = max(filter(None, (fact.until, snoozed_until)))
        else:
            acknowledged_at = fact.at
    top = next(iter(still_open(needs, seen)), None)
    hidden = set(needs) - set(still_open(needs, seen))
    red_flag_seen = any(need.kind is Kind.RED_FLAG for need in hidden)
    look = []
    if not hidden:
        acknowledged_at = snoozed_until = None
    if snoozed_until is not None:
        look.append(snoozed_until)
    if standing.open and (due := standing.contact_due_at) is not None:
        look.append(due if due > at else _day_after(due + CONTACT_STANDS))
    if red_flag_seen and not standing.open and acknowledged_at is not None:
        ends = acknowledged_at + SEEN_AFTER_END
        red_flag_seen = ends > at
        if red_flag_seen:
            look.append(ends)
    return (
        plan.plan_id,
        plan.clinic_id,
        top.kind.value if top else "",
        RANK[top.kind] if top else None,
        top.since if top else None,
        [need_as_json(need) for need in needs],
        red_flag_seen,
        acknowledged_at,
        snoozed_until,
        min(look, default=None),
    )


def _day_after(moment: dt.datetime) -> dt.datetime:
    """Return the beginning of the next day in UTC."""
    day = moment.astimezone(dt.UTC).date() + dt.timedelta(days=1)
    return dt.datetime.combine(day, dt.time(0), tzinfo=dt.UTC)


def _standings(plans: dict[int, _Known], at: dt.datetime) -> dict[int, Standing]:
    active = [pk for pk, plan in plans.items() if plan.status == Plan.Status.ACTIVE]
    red_flags, flare_ups = _events(plans)
    check_ins = _check_ins(active)
    silent = _first_silent_days([pk for pk in active if "quiet" in (plans[pk].flags or ())])
    failed, contacts = _failed_mail(plans), _contacts(plans, at)
    disabled = _disabled(plans)
    found = {}
    for pk, plan in plans.items():
        running = plan.status == Plan.Status.ACTIVE
        reviewed_at = plan.reviewed_at if running else None
        last = plan.week_number - 1
        answered_week, away = check_ins.get(pk, (0, False))
        first_day = silent.get(pk)
        reported = red_flags.get(pk)
        due = contacts.get(pk)
        found[pk] = Standing(
            open=plan.is_open,
            running=running,
            red_flag_since=min(reported) if reported else None,
            red_flag_at=max(reported) if reported else None,
            flare_up_at=flare_ups.get(pk),
            reviewed_at=reviewed_at,
            flags=frozenset(map(Flag, plan.flags)) if reviewed_at and plan.flags else frozenset(),
            reason=Reason(plan.reason) if reviewed_at and plan.reason else None,
            away=away and answered_week == last,
            unanswered=max(0, last - answered_week) if reviewed_at else 0,
            signed_in=plan.last_login is not None
            and first_day is not None
            and weeks.local_day(plan.last_login, plan.zone) >= first_day,
            unsubscribed=plan.wants_check_in is False,
            mail_failed_at=failed.get(pk),
            by_phone=not plan.email,
            disability_at=disabled.get(pk),
            contact_due_at=weeks.at_local(due, dt.time(0), plan.zone) if due else None,
        )
    return found


def _events(
    plans: dict[int, _Known],
) -> tuple[dict[int, list[dt.datetime]], dict[int, dt.datetime]]:
    """Red flags since the plan last ran (a resumed plan has a new week); the last flare-up of the running week or the
    one before: it counts as long as one from a check-in, until the review after that week's."""
    red_flags: dict[int, list[dt.datetime]] = defaultdict(list)
    flare_ups: dict[int, dt.datetime] = {}
    kinds = PlanEvent.Kind
    events = (
        PlanEvent.objects.filter(plan_id__among=plans)
        .filter(
            Q(kind__in=[kinds.PAUSED, kinds.RED_FLAG], week_number=F("plan__week_number"))
            | Q(kind=kinds.FLARE_UP, week_number__gte=F("plan__week_number") - 1)
        )
        .order_by("at", "pk")
    )
    for plan_id, kind, at, detail in events.values_list("plan_id", "kind", "at", "detail"):
        plan = plans[plan_id]
        if kind == kinds.FLARE_UP:
            flare_ups[plan_id] = at
        elif (kind == kinds.RED_FLAG and plan.status == Plan.Status.COMPLETED) or (
            kind == kinds.PAUSED
            and plan.paused_for == "red_flag"
            and detail.get("reason") == "red_flag"
        ):
            red_flags[plan_id].append(at)
    return red_flags, flare_ups


def _check_ins(active: Sequence[int]) -> dict[int, tuple[int, bool]]:
    """Return the last reviewed week with a check-in, and whether that said away; from as many weeks as matter."""
    query = CheckIn.objects.filter(
        plan_id__among=active,
        week_number__lt=F("plan__week_number"),
        week_number__gte=F("plan__week_number") - WEEKS_UNANSWERED - 1,
    ).order_by("week_number", "revision")
    return {
        plan_id: (number, away)
        for plan_id, number, away in query.values_list("plan_id", "week_number", "away")
    }


def _first_silent_days(plan_ids: Sequence[int]) -> dict[int, dt.date]:
    if not plan_ids:
        return {}
    query = Week.objects.filter(
        plan_id__among=plan_ids, number__gte=F("plan__week_number") - SILENT_WEEKS
    )
    return dict(
        query.order_by()
        .values("plan_id")
        .annotate(first=Min("starts"))
        .values_list("plan_id", "first")
    )


def _failed_mail(plans: dict[int, _Known]) -> dict[int, dt.datetime]:
    """Return when email to the patient last failed, if none was delivered since; or when the address was found dead."""
    to_patients = Mail.objects.filter(recipient=F("plan__patient")).order_by()
    failed = dict(
        to_patients.filter(plan_id__among=plans, state=Mail.State.FAILED)
        .values("plan_id")
        .annotate(last=Max("settled_at"))
        .values_list("plan_id", "last")
    )
    addresses = _addresses(plans)
    dead = dict(
        Bounce.objects.standing().of(addresses.values()).order_by().values_list("email", "at")
    )
    ended = {pk: dead[email] for pk, email in addresses.items() if email in dead}
    if not failed:
        return ended
    arrived = dict(
        to_patients.filter(plan_id__among=failed, state=Mail.State.SENT)
        .values("plan_id")
        .annotate(last=Max("settled_at"))
        .values_list("plan_id", "last")
    )
    return {pk: at for pk, at in failed.items() if pk not in arrived or arrived[pk] < at} | ended


def _addresses(plans: dict[int, _Known]) -> dict[int, str]:
    return {pk: plan.email.lower() for pk, plan in plans.items() if plan.email}


def _contacts(plans: dict[int, _Known], at: dt.datetime) -> dict[int, dt.date]:
    """Return the first planned contact that is due in future, or whose day is not long past. The very first contact is
    left out: it is the session in which the patient was invited."""
    since = at.date() - CONTACT_STANDS
    query = Contact.objects.filter(
        plan_id__among=plans, state=Contact.State.PLANNED, due__gt=since, number__gt=1
    ).order_by()
    return dict(query.values("plan_id").annotate(first=Min("due")).values_list("plan_id", "first"))


def _disabled(plans: dict[int, _Known]) -> dict[int, dt.datetime]:
    """Return when the last questionnaire was answered, where it is worse than the first by more than noise."""
    scores: dict[int, dict[int, int]] = defaultdict(dict)
    answered: dict[int, dt.datetime] = {}
    query = OutcomeAnswer.objects.filter(plan_id__among=plans, disability__isnull=False)
    for plan_id, month, disability, at in query.order_by("month", "revision").values_list(
        "plan_id", "month", "disability", "at"
    ):
        assert disability is not None  # noqa: S101 - it was asked for
        scores[plan_id][month] = disability
        answered[plan_id] = at
    return {
        pk: answered[pk]
        for pk, of_plan in scores.items()
        if (outcomes.change_of(of_plan) or 0) >= outcomes.NOTABLE_CHANGE
    }


def _acknowledged(plans: dict[int, _Known]) -> dict[int, list[Acknowledgement]]:
    """Return what was acknowledged or snoozed and not undone, oldest first."""
    found: dict[int, list[Acknowledgement]] = defaultdict(list)
    query = Acknowledgement.objects.filter(
        ~Q(action=Acknowledgement.Action.UNDONE), plan_id__among=plans, undone_by=None
    )
    for fact in query.order_by("at", "pk"):
        found[fact.plan_id].append(fact)
    return found


def note_sign_in(sender: object, user: User, **_others: object) -> None:
    """Update the row of a patient who had stopped responding and has now signed in."""
    silent = Attention.objects.filter(plan__patient=user, plan__status=Plan.Status.ACTIVE)
    ids = [row.pk for row in silent if any(need.kind is Kind.SILENT for need in row.all_needs)]
    if not ids:
        return
    # Django's own listener, which writes the time, may run after this one.
    update_last_login(User, user)
    if user.last_login is not None:
        with transaction.atomic():
            refresh(ids, user.last_login)
