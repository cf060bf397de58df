"""Erasing a patient: asked for, taken back, and done by the clock when the days to think it over are past."""

from __future__ import annotations

import datetime as dt
import logging
import uuid
from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qsl

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db import IntegrityError, transaction
from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from accounts.models import Access, User
from accounts.tokens import revoke_all
from walking.care.record.parts import ERASED_TOO, PARTS
from walking.care.refusal import Refused
from walking.care.trail import changed
from walking.mail import outbox
from walking.models import (
    CaseloadView,
    ErasedAccess,
    Erasure,
    ErasureRequest,
    Mail,
    OwnDownload,
    Plan,
)
from walking.models.erasure import Why, mark_of

log = logging.getLogger(__name__)
CHUNK = 400


def took_out(user: User, *, at: dt.datetime) -> None:
    """Keep that a patient took out the own record."""
    OwnDownload(patient=user, at=at).save()


def waiting_request(user: User) -> ErasureRequest | None:
    return ErasureRequest.objects.filter(patient=user, withdrawn_at=None).first()


def ask_to_erase(
    user: User,
    *,
    by: User | None,
    why: Why = Why.ASKED,
    words: str = "",
    days: int | None = None,
    at: dt.datetime,
) -> ErasureRequest:
    """Let ``user`` be erased when the days to think it over are past; a mail says until when it can be taken back.

    ``by`` is None where the clock asks. Raises ``Refused`` for staff and for whom this is asked already.
    """
    if not user.is_patient:
        raise Refused(_("Only a patient's record can be erased."))
    if by is not None and by != user and not words.strip():
        raise Refused(_("Say why, for the record."), "words")
    wait = settings.ERASURE_DAYS if days is None else days
    with transaction.atomic():
        request = ErasureRequest(
            patient=user,
            by=by,
            why=why,
            words=words.strip(),
            at=at,
            due_at=at + dt.timedelta(days=wait),
        )
        try:
            with transaction.atomic():
                request.save()
        except IntegrityError as error:
            raise Refused(_("This record is going to be erased already.")) from error
        revoke_all(user, at)
        changed(user, by=by, what="erasure_asked", why=words, at=at)
        outbox.queue(
            [
                outbox.queued(
                    Mail.Kind.LEAVING,
                    recipient=user,
                    about=f"request:{request.pk}",
                    due_at=at,
                    at=at,
                )
            ]
        )
    return request


def take_back(user: User, *, by: User | None, at: dt.datetime) -> None:
    """Keep the record after all. Raises ``Refused`` where nothing was asked, or where it is too late."""
    with transaction.atomic():
        request = (
            ErasureRequest.objects.select_for_update()
            .filter(patient=user, withdrawn_at=None)
            .first()
        )
        if request is None:
            raise Refused(_("Nobody has asked for this record to be erased."))
        request.withdrawn_at = at
        request.save(update_fields=["withdrawn_at"])
        changed(user, by=by, what="erasure_taken_back", at=at)


def erase_due(at: dt.datetime) -> int:
    """Erase everybody whose day has come; each in a transaction of its own. Returns how many."""
    due = ErasureRequest.objects.filter(withdrawn_at=None, due_at__lte=at).order_by("due_at", "pk")
    erased = 0
    for pk in list(due.values_list("pk", flat=True)):
        with transaction.atomic():
            request = due.filter(pk=pk).select_for_update(skip_locked=True, of=("self",)).first()
            if request is None:
                continue
            if request.why == Why.RETENTION and _began_anew(request):
                request.withdrawn_at = at
                request.save(update_fields=["withdrawn_at"])
                continue
            erase(User.objects.get(pk=request.patient_id), why=Why(request.why), at=at)
        erased += 1
    return erased


def _began_anew(request: ErasureRequest) -> bool:
    """Whether somebody whom nobody but the clock wanted to erase has a plan that runs again."""
    return Plan.objects.open().filter(patient=request.patient_id).exists()


def erase_again(tombstones: Iterable[Erasure], *, at: dt.datetime) -> int:
    """Erase whom a restored backup brought back, as the marks of ``tombstones`` tell. Returns how many."""
    marks = list(tombstones)
    erased = 0
    for user in User.objects.patients().order_by("pk"):
        if any(tombstone.is_of(user) for tombstone in marks):
            erase(user, why=Why.AGAIN, at=at)
            erased += 1
    return erased


def erase(user: User, *, why: Why, at: dt.datetime) -> Erasure:
    """Delete every row of the record, and the person. What remains says that somebody was erased, and who of the staff
    had looked at the record; nothing says whose it was.

    This is the only way by which facts are deleted. The person goes first: a trigger keeps the lines of the audit trail
    as long as the person is there. Keys are checked when the transaction ends, so that the order does not matter else.
    """
    if not user.is_patient or user.clinic is None:
        raise Refused(_("Only a patient's record can be erased."))
    with transaction.atomic():
        salt = uuid.uuid4()
        erasure = Erasure(id=salt, clinic=user.clinic, mark=mark_of(user, salt), why=why, at=at)
        erasure.save()
        trail = Access.objects.filter(patient=user).order_by("at", "pk")
        ErasedAccess.objects.bulk_create(
            ErasedAccess(
                erasure=erasure,
                by_id=line.by_id,
                role=line.role,
                action=line.action,
                what=line.what,
                at=line.at,
            )
            for line in trail
        )
        found: list[tuple[type[Model], list[Any]]] = [
            *((part.model, _keys(part.rows(user))) for part in PARTS if not part.clinics),
            *((model, _keys(rows(user))) for model, rows in ERASED_TOO),
        ]
        _forget_searches(user)
        Session.objects.filter(
            session_key__in=list(
                UserSession.objects.filter(user=user).values_list("session_key", flat=True)
            )
        ).delete()
        _delete(User, [user.pk])
        for model, keys in reversed(found):
            _delete(model, keys)
    log.info("erased %s", erasure.pk)
    return erasure


def _keys(rows: QuerySet[Any]) -> list[Any]:
    return list(rows.order_by().values_list("pk", flat=True))


def _delete(model: type[Model], keys: list[Any]) -> None:
    """Rows by their keys, and what the desk's own log says of them. No signal, no cascade: the caller names all."""
    kind = ContentType.objects.get_for_model(model)
    for first in range(0, len(keys), CHUNK):
        some = keys[first : first + CHUNK]
        rows: QuerySet[Any] = QuerySet(model).filter(pk__in=some)
        rows._raw_delete(rows.db)
        entries = LogEntry.objects.filter(
            content_type=kind, object_id__in=[str(key) for key in some]
        )
        entries.delete()


def _forget_searches(user: User) -> None:
    """Ways to look at the caseload that colleagues kept, where they are a search for this very person."""
    names = [name.casefold() for name in (user.name, user.email) if name]
    for kept in CaseloadView.objects.filter(owner__clinic=user.clinic).exclude(query=""):
        said = " ".join([kept.name, *(value for _key, value in parse_qsl(kept.query))]).casefold()
        if any(name in said for name in names):
            kept.delete()
