"""The invented clinic: every state is there, and everything in it is what the app itself would have written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client

from accounts.models import Clinic, Consent, Role, User
from tests.demo_clinic import NOW, DemoClinic, rows_of_tables
from tests.fhir.record import faults, references, shape_of
from walking.care.tick import catch_up_all
from walking.care.weeks.check_in import answered, open_week
from walking.companions.movement.rules import confidence
from walking.demo.people import INVITED, PASSWORD, PATIENTS
from walking.demo.story import Person, State
from walking.fhir.bundle import bundle
from walking.models import (
    Adjustment,
    Attention,
    Bounce,
    CheckIn,
    CompanionProgramme,
    Invitation,
    LessonIntention,
    LessonReading,
    Mail,
    Plan,
    Review,
    Walk,
)
from walking.models.standing import computed, differs
from walking.programme.attention import Kind
from walking.programme.dose import Dose
from walking.programme.facts import WeekFacts
from walking.programme.review import Flag, ReviewState, review

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def clinic_of_this_file(demo_clinic: DemoClinic, django_db_blocker: Any) -> Iterator[None]:
    """The database holds the clinic; it is rolled back after the last test of this file."""
    with django_db_blocker.unblock(), transaction.atomic():
        demo_clinic.copy_into_database()
        yield
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _in_the_demo(clinic_of_this_file: None, db: None) -> None:
    """Each test sees the clinic, and leaves it as it was."""


def plan_of(person: Person) -> Plan:
    return Plan.objects.select_related("patient").get(patient__email=person.email)


def flag_of(plan: Plan) -> str | None:
    """What the plan needs most, acknowledged or not."""
    # A contact that is due says nothing of how somebody is.
    needs = [need.kind.value for need in Attention.objects.get(pk=plan.pk).all_needs]
    return next((kind for kind in needs if kind != "contact_due"), None)


def test_the_copy_is_what_was_made(demo_clinic: DemoClinic) -> None:
    copied = rows_of_tables()
    assert {table: copied[table] for table in demo_clinic.rows} == demo_clinic.rows
    assert len(demo_clinic.rows) > 30


def test_its_keys_go_on_after_those_of_the_copy() -> None:
    plan = Plan.objects.latest("pk")
    newest = Walk.objects.latest("pk").pk
    walk = Walk.objects.create(
        plan=plan, day=NOW.date(), minutes=9, entered_by=plan.patient, entered_at=NOW
    )
    assert walk.pk == newest + 1


def test_making_it_takes_few_statements(demo_clinic: DemoClinic) -> None:
    """``make demo`` waits for them. Most were questions of the clock about what was not due: 41,000 in all."""
    assert demo_clinic.statements < 37_000


def test_the_desk_has_what_was_acknowledged_put_off_and_waits() -> None:
    seen = Attention.objects.get(plan__patient__email="ray@home.example")
    assert (seen.rank, seen.red_flag_seen) == (None, True)
    acknowledged = Attention.objects.get(plan__patient__email="stanley@home.example")
    assert acknowledged.rank is None
    assert acknowledged.acknowledged_at == NOW
    off = Attention.objects.get(plan__patient__email="arthur@home.example")
    assert off.rank is None
    assert off.snoozed_until is not None
    assert off.snoozed_until > NOW
    kinds = set(Attention.objects.waiting().values_list("kind", flat=True))
    assert kinds >= {"urgent", "flare_up", "pain", "quiet"}
    for row in computed(Plan.objects.values_list("pk", flat=True), NOW):
        assert not differs(row, Attention.objects.get(pk=row.pk)), row.plan


def pending(plan: Plan) -> Dose | None:
    last = plan.adjustments.filter(week_number=plan.week_number).last()
    return last.dose if last else None


def is_waiting(plan: Plan) -> bool:
    week = open_week(plan, NOW)
    return week is not None and answered(plan, week.number) is None


def last_review(plan: Plan) -> Review:
    return plan.reviews.filter(week_number=plan.week_number - 1).latest("revision")


def ended_days_ago(plan: Plan) -> int:
    return (NOW.date() - plan.weeks.get(number=plan.week_number).ends).days


active, paused, completed = Plan.Status.ACTIVE, Plan.Status.PAUSED, Plan.Status.COMPLETED
SHOWN: dict[State, Callable[[Plan], bool]] = {
    State.NEW: lambda plan: plan.status == active and plan.week_number == 1,
    State.ON_TRACK: lambda plan: (
        plan.status == active and plan.week_number > 3 and flag_of(plan) is None
    ),
    State.QUIET: lambda plan: flag_of(plan) == Flag.QUIET,
    State.IN_PAIN: lambda plan: flag_of(plan) == Flag.PAIN,
    State.FLARE_UP: lambda plan: flag_of(plan) == Flag.FLARE_UP,
    State.RED_FLAG: lambda plan: (
        plan.status == paused and plan.paused_for == "red_flag" and flag_of(plan) == Flag.URGENT
    ),
    State.PAUSED: lambda plan: plan.status == paused and plan.paused_for == "physiotherapist",
    State.COMPLETED: lambda plan: plan.status == completed and ended_days_ago(plan) < 14,
    State.FOLLOW_UP: lambda plan: (
        plan.status == completed and ended_days_ago(plan) > 14 and plan.recurrences.count() > 2
    ),
    State.STRUGGLING: lambda plan: flag_of(plan) == Flag.STRUGGLING,
    State.WAITING: is_waiting,
    State.ADJUSTED: lambda plan: plan.status == active and pending(plan) is not None,
    State.AWAY: lambda plan: last_review(plan).reason == "away",
    State.NOT_ANSWERING: lambda plan: flag_of(plan) == Kind.NOT_ANSWERING,
    State.UNREACHED: lambda plan: flag_of(plan) == Kind.UNREACHED,
    State.MAIL_LOST: lambda plan: flag_of(plan) == Kind.MAIL,
}


@pytest.mark.parametrize("person", PATIENTS, ids=lambda person: person.name)
def test_everybody_is_in_the_state_they_are_said_to_be_in(person: Person) -> None:
    assert SHOWN[person.state](plan_of(person))


def test_every_state_is_there_and_24_patients_of_two_physiotherapists() -> None:
    assert {person.state for person in PATIENTS} == set(State)
    assert Plan.objects.count() == len(PATIENTS) == 24
    assert Clinic.objects.count() == 1
    assert User.objects.filter(role=Role.MANAGER).count() == 1
    shares = [
        user.caseload.count() for user in User.objects.filter(role=Role.PHYSIOTHERAPIST).all()
    ]
    assert sorted(shares) == [12, 12]


def test_flare_ups_come_from_mid_week_and_from_a_check_in() -> None:
    plans = [plan_of(person) for person in PATIENTS if person.state is State.FLARE_UP]
    eased = [plan.weeks.get(number=plan.week_number).eased_from is not None for plan in plans]
    assert sorted(eased) == [False, True]


def test_some_invitations_are_open_and_one_is_expired_and_one_taken_back() -> None:
    waiting = Invitation.objects.filter(accepted_at=None)
    assert waiting.count() == len(INVITED) == 5
    assert waiting.filter(revoked_at=None, expires_at__gt=NOW).count() == 3
    assert waiting.filter(revoked_at=None, expires_at__lte=NOW).count() == 1
    assert waiting.filter(revoked_at__isnull=False).count() == 1


def test_people_live_in_zones_from_ten_hours_behind_to_thirteen_ahead() -> None:
    offsets = {
        NOW.astimezone(user.zone).utcoffset() for user in User.objects.filter(role=Role.PATIENT)
    }
    assert {dt.timedelta(hours=-10), dt.timedelta(hours=13)} <= offsets
    assert len(offsets) >= 7


def test_every_review_is_what_the_rules_make_of_what_was_known() -> None:
    reviews = list(Review.objects.select_related("plan"))
    assert len(reviews) > 150
    for kept in reviews:
        given, plan = kept.inputs, kept.plan
        answers = CheckIn.objects.filter(
            plan=plan, week_number=kept.week_number, revision=given["check_in"] or 0
        ).first()
        adjusted = Adjustment.objects.filter(
            plan=plan, week_number=kept.week_number, revision=given["adjustment"] or 0
        ).first()
        doses = given.get("doses")
        facts = WeekFacts(
            minutes_by_day={int(day): n for day, n in given["minutes_by_day"].items()},
            walk_pain=given["walk_pain"],
            check_in=answers.as_rules_see_it() if answers else None,
            adjustment=adjusted.dose if adjusted else None,
            absent=given["absent"],
            flare_up_acted=given["flare_up_acted"],
            first_doses=tuple(Dose(*dose) for dose in doses) if doses else None,
        )
        outcome = review(
            plan.programme,
            ReviewState(**given["state"]),
            kept.dose,
            facts,
            last_week=kept.week_number >= plan.length_weeks,
        )
        assert (kept.line, kept.decision, kept.reason, kept.next_dose, kept.flags) == (
            outcome.line,
            outcome.decision.value,
            outcome.reason.value,
            outcome.next,
            [flag.value for flag in outcome.flags],
        ), kept


def test_every_week_has_the_dose_that_the_review_before_it_gave() -> None:
    followed = 0
    for plan in Plan.objects.all():
        for week in plan.weeks.exclude(origin="start"):
            before = plan.reviews.filter(week_number=week.number - 1).last()
            if before and before.next_dose:
                assert week.first_dose == before.next_dose
                followed += 1
    assert followed > 130


def test_the_reviews_cover_many_lines_of_the_table() -> None:
    assert set(Review.objects.values_list("line", flat=True)) >= {
        *(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11),
        *(14, 16, 17, 18, 19),
    }


def test_nothing_is_overdue() -> None:
    assert not Plan.objects.filter(next_review_at__lte=NOW).exists()
    assert not Plan.objects.filter(next_check_in_at__lte=NOW).exists()
    with transaction.atomic():
        ticked = catch_up_all(NOW)
        transaction.set_rollback(True)
    assert (ticked.reviewed, ticked.queued) == (0, 0)


def test_nothing_lies_in_the_future() -> None:
    for model, field in ((Walk, "entered_at"), (CheckIn, "at"), (Review, "at"), (Consent, "at")):
        assert not model.objects.filter(**{f"{field}__gt": NOW}).exists()
    for walk in Walk.objects.select_related("plan__patient"):
        assert walk.day <= NOW.astimezone(walk.plan.patient.zone).date()


def test_reviews_come_at_four_in_the_morning_where_the_patient_is() -> None:
    for kept in Review.objects.filter(revision=1).exclude(reason="red_flag"):
        zones = [kept.plan.patient.zone, User(timezone="Australia/Sydney").zone]
        assert any(kept.at.astimezone(zone).time() == dt.time(4) for zone in zones)


def test_mail_of_the_past_is_settled_in_its_folder_and_new_invitations_wait(
    demo_clinic: DemoClinic, mailoutbox: list[Any]
) -> None:
    waiting = Mail.objects.filter(state=Mail.State.QUEUED)
    assert waiting.filter(kind=Mail.Kind.INVITATION).count() == 2
    assert not waiting.filter(due_at__lt=NOW - dt.timedelta(hours=1)).exists()
    sent = Mail.objects.filter(state=Mail.State.SENT)
    kept = b"".join(path.read_bytes() for path in demo_clinic.mail.glob("*/*.log"))
    assert kept.count(b"Message-ID: ") == sent.count() > 250
    assert not Mail.objects.filter(state=Mail.State.FAILED).exists()
    gone = Bounce.objects.get(email="ingrid@home.example")
    assert not sent.filter(recipient__email=gone.email, due_at__gt=gone.at).exists()
    assert mailoutbox == []


def test_a_second_seeding_is_refused_in_clear_words(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="people in this database already") as refused:
        call_command("demo_clinic", mail=tmp_path, stdout=StringIO())
    assert refused.value.returncode == 2
    assert Plan.objects.count() == len(PATIENTS)


@pytest.mark.parametrize(
    "email", ["joan@home.example", "grace@home.example", "tom@riverbend.example"]
)
def test_its_people_can_sign_in(email: str) -> None:
    client = Client()
    answer = client.post("/accounts/login/", {"login": email, "password": PASSWORD})
    assert answer.status_code == 302
    assert client.session["_auth_user_id"]


def test_lessons_were_read_and_answered_and_some_will_be_tried() -> None:
    read = LessonReading.objects.all()
    assert read.filter(right=3).count() > 20
    assert read.filter(right=2).exists()
    assert read.filter(right=None).exists()
    assert LessonIntention.objects.exclude(words="").count() > 3


def test_somebody_practises_movements_and_feels_safer() -> None:
    programme = CompanionProgramme.objects.get(kind="movement")
    rows = programme.movement_sessions.order_by("day", "pk")
    assert rows.count() > 20
    assert {row.version for row in rows} >= {1, 2}
    grown = confidence(row.safe for row in rows.filter(pattern="rolling"))
    assert grown is not None
    assert grown.grew
    assert programme.movement_corrections.exists()


def test_somebody_sits_less_from_week_to_week() -> None:
    programme = CompanionProgramme.objects.get(kind="sitting")
    days = programme.sitting_days.order_by("day")
    assert programme.sitting_usual.count() == 1
    assert days.count() > 15
    first, last = days[:5], days.reverse()[:5]
    assert sum(day.less for day in last) > sum(day.less for day in first)


def test_somebody_learns_two_tasks_and_feels_surer() -> None:
    programme = CompanionProgramme.objects.get(kind="loads")
    assert {tried.task for tried in programme.load_tries.all()} == {"shopping", "socks"}
    sure = list(
        programme.load_ratings.filter(task="shopping")
        .order_by("day")
        .values_list("sure", flat=True)
    )
    assert sure[-1] > sure[0]


def test_words_are_what_people_would_write() -> None:
    words = [text for text in CheckIn.objects.values_list("words", flat=True) if text]
    assert len(set(words)) > 20


def test_walks_of_a_watch_say_where_they_come_from_in_the_diary_and_at_the_desk() -> None:
    plan = Plan.objects.select_related("physiotherapist").get(patient__email="yuki@home.example")
    assert plan.physiotherapist is not None
    brought = plan.walks.all()
    assert brought.count() > 10
    assert {walk.source for walk in brought} == {"fit"}
    for walk in brought:
        assert walk.started_at is not None
        assert walk.started_at.astimezone(plan.patient.zone).date() == walk.day
    assert not Walk.objects.exclude(plan=plan).exclude(source="").exists()
    client = Client()
    client.force_login(plan.patient)
    assert "from a watch" in client.get("/diary/").content.decode()
    client.force_login(plan.physiotherapist)
    # Its weeks are pages; since the history's end empty ones have followed.
    story = [
        client.get(f"/admin/walking/plan/{plan.pk}/change/?show=walks&p={page}").content.decode()
        for page in range(1, 6)
    ]
    assert any("from a watch" in page for page in story)


def test_somebody_without_an_address_is_looked_after_by_telephone() -> None:
    plan = Plan.objects.select_related("physiotherapist").get(patient__email="")

    assert {each.paper.recorded_by for each in plan.patient.consents.all()} == {
        plan.physiotherapist
    }
    assert {walk.entered_by for walk in plan.walks.all()} == {plan.physiotherapist}
    assert {answer.via for answer in plan.check_ins.all()} == {"staff"}
    assert plan.check_ins.count() > 3
    assert not Mail.objects.filter(recipient=plan.patient).exists()


def test_every_patient_is_valid_fhir_and_whole_in_itself() -> None:
    patients = list(User.objects.patients())
    assert len(patients) == 24
    seen: set[str] = set()
    for person in patients:
        whole = bundle(person, NOW)
        names = {entry["fullUrl"] for entry in whole["entry"]}
        assert len(names) == len(whole["entry"])
        assert set(references(whole)) <= names
        for entry in whole["entry"]:
            if (shape := shape_of(entry["resource"])) not in seen:
                seen.add(shape)
                assert faults(entry["resource"]) == []
