"""Report errors to Sentry: the type, the place in the code, the request or task. Nothing else is sent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

import sentry_sdk
from sentry_sdk.integrations.logging import ignore_logger

from operations.log_context import about
from operations.log_format import masked

#: The parts of an event, an exception and a stack frame that may be sent. Sentry collects more with every version, so
#: anything not named here is removed.
_EVENT: Final = (
    *("event_id", "timestamp", "level", "platform", "logger", "release", "environment"),
    *("server_name", "sdk", "fingerprint"),
)
_FRAME: Final = (
    *("filename", "function", "module", "lineno", "in_app"),
    *("pre_context", "context_line", "post_context"),
)


def start(dsn: str) -> None:
    """Report errors to ``dsn`` from now on."""
    sentry_sdk.init(
        dsn=dsn,
        before_send=scrubbed,
        before_send_transaction=lambda event, hint: None,
        before_breadcrumb=lambda crumb, hint: None,
        max_breadcrumbs=0,
        send_default_pii=False,
        max_request_body_size="never",
        include_local_variables=False,
        auto_session_tracking=False,
    )
    # Celery's integration already reports the exception.
    ignore_logger("celery.app.trace")


def scrubbed(event: Any, hint: Any) -> Any:
    """Return ``event`` without user data: no exception messages, request, user, arguments or values."""
    kept = _only(event, _EVENT)
    kept["tags"] = dict(about())
    message = (event.get("logentry") or {}).get("message") or event.get("message")
    if message:
        # The message as written in the code, before its values are inserted.
        kept["logentry"] = {"message": masked(str(message))}
    if found := (event.get("exception") or {}).get("values"):
        kept["exception"] = {"values": [_exception(one) for one in found]}
    return kept


def _exception(told: Mapping[str, Any]) -> dict[str, Any]:
    mechanism = _only(told.get("mechanism") or {}, ("type", "handled"))
    frames = (told.get("stacktrace") or {}).get("frames") or []
    return _only(told, ("type", "module")) | {
        "value": "",
        "mechanism": mechanism,
        "stacktrace": {"frames": [_only(frame, _FRAME) for frame in frames]},
    }


def _only(mapping: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    return {name: mapping[name] for name in names if name in mapping}
