"""Which rows belong to a clinic: every table, or why it is not moved. A test checks every model."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from allauth.account.models import EmailAddress
from django.apps import apps
from django.db.models import Field, Model, Q, QuerySet

from accounts import models as a
from walking import models as m

type Rows = Callable[[a.Clinic], QuerySet[Any]]


def _by(model: type[Model], path: str) -> Rows:
    manager = model._default_manager
    return lambda clinic: manager.filter(**{path: clinic.pk})


def _people(clinic: a.Clinic) -> QuerySet[Any]:
    """Return the clinic's people and everyone else named in its rows, such as operators or former staff."""
    named = Q(pk__in=())
    for model, rows in TABLES.items():
        if model is a.User:
            continue
        for column in model._meta.concrete_fields:
            if column.related_model is a.User:
                named |= Q(pk__in=rows(clinic).order_by().values(column.attname))
    return a.User.objects.filter(Q(clinic=clinic) | named)


def _mail(clinic: a.Clinic) -> QuerySet[Any]:
    return m.Mail.objects.filter(
        Q(plan__clinic=clinic) | Q(invitation__clinic=clinic) | Q(recipient__clinic=clinic)
    )


def _of_mail(model: type[Model]) -> Rows:
    manager = model._default_manager
    return lambda clinic: manager.filter(mail__in=_mail(clinic).order_by().values("pk"))


def _bounces(clinic: a.Clinic) -> QuerySet[Any]:
    """Return the bounces of the clinic's emails and of its people's addresses."""
    people = a.User.objects.filter(clinic=clinic).exclude(email="").values("email")
    return m.Bounce.objects.filter(
        Q(mail__in=_mail(clinic).order_by().values("pk")) | Q(mail=None, email__in=people)
    )


def _of_companions() -> Iterator[tuple[type[Model], Rows]]:

    for model in apps.get_app_config("walking").get_models():
        if any(column.name == "companion" for column in model._meta.concrete_fields):
            yield model, _by(model, "companion__plan__clinic")


_OF_CLINIC: Final = (
    a.ClinicNotice, m.ProgrammeVersion, m.ClinicLesson, m.FollowUpLength, m.Retention, m.OpenDoor, m.JoinRequest,
    m.Erasure, a.Access, m.Plan, m.Invitation, m.Attention,
)  # fmt: skip
_OF_PLAN: Final = (
    m.Week, m.PlanEvent, m.Absence, m.Adjustment, m.Acknowledgement, m.CheckIn, m.CompanionProgramme, m.Contact, m.Walk,
    m.Habit, m.CalendarFeed, m.LessonReading, m.LessonIntention, m.LessonGift, m.Note, m.OutcomeAnswer, m.FollowUp,
    m.PlanChange, m.Recurrence, m.ReminderChoice, m.Reminder, m.Review,
)  # fmt: skip

#: Every table that is moved, in an order in which each row comes after those it points to.
TABLES: Final[Mapping[type[Model], Rows]] = {
    a.Clinic: _by(a.Clinic, "pk"),
    a.User: _people,
    a.ClinicLogo: _by(a.ClinicLogo, "clinic"),
    EmailAddress: _by(EmailAddress, "user__clinic"),
    a.Consent: _by(a.Consent, "user__clinic"),
    a.PaperConsent: _by(a.PaperConsent, "consent__user__clinic"),
    **{model: _by(model, "clinic") for model in _OF_CLINIC},
    m.CaseloadView: lambda clinic: m.CaseloadView.objects.filter(owner__clinic=clinic),
    m.Screening: lambda clinic: m.Screening.objects.filter(
        Q(plan__clinic=clinic) | Q(invitation__clinic=clinic)
    ),
    m.FhirKey: _by(m.FhirKey, "person__clinic"),
    m.OwnDownload: _by(m.OwnDownload, "patient__clinic"),
    m.ErasureRequest: _by(m.ErasureRequest, "patient__clinic"),
    m.RecordHold: _by(m.RecordHold, "patient__clinic"),
    m.ErasedAccess: _by(m.ErasedAccess, "erasure__clinic"),
    **{model: _by(model, "plan__clinic") for model in _OF_PLAN},
    m.ContactNote: _by(m.ContactNote, "contact__plan__clinic"),
    m.OutcomeActivity: _by(m.OutcomeActivity, "answer__plan__clinic"),
    **dict(_of_companions()),
    m.MailPreference: _by(m.MailPreference, "user__clinic"),
    m.Mail: _mail,
    m.MailRefusal: _of_mail(m.MailRefusal),
    m.MailCopy: _of_mail(m.MailCopy),
    m.Bounce: _bounces,
}

SIGNING_IN: Final = "opens the installation it was made at; whoever had one makes a new one"
RUNNING: Final = "how an installation goes about its work"
RIGHTS: Final = "the rights of a clinic's people go by their role"
#: Every other table, and why it is not moved.
STAYS: Final[Mapping[str, str]] = {
    "accounts.AccessToken": SIGNING_IN,
    "accounts.User_groups": RIGHTS,
    "accounts.User_user_permissions": RIGHTS,
    "account.EmailConfirmation": "not used: addresses are confirmed by codes that are kept in the session",
    "admin.LogEntry": "the access trail is fuller, and goes along",
    "auth.Group": RIGHTS,
    "auth.Group_permissions": RIGHTS,
    "auth.Permission": RIGHTS,
    "contenttypes.ContentType": "names of tables",
    "mfa.Authenticator": "passkeys belong to the address of a site, and seeds are sealed with its key: "
    "second steps are set up anew",
    "sessions.Session": SIGNING_IN,
    "usersessions.UserSession": SIGNING_IN,
    "walking.BroughtFile": "of an hour at most: what was read of a file, until the walks in it are taken",
    "walking.Heartbeat": RUNNING,
    "walking.MailPace": RUNNING,
    "walking.PushSubscription": "belongs to the address of a site and to its key: phones are set up anew",
}


def columns_of(model: type[Model]) -> tuple[Field[Any, Any], ...]:
    """Return all columns of a row except its key."""
    return tuple(column for column in model._meta.concrete_fields if not column.primary_key)
