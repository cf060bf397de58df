"""The audit trail at the desk: no page of a patient is opened and nothing changed without a line in it."""

from __future__ import annotations

import ast
import datetime as dt
import pkgutil
from collections.abc import Callable
from importlib import import_module
from inspect import getsource

import pytest
from bs4 import BeautifulSoup
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

import walking.care
from accounts.access_log import record
from accounts.desk import DeskAdmin
from accounts.models import Access, User
from tests.desk.desk import Desk, enrolled, make_desk
from tests.desk.test_walls import desk_addresses, objects_of
from tests.people import make_manager, signed_in
from walking.care.diary import walks
from walking.care.pain import episodes, flare_up
from walking.care.permission import lock_for_staff
from walking.care.plan import away, notes, pause, preferences
from walking.care.plan.adjust import set_next_dose, withdraw_adjustment
from walking.care.record.audit import changed
from walking.care.weeks.check_in import check_in, report_red_flags
from walking.models import CheckIn, Plan
from walking.programme.dose import Dose
from walking.programme.facts import CheckIn as Answers
from walking.programme.red_flags import RedFlag

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    return make_desk("hill")


@pytest.mark.slow
def test_every_page_of_a_patient_writes_who_opened_it(desk: Desk) -> None:
    notes.write(desk.plan, words="To be seen", by=desk.physio, at=timezone.now())
    seen = 0
    for model, rows in objects_of(desk).items():
        base = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        page = admin.site._registry[model]
        assert isinstance(page, DeskAdmin)
        for row in rows:
            patient = page.patient_of(row)
            if patient is None:
                continue
            for address in desk_addresses():
                if not address.startswith(base) or "<path:object_id>" not in address:
                    continue
                # Somebody of their own for each address, so that no look goes on from another.
                path = address.replace("<path:object_id>", str(row.pk))
                path = path.replace("<int:number>", "1").replace("<slug:name>", "today")
                manager = make_manager(desk.clinic, name="Looker",
                    email=f"looker{User.objects.count()}@hill.example",
                )  # fmt: skip
                response = signed_in(manager).get(path)
                if response.status_code == 200:
                    seen += 1
                    looks = Access.objects.filter(by=manager, action="viewed")
                    assert [look.patient for look in looks] == [patient], path
            break  # one row of a kind tells for all
    assert seen > 15


def test_no_page_is_left_without_saying_whose_it_is_and_what_it_shows() -> None:
    for page in admin.site._registry.values():
        assert type(page).patient_of is not DeskAdmin.patient_of, page
        assert isinstance(page, DeskAdmin)
        assert page.shows or page.model._meta.model_name == "clinic", page


def test_lists_over_many_patients_are_no_look_at_one(desk: Desk) -> None:
    client = signed_in(desk.colleague)
    for model in admin.site._registry:
        client.get(f"/admin/{model._meta.app_label}/{model._meta.model_name}/")
    assert not Access.objects.filter(by=desk.colleague).exists()


# Changes ------------------------------------------------------------------------------------------


def tomorrow() -> dt.datetime:
    return timezone.now() + dt.timedelta(days=1)


def change(plan: Plan, by: User, name: str) -> object:
    """Make one change as staff."""
    now, today = timezone.now(), timezone.localtime(timezone.now(), plan.patient.zone).date()
    dose, version = Dose(12, 3), plan.version
    in_a_week = today + dt.timedelta(days=7)

    def walk() -> object:
        return walks.log_walk(plan, day=today, minutes=10, by=plan.patient, at=now)

    def gone() -> object:
        return away.say_away(plan, first=in_a_week, last=in_a_week, kind="ill", by=None, at=now)

    changes: dict[str, Callable[[], object]] = {
        "dose": lambda: set_next_dose(plan, dose=dose, reason="x", by=by, at=now, version=version),
        "paused": lambda: pause.pause(plan, note="x", by=by, at=now, version=version),
        "completed": lambda: pause.complete(plan, note="x", by=by, at=now, version=version),
        "walk": lambda: walks.log_walk(plan, day=today, minutes=10, by=by, at=now),
        "walk_removed": lambda: walks.remove_walk(walk(), by=by, at=now),  # type: ignore[arg-type]
        "check_in": lambda: check_in(
            plan,
            week_number=1,
            answers=Answers(pain=1, red_flags=()),
            via=CheckIn.Via.STAFF,
            by=by,
            at=now,
        ),
        "red_flag": lambda: report_red_flags(plan, red_flags=[RedFlag.TRAUMA], by=by, at=now),
        "flare_up": lambda: flare_up.report_flare_up(plan, by=by, at=now),
        "recurrence": lambda: episodes.answer_month(
            plan, 1, happened=False, by=by, at=now + dt.timedelta(days=40)
        ),
        "absence": lambda: away.take_back(gone(), by=by, at=now),  # type: ignore[arg-type]
        "time_zone": lambda: preferences.change_time_zone(
            plan.patient, timezone="Europe/Oslo", by=by, at=now
        ),
        "check_in_time": lambda: preferences.change_check_in_time(
            plan, check_in_time=dt.time(9), by=by, at=now
        ),
        "note": lambda: notes.write(plan, words="x", by=by, at=now),
    }
    return changes[name]()


CHANGES = (
    "dose", "paused", "completed", "walk", "walk_removed", "check_in", "red_flag", "flare_up",
    "recurrence", "absence", "time_zone", "check_in_time", "note",
)  # fmt: skip


