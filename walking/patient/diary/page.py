"""The diary: every walk, newest first. Add, correct, delete, undo."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from walking.care.diary.offline_sync import version_of
from walking.care.diary.walks import correct_walk, log_walk, open_days, remove_walk, restore_walk
from walking.care.refusal import Refused
from walking.models import Plan, Walk, Week
from walking.numbers import whole_number
from walking.patient.access import patient_page
from walking.patient.app_shell import kept_offline
from walking.programme.weeks import local_day
from walking.questions.days import day_name
from walking.questions.fields import add_refusal
from walking.questions.walk import WalkForm, as_entered

PAGE_SIZE = 40
#: Pages that a button may lead back to.
PLACES = ("today", "diary")


@dataclass(slots=True)
class Entry:
    """A walk with its day in words. ``is_open`` while it can be changed."""

    walk: Walk
    day: str
    is_open: bool


@dataclass(slots=True)
class Group:
    """The walks of one week. ``week`` is None for walks outside any week, for example after the plan."""

    week: Week | None
    entries: list[Entry] = field(default_factory=list)

    @property
    def minutes(self) -> int:
        return sum(entry.walk.minutes for entry in self.entries)


@require_safe
@kept_offline
@patient_page
def diary(request: HttpRequest, plan: Plan, at: dt.datetime) -> HttpResponse:
    """One page of walks, by week."""
    page = _page_number(request.GET.get("page", "1"))
    first = (page - 1) * PAGE_SIZE
    # One more than fits shows whether there is an older page, without counting all walks.
    walks = list(
        plan.walks.kept().with_who().order_by("-day", "-pk")[first : first + PAGE_SIZE + 1]
    )
    if page > 1 and not walks:
        raise Http404
    today, days = local_day(at, plan.patient.zone), open_days(plan, at)
    removed = _recently_removed(plan, days)
    context = {
        "plan": plan,
        "groups": _by_week(plan, walks[:PAGE_SIZE], days, today),
        "removed": [Entry(walk, day_name(walk.day, today), True) for walk in removed],
        "just_removed": next((w for w in removed if str(w.pk) == request.GET.get("removed")), None),
        "just_saved": request.GET.get("saved"),
        "brought": _number(request.GET.get("brought", "")),
        "closed": request.GET.get("closed") == "1",
        "can_add": bool(days),
        "page": page,
        "older": page + 1 if len(walks) > PAGE_SIZE else None,
        "newer": page - 1 if page > 1 else None,
    }
    return render(request, "patient/diary.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@kept_offline
@patient_page
def add(request: HttpRequest, plan: Plan, at: dt.datetime) -> HttpResponse:
    """Add a walk on any open day."""
    days, today = open_days(plan, at), local_day(at, plan.patient.zone)
    if request.method == "POST":
        form = WalkForm(request.POST, days=days, today=today)
        if form.is_valid():
            person = _person(request)

            def keep() -> Walk:
                return log_walk(
                    plan,
                    **form.answers(),
                    client_id=form.cleaned_data["client_id"],
                    by=person,
                    at=at,
                )

            if saved := _saved(form, keep):
                return saved
    else:
        form = WalkForm(
            initial={
                "client_id": uuid.uuid4(),
                "effort": "",
                "minutes": plan.weeks.filter(number=plan.week_number)
                .values_list("minutes", flat=True)
                .first(),
            },
            days=days,
            today=today,
        )
    return _show_form(request, form, title=_("Add a walk"), days=days)


@require_http_methods(["GET", "HEAD", "POST"])
@kept_offline
@patient_page
def edit(request: HttpRequest, plan: Plan, at: dt.datetime, pk: int) -> HttpResponse:
    """Correct one of the patient's own walks. 404 for anyone else's."""
    walk = get_object_or_404(plan.walks.kept(), pk=pk)
    base = version_of(walk)
    days, today = open_days(plan, at), local_day(at, plan.patient.zone)
    if request.method == "POST":
        form = WalkForm(request.POST, days=days, today=today)
        if form.is_valid():
            person = _person(request)

            def keep() -> Walk:
                return correct_walk(walk, **form.answers(), by=person, at=at)

            if saved := _saved(form, keep):
                return saved
    else:
        form = WalkForm(initial=as_entered(walk), days=days, today=today)
    return _show_form(
        request,
        form,
        title=_("Change a walk"),
        days=days,
        walk=walk,
        is_open=walk.day in days,
        base=base,
        day=day_name(walk.day, today),
    )


@require_POST
@patient_page
def remove(request: HttpRequest, plan: Plan, at: dt.datetime, pk: int) -> HttpResponse:
    """Delete a walk. The next page offers to undo it."""
    walk = get_object_or_404(plan.walks.kept(), pk=pk)
    try:
        remove_walk(walk, by=_person(request), at=at)
    except Refused:
        return _back(request, closed=1)
    return _back(request, removed=walk.pk)


@require_POST
@patient_page
def bring_back(request: HttpRequest, plan: Plan, at: dt.datetime, pk: int) -> HttpResponse:
    """Undo a deletion."""
    walk = get_object_or_404(plan.walks.filter(removed_at__isnull=False), pk=pk)
    try:
        restore_walk(walk, by=_person(request), at=at)
    except Refused:
        return _back(request, closed=1)
    return _back(request, saved=walk.pk)


def _saved(form: WalkForm, keep: Callable[[], Walk]) -> HttpResponse | None:
    """Save the walk and redirect to the diary. Returns None if it was refused, with the reason in ``form``."""
    try:
        walk = keep()
    except Refused as refusal:
        add_refusal(form, refusal)
        return None
    return HttpResponseRedirect(f"{reverse('diary')}?saved={walk.pk}#walk-{walk.pk}")


def _show_form(
    request: HttpRequest, form: WalkForm, *, title: str, days: Sequence[dt.date], **more: object
) -> HttpResponse:
    context = {"form": form, "title": title, "can_add": bool(days), **more}
    status = 422 if form.is_bound else 200
    return render(request, "patient/diary_walk.html", context, status=status)


def _back(request: HttpRequest, **query: int) -> HttpResponse:
    place = request.POST.get("next", "")
    [(name, value)] = query.items()
    name = "logged" if name == "saved" and place == "today" else name
    return HttpResponseRedirect(f"{reverse(place if place in PLACES else 'diary')}?{name}={value}")


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101 - a patient's page
    return request.user


def _number(text: str) -> int | None:
    return whole_number(text, most=9999)


def _page_number(text: str) -> int:
    number = whole_number(text, most=10_000)
    if not number:
        raise Http404
    return number


def _recently_removed(plan: Plan, days: Sequence[dt.date]) -> list[Walk]:
    """Return the walks whose deletion can be undone."""
    if not days:
        return []
    return list(
        plan.walks.filter(removed_at__isnull=False, day__gte=days[-1], day__lte=days[0]).order_by(
            "-removed_at"
        )[:10]
    )


def _by_week(
    plan: Plan, walks: Sequence[Walk], days: Sequence[dt.date], today: dt.date
) -> list[Group]:
    if not walks:
        return []
    weeks = list(plan.weeks.filter(ends__gte=walks[-1].day, starts__lte=walks[0].day))
    groups: list[Group] = []
    for walk in walks:
        week = next((each for each in weeks if each.contains(walk.day)), None)
        if not groups or groups[-1].week != week:
            groups.append(Group(week))
        groups[-1].entries.append(Entry(walk, day_name(walk.day, today), walk.day in days))
    return groups
