"""A record is read in: all of it or nothing, and taken out again it is the same."""

from __future__ import annotations

import copy
import datetime as dt
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import Access, User
from tests.demo_clinic import NOW, DemoClinic
from tests.desk.desk import Desk, make_desk
from tests.people import make_clinic, make_manager, make_physio, signed_in
from walking.care.clinic.programme_versions import new_version
from walking.care.record.erase import erase
from walking.care.record.export_record import as_zip, record_of
from walking.care.record.import_record import opened, read_in
from walking.care.record.tables import PARTS
from walking.care.refusal import Refused
from walking.care.tick import catch_up_all
from walking.models import Attention, CheckIn, Mail, Plan, ProgrammeVersion, Review, Walk
from walking.models.erasure import Why
from walking.models.standing import computed, differs
from walking.programme.red_flags import RedFlag
from walking.programme.settings import Programme
from walking.programme.thresholds import Thresholds

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture
def physio() -> User:
    """Of a clinic that has nothing yet."""
    clinic = make_clinic(name="Fresh", timezone="Europe/London")
    return make_physio(clinic, name="Nora New", email="new@fresh.example")


def through_a_file(record: dict[str, Any]) -> dict[str, Any]:
    return opened(as_zip(record))


def compared(record: dict[str, Any], physio: User) -> dict[str, Any]:
    """What has to be the same: all but what is about the installation, and who goes on with the plan."""
    kept = copy.deepcopy(record)
    for name in ("made_at", "clinic", *(part.name for part in PARTS if part.stays)):
        kept.pop(name, None)
    for plan in kept["plans"]:
        plan["physiotherapist"] = "whoever"
    for version in kept.get("programme_versions", []):
        version["number"] = 0
    for invitation in kept["invitations"]:
        if invitation["accepted_at"] is None:
            invitation["revoked_at"] = "taken back"
    return kept


def test_the_demo_clinic_goes_out_is_erased_and_comes_back_whole(
    demo: DemoClinic, physio: User
) -> None:
    patients = list(User.objects.patients().order_by("pk"))
    records = [record_of(user, at=NOW, private=True) for user in patients]
    walks, reviews = Walk.objects.count(), Review.objects.count()
    for user in patients:
        erase(user, why=Why.CLINIC, at=NOW)
    assert not Walk.objects.exists()
    assert not Plan.objects.exists()
    assert len(records) == 24
    for record in records:
        patient = read_in(through_a_file(record), physiotherapist=physio, match_staff=False, at=NOW)
        again = record_of(patient, at=NOW, private=True)
        assert compared(again, physio) == compared(record, physio)
    assert (Walk.objects.count(), Review.objects.count()) == (walks, reviews)
    assert set(Plan.objects.values_list("clinic__name", flat=True)) == {"Fresh"}
    # The desk knows of each what its facts say.
    kept = {row.pk: row for row in Attention.objects.all()}
    ids = list(Plan.objects.values_list("pk", flat=True))
    assert not [row for row in computed(ids, NOW) if differs(row, kept[row.pk])]


def test_the_clock_goes_on_where_it_stood_and_nothing_is_sent_again(physio: User) -> None:
    desk, now = make_desk("wren"), timezone.now()
    catch_up_all(now)
    plan = Plan.objects.get(pk=desk.plan.pk)
    due, week = plan.next_review_at, plan.week_number
    assert due is not None
    patient = read_in(away(desk), physiotherapist=physio, match_staff=False, at=now)
    plan = patient.plans.get()
    assert (plan.next_review_at, plan.week_number) == (due, week)
    catch_up_all(now)
    assert not Mail.objects.filter(plan=plan).exists()
    catch_up_all(due + dt.timedelta(minutes=1))
    assert Review.objects.filter(plan=plan, week_number=week).count() == 1


def away(desk: Desk, *, private: bool = True) -> dict[str, Any]:
    """The record of the desk's patient, who is then erased."""
    record = through_a_file(record_of(desk.plan.patient, at=timezone.now(), private=private))
    erase(desk.plan.patient, why=Why.ASKED, at=timezone.now())
    return record


