"""The facts of a plan's history in a physiotherapist's words: one reader for each kind, with one query each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Final

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from walking.care.enrolment.research_consent import RESEARCH, WORDS
from walking.care.enrolment.screening import screening_of
from walking.care.weeks.decisions import thresholds_of
from walking.desk.history.entries import Entry, Reader, Span
from walking.desk.history.outcomes import questionnaires
from walking.desk.labels import (
    decision_words,
    flag_words,
    reason_words,
    red_flag_names,
    short_dose,
    steps_words,
)
from walking.desk.patient.companions import name_of, with_companions
from walking.models import (
    Adjustment,
    CheckIn,
    ContactNote,
    Invitation,
    Mail,
    Plan,
    PlanChange,
    PlanEvent,
    Recurrence,
    Review,
)
from walking.programme.dose import Dose
from walking.programme.review import TABLE
from walking.programme.sentences import when

_CONSENT_TO: Final[dict[str, Promise]] = {
    RESEARCH: gettext_lazy("Consent to research"),
    WORDS: gettext_lazy("Consent to share own words with research"),
}


def _reviews(plan: Plan, span: Span) -> Iterator[Entry]:
    for review in span.of_weeks(plan.reviews.all()):
        title = decision_words(review.decision)
        if review.next_dose:
            title = f"{title} → {short_dose(review.next_dose)}"
        rule = TABLE[review.line - 1]
        yield Entry(
            "decision", review.at, title,
            week=review.week_number,
            by=_("the rules, again after a late check-in") if review.revision > 1 else _("the rules"),
            lines=(
                reason_words(review.reason, thresholds_of(review)),
                _("Rule %(number)s: %(when)s") % {
                    "number": review.line,
                    "when": when(rule, thresholds_of(review)).render(_),
                },
            ),
            flags=tuple(flag_words(review.flags)),
            words=review.sentence,
            words_by=_("The patient was told"),
            more=_inputs(review),
        )  # fmt: skip


def _inputs(review: Review) -> tuple[tuple[str, str], ...]:
    """Return the inputs of the rules."""
    given, rows = review.inputs, []
    minutes = given.get("minutes_by_day") or {}
    by_day = ", ".join(
        _("day %(day)s: %(minutes)s") % {"day": day, "minutes": count}
        for day, count in minutes.items()
    )
    rows.append((_("Minutes by day"), by_day or _("none")))
    rows.append((_("Adherence"), _("%(percent)s percent") % {"percent": review.adherence_percent}))
    rows.append((_("Dose"), short_dose(review.dose)))
    rows.append((_("Highest pain"), str(review.pain) if review.pain is not None else _("unknown")))
    rows.append((_("Check-in"), _("yes") if given.get("check_in") else _("none")))
    state = given.get("state") or {}
    counts = {
        "empty_row": _("Empty weeks in a row before"),
        "low_row": _("Weeks under half in a row before"),
        "good_weeks": _("Good weeks on this dose before"),
        "unchecked_raises": _("Raised without a check-in before"),
    }
    rows += [(label, str(state[name])) for name, label in counts.items() if state.get(name)]
    if state.get("settling"):
        rows.append((_("Settling after a hard week"), _("yes")))
    if given.get("absent"):
        rows.append((_("Told ahead to be away"), _("yes")))
    return tuple(rows)


def _check_ins(plan: Plan, span: Span) -> Iterator[Entry]:
    for check_in in span.of_weeks(plan.check_ins.select_related("by")):
        yield Entry(
            "health" if check_in.red_flags else "check_in",
            check_in.at,
            _check_in_title(check_in),
            week=check_in.week_number,
            by=check_in.by_staff or check_in.get_via_display(),
            lines=tuple(filter(None, [" · ".join(_answers(check_in))])),
            flags=tuple(red_flag_names(check_in.red_flags)),
            words=check_in.words,
            words_by=_("In the patient's words"),
        )


def _check_in_title(check_in: CheckIn) -> str:
    if check_in.red_flags:
        return _("Red flag reported")
    return _("Check-in, answered again") if check_in.revision > 1 else _("Check-in")


def _answers(check_in: CheckIn) -> Iterator[str]:
    if check_in.signs is None:
        yield _("warning signs: no answer recorded")
    elif not check_in.signs:
        yield _("no warning signs")
    if check_in.pain is not None:
        yield _("pain %(n)s") % {"n": check_in.pain}
    if check_in.difficulty:
        yield check_in.get_difficulty_display()
    if check_in.confidence is not None:
        yield _("confidence %(n)s") % {"n": check_in.confidence}
    if check_in.flare_up:
        yield _("flare-up")
    if check_in.away:
        yield _("away or ill")


def _adjustments(plan: Plan, span: Span) -> Iterator[Entry]:
    for adjustment in span.within(plan.adjustments.select_related("by"), "at"):
        dose, week = adjustment.dose, adjustment.week_number + 1
        title = (
            _("Dose set for week %(week)s: %(dose)s") % {"week": week, "dose": short_dose(dose)}
            if dose
            else _("Dose for week %(week)s taken back") % {"week": week}
        )
        yield _change(adjustment, title)


def _settings_changes(plan: Plan, span: Span) -> Iterator[Entry]:
    for change in span.within(plan.changes.select_related("by"), "at"):
        if change.withdrawn:
            title = _("Change of settings for week %(week)s taken back")
            yield _change(change, title % {"week": change.from_week})
            continue
        settings = change.programme
        title = _("Settings from week %(week)s on: %(from)s to %(to)s, %(steps)s, %(length)s weeks") % {
            "week": change.from_week,
            "from": short_dose(settings.baseline),
            "to": short_dose(settings.goal),
            "steps": steps_words(settings.weekly_increase, settings.weeks_per_rung),
            "length": settings.length_weeks,
        }  # fmt: skip
        yield _change(change, title)


def _change(change: Adjustment | PlanChange, title: str) -> Entry:
    return Entry(
        "decision", change.at, title,
        by=change.by.name,
        lines=(change.reason,),
        words=change.message,
        words_by=_("Message to the patient"),
    )  # fmt: skip


_EVENT_KINDS: Final = {
    PlanEvent.Kind.PAUSED: "away",
    PlanEvent.Kind.RESUMED: "away",
    PlanEvent.Kind.FLARE_UP: "health",
    PlanEvent.Kind.RED_FLAG: "health",
}


def _events(plan: Plan, span: Span) -> Iterator[Entry]:
    for event in span.within(plan.events.select_related("by"), "at"):
        title = capfirst(str(event.get_kind_display()))
        if event.minutes is not None and event.days is not None:
            title = f"{title}: {short_dose(Dose(event.minutes, event.days))}"
        lines = [event.note] if event.note else []
        if event.kind == PlanEvent.Kind.ZONE_CHANGED:
            lines.append(f"{event.detail.get('from', '')} → {event.detail.get('to', '')}")
        if event.detail.get("reason") == "red_flag":
            lines.append(_("Because of a red flag"))
        yield Entry(
            _EVENT_KINDS.get(PlanEvent.Kind(event.kind), "plan"), event.at, title,
            by=event.by.name if event.by else _("the rules"), lines=tuple(lines),
            words=event.detail.get("message", ""), words_by=_("Message to the patient"),
        )  # fmt: skip


def _recurrences(plan: Plan, span: Span) -> Iterator[Entry]:
    for answer in span.within(plan.recurrences.select_related("by"), "at"):
        title = (
            _("Monthly question %(n)s") % {"n": answer.month}
            if answer.month
            else _("Episode %(n)s") % {"n": answer.episode}
        )
        yield Entry(
            "health", answer.at, title,
            by=answer.by.name if answer.by else "", lines=(", ".join(_told(answer)),),
        )  # fmt: skip


def _told(answer: Recurrence) -> Iterator[str]:
    if not answer.happened:
        yield _("no back pain for 24 hours or more")
        return
    yield _("back pain for 24 hours or more")
    if answer.limited_activity:
        yield _("activity-limiting")
    if answer.sought_care:
        yield _("led to care")
    if answer.started and answer.ended:
        yield _days(answer.started, answer.ended)
    elif answer.started:
        yield _("since %(day)s") % {"day": date_format(answer.started, "SHORT_DAY_FORMAT")}


def _absences(plan: Plan, span: Span) -> Iterator[Entry]:
    for absence in span.within(plan.absences.select_related("by"), "said_at"):
        lines = [str(absence.get_kind_display())]
        if absence.withdrawn_at:
            lines.append(_("taken back"))
        yield Entry(
            "away", absence.said_at,
            _("Away %(days)s") % {"days": _days(absence.first, absence.last)},
            by=absence.by.name if absence.by else "", lines=(", ".join(lines),),
            words=absence.words, words_by=_("In the patient's words"),
        )  # fmt: skip


def _contacts(plan: Plan, span: Span) -> Iterator[Entry]:
    for contact in plan.contacts.all():
        if contact.due > span.today or not span.has(contact.due):
            continue
        yield Entry(
            "contact", span.midday(contact.due),
            _("Coaching contact %(n)s") % {"n": contact.number}, day=contact.due,
            lines=(f"{contact.get_kind_display()}, {contact.get_state_display()}",),
        )  # fmt: skip
    notes = ContactNote.objects.filter(contact__plan=plan).select_related("contact", "by")
    for note in span.within(notes, "at"):
        title = _("Contact %(n)s: %(outcome)s") % {
            "n": note.contact.number, "outcome": note.get_outcome_display(),
        }  # fmt: skip
        told = (
            (
                _("New day"),
                date_format(note.to_day, "SHORT_WEEKDAY_YEAR_FORMAT") if note.to_day else "",
            ),
            (_("What matters to the patient"), note.what_matters),
            (
                _("Confidence, from 0 to 10"),
                "" if note.confidence is None else str(note.confidence),
            ),
            (_("What gets in the way"), note.barriers),
            (_("Private note"), note.private),
        )
        yield Entry(
            "contact", note.at, title, by=note.by.name,
            lines=tuple(f"{label}: {words}" for label, words in told if words),
            words=note.agreed, words_by=_("What you agreed; the patient can read this"),
        )  # fmt: skip


def _mail(plan: Plan, span: Span) -> Iterator[Entry]:
    for mail in span.within(plan.mail.select_related("recipient"), "due_at"):
        lines = [mail.outcome] if mail.outcome and mail.state != Mail.State.SENT else []
        if mail.recipient is not None and mail.recipient_id != plan.patient_id:
            lines.insert(0, _("to %(name)s") % {"name": mail.recipient.name})
        yield Entry(
            "mail", mail.settled_at or mail.due_at,
            _("Mail: %(kind)s") % {"kind": mail.get_kind_display()},
            by=str(mail.get_state_display()), lines=tuple(lines), state=mail.state,
        )  # fmt: skip


def _notes(plan: Plan, span: Span) -> Iterator[Entry]:
    for note in plan.notes.all():
        if not span.has(span.local(note.at)):
            continue
        title = _("Private note")
        if not note.words:
            title = _("Private note taken back")
        elif note.revision > 1:
            title = _("Private note corrected")
        yield Entry(
            "note", note.at, title, by=note.by.name,
            lines=(note.withdrawn,) if note.withdrawn else (), words=note.words,
        )  # fmt: skip


def _companions(plan: Plan, span: Span) -> Iterator[Entry]:
    for each in with_companions(plan):
        name = name_of(each)
        if span.has(span.local(each.added_at)):
            yield Entry(
                "companion", each.added_at, _("%(companion)s added") % {"companion": name},
                by=each.added_by.name, words=each.message, words_by=_("Message to the patient"),
            )  # fmt: skip
        if each.ended_at and each.ended_by and span.has(span.local(each.ended_at)):
            yield Entry(
                "companion", each.ended_at, _("%(companion)s ended") % {"companion": name},
                by=each.ended_by.name,
            )  # fmt: skip


def _beginnings(plan: Plan, span: Span) -> Iterator[Entry]:
    """Return the invitation and consents, which may be older than the plan."""
    screening = screening_of(plan)
    if screening is not None:
        walks = ngettext(
            "Walks %(n)s minute comfortably", "Walks %(n)s minutes comfortably",
            screening.comfortable_minutes,
        )  # fmt: skip
        yield Entry(
            "plan", screening.at, _("Screened"), by=screening.by.name,
            lines=(
                _("Meets all criteria") if screening.recovered
                else _("Has not recovered within six months; starts all the same"),
                walks % {"n": screening.comfortable_minutes},
            ),
            words=screening.reason, words_by=_("Why all the same"),
        )  # fmt: skip
    invitation = Invitation.objects.filter(plan=plan).select_related("physiotherapist").first()
    if invitation is not None:
        by = invitation.physiotherapist.name
        yield Entry(
            "plan", invitation.created_at, _("Invited"), by=by,
            words=invitation.message, words_by=_("Message to the patient"),
        )  # fmt: skip
        if invitation.accepted_at:
            yield Entry(
                "plan", invitation.accepted_at, _("Invitation accepted"), by=invitation.name
            )
    for consent in plan.patient.consents.select_related("paper__recorded_by"):
        to = _CONSENT_TO.get(consent.document, gettext_lazy("Consent"))
        title = f"{to}: {consent.get_action_display()}"
        yield Entry(
            "plan",
            consent.at,
            title,
            lines=(_("Version %(version)s") % {"version": consent.version}, consent.on_paper),
        )


def _days(first: dt.date, last: dt.date) -> str:
    if first == last:
        return date_format(first, "SHORT_DAY_FORMAT")
    return f"{date_format(first, 'SHORT_DAY_FORMAT')} – {date_format(last, 'SHORT_DAY_FORMAT')}"


READERS: Final = (
    Reader(("decision",), _reviews),
    Reader(("check_in", "health"), _check_ins),
    Reader(("decision",), _adjustments),
    Reader(("decision",), _settings_changes),
    Reader(("away", "health", "plan"), _events),
    Reader(("health",), _recurrences),
    Reader(("health",), questionnaires),
    Reader(("away",), _absences),
    Reader(("contact",), _contacts),
    Reader(("companion",), _companions),
    Reader(("mail",), _mail),
    Reader(("note",), _notes),
    Reader(("plan",), _beginnings),
)
