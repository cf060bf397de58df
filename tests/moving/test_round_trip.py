"""A clinic moves to a fresh installation, on SQLite and on PostgreSQL, and is the same there.

The demo's, which has a history, and one with a patient in every state that a page can show.
"""

from __future__ import annotations

import json
import stat
import zipfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.operations.places import Place, places
from tests.services import Missing

pytestmark = [pytest.mark.stack, pytest.mark.slow]

CLINIC, MANAGER = "Riverbend Physiotherapy", "helen@riverbend.example"
STATES = "manager@harbour.example"
TRAIL = "tables/accounts.Access.jsonl"
#: How many tables there are in which neither of the two has a row.
EMPTY = 4


#: A clinic of the tests in the browser, and what it has no page of: a logo, a notice, days away, a calendar, a view.
MAKE_STATES = """
import datetime as dt
from django.utils import timezone
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from accounts.models import Access, Clinic, ClinicLogo, ClinicNotice, User
from tests.browser.clinic import NOW, make
from tests.people import PASSWORD, make_operator, make_physio
from walking.care.plan.settings_change import change_settings
from walking.care.clinic.programme_versions import new_version
from walking.programme.settings import Programme
from walking import models as m
make()
manager = User.objects.get(email="manager@harbour.example")
clinic, at = manager.clinic, timezone.now()
plan = m.Plan.objects.filter(clinic=clinic, status="active").order_by("pk").first()
first = plan.start + dt.timedelta(days=300)
ClinicLogo(clinic=clinic, data=b"a picture", digest="d" * 64, changed_at=at).save()
ClinicNotice(clinic=clinic, kind="privacy", number=1, body="Ours.", asks=False, by=manager, at=at).save()
m.Absence(
    plan=plan, first=first, last=first, kind="ill", by=plan.patient, said_at=at, said_on=plan.start
).save()
m.CalendarFeed(plan=plan, changed_at=at).save()
m.CaseloadView(owner=manager, name="Quiet", query="need=quiet").save()
m.MailPreference(user=plan.patient, digest=False).save()
m.FhirKey(person=plan.patient).save()
m.ReminderChoice(plan=plan, weekday_bits=1, changed_at=at).save()
m.Habit(plan=plan, weekday_bits=1, changed_at=at).save()
m.FollowUpLength(clinic=clinic, months=24, by=manager, at=at).save()
m.Retention(clinic=clinic, months=120, by=manager, at=at).save()
m.RecordHold(patient=plan.patient, why="A claim.", by=manager, at=at).save()
m.OwnDownload(patient=plan.patient, at=at.replace(microsecond=1)).save()
erasure = m.Erasure(clinic=clinic, mark="e" * 64, why="asked", at=at)
erasure.save()
m.ErasedAccess(erasure=erasure, by=manager, role="manager", action="viewed", what="diary", at=at).save()
version = new_version(
    by=manager, programme=Programme(length_weeks=20), why="We tried it.", seen=0, at=at
)
physio = plan.physiotherapist
change_settings(
    plan, programme=version.programme, programme_version=version, from_week=plan.week_number + 1, reason="Asked.",
    by=physio, at=NOW, version=m.Plan.objects.get(pk=plan.pk).version,
)
leaving = m.Plan.objects.filter(clinic=clinic).order_by("-pk").first().patient
m.ErasureRequest(
    patient=leaving, by=leaving, why="asked", at=at, due_at=at + dt.timedelta(days=14)
).save()
m.JoinRequest(clinic=clinic, name="Ben Ito", email="ben@example.org", at=at).save()
# Somebody who runs the installation has looked, and somebody who works elsewhere now.
operator = make_operator(email="op@waymark.example")
elsewhere = Clinic.objects.exclude(pk=clinic.pk).first()
gone = make_physio(elsewhere, email="gone@harbour.example", name="Gus", password=PASSWORD)
Access.objects.create(
    by=operator, role="operator", patient=plan.patient, clinic=clinic, action="viewed", what="diary", at=at
)
m.Note.objects.create(plan=plan, number=9, revision=1, words="Before he left.", by=gone, at=at)
TOTP.activate(manager, generate_totp_secret())
print(clinic.name)
"""