def test_the_desk_shows_who_did_what_and_nobody_signs_in_as_they(physio: User) -> None:
    desk = make_desk("wren")
    patient = read_in(away(desk), physiotherapist=physio, match_staff=False, at=timezone.now())
    former = User.objects.get(clinic=physio.clinic, name=desk.physio.name)
    assert not former.is_active
    assert not former.has_usable_password()
    assert patient.plans.get().physiotherapist == physio
    page = signed_in(physio).get(f"/admin/walking/plan/{patient.plans.get().pk}/change/")
    assert desk.physio.name in page.content.decode()
    assert "wren reason" in page.content.decode()
    assert signed_in(patient).get("/today/").status_code == 200
    assert not patient.has_usable_password()
    line = Access.objects.get(patient=patient, what="read_in")
    assert line.by == physio


def test_into_the_clinic_it_came_from_with_its_own_staff() -> None:
    desk = make_desk("wren")
    people = User.objects.count()
    patient = read_in(away(desk), physiotherapist=desk.physio, match_staff=True, at=timezone.now())
    assert User.objects.count() == people
    assert patient.plans.get().adjustments.first().by == desk.physio


def test_the_own_copy_says_that_reasons_are_not_in_it(physio: User) -> None:
    desk = make_desk("wren")
    record = away(desk, private=False)
    patient = read_in(record, physiotherapist=physio, match_staff=False, at=timezone.now())
    reasons = set(patient.plans.get().adjustments.values_list("reason", flat=True))
    assert reasons == {"Not in the patient's own copy."}


@pytest.mark.database
def test_thresholds_come_along_and_change_nothing_for_the_clinic(physio: User) -> None:
    desk = make_desk("wren")
    stricter = Programme(thresholds=Thresholds(pain_too_much=5, pain_moderate=3))
    version = new_version(
        by=desk.manager, programme=stricter, why="careful", seen=0, at=timezone.now()
    )
    Plan.objects.filter(pk=desk.plan.pk).update(programme_version=version)
    patient = read_in(away(desk), physiotherapist=physio, match_staff=False, at=timezone.now())
    plan = patient.plans.get()
    assert plan.thresholds.pain_too_much == 5
    assert ProgrammeVersion.objects.current(physio.clinic) is None
    assert plan.programme_version is not None
    assert plan.programme_version.taken_over_at
    manager = make_manager(physio.clinic, name="M", email="m@fresh.example")
    page = signed_in(manager).get("/admin/programme/").content.decode()
    assert "came with the record of a patient from another clinic" in page
    own = new_version(by=manager, programme=stricter, why="ours", seen=0, at=timezone.now())
    assert own.number == plan.programme_version.number + 1


def test_the_answer_on_warning_signs_comes_along_and_none_is_made_up(physio: User) -> None:
    desk, at = make_desk("wren"), timezone.now()
    for week, signs, answered in ((5, ["trauma"], True), (6, [], True), (7, [], None)):
        CheckIn(
            plan=desk.plan, week_number=week, at=at, via="app", red_flags=signs,
            signs_answered=answered,
        ).save()  # fmt: skip
    record = away(desk)
    older = copy.deepcopy(record)
    for given in older["check_ins"]:
        del given["signs_answered"]

    def signs_of(record: dict[str, Any]) -> list[Any]:
        person = read_in(record, physiotherapist=physio, match_staff=False, at=at)
        given = CheckIn.objects.filter(plan__patient=person, week_number__gte=5)
        signs = [each.signs for each in given.order_by("week_number")]
        erase(person, why=Why.ASKED, at=at)
        return signs

    assert signs_of(record) == [(RedFlag.TRAUMA,), (), None]
    assert signs_of(older) == [(RedFlag.TRAUMA,), None, None]


def wrong(record: dict[str, Any], part: str, **change: Any) -> dict[str, Any]:
    record = copy.deepcopy(record)
    target = record["person"] if part == "person" else record[part][0]
    target.update(change)
    return record


