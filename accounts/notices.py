"""Security emails: tell users about changes to how they sign in."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.translation import override

from accounts.models import User
from accounts.prompt_mail import NotSent, send_now


def tell(user: User, template: str, *, subject: str | Promise, context: dict[str, Any]) -> None:
    """Send the email in the user's language. If the mail server is down, the change itself is still made."""
    with override(user.spoken_language):
        words = render_to_string(template, {"user": user} | context)
        line = str(subject)
    with suppress(NotSent):  # it is logged
        send_now(EmailMessage(line, words, to=[user.email]), template)
