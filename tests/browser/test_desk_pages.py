"""Every page of the desk is visited once, and all that ``checks`` has for the desk is checked on that visit."""

from __future__ import annotations

import pytest

from tests.browser.checks import ON_DESK_PAGES
from tests.browser.conftest import Visitors
from tests.browser.pages import DESK, Place

pytestmark = [pytest.mark.browser, pytest.mark.stack, pytest.mark.slow]


@pytest.mark.parametrize("place", DESK, ids=str)
def test_a_page_of_the_desk(place: Place, visitors: Visitors, subtests: pytest.Subtests) -> None:
    visitors.check(place, ON_DESK_PAGES, subtests)
