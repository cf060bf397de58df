"""Importing a record: the patient exported by ``taking_out`` becomes a patient of another clinic, or of a new one."""

from __future__ import annotations

import datetime as dt
import io
import json
import uuid
import zipfile
import zlib
from dataclasses import dataclass, field
from typing import Any, Final, cast

from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.db.models import CharField, Field, ForeignKey, Model, TextField
from django.utils.translation import gettext as _

from accounts.models import Clinic, Role, User
from walking.care.record.audit import changed
from walking.care.record.export_record import FORMAT, PATIENT
from walking.care.record.tables import PARTS, PERSON, Part
from walking.care.refusal import Refused
from walking.models import Invitation, Plan, ProgrammeVersion
from walking.models.standing import refresh

#: The name of the record in the zip, and its largest size. A year of daily walks is under 1 MB.
NAME: Final = "my-data.json"
LARGEST: Final = 64 * 1024 * 1024
#: Addresses that can never receive email (RFC 2606).
NOWHERE: Final = "former.invalid"


def opened(content: bytes) -> dict[str, Any]:
    """Return the record in a file: the patient's zip, or its ``my-data.json``. Raises ``Refused``."""
    if content[:2] == b"PK":
        content = _unpacked(content)
    if len(content) > LARGEST:
        raise Refused(_("The file is too large to be the record of one patient."))
    try:
        record = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise Refused(_("This is not a file that “My data” made.")) from error
    if not isinstance(record, dict) or not isinstance(record.get("person"), dict):
        raise Refused(_("This is not a file that “My data” made."))
    if record.get("format") != FORMAT:
        raise Refused(
            _("The file has the format %(told)s; this version reads %(known)s.")
            % {"told": record.get("format"), "known": FORMAT}
        )
    return record


def read_in(
    record: dict[str, Any], *, physiotherapist: User, match_staff: bool, at: dt.datetime
) -> User:
    """Create the patient of ``record`` (from ``opened``) in the clinic of ``physiotherapist``, who takes over the plan.

    Imports everything or nothing. Staff in the file become accounts that nobody can sign in to, so that it stays true
    who did what; with ``match_staff``, members of this clinic with the same role and name take their place. The patient
    has no password here and signs in with a code by email. Raises ``Refused`` and names the place in the file.
    """
    clinic = physiotherapist.clinic
    if clinic is None or not physiotherapist.is_active:
        raise Refused(_("Name a member of a clinic's staff who goes on with the plan."))
    known = {"format", "made_at", "full", "clinic", "person", *(part.name for part in PARTS)}
    if unknown := sorted(set(record) - known):
        raise Refused(_("%(place)s: unknown.") % {"place": unknown[0]})
    with transaction.atomic():
        person = _person(record["person"], clinic)
        reader = _Reader(person, clinic, physiotherapist, at, match_staff, bool(record.get("full")))
        for part in PARTS:
            if not part.stays:
                reader.read(part, record.get(part.name, []))
        changed(person, by=physiotherapist, what="read_in", at=at)
        refresh(list(Plan.objects.filter(patient=person).values_list("pk", flat=True)), at)
    return person


def _unpacked(content: bytes) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as file, file.open(NAME) as inner:
            # The size stated in the zip may be false, so count what comes out.
            return inner.read(LARGEST + 1)
    except KeyError as error:
        raise Refused(_("There is no %(name)s in this zip file.") % {"name": NAME}) from error
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError) as error:
        raise Refused(_("This zip file is damaged. Fetch it again.")) from error


def _person(told: dict[str, Any], clinic: Clinic) -> User:
    if told.get("role") != Role.PATIENT:
        raise Refused(_("%(place)s: only a patient can be read in.") % {"place": "person.role"})
    if unknown := sorted(set(told) - set(PERSON)):
        raise Refused(_("%(place)s: unknown.") % {"place": f"person.{unknown[0]}"})
    person = User(clinic=clinic)
    for name, value in told.items():
        column = cast("Field[Any, Any]", User._meta.get_field(name))
        setattr(person, name, _cleaned(column, value, f"person.{name}"))
    person.email = person.email.lower()
    person.set_unusable_password()
    try:
        person.full_clean(exclude=["password"])
    except ValidationError as error:
        raise Refused("person: " + " ".join(error.messages)) from error
    person.save()
    return person


