"""Bodies, files and fields that no browser of ours would send: refused in words, never with an error of the server."""

from __future__ import annotations

import io
import json
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.device import person_key
from accounts.models import Clinic, User
from tests.desk.desk import Desk, make_desk
from tests.people import signed_in
from tests.security.crawl import every_path, state
from tests.security.fuzz import EVALUATED
from walking.models import CaseloadView, Invitation, Plan, Walk

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
PARTS = "multipart/form-data; boundary=x"
NUL = "name=a%00b&words=a%00b&minutes=%00&day=%00&part=name&reason=%00&message=%00&q=%00&file=%00"
BAD = "name=%ff%fe&words=%c3%28&minutes=%ed%a0%80&day=%ff&part=%ff&reason=%f8&message=%ff&email=%ff%40x"
NUMBERS = ("minutes", "pain", "number", "week", "count", "drop", "version", "client_id", "month")
BODIES: dict[str, tuple[str | bytes, str]] = {
    "NUL bytes": (NUL, FORM),
    "no UTF-8": (BAD, FORM),
    "raw bytes": (b"name=\xff\xfe&words=\x80&\x00=\x00", FORM),
    "a number without end": ("&".join(f"{name}={'9' * 5000}" for name in NUMBERS), FORM),
    "a number that is none": ("&".join(f"{name}=%C2%B2" for name in NUMBERS), FORM),
    "deep JSON": ("[" * 20_000, JSON),
    "a part cut off": (b'--x\r\nContent-Disposition: form-data; name="file"; filename="a', PARTS),
    "a part without a name": (b"--x\r\n\r\nwords\r\n--x--\r\n", PARTS),
    "no boundary": (b"--x\r\n", "multipart/form-data"),
    "an unknown charset": ("name=a", f"{FORM}; charset=klingon"),
    "fields without end": ("&".join(f"a{n}=1" for n in range(1500)), FORM),
}


@pytest.fixture
def desk() -> Desk:
    return make_desk("badger")


@pytest.mark.parametrize("role", ["nobody", "patient", "manager"])
def test_no_address_fails_over_a_body(desk: Desk, role: str) -> None:
    users = {"patient": desk.plan.patient, "manager": desk.manager}
    client = signed_in(users[role]) if role in users else Client()
    client.raise_request_exception = False
    desk_only = role == "manager"
    failed, tried = [], 0
    for number, path in enumerate(sorted(set(every_path(desk)))):
        if path.startswith("/admin/") != desk_only:
            continue
        # Each address gets some of the bodies, and all of them are sent to many.
        for name in (list(BODIES)[(number + each) % len(BODIES)] for each in (0, 3, 6)):
            body, kind = BODIES[name]
            response = client.generic("POST", path, body, content_type=kind)
            tried += 1
            if response.status_code >= 500:
                failed.append(f"{path}: {name}: {response.status_code}")
        if role in users and "_auth_user_id" not in client.session:
            client.force_login(users[role])
    assert not failed, "\n".join(failed)
    print(f"{role}: {tried} requests")
    assert tried > 120


QUERIES = ("%00", "%ff%fe", "9" * 400, "%F0%9F%92%A9" * 50, "'--", "-1", "1e999")
NAMES = (
    *(
        "q",
        "p",
        "o",
        "e",
        "page",
        "day",
        "week",
        "saved",
        "removed",
        "kind",
        "who",
        "from",
        "until",
    ),
    *("status__exact", "part", "month", "number"),
)


def test_no_address_fails_over_a_query(desk: Desk) -> None:
    tried = 0
    for user in (desk.plan.patient, desk.manager):
        client = signed_in(user)
        client.raise_request_exception = False
        paths = {path for path in every_path(desk) if path.startswith("/admin/") == user.is_staff}
        # Lists and pages without a key of their own: the others read the same names.
        lists = sorted(path for path in paths if not re.search(r"/\d", path))
        for number, path in enumerate(lists):
            for each in (number, number + 3):
                query = QUERIES[each % len(QUERIES)]
                tail = "&".join(f"{name}={query}" for name in NAMES)
                tried += 1
                assert client.get(f"{path}?{tail}").status_code < 500, (path, query)
    assert tried > 60


def test_what_is_too_large_is_not_read(desk: Desk) -> None:
    client = signed_in(desk.plan.patient)
    client.raise_request_exception = False
    large = "words=" + "a" * 1_100_000
    for path in ("/settings/", "/check-in/", "/diary/add/", "/flare-up/", "/accounts/login/"):
        assert client.post(path, large, content_type=FORM).status_code == 400, path
    assert client.post("/sync/walks/", " " * 60_000, content_type=JSON).status_code == 413


# Walks from a phone ------------------------------------------------------------------------------

LEAVES = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**70), 2**70), st.floats(), st.text(max_size=12),
    st.sampled_from(["\ud800", "\x00", "2026-03-02", "9" * 40, "' OR 1=1 --", "{{7*7}}", "1e999"]),
)  # fmt: skip
ANYTHING = st.recursive(
    LEAVES,
    lambda some: (
        st.lists(some, max_size=3) | st.dictionaries(st.text(max_size=5), some, max_size=3)
    ),
    max_leaves=5,
)
WALKS = st.fixed_dictionaries(
    {"id": st.uuids().map(str) | ANYTHING},
    optional={
        name: ANYTHING | st.integers(0, 200)
        for name in ("day", "minutes", "pain", "effort", "walk", "base", "removed", "plan", "state")
    },
)


