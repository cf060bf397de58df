"""Reports from mail providers' webhooks, through Anymail, which checks each signature."""

from __future__ import annotations

from typing import Any

from anymail.signals import tracking
from django.dispatch import receiver
from django.utils import timezone

from walking.mail.bounces import record_bounce
from walking.models import Bounce

#: The provider's reasons that block an address; others, such as a full mailbox or a filter, do not.
_FOR_GOOD = {"bounced", "invalid"}


@receiver(tracking)
def told_by_provider(sender: Any, event: Any, esp_name: str, **kwargs: Any) -> None:
    """Store a bounce or a complaint; ignore other events."""
    if not event.recipient:
        return
    if event.event_type == "complained":
        kind = Bounce.Kind.COMPLAINT
    elif event.event_type in {"bounced", "rejected"} and event.reject_reason in _FOR_GOOD:
        kind = Bounce.Kind.HARD
    elif event.event_type in {"bounced", "rejected", "deferred"}:
        kind = Bounce.Kind.SOFT
    else:
        return
    record_bounce(
        event.recipient,
        kind,
        Bounce.Source.PROVIDER,
        words=f"{esp_name}: {event.reject_reason or event.event_type}",
        at=event.timestamp or timezone.now(),
    )
