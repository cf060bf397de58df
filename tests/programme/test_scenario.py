"""The scenario format: what it refuses, what it fills in, and that nothing brings it down."""

import json
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from walking.programme.scenario import ScenarioError, simulate
from walking.programme.scenario_json import simulate_json

SCENARIO: dict[str, Any] = {
    "plan": {
        "start": "2026-03-02",
        "timezone": "Australia/Sydney",
        "baseline": {"minutes": 10, "days": 3},
        "goal": {"minutes": 30, "days": 5},
        "weekly_increase": 10,
        "weeks_per_rung": 1,
        "length_weeks": 26,
        "allow_faster": False,
    },
    "weeks": [
        {
            "walks": [{"day": 1, "minutes": 10, "pain": 2}, {"day": 1, "minutes": 10}],
            "check_in": {
                "pain": 1,
                "difficulty": "about_right",
                "confidence": 8,
                "flare_up": False,
                "away": False,
                "red_flags": [],
            },
            "adjustment": {"minutes": 12, "days": 4},
        }
    ],
}

NAN = float("nan")


def changed(path: str, value: object) -> dict[str, Any]:
    """The scenario with one value set, or a key added; `path` such as weeks.0.walks.1.day."""
    scenario = deepcopy(SCENARIO)
    *outer, last = path.split(".")
    target: Any = scenario
    for step in outer:
        target = target[int(step)] if step.isdigit() else target[step]
    target[int(last) if last.isdigit() else last] = value
    return scenario


def without(path: str) -> dict[str, Any]:
    scenario = deepcopy(SCENARIO)
    *outer, last = path.split(".")
    target: Any = scenario
    for step in outer:
        target = target[int(step)] if step.isdigit() else target[step]
    del target[last]
    return scenario


def test_the_scenario_of_the_contract_is_answered() -> None:
    answer = simulate(SCENARIO)
    assert answer["status"] == "active"
    assert answer["weeks"] == [
        {
            "week": 1,
            "starts": "2026-03-02",
            "dose": {"minutes": 10, "days": 3},
            "adherence": 0.3333,
            "decision": "adjust",
            "reason": "physiotherapist",
            "next": {"minutes": 12, "days": 4},
            "flags": [],
        }
    ]


def test_the_least_scenario_has_the_defaults() -> None:
    answer = simulate({"plan": {"start": "2026-03-02"}, "weeks": []})
    assert answer["weeks"] == []
    assert answer["status"] == "active"
    assert answer["ladder"] == simulate(SCENARIO)["ladder"]


def test_a_part_of_a_dose_that_is_not_given_has_its_default() -> None:
    plan = {"start": "2026-03-02", "baseline": {"days": 5}, "goal": {"minutes": 20}}
    ladder: Any = simulate({"plan": plan, "weeks": []})["ladder"]
    assert ladder[0] == {"minutes": 10, "days": 5}
    assert ladder[-1] == {"minutes": 20, "days": 5}


@pytest.mark.parametrize("week", [{}, {"check_in": None, "adjustment": None}, {"check_in": {}}])
def test_every_key_of_a_week_is_optional(week: dict[str, object]) -> None:
    weeks: Any = simulate({"plan": {"start": "2026-03-02"}, "weeks": [week]})["weeks"]
    assert weeks[0]["reason"] == "no_data"


def test_a_check_in_with_any_key_is_one() -> None:
    weeks: Any = simulate(
        {"plan": {"start": "2026-03-02"}, "weeks": [{"check_in": {"away": False}}]}
    )["weeks"]
    assert weeks[0]["reason"] == "low"


