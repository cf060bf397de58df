"""Movement retraining from the outside: a session easier, then harder; what staff pick, write and see."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from accounts.models import Access
from tests.days import START, moment, on_day
from tests.people import ANNA, make_plan, signed_in
from tests.responses import at_most, words
from walking.care.pain.flare_up import report_flare_up
from walking.care.plan.companions import add_companion, end_companion
from walking.care.refusal import Refused
from walking.companions.movement.care import set_up, write_session
from walking.companions.movement.patterns import guides
from walking.companions.movement.rules import Pattern, Version
from walking.companions.movement.sending import send
from walking.models import CompanionProgramme, MovementSession, Plan

HOME = "/companions/movement/"
ROLLING = HOME + "rolling/"


@pytest.fixture
def plan(db: None) -> Plan:
    return make_plan()


@pytest.fixture
def programme(plan: Plan) -> CompanionProgramme:
    return add_companion(plan, "movement", by=plan.physiotherapist, at=moment(2))


@pytest.fixture
def desk(plan: Plan) -> Client:
    client = signed_in(plan.patient)
    client.force_login(plan.physiotherapist)
    return client


def day_of(number: int) -> dt.date:
    return START + dt.timedelta(days=number - 1)


def write(programme: CompanionProgramme, number: int, **more: object) -> MovementSession:
    """A comfortable session of rolling on a day of the plan."""
    sent = {
        "pattern": Pattern.ROLLING, "version": Version.EASIER, "amount": 6, "safe": 8, "pain": 1,
        "day": day_of(number), "client_id": uuid.uuid4(), "at": moment(number, 20),
    }  # fmt: skip
    return write_session(programme, **{**sent, **more})  # type: ignore[arg-type]


def sent(number: int, **more: object) -> dict[str, object]:
    """What the form sends."""
    return {
        "client_id": str(uuid.uuid4()), "version": "1", "amount": "6", "safe": "8", "pain": "1",
        "day": day_of(number).isoformat(), **more,
    }  # fmt: skip


# The patient ------------------------------------------------------------------------------------------


def test_the_first_page_says_what_is_for_today_and_where_that_is_from(programme, plan) -> None:
    with on_day(2):
        signed_in(plan.patient).get("/today/")
    client = signed_in(plan.patient)
    with on_day(2), at_most(8):
        page = client.get(HOME)
    text = words(page)
    assert "Week 1 of 12" in text
    assert "Roll with bent knees" in text
    assert "Squatting from week 5" in text
    assert "16 people" in text
    assert "Farmer" in text
    assert page.content.count(b'class="pose"') == 3


def test_a_session_that_goes_well_three_times_offers_a_harder_one(programme, plan) -> None:
    client = signed_in(plan.patient)
    for number in (2, 4, 6):
        with on_day(number):
            answer = client.post(ROLLING, sent(number), follow=True)
        assert "Saved." in words(answer)
    assert "You may try a harder one. You need not." in words(answer)
    with on_day(8):
        client.get("/today/")
    with on_day(8), at_most(8):
        page = client.get(ROLLING)
    assert "Reach and roll to your front" in words(page)
    # It is offered, and the easier one is still what the page shows.
    assert "Roll with bent knees" in words(page)
    assert b"rolling/?version" in page.content or b"?version=2" in page.content
    with on_day(8):
        harder = client.get(ROLLING + "?version=2")
        answer = client.post(ROLLING, sent(8, version="2", safe="9", pain="7"), follow=True)
    assert "Keep reaching until you lie on your side." in words(harder)
    assert "So take an easier one" in words(answer)
    with on_day(10):
        page = client.get(ROLLING + "?version=2")
    assert "Keep reaching" not in words(page)


def test_a_version_that_is_not_offered_is_not_shown(programme, plan) -> None:
    write(programme, 2)
    with on_day(4):
        page = signed_in(plan.patient).get(ROLLING + "?version=3")
    assert "Legs long, arms over your head" not in words(page)
    assert "When three times went well" in words(page)


def test_what_is_left_out_is_asked_for_and_what_was_typed_is_kept(programme, plan) -> None:
    with on_day(2):
        answer = signed_in(plan.patient).post(ROLLING, sent(2, amount="12", safe=""))
    assert answer.status_code == 422
    assert "Please tap how safe it felt." in words(answer)
    assert b'value="12"' in answer.content
    assert not programme.movement_sessions.exists()


def test_sending_again_changes_nothing(programme, plan) -> None:
    same = sent(2)
    with on_day(2):
        for _again in range(2):
            signed_in(plan.patient).post(ROLLING, same)
    assert programme.movement_sessions.count() == 1


@pytest.mark.database
def test_carrying_is_timed(programme) -> None:
    row = write(programme, 60, pattern=Pattern.CARRYING, amount=40)
    assert (row.times, row.seconds) == (None, 40)


@pytest.mark.parametrize(
    "wrong",
    [
        {"amount": 0},
        {"amount": 101},
        {"safe": 11},
        {"pain": -1},
        {"day": day_of(1)},
        {"day": day_of(9)},
    ],
)
def test_it_refuses_what_cannot_be(programme, wrong) -> None:
    with pytest.raises(Refused):
        write(programme, 4, **wrong)


def test_it_rests_in_a_flare_up(programme, plan) -> None:
    report_flare_up(plan, by=None, at=moment(3))
    with pytest.raises(Refused):
        write(programme, 3)
    with on_day(3):
        page = signed_in(plan.patient).get(ROLLING)
        answer = signed_in(plan.patient).post(ROLLING, sent(3))
    assert "How did it go?" not in words(page)
    assert answer.status_code == 422
    assert not MovementSession.objects.exists()


def test_a_pattern_that_comes_later_can_be_looked_at(programme, plan) -> None:
    with on_day(2):
        page = signed_in(plan.patient).get(HOME + "squatting/")
    assert "This one comes in week 5." in words(page)
    assert "How did it go?" not in words(page)


@pytest.mark.parametrize("code", ["walking", "half-kneeling", "1"])
def test_there_is_no_other_pattern(programme, plan, code: str) -> None:
    with on_day(2):
        assert signed_in(plan.patient).get(f"{HOME}{code}/").status_code == 404


@pytest.mark.parametrize("pattern", list(Pattern))
def test_every_pattern_has_a_page_with_all_that_is_needed(programme, plan, pattern) -> None:
    client = signed_in(plan.patient)
    with on_day(60):
        client.get("/today/")
    with on_day(60), at_most(8):
        page = client.get(f"{HOME}{pattern.value}/")
    guide = guides()[pattern]
    text = words(page)
    for line in (guide.name, guide.about, guide.needs, *guide.cues, guide.stop):
        assert line in text
    way = guide.ways[Version.EASIER]
    assert page.content.count(b'class="pose"') == len(way.steps)
    assert "[@" not in text


def test_a_page_asks_no_more_of_a_long_history(programme, plan) -> None:
    for number in range(2, 40):
        write(programme, number, at=moment(number, 20))
    with on_day(40):
        client = signed_in(plan.patient)
        client.get("/today/")
    with on_day(40), at_most(8):
        page = client.get(HOME)
    assert "It has grown" not in words(page)
    assert "At first 8 of 10, lately 8" in words(page)


def test_confidence_that_grew_is_told(programme, plan) -> None:
    for number, safe in enumerate((4, 5, 6, 7, 9), 2):
        write(programme, number, safe=safe)
    with on_day(8):
        page = signed_in(plan.patient).get(HOME)
    assert "At first 5 of 10, lately 7.3 . It has grown." in words(page)


def test_after_it_ended_what_was_done_stays(programme, plan) -> None:
    write(programme, 2)
    end_companion(plan, 1, by=plan.physiotherapist, at=moment(3))
    with on_day(4):
        page = signed_in(plan.patient).get(HOME)
        answer = signed_in(plan.patient).post(ROLLING, sent(4))
    assert "This programme has ended." in words(page)
    assert answer.status_code == 422


# The database ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "wrong",
    [
        {"times": None, "seconds": None},
        {"times": 3, "seconds": 3},
        {"times": 0},
        {"version": 4},
        {"safe": 11},
        {"pain": 11},
        {"pattern": "dancing"},
    ],
)
def test_the_database_refuses_it_too(programme, wrong) -> None:
    values = {
        "companion": programme, "day": day_of(2), "pattern": "rolling", "version": 1, "times": 3,
        "safe": 5, "pain": 2, "client_id": uuid.uuid4(), "at": moment(2),
    }  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        MovementSession(**{**values, **wrong}).save()


# The desk -------------------------------------------------------------------------------------------


def address(plan: Plan) -> str:
    return f"/admin/walking/plan/{plan.pk}/movement/"


@pytest.mark.database
def test_what_is_picked_and_written_is_at_that_movement(programme, plan, desk: Client) -> None:
    words_of = {"words_rolling": "Keep your chin tucked, Rosa."}
    with on_day(3):
        answer = desk.post(address(plan), {"patterns": ["rolling", "squatting"], **words_of})
        assert answer.status_code == 302
        assert "Keep your chin tucked, Rosa." in words(desk.get(address(plan)))
        own = signed_in(plan.patient).get(ROLLING)
        home = words(signed_in(plan.patient).get(HOME))
        other = signed_in(plan.patient).get(HOME + "squatting/")
        gone = signed_in(plan.patient).get(HOME + "crawling/")
    assert "Keep your chin tucked, Rosa." in words(own)
    assert "with a word from your physiotherapist" in home
    assert "Crawling" not in home
    assert "chin" not in words(other)
    assert gone.status_code == 404
    lines = Access.objects.filter(patient=plan.patient, action="changed").order_by("pk")
    assert [line.what for line in lines] == [
        "companion_added", "movements_picked", "movement_corrected",
    ]  # fmt: skip
    assert Access.objects.filter(patient=plan.patient, what="movement").exists()


def test_the_same_again_writes_nothing_and_empty_takes_it_off(programme, plan) -> None:
    by = plan.physiotherapist
    for text in ("Slower.", "Slower.", ""):
        set_up(
            programme, patterns=Pattern, corrections={Pattern.ROLLING: text}, by=by, at=moment(3)
        )
    assert [row.words for row in programme.movement_corrections.all()] == ["Slower.", ""]
    assert not programme.movement_picks.exists()
    with on_day(3):
        page = signed_in(plan.patient).get(ROLLING)
    assert "Slower." not in words(page)


def test_nothing_picked_is_refused(programme, plan, desk: Client) -> None:
    with on_day(3):
        answer = desk.post(address(plan), {"words_rolling": "Slower."})
    assert answer.status_code == 422
    assert "Pick at least one movement." in words(answer)
    assert "Slower." in words(answer)


def test_the_desk_sees_confidence_grow(programme, plan, desk: Client) -> None:
    for number, safe in enumerate((3, 4, 5, 7, 8, 9), 2):
        write(programme, number, safe=safe)
    with on_day(9):
        page = desk.get(address(plan))
        both = desk.get(f"/admin/walking/plan/{plan.pk}/companions/")
    assert "how safe it felt: 4.0 of 10 at first, 8.0 lately" in words(page)
    assert page.content.count(b'class="move-dot"') == 6
    assert "6 sessions" in words(both)


def test_without_it_the_desk_is_led_to_add_it(plan, desk: Client) -> None:
    with on_day(3):
        answer = desk.get(address(plan))
    assert answer["Location"] == f"/admin/walking/plan/{plan.pk}/companions/"


def test_another_clinic_neither_sees_nor_writes(programme, plan) -> None:
    other = make_plan(name=ANNA)
    client = signed_in(other.patient)
    client.force_login(other.physiotherapist)
    with on_day(3):
        answer = client.get(address(plan), follow=True)
    assert plan.patient.name not in words(answer) or plan.patient.name == other.patient.name
    assert answer.redirect_chain
    with pytest.raises(Refused):
        set_up(
            programme, patterns=[Pattern.ROLLING], corrections={}, by=other.physiotherapist,
            at=moment(3),
        )  # fmt: skip


# With no connection ---------------------------------------------------------------------------------


def test_what_a_phone_kept_is_written_once(programme) -> None:
    kept = {**sent(3), "pattern": "rolling"}
    for _again in range(2):
        send(programme, kept, moment(5))
    row = programme.movement_sessions.get()
    assert (row.day, row.pattern, row.safe) == (day_of(3), "rolling", 8)


@pytest.mark.parametrize(
    "wrong",
    [
        {"pattern": "dancing"},
        {"version": "9"},
        {"version": ""},
        {"safe": ""},
        {"day": "2020-01-01"},
        {"amount": "x"},
    ],
)
def test_what_cannot_be_read_is_refused_in_words(programme, wrong) -> None:
    with pytest.raises(Refused) as refused:
        send(programme, {**sent(3), "pattern": "rolling", **wrong}, moment(5))
    assert str(refused.value)
    assert not programme.movement_sessions.exists()
