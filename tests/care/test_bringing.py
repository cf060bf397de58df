"""Which walks of a file may go into the diary, and that each goes in once."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.days import START, moment
from tests.history import walk_on
from tests.people import make_plan
from walking.care.diary import file_import
from walking.care.refusal import Refused
from walking.care.tick import catch_up_all
from walking.imports.found import FoundWalk, Unreadable
from walking.models import BroughtFile, Plan, Walk
from walking.models.diary import Source

pytestmark = pytest.mark.django_db


def found(number: int, hour: int = 8, minutes: int = 12, **more: object) -> FoundWalk:
    """A walk on a day of the plan that a watch recorded."""
    return FoundWalk("gpx", minutes, moment(number, hour), **more)  # type: ignore[arg-type]


def states(plan: Plan, *walks: FoundWalk, day: int = 9) -> list[str]:
    file_import.keep(plan, walks, moment(day))
    brought = file_import.look(plan, moment(day))
    assert brought
    return [each.state for each in brought.candidates]


def take_all(plan: Plan, *walks: FoundWalk, day: int = 9) -> int:
    file_import.keep(plan, walks, moment(day))
    brought = file_import.look(plan, moment(day))
    assert brought
    names = [each.name for each in brought.candidates if each.state == "new"]
    return file_import.take(plan, names, by=plan.patient, at=moment(day))


@pytest.mark.database
def test_it_takes_a_walk_with_its_origin() -> None:
    plan = make_plan()
    assert take_all(plan, found(9, steps=1300)) == 1
    walk = plan.walks.get()
    assert (walk.day, walk.minutes, walk.source, walk.steps) == (
        START + dt.timedelta(days=8), 12, "gpx", 1300,
    )  # fmt: skip
    assert (walk.started_at, walk.entered_by, walk.estimated) == (moment(9, 8), plan.patient, False)
    assert not BroughtFile.objects.exists()


@pytest.mark.database
def test_the_same_file_twice_adds_nothing() -> None:
    plan = make_plan()
    file = [
        found(9),
        found(9, 17),
        FoundWalk("csv", 10, day=START),
        FoundWalk("csv", 10, day=START),
    ]
    assert take_all(plan, *file) == 4
    assert states(plan, *file) == ["here"] * 4
    assert take_all(plan, *file) == 0
    brought = [uuid.uuid4()]
    assert plan.walks.count() == 4
    file_import.keep(plan, file, moment(9))
    look = file_import.look(plan, moment(9))
    assert look
    brought = [each.name for each in look.candidates]
    assert file_import.take(plan, brought, by=plan.patient, at=moment(9)) == 0


def test_a_walk_that_was_taken_out_does_not_come_back_by_itself() -> None:
    plan = make_plan()
    take_all(plan, found(9))
    plan.walks.update(removed_at=moment(9))
    assert states(plan, found(9)) == ["here"]


@pytest.mark.database
def test_it_knows_a_walk_that_was_logged_by_hand() -> None:
    plan = make_plan()
    walk_on(plan, 8, 12)
    assert states(plan, found(8, minutes=14)) == ["like"]
    assert states(plan, found(8, minutes=15)) == ["new"]
    assert states(plan, found(9, minutes=12), day=9) == ["new"]
    # One walk by hand stands for one walk of the file.
    assert states(plan, found(8, 8), found(8, 17)) == ["like", "new"]


def test_it_knows_a_walk_that_another_device_recorded() -> None:
    plan = make_plan()
    take_all(plan, found(8, 8, 30))
    other = FoundWalk("tcx", 20, moment(8, 8) + dt.timedelta(minutes=5))
    assert states(plan, other) == ["like"]
    assert states(plan, FoundWalk("tcx", 30, moment(8, 9))) == ["new"]
    assert states(plan, found(9, 8, 30), FoundWalk("tcx", 31, moment(9, 8))) == ["new", "like"]


def test_a_start_without_a_zone_is_of_the_patients_own() -> None:
    plan = make_plan()
    naive = moment(9, 8).astimezone(plan.patient.zone).replace(tzinfo=None)
    take_all(plan, FoundWalk("csv", 12, naive))
    assert plan.walks.get().started_at == moment(9, 8)


def test_it_says_what_is_beyond_the_open_days() -> None:
    plan = make_plan()
    walks = [
        FoundWalk("gpx", 12, dt.datetime(1970, 1, 1, tzinfo=dt.UTC)),
        FoundWalk("gpx", 12, dt.datetime.max.replace(tzinfo=dt.UTC)),
        FoundWalk("gpx", 12, dt.datetime.min.replace(tzinfo=dt.UTC)),
        found(0), found(2), found(20), found(25),
    ]  # fmt: skip
    file_import.keep(plan, walks, moment(20))
    brought = file_import.look(plan, moment(20))
    assert brought
    assert [each.day for each in brought.candidates] == [START + dt.timedelta(days=19)]
    assert {why: span.count for why, span in brought.beyond.items()} == {
        "before": 4, "closed": 1, "ahead": 1,
    }  # fmt: skip


@pytest.mark.parametrize("minutes", [0, 601])
def test_minutes_out_of_range_are_not_taken(minutes: int) -> None:
    plan = make_plan()
    assert states(plan, found(9, minutes=minutes)) == ["length"]
    assert take_all(plan, found(9, minutes=minutes)) == 0


def test_a_day_that_closed_meanwhile_is_not_taken() -> None:
    plan = make_plan()
    file_import.keep(plan, [found(1)], moment(14, 23))
    brought = file_import.look(plan, moment(14, 23))
    assert brought
    names = [each.name for each in brought.candidates]
    late = moment(14, 23) + dt.timedelta(minutes=59)
    BroughtFile.objects.update(expires_at=moment(16))
    assert file_import.take(plan, names, by=plan.patient, at=moment(15, 12)) == 0
    assert late < moment(15)


def test_what_breaks_off_or_holds_too_much_keeps_nothing() -> None:
    plan = make_plan()

    def broken() -> object:
        yield found(9)
        raise Unreadable("cut_off")

    with pytest.raises(Refused, match="cut short"):
        file_import.keep(plan, broken(), moment(9))  # type: ignore[arg-type]
    with pytest.raises(Refused, match="more walks"):
        file_import.keep(plan, (found(9, minutes=n) for n in range(1, 300)), moment(9))
    with pytest.raises(Refused, match="no walks"):
        file_import.keep(plan, [], moment(9))
    assert not BroughtFile.objects.exists()


def test_it_is_let_go_after_an_hour() -> None:
    plan = make_plan()
    file_import.keep(plan, [found(9)], moment(9))
    assert file_import.look(plan, moment(9, 13)) is None
    with pytest.raises(Refused, match="choose it again"):
        file_import.take(plan, [], by=plan.patient, at=moment(9, 13))
    catch_up_all(moment(9, 12))
    assert BroughtFile.objects.count() == 1
    catch_up_all(moment(9, 13))
    assert not BroughtFile.objects.exists()


def test_the_number_of_queries_does_not_grow_with_the_walks() -> None:
    plan = make_plan()
    catch_up_all(moment(10))
    counts = []
    for hours in (range(8, 9), range(1, 20)):
        Walk.objects.all().delete()
        with CaptureQueriesContext(connection) as queries:
            take_all(plan, *(found(9, hour) for hour in hours), day=10)
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert Walk.objects.count() == 19


@pytest.mark.parametrize(
    "wrong", [{"source": "moon"}, {"estimated": True}, {"estimated": True, "steps": 0}]
)
def test_the_database_refuses(wrong: dict[str, object]) -> None:
    plan = make_plan()
    walk = walk_on(plan, 1)
    with pytest.raises(IntegrityError), transaction.atomic():
        Walk.objects.filter(pk=walk.pk).update(**wrong)


def test_every_reason_has_its_words() -> None:
    for code in ("empty", "unknown", "cut_off", "unsafe", "bomb", "too_big", "too_many", "locked",
                 "nested", "many", "no_times", "none"):  # fmt: skip
        assert len(file_import.sentence(code)) > 20
    assert {
        "apple_health",
        "health_con",
        "google_fit",
        "gpx",
        "tcx",
        "fit",
        "csv",
        "program",
    } == set(Source.values)
