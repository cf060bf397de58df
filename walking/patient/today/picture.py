"""The picture on Today as numbers: the positions of the marks on the trail. Templates draw them as SVG."""

from __future__ import annotations

import math
from dataclasses import dataclass

#: The trail's scene, in units of its viewBox.
WIDTH, HEIGHT = 360, 116


@dataclass(frozen=True, slots=True)
class Post:
    """A waymark on the trail; ``number`` counts from 1."""

    x: float
    y: float
    number: int
    done: bool


@dataclass(frozen=True, slots=True)
class Trail:
    """A winding path with a waymark for each walk of the week."""

    path: str
    posts: tuple[Post, ...]


def trail(*, done: int, planned: int) -> Trail:
    """Return the marks of a week: as many as planned, or as walked if that is more."""
    count = max(1, planned, done)
    step = WIDTH / (count + 1)
    posts = tuple(
        Post(round(step * (i + 1), 1), round(_ground(step * (i + 1)), 1), i + 1, i < done)
        for i in range(count)
    )
    points = " ".join(f"{x} {_ground(x):.1f}" for x in range(-12, WIDTH + 13, 12))
    return Trail(f"M{points}", posts)


def _ground(x: float) -> float:
    """Return the height of the path at ``x``: gentle waves, rising overall."""
    return 88 - x * 0.05 + 9 * math.sin(x / 42)
