"""All of a patient in one Bundle."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator

from accounts.models import User
from walking.fhir.answers import answers
from walking.fhir.observations import observations
from walking.fhir.patient import patient
from walking.fhir.plan import care_plan, goal, service_request
from walking.fhir.reading import read
from walking.fhir.shared import Resource, moment

CONTENT_TYPE = "application/fhir+json"


def resources(user: User, at: dt.datetime) -> Iterator[Resource]:
    """What there is of ``user`` at ``at`` (aware): each is referred to by its ``id``, and no other id is."""
    person = patient(user)
    yield person
    for record in read(user):
        target = goal(record.plan, person)
        yield target
        yield care_plan(record.plan, person, [target], record.weeks)
        for week in record.weeks:
            yield service_request(record.plan, week, person)
        yield from observations(record, person, at)
        yield from answers(record, person)


def bundle(user: User, at: dt.datetime) -> Resource:
    """A collection, whose entries refer to each other by ``fullUrl``."""
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
