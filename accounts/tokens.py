"""Personal access tokens of patients: create, find by secret, and revoke.

Staff cannot have any: what they see needs a session, two-step verification and a line in the audit trail.
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

#: The prefix of a secret, so that scanners for leaked secrets recognise it.
PREFIX: Final = "wm_"
_SECRET: Final = re.compile(rf"{PREFIX}[A-Za-z0-9_-]{{43}}")
#: Most live tokens of one person: more are a mistake, or a program that creates them.
MOST: Final = 20

WRITE_WALKS: Final = "walks:write"
READ_ALL: Final = "patient/*.rs"
#: Read and search one type of resource of one's own record, as written in SMART App Launch 2.
_READ: Final = re.compile(r"patient/(\*|[A-Z][A-Za-z]{1,60})\.rs")


class TokenRefused(Exception):  # noqa: N818 - a refusal, as care.refusal.Refused is
    """The token cannot be created; the message says why, for the user."""


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
    """Create a token and return it with its secret, which cannot be shown again. ``at`` and ``expires_at`` are aware.

    Raises ``TokenRefused`` for staff, for users who have ``MOST`` already, and without a label or a known scope.
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
    """Return the token that is valid for ``secret`` at ``at``, with its owner and their clinic; else None."""
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
    """Return whether it may do what ``scope`` names; a scope to read everything includes each type."""
    given = token.scopes.split()
    return scope in given or (READ_ALL in given and _READ.fullmatch(scope) is not None)


def reads(token: AccessToken) -> bool:
    """Return whether it may read any part of the record."""
    return any(_READ.fullmatch(scope) for scope in token.scopes.split())


def used(token: AccessToken, at: datetime) -> None:
    """Store the hour of the last use: at most one write an hour."""
    hour = at.replace(minute=0, second=0, microsecond=0)
    if token.last_used_at is None or token.last_used_at < hour:
        AccessToken.objects.filter(pk=token.pk).update(last_used_at=hour)
        token.last_used_at = hour


def revoke(token: AccessToken, at: datetime) -> None:
    """Revoke the token. One that was revoked before does not change."""
    AccessToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=at)
    token.refresh_from_db(fields=["revoked_at"])


def revoke_all(user: User, at: datetime) -> int:
    """Revoke every live token of ``user``; return how many."""
    return AccessToken.objects.live(at).filter(user=user).update(revoked_at=at)


def new_password(*, user: User, **_signal: object) -> None:
    """Revoke all access tokens when the password changes, because the old one may have been stolen."""
    revoke_all(user, timezone.now())


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
