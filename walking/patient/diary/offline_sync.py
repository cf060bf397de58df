"""Where the phone sends walks recorded offline: JSON, one batch, an answer for each."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.device import person_key
from accounts.limits import too_many
from accounts.models import User
from walking.care.diary.offline_sync import Change, Taken, Written, take_in, version_of
from walking.care.refusal import Refused
from walking.companions.sending import SENDERS
from walking.models import Plan, Walk
from walking.patient.access import own_plan
from walking.patient.diary.json_body import Unreadable, at_most_walks, read_json, uuid_of
from walking.patient.rate_limits import SYNC
from walking.programme.weeks import local_day
from walking.questions.days import day_name
from walking.questions.walk import WalkForm


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sync(request: HttpRequest) -> HttpResponse:
    """GET returns a CSRF token and whose session this is. POST saves
    ``{"person": key, "walks": [{"id", "day", "minutes", "pain", "effort", "walk", "base", "removed"}]}``
    in the order given and answers ``{"results": [{"id", "state", ...}]}`` (see ``walking.care.diary.offline_sync``).
    An activity of a companion has the kind of the ``companion`` and the fields of its form as ``answers`` instead.

    401: nobody is signed in, 403: no patient, or a stale token; 409: the walks are somebody else's;
    429: too often, ``Retry-After`` says when. The phone keeps what it could not send.
    """
    user = request.user
    if not isinstance(user, User):
        return _error(_("Sign in again to send your walks."), 401)
    if request.method != "POST":
        return JsonResponse({"person": person_key(user.pk), "csrf": get_token(request)})
    if wait := SYNC.spend(user.pk):
        return too_many(request, wait, as_json=True)
    at = timezone.now()
    plan = own_plan(user, at) if user.is_patient else None
    if plan is None:
        return _error(_("Walks can be sent by patients with a plan."), 403)
    try:
        items = _read(request, user)
        results = [
            _take_in_companion(plan, item, at)
            if "companion" in item
            else _take_in(plan, item, user, at)
            for item in items
        ]
    except Unreadable as unreadable:
        return _error(unreadable, unreadable.status)
    return JsonResponse({"results": results})


def _read(request: HttpRequest, user: User) -> list[dict[str, Any]]:
    """Return the items of the batch, each with an id."""
    batch = read_json(request)
    if not isinstance(batch, dict) or not isinstance(batch.get("walks"), list):
        raise Unreadable(_("This has no list of walks."))
    if batch.get("person") != person_key(user.pk):
        raise Unreadable(_("These walks belong to somebody else."), 409)
    items: list[Any] = batch["walks"]
    at_most_walks(items)
    if not all(isinstance(item, dict) and uuid_of(item.get("id")) for item in items):
        raise Unreadable(_("Each walk needs an id of its own."))
    return items


def _take_in(plan: Plan, item: dict[str, Any], user: User, at: dt.datetime) -> dict[str, Any]:
    """Return one item's answer. One that cannot be read is refused and does not affect the others."""
    today = local_day(at, plan.patient.zone)
    form = WalkForm(item, days=[], today=today)
    number, base = item.get("walk"), item.get("base", "")
    client_id = uuid_of(item["id"])
    assert client_id is not None  # noqa: S101 - read above
    if item.get("removed") is not True and not form.is_valid():
        message = next(iter(form.errors.values()))[0]
        return {"id": item["id"], "state": "refused", "message": str(message)}
    if not isinstance(base, str) or not (number is None or _is_number(number)):
        return {"id": item["id"], "state": "refused", "message": _("This cannot be read.")}
    written = None if item.get("removed") is True else Written(**form.answers())
    taken = take_in(plan, Change(client_id, written, number, base), by=user, at=at)
    return {"id": item["id"], **_answer(taken, today)}


def _take_in_companion(plan: Plan, item: dict[str, Any], at: dt.datetime) -> dict[str, Any]:
    """Return the answer for an activity in a companion. It is saved once, however often its id is sent."""
    refused = {"id": item["id"], "state": "refused"}
    kind, answers = item["companion"], item.get("answers")
    if not isinstance(kind, str) or kind not in SENDERS or not isinstance(answers, dict):
        return refused | {"message": _("This cannot be read.")}
    texts = {name: value for name, value in answers.items() if isinstance(value, str)}
    programme = plan.companions.filter(kind=kind).order_by("-number").first()
    if item.get("removed") is True:  # removed before it was ever sent
        return {"id": item["id"], "state": "saved", "message": ""}
    if programme is None:
        return refused | {"message": _("This programme is not yours any more.")}
    programme.plan = plan
    try:
        SENDERS[kind](programme, texts | {"client_id": item["id"]}, at)
    except Refused as refusal:
        return refused | {"message": str(refusal)}
    return {"id": item["id"], "state": "saved", "message": ""}


def _answer(taken: Taken, today: dt.date) -> dict[str, Any]:
    answer: dict[str, Any] = {"state": taken.state, "message": taken.message}
    if taken.walk is not None:
        answer["walk"] = _shown(taken.walk, today)
    return answer


def _shown(walk: Walk, today: dt.date) -> dict[str, Any]:
    return {
        "pk": walk.pk,
        "base": version_of(walk),
        "day": walk.day.isoformat(),
        "day_name": day_name(walk.day, today),
        "minutes": walk.minutes,
        "removed": walk.removed_at is not None,
    }


def _is_number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**63


def _error(message: object, status: int) -> JsonResponse:
    return JsonResponse({"error": str(message)}, status=status)
