"""Mail about somebody's account, so that no door is opened unseen."""

from __future__ import annotations

import logging
from smtplib import SMTPException
from typing import Any

from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.translation import override

from accounts.models import User

log = logging.getLogger("waymark.accounts")


def tell(user: User, template: str, *, subject: str | Promise, context: dict[str, Any]) -> None:
    """Send the text in the person's language. What was done stays done where the mail server is away."""
    with override(user.spoken_language):
        words = render_to_string(template, {"user": user} | context)
        line = str(subject)
    try:
        send_mail(line, words, None, [user.email])
    except (OSError, SMTPException):
        log.warning("a person could not be told of a change to the account", exc_info=True)
