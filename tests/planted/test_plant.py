"""The planted faults themselves: each still fits the code, and they are spread over all of it."""

from __future__ import annotations

import ast
from collections import Counter

import pytest

from tests.planted.faults import ALL
from tests.planted.plant import DoesNotApply, Fault, planted, planted_file
from tests.services import ROOT

SOURCE = """
LIMIT = 5

class Plan:
    def pause(self):
        return self.status

    def resume(self):
        return self.status

@decorated
def pause():
    return 5
"""


def fault(old: str, new: str, symbol: str = "") -> Fault:
    return Fault("a fault", "plan.py", old, new, ("tests",), symbol)


# Each fault --------------------------------------------------------------------------------------


@pytest.mark.parametrize("each", ALL, ids=lambda each: each.name)
def test_it_applies_to_the_code_as_it_is(each: Fault) -> None:
    path, wrong = planted_file(each, ROOT)
    assert wrong != path.read_text()
    if path.suffix == ".py":
        ast.parse(wrong)


@pytest.mark.parametrize("each", ALL, ids=lambda each: each.name)
def test_the_tests_that_catch_it_are_there(each: Fault) -> None:
    assert each.caught_by
    for argument in each.caught_by:
        file, _, names = argument.partition("::")
        assert (ROOT / file).exists()
        text = (ROOT / file).read_text() if names else ""
        assert all(f" {name}" in text for name in names.split("::") if name)


# All of them -------------------------------------------------------------------------------------


def test_there_are_enough_and_none_is_there_twice() -> None:
    assert len(ALL) >= 60
    assert [name for name, count in Counter(each.name for each in ALL).items() if count > 1] == []


def test_every_package_has_some() -> None:
    folders = [ROOT / name for name in ("accounts", "config", "operations", "walking")]
    folders += [path.parent for path in sorted((ROOT / "walking").glob("*/__init__.py"))]
    packages = {".".join(folder.relative_to(ROOT).parts) for folder in folders}
    packages |= {"templates", "static.css", "static.js", "scripts"}
    covered = {each.package for each in ALL}
    assert [
        package
        for package in sorted(packages)
        if not any(f"{each}.".startswith(f"{package}.") for each in covered)
    ] == []
    # Code that is in no subpackage has faults of its own.
    assert "walking" in covered


# Planting ----------------------------------------------------------------------------------------


def test_it_changes_the_symbol_alone() -> None:
    wrong = planted(SOURCE, fault("self.status", "None", "Plan.resume"))
    assert wrong.count("self.status") == SOURCE.count("self.status") - 1
    assert "def resume(self):\n        return None\n" in wrong


def test_a_symbol_has_its_decorators_and_may_be_a_constant() -> None:
    assert "@decorated" not in planted(SOURCE, fault("@decorated\n", "", "pause"))
    assert planted(SOURCE, fault("5", "6", "LIMIT")).count("6") == 1


@pytest.mark.parametrize(
    ("old", "symbol", "says"),
    [
        ("self.status", "", "2 times"),
        ("self.state", "", "0 times"),
        ("self.status", "Plan", "2 times"),
        ("LIMIT", "Plan.pause", "0 times"),
        ("5", "Plan.stop", "there is no Plan.stop"),
    ],
)
def test_what_is_there_twice_or_not_at_all_does_not_apply(old: str, symbol: str, says: str) -> None:
    with pytest.raises(DoesNotApply, match=says):
        planted(SOURCE, fault(old, "None", symbol))


def test_a_file_that_is_gone_does_not_apply() -> None:
    with pytest.raises(DoesNotApply, match=r"there is no plan\.py"):
        planted_file(fault("5", "6"), ROOT)
