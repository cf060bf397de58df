"""``/fhir/``: a connected app of the patient reads the record as FHIR, with a personal access token (docs/fhir.md)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, Final

from django.http import HttpRequest, HttpResponse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from accounts.bearer import bearer, lacks_scope
from accounts.models import AccessToken
from accounts.tokens import allows
from walking.fhir.bundle import CONTENT_TYPE, as_bytes, resources
from walking.fhir.capability import capability
from walking.fhir.outcome import refused
from walking.fhir.search import KINDS, Sought, Unanswerable, search_of
from walking.fhir.served import pages_of, searchset, with_addresses
from walking.fhir.shared import Resource
from walking.mail.links import site_url

#: FHIR's names for our only format, in a header or in ``_format``.
JSON: Final = ("application/fhir+json", "application/json", "text/json", "json")
_PAGING: Final = ("_count", "page")


def base() -> str:
    return site_url("/fhir")


def _answer(resource: Resource, status: int = 200) -> HttpResponse:
    return HttpResponse(as_bytes(resource), content_type=CONTENT_TYPE, status=status)


def _refused(status: int, *words: str) -> HttpResponse:
    return _answer(refused(status, words), status)


def _refusal(status: int, _error: str, words: str) -> HttpResponse:
    """Return a refusal of ``bearer`` as FHIR."""
    return _refused(status, words)


def _door[**P](
    view: Callable[Concatenate[HttpRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Decorate a FHIR view: errors are OperationOutcomes, cookies are ignored, and only reading is allowed."""

    @csrf_exempt
    @wraps(view)
    def page(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if request.method not in ("GET", "HEAD"):
            response = _refused(405, _("This can only be read: use GET."))
            response["Allow"] = "GET, HEAD"
        elif not _wants_json(request):
            words = _("The answer is JSON: ask for “%(type)s”.") % {"type": CONTENT_TYPE}
            response = _refused(406, words)
        else:
            response = view(request, *args, **kwargs)
        add_never_cache_headers(response)
        return response

    return page


def _wants_json(request: HttpRequest) -> bool:
    """Return whether JSON is acceptable. ``_format`` takes precedence over the header. An unescaped plus arrives as a
    space."""
    if asked := request.GET.get("_format"):
        return asked.partition(";")[0].strip().replace(" ", "+") in JSON
    return any(request.accepts(kind) for kind in JSON[:3])


@_door
def metadata(request: HttpRequest) -> HttpResponse:
    return _answer(capability(base()))


@_door
def nowhere(request: HttpRequest, rest: str = "") -> HttpResponse:
    return _refused(404, _("There is nothing at this address. See %(url)s") % {"url": _metadata()})


@_door
@bearer(None, refusal=_refusal)
def read(
    request: HttpRequest, token: AccessToken, at: dt.datetime, kind: str, name: str
) -> HttpResponse:
    """One resource. Another person's is reported as not found."""
    if refusal := _not_served(token, kind):
        return refusal
    for resource in _record(token, at):
        if (resource["resourceType"], resource["id"]) == (kind, name):
            return _answer(resource)
    return _unknown()


@_door
@bearer(None, refusal=_refusal)
def search(request: HttpRequest, token: AccessToken, at: dt.datetime, kind: str) -> HttpResponse:
    if refusal := _not_served(token, kind):
        return refusal
    try:
        asked = search_of(kind, _asked(request), token.user.zone)
        record = _record(token, at)
        person = record[0]["id"]
        found = asked.found(record, Sought(person, token.user.zone, base()))
        heeded = [(parameter.name, value) for parameter, value in asked.asked]
        return _page(request, kind, found, heeded, _ignoring(asked.unknown), at)
    except Unanswerable as unanswerable:
        return _refused(400, str(unanswerable))


@_door
@bearer(None, refusal=_refusal)
def everything(
    request: HttpRequest, token: AccessToken, at: dt.datetime, name: str
) -> HttpResponse:
    """All resources of the types that the token may read. If types are named, the token must cover all of them."""
    kinds = [kind for kind in KINDS if allows(token, f"patient/{kind}.rs")]
    if not kinds and (refusal := _not_served(token, "Patient")):
        return refusal
    wanted = [kind for each in request.GET.getlist("_type") for kind in each.split(",") if kind]
    for kind in wanted:
        if refusal := _not_served(token, kind):
            return refusal
    record = _record(token, at)
    if record[0]["id"] != name:
        return _unknown()
    ignoring = _ignoring([each for each, _value in _asked(request) if each != "_type"])
    left_out = [kind for kind in KINDS if kind not in kinds]
    if left_out and not wanted:
        words = _("This token may not read: %(types)s. They are left out.")
        ignoring.append(words % {"types": ", ".join(left_out)})
    found = [each for each in record if each["resourceType"] in (wanted or kinds)]
    heeded = [("_type", ",".join(wanted))] if wanted else []
    try:
        return _page(request, f"Patient/{name}/$everything", found, heeded, ignoring, at)
    except Unanswerable as unanswerable:
        return _refused(400, str(unanswerable))


def _record(token: AccessToken, at: dt.datetime) -> list[Resource]:
    """Return everything of the token's own person, the Patient first. Nobody else's is ever read here."""
    return with_addresses(list(resources(token.user, at)))


def _asked(request: HttpRequest) -> list[tuple[str, str]]:
    """Return the search parameters, without those common to every type."""
    return [
        (name, value)
        for name, values in request.GET.lists()
        if name not in ("_format", *_PAGING)
        for value in values
    ]


def _ignoring(unknown: tuple[str, ...] | list[str]) -> list[str]:
    words = _("“%(name)s” is not known here, and was left out.")
    return [words % {"name": name[:60]} for name in unknown]


def _page(
    request: HttpRequest,
    path: str,
    found: list[Resource],
    heeded: list[tuple[str, str]],
    ignoring: list[str],
    at: dt.datetime,
) -> HttpResponse:
    """Return one page. With ``Prefer: handling=strict`` no parameter may be ignored."""
    strict = "handling=strict" in request.headers.get("Prefer", "").replace(" ", "").lower()
    if strict and ignoring:
        return _refused(400, *ignoring)
    if asked := request.GET.get("_format"):
        heeded = [*heeded, ("_format", asked)]
    pages = pages_of(*(request.GET.get(name) for name in _PAGING))
    return _answer(
        searchset(
            found,
            base=base(),
            path=path,
            asked=heeded,
            pages=pages,
            ignoring=ignoring,
            at=at,
        )
    )


def _not_served(token: AccessToken, kind: str) -> HttpResponse | None:
    """Return 404 for an unknown type, 403 for one that the token may not read."""
    if kind not in KINDS:
        words = _("There are no resources of this type. See %(url)s")
        return _refused(404, words % {"url": _metadata()})
    return lacks_scope(token, f"patient/{kind}.rs", refusal=_refusal)


def _unknown() -> HttpResponse:
    return _refused(404, _("There is no such resource, or this token may not know of it."))


def _metadata() -> str:
    return f"{base()}/metadata"
