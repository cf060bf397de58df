"""End access: browser sessions, and access tokens of connected apps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction

from accounts.models import AccessToken, Clinic


@dataclass(frozen=True, slots=True)
class Ended:
    sessions: int
    tokens: int


def end_all_access(at: datetime, *, clinic: Clinic | None = None) -> Ended:
    """Sign out everyone, or everyone in ``clinic``, and revoke the tokens that are live at ``at`` (aware)."""
    with transaction.atomic():
        listed = UserSession.objects.all()
        tokens = AccessToken.objects.live(at)
        if clinic is None:
            # Including sessions of people who have only begun to sign in, which are listed nowhere.
            sessions = Session.objects.all()
        else:
            listed = listed.filter(user__clinic=clinic)
            tokens = tokens.filter(user__clinic=clinic)
            sessions = Session.objects.filter(session_key__in=listed.values("session_key"))
        count = sessions.count()
        sessions.delete()
        listed.delete()
        return Ended(count, tokens.update(revoked_at=at))
