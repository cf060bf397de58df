"""Clinics, their staff and patients, and the consent people gave."""

from __future__ import annotations

import zoneinfo
from datetime import datetime
from functools import lru_cache
from typing import Any, ClassVar, Self

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _


@lru_cache(maxsize=1)
def zone_names() -> frozenset[str]:
    """Return the IANA time zones that this machine knows; read from disk once."""
    return frozenset(zoneinfo.available_timezones())


def validate_timezone(name: str) -> None:
    """Raise ``ValidationError`` unless ``name`` is an IANA time zone such as ``Australia/Sydney``."""
    if name not in zone_names():
        raise ValidationError(
            _("“%(name)s” is not a time zone. Choose one such as Europe/London."),
            params={"name": name},
        )


class Clinic(models.Model):
    """A practice. Its patients are visible to no other clinic."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    timezone = models.CharField(
        _("time zone"),
        max_length=64,
        default="UTC",
        validators=[validate_timezone],
        help_text=_("The clinic's own, such as Europe/London. Each patient has one too."),
    )
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    email = models.EmailField(_("email"), blank=True)
    emergency_number = models.CharField(
        _("emergency number"),
        max_length=20,
        default="112",
        help_text=_("What patients are told to ring at once, such as 000, 112, 911 or 999."),
    )
    #: ISO 3166-1 alpha-2, from ``accounts.countries``; empty for a country that is not in the list.
    country = models.CharField(_("country"), max_length=2, blank=True)
    opening_hours = models.TextField(
        _("opening hours"),
        max_length=300,
        blank=True,
        help_text=_("As patients should read them, such as Monday to Friday, 8:00 to 18:00."),
    )
    #: When the clinic last published a text that patients are asked to read; None for never, which is usual.
    notices_asked_at = models.DateTimeField(null=True, editable=False)
    #: What a page needs for the picture's address and size, so that no page loads the picture itself.
    logo_digest = models.CharField(max_length=64, blank=True, editable=False)
    logo_width = models.PositiveSmallIntegerField(null=True, editable=False)
    logo_height = models.PositiveSmallIntegerField(null=True, editable=False)

    class Meta:
        verbose_name = _("clinic")
        verbose_name_plural = _("clinics")
        ordering = ("name",)
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    logo_digest="", logo_width__isnull=True, logo_height__isnull=True
                )
                | (
                    ~models.Q(logo_digest="")
                    & models.Q(logo_width__isnull=False, logo_height__isnull=False)
                ),
                name="clinic_logo_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def logo_url(self) -> str:
        """Return the address of the logo; empty if there is none."""
        if not self.logo_digest:
            return ""
        return reverse("clinic_logo", args=[self.pk, self.logo_digest])


class Role(models.TextChoices):
    PATIENT = "patient", _("patient")
    PHYSIOTHERAPIST = "physiotherapist", _("physiotherapist")
    MANAGER = "manager", _("clinic manager")
    OPERATOR = "operator", _("operator of this installation")


class UserQuerySet(models.QuerySet["User"]):
    def patients(self) -> Self:
        return self.filter(role=Role.PATIENT)

    def physiotherapists(self) -> Self:
        return self.filter(role=Role.PHYSIOTHERAPIST, is_active=True)

    def visible_to(self, viewer: User) -> Self:
        """Return the people whom ``viewer`` may see; every page, action and export starts here."""
        if not viewer.is_active:
            return self.none()
        if viewer.is_superuser:
            return self
        match viewer.role:
            case Role.PHYSIOTHERAPIST | Role.MANAGER:
                return self.filter(clinic_id=viewer.clinic_id)
            case _:
                return self.filter(pk=viewer.pk)


class UserManager(BaseUserManager["User"].from_queryset(UserQuerySet)):  # type: ignore[misc]
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Create a user. ``email`` is stored in lower case, as allauth searches for it; for a patient it may be empty,
        who then cannot sign in."""
        user: User = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.full_clean(exclude=["password"])
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        fields = {"role": Role.OPERATOR, "is_staff": True, "is_superuser": True} | fields
        return self.create_user(email, password, **fields)

    def get_by_natural_key(self, email: str | None) -> User:
        """Return the user with this address, ignoring case. The empty address finds no one: several may have none."""
        if not email:
            raise self.model.DoesNotExist
        found: User = self.get(email__iexact=email)
        return found


