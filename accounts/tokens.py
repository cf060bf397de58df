"""Personal access tokens of patients: made, found by their secret, and ended.

Staff are offered none: what they see needs a session, a second factor and a line in the audit trail.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import AccessToken, User

#: What a secret begins with, so that scanners for leaked secrets know one.
PREFIX: Final = "wm_"
_SECRET: Final = re.compile(rf"{PREFIX}[A-Za-z0-9_-]{{43}}")
#: Live ones of one person: more are a mistake, or a program that makes them.
MOST: Final = 20

WRITE_WALKS: Final = "walks:write"
READ_ALL: Final = "patient/*.rs"
#: One type of resource of one's own record, to read and to search, as SMART App Launch 2 writes it.
_READ: Final = re.compile(r"patient/(\*|[A-Z][A-Za-z]{1,60})\.rs")


class TokenRefused(Exception):  # noqa: N818 - a refusal, as care.refusal.Refused is
    """No token for this; the message says why, for whoever asked."""


def is_scope(scope: str) -> bool:
    return scope == WRITE_WALKS or _READ.fullmatch(scope) is not None


def make(
    user: User,
    label: str,
    scopes: Iterable[str],
    at: datetime,
    *,
    expires_at: datetime | None = None,
) -> tuple[AccessToken, str]:
    """A token and its secret, which nobody can be told again. ``at`` and ``expires_at`` are aware.

    Raises ``TokenRefused`` for staff, for whoever has ``MOST`` already, and without a label or a known scope.
    """
    wanted, name = sorted(set(scopes)), " ".join(label.split())
    if not (user.is_patient and user.is_active):
        raise TokenRefused(_("Only patients can connect a program."))
    if not name:
        raise TokenRefused(_("Give it a name, so that you know it again."))
    if not wanted or not all(map(is_scope, wanted)):
        raise TokenRefused(_("Choose what it may do."))
    if user.access_tokens.live(at).count() >= MOST:
        raise TokenRefused(_("You have very many connections. End one that you do not need first."))
    secret = PREFIX + secrets.token_urlsafe(32)
    token = AccessToken.objects.create(
        user=user,
        label=name,
        digest=_digest(secret),
        scopes=" ".join(wanted),
        created_at=at,
        expires_at=expires_at,
    )
    return token, secret


def find(secret: str, at: datetime) -> AccessToken | None:
    """The token that ``secret`` opens at ``at``, with its person and their clinic; None if it opens nothing."""
    if not _SECRET.fullmatch(secret):
        return None
    token = (
        AccessToken.objects.live(at)
        .select_related("user__clinic")
        .filter(digest=_digest(secret))
        .first()
    )
    if token is None or not (token.user.is_active and token.user.is_patient):
        return None
    return token


def allows(token: AccessToken, scope: str) -> bool:
    """Whether it may do what ``scope`` names; to read all is to read each."""
    given = token.scopes.split()
    return scope in given or (READ_ALL in given and _READ.fullmatch(scope) is not None)


def reads(token: AccessToken) -> bool:
    """Whether it may read anything of the record."""
    return any(_READ.fullmatch(scope) for scope in token.scopes.split())


def used(token: AccessToken, at: datetime) -> None:
    """Keep the hour in which it was last used: a write at most once in an hour."""
    hour = at.replace(minute=0, second=0, microsecond=0)
    if token.last_used_at is None or token.last_used_at < hour:
        AccessToken.objects.filter(pk=token.pk).update(last_used_at=hour)
        token.last_used_at = hour


def revoke(token: AccessToken, at: datetime) -> None:
    """It opens nothing any more. One that was revoked before stays as it is."""
    AccessToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=at)
    token.refresh_from_db(fields=["revoked_at"])


def revoke_all(user: User, at: datetime) -> int:
    """Every live token of ``user``; returns how many."""
    return AccessToken.objects.live(at).filter(user=user).update(revoked_at=at)


def new_password(*, user: User, **_signal: object) -> None:
    """Whoever takes a new password may fear that somebody else was in: what was let in ends, as sessions do."""
    revoke_all(user, timezone.now())


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
