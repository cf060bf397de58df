"""Signs that need a doctor before anything else.

The list is that of `programme.md`; the questions are asked at enrolment and in every check-in.
They follow the red flags in common use for low back pain; the wording is ours.
"""

from enum import StrEnum
from typing import Final

from walking.programme.text import gettext_noop as _


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
        """The yes-or-no question for the patient, a msgid."""
        return QUESTIONS[self]

    @property
    def clinical_name(self) -> str:
        """The short name for a physiotherapist, a msgid."""
        return CLINICAL_NAMES[self]


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
