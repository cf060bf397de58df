"""The research export: read again by others' programs, and searched for whatever names somebody."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import json
import os
import re
import signal
import uuid
import zipfile
from collections import Counter
from collections.abc import Iterator
from io import StringIO
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Access, Clinic, User, record_consent
from operations.stopping import stops_tidily
from tests.people import (
    insert_plan,
    make_clinic,
    make_manager,
    make_patient,
    make_physio,
    signed_in,
)
from walking.care.enrolment.consent import withdraw_consent
from walking.care.enrolment.enrol import CONSENT_DOCUMENT
from walking.care.enrolment.research_consent import choose_research
from walking.cohort.load import load
from walking.models import (
    Absence,
    Adjustment,
    CheckIn,
    CompanionProgramme,
    LessonIntention,
    LessonReading,
    LoadRating,
    LoadTry,
    MovementSession,
    OutcomeActivity,
    OutcomeAnswer,
    Plan,
    Recurrence,
    Review,
    Screening,
    SittingDay,
    Walk,
)
from walking.research import export as exporting
from walking.research.dictionary import FLOW, tables
from walking.research.export import Exported, export_to
from walking.research.people import FEWEST, OTHER, TRAITS, people_of, shown_as, traits_shared
from walking.research.tables import TABLES

AGREED = 9
NOW = dt.datetime(2026, 6, 11, 10, 30, tzinfo=dt.UTC)
CLINIC_NAME = "Riverbend Clinic"
NAMES = (
    "Joanna Whitfield", "Petrus Novakova", "Margarethe Ellison", "Rosalinde Marin", "Kenjiro Watanabe",
    "Davidson Okafor", "Leilanie Kahale", "Ingridsen Holm", "Ahmedou Farouk", "Berylline Shaw",
    "Carmencita Diaz", "Walterius Lind",
)  # fmt: skip
#: Those who agree, and who of them share their words too.
SHARE = NAMES[:AGREED]
SHARE_WORDS = ("Rosalinde Marin", "Kenjiro Watanabe")
START = dt.date(2026, 3, 2)


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: Any) -> Iterator[Clinic]:
    """Made once for this file and rolled back after it."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield people_with_a_history()
        transaction.set_rollback(True)


@pytest.fixture
def clinic(made: Clinic, db: None) -> Clinic:
    """Each test sees the clinic, and leaves it as it was."""
    return made


def people_with_a_history() -> Clinic:
    """Twelve people who have something in every table, and two more."""
    clinic = make_clinic(name=CLINIC_NAME, country="AU")
    physio = make_physio(clinic, name="Priyanka Nairobi")
    for place, name in enumerate(NAMES):
        first = name.split()[0].lower()
        patient = make_patient(clinic, name=name, email=f"{first}@home.example")
        plan = insert_plan(
            START + dt.timedelta(days=place), week_number=4, patient=patient, physiotherapist=physio
        )
        lived(plan)
        choose_research(patient, agrees=name in SHARE, words=name in SHARE_WORDS, at=NOW)
    later = make_patient(clinic, name="Not Begunyet")
    insert_plan(NOW.date() + dt.timedelta(days=3), patient=later, physiotherapist=physio)
    withdrew = make_patient(clinic, name="Took Backagain")
    insert_plan(START, patient=withdrew, physiotherapist=physio)
    for agrees in (True, False):
        choose_research(withdrew, agrees=agrees, words=False, at=NOW)
    return clinic


