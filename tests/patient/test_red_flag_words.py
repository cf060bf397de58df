"""One sign, one urgency: what every page, email, printed sheet and lesson says about each warning sign."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable, Iterator

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from pypdf import PdfReader

from tests.days import START, local, on_day
from tests.people import make_manager, make_plan, signed_in
from tests.responses import path_of, soup, text
from walking.advice import advice
from walking.care.enrolment.requests import open_door
from walking.learn.html import page as lesson_page
from walking.learn.shipped import shipped
from walking.mail.compose import Composed, compose
from walking.mail.links import check_in_url
from walking.models import Mail, Plan
from walking.programme.red_flags import ACTIONS, RedFlag, Urgency, most_urgent

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

DO = {Urgency.NOW: "or go to an emergency department now.", Urgency.TODAY: "See a doctor today."}
#: What put off those who had to go at once.
PUTS_OFF = ("suddenly", "Otherwise", "otherwise", "ring your doctor", "medical help today")
EMERGENCIES = {
    *(RedFlag.SADDLE_NUMBNESS, RedFlag.BLADDER_BOWEL, RedFlag.LEG_WEAKNESS),
    *(RedFlag.CHEST_PAIN, RedFlag.FAINT),
}


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    with on_day(7, 17):
        yield


@pytest.fixture
def plan() -> Plan:
    return make_plan()


def report(plan: Plan, sign: RedFlag) -> HttpResponse:
    return signed_in(plan.patient).post("/warning-signs/", {"red_flags": [sign]}, follow=True)


def test_five_signs_are_emergencies() -> None:
    for sign in EMERGENCIES:
        assert sign.urgency is Urgency.NOW
    for sign in (
        RedFlag.FEVER_UNWELL, RedFlag.WEIGHT_LOSS, RedFlag.TRAUMA, RedFlag.NIGHT_PAIN,
    ):  # fmt: skip
        assert sign.urgency is Urgency.TODAY


def test_the_most_urgent_wins() -> None:
    assert most_urgent([RedFlag.TRAUMA, RedFlag.FAINT, RedFlag.NIGHT_PAIN]) is Urgency.NOW
    assert most_urgent([RedFlag.TRAUMA]) is Urgency.TODAY
    assert most_urgent([]) is None


# Where the sign is known --------------------------------------------------------------------------


def warning_signs(plan: Plan, sign: RedFlag) -> str:
    return text(report(plan, sign))


def read_again(plan: Plan, sign: RedFlag) -> str:
    report(plan, sign)
    return text(signed_in(plan.patient).get("/warning-signs/now/"))


def check_in_page(plan: Plan, sign: RedFlag) -> str:
    given = {"week": "1", "red_flags": [sign]}
    return text(signed_in(plan.patient).post("/check-in/", given, follow=True))


def check_in_result(plan: Plan, sign: RedFlag) -> str:
    check_in_page(plan, sign)
    return text(signed_in(plan.patient).get("/check-in/?week=1"))


def check_in_closed(plan: Plan, sign: RedFlag) -> str:
    report(plan, sign)
    return text(signed_in(plan.patient).get("/check-in/"))


def link(plan: Plan, sign: RedFlag) -> str:
    return text(Client().post(path_of(check_in_url(plan, 1)), {"red_flags": [sign]}))


def link_again(plan: Plan, sign: RedFlag) -> str:
    link(plan, sign)
    return text(Client().get(path_of(check_in_url(plan, 1))))


def today(plan: Plan, sign: RedFlag) -> str:
    report(plan, sign)
    return text(signed_in(plan.patient).get("/today/"))


def email(plan: Plan, sign: RedFlag) -> str:
    report(plan, sign)
    composed = compose(Mail.objects.get(kind="paused"), local(START + dt.timedelta(days=6), 17))
    assert isinstance(composed, Composed)
    return " ".join(composed.text.split())


def desk(plan: Plan, sign: RedFlag) -> str:
    client = Client()
    client.force_login(plan.physiotherapist)
    where = f"/admin/walking/plan/{plan.pk}/entry/warning-signs/"
    return text(client.post(where, {"told": "phone", "red_flags": [sign]}, follow=True))


PLACES = (
    *(warning_signs, read_again, check_in_page, check_in_result, check_in_closed),
    *(link, link_again, today, email, desk),
)


@pytest.mark.parametrize("sign", RedFlag)
def test_every_place_says_the_same_of_a_sign(plan: Plan, sign: RedFlag) -> None:
    for place in PLACES:
        with transaction.atomic():
            said = place(plan, sign)
            transaction.set_rollback(True)
        assert [urgency for urgency, words in DO.items() if words in said] == [sign.urgency], (
            place.__name__
        )
        assert advice([sign], "000").do in said
        for words in PUTS_OFF:
            assert words not in said, place.__name__


@pytest.mark.parametrize("sign", RedFlag)
def test_the_physiotherapist_reads_what_the_patient_was_told(plan: Plan, sign: RedFlag) -> None:
    report(plan, sign)
    composed = compose(Mail.objects.get(kind="urgent"), local(START + dt.timedelta(days=6), 17))
    assert isinstance(composed, Composed)
    said = " ".join(composed.text.split())
    assert advice([sign], "000").told in said
    assert sign.clinical_name in said


def test_several_signs_are_answered_by_the_most_urgent(plan: Plan) -> None:
    """Also where the less urgent one was reported later."""
    report(plan, RedFlag.LEG_WEAKNESS)
    for said in (warning_signs(plan, RedFlag.FEVER_UNWELL), today(plan, RedFlag.NIGHT_PAIN)):
        assert DO[Urgency.NOW] in said
        assert DO[Urgency.TODAY] not in said


def test_without_knowledge_of_the_sign_today_says_all_of_it(plan: Plan) -> None:
    """As in a record that was brought from elsewhere."""
    Plan.objects.filter(pk=plan.pk).update(
        status="paused", paused_for="red_flag", next_review_at=None, next_check_in_at=None
    )
    both_groups(text(signed_in(plan.patient).get("/today/")), "000")


# Where nobody knows which sign it is --------------------------------------------------------------


def both_groups(said: str, number: str) -> None:
    """Each sign is in the list of its own urgency, and in no other."""
    starts = {}
    for urgency, action in ACTIONS.items():
        words = action.introduces % {"number": number}
        assert words in said, words
        starts[urgency] = said.index(words)
    ends = [*sorted(starts.values()), len(said)]
    for urgency, start in starts.items():
        listed = said[start : next(end for end in ends if end > start)]
        for sign in RedFlag:
            assert (sign.plain_name in listed) == (sign.urgency is urgency), (sign, urgency)
    for words in PUTS_OFF:
        assert words not in said, words


def page_of_signs(plan: Plan) -> str:
    note = soup(signed_in(plan.patient).get("/warning-signs/")).select_one("main .note--stop")
    assert note is not None
    return " ".join(note.get_text(" ").split())


def what_to_do(plan: Plan) -> str:
    return text(signed_in(plan.patient).get("/warning-signs/now/"))


def flare_up(plan: Plan) -> str:
    return text(signed_in(plan.patient).get("/flare-up/"))


def without_a_connection(plan: Plan) -> str:
    """The check-in says what to do about a sign before it is sent."""
    return text(signed_in(plan.patient).get("/check-in/"))


def ask_to_join(plan: Plan) -> str:
    manager = make_manager(plan.clinic)
    door = open_door(by=manager, at=local(plan.start))
    return text(Client().get(f"/join/{door.slug}/"))


def printed(plan: Plan) -> str:
    response = signed_in(plan.patient).get("/print/diary.pdf")
    (sheet,) = PdfReader(io.BytesIO(response.content)).pages
    return " ".join(sheet.extract_text().split())


@pytest.mark.parametrize(
    "place",
    [page_of_signs, what_to_do, flare_up, without_a_connection, ask_to_join, printed],
    ids=lambda place: place.__name__,
)
def test_a_general_place_says_it_of_every_sign(plan: Plan, place: Callable[[Plan], str]) -> None:
    both_groups(place(plan), "000")


def test_the_page_without_a_connection_says_it_of_every_sign(client: Client) -> None:
    both_groups(text(client.get("/offline/")), "your emergency number")


def test_the_lesson_says_it_of_every_sign(plan: Plan) -> None:
    lesson = shipped()["en", "warning-signs"]
    assert "{signs:" not in lesson.body
    said = text(HttpResponse(lesson_page(lesson.body, lesson.sources)))
    both_groups(said, "your emergency number")
    shown = text(signed_in(plan.patient).get("/learn/warning-signs/"))
    assert ACTIONS[Urgency.NOW].introduces % {"number": "your emergency number"} in shown