@pytest.mark.parametrize(
    ("scenario", "place", "message"),
    [
        ([], "", "must be an object, not a list"),
        (None, "", "must be an object, not null"),
        ("text", "", 'must be an object, not "text"'),
        (without("plan"), "plan", "is required"),
        (without("weeks"), "weeks", "is required"),
        (without("plan.start"), "plan.start", "is required"),
        (changed("more", 1), "", 'unknown key "more"; allowed: plan, weeks'),
        (changed("plan", None), "plan", "must be an object"),
        (changed("plan.pace", "brisk"), "plan", 'unknown key "pace"'),
        (changed("plan.start", "2026-02-30"), "plan.start", "calendar date as YYYY-MM-DD"),
        (changed("plan.start", "20260302"), "plan.start", "calendar date as YYYY-MM-DD"),
        (changed("plan.start", "2026-W10-1"), "plan.start", "calendar date as YYYY-MM-DD"),
        (changed("plan.start", "2026-03-02\n"), "plan.start", "calendar date as YYYY-MM-DD"),
        (changed("plan.start", "٢٠٢٦-٠٣-٠٢"), "plan.start", "calendar date as YYYY-MM-DD"),
        (changed("plan.start", 20260302), "plan.start", "not 20260302"),
        (changed("plan.start", "9999-12-01"), "plan.start", "too late"),
        (changed("plan.timezone", "Mars/Olympus"), "plan.timezone", "IANA time zone"),
        (changed("plan.timezone", "../../etc/passwd"), "plan.timezone", "IANA time zone"),
        (changed("plan.timezone", "Australia"), "plan.timezone", "IANA time zone"),
        (changed("plan.timezone", "localtime"), "plan.timezone", "IANA time zone"),
        (changed("plan.timezone", "UTC\0"), "plan.timezone", "IANA time zone"),
        (changed("plan.timezone", None), "plan.timezone", "not null"),
        (changed("plan.timezone", ["UTC"]), "plan.timezone", "not a list"),
        (changed("plan.baseline", None), "plan.baseline", "must be an object"),
        (changed("plan.baseline.hours", 1), "plan.baseline", 'unknown key "hours"'),
        (changed("plan.baseline.minutes", 4), "plan.baseline.minutes", "from 5 to 60, not 4"),
        (changed("plan.baseline.days", 8), "plan.baseline.days", "from 1 to 7, not 8"),
        (changed("plan.goal.minutes", 121), "plan.goal.minutes", "from 5 to 120"),
        (changed("plan.goal.minutes", 9), "plan.goal.minutes", "10 minutes or more"),
        (changed("plan.goal.days", 2), "plan.goal.days", "3 days or more"),
        (changed("plan.weekly_increase", 6), "plan.weekly_increase", "from 7 to 30, not 6"),
        (changed("plan.weekly_increase", 10.0), "plan.weekly_increase", "whole number"),
        (changed("plan.weekly_increase", True), "plan.weekly_increase", "not true"),
        (changed("plan.weekly_increase", "10"), "plan.weekly_increase", 'not "10"'),
        (changed("plan.weekly_increase", None), "plan.weekly_increase", "not null"),
        (changed("plan.weekly_increase", 10**20 - 1), "plan.weekly_increase", f"not {'9' * 20}"),
        (changed("plan.weekly_increase", 1 - 10**20), "plan.weekly_increase", f"not -{'9' * 20}"),
        (changed("plan.weekly_increase", 10**20), "plan.weekly_increase", "not so large"),
        (changed("plan.weekly_increase", -(10**20)), "plan.weekly_increase", "not so large"),
        (changed("plan.weekly_increase", "x" * 38), "plan.weekly_increase", f'not "{"x" * 38}"'),
        (changed("plan.weekly_increase", "x" * 39), "plan.weekly_increase", f'not "{"x" * 39}...'),
        (changed("plan.weeks_per_rung", 5), "plan.weeks_per_rung", "from 1 to 4"),
        (changed("plan.length_weeks", 53), "plan.length_weeks", "from 1 to 52"),
        (changed("plan.allow_faster", 1), "plan.allow_faster", "true or false, not 1"),
        (changed("weeks", {}), "weeks", "must be a list, not an object"),
        (changed("weeks", None), "weeks", "must be a list, not null"),
        (changed("weeks.0", 7), "weeks[0]", "must be an object, not 7"),
        (changed("weeks.0.walk", []), "weeks[0]", "unknown key"),
        (changed("weeks.0.walks", None), "weeks[0].walks", "must be a list"),
        (changed("weeks.0.walks.1", []), "weeks[0].walks[1]", "must be an object"),
        (changed("weeks.0.walks.1.steps", 9), "weeks[0].walks[1]", "unknown key"),
        (changed("weeks.0.walks.1.day", 0), "weeks[0].walks[1].day", "from 1 to 7, not 0"),
        (changed("weeks.0.walks.1.day", True), "weeks[0].walks[1].day", "not true"),
        (without("weeks.0.walks.1.day"), "weeks[0].walks[1].day", "is required"),
        (changed("weeks.0.walks.0.minutes", 0), "weeks[0].walks[0].minutes", "from 1 to 600"),
        (changed("weeks.0.walks.0.minutes", 1000), "weeks[0].walks[0].minutes", "not 1000"),
        (changed("weeks.0.walks.0.minutes", NAN), "weeks[0].walks[0].minutes", "not NaN"),
        (changed("weeks.0.walks.0.minutes", 10**5000), "weeks[0].walks[0].minutes", "so large"),
        (without("weeks.0.walks.0.minutes"), "weeks[0].walks[0].minutes", "is required"),
        (changed("weeks.0.walks.0.pain", 11), "weeks[0].walks[0].pain", "from 0 to 10"),
        (changed("weeks.0.walks.0.pain", None), "weeks[0].walks[0].pain", "not null"),
        (changed("weeks.0.check_in", []), "weeks[0].check_in", "must be an object"),
        (changed("weeks.0.check_in.mood", 1), "weeks[0].check_in", "unknown key"),
        (changed("weeks.0.check_in.pain", -1), "weeks[0].check_in.pain", "from 0 to 10"),
        (changed("weeks.0.check_in.pain", None), "weeks[0].check_in.pain", "not null"),
        (changed("weeks.0.check_in.confidence", 11), "weeks[0].check_in.confidence", "0 to 10"),
        (
            changed("weeks.0.check_in.difficulty", "hard"),
            "weeks[0].check_in.difficulty",
            "one of too_easy, about_right, too_hard",
        ),
        (changed("weeks.0.check_in.difficulty", {}), "weeks[0].check_in.difficulty", "one of"),
        (changed("weeks.0.check_in.flare_up", "no"), "weeks[0].check_in.flare_up", "true or"),
        (changed("weeks.0.check_in.away", 0), "weeks[0].check_in.away", "true or false"),
        (changed("weeks.0.check_in.red_flags", "trauma"), "weeks[0].check_in.red_flags", "list"),
        (
            changed("weeks.0.check_in.red_flags", ["trauma", "headache"]),
            "weeks[0].check_in.red_flags[1]",
            "one of saddle_numbness",
        ),
        (
            changed("weeks.0.check_in.red_flags", ["faint", "faint"]),
            "weeks[0].check_in.red_flags[1]",
            "given twice",
        ),
        (changed("weeks.0.check_in.red_flags", [["faint"]]), "weeks[0].check_in.red_flags[0]", ""),
        (changed("weeks.0.adjustment", {}), "weeks[0].adjustment.minutes", "is required"),
        (without("weeks.0.adjustment.days"), "weeks[0].adjustment.days", "is required"),
        (changed("weeks.0.adjustment.minutes", 4), "weeks[0].adjustment.minutes", "5 to 120"),
        (changed("weeks.0.adjustment.days", 0), "weeks[0].adjustment.days", "1 to 7"),
    ],
)
def test_what_the_format_does_not_allow_is_refused_with_its_place(
    scenario: object, place: str, message: str
) -> None:
    with pytest.raises(ScenarioError) as caught:
        simulate(scenario)
    assert caught.value.place == place
    assert message in caught.value.message
    assert str(caught.value).startswith(place)
    assert str(caught.value).isascii()


