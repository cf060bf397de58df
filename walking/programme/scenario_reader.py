"""Read a scenario strictly: anything the format does not allow is an error that names its place.

A place is put together only when an error is raised, so that valid scenarios are read faster.
"""

import json
import re
from datetime import date
from typing import Final

from walking.programme.dose import Dose
from walking.programme.facts import CheckIn, Difficulty, WeekFacts
from walking.programme.ranges import InvalidProgramme, Range
from walking.programme.red_flags import RED_FLAG_CODES, RedFlag
from walking.programme.settings import (
    ADJUSTED_DAYS,
    ADJUSTED_MINUTES,
    BASELINE_DAYS,
    BASELINE_MINUTES,
    CONFIDENCE,
    GOAL_DAYS,
    GOAL_MINUTES,
    LENGTH_WEEKS,
    PAIN,
    WALK_DAY,
    WALK_MINUTES,
    WEEKLY_INCREASE,
    WEEKS_PER_RUNG,
    Programme,
)
from walking.programme.weeks import week_start, zone_names

type Json = dict[str, object]


class ScenarioError(ValueError):
    """A scenario cannot be used. `place` is where (`weeks[3].walks[0].minutes`), empty for all of it."""

    def __init__(self, place: str, message: str) -> None:
        super().__init__(f"{place}: {message}" if place else message)
        self.place = place
        self.message = message

    def within(self, outer: str) -> "ScenarioError":
        """Return the same error, with its place as seen from the enclosing value."""
        dot = "." if self.place and not self.place.startswith("[") else ""
        return ScenarioError(f"{outer}{dot}{self.place}", self.message)


class RepeatedKey(dict[str, object]):
    """An object in which a key was written twice; `json.loads` alone would silently drop one."""

    key: str


def object_from_pairs(pairs: list[tuple[str, object]]) -> Json:
    """An `object_pairs_hook` for `json.loads` that lets `simulate` refuse repeated keys."""
    read = dict(pairs)
    if len(read) == len(pairs):
        return read
    seen: set[str] = set()
    repeated = RepeatedKey(read)
    for key, _value in pairs:
        if key in seen:
            repeated.key = key
        seen.add(key)
    return repeated


_SCENARIO_KEYS: Final = frozenset({"plan", "weeks"})
_PLAN_KEYS: Final = frozenset(
    {
        "start",
        "timezone",
        "baseline",
        "goal",
        "weekly_increase",
        "weeks_per_rung",
        "length_weeks",
        "allow_faster",
    }
)
_DOSE_KEYS: Final = frozenset({"minutes", "days"})
_WEEK_KEYS: Final = frozenset({"walks", "check_in", "adjustment"})
_WALK_KEYS: Final = frozenset({"day", "minutes", "pain"})
_CHECK_IN_KEYS: Final = frozenset(
    {"pain", "difficulty", "confidence", "flare_up", "away", "red_flags"}
)

_RED_FLAGS: Final = {flag.value: flag for flag in RedFlag}
_DIFFICULTIES: Final = {difficulty.value: difficulty for difficulty in Difficulty}
_NOTHING: Final[list[object]] = []
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def read(scenario: object) -> tuple[date, Programme, list[WeekFacts]]:
    """Return the plan's start, its programme and the facts of its weeks, from a value read from JSON.

    Raises `ScenarioError`.
    """
    source = _object(scenario, _SCENARIO_KEYS)
    plan = _required(source, "plan")
    _required(source, "weeks")
    weeks = _list(source, "weeks")
    try:
        start, programme = _plan(plan)
    except ScenarioError as error:
        raise error.within("plan") from None
    facts = []
    for index, week in enumerate(weeks):
        try:
            facts.append(_week(week))
        except ScenarioError as error:
            raise error.within(f"weeks[{index}]") from None
    return start, programme, facts


def _plan(value: object) -> tuple[date, Programme]:
    source = _object(value, _PLAN_KEYS)
    start = _date(_required(source, "start"))
    _timezone(source)
    usual = Programme()
    try:
        programme = Programme(
            baseline=_dose(source, "baseline", BASELINE_MINUTES, BASELINE_DAYS, usual.baseline),
            goal=_dose(source, "goal", GOAL_MINUTES, GOAL_DAYS, usual.goal),
            weekly_increase=_integer(
                source, "weekly_increase", WEEKLY_INCREASE, usual.weekly_increase
            ),
            weeks_per_rung=_integer(source, "weeks_per_rung", WEEKS_PER_RUNG, usual.weeks_per_rung),
            length_weeks=_integer(source, "length_weeks", LENGTH_WEEKS, usual.length_weeks),
            allow_faster=_boolean(source, "allow_faster"),
        )
    except InvalidProgramme as error:
        raise ScenarioError(error.field, str(error)) from None
    try:
        week_start(start, programme.length_weeks + 1)
    except OverflowError:
        raise ScenarioError(
            "start", "is too late: the plan would end after the year 9999"
        ) from None
    return start, programme


