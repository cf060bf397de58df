"""What invented patients and their physiotherapists talked about."""

from __future__ import annotations

from typing import Final, NamedTuple


class Talk(NamedTuple):
    """A coaching contact by its template; ``confidence`` from 0 to 10."""

    matters: str
    confidence: int
    barriers: str
    agreed: str


TALKS: Final = (
    Talk(
        "Playing on the floor with the grandchildren again.", 8, "Rain, and dark afternoons.",
        "Walk before lunch. On wet days, round the shopping centre.",
    ),
    Talk(
        "Standing through a whole choir practice.", 6, "Tired after work.",
        "Two of the walks on the weekend. Shoes by the door.",
    ),
    Talk(
        "Getting back to the garden.", 9, "",
        "Go on as planned, and take the hill from next week if it feels easy.",
    ),
    Talk(
        "Not having to think of the back all the time.", 5, "Afraid that it comes back on the way.",
        "Stay close to home at first. A little ache that settles overnight is no harm.",
    ),
)  # fmt: skip
