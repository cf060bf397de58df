"""Saved views of the caseload. They hold filters and a search, and no records."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from walking.care.refusal import Refused
from walking.models import CaseloadView

#: Most views of one person.
MOST = 20


def keep(user: User, *, name: str, query: str, shared: bool, is_default: bool) -> CaseloadView:
    """Save a view of ``user`` as ``name``, replacing one of the same name. Raises ``Refused``."""
    name = "".join(letter for letter in name if letter.isprintable()).strip()[:60]
    if not name:
        raise Refused(_("Give the view a name."), "name")
    own = CaseloadView.objects.filter(owner=user)
    with transaction.atomic():
        if not own.filter(name=name).exists() and own.count() >= MOST:
            raise Refused(_("You have %(most)s views. Drop one first.") % {"most": MOST}, "name")
        if is_default:
            own.update(is_default=False)
        view, _made = CaseloadView.objects.update_or_create(
            owner=user,
            name=name,
            defaults={
                "clinic": user.clinic,
                "query": query,
                "shared": shared,
                "is_default": is_default,
            },
        )
    return view


def drop(user: User, pk: int) -> bool:
    """Delete one of the user's own views. Returns whether there was one."""
    return CaseloadView.objects.filter(owner=user, pk=pk).delete()[0] > 0
