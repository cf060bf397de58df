"""Our answers to allauth: who may sign up, how email is sent, and what is shown if it cannot be sent."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as allauth_context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.sites.shortcuts import get_current_site
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.prompt_mail import NotSent, send_now
from accounts.sealed import seal, unseal

#: How users can confirm their identity again, by allauth's names.
_WAYS = {
    "reauthenticate": _("Use your password"),
    "mfa_reauthenticate": _("Use a code of your app, or a recovery code"),
    "mfa_reauthenticate:webauthn": _("Use a passkey"),
}


#: Emails with a code, or that replace one: without them the user cannot continue.
_CODES = frozenset(
    f"account/email/{name}"
    for name in (
        *("login_code", "password_reset_code", "unknown_account", "old_address"),
        *("email_confirmation", "email_confirmation_signup", "account_already_exists"),
    )
)
#: Of these, the ones that anyone can request for any address: the answer must not reveal whose address it is.
_TO_ANY_ADDRESS = frozenset(
    f"account/email/{name}" for name in ("login_code", "password_reset_code", "unknown_account")
)
#: The message that allauth shows when it has sent one.
_SAYS_SENT = frozenset(
    f"account/messages/{name}.txt" for name in ("login_code_sent", "email_confirmation_sent")
)
#: In the session: the last code could not be sent. The page that asks for the code says so.
CODE_NOT_SENT = "waymark_code_not_sent"


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "too_many_login_attempts": _(
            "This was tried too often. Please wait five minutes, then try again."
        ),
        "rate_limited": _("This was tried too often. Please wait a minute, then try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Return False: people join by invitation from a clinic only."""
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send the email, or say on the page that it could not be sent. What was done before stays done, so this never
        fails.

        All emails of allauth are sent here.
        """
        code = template_prefix in _CODES
        try:
            self.send_or_raise(template_prefix, email, context)
        except NotSent as problem:
            if problem.refused and template_prefix in _TO_ANY_ADDRESS:
                self._code_was_sent(True)  # the same answer as for any other address
            elif code:
                self._code_was_sent(False)
            elif allauth_context.request is not None:
                words = gettext("It is saved. We could not send the email that confirms it.")
                self.add_message(allauth_context.request, messages.INFO, message=words)
        else:
            if code:
                self._code_was_sent(True)

    def send_or_raise(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send the email for pages that show their own message. Raises ``NotSent``."""
        request = allauth_context.request
        site = {"request": request, "email": email, "current_site": get_current_site(request)}
        send_now(self.render_mail(template_prefix, email, site | context), template_prefix)

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        *args: Any,
        **kwargs: Any,
    ) -> None:
        """Add the message, unless it says that a code was sent when it was not."""
        if message_template in _SAYS_SENT and code_not_sent(request):
            return
        super().add_message(request, level, message_template, *args, **kwargs)

    def _code_was_sent(self, sent: bool) -> None:
        if (request := allauth_context.request) is None:
            return
        if sent:
            request.session.pop(CODE_NOT_SENT, None)
        else:
            request.session[CODE_NOT_SENT] = True

    def get_reauthentication_methods(self, user: AbstractBaseUser) -> list[dict[str, Any]]:
        """Return the methods, described in the words of our pages."""
        methods: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        return [
            each | {"description": _WAYS.get(each["id"], each["description"])} for each in methods
        ]


def code_not_sent(request: HttpRequest) -> bool:
    """Return whether the last code requested in this session could not be sent."""
    return bool(request.session.get(CODE_NOT_SENT))


class MFAAdapter(DefaultMFAAdapter):
    def encrypt(self, text: str) -> str:
        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(encrypted_text)

    def generate_authenticator_name(self, user: AbstractBaseUser, type: Authenticator.Type) -> Any:
        """Return the suggested name for a new passkey."""
        return gettext("My device")
