"""My data: everything that is kept about a patient, as one JSON file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import Model
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from accounts.access_log import trail_of
from accounts.models import User
from walking.models import ContactNote, Habit, Plan, ReminderChoice
from walking.patient.access import patient_page
from walking.programme.weeks import local_day

FORMAT = "waymark-my-data-1"

# Named, not all: a column added later is looked at before it goes out. Ids of people are left out.
PERSON = ("email", "name", "role", "timezone", "language", "date_joined")
CONSENT = ("document", "version", "action", "at", "on_paper")
PLAN = (
    *("status", "paused_for", "start", "check_in_time", "week_number", "created_at"),
    *("baseline_minutes", "baseline_days", "goal_minutes", "goal_days", "weekly_increase"),
    *("weeks_per_rung", "length_weeks", "allow_faster"),
)
WEEK = (
    *("number", "starts", "ends", "minutes", "days", "origin"),
    *("eased_from", "first_minutes", "first_days"),
)
WALK = (
    *("client_id", "day", "minutes", "pain", "effort"),
    *("entered_at", "changed_at", "removed_at", "by_staff"),
)
CHECK_IN = (
    *("week_number", "revision", "at", "via", "pain", "difficulty", "confidence"),
    *("flare_up", "away", "red_flags", "words", "by_staff"),
)
REVIEW = (
    *("week_number", "revision", "at", "line", "decision", "reason", "pain", "adherence"),
    *("minutes_walked", "dose_minutes", "dose_days", "next_minutes", "next_days"),
    *("flags", "sentence", "inputs"),
)
# What colleagues wrote for each other is told by them, face to face.
ADJUSTMENT = ("week_number", "revision", "minutes", "days", "at", "message")
EVENT = ("kind", "at", "week_number", "minutes", "days", "detail")
CONTACT = ("number", "kind", "due", "state")
# What staff wrote for each other about the talk is told by them.
CONTACT_NOTE = ("outcome", "from_day", "to_day", "confidence", "agreed", "at")
RECURRENCE = (
    *("month", "revision", "episode", "episode_revision", "week_number", "at"),
    *("happened", "started", "ended", "limited_activity", "sought_care"),
)
ABSENCE = ("first", "last", "kind", "words", "said_at", "changed_at", "withdrawn_at")
HABIT = ("weekdays", "hour", "changed_at")
REMINDERS = ("weekdays", "hour", "changed_at")
REMINDER = ("day", "state", "due_at", "settled_at")
# Not the address or the keys: they are secrets of the browser's.
DEVICE = ("label", "created_at", "last_success_at")
SETTINGS_CHANGE = (
    "at", "from_week", "withdrawn", "message", "baseline_minutes", "baseline_days", "goal_minutes",
    "goal_days", "weekly_increase", "weeks_per_rung", "length_weeks", "allow_faster",
)  # fmt: skip
ACCESS = ("at", "role", "action")
MAIL = ("kind", "about", "state", "due_at", "queued_at", "settled_at")


@require_safe
@patient_page
def download(request: HttpRequest, plan: Plan, at: dt.datetime) -> HttpResponse:
    """The file, named by the local day."""
    user = plan.patient
    response = JsonResponse(my_data(user, at), json_dumps_params={"indent": 2})
    day = local_day(at, user.zone)
    response["Content-Disposition"] = f'attachment; filename="waymark-my-data-{day}.json"'
    return response


def my_data(user: User, at: dt.datetime) -> dict[str, Any]:
    """Everything kept about ``user``, oldest first."""
    preference = getattr(user, "mail_preference", None)
    return {
        "format": FORMAT,
        "made_at": at,
        "person": _fields(user, PERSON) | {"clinic": user.clinic.name if user.clinic else None},
        "consents": _rows(
            user.consents.select_related("paper__recorded_by").order_by("at", "pk"), CONSENT
        ),
        "mail_wanted": _fields(preference, preference.CHOICES) if preference else {},
        "mail": _rows(user.mail.order_by("pk"), MAIL),
        "reminder_devices": _rows(user.push_subscriptions.order_by("pk"), DEVICE),
        "record_seen": [
            {"by": access.by.name, "what": access.what_words} | _fields(access, ACCESS)
            for access in reversed(trail_of(user))
        ],
        "plans": [_plan(plan) for plan in user.plans.order_by("pk")],
    }


def _plan(plan: Plan) -> dict[str, Any]:
    habit = Habit.objects.filter(plan=plan).first()
    reminders = ReminderChoice.objects.filter(plan=plan).first()
    return _fields(plan, PLAN) | {
        "habit": _fields(habit, HABIT) if habit else None,
        "reminders_wanted": _fields(reminders, REMINDERS) if reminders else None,
        "reminders": _rows(plan.reminders.order_by("pk"), REMINDER),
        "weeks": _rows(plan.weeks.order_by("number"), WEEK),
        "walks": _rows(plan.walks.with_who().order_by("day", "pk"), WALK),
        "check_ins": _rows(plan.check_ins.select_related("by").order_by("pk"), CHECK_IN),
        "reviews": _rows(plan.reviews.order_by("pk"), REVIEW),
        "adjustments": _rows(plan.adjustments.order_by("pk"), ADJUSTMENT),
        "settings_changes": _rows(plan.changes.order_by("revision"), SETTINGS_CHANGE),
        "contacts": _rows(plan.contacts.order_by("number"), CONTACT),
        "contact_notes": _rows(
            ContactNote.objects.filter(contact__plan=plan).order_by("pk"), CONTACT_NOTE
        ),
        "recurrences": _rows(plan.recurrences.order_by("pk"), RECURRENCE),
        "absences": _rows(plan.absences.order_by("pk"), ABSENCE),
        "events": _rows(plan.events.order_by("pk"), EVENT),
    }


def _rows(records: Iterable[Model], names: Iterable[str]) -> list[dict[str, Any]]:
    return [_fields(record, names) for record in records]


def _fields(record: Model, names: Iterable[str]) -> dict[str, Any]:
    return {name: getattr(record, name) for name in names}
