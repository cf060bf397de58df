"""Erasing a patient: requested, cancelled, and done by a scheduled job when the waiting time is over."""

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
from walking.care.record.audit import changed
from walking.care.record.tables import ERASED_TOO, PARTS
from walking.care.refusal import Refused
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
    """Record that a patient downloaded their own record."""
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
    """Request that ``user`` is erased after the waiting time. An email says until when it can be cancelled.

    ``by`` is None for a scheduled job. Raises ``Refused`` for staff, and if it is requested already.
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
    """Cancel the request. Raises ``Refused`` if there is none, or if it is too late."""
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
    """Scheduled job: erase everyone whose waiting time is over, each in their own transaction. Returns how many."""
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
    """Return whether a patient whom only a scheduled job wanted to erase has a running plan again."""
    return Plan.objects.open().filter(patient=request.patient_id).exists()


def erase_again(tombstones: Iterable[Erasure], *, at: dt.datetime) -> int:
    """Erase again the patients that a restored backup brought back, according to ``tombstones``. Returns how many."""
    marks = list(tombstones)
    erased = 0
    for user in User.objects.patients().order_by("pk"):
        if any(tombstone.is_of(user) for tombstone in marks):
            erase(user, why=Why.AGAIN, at=at)
            erased += 1
    return erased


def erase(user: User, *, why: Why, at: dt.datetime) -> Erasure:
    """Delete the person and every row of the record. What remains says that someone was erased and which staff had
    opened the record, but not whose it was.

    This is the only way to delete facts. The person goes first, because a trigger protects the access log as long as
    the person exists. Keys are checked at the end of the transaction, so the order does not matter otherwise.
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
    """Delete rows by key, with the admin's own log entries about them. No signals and no cascade: the caller names
    every table."""
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
    """Delete saved views of colleagues that search for this person."""
    names = [name.casefold() for name in (user.name, user.email) if name]
    for kept in CaseloadView.objects.filter(owner__clinic=user.clinic).exclude(query=""):
        said = " ".join([kept.name, *(value for _key, value in parse_qsl(kept.query))]).casefold()
        if any(name in said for name in names):
            kept.delete()