def _week(value: object) -> WeekFacts:
    source = _object(value, _WEEK_KEYS)
    minutes_by_day: dict[int, int] = {}
    walk_pain: int | None = None
    for index, walk in enumerate(_list(source, "walks")):
        try:
            fields = _object(walk, _WALK_KEYS)
            day = _integer(fields, "day", WALK_DAY)
            minutes = _integer(fields, "minutes", WALK_MINUTES)
            pain = _optional_integer(fields, "pain", PAIN)
        except ScenarioError as error:
            raise error.within(f"walks[{index}]") from None
        minutes_by_day[day] = minutes_by_day.get(day, 0) + minutes
        if pain is not None:
            walk_pain = pain if walk_pain is None else max(walk_pain, pain)
    return WeekFacts(minutes_by_day, walk_pain, _check_in(source), _adjustment(source))


def _check_in(week: Json) -> CheckIn | None:
    value = week.get("check_in")
    if value is None:
        return None
    try:
        source = _object(value, _CHECK_IN_KEYS)
        if not source:  # a check-in without any key is no check-in
            return None
        return CheckIn(
            pain=_optional_integer(source, "pain", PAIN),
            difficulty=_difficulty(source),
            confidence=_optional_integer(source, "confidence", CONFIDENCE),
            flare_up=_boolean(source, "flare_up"),
            away=_boolean(source, "away"),
            red_flags=_red_flags(source),
        )
    except ScenarioError as error:
        raise error.within("check_in") from None


def _adjustment(week: Json) -> Dose | None:
    if week.get("adjustment") is None:
        return None
    return _dose(week, "adjustment", ADJUSTED_MINUTES, ADJUSTED_DAYS)


def _dose(source: Json, key: str, minutes: Range, days: Range, usual: Dose | None = None) -> Dose:
    """Read a dose; missing parts come from `usual`, if given."""
    if usual is not None and key not in source:
        return usual
    try:
        fields = _object(source[key], _DOSE_KEYS)
        return Dose(
            _integer(fields, "minutes", minutes, usual.minutes if usual else None),
            _integer(fields, "days", days, usual.days if usual else None),
        )
    except ScenarioError as error:
        raise error.within(key) from None


def _date(value: object) -> date:
    if isinstance(value, str) and _DATE.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise ScenarioError("start", f"must be a calendar date as YYYY-MM-DD, not {_shown(value)}")


def _timezone(source: Json) -> None:
    """Refuse an unknown time zone. The answer contains local dates, which do not depend on it."""
    value = source.get("timezone", "UTC")
    if not (isinstance(value, str) and value in zone_names()):
        raise ScenarioError(
            "timezone", f"must be an IANA time zone such as Australia/Sydney, not {_shown(value)}"
        )


def _difficulty(source: Json) -> Difficulty | None:
    if "difficulty" not in source:
        return None
    value = source["difficulty"]
    if isinstance(value, str) and value in _DIFFICULTIES:
        return _DIFFICULTIES[value]
    raise ScenarioError(
        "difficulty", f"must be one of {', '.join(_DIFFICULTIES)}, not {_shown(value)}"
    )


def _red_flags(source: Json) -> tuple[RedFlag, ...] | None:
    if "red_flags" not in source:
        return None
    codes = _list(source, "red_flags")
    flags: list[RedFlag] = []
    for index, code in enumerate(codes):
        place = f"red_flags[{index}]"
        if not (isinstance(code, str) and code in _RED_FLAGS):
            raise ScenarioError(
                place, f"must be one of {', '.join(RED_FLAG_CODES)}, not {_shown(code)}"
            )
        if _RED_FLAGS[code] in flags:
            raise ScenarioError(place, f"{code} is given twice; give each code once")
        flags.append(_RED_FLAGS[code])
    return tuple(flags)


def _object(value: object, allowed: frozenset[str]) -> Json:
    if not isinstance(value, dict):
        raise ScenarioError("", f"must be an object, not {_shown(value)}")
    if not value.keys() <= allowed:
        unknown = next(key for key in value if key not in allowed)
        raise ScenarioError(
            "", f"unknown key {_shown(unknown)}; allowed: {', '.join(sorted(allowed))}"
        )
    if type(value) is RepeatedKey:
        raise ScenarioError("", f"the key {_shown(value.key)} is given twice; give it once")
    return value


def _required(source: Json, key: str) -> object:
    if key not in source:
        raise ScenarioError(key, "is required")
    return source[key]


def _list(source: Json, key: str) -> list[object]:
    value = source.get(key, _NOTHING)
    if not isinstance(value, list):
        raise ScenarioError(key, f"must be a list, not {_shown(value)}")
    return value


def _integer(source: Json, key: str, allowed: Range, usual: int | None = None) -> int:
    value = source.get(key, usual)
    # type(), because True is an int to isinstance
    if type(value) is int and allowed.low <= value <= allowed.high:
        return value
    _required(source, key)
    raise ScenarioError(key, f"must be a whole number from {allowed}, not {_shown(value)}")


def _optional_integer(source: Json, key: str, allowed: Range) -> int | None:
    return _integer(source, key, allowed) if key in source else None


def _boolean(source: Json, key: str) -> bool:
    value = source.get(key, False)
    if isinstance(value, bool):
        return value
    raise ScenarioError(key, f"must be true or false, not {_shown(value)}")


def _shown(value: object) -> str:
    """Format a value for an error message: short, and plain ASCII."""
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, int) and not -(10**20) < value < 10**20:
        return "so large a number"
    text = json.dumps(value) if isinstance(value, str | int | float | None) else repr(value)
    return text if len(text) <= 40 else f"{text[:40]}..."
