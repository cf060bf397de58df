"""Keeps ``Attention`` true: reads the facts of any number of plans with a constant number of statements, lets the pure
rules say what needs attention, and writes the rows that changed. Called in the transaction that changes a fact."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final

from django.contrib.auth.models import update_last_login
from django.db import transaction
from django.db.models import F, Max, Min, Q

from accounts.models import User
from walking.models.attention import Acknowledgement, Attention, need_as_json, need_from
from walking.models.bounce import Bounce
from walking.models.check_in import CheckIn
from walking.models.contact import Contact
from walking.models.outbox import Mail
from walking.models.plan import Plan, PlanEvent, Week
from walking.models.review import Review
from walking.programme import weeks
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

#: An acknowledged red flag of a plan that is over, which nobody can resume, is shown for so long.
SEEN_AFTER_END: Final = dt.timedelta(days=28)
#: A contact that nobody noted as done or missed is due for so long (ours).
CONTACT_STANDS: Final = dt.timedelta(days=14)
#: Somebody who signed in since the first day of the two silent weeks has signed in.
SILENT_WEEKS: Final = 2

_COLUMNS: Final = (
    *("clinic_id", "kind", "rank", "since", "needs", "red_flag_seen"),
    *("acknowledged_at", "snoozed_until", "look_at"),
)


def refresh(plan_ids: Iterable[int], at: dt.datetime) -> int:
    """Bring the rows of these plans up to date as of ``at``; returns how many changed."""
    rows = computed(plan_ids, at)
    kept = {row.pk: row for row in Attention.objects.filter(pk__in=[row.pk for row in rows])}
    changed = [row for row in rows if row.pk not in kept or differs(row, kept[row.pk])]
    Attention.objects.bulk_create(
        changed,
        update_conflicts=True,
        unique_fields=["plan"],
        update_fields=[name.removesuffix("_id") for name in _COLUMNS],
    )
    return len(changed)


def differs(one: Attention, other: Attention) -> bool:
    return any(getattr(one, name) != getattr(other, name) for name in _COLUMNS)


def refresh_due(at: dt.datetime, *, batch: int = 500) -> int:
    """The rows that the clock alone changes at ``at``, up to ``batch`` of them; returns how many were looked at."""
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
    """The rows as the facts have them at ``at``; nothing is written."""
    plans = {
        plan.pk: plan
        for plan in Plan.objects.filter(pk__in=list(plan_ids))
        .select_related("patient__mail_preference", "clinic")
        .order_by("pk")
    }
    standings = _standings(plans, at)
    acknowledged = _acknowledged(plans)
    return [
        _row(plan, standings[plan.pk], acknowledged.get(plan.pk, ()), at) for plan in plans.values()
    ]


def _row(
    plan: Plan, standing: Standing, facts: Sequence[Acknowledgement], at: dt.datetime
) -> Attention:
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
    return Attention(
        plan=plan,
        clinic_id=plan.clinic_id,
        kind=top.kind.value if top else "",
        rank=RANK[top.kind] if top else None,
        since=top.since if top else None,
        needs=[need_as_json(need) for need in needs],
        red_flag_seen=red_flag_seen,
        acknowledged_at=acknowledged_at,
        snoozed_until=snoozed_until,
        look_at=min(look, default=None),
    )


def _day_after(moment: dt.datetime) -> dt.datetime:
    """The beginning of the next day in UTC."""
    day = moment.astimezone(dt.UTC).date() + dt.timedelta(days=1)
    return dt.datetime.combine(day, dt.time(0), tzinfo=dt.UTC)


def _standings(plans: dict[int, Plan], at: dt.datetime) -> dict[int, Standing]:
    active = [plan.pk for plan in plans.values() if plan.status == Plan.Status.ACTIVE]
    red_flags, flare_ups = _events(plans)
    reviews, check_ins = _reviews(active), _check_ins(active)
    silent = _first_silent_days(
        [pk for pk, (_at, flags, _why) in reviews.items() if "quiet" in flags]
    )
    failed, contacts = _failed_mail(plans), _contacts(plans, at)
    found = {}
    for plan in plans.values():
        reviewed_at, flags, reason = reviews.get(plan.pk, (None, (), None))
        last = plan.week_number - 1
        answered_week, away = check_ins.get(plan.pk, (0, False))
        signed_in = plan.patient.last_login
        first_day = silent.get(plan.pk)
        preference = getattr(plan.patient, "mail_preference", None)
        reported = red_flags.get(plan.pk)
        due = contacts.get(plan.pk)
        found[plan.pk] = Standing(
            open=plan.is_open,
            running=plan.status == Plan.Status.ACTIVE,
            red_flag_since=min(reported) if reported else None,
            red_flag_at=max(reported) if reported else None,
            flare_up_at=flare_ups.get(plan.pk),
            reviewed_at=reviewed_at,
            flags=frozenset(Flag(flag) for flag in flags),
            reason=Reason(reason) if reason else None,
            away=away and answered_week == last,
            unanswered=max(0, last - answered_week) if reviewed_at else 0,
            signed_in=signed_in is not None
            and first_day is not None
            and weeks.local_day(signed_in, plan.patient.zone) >= first_day,
            unsubscribed=preference is not None and not preference.check_in,
            mail_failed_at=failed.get(plan.pk),
            contact_due_at=weeks.at_local(due, dt.time(0), plan.patient.zone) if due else None,
        )
    return found


def _events(plans: dict[int, Plan]) -> tuple[dict[int, list[dt.datetime]], dict[int, dt.datetime]]:
    """Red flags since the plan last ran (a resumed plan has a new week); the last flare-up of the running week or the
    one before: it counts as long as that of a check-in, until the review after that week's."""
    red_flags: dict[int, list[dt.datetime]] = defaultdict(list)
    flare_ups: dict[int, dt.datetime] = {}
    kinds = PlanEvent.Kind
    events = (
        PlanEvent.objects.filter(
            plan__in=list(plans),
        )
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


def _reviews(active: Sequence[int]) -> dict[int, tuple[dt.datetime, list[str], str]]:
    """When, with which flags and for what reason the last week was judged: the revision that counts."""
    query = Review.objects.filter(plan__in=active, week_number=F("plan__week_number") - 1)
    return {
        plan_id: (at, flags, reason)
        for plan_id, at, flags, reason in query.order_by("revision").values_list(
            "plan_id", "at", "flags", "reason"
        )
    }


def _check_ins(active: Sequence[int]) -> dict[int, tuple[int, bool]]:
    """The last reviewed week with a check-in, and whether that said away; of as many weeks as matter."""
    query = CheckIn.objects.filter(
        plan__in=active,
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
        plan__in=plan_ids, number__gte=F("plan__week_number") - SILENT_WEEKS
    )
    return dict(
        query.order_by()
        .values("plan_id")
        .annotate(first=Min("starts"))
        .values_list("plan_id", "first")
    )


def _failed_mail(plans: dict[int, Plan]) -> dict[int, dt.datetime]:
    """When mail to the patient last failed, unless some has arrived since; or when the address was found dead."""
    to_patients = Mail.objects.filter(recipient=F("plan__patient")).order_by()
    failed = dict(
        to_patients.filter(plan__in=list(plans), state=Mail.State.FAILED)
        .values("plan_id")
        .annotate(last=Max("settled_at"))
        .values_list("plan_id", "last")
    )
    dead = {
        each.email: each.at for each in Bounce.objects.standing().of(_addresses(plans).values())
    }
    ended = {pk: dead[email] for pk, email in _addresses(plans).items() if email in dead}
    if not failed:
        return ended
    arrived = dict(
        to_patients.filter(plan__in=list(failed), state=Mail.State.SENT)
        .values("plan_id")
        .annotate(last=Max("settled_at"))
        .values_list("plan_id", "last")
    )
    return {pk: at for pk, at in failed.items() if pk not in arrived or arrived[pk] < at} | ended


def _addresses(plans: dict[int, Plan]) -> dict[int, str]:
    return {pk: plan.patient.email.lower() for pk, plan in plans.items() if plan.patient.email}


def _contacts(plans: dict[int, Plan], at: dt.datetime) -> dict[int, dt.date]:
    """The first planned contact that is to come, or whose day is not long past. The first of all is not asked for:
    it is the session from which the patient was invited."""
    since = at.date() - CONTACT_STANDS
    query = Contact.objects.filter(
        plan__in=list(plans), state=Contact.State.PLANNED, due__gt=since, number__gt=1
    ).order_by()
    return dict(query.values("plan_id").annotate(first=Min("due")).values_list("plan_id", "first"))


def _acknowledged(plans: dict[int, Plan]) -> dict[int, list[Acknowledgement]]:
    """What was acknowledged or put off and not taken back, oldest first."""
    found: dict[int, list[Acknowledgement]] = defaultdict(list)
    query = Acknowledgement.objects.filter(
        ~Q(action=Acknowledgement.Action.UNDONE), plan__in=list(plans), undone_by=None
    )
    for fact in query.order_by("at", "pk"):
        found[fact.plan_id].append(fact)
    return found


def note_sign_in(sender: object, user: User, **_others: object) -> None:
    """A patient who had gone quiet has signed in."""
    silent = Attention.objects.filter(plan__patient=user, plan__status=Plan.Status.ACTIVE)
    ids = [row.pk for row in silent if any(need.kind is Kind.SILENT for need in row.all_needs)]
    if not ids:
        return
    # Django's own listener, which writes the moment, may come after this one.
    update_last_login(User, user)
    if user.last_login is not None:
        with transaction.atomic():
            refresh(ids, user.last_login)
