"""What the resources have in common: ids, codes, units and moments."""

from __future__ import annotations

import datetime as dt
import hmac
import uuid
from dataclasses import dataclass
from typing import Any, Final
from zoneinfo import ZoneInfo

type Resource = dict[str, Any]

#: https://hl7.org/fhir/us/physical-activity/ (1.0.0, STU 1).
GUIDE: Final = "http://hl7.org/fhir/us/physical-activity"
US_CORE: Final = "http://hl7.org/fhir/us/core"
LOINC: Final = "http://loinc.org"
UCUM: Final = "http://unitsofmeasure.org"
OBSERVATION_CATEGORY: Final = "http://terminology.hl7.org/CodeSystem/observation-category"

#: On everything about physical activity.
PHYSICAL_ACTIVITY: Final[Resource] = {
    "coding": [
        {
            "system": f"{GUIDE}/CodeSystem/pa-temporary-codes",
            "code": "PhysicalActivity",
            "display": "Physical Activity",
        }
    ]
}


def guide(name: str) -> Resource:
    """Return ``meta`` for a resource that follows a profile of the guide."""
    return {"profile": [f"{GUIDE}/StructureDefinition/{name}"]}


@dataclass(frozen=True, slots=True)
class Names:
    """The ids of one person's resources, all made from the person's own ``key``."""

    key: uuid.UUID

    def of(self, kind: str, *place: object) -> str:
        """Return a permanent id that reveals nothing: neither the row's number nor another id follows from it."""
        text = ":".join([kind, *map(str, place)])
        digest = hmac.digest(self.key.bytes, text.encode(), "sha256")
        return str(uuid.UUID(bytes=digest[:16], version=5))


def reference(resource: Resource) -> Resource:
    return {"reference": f"urn:uuid:{resource['id']}"}


def loinc(code: str, display: str) -> Resource:
    return {"coding": [{"system": LOINC, "code": code, "display": display}]}


def quantity(value: float, code: str, unit: str) -> Resource:
    return {"value": value, "unit": unit, "system": UCUM, "code": code}


def category(code: str, display: str) -> Resource:
    return {"coding": [{"system": OBSERVATION_CATEGORY, "code": code, "display": display}]}


def moment(at: dt.datetime, zone: ZoneInfo) -> str:
    """Format a moment to the second, in the patient's time zone and with its offset."""
    return at.astimezone(zone).isoformat(timespec="seconds")
