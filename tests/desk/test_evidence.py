"""The evidence page: whose patients, what is left out, what stands beside it, and what it costs the rest."""

from __future__ import annotations

import csv
import datetime as dt
import io
import subprocess
import sys
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Clinic, User
from tests.days import local
from tests.people import insert_plan, make_clinic, make_manager, make_physio, signed_in
from tests.services import PATIENCE
from walking.care.pain.episodes import answer_month
from walking.care.pain.outcomes import answer_outcome
from walking.care.weeks.due_times import question_due
from walking.desk.insight.evidence.groups import Group, shown
from walking.desk.insight.evidence.people import people_of
from walking.models import Plan
from walking.models.outcome import months_followed
from walking.programme.survival import Definition, Ending, Observation
from walking.programme.weeks import month_day

pytestmark = pytest.mark.django_db
START = dt.date(2025, 3, 3)


def followed(physio: User, number: int, *, event: int | None = None, months: int = 12) -> Plan:
    """A plan whose monthly questions were answered; a recurrence that limited activity on day ``event``."""
    plan = insert_plan(START, physiotherapist=physio, status=Plan.Status.COMPLETED, contacts=False)
    hurt = None if event is None else START + dt.timedelta(days=event)
    for month in range(1, months + 1):
        since, until = month_day(START, month - 1), month_day(START, month)
        said: dict[str, Any] = {"happened": False}
        if hurt is not None and since <= hurt < until:
            said = {
                "happened": True, "started": hurt, "ended": hurt, "limited_activity": True,
                "sought_care": number % 2 == 0,
            }  # fmt: skip
        answer_month(plan, month, **said, by=plan.patient, at=local(until, 18))
    return plan


@pytest.fixture
def clinic() -> Clinic:
    return make_clinic(name="Hill Clinic")


@pytest.fixture
def physio(clinic: Clinic) -> User:
    return make_physio(clinic, name="Mia Hill", email="mia@hill.example")


@pytest.fixture
def manager(clinic: Clinic) -> User:
    return make_manager(clinic, name="Max Hill", email="max@hill.example")


@pytest.fixture
def twelve(physio: User) -> list[Plan]:
    """Six of twelve had a recurrence, on days 30, 60, … 180."""
    return [
        followed(physio, number, event=30 * (number + 1) if number < 6 else None)
        for number in range(12)
    ]


def page(user: User, query: str = "") -> str:
    response = signed_in(user).get(f"/admin/evidence/{query}")
    assert response.status_code == 200
    return response.content.decode()


def test_fewer_than_ten_patients_are_not_shown(physio: User) -> None:
    for number in range(9):
        followed(physio, number, months=1)
    shown_page = page(physio)
    assert "too few patients" in shown_page
    assert '<svg class="km"' not in shown_page


@pytest.mark.usefixtures("twelve")
@pytest.mark.slow
def test_it_draws_the_curve_with_its_numbers_and_the_trial_as_context(physio: User) -> None:
    content = page(physio)
    assert '<svg class="km"' in content
    assert "Of 12 patients, an estimated 50 in 100 were free of it after half a year" in content
    assert "180 days (95 % interval" in content
    assert "208 days" in content
    assert "112 days" in content
    assert "context and not a control" in content
    assert "style=" not in content.partition('id="content-main"')[2]
    assert "208 days" not in page(physio, "?definition=any")


@pytest.mark.usefixtures("twelve")
def test_each_definition_counts_apart(physio: User) -> None:
    people = people_of(physio, timezone.now())
    counts = {each: sum(person.observed(each).happened for person in people) for each in Definition}
    assert counts == {Definition.ANY: 6, Definition.LIMITING: 6, Definition.CARE: 3}


@pytest.mark.usefixtures("twelve")
def test_another_clinic_sees_none_of_it(physio: User) -> None:
    other = make_physio(make_clinic(name="Dale Clinic"), name="Dale", email="d@dale.example")
    assert "too few patients" in page(other)
    assert len(people_of(other, timezone.now())) == 0


@pytest.mark.database
@pytest.mark.usefixtures("twelve")
@pytest.mark.slow
def test_the_table_and_the_picture_can_be_taken_away(physio: User) -> None:
    client = signed_in(physio)
    table = client.get("/admin/evidence/curve.csv?definition=limiting")
    rows = list(csv.DictReader(io.StringIO(table.content.decode().removeprefix("\ufeff"))))
    assert (rows[0]["Day"], rows[0]["Share free of it"], rows[0]["At risk"]) == ("0", "1.0", "12")
    by_day = {row["Day"]: row for row in rows}
    assert (by_day["60"]["Share free of it"], by_day["60"]["At risk"]) == ("0.8333", "11")
    drawing = client.get("/admin/evidence/curve.svg")
    assert drawing["Content-Type"] == "image/svg+xml"
    assert 'stroke="#17604a"' in drawing.content.decode()
    assert "attachment" in drawing["Content-Disposition"]


