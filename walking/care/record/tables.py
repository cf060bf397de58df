"""The tables of a patient's record, listed once.

Export, import and erasure all use ``PARTS``. A table is in ``PARTS`` or, with the reason, in ``NOT_OF_A_PATIENT``. A
column of a part is exported, kept for the clinic, or left out with its reason. A test checks every model and column, so
that none is forgotten.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db.models import Model, Q, QuerySet

from accounts.models import Access, AccessToken, Consent, PaperConsent, User
from walking import models as m
from walking.models.programme_fields import PROGRAMME_COLUMNS

#: Reasons for leaving out a column.
ROW: Final = "the number of the row in this database; places within the file stand for it"
SECRET: Final = "a secret that opens something; of no use elsewhere"  # noqa: S105
WORKING: Final = "how the program goes about its work, not about the person"
OF_CLINIC: Final = "the clinic, which is named once"

PROGRAMME: Final = tuple(name for name in PROGRAMME_COLUMNS if name != "programme_version")


@dataclass(frozen=True, slots=True)
class Part:
    """One table of the record. ``rows`` finds a patient's rows; ``of`` is the part that they belong to.

    ``fields`` are exported. ``private`` fields are what staff wrote for each other: only a full copy has them, not the
    patient's download. ``left_out`` gives the reasons for the rest.
    """

    name: str
    model: type[Model]
    rows: Callable[[User], QuerySet[Any]]
    fields: tuple[str, ...]
    private: tuple[str, ...] = ()
    left_out: Mapping[str, str] = field(default_factory=dict)
    #: The whole table is what staff wrote for each other.
    all_private: bool = False
    #: Rows of the clinic that the patient's rows point to: exported, but not erased.
    clinics: bool = False
    #: Not imported by another clinic, because it is about this installation.
    stays: bool = False

    def named(self, *, private: bool) -> tuple[str, ...]:
        return self.fields + self.private if private else self.fields


def _of_plan(model: type[Model], order: str = "pk") -> Callable[[User], QuerySet[Any]]:
    manager = model._default_manager
    return lambda user: manager.filter(plan__patient=user).order_by("plan", order, "pk")


def _of_companion(model: type[Model], order: str = "pk") -> Callable[[User], QuerySet[Any]]:
    manager = model._default_manager
    return lambda user: manager.filter(companion__plan__patient=user).order_by(
        "companion", order, "pk"
    )


def _of_user(model: type[Model]) -> Callable[[User], QuerySet[Any]]:
    manager = model._default_manager
    return lambda user: manager.filter(user=user).order_by("pk")


def invitations_of(user: User) -> QuerySet[m.Invitation]:
    """Return the invitations that led to the patient's plans, and any other of their clinic to their address."""
    to_address = Q(clinic=user.clinic_id, email__iexact=user.email) if user.email else Q(pk=None)
    return m.Invitation.objects.filter(
        Q(plan__patient=user) | Q(patient=user) | to_address
    ).order_by("pk")


def join_requests_of(user: User) -> QuerySet[m.JoinRequest]:
    """Return the requests to their clinic from their address, before they were its patient."""
    to_address = Q(email__iexact=user.email) if user.email else Q(pk=None)
    return m.JoinRequest.objects.filter(to_address, clinic=user.clinic_id).order_by("pk")


def mail_of(user: User) -> QuerySet[m.Mail]:
    """Return the emails to the patient, or to others about the patient."""
    invitations = invitations_of(user).order_by().values("pk")
    return m.Mail.objects.filter(
        Q(recipient=user) | Q(plan__patient=user) | Q(invitation__in=invitations)
    ).order_by("pk")


def _bounces_of(user: User) -> QuerySet[m.Bounce]:
    mail = mail_of(user).filter(Q(recipient=user) | Q(recipient=None)).order_by().values("pk")
    address = Q(email=user.email.lower()) if user.email else Q(pk=None)
    return m.Bounce.objects.filter(address | Q(mail__in=mail)).order_by("pk")


def _versions_of(user: User) -> QuerySet[m.ProgrammeVersion]:
    used = {
        number
        for rows in (
            m.Plan.objects.filter(patient=user),
            m.PlanChange.objects.filter(plan__patient=user),
            invitations_of(user),
        )
        for number in rows.values_list("programme_version", flat=True)
        if number
    }
    return m.ProgrammeVersion.objects.filter(pk__in=used).order_by("pk")


_ID: Final = {"id": ROW}
_SENDING: Final = {
    **_ID,
    "next_attempt_at": WORKING,
    "lease": WORKING,
    "leased_until": WORKING,
}