@pytest.mark.parametrize("what", CHANGES)
def test_a_change_by_staff_is_written_and_one_by_the_patient_is_not(desk: Desk, what: str) -> None:
    plan = enrolled(desk.physio, name="Nora", email="nora@home.example", days_ago=2)
    change(plan, desk.physio, what)
    lines = Access.objects.filter(patient=plan.patient)
    assert [(line.by, line.action, line.what) for line in lines] == [(desk.physio, "changed", what)]


@pytest.mark.parametrize("what", ["walk", "check_in", "flare_up", "absence", "check_in_time"])
def test_what_patients_do_themselves_is_not_in_it(desk: Desk, what: str) -> None:
    plan = enrolled(desk.physio, name="Nora", email="nora@home.example", days_ago=2)
    change(plan, plan.patient, what)
    assert not Access.objects.filter(patient=plan.patient).exists()


def test_taking_back_and_resuming_are_written_with_their_reasons(desk: Desk) -> None:
    now = timezone.now()
    plan = Plan.objects.get(pk=desk.plan.pk)
    withdraw_adjustment(plan, reason="Too soon", by=desk.physio, at=now, version=plan.version)
    plan.refresh_from_db()
    pause.pause(plan, note="Knee", by=desk.physio, at=now, version=plan.version)
    plan.refresh_from_db()
    pause.resume(
        plan, dose=Dose(10, 3), note="Better", by=desk.colleague, at=now, version=plan.version
    )
    lines = Access.objects.filter(patient=plan.patient).order_by("pk")
    assert [(line.what, line.why) for line in lines][1:] == [
        ("dose_withdrawn", "Too soon"), ("paused", "Knee"), ("resumed", "Better"),
    ]  # fmt: skip


#: Where what is done by somebody has another record than a patient's, or no patient yet.
NO_PATIENT_YET = {
    "enrol.invite", "enrol.revoke_invitation", "bulk_invite.import_patients", "programme_versions.new_version",
    "clinic_lessons.add_lesson", "clinic_lessons.change_lesson", "clinic_lessons.take_lesson_off",
    "requests.answered_by_inviting", "requests.decline", "requests.open_door", "requests.shut_door",
    "notices.publish", "retention.set_retention",
}  # fmt: skip
#: Parts of use cases, handed who did it for their own records; the use case writes the line.
PARTS = {
    "enrol.start_plan", "stop.stop", "episodes.tell", "episodes.from_check_in",
    "screening.keep",
}  # fmt: skip


def test_no_use_case_that_takes_who_did_it_forgets_the_trail() -> None:
    calls, taking = {}, set()
    for module in pkgutil.walk_packages(walking.care.__path__, "walking.care."):
        if module.name in {changed.__module__, lock_for_staff.__module__}:
            continue
        tree = ast.parse(getsource(import_module(module.name)))
        for function in (node for node in tree.body if isinstance(node, ast.FunctionDef)):
            name = f"{module.name.rpartition('.')[2]}.{function.name}"
            calls[name] = {
                node.func.id if isinstance(node.func, ast.Name) else node.func.attr
                for node in ast.walk(function)
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute)
            }
            arguments = [*function.args.args, *function.args.kwonlyargs]
            if not function.name.startswith("_") and any(each.arg == "by" for each in arguments):
                taking.add(name)
    writing = {"changed"}
    while True:
        found = {name.rpartition(".")[2] for name, called in calls.items() if called & writing}
        if found <= writing:
            break
        writing |= found
    forgot = {name for name in taking if not calls[name] & writing} - NO_PATIENT_YET - PARTS
    assert not forgot, f"call {changed.__module__}.changed in the transaction of the change"
    assert len(taking) > 15


# Reading it ---------------------------------------------------------------------------------------


def trail_page(desk: Desk, by: User, query: str = "") -> str:
    response = signed_in(by).get(f"/admin/walking/plan/{desk.plan.pk}/history/{query}")
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser").get_text(" ", strip=True)


def test_the_plans_physiotherapist_and_managers_read_it_and_others_do_not(desk: Desk) -> None:
    for who in (desk.physio, desk.manager):
        assert "hill Physio physiotherapist changed next week's dose hill reason" in trail_page(
            desk, who
        )
    address = f"/admin/walking/plan/{desk.plan.pk}/history/"
    assert signed_in(desk.colleague).get(address).status_code == 403
    assert signed_in(make_desk("dale").manager).get(address).status_code == 302
    page = signed_in(desk.colleague).get(f"/admin/walking/plan/{desk.plan.pk}/change/")
    assert address not in page.content.decode()


def test_it_is_paged_and_asks_as_often_for_many_lines_as_for_one(desk: Desk) -> None:
    client = signed_in(desk.physio)
    address = f"/admin/walking/plan/{desk.plan.pk}/history/"

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(address)
        return len(captured)

    client.get(address)
    few = queries()
    for minutes in range(20, 2000, 20):
        at = timezone.now() - dt.timedelta(minutes=minutes)
        record(by=desk.physio, patient=desk.plan.patient, action="viewed", what="review", at=at)
    assert queries() == few <= 12
    assert "Page 1 of 3" in trail_page(desk, desk.physio)
    assert "Page 3 of 3" in trail_page(desk, desk.physio, "?p=3")
