"""Resources as they are served: with addresses that can be read, one page at a time."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from walking.fhir.outcome import ignored
from walking.fhir.search import KINDS, Unanswerable
from walking.fhir.shared import Resource, moment

#: Resources on a page: by default, and at most.
USUAL: Final = 100
MOST: Final = 500

_NAME: Final = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_PLACE: Final = re.compile(rf"([0-{len(KINDS) - 1}])_([0-9T:.+-]{{0,40}})_({_NAME})", re.ASCII)
_NUMBER: Final = re.compile("[0-9]{1,9}", re.ASCII)

type Place = tuple[int, str, str]


@dataclass(frozen=True, slots=True)
class Pages:
    """The position of a program in its reading. ``after`` is the place of the last resource that it received."""

    count: int = USUAL
    after: Place | None = None


def pages_of(count: str | None, after: str | None) -> Pages:
    """Parse ``_count`` and ``page`` of an address. Raises ``Unanswerable``."""
    if count is not None and not _NUMBER.fullmatch(count):
        raise Unanswerable(_("Write “_count” as a whole number."))
    place = _PLACE.fullmatch(after) if after is not None else None
    if after is not None and place is None:
        raise Unanswerable(_("Take “page” from the link to the next page as it is."))
    return Pages(
        min(int(count), MOST) if count is not None else USUAL,
        (int(place[1]), place[2], place[3]) if place else None,
    )


def place_of(resource: Resource) -> Place:
    """Return a resource's place by type, day and id, which stays the same whatever changes between two pages."""
    day = (
        resource.get("effectiveDateTime")
        or resource.get("authored")
        or resource.get("startDate")
        or resource.get("period", {}).get("start")
        or resource.get("occurrenceTiming", {})
        .get("repeat", {})
        .get("boundsPeriod", {})
        .get("start")
        or ""
    )
    return KINDS.index(resource["resourceType"]), day, resource["id"]


def with_addresses(resources: Sequence[Resource]) -> list[Resource]:
    """Return the resources referring to each other by type and id instead of by ``urn:uuid:``."""
    kinds = {f"urn:uuid:{each['id']}": f"{each['resourceType']}/{each['id']}" for each in resources}

    def dressed(value: Any) -> Any:
        match value:
            case {"reference": str() as target}:
                return value | {"reference": kinds[target]}
            case dict():
                return {key: dressed(each) for key, each in value.items()}
            case list():
                return [dressed(each) for each in value]
        return value

    return [dressed(resource) for resource in resources]


def searchset(
    found: Sequence[Resource],
    *,
    base: str,
    path: str,
    asked: Sequence[tuple[str, str]],
    pages: Pages,
    ignoring: Sequence[str],
    at: dt.datetime,
) -> Resource:
    """Return one page of ``found`` as a Bundle. ``base`` and ``path`` make the address, ``asked`` are the parameters
    that were applied, and ``ignoring`` describes those that were not."""
    rest = sorted(found, key=place_of)
    if pages.after is not None:
        rest = [each for each in rest if place_of(each) > pages.after]
    shown = rest[: pages.count]

    def link(relation: str, after: Place | None) -> Resource:
        query = [*asked, ("_count", str(pages.count))]
        query += [("page", "_".join(map(str, after)))] if after else []
        return {"relation": relation, "url": f"{base}/{path}?{urlencode(query)}"}

    links = [link("self", pages.after)]
    if shown and len(rest) > len(shown):
        links.append(link("next", place_of(shown[-1])))
    entries: list[Resource] = [
        {
            "fullUrl": f"{base}/{each['resourceType']}/{each['id']}",
            "resource": each,
            "search": {"mode": "match"},
        }
        for each in shown
    ]
    if ignoring:
        entries.append({"resource": ignored(ignoring), "search": {"mode": "outcome"}})
    made: Resource = {
        "resourceType": "Bundle",
        "type": "searchset",
        "timestamp": moment(at, ZoneInfo("UTC")),
        "total": len(found),
        "link": links,
    }
    return made | {"entry": entries} if entries else made