#: In order: each part comes after those that it points to.
PARTS: Final[tuple[Part, ...]] = (
    Part(
        "consents",
        Consent,
        _of_user(Consent),
        ("document", "version", "action", "at"),
        left_out={**_ID, "user": "the person whom the file is about"},
    ),
    Part(
        "consents_on_paper",
        PaperConsent,
        lambda user: PaperConsent.objects.filter(consent__user=user).order_by("pk"),
        ("consent", "recorded_by", "signed_on"),
        left_out=_ID,
    ),
    Part(
        "own_downloads",
        m.OwnDownload,
        lambda user: m.OwnDownload.objects.filter(patient=user).order_by("pk"),
        ("at",),
        left_out={**_ID, "patient": "the person whom the file is about"},
        stays=True,
    ),
    Part(
        "erasure_requests",
        m.ErasureRequest,
        lambda user: m.ErasureRequest.objects.filter(patient=user).order_by("pk"),
        ("why", "by", "at", "due_at", "withdrawn_at"),
        private=("words",),
        left_out={**_ID, "patient": "the person whom the file is about"},
        stays=True,
    ),
    Part(
        "holds",
        m.RecordHold,
        lambda user: m.RecordHold.objects.filter(patient=user).order_by("pk"),
        ("by", "at", "ended_by", "ended_at"),
        private=("why",),
        left_out={**_ID, "patient": "the person whom the file is about"},
        stays=True,
    ),
    Part(
        "record_seen",
        Access,
        lambda user: Access.objects.filter(patient=user).order_by("at", "pk"),
        ("by", "role", "action", "what", "at"),
        private=("why",),
        left_out={**_ID, "patient": "the person whom the file is about", "clinic": OF_CLINIC},
        stays=True,
    ),
    Part(
        "mail_wanted",
        m.MailPreference,
        _of_user(m.MailPreference),
        (*m.MailPreference.CHOICES, "changed_at"),
        left_out={"user": "the person whom the file is about", "next_digest_at": WORKING},
    ),
    Part(
        "reminder_devices",
        m.PushSubscription,
        _of_user(m.PushSubscription),
        ("label", "created_at", "last_success_at"),
        left_out={
            **_ID,
            "user": "the person whom the file is about",
            **dict.fromkeys(("endpoint", "p256dh", "auth", "device"), SECRET),
            **dict.fromkeys(("reminded_on", "failures"), WORKING),
        },
        stays=True,
    ),
    Part(
        "email_addresses",
        EmailAddress,
        _of_user(EmailAddress),
        ("email", "verified", "primary"),
        left_out={**_ID, "user": "the person whom the file is about"},
    ),
    Part(
        "sign_in_methods",
        Authenticator,
        _of_user(Authenticator),
        ("type", "created_at", "last_used_at"),
        left_out={**_ID, "user": "the person whom the file is about", "data": SECRET},
        stays=True,
    ),
    Part(
        "connections",
        AccessToken,
        _of_user(AccessToken),
        ("label", "scopes", "created_at", "expires_at", "last_used_at", "revoked_at"),
        left_out={**_ID, "user": "the person whom the file is about", "digest": SECRET},
        stays=True,
    ),
    Part(
        "signed_in_at",
        UserSession,
        _of_user(UserSession),
        ("created_at", "last_seen_at", "ip", "user_agent"),
        left_out={
            **_ID,
            "user": "the person whom the file is about",
            "session_key": SECRET,
            "data": WORKING,
        },
        stays=True,
    ),
    Part(
        "programme_versions",
        m.ProgrammeVersion,
        _versions_of,
        (
            *("number", "at", *PROGRAMME),
            *("pain_too_much", "pain_moderate", "mostly_done_percent", "half_done_percent"),
            *("low_weeks", "layoff_weeks", "low_confidence", "unchecked_raises"),
        ),
        private=("by", "why"),
        left_out={**_ID, "clinic": OF_CLINIC, "taken_over_at": WORKING},
        clinics=True,
    ),
    Part(
        "plans",
        m.Plan,
        lambda user: m.Plan.objects.filter(patient=user).order_by("pk"),
        (
            *("status", "paused_for", "start", "check_in_time", "week_number", "created_at"),
            *(*PROGRAMME, "programme_version", "physiotherapist"),
            *("empty_row", "low_row", "settling", "good_weeks", "unchecked_raises"),
            *("next_review_at", "next_check_in_at", "next_question_at", "next_question_month"),
        ),
        left_out={
            **_ID,
            "patient": "the person whom the file is about",
            "clinic": OF_CLINIC,
            "version": WORKING,
        },
    ),
    Part(
        "invitations",
        m.Invitation,
        invitations_of,
        (
            *("email", "name", "message", "created_at", "expires_at", "accepted_at", "revoked_at"),
            *("plan", "patient", "physiotherapist", *PROGRAMME, "programme_version"),
        ),
        left_out={**_ID, "clinic": OF_CLINIC, "nonce": SECRET},
    ),
    Part(
        "requests_to_join",
        m.JoinRequest,
        join_requests_of,
        ("name", "email", "words", "at", "closed_at", "closed_by", "invited"),
        left_out={**_ID, "clinic": OF_CLINIC},
        stays=True,
    ),
    Part(
        "screenings",
        m.Screening,
        lambda user: m.Screening.objects.filter(
            Q(plan__patient=user) | Q(invitation__in=invitations_of(user).order_by().values("pk"))
        ).order_by("pk"),
        (
            *("invitation", "plan", "criteria", "adult", "no_red_flag", "safe_to_walk"),
            *("recovered", "comfortable_minutes", "by", "at"),
        ),
        private=("reason",),
        left_out=_ID,
    ),
    Part(
        "weeks",
        m.Week,
        _of_plan(m.Week, "number"),
        (
            *("plan", "number", "starts", "ends", "minutes", "days", "origin"),
            *("eased_from", "first_minutes", "first_days"),
        ),
        left_out=_ID,
    ),
    Part(
        "walks",
        m.Walk,
        _of_plan(m.Walk, "day"),
        (
            *("plan", "client_id", "day", "minutes", "pain", "effort"),
            *("entered_by", "entered_at", "changed_by", "changed_at", "removed_at"),
            *("source", "started_at", "steps", "estimated"),
        ),
        left_out=_ID,
    ),
    Part(
        "check_ins",
        m.CheckIn,
        _of_plan(m.CheckIn),
        (
            *("plan", "week_number", "revision", "at", "by", "via", "pain", "difficulty"),
            *("confidence", "flare_up", "away", "red_flags", "signs_answered", "words"),
        ),
        left_out=_ID,
    ),
    Part(
        "reviews",
        m.Review,
        _of_plan(m.Review),
        (
            *("plan", "week_number", "revision", "at", "line", "decision", "reason", "pain"),
            *("adherence", "minutes_walked", "dose_minutes", "dose_days", "next_minutes"),
            *("next_days", "flags", "sentence", "inputs"),
        ),
        left_out=_ID,
    ),
    Part(
        "adjustments",
        m.Adjustment,
        _of_plan(m.Adjustment),
        ("plan", "week_number", "revision", "minutes", "days", "by", "at", "message"),
        private=("reason",),
        left_out=_ID,
    ),
    Part(
        "settings_changes",
        m.PlanChange,
        _of_plan(m.PlanChange, "revision"),
        (
            *("plan", "revision", "from_week", "withdrawn", "by", "at", "message"),
            *(*PROGRAMME, "programme_version"),
        ),
        private=("reason",),
        left_out=_ID,
    ),
    Part(
        "events",
        m.PlanEvent,
        _of_plan(m.PlanEvent),
        ("plan", "kind", "at", "by", "week_number", "minutes", "days", "detail"),
        private=("note",),
        left_out=_ID,
    ),
    Part(
        "recurrences",
        m.Recurrence,
        _of_plan(m.Recurrence),
        (
            *("plan", "month", "revision", "episode", "episode_revision", "week_number", "at"),
            *("by", "happened", "started", "ended", "limited_activity", "sought_care"),
        ),
        left_out=_ID,
    ),
    Part(
        "questionnaires",
        m.OutcomeAnswer,
        _of_plan(m.OutcomeAnswer),
        ("plan", "month", "revision", "at", "by", "pain", "statements", "disability"),
        left_out=_ID,
    ),
    Part(
        "activities_that_matter",
        m.OutcomeActivity,
        lambda user: m.OutcomeActivity.objects.filter(answer__plan__patient=user).order_by("pk"),
        ("answer", "number", "words", "score"),
        left_out=_ID,
    ),
    Part(
        "questions_open",
        m.FollowUp,
        _of_plan(m.FollowUp),
        ("plan", "month", "open_until", "answered", "remind_at"),
    ),
    Part(
        "absences",
        m.Absence,
        _of_plan(m.Absence),
        (
            *("plan", "first", "last", "kind", "words", "said_at", "said_on", "by"),
            *("changed_at", "withdrawn_at"),
        ),
        left_out=_ID,
    ),
    Part(
        "contacts",
        m.Contact,
        _of_plan(m.Contact, "number"),
        ("plan", "number", "kind", "due", "state", "remind_at"),
        left_out=_ID,
    ),
    Part(
        "contact_notes",
        m.ContactNote,
        lambda user: m.ContactNote.objects.filter(contact__plan__patient=user).order_by("pk"),
        (
            "contact",
            "revision",
            "outcome",
            "from_day",
            "to_day",
            "confidence",
            "agreed",
            "by",
            "at",
        ),
        private=("what_matters", "barriers", "private"),
        left_out=_ID,
    ),
    Part(
        "notes",
        m.Note,
        _of_plan(m.Note),
        (),
        private=("plan", "number", "revision", "words", "withdrawn", "by", "at"),
        left_out=_ID,
        all_private=True,
    ),
    Part(
        "lessons_read",
        m.LessonReading,
        _of_plan(m.LessonReading),
        (
            *("plan", "slug", "number", "title", "language", "version", "of_clinic"),
            *("first", "second", "third", "right", "at"),
        ),
        left_out=_ID,
    ),
    Part(
        "what_i_will_try",
        m.LessonIntention,
        _of_plan(m.LessonIntention),
        ("plan", "slug", "revision", "words", "at"),
        left_out=_ID,
    ),
    Part(
        "lessons_given",
        m.LessonGift,
        _of_plan(m.LessonGift),
        ("plan", "slug", "revision", "message", "withdrawn", "by", "at"),
        left_out=_ID,
    ),
    Part(
        "companion_programmes",
        m.CompanionProgramme,
        _of_plan(m.CompanionProgramme, "number"),
        (
            *("plan", "kind", "number", "added_by", "added_at", "message"),
            *("started_on", "ended_on", "ended_by", "ended_at"),
        ),
        left_out=_ID,
    ),
    Part(
        "movement_sessions",
        m.MovementSession,
        _of_companion(m.MovementSession, "day"),
        (
            *("companion", "day", "pattern", "version", "times", "seconds", "safe", "pain"),
            *("client_id", "at"),
        ),
        left_out=_ID,
    ),
    Part(
        "movement_picks",
        m.MovementPick,
        _of_companion(m.MovementPick, "revision"),
        ("companion", "revision", "patterns", "by", "at"),
        left_out=_ID,
    ),
    Part(
        "movement_corrections",
        m.MovementCorrection,
        _of_companion(m.MovementCorrection, "revision"),
        ("companion", "pattern", "revision", "words", "by", "at"),
        left_out=_ID,
    ),
    Part(
        "usual_sitting",
        m.SittingUsual,
        _of_companion(m.SittingUsual, "revision"),
        ("companion", "revision", "work_day", "free_day", "break_after", "at"),
        left_out=_ID,
    ),
    Part(
        "days_of_sitting_less",
        m.SittingDay,
        _of_companion(m.SittingDay, "day"),
        ("companion", "day", "revision", "less", "client_id", "at"),
        left_out=_ID,
    ),
    Part(
        "break_from_sitting",
        m.SittingBreak,
        _of_companion(m.SittingBreak),
        ("companion", "sat_down_at", "due_at"),
        stays=True,
    ),
    Part(
        "daily_tasks_chosen",
        m.LoadChoice,
        _of_companion(m.LoadChoice),
        ("companion", "place", "revision", "task", "at"),
        left_out=_ID,
    ),
    Part(
        "daily_tasks_tried",
        m.LoadTry,
        _of_companion(m.LoadTry, "day"),
        ("companion", "day", "task", "level", "pain", "client_id", "at"),
        left_out=_ID,
    ),
    Part(
        "daily_tasks_confidence",
        m.LoadRating,
        _of_companion(m.LoadRating, "day"),
        ("companion", "task", "day", "revision", "sure", "at"),
        left_out=_ID,
    ),
    Part(
        "acknowledgements",
        m.Acknowledgement,
        _of_plan(m.Acknowledgement),
        ("plan", "action", "needs", "until", "undoes", "by", "at"),
        private=("note",),
        left_out=_ID,
    ),
    Part(
        "walking_habits",
        m.Habit,
        _of_plan(m.Habit),
        ("plan", "weekday_bits", "hour", "changed_at"),
    ),
    Part(
        "calendars",
        m.CalendarFeed,
        _of_plan(m.CalendarFeed),
        ("plan", "alarm_minutes", "changed_at"),
        left_out={"nonce": SECRET},
    ),
    Part(
        "reminders_wanted",
        m.ReminderChoice,
        _of_plan(m.ReminderChoice),
        ("plan", "weekday_bits", "hour", "changed_at"),
        left_out={"next_reminder_at": WORKING},
    ),
    Part(
        "reminders",
        m.Reminder,
        _of_plan(m.Reminder, "day"),
        ("plan", "day", "state", "due_at", "queued_at", "settled_at", "outcome", "attempts"),
        left_out=_SENDING,
        stays=True,
    ),
    Part(
        "mail",
        m.Mail,
        mail_of,
        (
            *("plan", "invitation", "recipient", "kind", "about", "copy", "state", "due_at"),
            *("queued_at", "settled_at", "outcome", "attempts"),
        ),
        left_out={**_SENDING, "message_id": WORKING},
        stays=True,
    ),
    Part(
        "mail_refusals",
        m.MailRefusal,
        lambda user: m.MailRefusal.objects.filter(
            mail__in=mail_of(user).order_by().values("pk")
        ).order_by("pk"),
        ("mail", "number", "words", "at"),
        left_out=_ID,
        stays=True,
    ),
    Part(
        "mail_copies",
        m.MailCopy,
        lambda user: m.MailCopy.objects.filter(
            mail__in=mail_of(user).order_by().values("pk")
        ).order_by("pk"),
        ("mail", "of", "by", "at"),
        private=("reason",),
        left_out=_ID,
        stays=True,
    ),
    Part(
        "mail_bounces",
        m.Bounce,
        _bounces_of,
        ("mail", "email", "kind", "source", "status", "words", "by", "at"),
        left_out=_ID,
        stays=True,
    ),
)