def test_the_day_after_the_last_week_must_be_in_the_calendar() -> None:
    answer: Any = simulate({"plan": {"start": "9999-12-24", "length_weeks": 1}, "weeks": [{}]})
    assert answer["status"] == "completed"
    with pytest.raises(ScenarioError, match="too late"):
        simulate({"plan": {"start": "9999-12-25", "length_weeks": 1}, "weeks": [{}]})
    answer = simulate({"plan": {"start": "9999-06-28", "length_weeks": 26}, "weeks": [{}]})
    assert answer["weeks"]


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("x" * 38, f'"{"x" * 38}"'),
        ("x" * 39, f'"{"x" * 39}...'),
        (10**20 - 1, "99999999999999999999"),
        (10**20, "so large a number"),
        (1 - 10**20, "-99999999999999999999"),
        (-(10**20), "so large a number"),
        (-(10**21), "so large a number"),
    ],
)
def test_a_long_value_is_shortened_in_the_message(value: object, shown: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        simulate({"plan": {"start": "2026-03-02", "weekly_increase": value}, "weeks": [{}]})
    assert caught.value.message.endswith(f", not {shown}")


def test_weeks_after_the_end_of_a_plan_are_left_out_but_must_be_right() -> None:
    plan = {"start": "2026-03-02", "length_weeks": 1}
    answer: Any = simulate({"plan": plan, "weeks": [{}, {}]})
    assert (len(answer["weeks"]), answer["status"]) == (1, "completed")
    with pytest.raises(ScenarioError, match=r"weeks\[1\]"):
        simulate({"plan": plan, "weeks": [{}, {"sleep": 8}]})


# As text -----------------------------------------------------------------------------------------

TEXT = json.dumps(SCENARIO)


@pytest.mark.parametrize(
    ("text", "count"),
    [("[]", 0), (" [ ] ", 0), (f"[{TEXT}]", 1), (f"\n[ {TEXT} ,\r\n{TEXT}\t]\n", 2)],
)
def test_an_array_is_answered_by_an_array(text: str, count: int) -> None:
    assert json.loads(simulate_json(text)) == [simulate(SCENARIO)] * count


def test_one_scenario_is_answered_by_one_answer() -> None:
    assert json.loads(simulate_json(f" {TEXT}\n")) == simulate(SCENARIO)


@pytest.mark.parametrize(
    "text",
    ["", "  ", "{", "[", f"[{TEXT}", f"[{TEXT},]", f"[{TEXT} {TEXT}]", f"{TEXT} x", "[] []", "[,]",
     f"[{TEXT}}}", "nil", '{"plan": 1,}', "[1" + "0" * 5000 + "]"],
)  # fmt: skip
def test_text_that_is_not_json_is_refused(text: str) -> None:
    with pytest.raises(ScenarioError, match=r"^the input is not JSON: "):
        simulate_json(text)


def test_json_nested_without_end_is_refused() -> None:
    with pytest.raises(ScenarioError, match="nested too deeply"):
        simulate_json("[" * 200_000)


def test_an_error_in_an_array_names_the_scenario() -> None:
    with pytest.raises(ScenarioError) as caught:
        simulate_json(f"[{TEXT}, {TEXT}, {json.dumps(changed('weeks.0.walks.0.day', 9))}]")
    assert caught.value.place == "[2].weeks[0].walks[0].day"
    with pytest.raises(ScenarioError) as caught:
        simulate_json("[3]")
    assert caught.value.place == "[0]"


@pytest.mark.parametrize(
    ("found", "repeated", "key", "place"),
    [
        ('"day": 1', '"day": 1, "day": 1', "day", "weeks[0].walks[0]"),
        ('"start"', '"start": "2026-01-01", "start"', "start", "plan"),
        ('"weeks"', '"weeks": [], "weeks"', "weeks", ""),
    ],
)
def test_a_key_given_twice_is_refused(found: str, repeated: str, key: str, place: str) -> None:
    with pytest.raises(ScenarioError, match=f'the key "{key}" is given twice') as caught:
        simulate_json(TEXT.replace(found, repeated, 1))
    assert caught.value.place == place


def test_numbers_that_json_does_not_have_are_refused() -> None:
    with pytest.raises(ScenarioError, match=r"weeks\[0\]\.walks\[0\]\.minutes: .* not NaN"):
        simulate_json(TEXT.replace('"minutes": 10, "pain"', '"minutes": NaN, "pain"'))


# Anything at all ---------------------------------------------------------------------------------

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=10,
)


def nodes(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path]
    items: Any = ()
    if isinstance(value, dict):
        items = value.items()
    elif isinstance(value, list):
        items = enumerate(value)
    for key, inner in items:
        found += nodes(inner, (*path, key))
    return found


def said_of(run: Callable[[], object]) -> str:
    """What is said, answer or refusal; any other exception is a crash and passes through."""
    try:
        return json.dumps(run(), allow_nan=False)
    except ScenarioError as error:
        return str(error)


@given(st.sampled_from(nodes(SCENARIO)), anything)
def test_any_value_anywhere_is_answered_or_refused(path: tuple[Any, ...], value: Any) -> None:
    scenario: Any = deepcopy(SCENARIO)
    if not path:
        scenario = value
    else:
        target = scenario
        for step in path[:-1]:
            target = target[step]
        target[path[-1]] = value
    said = said_of(lambda: simulate(scenario))
    assert said.isascii()  # so that any terminal can show it


@given(st.text() | anything.map(json.dumps))
def test_any_text_is_answered_or_refused(text: str) -> None:
    assert said_of(lambda: simulate_json(text))


def test_an_answer_is_plain_json() -> None:
    assert json.loads(json.dumps(simulate(SCENARIO))) == simulate(SCENARIO)
