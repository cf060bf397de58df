"""Numbers that come as text."""

from __future__ import annotations

import pytest

from walking.numbers import LARGEST_KEY, whole_number


@pytest.mark.parametrize(
    ("text", "number"), [("0", 0), ("7", 7), ("007", 7), ("999", 999), (str(LARGEST_KEY), None)]
)
def test_plain_digits_are_a_number_up_to_the_most(text: str, number: int | None) -> None:
    assert whole_number(text, most=999) == number


@pytest.mark.parametrize(
    "text", [None, "", " 7", "-7", "+7", "7.0", "1_000", "٣", "²", "1000", "9" * 5000, "0" * 5000]
)
def test_anything_else_is_none(text: str | None) -> None:
    assert whole_number(text, most=999) is None


def test_a_key_is_what_a_database_can_hold() -> None:
    assert whole_number(str(LARGEST_KEY)) == LARGEST_KEY
    assert whole_number(str(LARGEST_KEY + 1)) is None
