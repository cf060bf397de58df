"""The records and their constraints."""

from walking.models import lookups  # noqa: F401 - registers them
from walking.models.absence import Absence
from walking.models.adjustment import Adjustment
from walking.models.attention import Acknowledgement, Attention, CaseloadView
from walking.models.bounce import Bounce
from walking.models.check_in import CheckIn
from walking.models.contact import Contact
from walking.models.contact_note import ContactNote
from walking.models.diary import Walk
from walking.models.erasure import ErasedAccess, Erasure, ErasureRequest, OwnDownload
from walking.models.habit import CalendarFeed, Habit
from walking.models.heartbeat import Heartbeat
from walking.models.invitation import Invitation
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
from walking.models.review import Review
from walking.models.screening import Screening

__all__ = [
    "Absence",
    "Acknowledgement",
    "Adjustment",
    "Attention",
    "Bounce",
    "CalendarFeed",
    "CaseloadView",
    "CheckIn",
    "ClinicLesson",
    "Contact",
    "ContactNote",
    "ErasedAccess",
    "Erasure",
    "ErasureRequest",
    "FollowUp",
    "FollowUpLength",
    "Habit",
    "Heartbeat",
    "Invitation",
    "LessonGift",
    "LessonIntention",
    "LessonReading",
    "Mail",
    "MailCopy",
    "MailPace",
    "MailPreference",
    "MailRefusal",
    "Note",
    "OutcomeActivity",
    "OutcomeAnswer",
    "OwnDownload",
    "Plan",
    "PlanChange",
    "PlanEvent",
    "ProgrammeVersion",
    "PushSubscription",
    "Recurrence",
    "Reminder",
    "ReminderChoice",
    "Review",
    "Screening",
    "Walk",
    "Week",
]
