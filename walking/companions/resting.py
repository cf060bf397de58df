"""The one rule by which companion programmes rest, whichever they are. Pure: it knows no Django and nothing of ours."""

from __future__ import annotations

from enum import StrEnum


class Rest(StrEnum):
    """Why a companion rests; empty while it runs."""

    NONE = ""
    PLAN = "plan"
    RED_FLAG = "red_flag"
    FLARE_UP = "flare_up"


def resting(*, plan_is_paused: bool, red_flag: bool, flare_up: bool) -> Rest:
    """A companion rests while its plan is paused, and while a flare-up keeps the patient from usual activities.

    It goes on when the plan does: nothing of it is stored, so that the two can never differ. ``red_flag`` says that the
    plan was paused for one.
    """
    if plan_is_paused:
        return Rest.RED_FLAG if red_flag else Rest.PLAN
    return Rest.FLARE_UP if flare_up else Rest.NONE
