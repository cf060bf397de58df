"""Every page that a patient or a stranger may see is visited once, and all of ``checks`` is checked on that visit."""

from __future__ import annotations

import pytest

from tests.browser.checks import ON_PATIENT_PAGES
from tests.browser.conftest import Visitors
from tests.browser.pages import PATIENT, Place

pytestmark = [pytest.mark.browser, pytest.mark.stack, pytest.mark.slow]


@pytest.mark.parametrize("place", PATIENT, ids=str)
def test_a_page_of_a_patient(place: Place, visitors: Visitors, subtests: pytest.Subtests) -> None:
    visitors.check(place, ON_PATIENT_PAGES, subtests)
