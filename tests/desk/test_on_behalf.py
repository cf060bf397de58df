"""Entering for a patient at the desk: who may, what is kept, what the trail says, and a red flag all the same."""

from __future__ import annotations

import datetime as dt
import re

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.test import Client
from django.utils import timezone

from accounts.models import Access, User
from tests.desk.desk import Desk, hidden_fields, make_desk
from tests.people import make_operator, signed_in
from tests.responses import my_data
from walking.mail import links
from walking.mail.compose import Composed, compose
from walking.models import CheckIn, Invitation, Mail, Plan, PlanEvent, Recurrence, Walk
from walking.programme.weeks import month_day

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    return make_desk("wren")


@pytest.fixture
def plan(desk: Desk) -> Plan:
    """Of a patient without an email address."""
    EmailAddress.objects.filter(user=desk.plan.patient).delete()
    User.objects.filter(pk=desk.plan.patient_id).update(email="")
    return Plan.objects.get(pk=desk.plan.pk)


def address(plan: Plan, what: str) -> str:
    return f"/admin/walking/plan/{plan.pk}/entry/{what}/"


def today(plan: Plan) -> dt.date:
    return timezone.localtime(timezone.now(), plan.patient.zone).date()


def changes(plan: Plan) -> list[tuple[str, str]]:
    trail = Access.objects.filter(patient=plan.patient, action="changed").order_by("pk")
    return list(trail.values_list("what", "why"))


def a_walk(plan: Plan, **fields: object) -> dict[str, object]:
    usual = {"told": "phone", "day": today(plan).isoformat(), "minutes": 17, "pain": "2"}
    return usual | {"effort": "easy"} | fields


def test_it_enters_a_walk_for_the_patient(desk: Desk, plan: Plan) -> None:
    client = signed_in(desk.physio)
    given = a_walk(plan) | hidden_fields(client.get(address(plan, "walk")).content.decode())

    for _twice in range(2):
        answer = client.post(address(plan, "walk"), given)
        assert answer.status_code == 302

    walk = Walk.objects.get(plan=plan, minutes=17)
    assert (walk.entered_by, walk.pain, walk.effort) == (desk.physio, 2, "easy")
    assert changes(plan)[-1] == ("walk", "told on the telephone")
    story = client.get(f"/admin/walking/plan/{plan.pk}/change/").content.decode()
    assert "entered by wren Physio" in story


def test_it_corrects_takes_out_and_brings_back_a_walk(desk: Desk, plan: Plan) -> None:
    client = signed_in(desk.physio)
    client.post(address(plan, "walk"), a_walk(plan))
    walk = Walk.objects.get(plan=plan, minutes=17)
    here = address(plan, f"walk/{walk.pk}")

    assert client.post(here, a_walk(plan, minutes=21, told="paper")).status_code == 302
    walk.refresh_from_db()
    assert (walk.minutes, walk.changed_by) == (21, desk.physio)
    assert changes(plan)[-1] == ("walk", "read from the patient's notes on paper")

    assert client.post(here, {"_remove": "1", "told": "visit"}).status_code == 302
    walk.refresh_from_db()
    assert walk.removed_at is not None
    assert changes(plan)[-1] == ("walk_removed", "told in the clinic")

    assert client.get(here + "bring-back/").status_code == 405
    assert client.post(here + "bring-back/").status_code == 302
    walk.refresh_from_db()
    assert walk.removed_at is None


def test_it_marks_for_the_patient_what_the_clinic_corrected(desk: Desk) -> None:
    plan = desk.plan
    mine = signed_in(plan.patient)
    mine.post(
        "/diary/add/", {"day": today(plan).isoformat(), "minutes": 9, "pain": "", "effort": ""}
    )
    walk = Walk.objects.get(plan=plan, minutes=9)
    assert "wren Physio" not in mine.get("/diary/").content.decode()

    signed_in(desk.physio).post(address(plan, f"walk/{walk.pk}"), a_walk(plan, minutes=19))

    assert "corrected by wren Physio" in mine.get("/diary/").content.decode()
    assert [w["changed_by"] for w in my_data(mine)["walks"] if w["minutes"] == 19] == [
        "physiotherapist: wren Physio"
    ]


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("minutes", "", "Write the minutes"),
        ("told", "", "Choose how you know it."),
        ("day", "2031-01-01", "That day is still to come."),
    ],
)
def test_it_says_beside_the_field_what_is_wrong(desk, plan, field, value, told) -> None:
    answer = signed_in(desk.physio).post(address(plan, "walk"), a_walk(plan, **{field: value}))

    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert not Walk.objects.filter(plan=plan, minutes=17).exists()


