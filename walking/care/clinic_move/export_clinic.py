"""Exporting a clinic's rows into a zip: a table each as JSON lines, and ``clinic.json``, which describes them."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import zipfile
from collections.abc import Iterator
from typing import IO, Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core import serializers
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models import Model, QuerySet

from accounts import access_log
from accounts.models import Clinic, User
from walking.care.clinic_move.tables import TABLES, columns_of
from walking.care.refusal import Refused
from walking.models import Mail

FORMAT = "waymark-clinic"
VERSION = 1
MANIFEST = "clinic.json"
#: Rows read at a time.
CHUNK = 1000

access_log.register({"whole_clinic": "the whole clinic, to move it"})


def take_out(
    clinic: Clinic, file: IO[bytes], *, by: User, at: dt.datetime, leave_mail: bool = False
) -> dict[str, int]:
    """Write all of ``clinic`` to ``file`` and return the number of rows of each table. ``at`` is aware.

    Records the export by ``by`` in each patient's access log, also in the file. Raises ``Refused`` while email is
    queued, because two installations would send it; with ``leave_mail`` the file marks it as not sent.
    """
    with transaction.atomic():
        waiting = TABLES[Mail](clinic).filter(state=Mail.State.QUEUED).count()
        if waiting and not leave_mail:
            raise Refused(
                f"{waiting} messages of this clinic wait to be sent. Let them go first (manage.py tick), stop the "
                "worker and try again; or leave them unsent for good with --leave-mail."
            )
        patients = User.objects.patients().filter(clinic=clinic).order_by("pk")
        access_log.record_export(
            by=by, patients=patients.values_list("pk", flat=True), what="whole_clinic", at=at
        )
        ready = _Ready(clinic, at)
        counts: dict[str, int] = {}
        digests: dict[str, str] = {}
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
            for model, rows in TABLES.items():
                label = model._meta.label
                digest = hashlib.sha256()
                counts[label] = 0
                with made.open(name_of(model), "w", force_zip64=True) as table:
                    for line in _lines(model, rows(clinic), ready):
                        table.write(line)
                        digest.update(line)
                        counts[label] += 1
                digests[label] = digest.hexdigest()
            manifest = {
                "format": FORMAT,
                "version": VERSION,
                "made_at": at.isoformat(),
                "clinic": clinic.name,
                "from": settings.SITE_URL,
                "tables": {
                    label: {"rows": counts[label], "sha256": digests[label]} for label in counts
                },
            }
            made.writestr(MANIFEST, json.dumps(manifest, indent=1, ensure_ascii=False))
    return counts


def name_of(model: type[Model]) -> str:
    return f"tables/{model._meta.label}.jsonl"


def _lines(model: type[Model], rows: QuerySet[Any], ready: _Ready) -> Iterator[bytes]:
    """Yield rows by key, so that the same rows always make the same file, on any database."""
    names = [column.name for column in columns_of(model)]
    for row in rows.order_by("pk").iterator(chunk_size=CHUNK):
        if isinstance(row, Mail):
            ready.mail(row)
        elif isinstance(row, User):
            ready.user(row)
        text = serializers.serialize("jsonl", [row], fields=names, cls=_Exact)
        # PostgreSQL stores JSON in its own order.
        yield json.dumps(json.loads(text), sort_keys=True, ensure_ascii=False).encode() + b"\n"


class _Exact(DjangoJSONEncoder):
    """Encodes moments to the microsecond; Django's encoder cuts them to milliseconds."""

    def default(self, o: Any) -> Any:
        return o.isoformat() if isinstance(o, dt.datetime) else super().default(o)


class _Ready:
    """Adapts rows for the other installation."""

    def __init__(self, clinic: Clinic, at: dt.datetime) -> None:
        self.clinic, self.at = clinic, at
        factors = Authenticator.objects.exclude(type=Authenticator.Type.RECOVERY_CODES)
        #: Second factors are not moved, and an account that has one must not open without it.
        self.two_proofs = set(factors.filter(user__clinic=clinic).values_list("user_id", flat=True))

    def mail(self, mail: Mail) -> None:
        if mail.state == Mail.State.QUEUED:
            mail.state, mail.settled_at = Mail.State.SUPPRESSED, self.at
            mail.outcome = "The clinic moved to another installation."
            mail.lease = mail.leased_until = None

    def user(self, user: User) -> None:
        if user.pk in self.two_proofs and user.has_usable_password():
            user.set_unusable_password()
        if user.clinic_id == self.clinic.pk:
            return
        # Named in the access log only: nobody can sign in to it. Only operators belong to no clinic.
        if user.clinic_id is not None:
            user.clinic = self.clinic
        if user.has_usable_password():
            user.set_unusable_password()
        user.is_active = user.is_staff = user.is_superuser = False
