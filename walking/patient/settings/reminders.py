"""Reminders to walk: the days, the hour, and the devices that show them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.limits import too_many
from walking.care.diary.habits import habit_of
from walking.care.diary.reminders import (
    add_device,
    choose_reminders,
    forget_device,
    reminder_choice,
    remove_device,
)
from walking.care.refusal import Refused
from walking.models import CalendarFeed, Plan, PushSubscription
from walking.models.invitation import new_nonce
from walking.patient import rate_limits
from walking.patient.access import patient_page
from walking.patient.settings.devices import device_name
from walking.patient.settings.reminder_forms import DeviceForm, RemindersForm
from walking.push.keys import public_key
from walking.questions.fields import add_refusal

#: Session key for the name of this browser's subscription.
DEVICE = "push_device"


@require_http_methods(["GET", "HEAD", "POST"])
@patient_page
def reminders(request: HttpRequest, plan: Plan, at: dt.datetime) -> HttpResponse:
    """Choose the days and the hour. ``part`` is ``off`` to stop all reminders."""
    choice = reminder_choice(plan)
    form = RemindersForm(request.POST if request.method == "POST" else None, choice=choice)
    if request.method == "POST" and _saved(request, plan, form, choice.hour, at):
        return HttpResponseRedirect(reverse("reminders"))
    here = request.session.get(DEVICE, "")
    devices = list(PushSubscription.objects.filter(user=plan.patient).order_by("pk"))
    feed = CalendarFeed.objects.filter(plan=plan).exclude(nonce="").first()
    context = {
        "plan": plan,
        "form": form,
        "choice": choice,
        "walking_days": [] if choice.weekdays else habit_of(plan).weekdays,
        "devices": [{"row": device, "is_here": device.device == here} for device in devices],
        "is_here": any(device.device == here for device in devices),
        "push_key": public_key(settings.VAPID_PRIVATE_KEY) if plan.is_open else "",
        "calendar_rings": feed is not None and feed.alarm_minutes is not None,
    }
    return render(request, "patient/reminders.html", context, status=422 if form.errors else 200)


def _saved(
    request: HttpRequest, plan: Plan, form: RemindersForm, hour: dt.time, at: dt.datetime
) -> bool:
    if request.POST.get("part") == "off":
        choose_reminders(plan, weekdays=(), hour=hour, at=at)
        messages.success(request, _("No more reminders will come."))
        return True
    if not form.is_valid():
        return False
    try:
        choice = choose_reminders(plan, **form.cleaned_data, at=at)
    except Refused as refusal:
        add_refusal(form, refusal)
        return False
    messages.success(request, _("Saved.") if choice.weekdays else _("No more reminders will come."))
    return True


@require_POST
@patient_page
def device_add(request: HttpRequest, plan: Plan, at: dt.datetime) -> HttpResponse:
    """The page's script sends the browser's subscription. JSON: ``said`` is for the patient."""
    if wait := rate_limits.DEVICE.spend(plan.patient_id):
        return too_many(request, wait, as_json=True)
    form = DeviceForm(request.POST)
    if not form.is_valid():
        return JsonResponse({"said": _("This browser gave no address to send to.")}, status=422)
    device = request.session.get(DEVICE) or new_nonce()
    agent = request.headers.get("User-Agent", "")
    try:
        add_device(plan, **form.cleaned_data, label=device_name(agent), device=device, at=at)
    except Refused as refusal:
        return JsonResponse({"said": str(refusal)}, status=422)
    request.session[DEVICE] = device
    messages.success(request, _("Reminders come to this device."))
    return JsonResponse({"said": ""})


@require_POST
@patient_page
def device_remove(request: HttpRequest, plan: Plan, at: dt.datetime, pk: int) -> HttpResponse:
    if not remove_device(plan.patient, pk):
        raise Http404
    messages.success(request, _("Removed. No reminder comes to that device any more."))
    return HttpResponseRedirect(reverse("reminders"))


def signed_out(sender: Any, request: HttpRequest, **kwargs: Any) -> None:
    """Signal handler: signing out removes this browser's reminders."""
    forget_device(request.session.get(DEVICE, ""))
