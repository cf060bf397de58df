"""Importing walks from a file: choose the file, see its walks, and tick those to record.

The file is the only large upload, so it is read only after checking who sends it, how large it claims to be, and that
it comes from our own page. That is why ``bring`` checks in this order.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import IO, cast

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST

from accounts.limits import sentence as when_again
from accounts.models import User
from walking.care.diary import file_import
from walking.care.refusal import Refused
from walking.imports import reading, table
from walking.imports.found import STEPS_A_MINUTE, Unreadable
from walking.models import Plan
from walking.models.diary import Source
from walking.patient.access import patient_page
from walking.patient.rate_limits import BRING
from walking.programme.weeks import local_day
from walking.questions.days import day_name

#: Bytes that the form may have in addition to the file.
_FORM = 20_000


@dataclass(frozen=True, slots=True)
class Line:
    """A walk in the file, in words."""

    walk: file_import.Candidate
    time: dt.datetime | None
    origin: str

    @property
    def ticked(self) -> bool:
        return self.walk.state == "new"

    @property
    def can_be_taken(self) -> bool:
        return self.walk.state in {"new", "like"}


class ColumnsForm(forms.Form):
    """Which column of the table is which."""

    day = forms.ChoiceField(label=gettext_lazy("The day, or when the walk began"))
    order = forms.ChoiceField(
        label=gettext_lazy("How is a day written?"),
        choices=[
            ("year", gettext_lazy("Year first, as in 2026-11-23")),
            ("day", gettext_lazy("Day first, as in 23.11.2026")),
            ("month", gettext_lazy("Month first, as in 11/23/2026")),
        ],
    )
    minutes = forms.ChoiceField(label=gettext_lazy("How many minutes"), required=False)
    end = forms.ChoiceField(label=gettext_lazy("When the walk ended"), required=False)
    steps = forms.ChoiceField(
        label=gettext_lazy("How many steps"),
        required=False,
        help_text=gettext_lazy(
            "Where a line has steps but no minutes, we count 100 steps as one minute. "
            "Such walks are marked as estimated."
        ),
    )

    def __init__(self, *args: object, head: list[str], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        columns = [
            (str(n), name or _("Column %(n)s") % {"n": n + 1}) for n, name in enumerate(head)
        ]
        for name in ("day", "minutes", "end", "steps"):
            choices = columns if name == "day" else [("", _("None of them")), *columns]
            cast("forms.ChoiceField", self.fields[name]).choices = choices

    def clean(self) -> dict[str, object]:
        answers = super().clean() or {}
        if not any(answers.get(name) for name in ("minutes", "end", "steps")):
            self.add_error("minutes", _("Choose at least one: the minutes, the end or the steps."))
        return answers

    def columns(self) -> table.Columns:
        given = self.cleaned_data

        def number(name: str) -> int | None:
            return int(given[name]) if given[name] else None

        return table.Columns(
            int(given["day"]), given["order"], number("minutes"), number("end"), number("steps")
        )


@csrf_exempt  # checked in ``_upload``, once it is known that the file is not too large
@require_http_methods(["GET", "HEAD", "POST"])
@patient_page
def bring(request: HttpRequest, plan: Plan, at: dt.datetime) -> HttpResponse:
    """Choose a file, then see the walks in it."""
    if request.method != "POST":
        return _page(request, plan, at)
    if int(request.META.get("CONTENT_LENGTH") or 0) > settings.WALK_FILE_BYTES + _FORM:
        return _page(request, plan, at, said=file_import.sentence("too_big"), status=413)
    if wait := BRING.spend(plan.patient_id):
        answer = _page(request, plan, at, said=when_again(wait), status=429)
        answer["Retry-After"] = str(wait)
        return answer
    return _upload(request, plan, at)


@csrf_protect
def _upload(request: HttpRequest, plan: Plan, at: dt.datetime) -> HttpResponse:
    sent = request.FILES.get("file")
    if not isinstance(sent, UploadedFile):
        return _page(request, plan, at, said=_("Please choose a file first."), status=400)
    file = cast("IO[bytes]", sent.file)
    try:
        if reading.is_table(file):
            text = reading.table_text(file)
            table.rows(text)
            file_import.keep_table(plan, text, at)
        else:
            file_import.keep(plan, reading.walks(file), at)
    except Unreadable as refusal:
        return _page(request, plan, at, said=file_import.sentence(refusal.code), status=400)
    except Refused as refusal:
        return _page(request, plan, at, said=str(refusal), status=400)
    finally:
        sent.close()  # a large file is deleted with it
    return redirect("bring_walks")


@require_POST
@patient_page
def columns(request: HttpRequest, plan: Plan, at: dt.datetime) -> HttpResponse:
    """Read the table using the columns that the patient chose."""
    brought = file_import.look(plan, at)
    if brought is None or not brought.table:
        return redirect("bring_walks")
    lines = table.rows(brought.table)
    form = ColumnsForm(request.POST, head=lines[0])
    if form.is_valid():
        try:
            file_import.keep(plan, table.walks(lines, form.columns(), plan.patient.zone), at)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("bring_walks")
    return _page(request, plan, at, form=form, status=400)


@require_POST
@patient_page
def take(request: HttpRequest, plan: Plan, at: dt.datetime) -> HttpResponse:
    """Record the ticked walks, or discard the file to choose another."""
    if "other" in request.POST:
        file_import.let_go(plan)
        return redirect("bring_walks")
    person = request.user
    assert isinstance(person, User)  # noqa: S101 - patient_page let nobody else in
    try:
        number = file_import.take(plan, _names(request.POST.getlist("walk")), by=person, at=at)
    except Refused as refusal:
        return _page(request, plan, at, said=str(refusal), status=400)
    return HttpResponseRedirect(f"{reverse('diary')}?brought={number}")


def _names(texts: list[str]) -> Iterator[uuid.UUID]:
    for text in texts:
        try:
            yield uuid.UUID(text)
        except ValueError:
            continue


def _page(
    request: HttpRequest,
    plan: Plan,
    at: dt.datetime,
    *,
    said: str = "",
    form: ColumnsForm | None = None,
    status: int = 200,
) -> HttpResponse:
    brought, today = file_import.look(plan, at), local_day(at, plan.patient.zone)
    context: dict[str, object] = {
        "plan": plan,
        "said": said,
        "most": settings.WALK_FILE_BYTES // 1_000_000,
        "steps_a_minute": STEPS_A_MINUTE,
    }
    if brought and brought.table:
        lines = table.rows(brought.table)
        context["form"] = form or ColumnsForm(head=lines[0], initial=_guessed(lines[0]))
        context["head"], context["sample"] = lines[0], lines[1:4]
    elif brought:
        told = [_line(each, plan) for each in brought.candidates]
        context["days"] = [
            (day_name(day, today), list(lines))
            for day, lines in groupby(
                sorted(told, key=lambda line: line.walk.day, reverse=True), lambda x: x.walk.day
            )
        ]
        context["new"] = sum(line.ticked for line in told)
        context["can_take"] = any(line.can_be_taken for line in told)
        context["beyond"] = [_beyond(why, span) for why, span in brought.beyond.items()]
    context["brought"] = brought
    return render(request, "patient/bring.html", context, status=status)


def _line(each: file_import.Candidate, plan: Plan) -> Line:
    time = each.start.astimezone(plan.patient.zone) if each.start else None
    return Line(each, time, str(Source(each.source).label))


def _beyond(why: str, span: file_import.Span) -> dict[str, object]:
    reason = {
        "before": _("before your plan began"),
        "closed": _("from a week that is closed: walks can be added for this week and last week"),
        "ahead": _("on a day that is still to come: is the date of the phone or watch right?"),
    }[why]
    return {"reason": reason, "span": span, "dated": span.first.year > 1970}


def _guessed(head: list[str]) -> dict[str, str]:
    """Guess the columns from their names."""
    hints = {
        "day": ("date", "day", "start"),
        "minutes": ("min",),
        "end": ("end",),
        "steps": ("step",),
    }
    guessed = {}
    for field, words in hints.items():
        for word in words:
            numbers = [n for n, name in enumerate(head) if word in name.lower()]
            if numbers:
                guessed[field] = str(numbers[0])
                break
    return guessed