@dataclass(frozen=True)
class Moved:
    """Where the clinics were, beside each other, and what was taken out at ``at``: the demo's, and that of states."""

    old: Place
    file: Path
    states: Path
    at: datetime


@pytest.fixture(scope="module")
def moved(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Moved]:
    folder = tmp_path_factory.mktemp("old")
    with places("sqlite", folder, migrated=1) as (old,):
        old.manage("demo_clinic", "--mail", folder / "mail")
        name = old.manage("shell", "--no-imports", "--command", MAKE_STATES).splitlines()[-1]
        at = datetime.now(UTC)
        old.tick("--at", at.isoformat())
        file, states = folder / "riverbend.zip", folder / "states.zip"
        old.manage("export_clinic", CLINIC, "--by", MANAGER, "--out", file, "--leave-mail")
        old.manage("export_clinic", name, "--by", STATES, "--out", states, "--leave-mail")
        yield Moved(old, file, states, at)


@pytest.fixture(params=["sqlite", "postgres"])
def fresh(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    with ExitStack() as running:
        try:
            (place,) = running.enter_context(places(request.param, tmp_path, migrated=1))
        except Missing as missing:
            pytest.skip(str(missing))
        yield place


def tables(file: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(file) as opened:
        return {name: opened.read(name) for name in opened.namelist() if name != "clinic.json"}


def rows_of(file: Path, label: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in tables(file)[f"tables/{label}.jsonl"].splitlines()]


def test_moments_are_taken_out_to_the_microsecond(moved: Moved) -> None:
    (download,) = rows_of(moved.states, "walking.OwnDownload")
    assert datetime.fromisoformat(download["fields"]["at"]).microsecond == 1


def test_every_state_of_a_clinic_is_the_same_there(moved: Moved, fresh: Place) -> None:
    fresh.manage("import_clinic", moved.states)
    name = str(rows_of(moved.states, "accounts.Clinic")[0]["fields"]["name"])
    again = fresh.folder / "again.zip"
    fresh.manage("export_clinic", name, "--by", STATES, "--out", again)
    was, now = tables(moved.states), tables(again)
    assert now.pop(TRAIL).startswith(was.pop(TRAIL))
    assert _different(was, now) == {}
    people = {row["fields"]["email"]: row["fields"] for row in rows_of(again, "accounts.User")}
    # Names of the trail that nobody can sign in by; who had a second step chooses a new password by mail.
    for name in ("op@waymark.example", "gone@harbour.example"):
        assert not people[name]["is_active"]
    for name in ("op@waymark.example", "gone@harbour.example", STATES):
        assert people[name]["password"].startswith("!")
    assert people["rosa@example.org"]["password"].startswith("argon2")


def test_what_was_read_in_is_what_was_taken_out(moved: Moved, fresh: Place) -> None:
    said = fresh.manage("import_clinic", moved.file, "--dry-run")
    assert "Nothing was kept." in said
    assert fresh.execute("SELECT count(*) FROM accounts_user") == [(0,)]
    fresh.manage("import_clinic", moved.file)

    # Nothing that was sent is sent again, nothing that was reviewed is reviewed again.
    counts = fresh.tick("--at", moved.at.isoformat())
    assert (counts["reviewed"], counts["queued"], counts["sent"]) == (0, 0, 0)
    again = fresh.folder / "again.zip"
    fresh.manage("export_clinic", CLINIC, "--by", MANAGER, "--out", again)
    was, now = tables(moved.file), tables(again)
    # The trail has a line more for each patient: that the clinic was taken out here, too.
    assert now.pop(TRAIL).startswith(was.pop(TRAIL))
    assert _different(was, now) == {}

    # It goes on: the clock reviews what is due, and new rows get new keys.
    later = (moved.at + timedelta(days=8)).isoformat()
    assert fresh.tick("--at", later)["reviewed"] > 5
    fresh.manage(
        "createsuperuser", "--noinput", "--email", "op@waymark.example", "--name", "Olga",
        DJANGO_SUPERUSER_PASSWORD="three plain words",
    )  # fmt: skip
    # And somebody is here now.
    refused = fresh.run("import_clinic", moved.file)
    assert refused.returncode == 1
    assert b"There are people or a clinic here already" in refused.stderr


def _different(was: dict[str, bytes], now: dict[str, bytes]) -> dict[str, tuple[bytes, bytes]]:
    assert was.keys() == now.keys()
    return {name: _first_difference(was[name], now[name]) for name in was if was[name] != now[name]}


def _first_difference(one: bytes, other: bytes) -> tuple[bytes, bytes]:
    pairs = zip(one.splitlines(), [*other.splitlines(), b""], strict=False)
    return next(((was, now) for was, now in pairs if was != now), (b"", b"more rows"))


def test_the_file_is_whole_and_holds_nobody_else(moved: Moved) -> None:
    assert stat.S_IMODE(moved.file.stat().st_mode) == 0o600
    demo, states = tables(moved.file), tables(moved.states)
    # Between them they have something of nearly everything.
    empty = sorted(name for name in demo if not demo[name] and not states[name])
    assert len(empty) <= EMPTY, empty
    keys = []
    for file in (moved.file, moved.states):
        (clinic,) = rows_of(file, "accounts.Clinic")
        keys.append(clinic["pk"])
        assert {row["fields"]["clinic"] for row in rows_of(file, "walking.Plan")} == {clinic["pk"]}
    assert keys[0] != keys[1]
    people = [
        {row["pk"] for row in rows_of(it, "accounts.User")} for it in (moved.file, moved.states)
    ]
    assert len(people[0]) > 20
    # But for one who works at the other clinic now, and is named in a note of this one.
    assert len(people[0] & people[1]) == 1
    states = {row["fields"]["state"] for row in rows_of(moved.file, "walking.Mail")}
    assert "queued" not in states
    assert "sent" in states


def test_it_takes_out_nothing_that_it_should_not(moved: Moved, tmp_path: Path) -> None:
    out = tmp_path / "out.zip"
    for arguments, words in (
        (("Nowhere", "--by", MANAGER, "--out", out), b"no clinic called 'Nowhere'"),
        ((CLINIC, "--by", "priya@riverbend.example", "--out", out), b"no manager"),
        ((CLINIC, "--by", MANAGER, "--out", moved.file), b"a file already"),
    ):
        answer = moved.old.run("export_clinic", *arguments)
        assert answer.returncode == 2
        assert words in answer.stderr
    assert not list(tmp_path.iterdir())


type Change = Callable[[str, bytes], bytes | None]


def changed(file: Path, target: Path, change: Change) -> Path:
    """A copy of ``file`` with each table or list as ``change`` makes it."""
    with zipfile.ZipFile(file) as opened, zipfile.ZipFile(target, "w") as made:
        for name in opened.namelist():
            content = change(name, opened.read(name))
            if content is not None:
                made.writestr(name, content)
    return target


def test_a_file_that_is_not_whole_is_refused_and_nothing_of_it_stays(
    moved: Moved, tmp_path: Path
) -> None:
    with places("sqlite", tmp_path, migrated=1) as (place,):
        walks, manifest = "tables/walking.Walk.jsonl", "clinic.json"
        cut = tmp_path / "cut.zip"
        cut.write_bytes(moved.file.read_bytes()[:-2000])
        words = tmp_path / "words.zip"
        words.write_text("not a zip")

        def of(wanted: str, change: Callable[[bytes], bytes | None]) -> Change:
            return lambda name, content: change(content) if name == wanted else content

        broken = (
            of(walks, lambda it: it[: it.rindex(b"\n", 0, -1) + 1]),
            of(walks, lambda it: it.replace(b'"minutes": 1', b'"minutes": 2')),
            of(walks, lambda _it: None),
            of(walks, lambda it: b"nonsense\n" + it),
            of(walks, lambda it: b'{"fields": 3}\n' + it),
            of(manifest, lambda _it: None),
            of(manifest, lambda it: it.replace(b'"version": 1', b'"version": 2')),
            of(manifest, lambda it: it.replace(b"walking.Walk", b"walking.Ride")),
        )
        files = [cut, words, tmp_path / "missing.zip"]
        files += [
            changed(moved.file, tmp_path / f"{number}.zip", change)
            for number, change in enumerate(broken)
        ]
        for file in files:
            answer = place.run("import_clinic", file)
            assert answer.returncode in {1, 2}, file
            assert b"Traceback" not in answer.stderr, answer.stderr
            assert answer.stderr.strip(), file
            assert place.execute("SELECT count(*) FROM accounts_user") == [(0,)]
