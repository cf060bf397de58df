"""What all companions share: added and ended at the desk, resting with the plan, and where they show."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.device import person_key
from accounts.models import Access
from tests.days import START, moment, on_day
from tests.people import ANNA, make_plan, signed_in
from tests.responses import at_most, words
from walking.care.pain.flare_up import report_flare_up
from walking.care.plan import pause
from walking.care.plan.companions import add_companion, end_companion, running
from walking.care.refusal import Refused
from walking.companions.registry import COMPANIONS
from walking.companions.resting import Rest, resting
from walking.companions.sitting.care import write_day
from walking.mail.letters.check_in import check_in as check_in_letter
from walking.mail.reading import Reading
from walking.models import CompanionProgramme, Mail, Plan

pytestmark = pytest.mark.django_db

every_kind = pytest.mark.parametrize("kind", COMPANIONS)


@pytest.fixture
def plan(db: None) -> Plan:
    return make_plan()


def add(plan: Plan, kind: str = "sitting", day: int = 2) -> CompanionProgramme:
    return add_companion(plan, kind, by=plan.physiotherapist, at=moment(day))


def test_it_rests_exactly_when_the_plan_does_or_a_flare_up_limits() -> None:
    for paused in (False, True):
        for flag in (False, True):
            for flare_up in (False, True):
                rest = resting(plan_is_paused=paused, red_flag=flag, flare_up=flare_up)
                assert bool(rest) == (paused or flare_up)
    assert resting(plan_is_paused=True, red_flag=True, flare_up=True) == Rest.RED_FLAG


@every_kind
def test_the_desk_adds_one_and_the_trail_says_so(plan: Plan, kind: str) -> None:
    physio = plan.physiotherapist
    client = signed_in(plan.patient)
    client.force_login(physio)
    address = f"/admin/walking/plan/{plan.pk}/companions/"
    with on_day(2):
        assert client.post(address, {"kind": kind, "message": "As we said."}).status_code == 302
        page = client.get(address)
        again = client.post(address, {"kind": kind, "message": ""})
    assert str(COMPANIONS[kind].name) in words(page)
    assert again.status_code == 422
    assert "runs already" in words(again)
    lines = Access.objects.filter(patient=plan.patient, action="changed").order_by("pk")
    assert [line.what for line in lines] == ["companion_added"]
    assert Access.objects.filter(patient=plan.patient, what="companions").exists()
    with on_day(3):
        assert client.post(address, {"end": "1"}).status_code == 302
        story = client.get(f"/admin/walking/plan/{plan.pk}/change/?show=companion")
    assert not plan.companions.running().exists()
    assert "As we said." in words(story)
    assert "ended" in words(story)


@pytest.mark.parametrize("number", ["9" * 5000, "2", "-1", "one", ""])
def test_no_other_number_ends_one(plan: Plan, number: str) -> None:
    client = signed_in(plan.patient)
    client.force_login(plan.physiotherapist)
    address = f"/admin/walking/plan/{plan.pk}/companions/"
    with on_day(2):
        client.post(address, {"kind": next(iter(COMPANIONS)), "message": ""})
        answer = client.post(address, {"end": number})
    assert answer.status_code in {302, 404, 409, 422}
    assert plan.companions.running().exists()


@every_kind
def test_it_shows_on_today_with_two_statements_more_at_most(plan: Plan, kind: str) -> None:
    client = signed_in(plan.patient)
    with on_day(2), CaptureQueriesContext(connection) as before:
        client.get("/today/")
    add(plan, kind)
    with on_day(2), CaptureQueriesContext(connection) as after:
        page = client.get("/today/")
    assert str(COMPANIONS[kind].to_do) in words(page)
    assert len(after) <= len(before) + 1
    assert len(after) <= 8


@every_kind
def test_a_red_flag_or_a_flare_up_rests_it_and_nothing_is_written(plan: Plan, kind: str) -> None:
    programme = add(plan, kind)
    report_flare_up(plan, by=None, at=moment(3))
    (standing,) = running(plan, START + dt.timedelta(days=2))
    assert standing.rest == Rest.FLARE_UP
    with on_day(3):
        page = signed_in(plan.patient).get("/today/")
        own = signed_in(plan.patient).get(f"/companions/{kind}/", follow=True)
    assert "Rests just now" in words(page)
    assert "rests until your flare-up is over" in words(own)
    if kind == "sitting":
        with pytest.raises(Refused):
            write_day(
                programme, day=START + dt.timedelta(days=2), less=10,
                client_id=uuid.uuid4(), at=moment(3),
            )  # fmt: skip


@every_kind
def test_it_rests_and_goes_on_with_the_plan(plan: Plan, kind: str) -> None:
    add(plan, kind)
    today = START + dt.timedelta(days=2)
    paused = pause.pause(
        plan, note="Knee", by=plan.physiotherapist, at=moment(3), version=plan.version
    )
    assert running(paused, today)[0].rest == Rest.PLAN
    resumed = pause.resume(
        paused, dose=paused.programme.baseline, note="", by=plan.physiotherapist, at=moment(4),
        version=paused.version,
    )  # fmt: skip
    assert running(resumed, today)[0].rest == Rest.NONE


def test_one_of_a_kind_runs_and_the_database_says_so(plan: Plan) -> None:
    first = add(plan)
    with pytest.raises(Refused):
        add(plan)
    values = {"plan": plan, "kind": "sitting", "added_by": plan.physiotherapist}
    with pytest.raises(IntegrityError), transaction.atomic():
        CompanionProgramme.objects.create(
            **values, number=2, added_at=moment(2), started_on=first.started_on
        )
    end_companion(plan, 1, by=plan.physiotherapist, at=moment(3))
    assert add(plan, day=4).number == 2


def test_whoever_never_had_it_gets_no_page_of_it(plan: Plan) -> None:
    with on_day(2):
        assert signed_in(plan.patient).get("/companions/sitting/").status_code == 404
        assert signed_in(plan.patient).get("/companions/").status_code == 200


def test_another_clinic_adds_none(plan: Plan) -> None:
    other = make_plan(name=ANNA)
    with pytest.raises(Refused):
        add_companion(plan, "sitting", by=other.physiotherapist, at=moment(2))


@pytest.mark.database
@every_kind
def test_the_check_in_and_its_mail_say_in_one_line_how_the_week_went(plan: Plan, kind: str) -> None:
    add(plan, kind)
    line = f"{COMPANIONS[kind].name}: nothing is written down this week."
    with on_day(7):
        client = signed_in(plan.patient)
        with at_most(10):
            page = client.get("/check-in/")
    assert line in words(page)
    mail = Mail.objects.create(
        kind=Mail.Kind.CHECK_IN, plan=plan, recipient=plan.patient, about="week:1",
        due_at=moment(7, 17), next_attempt_at=moment(7, 17), queued_at=moment(7, 17),
    )  # fmt: skip
    letter = check_in_letter(mail, Reading([mail]), moment(7, 17))
    assert line in [getattr(block, "text", "") for block in letter.blocks]


@every_kind
def test_a_phone_can_send_it_later_and_again(plan: Plan, kind: str) -> None:
    programme = add(plan, kind)
    answers = {
        "movement": {
            "pattern": "rolling",
            "version": "1",
            "amount": "6",
            "safe": "8",
            "pain": "1",
            "day": "2026-03-03",
        },
        "sitting": {"less": "20", "day": "2026-03-03"},
        "loads": {"task": "bed", "level": "1", "pain": "2", "day": "2026-03-03"},
    }[kind]
    sent = {"id": str(uuid.uuid4()), "companion": kind, "answers": answers}
    wrong = {"id": str(uuid.uuid4()), "companion": kind, "answers": {"day": "2026-03-03"}}
    unknown = {"id": str(uuid.uuid4()), "companion": "flying", "answers": {}}
    batch = {"person": person_key(plan.patient.pk), "walks": [sent, sent, wrong, unknown]}
    with on_day(3):
        answer = signed_in(plan.patient).post(
            "/sync/walks/", batch, content_type="application/json"
        )
    assert [each["state"] for each in answer.json()["results"]] == [
        "saved", "saved", "refused", "refused",
    ]  # fmt: skip
    assert COMPANIONS[kind].done.objects.filter(companion=programme).count() == 1
