"""Waymark as real processes: a week passes, and what production promises about its processes holds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from tests.stack import Stack
from tests.week import walk_one_week

pytestmark = pytest.mark.stack


@pytest.mark.parametrize("kind", ["embedded", "full"])
def test_a_week_passes(start_stack: Callable[..., Stack], kind: str) -> None:
    stack = start_stack(kind, now=datetime(2026, 3, 2, 8, tzinfo=UTC))
    try:
        walk_one_week(stack)
    except (AssertionError, TimeoutError) as problem:
        raise AssertionError(f"{problem}\n{stack.logs()}") from problem
    assert "Traceback" not in stack.logs()
    assert '"exceptions": ' not in stack.logs()
