from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from walking.programme import weeks

SYDNEY = ZoneInfo("Australia/Sydney")
BERLIN = ZoneInfo("Europe/Berlin")
KIRITIMATI = ZoneInfo("Pacific/Kiritimati")  # +14
PAGO_PAGO = ZoneInfo("Pacific/Pago_Pago")  # -11
APIA = ZoneInfo("Pacific/Apia")
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")  # half an hour of daylight saving
NEW_YORK = ZoneInfo("America/New_York")

START = date(2026, 3, 2)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_weeks_are_seven_days_from_the_start() -> None:
    assert weeks.week_start(START, 1) == START
    assert weeks.week_start(START, 27) == date(2026, 8, 31)
    assert [weeks.week_number(START, START + timedelta(days=n)) for n in (-8, -1, 0, 6, 7, 13)] == [
        -1, 0, 1, 1, 2, 2,
    ]  # fmt: skip


@given(st.dates(date(1950, 1, 1), date(2150, 1, 1)), st.integers(1, 60), st.integers(0, 6))
def test_every_day_of_a_week_is_found_in_it(start: date, number: int, days: int) -> None:
    week_starts = weeks.week_start(start, number)
    day = week_starts + timedelta(days=days)
    assert weeks.week_number(start, day) == number
    assert weeks.day_of_week(week_starts, day) == days + 1


@pytest.mark.parametrize("day", [date(2026, 3, 1), date(2026, 3, 9)])
def test_a_day_outside_the_week_has_no_number(day: date) -> None:
    with pytest.raises(ValueError, match="not in the week that starts on 2026-03-02"):
        weeks.day_of_week(START, day)


def test_the_local_day_is_the_patients() -> None:
    moment = utc("2026-03-02T10:30")
    assert weeks.local_day(moment, KIRITIMATI) == date(2026, 3, 3)
    assert weeks.local_day(moment, PAGO_PAGO) == date(2026, 3, 1)
    in_another_zone = moment.astimezone(timezone(timedelta(hours=-5)))
    assert weeks.local_day(in_another_zone, SYDNEY) == date(2026, 3, 2)


def test_a_moment_without_a_zone_has_no_local_day() -> None:
    with pytest.raises(ValueError, match="needs a time zone"):
        weeks.local_day(datetime(2026, 3, 2, 10), SYDNEY)  # noqa: DTZ001


@pytest.mark.parametrize(
    ("zone", "day", "at", "moment"),
    [
        (SYDNEY, date(2026, 3, 2), time(4), "2026-03-01T17:00"),  # summer there
        (SYDNEY, date(2026, 7, 1), time(4), "2026-06-30T18:00"),
        (KIRITIMATI, date(2026, 3, 2), time(4), "2026-03-01T14:00"),
        (PAGO_PAGO, date(2026, 3, 2), time(17), "2026-03-03T04:00"),
        # Clocks go forward: what is skipped is the first moment after
        (BERLIN, date(2026, 3, 29), time(1, 59), "2026-03-29T00:59"),
        (BERLIN, date(2026, 3, 29), time(2), "2026-03-29T01:00"),
        (BERLIN, date(2026, 3, 29), time(2, 30), "2026-03-29T01:00"),
        (BERLIN, date(2026, 3, 29), time(2, 59, 59, 5), "2026-03-29T01:00"),
        (BERLIN, date(2026, 3, 29), time(3), "2026-03-29T01:00"),
        (NEW_YORK, date(2026, 3, 8), time(2, 30), "2026-03-08T07:00"),
        (LORD_HOWE, date(2026, 10, 4), time(2, 10), "2026-10-03T15:30"),
        # The whole of 30 December 2011 was skipped in Samoa
        (APIA, date(2011, 12, 30), time(17), "2011-12-30T10:00"),
        (APIA, date(2011, 12, 31), time(0), "2011-12-30T10:00"),
        # Clocks go back: what happens twice is the first of the two
        (BERLIN, date(2026, 10, 25), time(2, 30), "2026-10-25T00:30"),
        (BERLIN, date(2026, 10, 25), time(2, 30, fold=1), "2026-10-25T00:30"),
        (BERLIN, date(2026, 10, 25), time(3), "2026-10-25T02:00"),
        (LORD_HOWE, date(2026, 4, 5), time(1, 45), "2026-04-04T14:45"),
    ],
)
def test_a_local_time_as_a_moment(zone: ZoneInfo, day: date, at: time, moment: str) -> None:
    result = weeks.at_local(day, at, zone)
    assert result == utc(moment)
    assert result.tzinfo is UTC