def test_no_walk_from_a_phone_makes_it_fail(desk: Desk) -> None:
    from walking.patient import rate_limits

    client = signed_in(desk.plan.patient)
    person, tried = person_key(desk.plan.patient_id), 0

    @settings(
        max_examples=50, deadline=None, suppress_health_check=list(HealthCheck), database=None
    )
    @given(st.lists(WALKS, max_size=4) | ANYTHING)
    def send(walks: object) -> None:
        nonlocal tried
        tried += 1
        body = json.dumps({"person": person, "walks": walks})
        response = client.post("/sync/walks/", body, content_type=JSON)
        assert response.status_code in {200, 400, 413}
        json.loads(response.content)

    send()
    assert rate_limits.SYNC.most >= tried >= 30
    for body in (
        "",
        "[]",
        "null",
        "NaN",
        "[" * 20_000,
        '{"a":' * 9_000,
        "1" * 9_000,
        b"\xff\xfe",
        b"\x00",
    ):
        assert client.post("/sync/walks/", body, content_type=JSON).status_code in {400, 429}, body[
            :9
        ]
    assert not Walk.objects.exclude(plan=desk.plan).exists()


# Words -------------------------------------------------------------------------------------------

HOSTILE = st.sampled_from(
    [
        "'; DROP TABLE walking_plan; --", "' OR '1'='1", '" OR ""="', "1); DELETE FROM walking_walk; --",
        "%s%s%n", "{{ 77190000|add:49 }}", "{% debug %}", "{{ settings.SECRET_KEY }}", "${7*7}", "#{7*7}", "<%= 7*7 %>",
        "{% load static %}", "%(name)s", "{0.__class__}", "\\", "a\u2028b", "\u202eabc", "x\r\nBcc: a@evil.example",
        "../../etc/passwd", "|cat /etc/passwd", "\ufeff",
    ]
) | st.text(st.characters(exclude_categories=["Cs"]), max_size=40)  # fmt: skip


def test_words_stay_words_for_the_database_and_the_templates(desk: Desk) -> None:
    patient, staff = signed_in(desk.plan.patient), signed_in(desk.physio)
    for client in (patient, staff):
        client.raise_request_exception = False
    rows = (Plan, Walk, User, Clinic, Invitation)
    before, tried = [model.objects.count() for model in rows], 0

    @settings(
        max_examples=12, deadline=None, suppress_health_check=list(HealthCheck), database=None
    )
    @given(HOSTILE)
    def send(words: str) -> None:
        nonlocal tried
        answers = [
            patient.post("/settings/", {"part": "name", "name": words}),
            patient.post("/settings/", {"part": "place", "timezone": words, "language": words}),
            patient.post("/flare-up/", {"words": words, "started": words, "pain": words}),
            patient.post("/away/", {"first": words, "last": words, "kind": words, "words": words}),
            patient.post("/check-in/", {"pain": words, "words": words, "difficulty": words}),
            staff.get("/admin/walking/plan/", {"q": words}),
            staff.get("/admin/walking/mail/", {"q": words, "state": words}),
            staff.post(
                f"/admin/walking/plan/{desk.plan.pk}/dose/", {"minutes": words, "reason": words}
            ),
            patient.get("/settings/"),
        ]
        tried += len(answers)
        for response in answers:
            assert response.status_code < 500
            said = response.content.decode()
            assert EVALUATED not in said
            assert "only-for-tests-0123456789" not in said

    send()
    assert [model.objects.count() for model in rows] == before
    assert tried >= 90


# Columns that no form shows ----------------------------------------------------------------------

FORCED = {
    "is_staff": "on", "is_superuser": "on", "is_active": "", "role": "manager", "clinic": "1", "clinic_id": "1",
    "patient": "1", "patient_id": "1", "password": "forced phrase", "pk": "1", "id": "1", "user": "1", "user_id": "1",
    "version": "99", "status": "completed", "physiotherapist_id": "1", "consent_version": "none", "groups": "1",
}  # fmt: skip
KEPT_USER = ("is_staff", "is_superuser", "is_active", "role", "clinic_id", "email", "password")
KEPT_PLAN = ("clinic_id", "patient_id", "physiotherapist_id")


def forms_of(client: Client, paths: list[str]) -> Iterator[tuple[str, dict[str, str]]]:
    """Every form on these pages: where it goes, and what a browser would send untouched."""
    for path in paths:
        response = client.get(path)
        if response.streaming or response.status_code != 200:
            continue
        for form in BeautifulSoup(response.content, "html.parser").find_all("form", method="post"):
            yield (
                form.get("action") or path,
                {
                    box["name"]: box.get("value", "")
                    for box in form.find_all(["input", "textarea"])
                    if box.get("name") and box.get("type") not in {"radio", "checkbox"}
                },
            )


