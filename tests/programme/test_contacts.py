from datetime import date

import pytest

from walking.programme.contacts import CONTACTS, ContactKind, ContactPlan, contact_dates


def test_three_in_person_and_three_by_telephone() -> None:
    assert [c.week for c in CONTACTS if c.kind is ContactKind.IN_PERSON] == [1, 4, 13]
    assert [c.week for c in CONTACTS if c.kind is ContactKind.TELEPHONE] == [2, 8, 20]
    assert [c.number for c in CONTACTS] == [1, 2, 3, 4, 5, 6]


def test_a_contact_is_planned_for_the_first_day_of_its_week() -> None:
    dates = [day for _contact, day in contact_dates(date(2026, 3, 2))]
    assert dates[:3] == [date(2026, 3, 2), date(2026, 3, 9), date(2026, 3, 23)]
    assert dates[-1] == date(2026, 7, 13)


def test_the_weeks_can_be_set() -> None:
    own = ContactPlan(1, 3, ContactKind.TELEPHONE)
    assert contact_dates(date(2026, 3, 2), [own]) == ((own, date(2026, 3, 16)),)


@pytest.mark.parametrize(
    ("number", "week", "advice"),
    [(1, 0, "from 1 to 52"), (1, 53, "from 1 to 52"), (0, 1, "from 1")],
)
def test_a_week_that_no_plan_has_is_refused(number: int, week: int, advice: str) -> None:
    with pytest.raises(ValueError, match=advice):
        ContactPlan(number, week, ContactKind.IN_PERSON)