@pytest.mark.usefixtures("twelve")
def test_small_groups_are_left_out_and_none_can_be_worked_out(clinic: Clinic, physio: User) -> None:
    colleague = make_physio(clinic, name="Cara Hill", email="cara@hill.example")
    for number in range(3):
        followed(colleague, number, event=40, months=3)
    content = page(physio, "?by=physiotherapist")
    assert "Cara Hill" not in content.partition('id="content-main"')[2]
    assert "Mia Hill</b>" not in content
    assert "2 groups are not shown" in content


def test_groups_of_ten_are_compared_with_a_warning_where_that_says_little(
    clinic: Clinic, physio: User
) -> None:
    colleague = make_physio(clinic, name="Cara Hill", email="cara@hill.example")
    for number in range(10):
        followed(physio, number, event=20 if number < 2 else None, months=2)
        followed(colleague, number, event=20 if number < 9 else None, months=2)
    content = page(physio, "?by=physiotherapist")
    assert "<b>Cara Hill</b>" in content
    assert "Log-rank test" in content
    assert "p = 0.00" in content or "p under 0.001" in content
    assert "The smallest group has 2 recurrences. With so few" in content
    assert "Nobody was put into these groups by chance" in content


def test_what_is_left_out_is_ten_or_more_together() -> None:
    def group(name: str, n: int) -> Group:
        return Group(name, (Observation(1, Ending.LOST),) * n)

    large, hidden = shown([group("a", 30), group("b", 12), group("c", 3)])
    assert ([each.name for each in large], hidden) == (["a"], 2)
    large, hidden = shown([group("a", 30), group("b", 6), group("c", 5)])
    assert ([each.name for each in large], hidden) == (["a"], 2)


def test_disability_and_pain_over_time_have_intervals(physio: User, twelve: list[Plan]) -> None:
    for number, plan in enumerate(twelve):
        answer_outcome(
            plan, 3, pain=number % 5, statements=list(range(1, number + 1)), by=plan.patient,
            at=local(month_day(START, 3), 12),
        )  # fmt: skip
    content = page(physio)
    assert "5.5 (3.2 to 7.8)" in content


@pytest.mark.usefixtures("twelve")
def test_it_asks_the_database_no_more_for_more_patients(
    physio: User, django_assert_max_num_queries
) -> None:
    client = signed_in(physio)
    with django_assert_max_num_queries(14) as first:
        client.get("/admin/evidence/")
    for number in range(6):
        followed(physio, number, event=50, months=2)
    with django_assert_max_num_queries(len(first.captured_queries)):
        client.get("/admin/evidence/")


def test_a_manager_says_for_how_long_it_is_asked_and_nobody_else(
    clinic: Clinic, physio: User, manager: User
) -> None:
    plan = insert_plan(START, physiotherapist=physio)
    assert signed_in(physio).post("/admin/evidence/", {"months": "24"}).status_code == 403
    assert signed_in(manager).post("/admin/evidence/", {"months": "37"}).status_code == 422
    assert signed_in(manager).post("/admin/evidence/", {"months": "24"}).status_code == 302
    plan = Plan.objects.select_related("clinic").get(pk=plan.pk)
    assert months_followed(plan.clinic) == 24
    assert question_due(plan, 24) is not None
    assert question_due(plan, 25) is None


def test_unknown_choices_are_refused_beside_their_fields(physio: User) -> None:
    client = signed_in(physio)
    assert client.get("/admin/evidence/?by=shoe-size").status_code == 422
    assert client.get("/admin/evidence/curve.csv?definition=none").status_code == 404


@pytest.mark.slow
def test_nothing_else_loads_what_draws_the_curves() -> None:
    """Web and worker start, and every address is known, without pandas and the like."""
    program = (
        "import sys, django; django.setup();"
        "from django.urls import get_resolver; get_resolver().url_patterns;"
        "from django.contrib import admin; import config.urls, config.celery, walking.tasks;"
        "import walking.desk.insight.evidence.view;"
        "heavy = {'lifelines', 'pandas', 'scipy', 'numpy', 'matplotlib'} & set(sys.modules);"
        "assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=PATIENCE)
