"""OperationOutcome: errors in FHIR's format."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from walking.fhir.shared import Resource

#: FHIR's code of an issue (http://hl7.org/fhir/issue-type) for each HTTP status that we answer.
CODES: Final = {
    400: "invalid",
    401: "login",
    403: "forbidden",
    404: "not-found",
    405: "not-supported",
    406: "not-supported",
    429: "throttled",
}


def refused(status: int, words: Iterable[str]) -> Resource:
    return _outcome("error", CODES[status], words)


def ignored(words: Iterable[str]) -> Resource:
    """Return an outcome that lists the ignored parameters of an answered search."""
    return _outcome("warning", "not-supported", words)


def _outcome(severity: str, code: str, words: Iterable[str]) -> Resource:
    return {
        "resourceType": "OperationOutcome",
        "issue": [{"severity": severity, "code": code, "diagnostics": each} for each in words],
    }
