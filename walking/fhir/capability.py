"""CapabilityStatement: what the API at ``/fhir/`` answers, built from the code that answers."""

from __future__ import annotations

from typing import Final

from walking.fhir.search import KINDS, PARAMETERS
from walking.fhir.shared import GUIDE, US_CORE, Resource

#: When the API last changed.
CHANGED: Final = "2026-11-26"
#: Profiles that every resource of a type follows; for Observation, some follow one.
_PROFILES: Final = {
    "Patient": [f"{US_CORE}/StructureDefinition/us-core-patient"],
    "CarePlan": [f"{GUIDE}/StructureDefinition/pa-careplan"],
    "Goal": [f"{GUIDE}/StructureDefinition/pa-goal"],
}
_EVERYTHING: Final = "http://hl7.org/fhir/OperationDefinition/Patient-everything"


def capability(base: str) -> Resource:
    """Return the statement. ``base`` is the address of the API, without a slash at the end."""
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": CHANGED,
        "kind": "instance",
        "software": {"name": "Waymark"},
        "implementation": {
            "description": "The record of one patient of a walking programme, to be read by the patient's own programs",
            "url": base,
        },
        "fhirVersion": "4.0.1",
        "format": ["application/fhir+json"],
        "rest": [
            {
                "mode": "server",
                "security": {
                    "cors": False,
                    "description": (
                        "A personal access token, which the patient makes under Settings, Connections, as a bearer "
                        "token (RFC 6750). Scopes are those of SMART App Launch 2: patient/*.rs, or patient/ and one "
                        "type and .rs. There is no authorization server, and so no SMART configuration."
                    ),
                },
                "resource": [_resource(kind) for kind in KINDS],
            }
        ],
    }


def _resource(kind: str) -> Resource:
    made: Resource = {
        "type": kind,
        "interaction": [{"code": "read"}, {"code": "search-type"}],
        "versioning": "no-version",
        "searchParam": [{"name": each.name, "type": each.kind} for each in PARAMETERS[kind]],
    }
    if kind in _PROFILES:
        made["supportedProfile"] = _PROFILES[kind]
    if kind == "Patient":
        made["operation"] = [{"name": "everything", "definition": _EVERYTHING}]
    return made