@pytest.mark.parametrize("role", ["patient", "manager"])
def test_no_form_takes_a_column_that_it_does_not_show(desk: Desk, role: str) -> None:
    other = make_desk("aardvark")
    user = {"patient": desk.plan.patient, "manager": desk.manager}[role]
    client = signed_in(user)
    paths = sorted(
        {path for path in every_path(desk) if path.startswith("/admin/") == user.is_staff}
    )
    forced = FORCED | {"clinic": str(other.clinic.pk), "clinic_id": str(other.clinic.pk)}
    everybody = User.objects.order_by("pk").values("pk", *KEPT_USER)
    plans = Plan.objects.order_by("pk").values("pk", *KEPT_PLAN)
    before, theirs, tried = (list(everybody), list(plans)), state(other), 0
    for action, shown in list(forms_of(client, paths)):
        if "logout" in action:
            continue
        mine = {name: value for name, value in forced.items() if name not in shown}
        client.post(action, shown | mine)
        tried += 1
    assert (list(everybody), list(plans)) == before
    assert state(other) == theirs
    print(f"{role}: {tried} forms")
    assert tried >= 10


# Files -------------------------------------------------------------------------------------------


def zipped() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("patients.csv", b"0" * 3_000_000)
    return out.getvalue()


def png(width: int, height: int) -> bytes:
    """A picture that says to be this large and holds nothing."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b""))
        + chunk(b"IEND", b"")
    )


HEAD = b"name,email,adult,no_red_flag,safe_to_walk,recovered,comfortable_minutes\n"
FILES = {
    "large": HEAD + b"a" * 600_000,
    "zip": zipped(),
    "program": b"\x7fELF" + bytes(range(256)) * 20,
    "NUL": HEAD + b"A\x00B,a\x00@b.example,yes,yes,yes,yes,15\n",
    "no UTF-8": HEAD + b"\xff\xfe\x80,\x81@x.example,yes,yes,yes,yes,15\n",
    "one long field": HEAD + b'"' + b"x" * 200_000 + b'",a@b.example,yes,yes,yes,yes,15\n',
    "an open quote": HEAD + b'"Anna,a@b.example\n' * 50,
    "many columns": b"," * 100_000,
    "many lines": HEAD + b"A,a@b.example,yes,yes,yes,yes,15\n" * 2_000,
    "two headers": HEAD + HEAD,
    "a header of a mail": HEAD + b'"Eve\r\nBcc: x@evil.example",a@b.example,yes,yes,yes,yes,15\n',
    "numbers without end": HEAD + b"A,a@b.example,yes,yes,yes,yes," + b"9" * 5_000 + b"\n",
    "only white": b" \n\n \n",
}

EVE = ("a header of a mail", "do")


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("step", ["show", "do"])
def test_no_file_of_patients_does_harm(desk: Desk, name: str, step: str) -> None:
    client = signed_in(desk.physio)
    people = Invitation.objects.count()
    upload = SimpleUploadedFile("patients.csv", FILES[name], "text/csv")
    response = client.post(
        "/admin/walking/invitation/import/",
        {"file": upload} | ({"_do": "1"} if step == "do" else {}),
    )
    assert response.status_code in {200, 302, 400, 422}
    new = Invitation.objects.order_by("pk").values_list("name", flat=True)[people:]
    # What is text may be taken, as text on one line.
    assert list(new) == (["Eve Bcc: x@evil.example"] if (name, step) == EVE else [])


PICTURES = {
    "a script": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "a page": b"<html><script>alert(1)</script></html>",
    "too many pixels": png(60_000, 60_000),
    "empty": png(100, 100),
    "no width": png(0, 100),
    "cut off": png(100, 100)[:30],
    "a script with a picture's head": b"\x89PNG\r\n\x1a\n<script>alert(1)</script>",
    "zip": zipped(),
    "an archive with a GIF's head": b"GIF89a" + zipped(),
}


@pytest.mark.parametrize("name", PICTURES)
def test_no_picture_does_harm(desk: Desk, name: str) -> None:
    client = signed_in(desk.manager)
    path = f"/admin/accounts/clinic/{desk.clinic.pk}/change/"
    shown = next(form for action, form in forms_of(client, [path]) if "name" in form)
    upload = SimpleUploadedFile("logo.png", PICTURES[name], "image/png")
    response = client.post(path, shown | {"timezone": desk.clinic.timezone, "new_logo": upload})
    assert response.status_code in {200, 422}
    assert "errors" in response.content.decode()
    assert not Clinic.objects.get(pk=desk.clinic.pk).logo_digest


def test_a_view_is_dropped_and_kept_by_words_and_numbers_only(desk: Desk) -> None:
    """What PostgreSQL refuses to store, and digits that are no numbers, once made errors of the server."""
    client = signed_in(desk.manager)
    path = "/admin/walking/plan/views/"
    assert client.post(path, {"name": "My\x00 view\n"}).status_code == 302
    assert list(CaseloadView.objects.values_list("name", flat=True)) == ["My view"]
    for number in ("²", "9" * 5000, "-1", ""):
        assert client.post(path, {"drop": number}).status_code == 404
