"""One week of one plan, through the front door of a running stack: HTTPS, SMTP and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scripts.stack import ComposeStack


def walk_one_week(stack: ComposeStack, say: Callable[[str], None]) -> None:
    say(f"at {stack.url}")
