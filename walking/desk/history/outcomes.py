"""The questionnaires in a plan's history: the answers, and the change since the first."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from walking.desk.history.entries import Entry, Span
from walking.models import OutcomeAnswer, Plan
from walking.programme.outcomes import STATEMENTS, change_of, is_notable
from walking.questions.roland_morris import STATEMENTS as SENTENCES


def questionnaires(plan: Plan, span: Span) -> Iterator[Entry]:
    """Return the questionnaires in three queries. Loads all of a plan, because each is compared with the first."""
    answers = list(
        plan.outcome_answers.select_related("by")
        .prefetch_related("activities")
        .order_by("month", "revision")
    )
    scores: dict[int, int] = {}
    for answer in answers:
        if answer.disability is not None:
            scores[answer.month] = answer.disability
        change = change_of({m: s for m, s in scores.items() if m <= answer.month})
        if not span.has(span.local(answer.at)):
            continue
        yield Entry(
            "health", answer.at, title_of(answer.month),
            by=answer.by.name if answer.by else "",
            lines=tuple(_lines(answer, change)),
            flags=(_flag(change),) if answer.disability is not None and is_notable(change) else (),
            more=_ticked(answer),
        )  # fmt: skip


def title_of(month: int) -> str:
    if month == 0:
        return _("Questionnaire at the start")
    return _("Questionnaire of month %(month)s") % {"month": month}


def _lines(answer: OutcomeAnswer, change: int | None) -> Iterator[str]:
    if answer.disability is not None:
        line = _("Roland-Morris %(score)s of %(most)s") % {
            "score": answer.disability, "most": STATEMENTS,
        }  # fmt: skip
        if change:
            line = f"{line} ({_('%(change)+d since the first') % {'change': change}})"
        yield line
    if answer.pain is not None:
        yield _("pain %(pain)s of 10") % {"pain": answer.pain}
    for each in answer.activities.all():
        yield _("%(activity)s: %(score)s of 10") % {"activity": each.words, "score": each.score}


def _flag(change: int | None) -> str:
    assert change is not None  # noqa: S101 - it is notable
    points = abs(change)
    if change > 0:
        return ngettext("%(n)s point worse", "%(n)s points worse", points) % {"n": points}
    return ngettext("%(n)s point better", "%(n)s points better", points) % {"n": points}


def _ticked(answer: OutcomeAnswer) -> tuple[tuple[str, str], ...]:
    numbers: list[int] = answer.statements or []
    sentences: list[str | Promise] = [SENTENCES[number - 1] for number in numbers]
    return tuple((str(n), str(words)) for n, words in zip(numbers, sentences, strict=True))
