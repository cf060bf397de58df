"""A red flag belongs to the person: every way to report one against every state that the person's plans can be in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

import pytest
from django.http import HttpResponse
from django.test import Client

from tests.days import START, local, on_day
from tests.people import make_invitation, make_plan, signed_in
from tests.responses import path_of, soup, text
from walking.care.plan import pause
from walking.care.plan.restart import restart
from walking.care.weeks.check_in import report_red_flags
from walking.care.weeks.reviews import review_due_plans
from walking.mail.links import check_in_url
from walking.models import Attention, CheckIn, Mail, Plan, Review
from walking.programme.dose import Dose
from walking.programme.red_flags import RedFlag
from walking.programme.settings import Programme

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

SIGN = {"red_flags": ["saddle_numbness"], "pain": "2", "words": "Since last night."}
TODAY = START + dt.timedelta(days=8)
NOW = local(TODAY)


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    with on_day(9):
        yield


# The states ---------------------------------------------------------------------------------------


def _of_two_weeks() -> Plan:
    """A plan in week 2; week 1 was reviewed yesterday."""
    plan = make_plan()
    review_due_plans(NOW)
    return fresh(plan)


def _completed() -> Plan:
    """Its last week was reviewed yesterday."""
    plan = make_plan()
    Plan.objects.filter(pk=plan.pk).update(length_weeks=1)
    review_due_plans(NOW)
    plan = fresh(plan)
    assert plan.status == "completed"
    return plan


def _completed_by_hand() -> Plan:
    plan, at = make_plan(), local(START + dt.timedelta(days=3))
    return pause.complete(plan, note="x", by=plan.physiotherapist, at=at, version=plan.version)


def _restarted(plan: Plan, start: dt.date = TODAY) -> Plan:
    return restart(
        plan, programme=Programme(), programme_version=None, start=start, reason="x",
        by=plan.physiotherapist, at=NOW - dt.timedelta(minutes=5), version=plan.version,
    )  # fmt: skip


def _paused(plan: Plan) -> Plan:
    return pause.pause(
        plan, note="x", by=plan.physiotherapist, at=NOW - dt.timedelta(minutes=1),
        version=plan.version,
    )  # fmt: skip


def _flagged(plan: Plan) -> Plan:
    """Paused yesterday for another sign."""
    at = NOW - dt.timedelta(hours=20)
    return report_red_flags(plan, red_flags=[RedFlag.NIGHT_PAIN], by=plan.patient, at=at)


def _held_back(plan: Plan) -> Plan:
    """A second invitation was taken up with a red flag: the plan waits in week 0."""
    invitation = make_invitation(plan.physiotherapist, at=NOW - dt.timedelta(hours=2))
    return make_plan(
        invitation=invitation, password=None, start=TODAY, user=plan.patient,
        red_flags=[RedFlag.FAINT], at=NOW - dt.timedelta(hours=1),
    )  # fmt: skip


def _last_week_running() -> Plan:
    plan = _of_two_weeks()
    Plan.objects.filter(pk=plan.pk).update(length_weeks=2)
    return fresh(plan)


def one(make: Callable[[], Plan]) -> Callable[[], tuple[Plan, Plan]]:
    def made() -> tuple[Plan, Plan]:
        plan = make()
        return plan, plan

    return made


def then(
    first: Callable[[], Plan], *more: Callable[[Plan], Plan]
) -> Callable[[], tuple[Plan, Plan]]:
    def made() -> tuple[Plan, Plan]:
        old = plan = first()
        for step in more:
            plan = step(plan)
        return old, plan

    return made


def _not_begun(plan: Plan) -> Plan:
    return _restarted(plan, TODAY + dt.timedelta(days=3))


#: Each makes the older plan and the newest one of a person, which are the same where there is one.
STATES = {
    "active": one(_of_two_weeks),
    "active in its last week": one(_last_week_running),
    "not begun": one(lambda: make_plan(start=TODAY + dt.timedelta(days=2), at=NOW)),
    "paused": one(lambda: _paused(_of_two_weeks())),
    "paused for a sign": one(lambda: _flagged(_of_two_weeks())),
    "completed": one(_completed),
    "completed by hand": one(_completed_by_hand),
    "completed, the new one active": then(_completed, _restarted),
    "completed by hand, the new one active": then(_completed_by_hand, _restarted),
    "completed, the new one not begun": then(_completed, _not_begun),
    "completed, the new one paused": then(_completed, _restarted, _paused),
    "completed, the new one held back": then(_completed, _held_back),
    "completed, the new one completed": then(_completed, _restarted, lambda plan: fresh(
        pause.complete(plan, note="x", by=plan.physiotherapist, at=NOW, version=plan.version)
    )),
}  # fmt: skip


# The ways in --------------------------------------------------------------------------------------


def page(old: Plan, new: Plan) -> HttpResponse:
    week = max(new.week_number, 1)
    return signed_in(new.patient).post("/check-in/", SIGN | {"week": str(week)}, follow=True)


def page_of_last_week(old: Plan, new: Plan) -> HttpResponse:
    week = max(new.week_number - 1, 1)
    return signed_in(new.patient).post("/check-in/", SIGN | {"week": str(week)}, follow=True)


def page_kept_offline(old: Plan, new: Plan) -> HttpResponse:
    """Half-filled with no connection and sent later: its week is none of the newest plan."""
    return signed_in(new.patient).post("/check-in/", SIGN | {"week": "12"}, follow=True)


def link_of(plan: Plan) -> HttpResponse:
    week = plan.weeks.latest("number")
    return Client().post(path_of(check_in_url(plan, week.number)), SIGN, follow=True)


def link(old: Plan, new: Plan) -> HttpResponse:
    return link_of(new)


def older_link(old: Plan, new: Plan) -> HttpResponse:
    return link_of(old)


def link_of_first_week(old: Plan, new: Plan) -> HttpResponse:
    return Client().post(path_of(check_in_url(old, 1)), SIGN, follow=True)


def expired_link(old: Plan, new: Plan) -> HttpResponse:
    week = old.weeks.order_by("number").first()
    assert week is not None
    long_ago = dt.timedelta(days=60)
    old.weeks.filter(pk=week.pk).update(starts=week.starts - long_ago, ends=week.ends - long_ago)
    return Client().post(path_of(check_in_url(old, week.number)), SIGN, follow=True)


def warning_signs(old: Plan, new: Plan) -> HttpResponse:
    return signed_in(new.patient).post("/warning-signs/", SIGN, follow=True)


def desk_of(plan: Plan, what: str) -> HttpResponse:
    client = Client()
    client.force_login(plan.physiotherapist)
    where = f"/admin/walking/plan/{plan.pk}/entry/{what}/"
    week = max(plan.week_number, 1)
    return client.post(where, SIGN | {"told": "phone", "week": str(week)}, follow=True)


def desk_check_in(old: Plan, new: Plan) -> HttpResponse:
    return desk_of(new, "check-in")


def desk_signs(old: Plan, new: Plan) -> HttpResponse:
    return desk_of(new, "warning-signs")


def older_desk_check_in(old: Plan, new: Plan) -> HttpResponse:
    return desk_of(old, "check-in")


def older_desk_signs(old: Plan, new: Plan) -> HttpResponse:
    return desk_of(old, "warning-signs")


WAYS = (
    *(page, page_of_last_week, page_kept_offline, link, older_link, link_of_first_week),
    *(expired_link, warning_signs),
    *(desk_check_in, desk_signs, older_desk_check_in, older_desk_signs),
)


# What must come of it -----------------------------------------------------------------------------


def fresh(plan: Plan) -> Plan:
    return Plan.objects.select_related("patient", "physiotherapist", "clinic").get(pk=plan.pk)


def alarms(plan: Plan) -> list[str]:
    mail = Mail.objects.filter(plan__patient=plan.patient, kind__in=["paused", "urgent"])
    return sorted(mail.values_list("kind", flat=True))


#: A plan in week 0 has no check-in, and so no link to one.
CASES = [
    pytest.param(
        state,
        way,
        id=f"{state}, {way.__name__}",
        marks=[pytest.mark.database] if way is desk_check_in else [],
    )
    for state in STATES
    for way in WAYS
    if (state, way) != ("completed, the new one held back", link)
]


@pytest.mark.parametrize(("state", "way"), CASES)
def test_it_is_kept_acted_on_and_told(
    state: str, way: Callable[[Plan, Plan], HttpResponse]
) -> None:
    old, new = (fresh(plan) for plan in STATES[state]())
    was_open, before = new.is_open, alarms(new)
    seen = set(CheckIn.objects.values_list("pk", flat=True))

    answer = way(old, new)

    assert answer.status_code == 200, answer.status_code
    assert "emergency department now" in text(answer)
    old, new = fresh(old), fresh(new)
    # Stored, where the desk's page of the plan shows it.
    report = new.check_ins.exclude(pk__in=seen).get()
    assert report.red_flags == ["saddle_numbness"]
    if way in (page, link, older_link):
        assert report.words == SIGN["words"]
    # The open plan is paused, and a completed one stays completed.
    if was_open:
        assert (new.status, new.paused_for) == ("paused", "red_flag")
    else:
        assert new.status == "completed"
    if old != new:
        assert old.status == "completed"
    # Both are told, once.
    known = state in {"paused for a sign", "completed, the new one held back"}
    assert alarms(new) == (before if known else sorted([*before, "paused", "urgent"]))
    assert set(alarms(new)) == {"paused", "urgent"}
    if not known:
        sent = Mail.objects.filter(kind__in=["paused", "urgent"]).order_by("-pk")[:2]
        assert {mail.plan_id for mail in sent} == {new.pk}
        assert {mail.recipient for mail in sent} == {new.patient, new.physiotherapist}
    # The desk shows it.
    assert Attention.objects.get(plan=new).rank == 1
    client = Client()
    client.force_login(new.physiotherapist)
    desk = text(client.get(f"/admin/walking/plan/{new.pk}/change/"))
    assert "Saddle numbness" in desk
    # So does what the patient reads next, and nobody asks for walks.
    assert "emergency department now" in text(signed_in(new.patient).get("/warning-signs/now/"))
    if was_open:
        today = text(signed_in(new.patient).get("/today/"))
        assert "Your plan is paused" in today
        assert "emergency department now" in today


@pytest.mark.parametrize("way", [older_link, older_desk_check_in], ids=lambda way: way.__name__)
def test_what_else_was_answered_stays_with_the_week_it_is_about(
    way: Callable[[Plan, Plan], HttpResponse],
) -> None:
    old, new = STATES["completed, the new one active"]()
    way(fresh(old), fresh(new))
    assert old.check_ins.get().pain == 2
    assert new.check_ins.get().pain is None
    assert new.reviews.get().decision == "stop"
    assert list(old.reviews.order_by("revision").values_list("decision", flat=True))[-1] == "stop"


def test_the_same_report_twice_is_one_email_of_each_kind() -> None:
    old, new = STATES["completed, the new one active"]()
    for way in (older_link, warning_signs, page, desk_signs, older_link):
        way(fresh(old), fresh(new))
    assert alarms(new) == ["paused", "urgent"]
    assert new.check_ins.count() == 5


@pytest.mark.parametrize("state", ["active", "paused", "completed"])
def test_a_report_in_a_later_week_alerts_again(state: str) -> None:
    """The week of a plan that does not run stands still, so that a second alarm could be taken for the first."""
    old, new = STATES[state]()
    warning_signs(fresh(old), fresh(new))
    with on_day(9 + 21):
        assert "emergency department now" in text(warning_signs(fresh(old), fresh(new)))
        warning_signs(fresh(old), fresh(new))
    assert alarms(new) == ["paused", "paused", "urgent", "urgent"]


def test_a_late_answer_after_the_plan_was_resumed_alerts_again() -> None:
    """The first alarm was about the same week's check-in."""
    plan = fresh(STATES["active"]()[0])
    warning_signs(plan, plan)
    plan = fresh(plan)
    pause.resume(
        plan, dose=Dose(10, 3), note="Seen.", by=plan.physiotherapist,
        at=NOW + dt.timedelta(days=1), version=plan.version,
    )  # fmt: skip
    with on_day(11):
        plan = fresh(plan)
        assert plan.status == "active"
        page_of_last_week(plan, plan)
        assert (fresh(plan).status, fresh(plan).paused_for) == ("paused", "red_flag")
        assert Attention.objects.get(plan=plan).rank == 1
    assert alarms(plan) == ["paused", "paused", "urgent", "urgent"]


