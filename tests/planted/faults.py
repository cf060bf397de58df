"""All faults that `make planted` plants, by area."""

from __future__ import annotations

from typing import Final

from tests.planted import mail, outside, pages, records, rules
from tests.planted.plant import Fault

ALL: Final[tuple[Fault, ...]] = (
    *rules.PROGRAMME,
    *rules.CARE,
    *records.MODELS,
    *records.MIGRATIONS,
    *records.TOP_LEVEL,
    *records.RESEARCH,
    *mail.MAIL,
    *mail.PUSH,
    *pages.PATIENT,
    *pages.QUESTIONS,
    *pages.PHYSIO,
    *pages.COMPANIONS,
    *pages.LEARN,
    *pages.TEMPLATES,
    *pages.STATIC,
    *outside.ACCOUNTS,
    *outside.CONFIG,
    *outside.OPERATIONS,
    *outside.FHIR,
    *outside.IMPORTS,
    *outside.INVENTED,
    *outside.COMMANDS,
    *outside.CONTAINERS,
)
