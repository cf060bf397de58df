"""Every address there is, filled with the keys of what is in a clinic."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from tests.desk.desk import Desk
from walking.care.record.export_record import record_of
from walking.care.record.tables import PARTS
from walking.models import Plan

#: What ends the session of whoever tries, or is not ours.
LEFT_OUT = ("accounts/logout", "accounts/sessions", "static/", "health/", "anymail/", "jsi18n")
SLOT = re.compile(r"<(?:(\w+):)?(\w+)>")


def addresses(resolver: URLResolver, prefix: str = "") -> Iterator[str]:
    for pattern in resolver.url_patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern, route)
        elif isinstance(pattern, URLPattern) and "(" not in route:
            yield route


def keys_of(desk: Desk) -> dict[str, list[str]]:
    """By ``app/model``, the keys of the clinic's rows."""
    patient = desk.plan.patient
    found = {
        f"{part.model._meta.app_label}/{part.model._meta.model_name}": [
            str(row.pk) for row in part.rows(patient)[:2]
        ]
        for part in PARTS
    }
    found["walking/invitation"].append(str(desk.invitation.pk))
    found["accounts/user"] = [str(patient.pk), str(desk.physio.pk)]
    found["accounts/clinic"] = [str(desk.clinic.pk)]
    return found


def filled(route: str, keys: dict[str, list[str]]) -> Iterator[str]:
    """The address with each key that could stand in it."""
    if any(part in route for part in LEFT_OUT):
        return
    if not SLOT.search(route):
        yield f"/{route}"
        return
    model = re.match(r"admin/(\w+/\w+)/", route)
    if model and model[1] in keys:
        candidates = keys[model[1]]
    else:
        every = {key for rows in keys.values() for key in rows if key.isdigit()}
        candidates = sorted(every, key=int)[:12]
    for key in candidates:
        yield "/" + SLOT.sub(key, route)


def nested(route: str, own: dict[str, list[str]], keys: dict[str, list[str]]) -> Iterator[str]:
    """The address of one's own row with what is part of somebody else's: a walk, a note, days away."""
    model = re.match(r"admin/(\w+/\w+)/", route)
    if len(SLOT.findall(route)) < 2 or model is None or model[1] not in own:
        return
    for mine in own[model[1]][:1]:
        begun = SLOT.sub(mine, route, count=1)
        slot = SLOT.search(begun)
        # What has no table of its own name is found by a number that counts from 1.
        for key in keys.get(f"walking/{slot[2]}" if slot else "", ["1"])[:2]:
            yield "/" + SLOT.sub(key, begun)


def state(desk: Desk) -> dict[str, object]:
    record = record_of(desk.plan.patient, at=timezone.now(), private=True)
    del record["made_at"]
    return record | {
        "plan": list(Plan.objects.filter(pk=desk.plan.pk).values()),
        "clinic": list(type(desk.clinic).objects.filter(pk=desk.clinic.pk).values()),
        "staff": [
            list(type(p).objects.filter(pk=p.pk).values()) for p in (desk.physio, desk.manager)
        ],
    }


def every_path(desk: Desk) -> Iterator[str]:
    """Every address with what is in this clinic."""
    keys = keys_of(desk)
    for route in addresses(get_resolver()):
        yield from filled(route, keys)