@dataclass(slots=True)
class _Reader:
    """Reads part by part, and remembers which row is at which position of the file."""

    person: User
    clinic: Clinic
    physiotherapist: User
    at: dt.datetime
    match_staff: bool
    full: bool
    places: dict[type[Model], list[Model]] = field(default_factory=dict)
    staff: dict[str, User] = field(default_factory=dict)

    def read(self, part: Part, rows: Any) -> None:
        if not isinstance(rows, list):
            raise Refused(_("%(place)s: a list is needed.") % {"place": part.name})
        made = self.places.setdefault(part.model, [])
        for number, told in enumerate(rows, start=1):
            place = f"{part.name}[{number}]"
            if not isinstance(told, dict):
                raise Refused(_("%(place)s: a row is needed.") % {"place": place})
            row = self._row(part, told, place)
            if isinstance(row, ProgrammeVersion):
                made.append(self._version(row))
                continue
            try:
                with transaction.atomic():
                    row.save()
            except (DatabaseError, ValueError) as error:
                raise Refused(
                    _("%(place)s: this cannot be true, says the database (%(why)s).")
                    % {"place": place, "why": str(error).splitlines()[0]}
                ) from error
            made.append(row)

    def _row(self, part: Part, told: dict[str, Any], place: str) -> Model:
        known = {*part.fields, *part.private}
        if unknown := sorted(set(told) - known):
            raise Refused(_("%(place)s: unknown.") % {"place": f"{place}.{unknown[0]}"})
        row = part.model()
        for column in part.model._meta.concrete_fields:
            where = f"{place}.{column.name}"
            if column.name in told:
                setattr(row, column.attname, self._value(column, told[column.name], where))
            elif column.name in ("user", "patient"):
                setattr(row, column.name, self.person)
            elif column.name == "clinic":
                setattr(row, column.name, self.clinic)
            elif column.name in part.private and not self.full:
                self._withheld(row, column)
        if isinstance(row, Plan):
            theirs = row.physiotherapist if self.match_staff else None
            row.physiotherapist = (
                theirs if theirs is not None and theirs.is_active else self.physiotherapist
            )
        if isinstance(row, Invitation) and row.accepted_at is None and row.revoked_at is None:
            # The other clinic offered it, and its link does not work here.
            row.revoked_at = self.at
        return row

    def _withheld(self, row: Model, column: Field[Any, Any]) -> None:
        """Return a value for a column that the patient's own copy leaves out and that may not be empty."""
        if isinstance(column, ForeignKey):
            setattr(row, column.name, self.physiotherapist)
        elif isinstance(column, CharField | TextField):
            setattr(row, column.name, _("Not in the patient's own copy."))

    def _value(self, column: Field[Any, Any], told: Any, place: str) -> Any:
        if not isinstance(column, ForeignKey):
            return _cleaned(column, told, place)
        if told is None:
            if column.null:
                return None
            raise Refused(_("%(place)s: needed.") % {"place": place})
        if column.related_model is User:
            return self._somebody(told, place).pk
        rows = self.places.get(column.related_model, [])
        if type(told) is not int or not 1 <= told <= len(rows):
            raise Refused(_("%(place)s: there is no such row.") % {"place": place})
        return rows[told - 1].pk

    def _somebody(self, told: Any, place: str) -> User:
        if told == PATIENT:
            return self.person
        if told in self.staff:
            return self.staff[told]
        role, _colon, name = str(told).partition(": ")
        if role not in Role.values or role == Role.PATIENT or not name or len(name) > 120:
            raise Refused(_("%(place)s: say who, as “role: name”.") % {"place": place})
        same = list(User.objects.filter(clinic=self.clinic, role=role, name=name)[:2])
        theirs = [one for one in same if self.match_staff or _is_former(one)]
        self.staff[told] = theirs[0] if len(theirs) == 1 else self._former(role, name)
        return self.staff[told]

    def _former(self, role: str, name: str) -> User:
        return User.objects.create_user(
            f"{uuid.uuid4().hex}@{NOWHERE}",
            None,
            name=name,
            role=role,
            clinic=self.clinic,
            is_active=False,
        )

    def _version(self, told: ProgrammeVersion) -> ProgrammeVersion:
        """Return the clinic's version with the same numbers, or a new one that no new plan uses."""
        Clinic.objects.select_for_update().get(pk=self.clinic.pk)
        versions = ProgrammeVersion.objects.filter(clinic=self.clinic).order_by("number")
        for version in versions:
            if version.programme == told.programme:
                return version
        told.number = versions.last_number() + 1
        told.taken_over_at = self.at
        try:
            with transaction.atomic():
                told.save()
        except DatabaseError as error:
            raise Refused(
                _("%(place)s: this cannot be true, says the database (%(why)s).")
                % {"place": "programme_versions", "why": str(error).splitlines()[0]}
            ) from error
        return told


def _is_former(user: User) -> bool:
    return not user.is_active and user.email.endswith(f"@{NOWHERE}")


def _cleaned(column: Field[Any, Any], told: Any, place: str) -> Any:
    """Return ``told`` in the column's type. Does not check what only forms require, because it was stored like this."""
    if told is None:
        if column.null:
            return None
        raise Refused(_("%(place)s: needed.") % {"place": place})
    try:
        value = column.to_python(told)
        if value not in column.empty_values:
            column.run_validators(value)
            if column.choices and value not in dict(column.flatchoices):
                raise ValidationError(_("not one of the values that are known."))
        if isinstance(value, dt.datetime) and value.tzinfo is None:
            raise ValidationError(_("a moment needs its offset from UTC."))
        if isinstance(value, str) and "\x00" in value:
            raise ValidationError(_("a character that cannot be kept."))
    except (ValidationError, TypeError, ValueError, OverflowError) as error:
        words = " ".join(error.messages) if isinstance(error, ValidationError) else str(error)
        raise Refused(f"{place}: {words}") from error
    return value
