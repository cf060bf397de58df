"""``POST /api/walks/``: a connected app of the patient sends walks, with a personal access token (docs/imports.md)."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.bearer import bearer
from accounts.models import AccessToken
from accounts.tokens import WRITE_WALKS
from walking.care.diary.api import Sent, send
from walking.imports.found import FoundWalk, minutes_of_steps, whole_minutes
from walking.models.diary import Source
from walking.patient.access import own_plan
from walking.patient.diary.json_body import Unreadable, at_most_walks, read_json, uuid_of

#: More steps than anyone walks at once: a larger number is the app's mistake.
MOST_STEPS: Final = 200_000


@require_POST
@bearer(WRITE_WALKS)
def walks(request: HttpRequest, token: AccessToken, at: dt.datetime) -> HttpResponse:
    """Record one walk, a list of them, or ``{"walks": [...]}``. Answers ``{"results": [...]}`` in the same order.

    A walk that cannot be read is refused with a sentence and does not affect the others.
    """
    plan = own_plan(token.user, at)
    if plan is None:
        return _error(_("Walks can be sent by patients with a plan."), 403)
    try:
        items = _items(request)
    except Unreadable as unreadable:
        return _error(str(unreadable), unreadable.status)
    results: list[dict[str, Any]] = [{} for _item in items]
    sent: dict[int, Sent] = {}
    for place, item in enumerate(items):
        try:
            sent[place] = _sent(item)
        except Unreadable as unreadable:
            results[place] = {"state": "refused", "message": str(unreadable)}
    answers = send(plan, list(sent.values()), by=token.user, at=at) if sent else []
    for (place, one), answer in zip(sent.items(), answers, strict=True):
        results[place] = {
            "state": answer.state,
            "message": answer.message,
            "day": answer.day.isoformat(),
            "minutes": one.walk.minutes,
        }
    return JsonResponse({"results": results})


def _items(request: HttpRequest) -> list[Any]:
    if request.content_type != "application/json":
        raise Unreadable(_("Send JSON, with “Content-Type: application/json”."), 415)
    body = read_json(request)
    if isinstance(body, dict):
        body = body.get("walks", [body])
    if not isinstance(body, list) or not body:
        raise Unreadable(_("Send a walk, or a list of walks."))
    at_most_walks(body)
    return body


def _sent(item: Any) -> Sent:
    if not isinstance(item, dict):
        raise Unreadable(_("A walk is an object, such as {“start”: …, “minutes”: …}."))
    start, end, day = _moment(item, "start"), _moment(item, "end"), _day(item)
    steps = _number(item, "steps", MOST_STEPS)
    minutes = _number(item, "minutes", 10_000)
    if start is None and day is None:
        raise Unreadable(
            _("Say when the walk was: “start”, such as 2026-03-09T08:30:00+10:00, or “day”.")
        )
    if minutes is None and start is not None and end is not None:
        if (start.tzinfo is None) != (end.tzinfo is None):
            raise Unreadable(_("Give “start” and “end” both with an offset, or both without."))
        minutes = whole_minutes((end - start).total_seconds())
    estimated = minutes is None and steps is not None
    if minutes is None:
        if not steps:
            raise Unreadable(_("Say how long the walk was: “minutes”, “end”, or at least “steps”."))
        minutes = minutes_of_steps(steps)
    walk = FoundWalk(Source.PROGRAM, minutes, start, None if start else day, steps, estimated)
    return Sent(walk, _id(item))


def _moment(item: dict[str, Any], name: str) -> dt.datetime | None:
    """Parse ISO 8601. Without an offset, uses the patient's own zone."""
    value = item.get(name)
    if value is None:
        return None
    try:
        if isinstance(value, str) and len(value) > len("2026-03-09"):
            return dt.datetime.fromisoformat(value)
    except ValueError:
        pass
    raise Unreadable(
        _("Write “%(name)s” as a day and time, such as 2026-03-09T08:30:00+10:00.") % {"name": name}
    )


def _day(item: dict[str, Any]) -> dt.date | None:
    value = item.get("day")
    if value is None:
        return None
    try:
        if isinstance(value, str):
            return dt.date.fromisoformat(value)
    except ValueError:
        pass
    raise Unreadable(_("Write “day” as year, month and day, such as 2026-03-09."))


def _number(item: dict[str, Any], name: str, most: int) -> int | None:
    """Parse a whole number. Phones also send 23.4, or a number as text."""
    value = item.get(name)
    if value is None or value == "":
        return None
    try:
        if isinstance(value, int | float | str) and not isinstance(value, bool):
            number = float(value)
            if 0 <= number <= most:
                return int(number + 0.5)
    except (ValueError, OverflowError):
        pass
    raise Unreadable(_("Write “%(name)s” as a number.") % {"name": name})


def _id(item: dict[str, Any]) -> uuid.UUID | None:
    value = item.get("id")
    if value is None or value == "":
        return None
    if name := uuid_of(value):
        return name
    raise Unreadable(_("Write “id” as a UUID, or leave it out."))


def _error(message: str, status: int) -> JsonResponse:
    return JsonResponse({"error": message}, status=status)