#: The person's own row, first in the file, and what is left out of it.
PERSON: Final = ("email", "name", "role", "timezone", "language", "date_joined", "last_login")
PERSON_LEFT_OUT: Final[Mapping[str, str]] = {
    "id": ROW,
    "password": SECRET,
    "clinic": "named as the clinic of the file",
    "is_superuser": "no patient is one",
    "is_staff": "no patient is staff",
    "is_active": WORKING,
    "groups": "no patient is in one",
    "user_permissions": "no patient has any",
}

BY: Final = "of staff and the installation alone: no patient has a row"
#: Every other table, and why it holds nothing of a patient.
NOT_OF_A_PATIENT: Final[Mapping[str, str]] = {
    "accounts.Clinic": "the clinic, which is named once",
    "accounts.ClinicLogo": "the clinic's",
    "accounts.ClinicNotice": "the clinic's: its texts, which are the same for all its patients",
    "accounts.User_groups": BY,
    "accounts.User_user_permissions": BY,
    "walking.BroughtFile": "of an hour at most: what was read of a file, until the walks in it are taken",
    "walking.FhirKey": "a random number on which the names of FHIR resources hang; it tells nothing",
    "walking.Attention": "computed from what is in the file; nothing is stored in it alone",
    "walking.CaseloadView": BY,
    "walking.FollowUpLength": "the clinic's",
    "walking.Retention": "the clinic's",
    "walking.OpenDoor": "the clinic's",
    "walking.ClinicLesson": "the clinic's: its lessons, which are the same for all its patients",
    "walking.Erasure": "what remains of somebody who was erased, which names nobody",
    "walking.ErasedAccess": "the audit trail of those who were erased, which names no patient",
    "walking.Heartbeat": "when the clock last ran",
    "walking.MailPace": "how fast mail goes to a mail server",
    "admin.LogEntry": "of staff; the file has the fuller trail (record_seen)",
    "auth.Permission": BY,
    "auth.Group": BY,
    "auth.Group_permissions": BY,
    "contenttypes.ContentType": "names of tables",
    "sessions.Session": "what keeps a browser signed in; the file lists the sessions (signed_in_at)",
    "account.EmailConfirmation": "not used: addresses are confirmed by codes that are kept in the session",
}

#: Tables that are not exported, but are erased with the person.
ERASED_TOO: Final[tuple[tuple[type[Model], Callable[[User], QuerySet[Any]]], ...]] = (
    (m.Attention, lambda user: m.Attention.objects.filter(plan__patient=user)),
    (m.FhirKey, lambda user: m.FhirKey.objects.filter(person=user)),
    (m.BroughtFile, lambda user: m.BroughtFile.objects.filter(plan__patient=user)),
    (
        EmailConfirmation,
        lambda user: EmailConfirmation.objects.filter(email_address__user=user),
    ),
)
