"""The search parameters of each type of resource, and the resources that match."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from walking.fhir.moments import Span, asked_for, matches, span
from walking.fhir.shared import Resource

#: Types that are served, in the order of a patient's complete record.
KINDS: Final = (
    "Patient",
    "CarePlan",
    "Goal",
    "ServiceRequest",
    "Observation",
    "QuestionnaireResponse",
)


class Unanswerable(Exception):  # noqa: N818 - a refusal, as care.refusal.Refused is
    """A search that cannot be answered; the message says what to do."""


#: Tests whether a resource matches the value of a parameter.
type Test = Callable[[Resource, str, Sought], bool]


@dataclass(frozen=True, slots=True)
class Sought:
    """The record that is searched: the patient's id and time zone, and the address of the API."""

    person: str
    zone: ZoneInfo
    base: str


@dataclass(frozen=True, slots=True)
class Parameter:
    """``kind`` is FHIR's type of the search parameter."""

    name: str
    kind: str
    test: Test


def _id(resource: Resource, value: str, _sought: Sought) -> bool:
    return bool(resource["id"] == value)


def _patient(_resource: Resource, value: str, sought: Sought) -> bool:
    """Return whether ``value`` means this patient: all that is served is about one person."""
    return value.removeprefix(f"{sought.base}/").removeprefix("Patient/") == sought.person


def _token(read: Callable[[Resource], Iterator[tuple[str, str]]]) -> Test:
    """Make a test for ``code``, ``system|code``, ``system|`` or ``|code``."""

    def test(resource: Resource, value: str, _sought: Sought) -> bool:
        system, bar, code = value.rpartition("|")
        return any(
            (not bar or has_system == system) and (has_code == code or (bool(system) and not code))
            for has_system, has_code in read(resource)
        )

    return test


def _concept(name: str) -> Test:
    def read(resource: Resource) -> Iterator[tuple[str, str]]:
        told: Any = resource.get(name, [])
        for concept in told if isinstance(told, list) else [told]:
            for coding in concept.get("coding", []):
                yield coding["system"], coding["code"]

    return _token(read)


def _status(name: str, system: str) -> Test:
    return _token(lambda resource: iter([(f"http://hl7.org/fhir/{system}", resource[name])]))


def _date(read: Callable[[Resource, ZoneInfo], Span]) -> Test:
    def test(resource: Resource, value: str, sought: Sought) -> bool:
        return matches(value, read(resource, sought.zone), sought.zone)

    return test


def _at(name: str) -> Test:
    return _date(lambda resource, zone: span(resource[name], zone))


def _period(read: Callable[[Resource], Resource]) -> Test:
    def told(resource: Resource, zone: ZoneInfo) -> Span:
        period = read(resource)
        return Span(span(period["start"], zone).start, span(period["end"], zone).end)

    return _date(told)


_ID: Final = Parameter("_id", "token", _id)
_OF_PATIENT: Final = (
    _ID,
    Parameter("patient", "reference", _patient),
    Parameter("subject", "reference", _patient),
)
_CATEGORY: Final = Parameter("category", "token", _concept("category"))

#: By type of resource.
PARAMETERS: Final[Mapping[str, tuple[Parameter, ...]]] = {
    "Patient": (_ID,),
    "CarePlan": (
        *_OF_PATIENT,
        _CATEGORY,
        Parameter("date", "date", _period(lambda resource: resource["period"])),
        Parameter("status", "token", _status("status", "request-status")),
    ),
    "Goal": (
        *_OF_PATIENT,
        _CATEGORY,
        Parameter("lifecycle-status", "token", _status("lifecycleStatus", "goal-status")),
        Parameter("start-date", "date", _at("startDate")),
    ),
    "ServiceRequest": (
        *_OF_PATIENT,
        _CATEGORY,
        Parameter(
            "occurrence",
            "date",
            _period(lambda resource: resource["occurrenceTiming"]["repeat"]["boundsPeriod"]),
        ),
        Parameter("status", "token", _status("status", "request-status")),
    ),
    "Observation": (
        *_OF_PATIENT,
        _CATEGORY,
        Parameter("code", "token", _concept("code")),
        Parameter("date", "date", _at("effectiveDateTime")),
        Parameter("status", "token", _status("status", "observation-status")),
    ),
    "QuestionnaireResponse": (
        *_OF_PATIENT,
        Parameter("authored", "date", _at("authored")),
        Parameter("status", "token", _status("status", "questionnaire-answers-status")),
    ),
}

_COMMA: Final = re.compile(r"(?<!\\),")


@dataclass(frozen=True, slots=True)
class Search:
    """The parameters that are applied, and the names of those that are ignored."""

    kind: str
    asked: tuple[tuple[Parameter, str], ...]
    unknown: tuple[str, ...]

    def found(self, resources: Sequence[Resource], sought: Sought) -> list[Resource]:
        """Return the resources that match every parameter; of values separated by commas, one must match."""
        return [
            resource
            for resource in resources
            if resource["resourceType"] == self.kind
            and all(
                any(parameter.test(resource, each, sought) for each in _COMMA.split(value))
                for parameter, value in self.asked
            )
        ]


def search_of(kind: str, asked: Sequence[tuple[str, str]], zone: ZoneInfo) -> Search:
    """Parse a search. Raises ``Unanswerable`` for an invalid day or moment, and for a modifier of a known parameter:
    ignoring it would change the meaning."""
    known = {parameter.name: parameter for parameter in PARAMETERS[kind]}
    found, unknown = [], []
    for name, value in asked:
        plain, _colon, modifier = name.partition(":")
        parameter = known.get(plain)
        if parameter is None:
            unknown.append(name)
        elif modifier and not (parameter.kind == "reference" and modifier == "Patient"):
            raise Unanswerable(
                _("Leave out “:%(name)s”: it is not known here.") % {"name": modifier}
            )
        elif value:  # FHIR: treat it as if it had not been asked
            found.append((parameter, _readable(parameter, value, zone)))
    return Search(kind, tuple(found), tuple(dict.fromkeys(unknown)))


def _readable(parameter: Parameter, value: str, zone: ZoneInfo) -> str:
    if parameter.kind != "date":
        return value
    # An unescaped plus arrives as a space.
    written = value.replace(" ", "+")
    try:
        for each in _COMMA.split(written):
            asked_for(each, zone)
    except ValueError as error:
        words = _("Write “%(name)s” as a day or moment, such as 2026-03-09 or ge2026-03.")
        raise Unanswerable(words % {"name": parameter.name}) from error
    return written