class User(AbstractBaseUser, PermissionsMixin):
    """A user, who signs in by email: a patient, a physiotherapist, a manager or an operator.

    A patient may have no address (``email`` is empty), and then cannot sign in and is sent nothing.
    """

    email = models.EmailField(_("email"), blank=True)
    name = models.CharField(_("name"), max_length=120, help_text=_("As you like to be addressed."))
    role = models.CharField(_("role"), max_length=20, choices=Role, default=Role.PATIENT)
    clinic = models.ForeignKey(
        Clinic,
        verbose_name=_("clinic"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="people",
    )
    timezone = models.CharField(
        _("time zone"), max_length=64, default="UTC", validators=[validate_timezone]
    )
    language = models.CharField(_("language"), max_length=12, default="en")
    is_active = models.BooleanField(_("may sign in"), default=True)
    is_staff = models.BooleanField(_("may use the physiotherapist's desk"), default=False)
    date_joined = models.DateTimeField(_("joined"), default=now, editable=False)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="user_email_unique",
                condition=~models.Q(email=""),
                violation_error_message=_("Somebody with this email address is here already."),
            ),
            models.CheckConstraint(
                condition=models.Q(role__in=Role.values), name="user_role_known"
            ),
            models.CheckConstraint(
                condition=models.Q(clinic__isnull=False) | models.Q(role=Role.OPERATOR),
                name="user_has_clinic",
                violation_error_message=_("Everybody but an operator belongs to a clinic."),
            ),
            models.CheckConstraint(
                condition=models.Q(role=Role.PATIENT) | ~models.Q(email=""),
                name="user_staff_has_email",
                violation_error_message=_("Only a patient can be without an email address."),
            ),
            models.CheckConstraint(
                condition=~models.Q(role=Role.PATIENT)
                | models.Q(is_staff=False, is_superuser=False),
                name="user_patient_is_no_staff",
                violation_error_message=_("A patient cannot use the physiotherapist's desk."),
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        return zoneinfo.ZoneInfo(self.timezone)

    @property
    def spoken_language(self) -> str:
        """Return the chosen language if this installation offers it, else the installation's."""
        offered = {code for code, _name in settings.LANGUAGES}
        return self.language if self.language in offered else settings.LANGUAGE_CODE

    @property
    def is_patient(self) -> bool:
        return self.role == Role.PATIENT

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name.split(" ", 1)[0] if self.name else self.email


class Consent(models.Model):
    """That a user consented to a version of a text, at a moment. Never edited: a withdrawal is a new fact."""

    class Action(models.TextChoices):
        GIVEN = "given", _("given")
        WITHDRAWN = "withdrawn", _("withdrawn")

    user = models.ForeignKey(
        User, verbose_name=_("person"), on_delete=models.PROTECT, related_name="consents"
    )
    document = models.CharField(_("document"), max_length=40)
    version = models.CharField(_("version"), max_length=20)
    action = models.CharField(_("action"), max_length=10, choices=Action, default=Action.GIVEN)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        ordering = ("at", "pk")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(action__in=["given", "withdrawn"]), name="consent_action_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document} {self.version}: {self.action}"

    @property
    def on_paper(self) -> str:
        """Say that it was signed on paper, when, and who recorded it; empty if it was given here."""
        return str(self.paper) if hasattr(self, "paper") else ""


def record_consent(user: User, *, document: str, version: str, at: datetime) -> Consent:
    """Record that ``user`` consented to ``version`` of ``document`` at ``at`` (aware)."""
    return Consent.objects.create(user=user, document=document, version=version, at=at)