def lived(plan: Plan) -> None:
    by, first = plan.patient, by_name(plan)
    physio = plan.physiotherapist
    assert physio is not None
    facts = {"plan": plan, "at": NOW - dt.timedelta(days=1), "by": by}
    for number in range(5):
        Walk.objects.create(
            plan=plan, day=plan.start + dt.timedelta(days=2 * number), minutes=10 + number,
            pain=number if number else None, effort="easy" if number else "", entered_by=by,
        )  # fmt: skip
    Walk.objects.create(plan=plan, day=plan.start, minutes=99, removed_at=NOW, entered_by=by)
    for revision in (1, 2):
        CheckIn(
            **facts, week_number=1, revision=revision, via="app", pain=revision, difficulty="too_easy",
            confidence=8, red_flags=["trauma", "faint"] if revision == 2 else [], words=f"=my dog {first}",
        ).save()  # fmt: skip
    Review(
        plan=plan, week_number=1, at=NOW, line=19, decision="advance", reason="met", pain=2,
        adherence="0.9812", minutes_walked=30, dose_minutes=10, dose_days=3, next_minutes=10, next_days=4,
        flags=["pain"], sentence=f"Well done, {first}",
    ).save()  # fmt: skip
    Adjustment(
        plan=plan, at=NOW, by=physio, week_number=2, minutes=12, days=4, reason=f"{first} asked",
        message=f"Dear {first}",
    ).save()  # fmt: skip
    Recurrence(**facts, month=1, happened=False).save()
    Recurrence(
        **facts, month=2, happened=True, episode=1, episode_revision=1, limited_activity=True,
        started=plan.start + dt.timedelta(days=33),
    ).save()  # fmt: skip
    answer = OutcomeAnswer(**facts, month=0, pain=3, statements=[1, 5], disability=2)
    answer.save()
    OutcomeActivity(answer=answer, number=1, words=f"Lift {first}'s cat", score=5).save()
    Absence.objects.create(
        plan=plan, first=plan.start, last=plan.start, kind="ill", words=f"@flu of {first}", by=by,
        said_at=NOW, said_on=plan.start,
    )  # fmt: skip
    LessonIntention(
        plan=plan, slug="why-walking", revision=1, words=f"Walk with {first}", at=NOW
    ).save()
    for number, slug in enumerate(("why-walking", "our-clinics-own"), 1):
        LessonReading(
            plan=plan, slug=slug, number=number, title=f"For {first}", language="en", version=1,
            of_clinic=number == 2, at=NOW, **({"first": 0, "second": 1, "third": 2, "right": 2} if number == 1 else {}),
        ).save()  # fmt: skip
    Screening(
        plan=plan, criteria="1", adult=True, no_red_flag=True, safe_to_walk=True, recovered=True,
        comfortable_minutes=20, by=physio, at=NOW,
    ).save()  # fmt: skip
    beside = [
        CompanionProgramme.objects.create(
            plan=plan, kind=kind, number=number, added_by=physio, added_at=NOW, started_on=plan.start,
            message=f"For {first}",
        )
        for number, kind in enumerate(("movement", "sitting", "loads"), 1)
    ]  # fmt: skip
    told = {"day": plan.start, "client_id": uuid.uuid4(), "at": NOW}
    MovementSession(
        companion=beside[0], pattern="rolling", version=1, times=5, safe=8, pain=1, **told
    ).save()
    SittingDay(companion=beside[1], revision=1, less=30, **told).save()
    LoadTry(companion=beside[2], task="bed", level=1, pain=0, **told).save()
    for revision in (1, 2):
        LoadRating(
            companion=beside[2],
            task="bed",
            day=plan.start,
            revision=revision,
            sure=5 + revision,
            at=NOW,
        ).save()


def by_name(plan: Plan) -> str:
    return plan.patient.name.split()[0]


def exported(out: Path, kind: str = "csv", **options: Any) -> Exported:
    return export_to(out, kind=kind, clinics=None, at=NOW, **options)


