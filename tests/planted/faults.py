"""The mistakes that `make planted` makes, by package."""

from __future__ import annotations

from tests.planted.plant import Fault

PROGRAMME = [
    Fault(
        "a week done in full does not count as enough",
        "walking/programme/review.py",
        "",
        "",
        ("tests/programme/test_vectors.py",),
    ),
]

ALL = [*PROGRAMME]
