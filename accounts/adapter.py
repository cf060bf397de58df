"""What allauth asks us: who may sign up, how email is sent, and what is said if it cannot be."""

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

#: How somebody may show once more who they are, by allauth's names.
_WAYS = {
    "reauthenticate": _("Use your password"),
    "mfa_reauthenticate": _("Use a code of your app, or a recovery code"),
    "mfa_reauthenticate:webauthn": _("Use a passkey"),
}


#: Emails with a code, or that stand in for one: without them the person cannot go on.
_CODES = frozenset(
    f"account/email/{name}"
    for name in (
        *("login_code", "password_reset_code", "unknown_account", "old_address"),
        *("email_confirmation", "email_confirmation_signup", "account_already_exists"),
    )
)
#: Of these, the ones that anybody can have sent to any address: nobody learns from the answer whose it is.
_TO_ANY_ADDRESS = frozenset(
    f"account/email/{name}" for name in ("login_code", "password_reset_code", "unknown_account")
)
#: What allauth says when it has sent one.
_SAYS_SENT = frozenset(
    f"account/messages/{name}.txt" for name in ("login_code_sent", "email_confirmation_sent")
)
#: In the session: the last code could not be sent. The page that asks for it says so.
CODE_NOT_SENT = "waymark_code_not_sent"


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "too_many_login_attempts": _(
            "This was tried too often. Please wait five minutes, then try again."
        ),
        "rate_limited": _("This was tried too often. Please wait a minute, then try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody signs up by themselves: a clinic invites."""
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send it, or say on the page that it could not be sent. What was done before stays done, so this never fails.

        All emails of allauth come through here.
        """
        code = template_prefix in _CODES
        try:
            self.send_or_raise(template_prefix, email, context)
        except NotSent as problem:
            if problem.refused and template_prefix in _TO_ANY_ADDRESS:
                self._code_was_sent(True)  # as for any other address
            elif code:
                self._code_was_sent(False)
            elif allauth_context.request is not None:
                words = gettext("It is saved. We could not send the email that confirms it.")
                self.add_message(allauth_context.request, messages.INFO, message=words)
        else:
            if code:
                self._code_was_sent(True)

    def send_or_raise(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """The same for pages that have words of their own. Raises ``NotSent``."""
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
        """Not that a code was sent when it was not."""
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
        """In the words of our pages."""
        methods: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        return [
            each | {"description": _WAYS.get(each["id"], each["description"])} for each in methods
        ]


def code_not_sent(request: HttpRequest) -> bool:
    """Whether the last code that was asked for in this session could not be sent."""
    return bool(request.session.get(CODE_NOT_SENT))


class MFAAdapter(DefaultMFAAdapter):
    def encrypt(self, text: str) -> str:
        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(encrypted_text)

    def generate_authenticator_name(self, user: AbstractBaseUser, type: Authenticator.Type) -> Any:
        """The name that a new passkey is offered."""
        return gettext("My device")
