"""The context of a log line: a request, a task or a command, by ids that reveal nothing about anyone."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

_about: ContextVar[Mapping[str, str]] = ContextVar("waymark_log_about")

#: A valid request id from a proxy; anything else could write arbitrary text to the log.
_SANE = re.compile(r"[A-Za-z0-9._-]{8,64}", re.ASCII)


def request_id(given: str) -> str:
    """Return the id from a proxy, if it is 8 to 64 plain letters, digits and ``._-``; else a new one."""
    return given if _SANE.fullmatch(given) else new_id()


def new_id() -> str:
    return uuid.uuid4().hex


def about() -> Mapping[str, str]:
    """Return the current context, to be added to each line."""
    return _about.get({})


@contextmanager
def telling(**names: str) -> Iterator[None]:
    """Add ``names`` to lines logged in this block."""
    token = _about.set({**about(), **names})
    try:
        yield
    finally:
        _about.reset(token)


# Celery signals a task's beginning and end separately, on the thread that runs it -----------------


def task_begins(task_id: str, task: Any, **others: Any) -> None:
    _about.set({"task": task.name, "task_id": task_id})


def task_ended(**others: Any) -> None:
    _about.set({})