@pytest.mark.parametrize(
    ("part", "change", "place"),
    [
        ("walks", {"minutes": "lots"}, "walks[1].minutes"),
        ("walks", {"minutes": 100_000}, "walks[1]"),
        ("walks", {"day": "2026-02-30"}, "walks[1].day"),
        ("walks", {"plan": 7}, "walks[1].plan"),
        ("walks", {"plan": None}, "walks[1].plan"),
        ("walks", {"plan": True}, "walks[1].plan"),
        ("walks", {"effort": "huge"}, "walks[1].effort"),
        ("walks", {"entered_at": "2026-02-03T10:00:00"}, "walks[1].entered_at"),
        ("walks", {"id": 1}, "walks[1].id"),
        ("plans", {"status": "flying"}, "plans[1].status"),
        ("plans", {"goal_minutes": 5}, "plans[1]"),
        ("adjustments", {"by": "patient: Somebody"}, "adjustments[1].by"),
        ("adjustments", {"by": 3}, "adjustments[1].by"),
        ("person", {"role": "operator"}, "person.role"),
        ("person", {"is_superuser": True}, "person.is_superuser"),
        ("person", {"timezone": "Mars/Base"}, "person"),
        ("person", {"email": "new@fresh.example"}, "person"),
        ("person", {"name": "a\x00b"}, "person.name"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_and_nothing_is_kept(
    physio: User, part: str, change: dict[str, Any], place: str
) -> None:
    record = wrong(away(make_desk("wren")), part, **change)
    before = User.objects.count()
    with pytest.raises(Refused) as refused:
        read_in(record, physiotherapist=physio, match_staff=False, at=timezone.now())
    assert str(refused.value).startswith(place)
    assert User.objects.count() == before
    assert not Plan.objects.exists()


def another_zip() -> bytes:
    other = io.BytesIO()
    with zipfile.ZipFile(other, "w") as file:
        file.writestr("letter.txt", "hello")
    return other.getvalue()


def zip_bomb() -> bytes:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("my-data.json", b" " * (80 * 1024 * 1024))
    return bomb.getvalue()


@pytest.mark.parametrize(
    "made",
    [
        pytest.param(lambda: b"", id="empty"),
        pytest.param(lambda: b"[]", id="no record"),
        pytest.param(lambda: b"[" * 100_000, id="deep"),
        pytest.param(lambda: b'{"person": {}, "format": "waymark-my-data-1"}', id="old"),
        pytest.param(lambda: b"PK\x03\x04 and no more", id="damaged zip"),
        pytest.param(another_zip, id="another zip"),
        pytest.param(zip_bomb, id="zip bomb"),
    ],
)
def test_what_is_no_such_file_is_refused(made: Callable[[], bytes]) -> None:
    with pytest.raises(Refused):
        opened(made())


@pytest.mark.database
def test_by_the_command_line_out_and_in_again(
    tmp_path: Path, physio: User, capsys: pytest.CaptureFixture[str]
) -> None:
    desk = make_desk("wren")
    patient, out = desk.plan.patient, tmp_path / "record.zip"
    call_command(
        "export_my_data", patient=patient.email, by=desk.physio.email, full=True, out=str(out)
    )
    assert Access.objects.get(patient=patient, action="exported").by == desk.physio
    assert out.stat().st_mode & 0o077 == 0
    asked = {"physiotherapist": physio.email}
    with pytest.raises(CommandError, match="is here already") as refused:
        call_command("import_my_data", str(out), **asked)
    assert refused.value.returncode == 1
    erase(patient, why=Why.ASKED, at=timezone.now())
    call_command("import_my_data", str(out), dry_run=True, **asked)
    assert "would be a patient of Fresh" in capsys.readouterr().out
    assert not User.objects.patients().exists()
    call_command("import_my_data", str(out), **asked)
    assert User.objects.patients().get().name == patient.name
    assert "is a patient of Fresh" in capsys.readouterr().out
    (tmp_path / "other.json").write_text(json.dumps({"hello": 1}))
    for arguments in (
        [str(tmp_path / "other.json")],
        [str(tmp_path / "missing.zip")],
    ):
        with pytest.raises(CommandError) as unusable:
            call_command("import_my_data", *arguments, **asked)
        assert unusable.value.returncode == 2


@pytest.mark.database
def test_a_clinic_takes_out_its_own_patients_only(tmp_path: Path, physio: User) -> None:
    desk = make_desk("wren")
    for whose in ({"patient": desk.plan.patient.email}, {"plan": desk.plan.pk}):
        with pytest.raises(CommandError) as refused:
            call_command("export_my_data", by=physio.email, out=str(tmp_path / "x.zip"), **whose)
        assert refused.value.returncode == 2
    assert not (tmp_path / "x.zip").exists()
    call_command(
        "export_my_data", plan=desk.plan.pk, by=desk.physio.email, out=str(tmp_path / "x.zip")
    )
    assert "wren reason" not in zipfile.ZipFile(tmp_path / "x.zip").read("my-data.json").decode()
