"""The second factor of staff: who must have one, the page that asks for it, and what to do when it is lost."""

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

#: Recovery codes alone are none: they stand in for one of these that is lost.
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def lacks_second_factor(user: User) -> bool:
    """Whether somebody has still to set one up before the desk opens. Whoever has one is asked for it by allauth at
    every sign-in, so that having one is enough here."""
    if not settings.STAFF_SECOND_FACTOR:
        return False
    return not Authenticator.objects.filter(user=user, type__in=FACTORS).exists()


@never_cache
@require_safe
@login_required
def second_step(request: HttpRequest) -> HttpResponse:
    """Says to staff why the desk asks for a second step, and how to set one up."""
    user = viewer(request)
    if not works_at_desk(user) or not lacks_second_factor(user):
        return redirect("home")
    return render(request, "account/second_step.html")


def reset_second_factor(user: User) -> int:
    """Forget the second factors of somebody who has lost theirs, sign them out everywhere, and tell them by mail.

    Returns how many there were. At the next sign-in the password alone counts, and the desk asks for a new one.
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
