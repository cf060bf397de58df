"""Coaching contacts at the desk: a page for each contact, and a day view of all patients."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.desk import DeskAdmin, viewer
from accounts.models import User
from walking.care.plan.contacts import note_contact
from walking.care.refusal import Refused
from walking.desk.caseload.lines import adherence_picture, lines_for
from walking.desk.contacts.calendar import contact_calendar
from walking.models import Contact, ContactNote, Plan
from walking.programme.weeks import local_day

#: Days shown ahead in the day view (our choice).
AHEAD = dt.timedelta(days=7)
#: Most contacts on one page (our choice). Beyond that, the longest overdue are left out.
MOST = 300


def _words(label: Any, longest: int, help_text: Any = "") -> forms.CharField:
    box = forms.Textarea(attrs={"rows": 2, "cols": 60, "class": "vLargeTextField"})
    return forms.CharField(
        label=label, max_length=longest, required=False, widget=box, help_text=help_text
    )


class ContactForm(forms.Form):
    """The outcome of a contact, following the coaching template. ``revision`` is the one on screen."""

    outcome = forms.ChoiceField(
        label=gettext_lazy("What became of it"), choices=ContactNote.Outcome.choices
    )
    to_day = forms.DateField(
        label=gettext_lazy("New day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("Only if it is moved."),
    )
    what_matters = _words(gettext_lazy("What matters to the patient"), 2000)
    confidence = forms.IntegerField(
        label=gettext_lazy("Confidence, from 0 to 10"), required=False, min_value=0, max_value=10
    )
    barriers = _words(gettext_lazy("What gets in the way"), 2000)
    agreed = _words(
        gettext_lazy("What you agreed"), 500, gettext_lazy("The patient can read this.")
    )
    private = _words(
        gettext_lazy("Private note"), 5000, gettext_lazy("The patient never sees this.")
    )
    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


class ContactPages:
    """The pages of contacts, for their admin."""

    def __init__(self, model_admin: DeskAdmin) -> None:
        self.admin = model_admin

    def urls(self) -> list[URLPattern]:
        wrap = self.admin.admin_site.admin_view
        return [
            path("days/", wrap(self.days), name="walking_contact_days"),
            path("days/contacts.ics", wrap(self.days_ics), name="walking_contact_days_ics"),
            path("next/<path:object_id>/", wrap(self.next_of_plan), name="walking_contact_next"),
            path("<path:object_id>/contact.ics", wrap(self.ics), name="walking_contact_ics"),
        ]

    def contact(self, request: HttpRequest, object_id: str) -> HttpResponse:
        contact = self.admin.get_object(request, unquote(object_id))
        if contact is None:
            return self.admin.not_there(request, object_id)
        notes = list(contact.notes.select_related("by").order_by("-revision"))
        start: dict[str, Any] = {"revision": 0}
        if notes:
            names = ("what_matters", "confidence", "barriers", "agreed", "private", "revision")
            start = {name: getattr(notes[0], name) for name in names}
            if notes[0].outcome != ContactNote.Outcome.MOVED:
                start["outcome"] = notes[0].outcome
        form = ContactForm(request.POST or None, initial=start)
        if request.method == "POST" and form.is_valid():
            try:
                note_contact(contact, **form.cleaned_data, by=viewer(request), at=timezone.now())
            except Refused as refused:
                form.add_error(
                    refused.field if refused.field in form.fields else None, str(refused)
                )
                # The page now shows what a colleague has noted. Sending again adds to it.
                notes = list(contact.notes.select_related("by").order_by("-revision"))
                latest = str(notes[0].revision if notes else 0)
                form.data = request.POST.dict() | {"revision": latest}
            else:
                messages.success(request, _("The contact is noted."))
                return redirect("admin:walking_plan_change", contact.plan_id)
        plan = contact.plan
        line = lines_for([plan])[plan.pk]
        context = self.admin.admin_site.each_context(request) | {
            "opts": self.admin.opts, "plan": plan, "contact": contact, "form": form,
            "notes": notes, "line": line, "picture": adherence_picture(line.reviews),
            "title": _("Contact %(n)s") % {"n": contact.number},
            "told": plan.check_ins.exclude(words="").order_by("-at").first(),
            "before": ContactNote.objects.filter(
                contact__plan=plan, contact__number__lt=contact.number,
                contact__state=Contact.State.DONE,
            ).order_by("-contact__number", "-revision").first(),
        }  # fmt: skip
        status = 422 if form.is_bound else 200
        return TemplateResponse(request, "admin/desk/contact.html", context, status=status)

    def days(self, request: HttpRequest) -> HttpResponse:
        """Overdue contacts, today's, and the days ahead. A fixed number of queries."""
        shown = _asked_for(request)
        contacts, today = shown.contacts, shown.today
        groups = [
            (_("Overdue"), [c for c in contacts if c.due < today]),
            (_("Today"), [c for c in contacts if c.due == today]),
            (_("Coming days"), [c for c in contacts if c.due > today]),
        ]
        context = self.admin.admin_site.each_context(request) | {
            "opts": self.admin.opts, "title": _("Contacts"), "groups": groups,
            "day": shown.day.isoformat() if shown.day else "", "any": bool(contacts),
            "most": MOST if len(contacts) == MOST else None,
            "people": shown.people, "who": shown.who.pk if shown.who else None,
            "query": request.GET.urlencode(),
        }  # fmt: skip
        return TemplateResponse(request, "admin/desk/contacts.html", context)

    def days_ics(self, request: HttpRequest) -> HttpResponse:
        """The day view as a calendar."""
        return _calendar_file(_asked_for(request).contacts, "contacts.ics")

    def next_of_plan(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The plan's contact that is due or comes next; the plan's page if none is planned."""
        plans = Plan.objects.visible_to(viewer(request))
        try:
            plan = get_object_or_404(plans, pk=unquote(object_id))
        except ValueError:
            raise Http404 from None
        planned = plan.contacts.filter(state=Contact.State.PLANNED, number__gt=1)
        contact = planned.order_by("due", "number").first()
        if contact is None:
            return redirect("admin:walking_plan_change", plan.pk)
        return redirect("admin:walking_contact_change", contact.pk)

    def ics(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """One contact as a calendar."""
        contact = self.admin.get_object(request, unquote(object_id))
        if contact is None:
            return self.admin.not_there(request, object_id)
        return _calendar_file([contact], "contact.ics")


def _calendar_file(contacts: list[Contact], name: str) -> HttpResponse:
    response = HttpResponse(contact_calendar(contacts), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@dataclass(frozen=True, slots=True)
class _Days:
    """The planned contacts asked for, by day in the viewer's time zone."""

    contacts: list[Contact]
    today: dt.date
    day: dt.date | None
    people: list[User]
    who: User | None


def _asked_for(request: HttpRequest) -> _Days:
    """Filter by ``day`` (otherwise up to a week ahead) and ``who`` from the address."""
    me = viewer(request)
    today = local_day(timezone.now(), me.zone)
    open_plans = Plan.objects.visible_to(me).exclude(status=Plan.Status.COMPLETED)
    found = Contact.objects.filter(
        plan__in=open_plans.values("pk"), state=Contact.State.PLANNED, number__gt=1
    ).select_related("plan__patient", "plan__physiotherapist")
    day = parse_date(request.GET.get("day", "")) if _is_day(request) else None
    found = found.filter(due=day) if day else found.filter(due__lte=today + AHEAD)
    people = list(User.objects.visible_to(me).filter(caseload__in=open_plans).distinct())
    who = next((one for one in people if str(one.pk) == request.GET.get("who")), None)
    if who is not None:
        found = found.filter(plan__physiotherapist=who)
    contacts = sorted(
        found.order_by("-due", "pk")[:MOST],
        key=lambda c: (c.due, c.plan.physiotherapist_id != me.pk, c.plan.patient.name, c.pk),
    )
    return _Days(contacts, today, day, people, who)


def _is_day(request: HttpRequest) -> bool:
    try:
        return parse_date(request.GET.get("day", "")) is not None
    except ValueError:
        return False