@given(
    st.sampled_from([SYDNEY, BERLIN, KIRITIMATI, PAGO_PAGO, APIA, LORD_HOWE, NEW_YORK]),
    st.dates(date(1971, 1, 1), date(2060, 1, 1)),
    st.times(),
)
def test_it_is_that_time_or_the_first_that_exists_after_it(
    zone: ZoneInfo, day: date, at: time
) -> None:
    moment = weeks.at_local(day, at, zone)
    local = moment.astimezone(zone).replace(tzinfo=None)
    wanted = datetime.combine(day, at)
    assert local >= wanted
    if local > wanted:
        just_before = (moment - timedelta(microseconds=1)).astimezone(zone).replace(tzinfo=None)
        assert just_before < wanted


@given(st.sampled_from([SYDNEY, BERLIN, APIA, LORD_HOWE]), st.dates(date(2010, 1, 1)), st.data())
def test_later_times_of_a_day_are_never_earlier_moments(
    zone: ZoneInfo, day: date, data: st.DataObject
) -> None:
    day = min(day, date(2060, 1, 1))
    first, second = sorted(data.draw(st.tuples(st.times(), st.times())))
    before, after = weeks.at_local(day, first, zone), weeks.at_local(day, second, zone)
    # In the hour that happens twice the first is meant, and the hour after it is the second's.
    assert before <= after


def test_when_things_of_a_week_fall_due() -> None:
    # Clocks go back in Sydney on Sunday 5 April, the last day of week 5.
    week_5 = weeks.week_start(START, 5)
    assert weeks.check_in_due(week_5, weeks.CHECK_IN_HOUR, SYDNEY) == utc("2026-04-05T07:00")
    assert weeks.review_due(week_5, SYDNEY) == utc("2026-04-05T18:00")
    week_6 = weeks.week_start(START, 6)
    assert weeks.week_plan_due(week_6, SYDNEY) == utc("2026-04-05T21:00")
    assert weeks.check_in_due(START, time(9, 30), SYDNEY) == utc("2026-03-07T22:30")


@pytest.mark.parametrize(
    ("zone", "moment"), [(KIRITIMATI, "2026-03-08T14:00"), (PAGO_PAGO, "2026-03-09T15:00")]
)
def test_the_review_at_the_ends_of_the_world(zone: ZoneInfo, moment: str) -> None:
    assert weeks.review_due(START, zone) == utc(moment)


def test_reviews_stay_a_week_apart_by_the_local_clock() -> None:
    moments = [
        weeks.review_due(weeks.week_start(START, number), BERLIN).astimezone(BERLIN)
        for number in range(1, 53)
    ]
    assert {moment.timetz().replace(tzinfo=None) for moment in moments} == {time(4)}
    assert {moment.weekday() for moment in moments} == {0}


@pytest.mark.parametrize(
    ("start", "month", "day"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 1, 31), 2, date(2026, 3, 31)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2026, 3, 2), 36, date(2029, 3, 2)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
    ],
)
def test_months_are_counted_from_the_start(start: date, month: int, day: date) -> None:
    assert weeks.month_day(start, month) == day


def test_the_monthly_question_comes_in_the_morning() -> None:
    assert weeks.month_due(date(2026, 3, 5), 1, SYDNEY) == utc("2026-04-05T00:00")
    assert weeks.month_due(date(2026, 3, 4), 1, SYDNEY) == utc("2026-04-03T23:00")


def test_only_places_are_zones() -> None:
    names = weeks.zone_names()
    assert {"Australia/Sydney", "UTC", "Pacific/Kiritimati"} <= names
    assert names.isdisjoint({"localtime", "Factory", "posixrules", "Mars/Olympus", "../etc", ""})
