"""Format log lines: JSON for machines or text for people, without anything about a patient in either.

Our own messages name rows by number. Messages of others are masked: addresses, tokens in paths, and the texts of
exceptions, which quote what was typed and, from a database, whole rows. An exception is logged by its type and place.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
import re
import traceback
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Final

from operations.log_context import about

_ROOT: Final = str(Path(__file__).resolve().parent.parent) + "/"
#: What ``extra`` may add to a line. Celery and Django add much more, such as a task's arguments and the request.
EXTRA: Final = ("method", "route", "status", "ms")
#: Links in emails and feeds: anyone who has one can open it.
_TOKENS: Final = re.compile(r"(?<![\w.])/(c|i|k|m|r|calendar)/[^\s/\"'<>]{6,}")
_SIGNED: Final = re.compile(r"\b[\w-]{8,}:[\w-]{4,12}:[\w-]{20,}")
_ADDRESSES: Final = re.compile(r"[^\s\"'<>(),;:@/=]+@[^\s\"'<>(),;:@/=]+\.[^\s\"'<>(),;:@/=]+")
_QUERIES: Final = re.compile(r"(/[^\s?\"']*)\?[^\s\"'<>]+")


def masked(text: str) -> str:
    """Return ``text`` without email addresses, tokens in paths, signed values and query strings."""
    text = _TOKENS.sub(r"/\1/***", text)
    text = _SIGNED.sub("***", text)
    text = _QUERIES.sub(r"\1?***", text)
    return _ADDRESSES.sub("***@***", text)


def told(record: logging.LogRecord) -> dict[str, Any]:
    """Return what may be written of ``record``."""
    line: dict[str, Any] = {
        "time": dt.datetime.fromtimestamp(record.created, dt.UTC).isoformat(
            timespec="milliseconds"
        ),
        "level": record.levelname,
        "logger": record.name,
        "message": _message(record),
        **about(),
    }
    line |= {name: getattr(record, name) for name in EXTRA if hasattr(record, name)}
    if record.exc_info and record.exc_info[1] is not None:
        line["exceptions"] = list(_exceptions(record.exc_info[1]))
    return line


def _message(record: logging.LogRecord) -> str:
    details = record.args
    if isinstance(details, Mapping) and "exc" in details and "traceback" in details:
        # From Celery, which puts the exception and its whole traceback into the message.
        return f"Task {details.get('name')}[{details.get('id')}] {details.get('description')}"
    message = record.getMessage()
    error = record.exc_info[1] if record.exc_info else None
    while error is not None:
        for words in filter(None, (repr(error), str(error))):
            message = message.replace(words, type(error).__name__)
        error = error.__cause__ or error.__context__
    return masked(message)


def _exceptions(error: BaseException | None) -> Iterator[dict[str, Any]]:
    """Yield ``error`` and its causes, each with its type, its code, and the places it passed through."""
    seen = 0
    while error is not None and seen < 5:
        kind = f"{type(error).__module__}.{type(error).__qualname__}"
        line: dict[str, Any] = {"type": kind.removeprefix("builtins.")}
        if isinstance(error, OSError) and error.strerror:
            line["error"] = error.strerror
        if state := getattr(error, "sqlstate", None):
            line["sqlstate"] = state
            line["constraint"] = error.diag.constraint_name  # type: ignore[attr-defined]
        if state := getattr(error, "sqlite_errorname", None):
            line["sqlite"] = state
        line["at"] = _places(error.__traceback__)
        yield line
        error = error.__cause__ or error.__context__
        seen += 1


def _places(trace: TracebackType | None) -> list[str]:
    return [
        f"{frame.filename.removeprefix(_ROOT)}:{frame.lineno} {frame.name}"
        for frame in traceback.extract_tb(trace, limit=-12)
    ]


class JsonLines(logging.Formatter):
    """One JSON object per line."""

    def format(self, record: logging.LogRecord) -> str:
        return json.dumps(told(record), ensure_ascii=False, default=str)


class Words(logging.Formatter):
    """The same lines for people to read."""

    def format(self, record: logging.LogRecord) -> str:
        line = told(record)
        start = f"{line.pop('time')} {line.pop('level')} {line.pop('logger')} {line.pop('message')}"
        exceptions = line.pop("exceptions", [])
        rest = [f"{name}={value}" for name, value in line.items()]
        trace = [
            f"\n  {error['type']}" + "".join(f"\n    {place}" for place in error["at"])
            for error in exceptions
        ]
        return " ".join([start, *rest]) + "".join(trace)


class WithoutPath(logging.Filter):
    """Mask the path that Waitress logs for a request that was cut off or failed."""

    def filter(self, record: logging.LogRecord) -> bool:
        before, serving, _path = str(record.msg).partition(" while serving ")
        record.msg = f"{before}{serving and ' while serving a request'}"
        return True


def logging_settings(style: str, level: str) -> dict[str, Any]:
    """Return Django's ``LOGGING`` for ``LOG_FORMAT`` and ``LOG_LEVEL``; all lines go to stderr."""
    formatter = {"json": "operations.log_format.JsonLines", "text": "operations.log_format.Words"}[
        style
    ]
    ours = {"handlers": ["stderr"], "propagate": False}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": formatter}},
        "filters": {"without path": {"()": "operations.log_format.WithoutPath"}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "django": {"handlers": [], "propagate": True},
            "django.server": {**ours, "level": level},
            # The line of each request already shows refusals; log only errors here.
            "django.request": {"level": "ERROR"},
            # They would log statements with their values, and whole addresses of other servers.
            "django.db.backends": {"level": "INFO"},
            "urllib3": {"level": "INFO"},
            "waitress": {"filters": ["without path"]},
            # A line for each request that waits for a thread, however briefly.
            "waitress.queue": {"level": "ERROR"},
            "gunicorn.error": {**ours, "level": level},
        },
    }