def test_it_enters_a_check_in_for_the_patient(desk: Desk, plan: Plan) -> None:
    client = signed_in(desk.physio)
    given = {
        "told": "visit", "week": plan.week_number, "no_red_flags": "on", "flare_up": "no",
        "pain": "3", "difficulty": "about_right", "confidence": "8", "words": "Knees are fine",
    }  # fmt: skip

    answer = client.post(address(plan, "check-in"), given, follow=True)

    assert answer.status_code == 200
    kept = CheckIn.objects.filter(plan=plan).latest("pk")
    assert (kept.week_number, kept.via, kept.by) == (plan.week_number, "staff", desk.physio)
    assert (kept.pain, kept.difficulty, kept.confidence) == (3, "about_right", 8)
    assert changes(plan)[-1] == ("check_in", "told in the clinic")
    page = answer.content.decode()
    assert "Tell the patient:" in page
    assert "entered by wren Physio" in page


def test_it_takes_no_check_in_without_an_answer_on_warning_signs(desk: Desk, plan: Plan) -> None:
    before = plan.check_ins.count()
    given = {"told": "family", "week": plan.week_number, "pain": "3", "words": "Knees are fine"}

    answer = signed_in(desk.physio).post(address(plan, "check-in"), given)

    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Tick each warning sign that applies, or “None of these”." in page
    assert "Knees are fine" in page
    assert re.search('value="family" selected', page)
    assert plan.check_ins.count() == before


def test_the_story_tells_no_warning_signs_from_no_answer(desk: Desk, plan: Plan) -> None:
    client, at = signed_in(desk.physio), timezone.now()
    story = f"/admin/walking/plan/{plan.pk}/change/"
    CheckIn(plan=plan, week_number=plan.week_number, revision=8, at=at, via="app", pain=2).save()
    page = client.get(story).content.decode()
    assert "warning signs: no answer recorded · pain 2" in page
    CheckIn(
        plan=plan, week_number=plan.week_number, revision=9, at=at, via="app", signs_answered=True,
        pain=1,
    ).save()  # fmt: skip
    assert "no warning signs · pain 1" in client.get(story).content.decode()


def test_it_hears_from_a_patient_through_the_physiotherapist(desk: Desk, plan: Plan) -> None:
    client = signed_in(desk.physio)
    client.post(address(plan, "walk"), a_walk(plan))

    from walking.desk.caseload.lines import lines_for

    line = lines_for([Plan.objects.select_related("patient").get(pk=plan.pk)])[plan.pk]
    assert timezone.now() - line.seen_at < dt.timedelta(minutes=1)


def test_a_red_flag_acts_at_once_and_tells_what_to_say(desk: Desk, plan: Plan) -> None:
    Mail.objects.all().delete()
    given = {
        "told": "phone", "week": plan.week_number, "pain": "8",
        "red_flags": ["bladder_bowel"],
    }  # fmt: skip
    client = signed_in(desk.colleague)

    answer = client.post(address(plan, "check-in"), given, follow=True)

    plan.refresh_from_db()
    assert (plan.status, plan.paused_for) == ("paused", "red_flag")
    assert "or go to an emergency department now." in answer.content.decode()
    assert desk.clinic.emergency_number in answer.content.decode()
    # The patient has no address; whoever answers for the plan is told.
    assert list(Mail.objects.values_list("kind", "recipient")) == [("urgent", desk.physio.pk)]
    assert changes(plan)[-1] == ("red_flag", "told on the telephone")