def test_enrolling_with_a_red_flag_pauses_the_plan_that_runs_already() -> None:
    old = fresh(_completed())
    invitation = make_invitation(old.physiotherapist, at=NOW - dt.timedelta(hours=2))
    running = _restarted(old)
    stopped = make_plan(
        invitation=invitation, password=None, start=TODAY, user=old.patient,
        red_flags=[RedFlag.FAINT], at=NOW,
    )  # fmt: skip
    assert stopped == running
    assert (fresh(running).status, fresh(running).paused_for) == ("paused", "red_flag")
    assert alarms(running) == ["paused", "urgent"]
    invitation.refresh_from_db()
    assert invitation.accepted_at is None


def test_a_link_that_has_expired_takes_nothing_but_a_sign() -> None:
    old, new = STATES["completed, the new one active"]()
    for answers in ({"no_red_flags": "on", "pain": "2"}, {"red_flags": ["green_hair"]}, {}):
        week = old.weeks.get(number=1)
        with on_day(16):
            answer = Client().post(path_of(check_in_url(old, week.number)), answers)
        assert answer.status_code == 410
    assert not CheckIn.objects.exists()
    assert fresh(new).status == "active"


def test_a_review_that_stops_a_completed_plan_leaves_it_completed() -> None:
    """What the rules say of a week and what becomes of the plan are two things."""
    plan = fresh(_completed())
    link_of(plan)
    assert Review.objects.filter(plan=plan).latest("revision").decision == "stop"
    assert fresh(plan).status == "completed"
    assert plan.events.filter(kind="red_flag").count() == 1


def test_no_page_says_that_a_completed_plan_is_paused() -> None:
    plan = fresh(_completed())
    for answer in (link_of(plan), warning_signs(plan, plan), desk_signs(plan, plan)):
        assert "plan is paused" not in text(answer)
        assert "emergency department now" in text(answer)
        if "entry" not in answer.request["PATH_INFO"]:
            assert soup(answer).select_one("a[href='tel:000']")
