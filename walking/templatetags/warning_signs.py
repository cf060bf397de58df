"""``{% what_to_do signs number as advice %}``: see ``walking.advice``. Without ``signs``, the general advice."""

from __future__ import annotations

from collections.abc import Iterable

from django import template

from walking.advice import Advice, advice
from walking.programme.red_flags import RedFlag

register = template.Library()


@register.simple_tag
def what_to_do(signs: Iterable[RedFlag | str] | None = None, number: str = "") -> Advice:
    return advice(signs or (), number)