def test_a_warning_sign_counts_while_the_plan_is_paused(desk: Desk, plan: Plan) -> None:
    client = signed_in(desk.physio)
    page = client.get(f"/admin/walking/plan/{plan.pk}/pause/").content.decode()
    client.post(
        f"/admin/walking/plan/{plan.pk}/pause/",
        hidden_fields(page) | {"note": "holiday", "message": ""},
    )
    plan.refresh_from_db()
    assert plan.status == "paused"

    led = client.get(address(plan, "check-in"))
    assert led["Location"] == address(plan, "warning-signs")
    assert client.post(led["Location"], {"told": "phone"}).status_code == 422
    answer = client.post(led["Location"], {"told": "phone", "red_flags": ["bladder_bowel"]})

    assert answer.status_code == 302
    plan.refresh_from_db()
    assert plan.paused_for == "red_flag"
    assert PlanEvent.objects.filter(plan=plan, detail__reason="red_flag").exists()


def test_it_enters_a_flare_up(desk: Desk, plan: Plan) -> None:
    week = plan.weeks.get(number=plan.week_number)
    given = {"told": "family", "started": today(plan).isoformat(), "limited": "yes"}

    answer = signed_in(desk.physio).post(address(plan, "flare-up"), given)

    assert answer.status_code == 302
    assert Recurrence.objects.filter(plan=plan, episode=1, by=desk.physio).exists()
    assert plan.weeks.get(number=plan.week_number).dose.total < week.dose.total
    assert changes(plan)[-1] == ("flare_up", "told by somebody close to the patient")


def test_it_enters_days_away_and_takes_them_back(desk: Desk, plan: Plan) -> None:
    client, here = signed_in(desk.physio), address(plan, "away")
    first, last = today(plan), today(plan) + dt.timedelta(days=4)
    given = {"told": "phone", "first": first, "last": last, "kind": "travelling", "words": ""}

    assert client.post(here, given).status_code == 302

    absence = plan.absences.standing().get()
    assert (absence.first, absence.last, absence.by) == (first, last, desk.physio)
    assert changes(plan)[-1] == ("absence", "told on the telephone")
    again = client.post(here, given)
    assert again.status_code == 422
    assert "away from" in again.content.decode()

    back = f"{here}{absence.pk}/back/"
    assert back in client.get(here).content.decode()
    assert client.get(back).status_code == 405
    assert client.post(back).status_code == 302
    assert not plan.absences.standing().filter(last__gte=first).exists()
    assert changes(plan)[-1] == ("absence", "back again, or not going")


def test_it_enters_and_corrects_the_answer_of_a_month(desk: Desk, plan: Plan) -> None:
    client, here = signed_in(desk.physio), address(plan, "month")
    page = client.get(here).content.decode()
    assert "The first month is over on" in page
    assert client.post(here, {"told": "phone", "month": "1", "happened": "no"}).status_code == 422

    with time_machine.travel(dt.datetime.combine(
        month_day(plan.start, 2), dt.time(12), tzinfo=dt.UTC
    ), tick=False):  # fmt: skip
        client = signed_in(desk.physio)
        assert "Month 2" in client.get(here).content.decode()
        no = {"told": "phone", "month": "1", "happened": "no"}
        assert client.post(here, no).status_code == 302
        began = month_day(plan.start, 1) - dt.timedelta(days=5)
        yes = {
            "told": "visit", "month": "1", "happened": "yes", "started": began.isoformat(),
            "ended": "", "limited_activity": "no", "sought_care": "yes",
        }  # fmt: skip
        assert "Answered already: month 1." in client.get(here).content.decode()
        assert client.post(here, yes | {"started": ""}).status_code == 422
        assert client.post(here, yes).status_code == 302

    answers = plan.recurrences.filter(month=1, by=desk.physio).order_by("revision")
    assert [(one.happened, one.started, one.by) for one in answers] == [
        (False, None, desk.physio), (True, began, desk.physio)
    ]  # fmt: skip
    assert changes(plan)[-1] == ("recurrence", "told in the clinic")


def test_whoever_has_no_clinic_is_not_offered_to_enrol(desk: Desk) -> None:
    caseload = "/admin/walking/plan/"
    assert ENROL in signed_in(desk.physio).get(caseload).content.decode()
    operator = make_operator()
    assert ENROL not in signed_in(operator).get(caseload).content.decode()


