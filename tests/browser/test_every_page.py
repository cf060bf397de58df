"""Every page is visited once, and everything in ``checks`` is checked on that visit, each by its own name."""

from __future__ import annotations

import pytest

from tests.browser.checks import ON_DESK_PAGES, ON_PATIENT_PAGES, Looks, resize
from tests.browser.conftest import Visitors
from tests.browser.pages import DESK, PATIENT, Place

pytestmark = [pytest.mark.browser, pytest.mark.stack, pytest.mark.slow]


@pytest.mark.parametrize("place", PATIENT, ids=str)
def test_a_page_of_a_patient(place: Place, visitors: Visitors, subtests: pytest.Subtests) -> None:
    visit(place, ON_PATIENT_PAGES, visitors, subtests)


@pytest.mark.parametrize("place", DESK, ids=str)
def test_a_page_of_the_desk(place: Place, visitors: Visitors, subtests: pytest.Subtests) -> None:
    visit(place, ON_DESK_PAGES, visitors, subtests)


def visit(place: Place, looks: Looks, visitors: Visitors, subtests: pytest.Subtests) -> None:
    with visitors.visit(place) as page:
        for size, checks in looks.items():
            resize(page, size)
            for check in checks:
                with subtests.test(f"{check.__name__} at {size[0]}"):
                    assert check(page) == []
    with subtests.test("nothing_fails_in_the_console"):
        assert visitors.problems() == []
