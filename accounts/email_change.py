"""Change the email address: first a code to the current address, then allauth's code to the new one.

Someone with a signed-in phone, or a stolen password, cannot take over the account with it: the account depends on the
mailbox. Users who can no longer read the old mailbox ask the clinic.
"""

from __future__ import annotations

import time
from typing import Any, Final

from allauth.account.adapter import get_adapter
from allauth.account.forms import AddEmailForm, BaseConfirmCodeForm
from allauth.account.internal.flows import manage_email
from allauth.account.internal.flows.code_verification import AbstractCodeVerificationProcess
from allauth.account.views import EmailView
from allauth.decorators import rate_limit
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from accounts.adapter import code_not_sent
from accounts.desk import viewer
from accounts.limits import Limit, too_many
from accounts.models import User

#: Emails with a code to the current address, for one user.
CODES: Final = Limit("old address", 6, 3600)

_PROCESS: Final = "waymark_old_address"
_SHOWN: Final = "waymark_old_address_shown"


class OldAddress(AbstractCodeVerificationProcess):
    """Confirm that the user can read the mailbox of the address they sign in with. Stored in the session, with the new
    address that was typed."""

    def __init__(self, request: HttpRequest, state: dict[str, Any]) -> None:
        self.request = request
        super().__init__(
            state=state,
            max_attempts=settings.ACCOUNT_EMAIL_VERIFICATION_BY_CODE_MAX_ATTEMPTS,
            timeout=settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT,
        )

    @classmethod
    def begin(cls, request: HttpRequest, user: User, new: str) -> OldAddress:
        process = cls(request, cls.initial_state(user, user.email) | {"new": new})
        process.send()
        process.persist()
        return process

    @classmethod
    def resume(cls, request: HttpRequest) -> OldAddress | None:
        state = request.session.get(_PROCESS)
        process = cls(request, state) if state else None
        if process is None or process.is_valid_for(viewer(request)):
            return process
        process.abort()
        return None

    @property
    def new(self) -> str:
        return str(self.state["new"])

    def is_valid_for(self, user: User) -> bool:
        return self.is_valid() and self.user == user and self.state["email"] == user.email

    def send(self) -> None:
        adapter = get_adapter()
        self.state["code"] = adapter.generate_email_verification_code()
        adapter.send_mail(
            "account/email/old_address",
            self.state["email"],
            {"user": self.user, "code": self.code, "new": self.new},
        )

    def persist(self) -> None:
        self.request.session[_PROCESS] = self.state

    def abort(self) -> None:
        self.request.session.pop(_PROCESS, None)

    def finish(self) -> None:
        self.abort()
        self.request.session[_SHOWN] = {"email": self.state["email"], "at": time.time()}


def has_shown(request: HttpRequest) -> bool:
    """Return whether the user has confirmed this email address with a code in the last 15 minutes."""
    shown = request.session.get(_SHOWN)
    return bool(
        shown
        and shown["email"] == viewer(request).email
        and time.time() - shown["at"] <= settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT
    )


class ChangeEmail(EmailView):
    """allauth's page; the code goes to a new address only after the old one is confirmed."""

    def form_valid(self, form: Any) -> HttpResponse:
        if has_shown(self.request):
            response: HttpResponse = super().form_valid(form)
            return response
        # Ask for the password or the second factor first, as allauth does for what follows.
        manage_email.raise_if_reauthentication_required(self.request, app="allauth.account")
        return _ask(self.request, form.cleaned_data["email"])

    def _action_send(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse | None:
        waiting = self._get_email_address(request)
        if waiting is None or has_shown(request):
            response: HttpResponse | None = super()._action_send(request, *args, **kwargs)
            return response
        return _ask(request, waiting.email)


def _ask(request: HttpRequest, new: str) -> HttpResponse:
    user = viewer(request)
    if wait := CODES.spend(user.pk):
        return too_many(request, wait)
    OldAddress.begin(request, user, new)
    return redirect("old_address")


@never_cache
@login_required
@rate_limit(action="manage_email")
def old_address(request: HttpRequest) -> HttpResponseBase:
    """Check the code sent to the current address, then send one to the new address."""
    process = OldAddress.resume(request)
    if process is None:
        messages.warning(request, _("Please type in the new address once more."))
        return redirect("account_email")
    if request.method == "POST" and request.POST.get("action") == "resend":
        if wait := CODES.spend(viewer(request).pk):
            return too_many(request, wait)
        process.send()
        process.persist()
        if not code_not_sent(request):
            messages.success(request, _("A new code is on its way."))
        return redirect("old_address")
    form = BaseConfirmCodeForm(
        request.POST if request.method == "POST" else None, code=process.code
    )
    status = 200
    if request.method == "POST":
        if form.is_valid():
            return _go_on(request, process)
        if not process.record_invalid_attempt():
            messages.error(request, get_adapter().error_messages["too_many_login_attempts"])
            return redirect("account_email")
        status = 422
    context = {
        "verify_form": form,
        "email": process.state["email"],
        "new": process.new,
        "can_resend": True,
        "cancel_url": "account_email",
    }
    return render(request, "account/old_address.html", context, status=status)


def _go_on(request: HttpRequest, process: OldAddress) -> HttpResponse:
    process.finish()
    form = AddEmailForm(viewer(request), {"email": process.new})
    if not form.is_valid():  # someone else has taken it meanwhile
        messages.error(request, " ".join(form.errors.get("email", [])))
        return redirect("account_email")
    manage_email.add_email(request, form)
    return redirect("account_email_verification_sent")
