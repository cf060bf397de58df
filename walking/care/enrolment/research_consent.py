"""Consent to research: separate from consent to the programme, never required for it, and withdrawn at any time.

Each choice is a row of ``Consent``: ``research`` allows the person's data in the research export, ``research_words``
also what they wrote in their own words. The latest row counts; without a row, the person has not agreed.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Consent, User, record_consent, record_paper_consent
from walking.care.record.audit import changed
from walking.care.refusal import Refused
from walking.models import Plan

RESEARCH: Final = "research"
WORDS: Final = "research_words"
#: Version of the text in ``templates/patient/research_consent.html``. Raise it when the text changes.
RESEARCH_VERSION: Final = "2026-11"


@dataclass(frozen=True, slots=True)
class Research:
    """The latest choice. ``words`` has no effect without ``agrees``."""

    agrees: bool = False
    words: bool = False


def research_of(user: User) -> Research:
    last: dict[str, Consent] = {}
    for said in user.consents.filter(document__in=(RESEARCH, WORDS)).order_by("at", "pk"):
        last[said.document] = said
    agrees, words = (
        name in last and last[name].action == Consent.Action.GIVEN for name in (RESEARCH, WORDS)
    )
    return Research(agrees, agrees and words)


def choose_research(user: User, *, agrees: bool, words: bool, at: dt.datetime) -> Research:
    """Record the choice made at ``at``: one row for each change, none if nothing changes."""
    wanted = Research(agrees, agrees and words)
    with transaction.atomic():
        user = User.objects.select_for_update().get(pk=user.pk)
        before = research_of(user)
        for document, is_given, give in _both(before, wanted):
            if give and not is_given:
                record_consent(user, document=document, version=RESEARCH_VERSION, at=at)
            elif is_given and not give:
                _withdraw(user, document, at)
    return wanted


def research_told_on_paper(
    plan: Plan, *, agrees: bool, words: bool, signed_on: dt.date, by: User, at: dt.datetime
) -> Research:
    """Like ``choose_research``, for a patient without an address who signed or said it on the local day ``signed_on``.

    Staff cannot agree on behalf of someone who can do so themselves, but can record anyone's withdrawal. Raises
    ``Refused``.
    """
    wanted = Research(agrees, agrees and words)
    with transaction.atomic():
        patient = User.objects.select_for_update().get(pk=plan.patient_id)
        if not Plan.objects.visible_to(by).filter(pk=plan.pk).exists() or by.pk == patient.pk:
            raise Refused(_("There is no such patient in your clinic."))
        if signed_on > at.astimezone(patient.zone).date():
            raise Refused(
                _("The consent cannot be signed on a day that is still to come."), "signed_on"
            )
        before = research_of(patient)
        for document, is_given, give in _both(before, wanted):
            if give and not is_given:
                if patient.email:
                    raise Refused(_("This patient agrees in the app, under Settings."))
                record_paper_consent(
                    patient, document=document, version=RESEARCH_VERSION, signed_on=signed_on,
                    by=by, at=at,
                )  # fmt: skip
            elif is_given and not give:
                _withdraw(patient, document, at)
        if before != wanted:
            changed(patient, by=by, what="research_consent", at=at)
    return wanted


def _both(before: Research, wanted: Research) -> tuple[tuple[str, bool, bool], ...]:
    return ((RESEARCH, before.agrees, wanted.agrees), (WORDS, before.words, wanted.words))


def _withdraw(user: User, document: str, at: dt.datetime) -> None:
    Consent.objects.create(
        user=user,
        document=document,
        version=RESEARCH_VERSION,
        action=Consent.Action.WITHDRAWN,
        at=at,
    )
