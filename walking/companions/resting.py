"""The one rule for pausing companion programmes, whatever their kind. Pure: uses no Django and nothing of ours."""

from __future__ import annotations

from enum import StrEnum


class Rest(StrEnum):
    """Why a companion is paused; empty while it runs."""

    NONE = ""
    PLAN = "plan"
    RED_FLAG = "red_flag"
    FLARE_UP = "flare_up"


def resting(*, plan_is_paused: bool, red_flag: bool, flare_up: bool) -> Rest:
    """Return whether, and why, a companion is paused: while its plan is, and while a flare-up limits usual activities.

    It continues when the plan does: nothing is stored, so the two can never differ. ``red_flag``: the plan was paused
    for one.
    """
    if plan_is_paused:
        return Rest.RED_FLAG if red_flag else Rest.PLAN
    return Rest.FLARE_UP if flare_up else Rest.NONE
