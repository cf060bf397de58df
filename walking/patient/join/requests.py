"""Asking a clinic to join: who they are, a code by email, and thanks."""

from __future__ import annotations

from typing import Any, Final

from allauth.account.adapter import get_adapter
from allauth.account.forms import BaseConfirmCodeForm
from allauth.account.internal.flows.code_verification import AbstractCodeVerificationProcess
from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.limits import client_address, too_many
from accounts.prompt_mail import NotSent
from walking.care.enrolment.requests import ask_to_join
from walking.models import OpenDoor
from walking.patient.rate_limits import JOIN_FROM_ADDRESS, JOIN_MAILBOX

_PROCESS: Final = "waymark_join"


class JoinForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Your name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": gettext_lazy("Please tell us your name.")},
    )
    email = forms.EmailField(
        label=gettext_lazy("Your email address"),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": gettext_lazy("Please give your email address."),
            "invalid": gettext_lazy("That is no email address. Write it like anna@example.org."),
        },
    )
    words = forms.CharField(
        label=gettext_lazy("What should we know?"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("If you like: a telephone number, or how your back is now."),
    )


class Mailbox(AbstractCodeVerificationProcess):
    """Verifies an email address. Stored in the session, with what they typed."""

    def __init__(self, request: HttpRequest, state: dict[str, Any]) -> None:
        self.request = request
        super().__init__(
            state=state,
            max_attempts=settings.ACCOUNT_EMAIL_VERIFICATION_BY_CODE_MAX_ATTEMPTS,
            timeout=settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT,
        )

    @classmethod
    def begin(cls, request: HttpRequest, door: OpenDoor, typed: dict[str, str]) -> Mailbox:
        process = cls(request, cls.initial_state(None, typed["email"]))
        process.state |= {"typed": typed, "slug": door.slug}
        process.send()
        process.persist()
        return process

    @classmethod
    def resume(cls, request: HttpRequest, door: OpenDoor) -> Mailbox | None:
        state = request.session.get(_PROCESS)
        process = cls(request, state) if state else None
        if process is None or (process.is_valid() and process.state["slug"] == door.slug):
            return process
        process.abort()
        return None

    def send(self) -> None:
        adapter = get_adapter()
        self.state["code"] = adapter.generate_email_verification_code()
        adapter.send_or_raise(
            "account/email/email_confirmation", self.state["email"], {"code": self.code}
        )

    def persist(self) -> None:
        self.request.session[_PROCESS] = self.state

    def abort(self) -> None:
        self.request.session.pop(_PROCESS, None)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, slug: str) -> HttpResponse:
    """GET shows the form; POST sends the code."""
    door = _door(slug)
    form = JoinForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        email = form.cleaned_data["email"].lower()
        wait = JOIN_FROM_ADDRESS.spend(client_address(request)) or JOIN_MAILBOX.spend(email)
        if wait:
            return too_many(request, wait)
        try:
            Mailbox.begin(request, door, form.cleaned_data | {"email": email})
        except NotSent:
            form.add_error(
                "email", _("The mail could not be sent just now. Please try again soon.")
            )
        else:
            return redirect("join_code", slug)
    context = {"clinic": door.clinic, "form": form, "door": door}
    return render(request, "patient/join.html", context, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def join_code(request: HttpRequest, slug: str) -> HttpResponse:
    """GET asks for the code. POST with the right one saves the request."""
    door = _door(slug)
    process = Mailbox.resume(request, door)
    if process is None:
        messages.warning(request, _("That took too long. Please fill in the form once more."))
        return redirect("join", slug)
    form = BaseConfirmCodeForm(
        request.POST if request.method == "POST" else None, code=process.code
    )
    status = 200
    if request.method == "POST":
        if form.is_valid():
            typed = process.state["typed"]
            process.abort()
            ask_to_join(door, **typed, at=timezone.now())
            return render(request, "patient/join_done.html", {"clinic": door.clinic})
        if not process.record_invalid_attempt():
            messages.error(request, get_adapter().error_messages["too_many_login_attempts"])
            return redirect("join", slug)
        status = 422
    context = {
        "clinic": door.clinic,
        "slug": slug,
        "verify_form": form,
        "email": process.state["email"],
        "can_resend": False,
        "cancel_url": "home",
    }
    return render(request, "patient/join_code.html", context, status=status)


def _door(slug: str) -> OpenDoor:
    door = OpenDoor.objects.select_related("clinic").filter(slug=slug).first()
    if door is None:
        raise Http404
    return door