@pytest.mark.parametrize("what", ["walk", "check-in", "flare-up", "warning-signs", "away", "month"])
def test_nobody_of_another_clinic_enters_anything(desk: Desk, plan: Plan, what: str) -> None:
    other = make_desk("lark")
    before = (Walk.objects.count(), CheckIn.objects.count(), Recurrence.objects.count())
    given = a_walk(plan) | {
        "week": plan.week_number, "red_flags": ["bladder_bowel"], "limited": "yes",
        "started": today(plan).isoformat(),
    }  # fmt: skip

    for who in (other.physio, other.manager):
        client = signed_in(who)
        for answer in (client.get(address(plan, what)), client.post(address(plan, what), given)):
            assert answer.status_code == 302
            assert f"/{plan.pk}/" not in answer["Location"]
    assert signed_in(plan.patient).get(address(plan, what)).status_code in (302, 403)

    assert (Walk.objects.count(), CheckIn.objects.count(), Recurrence.objects.count()) == before


def test_the_page_of_the_plan_offers_it_and_says_there_is_no_address(desk, plan) -> None:
    page = signed_in(desk.colleague).get(f"/admin/walking/plan/{plan.pk}/change/").content.decode()

    for what in ("walk", "check-in", "flare-up", "away", "month"):
        assert address(plan, what) in page
    assert "no email address" in page
    assert "mailto:" not in page


# Enrolled in person, and an address later --------------------------------------------------------

ENROL = "/admin/walking/plan/enrol/"


def a_newcomer(desk: Desk, **fields: object) -> dict[str, object]:
    day = timezone.localtime(timezone.now(), desk.physio.zone).date().isoformat()
    usual = {
        "name": "Ada Lind", "timezone": "Australia/Sydney", "language": "en",
        "baseline_minutes": "10", "baseline_days": "3", "goal_minutes": "30", "goal_days": "5",
        "pace": "standard", "length_weeks": "26", "start": day, "adult": "on",
        "no_red_flag": "on", "safe_to_walk": "on", "recovered": "on", "comfortable_minutes": "15",
        "signed_on": day, "consent": "on",
    }  # fmt: skip
    return {name: value for name, value in (usual | fields).items() if value}


def test_it_enrols_in_person(desk: Desk) -> None:
    client = signed_in(desk.physio)
    page = client.get(ENROL).content.decode()
    assert "Who sees it" in page
    assert "2026-11" in page

    answer = client.post(ENROL, a_newcomer(desk))

    plan = Plan.objects.latest("pk")
    assert answer["Location"] == f"/admin/walking/plan/{plan.pk}/change/"
    assert (plan.patient.name, plan.patient.email) == ("Ada Lind", "")
    assert (plan.physiotherapist, plan.baseline_minutes) == (desk.physio, 10)
    assert plan.patient.consents.get().paper.recorded_by == desk.physio
    assert "Ada Lind" in client.get("/admin/walking/plan/").content.decode()
    for where in (answer["Location"], "/admin/accounts/consent/"):
        assert "recorded by wren Physio" in client.get(where).content.decode()


@pytest.mark.parametrize(
    ("field", "told"),
    [
        ("name", "Give the patient&#x27;s name."),
        ("consent", "A plan can only start with the patient&#x27;s consent."),
        ("signed_on", "Give the day on which the patient signed."),
        ("safe_to_walk", ""),
    ],
)
def test_it_enrols_nobody_while_something_is_missing(desk: Desk, field: str, told: str) -> None:
    before = User.objects.count()

    answer = signed_in(desk.physio).post(ENROL, a_newcomer(desk, **{field: ""}))

    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert User.objects.count() == before


def test_it_shows_the_ladder_without_enrolling(desk: Desk) -> None:
    before = User.objects.count()

    answer = signed_in(desk.physio).post(ENROL, a_newcomer(desk) | {"_preview": "1"})

    assert answer.status_code == 200
    assert "The goal can be reached in week" in answer.content.decode()
    assert User.objects.count() == before


