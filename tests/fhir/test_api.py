"""``/fhir/``: what a program with a patient's token reads, and what it never sees."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import tokens
from accounts.bearer import USES, WRONG
from accounts.models import Access, User
from tests.fhir.record import START, faults, references, told
from tests.people import insert_plan, make_patient, signed_in
from tests.responses import assert_private, just_signed_in
from walking.fhir.bundle import resources
from walking.fhir.search import KINDS, PARAMETERS
from walking.models import FhirKey, Plan, Walk

HERE = "http://testserver"
BASE = f"{HERE}/fhir"


@dataclass(frozen=True, slots=True)
class Made:
    plan: Plan
    secret: str
    patient: str
    #: Another patient of the same clinic: their id, and the address of one of their walks.
    stranger: str
    strangers_walk: str


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: Any) -> Iterator[Made]:
    """Made once for this file, and rolled back after it."""
    with django_db_blocker.unblock(), transaction.atomic():
        plan = told()
        other = insert_plan(START, patient=make_patient(plan.clinic, name="Aardvark"))
        Walk.objects.create(plan=other, day=START, minutes=77)
        ours, theirs = ([*resources(each.patient, timezone.now())] for each in (plan, other))
        walk = next(each for each in theirs if each["resourceType"] == "Observation")
        yield Made(
            plan, token_of(plan.patient, tokens.READ_ALL), ours[0]["id"], theirs[0]["id"],
            f"Observation/{walk['id']}",
        )  # fmt: skip
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _with_the_record(made: Made, db: None) -> Iterator[None]:
    with override_settings(SITE_URL=HERE):
        yield


def token_of(user: User, *scopes: str) -> str:
    return tokens.make(user, "A program", scopes, timezone.now())[1]


def ask(secret: str, path: str, *, method: str = "get", **headers: str) -> HttpResponse:
    """With CSRF checks on, as for a browser."""
    client = Client(enforce_csrf_checks=True)
    send: Callable[..., HttpResponse] = getattr(client, method)
    path = path if path.startswith("http") else f"{BASE}/{path}"
    return send(path, headers={"authorization": f"Bearer {secret}", **headers})


def got(secret: str, path: str, **headers: str) -> dict[str, Any]:
    answer = ask(secret, path, **headers)
    assert answer.status_code == 200, answer.content
    assert answer["Content-Type"] == "application/fhir+json"
    assert_private(answer)
    return dict(answer.json())


def valid(bundle: dict[str, Any]) -> list[dict[str, Any]]:
    """The matches of a searchset, which is valid as a whole."""
    assert faults(bundle) == []
    return [
        each["resource"] for each in bundle.get("entry", []) if each["search"]["mode"] == "match"
    ]


def refused(answer: HttpResponse, status: int, code: str) -> str:
    """The words of an OperationOutcome."""
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/fhir+json"
    said = answer.json()
    assert faults(said) == []
    assert said["resourceType"] == "OperationOutcome"
    assert {issue["code"] for issue in said["issue"]} == {code}
    return " ".join(issue["diagnostics"] for issue in said["issue"])


# Reading and searching ---------------------------------------------------------------------------


@pytest.mark.slow
def test_it_says_truly_what_it_serves(made: Made) -> None:
    answer = Client().get("/fhir/metadata")
    assert answer["Content-Type"] == "application/fhir+json"
    said = answer.json()
    assert said["fhirVersion"] == "4.0.1"
    # The schema was printed before the number of its own correction was on the list.
    assert faults(said | {"fhirVersion": "4.0.0"}) == []
    (rest,) = said["rest"]
    assert [each["type"] for each in rest["resource"]] == list(KINDS)
    for kind in rest["resource"]:
        for parameter in kind["searchParam"]:
            value = "2026" if parameter["type"] == "date" else "x"
            found = got(made.secret, f"{kind['type']}?{parameter['name']}={value}")
            assert not [e for e in found.get("entry", []) if e["search"]["mode"] == "outcome"]
    refused(Client().get("/fhir/.well-known/smart-configuration"), 404, "not-found")


@pytest.mark.parametrize("kind", KINDS)
def test_each_type_is_found_and_read_and_leads_to_what_is_there(made: Made, kind: str) -> None:
    bundle = got(made.secret, kind)
    found = valid(bundle)
    assert len(found) == bundle["total"] > 0
    for entry in bundle["entry"]:
        assert entry["fullUrl"] == f"{BASE}/{kind}/{entry['resource']['id']}"
    assert got(made.secret, bundle["entry"][0]["fullUrl"]) == found[0]
    for target in set(references(found[:3])):
        assert got(made.secret, target)["id"] == target.partition("/")[2]


@pytest.mark.parametrize(
    ("query", "total"),
    [
        ("Patient?_id={patient}", 1),
        ("Patient?_id=x", 0),
        ("Observation?patient={patient}&code=55411-3", 3),
        ("Observation?patient=Patient/{patient}&code=http://loinc.org|55411-3", 3),
        ("Observation?subject:Patient={patient}&code=55411-3,72514-3", 6),
        ("Observation?subject={base}/Patient/{patient}&code=http://snomed.info/sct|55411-3", 0),
        ("Observation?code=|55411-3", 0),
        ("Observation?code=http://loinc.org|&date=2026-03-02", 3),
        ("Observation?category=survey", 4),
        ("Observation?category=activity&category=survey", 0),
        ("Observation?date=2026-03-02&code=55411-3", 2),
        ("Observation?date=ge2026-03-03&date=le2026-03-04&code=55411-3", 1),
        ("Observation?date=gt2026-03-20T16:59:59%2B11:00&code=72514-3", 2),
        ("Observation?date=gt2026-03-20T17:00:00 11:00&code=72514-3", 0),
        ("Observation?date=2025", 0),
        ("Observation?date=", 14),
        ("Observation?status=corrected", 0),
        ("Observation?status=http://hl7.org/fhir/observation-status|final&code=55411-3", 3),
        ("CarePlan?status=active&date=2026-05-05", 0),
        ("CarePlan?status=active&date=sa2026-03-01&category=assess-plan", 1),
        ("CarePlan?status=completed", 0),
        ("Goal?lifecycle-status=active&start-date=2026-03", 1),
        ("Goal?category=PhysicalActivity&start-date=lt2026-03-02", 0),
        ("ServiceRequest?status=completed", 2),
        ("ServiceRequest?occurrence=ge2026-03-16", 1),
        ("ServiceRequest?category=x", 0),
        ("QuestionnaireResponse?status=amended&authored=2026-03-20", 1),
        ("QuestionnaireResponse?authored=lt2026-03-20", 0),
    ],
)  # fmt: skip
def test_each_parameter_chooses(made: Made, query: str, total: int) -> None:
    bundle = got(made.secret, query.format(patient=made.patient, base=BASE))
    assert (bundle["total"], len(valid(bundle))) == (total, total)


@pytest.mark.database
def test_every_parameter_is_tried_above() -> None:
    (mark,) = [m for m in test_each_parameter_chooses.pytestmark if m.name == "parametrize"]  # type: ignore[attr-defined]
    tried = " ".join(query for query, _total in mark.args[1])
    for kind, parameters in PARAMETERS.items():
        assert f"{kind}?" in tried
        for parameter in parameters:
            assert f"{parameter.name}=" in tried


def test_pages_tell_each_once_whatever_comes_and_goes(made: Made) -> None:
    every = [each["id"] for each in valid(got(made.secret, "Observation"))]
    page = got(made.secret, "Observation?_count=4")
    seen = [each["id"] for each in valid(page)]
    # A walk of an earlier day comes, and the last one that was told goes: nothing is told twice or left out.
    Walk.objects.create(plan=made.plan, day=START - dt.timedelta(days=3), minutes=5)
    while links := [each["url"] for each in page["link"] if each["relation"] == "next"]:
        page = got(made.secret, links[0])
        assert len(valid(page)) <= 4
        seen += [each["id"] for each in valid(page)]
    assert seen == every
    assert page["total"] == len(every) + 1


def test_a_page_whose_last_resource_went_goes_on_behind_it(made: Made) -> None:
    first = got(made.secret, "Observation?code=55411-3&_count=1")
    Walk.objects.filter(plan=made.plan, day=START).update(removed_at=timezone.now())
    (link,) = [each["url"] for each in first["link"] if each["relation"] == "next"]
    (rest,) = valid(got(made.secret, link))
    assert rest["effectiveDateTime"] == "2026-03-04"


def test_a_page_links_to_itself_and_counts_at_most(made: Made) -> None:
    bundle = got(made.secret, "Goal?_count=9999&status=x&_format=json")
    (link,) = [each["url"] for each in bundle["link"] if each["relation"] == "self"]
    # What was not heeded is not in it.
    assert link == f"{BASE}/Goal?_format=json&_count=500"
    assert got(made.secret, link)["total"] == 1
    none = got(made.secret, "Observation?_count=0")
    assert none["total"] == 14
    assert valid(none) == []
    assert [each["relation"] for each in none["link"]] == ["self"]


@pytest.mark.parametrize(
    "query",
    ["_count=x", "_count=-1", "page=x", "page=9_2026_x", "date=yesterday", "date=ap2026", "date=2026-02-31",
     "date=0001-01-01", "date=9999",
     "code:not=1", "patient:Group=1", "date:missing=true"],
)  # fmt: skip
def test_what_cannot_be_answered_says_what_to_do(made: Made, query: str) -> None:
    assert refused(ask(made.secret, f"Observation?{query}"), 400, "invalid")


def test_what_is_not_known_is_left_out_and_said_unless_strict(made: Made) -> None:
    bundle = got(made.secret, "Goal?patient.name=Anna&_sort=date")
    assert len(valid(bundle)) == bundle["total"] == 1
    outcome = bundle["entry"][-1]
    assert outcome["search"]["mode"] == "outcome"
    assert faults(outcome["resource"]) == []
    said = [issue["diagnostics"] for issue in outcome["resource"]["issue"]]
    assert ["patient.name" in said[0], "_sort" in said[1]] == [True, True]
    strict = {"prefer": "return=minimal, handling=strict"}
    words = refused(ask(made.secret, "Goal?_sort=date", **strict), 400, "invalid")
    assert "_sort" in words
    assert valid(got(made.secret, "Goal", **strict))


def test_everything_is_the_record(made: Made) -> None:
    path = f"Patient/{made.patient}/$everything"
    bundle = got(made.secret, path)
    found = valid(bundle)
    assert found[0]["resourceType"] == "Patient"
    assert {each["resourceType"] for each in found} == set(KINDS)
    names = {f"{each['resourceType']}/{each['id']}" for each in found}
    assert len(names) == len(found) == len([*resources(made.plan.patient, timezone.now())])
    assert set(references(found)) <= names
    some = valid(got(made.secret, f"{path}?_type=Goal,CarePlan&_type=Patient"))
    assert [each["resourceType"] for each in some] == ["Patient", "CarePlan", "Goal"]
    refused(ask(made.secret, f"{path}?_type=Medication"), 404, "not-found")
    refused(ask(made.secret, f"{path}?_since=2026", prefer="handling=strict"), 400, "invalid")


# Who reads what ----------------------------------------------------------------------------------


def test_a_token_of_one_type_reads_that_type_alone(made: Made) -> None:
    secret = token_of(made.plan.patient, "patient/Observation.rs")
    (walk, *_others) = valid(got(secret, "Observation"))
    assert got(secret, f"Observation/{walk['id']}") == walk
    for path in ("Goal", f"Patient/{made.patient}", f"Patient?_id={made.patient}"):
        answer = ask(secret, path)
        assert "patient/" in refused(answer, 403, "forbidden")
        assert 'error="insufficient_scope"' in answer["WWW-Authenticate"]
    everything = f"Patient/{made.patient}/$everything"
    bundle = got(secret, everything)
    assert {each["resourceType"] for each in valid(bundle)} == {"Observation"}
    assert "Goal" in bundle["entry"][-1]["resource"]["issue"][0]["diagnostics"]
    assert made.plan.patient.name not in str(bundle)
    refused(ask(secret, f"{everything}?_type=Observation,Goal"), 403, "forbidden")
    refused(ask(secret, everything, prefer="handling=strict"), 400, "invalid")


def test_a_token_that_sends_walks_reads_nothing(made: Made) -> None:
    secret = token_of(made.plan.patient, "walks:write")
    for path in ("Observation", f"Patient/{made.patient}", f"Patient/{made.patient}/$everything"):
        refused(ask(secret, path), 403, "forbidden")


def test_another_patient_is_as_if_they_were_not(made: Made) -> None:
    nobody = "00000000-0000-5000-8000-000000000000"
    for theirs, none in (
        (f"Patient/{made.stranger}", f"Patient/{nobody}"),
        (f"Patient/{made.stranger}/$everything", f"Patient/{nobody}/$everything"),
        (made.strangers_walk, f"Observation/{nobody}"),
    ):
        answers = [ask(made.secret, path) for path in (theirs, none)]
        refused(answers[0], 404, "not-found")
        assert answers[0].content == answers[1].content
    for query in (
        f"patient={made.stranger}",
        f"subject=Patient/{made.stranger}",
        f"patient={nobody}",
    ):
        assert got(made.secret, f"Observation?{query}")["total"] == 0
    every = [got(made.secret, kind) for kind in KINDS]
    assert "Aardvark" not in str(every)
    assert made.stranger not in str(every)


def test_a_session_opens_nothing_and_staff_have_no_token(made: Made) -> None:
    for user in (made.plan.patient, made.plan.physiotherapist):
        answer = signed_in(user).get("/fhir/Observation")
        refused(answer, 401, "login")
        assert answer["WWW-Authenticate"].startswith("Bearer ")
        assert not answer.cookies
    with pytest.raises(tokens.TokenRefused):
        token_of(made.plan.physiotherapist, tokens.READ_ALL)
    refused(ask("wm_" + "a" * 43, "Observation"), 401, "login")
    cookie = signed_in(made.plan.physiotherapist)
    answer = cookie.get("/fhir/Patient", headers={"authorization": f"Bearer {made.secret}"})
    assert [each["id"] for each in valid(answer.json())] == [made.patient]


def test_too_many_are_told_when_to_come_again(made: Made) -> None:
    token = tokens.find(made.secret, timezone.now())
    assert token
    for _ in range(USES.most):
        USES.spend(token.pk)
    answer = ask(made.secret, "Goal")
    refused(answer, 429, "throttled")
    assert int(answer["Retry-After"]) > 0
    for _ in range(WRONG.most):
        WRONG.spend("127.0.0.1")
    refused(ask("wm_" + "a" * 43, "Goal"), 429, "throttled")


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
@pytest.mark.parametrize("path", ["Observation", "Observation/_search", "metadata", ""])
def test_nothing_is_taken_in(made: Made, method: str, path: str) -> None:
    before = list(Walk.objects.values())
    answer = ask(made.secret, path, method=method)
    refused(answer, 405, "not-supported")
    assert answer["Allow"] == "GET, HEAD"
    assert list(Walk.objects.values()) == before


@pytest.mark.parametrize(
    ("query", "accept", "fits"),
    [
        ("", "application/fhir+json", True),
        ("", "application/json;q=0.5", True),
        ("", "*/*", True),
        ("", "application/fhir+xml", False),
        ("", "text/html", False),
        ("?_format=xml", "*/*", False),
        ("?_format=application/fhir%2Bxml", "application/json", False),
        ("?_format=application/fhir+json", "text/html", True),
        ("?_format=json", "application/xml", True),
    ],
)
def test_it_speaks_json_alone(made: Made, query: str, accept: str, fits: bool) -> None:
    answer = ask(made.secret, f"Goal{query}", accept=accept)
    if fits:
        assert valid(answer.json())
    else:
        assert "application/fhir+json" in refused(answer, 406, "not-supported")


def test_an_address_that_is_none_says_so(made: Made) -> None:
    for path in ("", "Medication", "Medication/1", "Observation/1", "Patient/1/2", "Observation/"):
        refused(ask(made.secret, path), 404, "not-found")


# What it costs, and what it hangs on --------------------------------------------------------------


@pytest.mark.parametrize("path", ["Observation", "Observation?_count=2", "Patient", "{patient}"])
def test_it_asks_the_database_as_often_for_years_of_walks(made: Made, path: str) -> None:
    path = path.format(patient=f"Patient/{made.patient}/$everything")
    got(made.secret, path)  # keeps the hour in which the token was used

    def asked() -> int:
        with CaptureQueriesContext(connection) as captured:
            got(made.secret, path)
        return len(captured)

    before = asked()
    Walk.objects.bulk_create(
        Walk(plan=made.plan, day=START + dt.timedelta(days=day), minutes=9) for day in range(700)
    )
    assert asked() == before


def test_names_do_not_hang_on_the_secret_key(made: Made) -> None:
    def names() -> list[str]:
        return [each["id"] for each in resources(made.plan.patient, timezone.now())]

    before = names()
    with override_settings(SECRET_KEY="another key that is long enough for this installation 1234"):
        assert names() == before
    FhirKey.objects.filter(person=made.plan.patient).delete()
    assert not set(names()) & set(before)


# The patient's page, and the desk ----------------------------------------------------------------


def test_a_patient_makes_a_connection_that_reads(made: Made) -> None:
    client = just_signed_in(signed_in(made.plan.patient))
    sent = {"label": "My other clinic", "scopes": [tokens.READ_ALL], "lasts": "90"}
    page = client.post("/settings/connections/", sent).content.decode()
    assert f"{BASE}/" in page
    assert "/api/walks/" not in page
    secret = page.partition('value="wm_')[2].partition('"')[0]
    assert got(f"wm_{secret}", f"Patient/{made.patient}")["telecom"]
    sent["scopes"] = ["walks:write"]
    assert f"{BASE}/" not in client.post("/settings/connections/", sent).content.decode()


@pytest.mark.slow
def test_the_desk_takes_out_a_file_after_the_password_and_the_trail_keeps_it(
    made: Made, settings: Any
) -> None:
    path = f"/admin/walking/plan/{made.plan.pk}/fhir.json"
    physio = made.plan.physiotherapist
    physio.set_password("three plain words")
    physio.save()
    client = signed_in(physio)
    assert (
        f'href="{path}"'
        in client.get(f"/admin/walking/plan/{made.plan.pk}/change/").content.decode()
    )
    settings.STAFF_STEP_UP = True
    exported = Access.objects.filter(patient=made.plan.patient, action="exported", what="fhir")
    assert "/accounts/reauthenticate/" in client.get(path)["Location"]
    assert not exported.exists()
    answer = just_signed_in(client).get(path)
    assert answer["Content-Type"] == "application/fhir+json"
    assert "attachment" in answer["Content-Disposition"]
    assert "no-store" in answer["Cache-Control"]
    assert faults(answer.json()) == []
    assert exported.get().by == physio
    seen = signed_in(made.plan.patient).get("/settings/access/").content.decode()
    assert "as a file for other programs (FHIR)" in seen
    other = insert_plan(START)
    assert client.get(f"/admin/walking/plan/{other.pk}/fhir.json").status_code == 404
    assert not Access.objects.filter(patient=other.patient).exists()
