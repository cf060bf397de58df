"""Two-step verification of staff: who must set it up, the page that asks for it, and what to do when it is lost."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.desk import viewer, works_at_desk
from accounts.desk_address import desk_url
from accounts.models import User
from accounts.notices import tell

#: Recovery codes alone do not count: they replace one of these that is lost.
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def lacks_second_factor(user: User) -> bool:
    """Return whether the user must set up two-step verification before opening the staff pages. allauth asks for it at
    every sign-in once it is set up, so that is enough here."""
    if not settings.STAFF_SECOND_FACTOR:
        return False
    return not Authenticator.objects.filter(user=user, type__in=FACTORS).exists()


@never_cache
@require_safe
@login_required
def second_step(request: HttpRequest) -> HttpResponse:
    """Tell staff why the staff pages require two-step verification, and how to set it up."""
    user = viewer(request)
    if not works_at_desk(user) or not lacks_second_factor(user):
        return redirect("home")
    return render(request, "account/second_step.html")


def reset_second_factor(user: User) -> int:
    """Delete the second factors of a user who has lost theirs, sign them out everywhere, and notify them by email.

    Returns how many there were. The next sign-in needs the password alone, and the staff pages ask for a new one.
    """
    with transaction.atomic():
        found = Authenticator.objects.filter(user=user)
        count: int = found.filter(type__in=FACTORS).count()
        found.delete()
        for session in UserSession.objects.filter(user=user):
            session.end()
    _tell(user)
    return count


def _tell(user: User) -> None:
    tell(
        user,
        "account/second_factor_reset.txt",
        subject=gettext_lazy("Your second step for Waymark was removed"),
        context={"address": desk_url()},
    )
