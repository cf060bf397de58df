"""Doors for programs, as the tests of ``bearer`` need them, beside all others."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.urls import path

from accounts.bearer import bearer, lacks_scope
from accounts.models import AccessToken
from config.urls import urlpatterns as ours


@bearer("walks:write")
def walks(request: HttpRequest, token: AccessToken, at: datetime) -> HttpResponse:
    return HttpResponse(f"{token.user.name} {request.method}")


@bearer(None)
def one_type(request: HttpRequest, token: AccessToken, at: datetime, kind: str) -> HttpResponse:
    return lacks_scope(token, f"patient/{kind}.rs") or HttpResponse(kind)


urlpatterns = [path("try/walks", walks), path("try/<kind>", one_type), *ours]
