from typing import Any

import pytest

from walking.programme import settings
from walking.programme.dose import Dose
from walking.programme.settings import PACES, SOURCES, InvalidProgramme, Programme, Range


def test_the_defaults_are_those_of_the_specification() -> None:
    assert Programme() == Programme(
        baseline=Dose(10, 3),
        goal=Dose(30, 5),
        weekly_increase=10,
        weeks_per_rung=1,
        length_weeks=26,
        allow_faster=False,
    )


@pytest.mark.parametrize(
    ("changes", "field", "advice"),
    [
        ({"baseline": Dose(4, 3)}, "baseline.minutes", "from 5 to 60"),
        ({"baseline": Dose(61, 3), "goal": Dose(90, 5)}, "baseline.minutes", "from 5 to 60"),
        ({"baseline": Dose(10, 0)}, "baseline.days", "from 1 to 7"),
        ({"baseline": Dose(10, 8)}, "baseline.days", "from 1 to 7"),
        ({"goal": Dose(121, 5)}, "goal.minutes", "from 5 to 120"),
        ({"goal": Dose(30, 8)}, "goal.days", "from 1 to 7"),
        ({"goal": Dose(9, 5)}, "goal.minutes", "10 minutes or more"),
        ({"goal": Dose(30, 2)}, "goal.days", "3 days or more"),
        ({"weekly_increase": 6}, "weekly_increase", "from 7 to 30"),
        ({"weekly_increase": 31}, "weekly_increase", "from 7 to 30"),
        ({"weeks_per_rung": 0}, "weeks_per_rung", "from 1 to 4"),
        ({"weeks_per_rung": 5}, "weeks_per_rung", "from 1 to 4"),
        ({"length_weeks": 0}, "length_weeks", "from 1 to 52"),
        ({"length_weeks": 53}, "length_weeks", "from 1 to 52"),
    ],
)
def test_a_setting_out_of_range_says_what_to_do(
    changes: dict[str, Any], field: str, advice: str
) -> None:
    with pytest.raises(InvalidProgramme, match=advice) as caught:
        Programme(**changes)
    assert caught.value.field == field
    assert caught.value.sentence.render() == str(caught.value)


@pytest.mark.parametrize(
    "changes",
    [
        {"baseline": Dose(5, 1), "goal": Dose(5, 1)},
        {"baseline": Dose(60, 7), "goal": Dose(120, 7)},
        {"weekly_increase": 7, "weeks_per_rung": 4, "length_weeks": 1},
        {"weekly_increase": 30, "weeks_per_rung": 1, "length_weeks": 52},
    ],
)
def test_the_ends_of_the_ranges_are_allowed(changes: dict[str, Any]) -> None:
    Programme(**changes)


@pytest.mark.parametrize(
    ("name", "weekly_increase", "weeks_per_rung"),
    [("gentle", 10, 2), ("standard", 10, 1), ("brisk", 15, 1)],
)
def test_the_paces(name: str, weekly_increase: int, weeks_per_rung: int) -> None:
    programme = Programme.at_pace(name, baseline=Dose(15, 4), goal=Dose(40, 6), length_weeks=20)
    assert programme == Programme(
        baseline=Dose(15, 4),
        goal=Dose(40, 6),
        weekly_increase=weekly_increase,
        weeks_per_rung=weeks_per_rung,
        length_weeks=20,
    )
    assert programme.pace == name
    assert Programme.at_pace(name) == Programme(
        weekly_increase=weekly_increase, weeks_per_rung=weeks_per_rung
    )


def test_settings_of_no_pace_have_none_and_an_unknown_pace_is_refused() -> None:
    assert Programme(weekly_increase=12).pace is None
    with pytest.raises(InvalidProgramme, match="gentle, standard, brisk") as caught:
        Programme.at_pace("breakneck")
    assert caught.value.field == "pace"


def test_a_range_holds_whole_numbers_only() -> None:
    allowed = Range(1, 3)
    assert [number for number in range(6) if number in allowed] == [1, 2, 3]
    assert 1.5 not in allowed
    assert str(allowed) == "1 to 3"


def test_every_setting_and_every_threshold_has_a_source() -> None:
    rows = {row.field: row for row in SOURCES}
    assert len(rows) == len(SOURCES)
    usual = Programme()
    for field in ("weekly_increase", "weeks_per_rung", "length_weeks"):
        assert rows[field].default == str(getattr(usual, field))
    for dose in ("baseline", "goal"):
        for part in ("minutes", "days"):
            assert rows[f"{dose}.{part}"].default == str(getattr(getattr(usual, dose), part))
            allowed = getattr(settings, f"{dose}_{part}".upper())
            assert rows[f"{dose}.{part}"].allowed == str(allowed)
    assert "allow_faster" in rows
    for name in dir(settings):
        value = getattr(settings, name)
        if name.isupper() and not name.startswith("_") and isinstance(value, int):
            assert rows[name].default == str(value)
    assert all(row.source and row.label for row in SOURCES)


def test_the_paces_are_fixed() -> None:
    assert list(PACES) == ["gentle", "standard", "brisk"]
    with pytest.raises(TypeError):
        PACES["mad"] = PACES["brisk"]  # type: ignore[index]
