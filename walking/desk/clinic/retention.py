"""How long records are kept: the clinic's period, what is due, and one patient's record. For managers."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import access_log
from accounts.desk import viewer
from accounts.models import Access, Clinic, Role, User
from walking.care.record.erase import take_back, waiting_request
from walking.care.record.retention import (
    NOTICE,
    end_hold,
    erase_on_request,
    held_in,
    hold,
    hold_on,
    retention_of,
    set_retention,
    waiting_in,
)
from walking.care.refusal import Refused
from walking.models import Erasure, Plan
from walking.models.retention import FEWEST_MONTHS, MOST_MONTHS
from walking.questions.fields import add_refusal

#: How many past erasures are shown, latest first.
SHOWN = 50


class MonthsForm(forms.Form):
    months = forms.IntegerField(
        label=gettext_lazy("Keep records for so many months"),
        min_value=FEWEST_MONTHS,
        max_value=MOST_MONTHS,
        required=False,
        help_text=gettext_lazy(
            "12 to 360, counted from the last thing that was done in a record whose plan and follow-up are over. "
            "Empty: until somebody asks for its end. Ask your data-protection officer: laws say how long treatment "
            "notes are kept at least, and that nothing is kept for longer than it is needed."
        ),
    )


class WordsForm(forms.Form):
    words = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("For the clinic's records, such as who asked and when."),
        error_messages={"required": gettext_lazy("Say why, for the record.")},
    )


def keeping_view(request: HttpRequest, site: AdminSite) -> HttpResponse:
    """GET shows. POST sets the clinic's period."""
    user, clinic = _manager(request)
    rule, status = retention_of(clinic), 200
    form = MonthsForm(
        request.POST if request.method == "POST" else None,
        initial={"months": rule.months if rule else None},
    )
    if request.method == "POST":
        if form.is_valid():
            months = form.cleaned_data["months"]
            set_retention(clinic, months, by=user, at=timezone.now())
            messages.success(request, _("Saved."))
            return redirect("admin:keeping")
        status = 422
    context = site.each_context(request) | {
        "title": _("Keeping records"),
        "form": form,
        "rule": rule,
        "notice_days": NOTICE.days,
        "waiting": list(waiting_in(clinic)),
        "held": list(held_in(clinic)),
        "done": list(Erasure.objects.filter(clinic=clinic).order_by("-at")[:SHOWN]),
    }
    return TemplateResponse(request, "admin/desk/keeping.html", context, status=status)


def record_view(request: HttpRequest, site: AdminSite, plan_id: int) -> HttpResponse:
    """One patient's record. GET shows its status. POST requests or cancels erasure, or sets or ends a hold."""
    user, _clinic = _manager(request)
    plan = Plan.objects.visible_to(user).select_related("patient").filter(pk=plan_id).first()
    if plan is None:
        raise Http404
    patient, at = plan.patient, timezone.now()
    form = WordsForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        if _done(request, form, patient, user):
            return redirect("admin:keeping_record", plan.pk)
    else:
        access_log.record(
            by=user, patient=patient, action=Access.Action.VIEWED, what="keeping", at=at
        )
    context = site.each_context(request) | {
        "title": _("Keep or erase the record"),
        "plan": plan,
        "form": form,
        "waiting": waiting_request(patient),
        "held": hold_on(patient),
    }
    status = 422 if form.is_bound else 200
    return TemplateResponse(request, "admin/desk/keeping_record.html", context, status=status)


def _done(request: HttpRequest, form: WordsForm, patient: User, by: User) -> bool:
    """Apply the form. Returns False with the reason in the form if refused."""
    at, what = timezone.now(), request.POST.get("do")
    needs_words = what in {"erase", "hold"}
    if needs_words and not form.is_valid():
        return False
    words = form.cleaned_data["words"] if needs_words else ""
    try:
        match what:
            case "erase":
                erase_on_request(patient, words=words, by=by, at=at)
                said = _("The record is going to be erased. The patient is told by mail.")
            case "hold":
                hold(patient, why=words, by=by, at=at)
                said = _("The record is kept until you end this.")
            case "stay":
                take_back(patient, by=by, at=at)
                said = _("The record stays.")
            case "end_hold":
                end_hold(patient, by=by, at=at)
                said = _("The clinic's time counts for this record again.")
            case _other:
                return False
    except Refused as refusal:
        form.is_valid()
        form.errors.clear()
        add_refusal(form, refusal)
        return False
    messages.success(request, said)
    return True


def _manager(request: HttpRequest) -> tuple[User, Clinic]:
    user = viewer(request)
    if user.role != Role.MANAGER or user.clinic is None:
        raise PermissionDenied
    return user, user.clinic
