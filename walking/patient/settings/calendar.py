"""The calendar feed: the days and hour of walks, the feed's address, and the feed itself."""

from __future__ import annotations

import datetime as dt
import hashlib

from django.contrib import messages
from django.db.models import Max
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import http_date, quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.limits import client_address, too_many_for_a_program
from walking.care.diary.habits import choose, close_calendar, habit_of, open_calendar, set_alarm
from walking.care.refusal import Refused
from walking.care.weeks.reviews import catch_up
from walking.mail.links import BadLink, calendar_url, read_calendar_token
from walking.models import CalendarFeed, Contact, Plan
from walking.patient.access import patient_page
from walking.patient.rate_limits import CALENDAR, FORGED_LINK
from walking.patient.settings.calendar_form import AlarmForm, WalkingDaysForm
from walking.patient.settings.ics import calendar
from walking.patient.today.upcoming_walks import planned_days, walks_ahead
from walking.questions.fields import add_refusal


@require_http_methods(["GET", "HEAD", "POST"])
@patient_page
def walking_days(request: HttpRequest, plan: Plan, at: dt.datetime) -> HttpResponse:
    """Choose the weekdays and the hour."""
    habit = habit_of(plan)
    form = WalkingDaysForm(request.POST if request.method == "POST" else None, habit=habit)
    if request.method == "POST" and form.is_valid():
        try:
            choose(plan, **form.cleaned_data, at=at)
        except Refused as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Saved."))
            return HttpResponseRedirect(reverse("walking_days"))
    week = plan.weeks.filter(number=plan.week_number).first()
    running = week is not None and plan.status == Plan.Status.ACTIVE
    context = {
        "plan": plan,
        "form": form,
        "week": week,
        "days": planned_days(week, habit) if week is not None and running else [],
    }
    return render(
        request, "patient/calendar_days.html", context, status=422 if form.errors else 200
    )


@require_http_methods(["GET", "HEAD", "POST"])
@patient_page
def calendar_settings(request: HttpRequest, plan: Plan, at: dt.datetime) -> HttpResponse:
    """The feed's address. ``part`` says whether to create a new one, close it, or save the alarm."""
    feed = CalendarFeed.objects.filter(plan=plan).first() or CalendarFeed(plan=plan, nonce="")
    part = request.POST.get("part", "")
    form = AlarmForm(request.POST if part == "alarm" else None, feed=feed)
    if request.method == "POST" and _saved(request, plan, feed, part, form, at):
        return HttpResponseRedirect(reverse("calendar_settings"))
    address = calendar_url(feed) if feed.nonce else ""
    habit = habit_of(plan)
    context = {
        "plan": plan,
        "form": form,
        "address": address,
        "webcal": f"webcal://{address.partition('://')[2]}" if address else "",
        "habit": habit,
    }
    return render(request, "patient/calendar.html", context, status=422 if form.errors else 200)


def _saved(
    request: HttpRequest,
    plan: Plan,
    feed: CalendarFeed,
    part: str,
    form: AlarmForm,
    at: dt.datetime,
) -> bool:
    """Apply the form. Returns False if there is an error to show."""
    if part == "new":
        again = bool(feed.nonce)
        open_calendar(plan, at=at)
        messages.success(
            request,
            _("Here is your new address. The one before shows nothing any more.")
            if again
            else _("Here is your calendar's address."),
        )
    elif part == "off" and feed.nonce:
        close_calendar(feed, at=at)
        messages.success(request, _("Switched off. The address shows nothing any more."))
    elif part == "alarm" and feed.nonce:
        if not form.is_valid():
            return False
        try:
            set_alarm(feed, minutes=form.cleaned_data["alarm"], at=at)
        except Refused as refusal:
            add_refusal(form, refusal)
            return False
        messages.success(request, _("Saved. Your calendar shows it when it looks again."))
    return True


@require_safe
def calendar_feed(request: HttpRequest, token: str) -> HttpResponse:
    """The feed itself, for a calendar app. 404 for an address that is closed or never existed."""
    address = client_address(request)
    if wait := FORGED_LINK.wait(address):
        return too_many_for_a_program(wait)
    try:
        feed = read_calendar_token(token)
    except BadLink as bad:
        if bad.reason == "forged":
            FORGED_LINK.spend(address)
        raise Http404 from None
    if wait := CALENDAR.spend(feed.pk):
        return too_many_for_a_program(wait)
    plan = feed.plan = catch_up(feed.plan, timezone.now())
    week = plan.weeks.filter(number=plan.week_number).first()
    habit = habit_of(plan)
    absences = list(plan.absences.all())
    standing = [absence for absence in absences if absence.withdrawn_at is None]
    contacts = plan.contacts.exclude(state=Contact.State.MISSED).order_by("number")
    changed = max(
        moment
        for moment in (
            plan.created_at,
            feed.changed_at,
            habit.changed_at,
            plan.reviews.order_by("-at").values_list("at", flat=True).first(),
            plan.events.order_by("-at").values_list("at", flat=True).first(),
            plan.contacts.aggregate(last=Max("notes__at"))["last"],
            *(each.said_at for each in absences),
            *(each.changed_at for each in absences),
            *(each.withdrawn_at for each in absences),
        )
        if moment is not None
    )
    with translation.override(plan.patient.spoken_language):
        walks = walks_ahead(plan, week, habit, standing)
        body = calendar(feed, walks, contacts, changed)
    return _not_again(request, body, changed)


def _not_again(request: HttpRequest, body: bytes, changed: dt.datetime) -> HttpResponse:
    """Return the calendar, or "not modified" if the app already has it."""
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="walks.ics"'
    response["ETag"] = quote_etag(hashlib.sha256(body).hexdigest()[:32])
    response["Last-Modified"] = http_date(changed.timestamp())
    response["X-Robots-Tag"] = "noindex, nofollow"
    patch_cache_control(response, private=True, no_cache=True)
    # Apps without ETag support use the time alone, which cannot distinguish two changes in one second.
    answer = get_conditional_response(
        request,
        etag=response["ETag"],
        last_modified=int(changed.timestamp()),
        response=response,
    )
    assert isinstance(answer, HttpResponse)  # noqa: S101 - it was given one
    return answer
