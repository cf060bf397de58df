"""The text of each kind of email: builds a letter from the loaded data, or says why none is sent.

Subjects and previews never mention anyone's health: phones show them to anyone nearby.
"""

from walking.mail.letters.check_in import check_in
from walking.mail.letters.contact import contact
from walking.mail.letters.digest import digest
from walking.mail.letters.invitation import invitation
from walking.mail.letters.leaving import leaving
from walking.mail.letters.message import message
from walking.mail.letters.paused import paused
from walking.mail.letters.recurrence import recurrence
from walking.mail.letters.urgent import urgent
from walking.mail.letters.week_plan import week_plan
from walking.mail.letters.welcome import welcome

__all__ = [
    "check_in",
    "contact",
    "digest",
    "invitation",
    "leaving",
    "message",
    "paused",
    "recurrence",
    "urgent",
    "week_plan",
    "welcome",
]
