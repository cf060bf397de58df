"""Patient, after US Core. The name is one text, and gender is not recorded: the resource says so."""

from __future__ import annotations

from accounts.models import User
from walking.fhir.shared import US_CORE, Names, Resource

_ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"


def patient(user: User, names: Names) -> Resource:
    name = names.of("Patient", user.pk)
    made: Resource = {
        "resourceType": "Patient",
        "id": name,
        "meta": {"profile": [f"{US_CORE}/StructureDefinition/us-core-patient"]},
        "identifier": [{"system": "urn:ietf:rfc:3986", "value": f"urn:uuid:{name}"}],
        "active": user.is_active,
        "name": [
            {"extension": [{"url": _ABSENT, "valueCode": "unknown"}], "text": user.name or "?"}
        ],
        "gender": "unknown",
        "communication": [
            {
                "language": {
                    "coding": [{"system": "urn:ietf:bcp:47", "code": user.spoken_language}]
                },
                "preferred": True,
            }
        ],
    }
    if user.email:
        made["telecom"] = [{"system": "email", "value": user.email}]
    if user.clinic:
        made["managingOrganization"] = {"display": user.clinic.name}
    return made
