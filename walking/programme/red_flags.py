"""Signs that need a doctor before anything else, how urgent each is, and what to do.

The list is that of `programme.md`; the questions are asked at enrolment and in every check-in.
They follow the red flags in common use for low back pain; the wording is ours.

Every page, email, printed sheet and lesson uses the urgency and wording from here, so that no two of them can give
different advice.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from walking.programme.text import gettext_noop as _


class Urgency(StrEnum):
    """How soon a doctor must look at a sign, most urgent first."""

    NOW = "now"
    TODAY = "today"


class RedFlag(StrEnum):
    """A sign that stops the plan at once."""

    SADDLE_NUMBNESS = "saddle_numbness"
    BLADDER_BOWEL = "bladder_bowel"
    LEG_WEAKNESS = "leg_weakness"
    FEVER_UNWELL = "fever_unwell"
    WEIGHT_LOSS = "weight_loss"
    TRAUMA = "trauma"
    NIGHT_PAIN = "night_pain"
    CHEST_PAIN = "chest_pain"
    BREATHLESS = "breathless"
    FAINT = "faint"

    @property
    def question(self) -> str:
        """Return the yes-or-no question for the patient, a msgid."""
        return QUESTIONS[self]

    @property
    def clinical_name(self) -> str:
        """Return the short name for a physiotherapist, a msgid."""
        return CLINICAL_NAMES[self]

    @property
    def plain_name(self) -> str:
        """Return the sign for a list shown to the patient, a msgid that begins in lower case."""
        return PLAIN_NAMES[self]

    @property
    def urgency(self) -> Urgency:
        return URGENCY[self]


RED_FLAG_CODES: Final[tuple[str, ...]] = tuple(flag.value for flag in RedFlag)

QUESTIONS: Final[dict[RedFlag, str]] = {
    RedFlag.SADDLE_NUMBNESS: _("Is there numbness between your legs or around your back passage?"),
    RedFlag.BLADDER_BOWEL: _(
        "Is there something new with your bladder or bowels, such as trouble passing urine, or"
        " leaks?"
    ),
    RedFlag.LEG_WEAKNESS: _("Is one of your legs weak, or getting weaker, or does it give way?"),
    RedFlag.FEVER_UNWELL: _("Do you have a fever, or feel very unwell, along with your back pain?"),
    RedFlag.WEIGHT_LOSS: _("Have you lost a lot of weight without trying to?"),
    RedFlag.TRAUMA: _("Have you had a bad fall, a hard blow or an accident since we last asked?"),
    RedFlag.NIGHT_PAIN: _(
        "Do you have pain at night that keeps you awake and does not ease, however you lie?"
    ),
    RedFlag.CHEST_PAIN: _("Do you get pain or a tight feeling in your chest?"),
    RedFlag.BREATHLESS: _("Do you get much more out of breath than is usual for you?"),
    RedFlag.FAINT: _("Have you fainted, or felt that you were about to?"),
}

CLINICAL_NAMES: Final[dict[RedFlag, str]] = {
    RedFlag.SADDLE_NUMBNESS: _("Saddle numbness"),
    RedFlag.BLADDER_BOWEL: _("New bladder or bowel dysfunction"),
    RedFlag.LEG_WEAKNESS: _("Leg weakness, new or progressive"),
    RedFlag.FEVER_UNWELL: _("Fever or systemically unwell"),
    RedFlag.WEIGHT_LOSS: _("Unexplained weight loss"),
    RedFlag.TRAUMA: _("Significant trauma"),
    RedFlag.NIGHT_PAIN: _("Unremitting night pain"),
    RedFlag.CHEST_PAIN: _("Chest pain"),
    RedFlag.BREATHLESS: _("Unusual breathlessness"),
    RedFlag.FAINT: _("Syncope or near-syncope"),
}

PLAIN_NAMES: Final[dict[RedFlag, str]] = {
    RedFlag.SADDLE_NUMBNESS: _("numbness between your legs or around your back passage"),
    RedFlag.BLADDER_BOWEL: _("new trouble with your bladder or bowels"),
    RedFlag.LEG_WEAKNESS: _("a leg that is weak, is getting weaker or gives way"),
    RedFlag.FEVER_UNWELL: _("a fever, or feeling very unwell, along with your back pain"),
    RedFlag.WEIGHT_LOSS: _("losing a lot of weight without trying to"),
    RedFlag.TRAUMA: _("a bad fall, a hard blow or an accident"),
    RedFlag.NIGHT_PAIN: _("pain at night that keeps you awake, whatever position you lie in"),
    RedFlag.CHEST_PAIN: _("pain or a tight feeling in your chest"),
    RedFlag.BREATHLESS: _("getting much more out of breath than usual"),
    RedFlag.FAINT: _("fainting, or nearly fainting"),
}

#: The more urgent one if a sign can be either (`programme.md`, "Warning signs").
URGENCY: Final[dict[RedFlag, Urgency]] = {
    RedFlag.SADDLE_NUMBNESS: Urgency.NOW,
    RedFlag.BLADDER_BOWEL: Urgency.NOW,
    RedFlag.LEG_WEAKNESS: Urgency.NOW,
    RedFlag.FEVER_UNWELL: Urgency.TODAY,
    RedFlag.WEIGHT_LOSS: Urgency.TODAY,
    RedFlag.TRAUMA: Urgency.TODAY,
    RedFlag.NIGHT_PAIN: Urgency.TODAY,
    RedFlag.CHEST_PAIN: Urgency.NOW,
    RedFlag.BREATHLESS: Urgency.NOW,
    RedFlag.FAINT: Urgency.NOW,
}


@dataclass(frozen=True, slots=True)
class Action:
    """What a patient should do, all msgids. ``%(number)s`` is the emergency number of the clinic.

    ``title`` is the heading of a page; ``do`` is the first thing to read; ``then`` follows it; ``introduces`` comes
    before a list of signs; ``told`` tells staff what the patient was told.
    """

    title: str
    do: str
    then: str
    introduces: str
    told: str


ACTIONS: Final[dict[Urgency, Action]] = {
    Urgency.NOW: Action(
        title=_("Get emergency help now"),
        do=_("Call %(number)s or go to an emergency department now."),
        then=_("Do not drive yourself. Say which warning sign you have, and when it started."),
        introduces=_("Call %(number)s or go to an emergency department now if you have:"),
        told=_("The patient was told to call %(number)s or go to an emergency department now."),
    ),
    Urgency.TODAY: Action(
        title=_("See a doctor today"),
        do=_("See a doctor today."),
        then=_(
            "If your doctor is closed or nobody answers, do not wait: use the out-of-hours service."
            " If you get worse, call %(number)s."
        ),
        introduces=_("See a doctor today if you have:"),
        told=_("The patient was told to see a doctor today, and to call %(number)s if worse."),
    ),
}

#: The title if the sign is unknown: the text then lists every urgency, each with its signs.
ANY_SIGN_TITLE: Final = _("When to get medical help")


def most_urgent(signs: Iterable[RedFlag]) -> Urgency | None:
    """Return the urgency to act on; None without a sign."""
    found = {sign.urgency for sign in signs}
    return next((urgency for urgency in Urgency if urgency in found), None)


def signs_of(urgency: Urgency) -> tuple[RedFlag, ...]:
    """Return the signs of one urgency, in the order of the list."""
    return tuple(sign for sign in RedFlag if sign.urgency is urgency)
