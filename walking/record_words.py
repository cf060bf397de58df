"""Names for parts of a patient's record in the access log, in words that staff and patients both understand."""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

#: Parts of a record that can be viewed, and kinds of change. A change with a use case of its own has its own code;
#: rows store the codes, so a code must never get another meaning.
WHAT: Final[dict[str, Promise]] = {
    # Pages.
    "plan": _("the page of the plan"),
    "trail": _("who saw and changed this record"),
    "invitation": _("the invitation"),
    "mail": _("a mail: its fate, not its text"),
    "check_in": _("a check-in"),
    "review": _("a weekly review"),
    "adjustment": _("a dose set by a physiotherapist"),
    "event": _("an event of the plan"),
    "recurrence": _("a recurrence answer"),
    "outcome": _("a questionnaire: pain, disability, activities"),
    "contact": _("a coaching contact"),
    "note": _("the clinic's own notes"),
    "lessons": _("the lessons: what was read and answered"),
    "companions": _("the companion programmes: what was done in them"),
    "movement": _("movement retraining: sessions and corrections"),
    "as_patient": _("the patient's own pages, as the patient sees them"),
    # Changes.
    "dose": _("next week's dose"),
    "dose_withdrawn": _("next week's dose, taken back"),
    "settings": _("the plan's settings, from a coming week on"),
    "settings_withdrawn": _("a change of the plan's settings, taken back"),
    "restarted": _("a new plan"),
    "keeping": _("how long the record is kept"),
    "hold": _("the record, kept beyond the clinic's time"),
    "hold_ended": _("the record, kept no longer than others"),
    "whole_record": _("the whole record, as a file"),
    "fhir": _("plan, walks and answers, as a file for other programs (FHIR)"),
    "research": _("the data for research, without the name"),
    "research_consent": _("the consent to research"),
    "read_in": _("the record, taken over from another clinic"),
    "paused": _("the plan, paused"),
    "resumed": _("the plan, resumed"),
    "completed": _("the plan, completed"),
    "walk": _("a walk of the diary"),
    "walk_removed": _("a walk, taken out of the diary"),
    "red_flag": _("a warning sign"),
    "flare_up": _("a flare-up"),
    "absence": _("days away"),
    "name": _("the name"),
    "language": _("the language"),
    "time_zone": _("the time zone"),
    "check_in_time": _("the hour of the check-in mail"),
    "note_withdrawn": _("the clinic's own notes, one taken back"),
    "lesson_given": _("a lesson to read"),
    "lesson_taken_back": _("a lesson to read, taken back"),
    "companion_added": _("a companion programme, added"),
    "movements_picked": _("the movements of movement retraining"),
    "movement_corrected": _("the correction of a movement"),
    "companion_ended": _("a companion programme, ended"),
    "mail_again": _("a mail, sent again"),
    "address_works": _("the email address, said to take mail again"),
    "mail_choices": _("which mail comes"),
    "acknowledged": _("what the plan needs, acknowledged"),
    "snoozed": _("what the plan needs, put off"),
    "acknowledgement_undone": _("an acknowledgement, taken back"),
    "erasure_asked": _("the request to erase this record"),
    "erasure_taken_back": _("the request to erase this record, taken back"),
    "physiotherapist": _("who treats the patient"),
    "enrolled_on_paper": _("the enrolment in person, with consent on paper"),
    "address_offered": _("an email address, offered to sign in by"),
}

#: Why staff may view a record.
WHY_SEEN: Final[dict[str, Promise]] = {
    "treats": _("as the physiotherapist of the plan"),
    "covers": _("as a colleague in the clinic"),
    "manages": _("to manage the clinic"),
    "operates": _("to run this installation"),
}
