"""The rules over invented scenarios, compared with reading and writing the same JSON."""

from __future__ import annotations

import json
import time
from random import Random
from typing import Any

from bench.sizes import Sizes

WEEKS = 26


def measure(sizes: Sizes) -> dict[str, Any]:
    """Return the figures of ``simulate``."""
    from walking.programme.scenario_json import simulate_json

    text = _scenarios(sizes.scenarios)
    began = time.perf_counter()
    answer = simulate_json(text)
    took = time.perf_counter() - began
    began = time.perf_counter()
    json.loads(text)
    floor = time.perf_counter() - began
    answers = json.loads(answer)
    began = time.perf_counter()
    json.dumps(answers)
    floor += time.perf_counter() - began
    return {
        "ratio": round(took / floor, 2),
        "seconds": round(took, 2),
        "floor_seconds": round(floor, 2),
        "scenarios": sizes.scenarios,
    }


def _scenarios(number: int) -> str:
    random = Random(1)
    return json.dumps([_scenario(random) for _ in range(number)])


def _scenario(random: Random) -> dict[str, Any]:
    return {
        "plan": {"start": "2026-03-02", "timezone": "Australia/Sydney"},
        "weeks": [_week(random) for _ in range(WEEKS)],
    }


def _week(random: Random) -> dict[str, Any]:
    days = sorted(random.sample(range(1, 8), random.randint(2, 6)))
    walks = [
        {"day": day, "minutes": random.randint(8, 35), "pain": random.randint(0, 4)} for day in days
    ]
    if random.random() < 0.3:
        return {"walks": walks}
    check_in = {"pain": random.randint(0, 4), "difficulty": "about_right", "confidence": 8}
    return {"walks": walks, "check_in": check_in}