@pytest.fixture
def ada(desk: Desk) -> Plan:
    """Of somebody who was enrolled in person."""
    signed_in(desk.physio).post(ENROL, a_newcomer(desk))
    return Plan.objects.latest("pk")


@pytest.mark.database
def test_an_address_is_offered_taken_and_opens_the_same_plan(desk: Desk, ada: Plan) -> None:
    here = f"/admin/walking/plan/{ada.pk}/address/"
    client = signed_in(desk.physio)
    assert here in client.get(f"/admin/walking/plan/{ada.pk}/change/").content.decode()

    assert client.post(here, {"email": "nonsense"}).status_code == 422
    assert client.post(here, {"email": "ada@home.example"}).status_code == 302
    assert "ada@home.example" in client.get(here).content.decode()
    assert changes(ada)[-1] == ("address_offered", "")

    offered = Invitation.objects.get(patient=ada.patient)
    link = "/" + links.invitation_url(offered).split("/", 3)[3]
    patient = Client()
    assert "Choose a password" in patient.get(link).content.decode()
    assert patient.post(link, {"password": "short"}).status_code == 422
    answer = patient.post(link, {"password": "three plain words"})

    assert answer["Location"] == "/today/"
    assert patient.get("/today/").status_code == 200
    assert User.objects.get(pk=ada.patient_id).email == "ada@home.example"
    assert patient.get(link).status_code == 410
    assert "cannot read mail at ada@home.example" in client.get(here).content.decode()
    assert client.post(here, {"email": "ada@home.example"}).status_code == 422


def test_the_offered_address_is_nobodys_while_somebody_else_is_signed_in(desk, ada) -> None:
    signed_in(desk.physio).post(
        f"/admin/walking/plan/{ada.pk}/address/", {"email": "ada@home.example"}
    )
    offered = Invitation.objects.get(patient=ada.patient)
    link = "/" + links.invitation_url(offered).split("/", 3)[3]

    answer = signed_in(desk.colleague).post(link, {"password": "three plain words"})

    assert answer.status_code == 403
    assert User.objects.get(pk=ada.patient_id).email == ""


def test_nobody_of_another_clinic_offers_an_address(desk: Desk, ada: Plan) -> None:
    other = make_desk("lark")

    answer = signed_in(other.manager).post(
        f"/admin/walking/plan/{ada.pk}/address/", {"email": "ada@home.example"}
    )

    assert answer.status_code == 302
    assert not Invitation.objects.filter(patient=ada.patient).exists()
    assert signed_in(ada.patient).get(ENROL).status_code in (302, 403)


@pytest.mark.database
def test_the_mail_of_an_offered_address_says_what_it_is(desk: Desk, ada: Plan) -> None:
    signed_in(desk.physio).post(
        f"/admin/walking/plan/{ada.pk}/address/", {"email": "ada@home.example"}
    )

    mail = Mail.objects.get(invitation__patient=ada.patient)
    composed = compose(mail, timezone.now())

    assert isinstance(composed, Composed)
    assert composed.address == "ada@home.example"
    assert "choose a password" in composed.text.lower()
    assert "/i/" in composed.text


def test_the_questionnaire_of_somebody_without_email_is_entered_and_marked(desk: Desk) -> None:
    client, address = (
        signed_in(desk.physio),
        f"/admin/walking/plan/{desk.plan.pk}/entry/questionnaire/",
    )
    assert client.get(address).status_code == 200
    refused = client.post(address, {"told": "phone"})
    assert refused.status_code == 422
    assert "Please answer at least one question." in refused.content.decode()
    entered = client.post(
        address,
        {
            "told": "phone",
            "pain": "3",
            "statements": ["1", "2"],
            "activity_1": "Bowls",
            "score_1": "5",
        },
    )
    assert entered.status_code == 302
    answer = desk.plan.outcome_answers.get()
    assert (answer.by, answer.disability) == (desk.physio, 2)
    page = client.get(f"/admin/walking/plan/{desk.plan.pk}/change/").content.decode()
    assert "Roland-Morris 2 of 24" in page
    assert "Bowls: 5 of 10" in page
