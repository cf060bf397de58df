"""Who needs the physiotherapist now, asked once for a page."""

from __future__ import annotations

from typing import Any, cast

from django.http import HttpRequest
from django.utils import timezone

from accounts.desk import manages, viewer
from walking.care.attention import Attention, needs_attention
from walking.models import Plan
from walking.physio.words import FLAGS

#: How many lines the page starts with; the rest is a click away.
SHOWN = 12


def attention_of(request: HttpRequest) -> list[Attention]:
    """What needs attention among the plans that the viewer may see, most urgent first."""
    kept = getattr(request, "_attention", None)
    if kept is None:
        kept = needs_attention(Plan.objects.visible_to(viewer(request)), timezone.now())
        request._attention = kept  # type: ignore[attr-defined]
    return cast(list[Attention], kept)


def kind_choices() -> list[tuple[str, Any]]:
    return [(flag.value, words) for flag, words in FLAGS.items()]


def panel(request: HttpRequest) -> dict[str, Any]:
    """The top of the caseload: the own patients first, then those of colleagues."""
    items, user = attention_of(request), viewer(request)
    if manages(user):
        own, others = items, []
    else:
        own = [item for item in items if item.plan.physiotherapist_id in (user.pk, None)]
        others = [item for item in items if item not in own]
    return {
        "needs_you": own[:SHOWN],
        "needs_more": len(own) - len(own[:SHOWN]),
        "needs_colleagues": others[:SHOWN],
        "needs_colleagues_count": len(others),
        "kinds": {flag.value: words for flag, words in FLAGS.items()},
    }
