"""The records and their constraints."""

from walking.models import lookups  # noqa: F401 - registers them
from walking.models.absence import Absence
from walking.models.adjustment import Adjustment
from walking.models.attention import Acknowledgement, Attention, CaseloadView
from walking.models.bounce import Bounce
from walking.models.check_in import CheckIn
from walking.models.companion import CompanionProgramme
from walking.models.contact import Contact
from walking.models.contact_note import ContactNote
from walking.models.diary import BroughtFile, Walk
from walking.models.erasure import ErasedAccess, Erasure, ErasureRequest, OwnDownload
from walking.models.fhir_key import FhirKey
from walking.models.habit import CalendarFeed, Habit
from walking.models.heartbeat import Heartbeat
from walking.models.invitation import Invitation
from walking.models.join import JoinRequest, OpenDoor
from walking.models.lesson import ClinicLesson, LessonGift, LessonIntention, LessonReading
from walking.models.mail_operations import MailCopy, MailPace, MailRefusal
from walking.models.note import Note
from walking.models.outbox import Mail, MailPreference
from walking.models.outcome import FollowUp, FollowUpLength, OutcomeActivity, OutcomeAnswer
from walking.models.plan import Plan, PlanEvent, Week
from walking.models.plan_change import PlanChange
from walking.models.programme_version import ProgrammeVersion
from walking.models.recurrence import Recurrence
from walking.models.reminder import PushSubscription, Reminder, ReminderChoice
from walking.models.retention import RecordHold, Retention
from walking.models.review import Review
from walking.models.screening import Screening

# Each companion has its tables in its own folder; they need those above.
from walking.companions.movement.records import (  # isort: skip
    MovementCorrection,
    MovementPick,
    MovementSession,
)
from walking.companions.loads.records import LoadChoice, LoadRating, LoadTry  # isort: skip
from walking.companions.sitting.records import SittingBreak, SittingDay, SittingUsual  # isort: skip

__all__ = [
    "Absence",
    "Acknowledgement",
    "Adjustment",
    "Attention",
    "Bounce",
    "BroughtFile",
    "CalendarFeed",
    "CaseloadView",
    "CheckIn",
    "ClinicLesson",
    "CompanionProgramme",
    "Contact",
    "ContactNote",
    "ErasedAccess",
    "Erasure",
    "ErasureRequest",
    "FhirKey",
    "FollowUp",
    "FollowUpLength",
    "Habit",
    "Heartbeat",
    "Invitation",
    "JoinRequest",
    "LessonGift",
    "LessonIntention",
    "LessonReading",
    "LoadChoice",
    "LoadRating",
    "LoadTry",
    "Mail",
    "MailCopy",
    "MailPace",
    "MailPreference",
    "MailRefusal",
    "MovementCorrection",
    "MovementPick",
    "MovementSession",
    "Note",
    "OpenDoor",
    "OutcomeActivity",
    "OutcomeAnswer",
    "OwnDownload",
    "Plan",
    "PlanChange",
    "PlanEvent",
    "ProgrammeVersion",
    "PushSubscription",
    "RecordHold",
    "Recurrence",
    "Reminder",
    "ReminderChoice",
    "Retention",
    "Review",
    "Screening",
    "SittingBreak",
    "SittingDay",
    "SittingUsual",
    "Walk",
    "Week",
]
