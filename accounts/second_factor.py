"""The second factor of staff: who must have one, the page that asks for it, and what to do when it is lost."""

from __future__ import annotations

import logging
from smtplib import SMTPException

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.mail import send_mail
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext, override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.desk import viewer, works_at_desk
from accounts.models import User

log = logging.getLogger("waymark.accounts")

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
    """By mail, so that nobody's door is opened unseen. What is done stays done where the mail server is away."""
    with override(user.spoken_language):
        words = render_to_string(
            "account/second_factor_reset.txt",
            {"user": user, "address": f"{settings.SITE_URL}{reverse('admin:index')}"},
        )
        subject = gettext("Your second step for Waymark was removed")
    try:
        send_mail(subject, words, None, [user.email])
    except (OSError, SMTPException):
        log.warning("a person could not be told that the second factor was reset", exc_info=True)
