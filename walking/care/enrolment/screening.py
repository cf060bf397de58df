"""Screening: whether the programme is suitable for someone, asked before enrolment, and the stored answers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Final, NamedTuple

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from walking.care.refusal import Refused
from walking.models import Invitation, Plan, Screening
from walking.programme.screening import COMFORTABLE_MINUTES, VERSION, Criterion, Screened
from walking.programme.settings import Programme


class Words(NamedTuple):
    """The words of a criterion: the statement, what it means, and what to do if it is not true."""

    label: Any
    meant: Any
    otherwise: Any


WORDS: Final[Mapping[Criterion, Words]] = {
    Criterion.ADULT: Words(
        gettext_lazy("Is 18 or older"),
        gettext_lazy("The trial took adults only (Lancet 2024)."),
        gettext_lazy("The programme was tried with adults only. Treat younger people without it."),
    ),
    Criterion.NO_RED_FLAG: Words(
        gettext_lazy("Has no warning sign"),
        gettext_lazy(
            "None of the ten that patients are asked about: numbness between the legs, trouble with bladder or "
            "bowels, a weak leg, fever, weight loss, a bad fall, pain at night, pain in the chest, breathlessness, "
            "fainting."
        ),
        gettext_lazy("Refer the patient to a doctor first. Enrol them when that is cleared up."),
    ),
    Criterion.SAFE_TO_WALK: Words(
        gettext_lazy("Can walk safely"),
        gettext_lazy(
            "Nothing speaks against a daily walk: heart, lungs, balance, eyes, feet. If in doubt, a doctor was asked."
        ),
        gettext_lazy(
            "Clear up first, with the patient's doctor if need be, what makes walking unsafe."
        ),
    ),
    Criterion.RECOVERED: Words(
        gettext_lazy("Has recovered from low back pain within the last six months"),
        gettext_lazy(
            "Non-specific pain, and over: the trial was about keeping it from coming back (Lancet 2024)."
        ),
        gettext_lazy(
            "The trial says nothing about people who still have the pain or had it long ago. Say why this patient "
            "should start all the same, or treat first and enrol later."
        ),
    ),
}


def check(screened: Screened, programme: Programme) -> None:
    """Raise ``Refused``, with the criterion as its field, if the programme is not suitable for this patient or would
    start with more walking than the patient finds comfortable."""
    unmet = screened.unmet
    if unmet is not None:
        field = "reason" if unmet is Criterion.RECOVERED else unmet.value
        raise Refused(WORDS[unmet].otherwise, field)
    if screened.comfortable_minutes not in COMFORTABLE_MINUTES:
        raise Refused(
            _("Choose a whole number from %(low)s to %(high)s.")
            % {"low": COMFORTABLE_MINUTES.low, "high": COMFORTABLE_MINUTES.high},
            "comfortable_minutes",
        )
    if programme.baseline.minutes > screened.comfortable_minutes:
        raise Refused(
            _("That is more than the patient walks comfortably. Begin with %(minutes)s or less.")
            % {"minutes": screened.comfortable_minutes},
            "baseline_minutes",
        )


def keep(
    screened: Screened,
    *,
    invitation: Invitation | None = None,
    plan: Plan | None = None,
    by: User,
    at: dt.datetime,
) -> Screening:
    """Save the answers with an invitation, or with a plan that had no invitation."""
    answers = asdict(screened) | {"reason": screened.reason.strip()}
    return Screening.objects.create(
        invitation=invitation, plan=plan, criteria=VERSION, by=by, at=at, **answers
    )


def screening_of(plan: Plan) -> Screening | None:
    """Return the answers given before this plan, or None if screening was not asked."""
    asked = Q(plan=plan) | Q(invitation__plan=plan)
    return Screening.objects.filter(asked).select_related("by").first()