def cells(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def person(name: str) -> User:
    return User.objects.get(email=f"{name.lower()}@home.example")


# Read again --------------------------------------------------------------------------------------

PANDAS = {"integer": "Int64", "number": "Float64", "boolean": "boolean", "text": "string"}


def as_dictionary(folder: Path) -> dict[str, dict[str, dict[str, str]]]:
    found: dict[str, dict[str, dict[str, str]]] = {}
    for row in cells(folder, "dictionary"):
        found.setdefault(row["table"], {})[row["column"]] = row
    return found


def within(values: Any, told: dict[str, str]) -> None:
    """Whether the values are those that the dictionary allows."""
    allowed = told["allowed_values"]
    if span := re.fullmatch(r"(\d+) to (\d+)", allowed):
        assert all(int(span[1]) <= value <= int(span[2]) for value in values), told
    elif told["type"] == "text" and allowed and " " not in allowed.replace(", ", ""):
        words = allowed.split(", ")
        assert {part for value in values for part in value.split("|")} <= set(words), told


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_pandas_and_polars_read_every_table_as_the_dictionary_says(
    clinic: Clinic, tmp_path: Path, kind: str
) -> None:
    import pandas
    import polars

    polar = {"integer": polars.Int32, "number": polars.Float64, "boolean": polars.Boolean,
             "text": polars.String}  # fmt: skip
    out = tmp_path / "out"
    done = exported(out, kind)
    told = as_dictionary(out)
    assert set(told) == {name for name, *_rest in tables()} == set(done.rows)
    for name, columns in told.items():
        path = out / f"{name}.{kind}"
        if kind == "csv":
            types = {column: PANDAS[row["type"]] for column, row in columns.items()}
            frame = pandas.read_csv(path, dtype=types, keep_default_na=False, na_values=[""])  # type: ignore[arg-type]
            schema = {column: polar[row["type"]] for column, row in columns.items()}
            other = polars.read_csv(path, schema=schema)
        else:
            frame = pandas.read_parquet(path)
            other = polars.read_parquet(path)
            assert dict(other.schema) == {c: polar[row["type"]] for c, row in columns.items()}
        assert list(frame.columns) == other.columns == list(columns)
        assert len(frame) == len(other) == done.rows[name]
        for column, row in columns.items():
            given = frame[column].dropna().tolist()
            assert other[column].drop_nulls().len() == len(given)
            assert row["missing_means"] != "never missing" or len(given) == len(frame), row
            within(given, row)
    assert done.rows["people"] == AGREED
    assert min(done.rows.values()) > 0  # every table was looked at


def test_it_holds_what_the_records_hold(clinic: Clinic, tmp_path: Path) -> None:
    done = exported(tmp_path / "out")
    agreed = people_of(None, NOW).filter(verdict="exported").values("pk")
    plans = Plan.objects.filter(patient__in=agreed)
    walks = Walk.objects.filter(plan__in=plans, removed_at=None)
    assert done.rows["plans"] == plans.count()
    assert done.rows["walks"] == walks.count()
    assert done.rows["episodes"] == Recurrence.objects.episodes().filter(plan__in=plans).count()
    minutes = Counter(int(row["minutes"]) for row in cells(tmp_path / "out", "walks"))
    assert minutes == Counter(walks.values_list("minutes", flat=True))
    expected = Counter((walk.day - walk.plan.start).days for walk in walks.select_related("plan"))
    assert Counter(int(row["day"]) for row in cells(tmp_path / "out", "walks")) == expected
    # Every row is of a plan that is there.
    known = {row["plan_id"] for row in cells(tmp_path / "out", "plans")}
    for table in TABLES:
        assert {row["plan_id"] for row in cells(tmp_path / "out", table.name)} <= known


def test_no_warning_sign_is_told_from_no_answer(clinic: Clinic, tmp_path: Path) -> None:
    plan = person("Rosalinde").plans.get()
    for week, answered in ((2, True), (3, None)):
        CheckIn(plan=plan, week_number=week, at=NOW, via="app", signs_answered=answered).save()
    exported(tmp_path / "out")
    said = {row["week"]: row["red_flags"] for row in cells(tmp_path / "out", "check_ins")}
    assert said == {"1": "trauma|faint", "2": "none", "3": ""}


def test_it_tells_which_lessons_were_read_and_how_sure_people_feel(
    clinic: Clinic, tmp_path: Path
) -> None:
    exported(tmp_path / "out")
    read = cells(tmp_path / "out", "lessons")
    names = ("lesson", "of_clinic", "time", "right")
    assert {tuple(row[name] for name in names) for row in read} == {
        ("why-walking", "false", "1", "2"),
        ("", "true", "2", ""),
    }
    assert len(read) == 2 * AGREED
    ratings = cells(tmp_path / "out", "load_ratings")
    assert len(ratings) == AGREED
    assert {(row["task"], row["revision"], row["sure"], row["day"]) for row in ratings} == {
        ("bed", "2", "7", "0")
    }


def test_the_manifest_tells_of_every_file(clinic: Clinic, tmp_path: Path) -> None:
    done = exported(tmp_path / "out")
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert manifest["schema"] == "waymark-research-1"
    assert manifest["rows"] == done.rows
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert set(manifest["sha256"]) == names - {"manifest.json"}
    for name, digest in manifest["sha256"].items():
        assert hashlib.sha256((tmp_path / "out" / name).read_bytes()).hexdigest() == digest


# Consent -----------------------------------------------------------------------------------------


def test_only_who_agrees_at_that_moment_is_in_it_and_the_flow_says_why_others_are_not(
    clinic: Clinic,
    tmp_path: Path,
) -> None:
    flow = exported(tmp_path / "first").flow
    assert flow["exported"] == flow["agreed"] == AGREED
    assert flow["left_out_withdrawn"] == 1
    assert flow["left_out_not_started"] == 1
    assert flow["left_out_never_agreed"] == len(NAMES) - AGREED
    left = sum(number for step, number in flow.items() if step.startswith("left_out_"))
    assert flow["joined"] == flow["exported"] + left == Plan.objects.count()
    choose_research(person("Margarethe"), agrees=False, words=False, at=NOW)
    record_consent(
        person("Kenjiro"),
        document=CONSENT_DOCUMENT,
        version="2026-11",
        at=NOW - dt.timedelta(days=9),
    )
    withdraw_consent(person("Kenjiro"), at=NOW)
    again = exported(tmp_path / "second").flow
    assert again["exported"] == AGREED - 2
    assert (again["left_out_withdrawn"], again["left_out_left_programme"]) == (2, 1)
    told = {row["step"]: int(row["number"]) for row in cells(tmp_path / "second", "flow")}
    assert told == again
    assert list(told) == list(FLOW)


def test_who_takes_it_back_while_it_is_made_is_not_in_it(clinic: Clinic, tmp_path: Path) -> None:
    taken_back: list[User] = []

    def progress(_done: int) -> None:
        if not taken_back:
            for user in User.objects.filter(name__in=SHARE):
                choose_research(user, agrees=False, words=False, at=NOW)
                taken_back.append(user)

    done = exported(tmp_path / "out", batch=1, progress=progress)
    assert done.flow["exported"] <= 2
    assert done.flow["left_out_meanwhile"] == AGREED - done.flow["exported"]
    assert len(cells(tmp_path / "out", "people")) == done.flow["exported"]


def test_own_words_are_only_of_those_who_share_them(clinic: Clinic, tmp_path: Path) -> None:
    exported(tmp_path / "out")
    said = {
        name: {row["words"] for row in cells(tmp_path / "out", f"words_of_{name}")}
        for name in ("check_ins", "absences", "activities", "intentions")
    }
    # No spreadsheet runs what looks like a formula.
    assert said["check_ins"] == {"'=my dog Rosalinde", "'=my dog Kenjiro"}
    assert said["absences"] == {"'@flu of Rosalinde", "'@flu of Kenjiro"}
    assert said["activities"] == {"Lift Rosalinde's cat", "Lift Kenjiro's cat"}
    assert said["intentions"] == {"Walk with Rosalinde", "Walk with Kenjiro"}
    sharing = sum(row["shares_words"] == "true" for row in cells(tmp_path / "out", "people"))
    assert sharing == len(SHARE_WORDS)


# Nobody is recognised ----------------------------------------------------------------------------


def everything(folder: Path) -> bytes:
    return b"\n".join(path.read_bytes() for path in folder.iterdir())


@pytest.mark.parametrize("kind", ["csv", "parquet"])
@pytest.mark.slow
@pytest.mark.database
def test_nothing_that_names_anybody_is_in_any_file(
    clinic: Clinic, tmp_path: Path, kind: str
) -> None:
    for user in User.objects.filter(name__in=SHARE_WORDS):
        choose_research(user, agrees=True, words=False, at=NOW)
    exported(tmp_path / "out", kind)
    data = everything(tmp_path / "out")
    if kind == "parquet":  # the cells as they are, not as they are packed
        import polars

        for path in (tmp_path / "out").glob("*.parquet"):
            data += polars.read_parquet(path).write_csv().encode()
    names = {name for full in User.objects.values_list("name", flat=True) for name in full.split()}
    secret = {
        *User.objects.exclude(email="").values_list("email", flat=True),
        *User.objects.values_list("name", flat=True),
        *(name for name in names if len(name) > 3),
        *CheckIn.objects.exclude(words="").values_list("words", flat=True),
        *Absence.objects.exclude(words="").values_list("words", flat=True),
        *OutcomeActivity.objects.values_list("words", flat=True),
        *LessonIntention.objects.exclude(words="").values_list("words", flat=True),
        *(str(key) for key in Walk.objects.values_list("client_id", flat=True)),
        *(str(key) for key in Plan.objects.values_list("start", flat=True)),
        CLINIC_NAME, "Riverbend", "Sydney",
    }  # fmt: skip
    secret -= {"Back", "Took", "Begun"}
    for each in secret:
        assert each.encode() not in data, each
    assert not re.search(rb"(?<!\d)(19|20)\d\d-?[01]\d-?[0-3]\d(?!\d)", data)
    assert not re.search(rb"\d\d:\d\d:\d\d", data)


def test_the_words_for_people_are_others_in_each_export(clinic: Clinic, tmp_path: Path) -> None:
    seen: list[set[str]] = []
    for name in ("first", "second"):
        exported(tmp_path / name)
        people = cells(tmp_path / name, "people")
        plans = cells(tmp_path / name, "plans")
        seen.append({row["person_id"] for row in people} | {row["plan_id"] for row in plans})
    assert not seen[0] & seen[1]
    assert len(seen[0]) == 2 * AGREED
    assert all(re.fullmatch("[0-9a-f]{16}", each) for each in seen[0])


def test_with_fewer_people_than_a_crowd_all_are_other(clinic: Clinic, tmp_path: Path) -> None:
    exported(tmp_path / "out")
    for row in cells(tmp_path / "out", "people"):
        assert {row[trait] for trait in TRAITS} == {OTHER}
    assert "fewer than the 11" in (tmp_path / "out" / "README.md").read_text()


def told_of(counts: Counter[Any]) -> dict[Any, Any]:
    shared = traits_shared(counts, FEWEST)
    return {traits: shown_as(traits, told) for traits, told in shared.items()}


def test_rare_traits_are_given_up_and_common_ones_kept() -> None:
    common = (1, "AU", "en", "Australia/Sydney", 7)
    one_physio = (1, "AU", "en", "Australia/Sydney", 8)
    another = (1, "AU", "en", "Australia/Sydney", 9)
    other_place = (2, "NZ", "en", "Pacific/Auckland", 10)
    shown = told_of(Counter({common: 20, one_physio: 8, another: 5, other_place: 11}))
    assert shown[common] == common
    assert shown[other_place] == other_place
    # Together they are enough for all but who treats them.
    assert shown[one_physio] == shown[another] == (1, "AU", "en", "Australia/Sydney", OTHER)


def test_nobody_stands_out_whoever_is_there() -> None:
    for seed in range(100):
        _nobody_stands_out(Random(seed))


def _nobody_stands_out(random: Random) -> None:
    counts: Counter[Any] = Counter(
        (
            random.randrange(4),
            random.choice(("AU", "")),
            random.choice("ed"),
            random.randrange(3),
            p,
        )
        for p in (random.randrange(9) for _ in range(random.randrange(200)))
    )
    shown = told_of(counts)
    sizes: Counter[Any] = Counter()
    for raw, n in counts.items():
        sizes[shown[raw]] += n
    assert all(size >= FEWEST for size in sizes.values()) or len(sizes) <= 1


# A folder that is there or not -------------------------------------------------------------------


def test_an_export_that_fails_leaves_nothing(
    clinic: Clinic, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def progress(_done: int) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        exported(tmp_path / "out", progress=progress)
    assert list(tmp_path.iterdir()) == []


def test_an_export_that_is_told_to_stop_leaves_nothing(clinic: Clinic, tmp_path: Path) -> None:
    """``docker stop`` and a shutdown send SIGTERM."""

    def progress(_done: int) -> None:
        assert list(tmp_path.iterdir()) != []
        os.kill(os.getpid(), signal.SIGTERM)

    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(SystemExit) as stopped, stops_tidily():
        exported(tmp_path / "out", progress=progress)
    assert stopped.value.code == 143
    assert list(tmp_path.iterdir()) == []
    assert signal.getsignal(signal.SIGTERM) == before


def run(*arguments: str) -> str:
    said = StringIO()
    call_command("export", *arguments, stdout=said)
    return said.getvalue()


def test_the_command_says_what_it_did(clinic: Clinic, tmp_path: Path) -> None:
    said = run(
        "--out", str(tmp_path / "out"), "--format", "parquet", "--clinic", CLINIC_NAME.upper()
    )
    assert f"{AGREED} of {Plan.objects.count()} people" in said
    assert (tmp_path / "out" / "walks.parquet").exists()
    (tmp_path / "empty").mkdir()
    run("--out", str(tmp_path / "empty"))
    assert (tmp_path / "empty" / "walks.csv").exists()


def bad_places(tmp_path: Path) -> Iterator[tuple[list[str], str]]:
    full = tmp_path / "full"
    full.mkdir()
    (full / "mine.txt").write_text("keep me")
    yield [f"--out={full}"], "not empty"
    yield [f"--out={full / 'mine.txt'}"], "no folder"
    yield [f"--out={tmp_path / 'nowhere' / 'out'}"], "No such file"
    yield ["--out=/proc/export"], "--out: /proc/export"
    yield [f"--out={tmp_path / 'out'}", "--clinic=Nowhere"], "no clinic named 'Nowhere'"


def test_what_cannot_be_done_is_said_and_nothing_is_touched(clinic: Clinic, tmp_path: Path) -> None:
    for arguments, words in bad_places(tmp_path):
        with pytest.raises(CommandError, match=re.escape(words)) as refused:
            run(*arguments)
        assert refused.value.returncode == 2
    assert [path.name for path in tmp_path.iterdir()] == ["full"]
    assert (tmp_path / "full" / "mine.txt").read_text() == "keep me"


# Any number of people ----------------------------------------------------------------------------


def test_a_batch_asks_the_same_questions_however_many_are_in_it(
    clinic: Clinic, tmp_path: Path
) -> None:
    load(60, weeks=2, seed=1, at=NOW)
    for user in User.objects.filter(email__endswith="@cohort.example", role="patient"):
        choose_research(user, agrees=True, words=True, at=NOW)
    asked = []
    for number, batch in enumerate((500, 30, 15)):
        with CaptureQueriesContext(
            connection,
        ) as seen:
            done = exported(tmp_path / str(number), batch=batch)
        asked.append((-(-done.flow["exported"] // batch), len(seen)))
    assert done.flow["exported"] >= 60
    each = {(b - a) / (n - m) for (m, a), (n, b) in pairwise(asked)}
    assert len(each) == 1, asked
    assert each.pop() <= len(TABLES) + 2
    assert exporting.BATCH >= 100


# At the desk -------------------------------------------------------------------------------------


def manager_of(clinic: Clinic) -> User:
    return make_manager(clinic, email=f"boss{clinic.pk}@riverbend.example", name="Bossy Manager",
    )  # fmt: skip


PAGE = "/admin/research/"


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_a_manager_downloads_the_own_clinic_and_each_patient_sees_it(
    clinic: Clinic, kind: str
) -> None:
    elsewhere = make_patient(name="Some Bodyelse")
    insert_plan(START, patient=elsewhere)
    choose_research(elsewhere, agrees=True, words=False, at=NOW)
    manager = manager_of(clinic)
    client = signed_in(manager)
    page = client.get(PAGE).content.decode()
    assert f"{AGREED} of {len(NAMES) + 2} people" in page
    assert "treat the export as if" in page
    response = client.post(PAGE, {"format": kind})
    assert response["Content-Type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(b"".join(response))) as archive:  # type: ignore[arg-type]
        assert {entry.date_time[0] for entry in archive.infolist()} == {1980}
        rows = json.loads(archive.read("waymark-research/manifest.json"))["rows"]
    assert rows["people"] == AGREED
    trail = Access.objects.filter(action="exported", what="research", by=manager)
    assert {each.patient.name for each in trail} == set(SHARE)
    patient = person("Rosalinde")
    assert "the data for research" in signed_in(patient).get("/settings/access/").content.decode()


def test_nobody_else_gets_at_it(clinic: Clinic) -> None:
    for user in (make_physio(clinic), person("Rosalinde")):
        assert signed_in(user).get(PAGE).status_code in (302, 403)
        assert signed_in(user).post(PAGE, {"format": "csv"}).status_code in (302, 403)
    assert Client().post(PAGE, {"format": "csv"}).status_code == 302
    other = signed_in(manager_of(make_clinic()))
    assert "0 of 0 people" in other.get(PAGE).content.decode()
    assert signed_in(manager_of(clinic)).post(PAGE, {"format": "exe"}).status_code == 422
    assert not Access.objects.filter(action="exported").exists()
