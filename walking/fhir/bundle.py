"""A patient's whole record in one Bundle."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator

from django.http import HttpResponse

from accounts.models import User
from walking.fhir.answers import answers
from walking.fhir.observations import observations
from walking.fhir.patient import patient
from walking.fhir.plan import care_plan, goal, service_request
from walking.fhir.reading import names_of, read
from walking.fhir.shared import Resource, moment
from walking.programme.weeks import local_day

CONTENT_TYPE = "application/fhir+json"


def resources(user: User, at: dt.datetime) -> Iterator[Resource]:
    """Yield the resources of ``user`` at ``at`` (aware): each is referred to by its ``id``, and no other id is."""
    names = names_of(user)
    person = patient(user, names)
    yield person
    for record in read(user, names):
        target = goal(record, person)
        yield target
        yield care_plan(record, person, [target])
        for week in record.weeks:
            yield service_request(record, week, person)
        yield from observations(record, person, at)
        yield from answers(record, person)


def bundle(user: User, at: dt.datetime) -> Resource:
    """Return a collection, whose entries refer to each other by ``fullUrl``."""
    return {
        "resourceType": "Bundle",
        "type": "collection",
        "timestamp": moment(at, user.zone),
        "entry": [
            {"fullUrl": f"urn:uuid:{resource['id']}", "resource": resource}
            for resource in resources(user, at)
        ],
    }


def as_bytes(made: Resource) -> bytes:
    return json.dumps(made, ensure_ascii=False, separators=(",", ":")).encode()


def as_file(user: User, at: dt.datetime) -> HttpResponse:
    """Return a download that is not cached; its name contains the local day."""
    day = local_day(at, user.zone)
    return HttpResponse(
        as_bytes(bundle(user, at)),
        content_type=CONTENT_TYPE,
        headers={
            "Content-Disposition": f'attachment; filename="waymark-fhir-{day}.json"',
            "Cache-Control": "private, no-store",
        },
    )
