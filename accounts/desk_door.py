"""What the staff pages require beyond signing in: two-step verification, and no long idle time."""

from __future__ import annotations

import datetime as dt
from typing import Final

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext

from accounts.desk import viewer
from accounts.second_factor import lacks_second_factor

_SEEN: Final = "desk_seen"
#: Seconds between two updates of the time of the last request, as each is a write.
_NOTED_EVERY: Final = 60


def refusal(request: HttpRequest, at: dt.datetime) -> HttpResponse | None:
    """Return what to answer signed-in staff instead of a staff page; None if they may continue."""
    if _was_idle(request, at):
        return _signed_out(request)
    if lacks_second_factor(viewer(request)):
        return redirect("second_step")
    return None


def _was_idle(request: HttpRequest, at: dt.datetime) -> bool:
    """Return whether the session was idle for too long; otherwise record the time of this request."""
    if not settings.STAFF_IDLE_MINUTES:
        return False
    now, seen = int(at.timestamp()), request.session.get(_SEEN)
    if seen is not None and now - seen > settings.STAFF_IDLE_MINUTES * 60:
        return True
    if seen is None or now - seen >= _NOTED_EVERY:
        request.session[_SEEN] = now
    return False


def _signed_out(request: HttpRequest) -> HttpResponse:
    """Redirect to the sign-in page and back from there; but for a submitted form do not redirect, so its data is not
    lost."""
    logout(request)
    minutes = settings.STAFF_IDLE_MINUTES
    if request.method == "POST":
        return render(request, "account/desk_idle.html", {"minutes": minutes}, status=403)
    messages.info(
        request,
        ngettext(
            "Nothing was done at the desk for %(minutes)s minute, so you were signed out.",
            "Nothing was done at the desk for %(minutes)s minutes, so you were signed out.",
            minutes,
        )
        % {"minutes": minutes},
    )
    return redirect_to_login(request.get_full_path())
