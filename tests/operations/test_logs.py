"""What the log tells, and that it tells nothing about anybody."""

from __future__ import annotations

import io
import json
import logging
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from django.test import Client

from config.celery import app
from operations.log_context import about
from operations.log_format import JsonLines, Words, masked
from tests.days import on_day
from tests.people import EMAIL, make_invitation, make_plan, signed_in
from tests.responses import path_of
from tests.services import PATIENCE, PYTHON, ROOT
from walking.mail.links import check_in_url, invitation_url, preferences_url, recurrence_url

SECRET = "the-dog-bit-my-left-knee"


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """All that is logged from here on, at the most talkative level, in both formats."""
    text = io.StringIO()
    root = logging.getLogger()
    was, handlers = root.level, []
    for formatter in (JsonLines(), Words()):
        handler = logging.StreamHandler(text)
        handler.setFormatter(formatter)
        handlers.append(handler)
        root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield text
    root.setLevel(was)
    for handler in handlers:
        root.removeHandler(handler)


def records(lines: io.StringIO, logger: str) -> list[dict[str, Any]]:
    found = [json.loads(line) for line in lines.getvalue().splitlines() if line.startswith("{")]
    return [line for line in found if line["logger"] == logger]


@pytest.mark.django_db
@on_day(7, 17)
def test_patients_pages_leave_no_word_of_a_patient_in_the_log(lines: io.StringIO) -> None:
    plan = make_plan()
    invitation = make_invitation(plan.physiotherapist, email="another@home.example")
    links = [
        path_of(url)
        for url in (
            check_in_url(plan, 1),
            preferences_url(plan.patient),
            recurrence_url(plan, 1),
            invitation_url(invitation),
        )
    ]
    client, stranger = signed_in(plan.patient), Client(raise_request_exception=False)
    answers = {"week": "1", "no_red_flags": "on", "flare_up": "no", "pain": "7"}
    for path in ("/today/", "/plan/", "/diary/", "/settings/", "/check-in/"):
        assert client.get(path, {"q": SECRET}).status_code == 200
    client.post("/diary/add/", {"day": "2026-03-08", "minutes": "12345", "note": SECRET})
    client.post("/check-in/", answers | {"difficulty": "about_right", "words": SECRET})
    client.get(f"/{SECRET}/")
    for link in links:
        stranger.get(link)
        stranger.get(link.rstrip("/"))
        stranger.get(link[:-6] + "/")
        stranger.post(link, answers | {"words": SECRET, "difficulty": SECRET})
    stranger.post("/accounts/login/", {"login": EMAIL, "password": SECRET})
    stranger.get("/today/", headers={"host": "evil.example"})
    written = lines.getvalue()
    assert len(records(lines, "waymark.request")) >= 20
    tokens = [link.strip("/").split("/")[1] for link in links]
    for word in (SECRET, EMAIL, "another@home.example", "Rosa", "Marin", "Ruth Adler", "12345"):
        assert word not in written
    for token in tokens:
        assert token[:20] not in written
        assert token[-20:] not in written
    told = {line["route"] for line in records(lines, "waymark.request")}
    assert {"today/", "c/<token>/", "i/<token>/", "m/<token>/", "r/<token>/"} <= told


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("0123456789abcdef", True),
        ("01J-proxy.trace_7", True),
        ("short", False),
        ("x" * 65, False),
        ('quoted" message', False),
        ("Anna Berg has pain", False),
    ],
)
def test_a_request_keeps_a_sane_id(
    lines: io.StringIO, client: Client, given: str, kept: bool
) -> None:
    answered = client.get("/manifest.webmanifest", headers={"X-Request-ID": given})["X-Request-ID"]
    assert (answered == given) is kept
    assert len(answered) >= 8
    [line] = records(lines, "waymark.request")
    assert line["request_id"] == answered
    assert (line["method"], line["route"], line["status"]) == ("GET", "manifest.webmanifest", 200)
    assert line["ms"] > 0
    assert about() == {}


def test_every_request_has_an_id_of_its_own(client: Client) -> None:
    ids = {client.get("/manifest.webmanifest")["X-Request-ID"] for _ in range(5)}
    assert len(ids) == 5


def test_a_task_tells_its_name_and_id_and_not_why_it_failed_in_words(lines: io.StringIO) -> None:
    log = logging.getLogger("walking.test")

    @app.task(name="tests.break_a_leg")
    def break_a_leg(word: str) -> None:
        log.warning("in the task")
        raise ValueError(f"cannot read {word} of {EMAIL}")

    done = break_a_leg.apply(args=[SECRET])
    assert done.failed()
    [inside] = records(lines, "walking.test")
    assert inside["task"] == "tests.break_a_leg"
    assert inside["task_id"] == done.id
    [failure] = records(lines, "celery.app.trace")
    assert failure["level"] == "ERROR"
    assert "tests.break_a_leg" in failure["message"]
    assert failure["exceptions"][0]["type"] == "ValueError"
    assert "break_a_leg" in failure["exceptions"][0]["at"][-1]
    assert SECRET not in lines.getvalue()
    assert EMAIL not in lines.getvalue()
    assert about() == {}


@pytest.mark.django_db
def test_what_a_database_quotes_is_not_told(lines: io.StringIO) -> None:
    plan = make_plan()
    try:
        plan.weeks.create(number=-3, starts=plan.start, ends=plan.start, minutes=4242, days=3)
    except Exception:
        logging.getLogger("walking.test").exception("It would not be saved")
    [line] = records(lines, "walking.test")
    assert line["exceptions"][0]["type"] == "django.db.utils.IntegrityError"
    assert "4242" not in json.dumps(line["exceptions"])


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("GET /c/Mzpx-1u4_abc:x/ 404", "GET /c/***/ 404"),
        ("/k/17-3.q1w2e3r4t5/", "/k/***/"),
        ("/calendar/q1w2e3r4t5.ics", "/calendar/***"),
        ("to rosa.marin@example.org: refused", "to ***@***: refused"),
        ("zoë@ärzte.example", "***@***"),
        ("/diary/?from=2026-03-02&words=sore back", "/diary/?*** back"),
        ("celery@worker ready.", "celery@worker ready."),
        ("walking/care/tick.py", "walking/care/tick.py"),
    ],
)
def test_masks(text: str, kept: str) -> None:
    assert masked(text) == kept


@pytest.mark.parametrize("what", ["Client disconnected", "Exception"])
def test_the_web_server_does_not_name_the_path_of_a_request(lines: io.StringIO, what: str) -> None:
    logging.getLogger("waitress").error(f"{what} while serving /diary/2026-03-02/")
    [line] = records(lines, "waitress")
    assert line["message"] == f"{what} while serving a request"
    assert "diary" not in lines.getvalue()


@pytest.mark.stack
@pytest.mark.slow
def test_running_processes_log_json_lines_with_ids(start_stack: Any) -> None:
    stack = start_stack("embedded")
    token = "tok3n-of-a-patient-0123456789"
    for path in ("/manifest.webmanifest", f"/c/{token}/"):
        answer = requests.get(
            stack.url + path, timeout=PATIENCE, headers={"X-Request-ID": "from-the-proxy"}
        )
        assert answer.headers["X-Request-ID"] == "from-the-proxy"
    worker = stack.processes["worker"]
    worker.wait_for_log(r"\[[0-9a-f-]+\] succeeded", timeout=PATIENCE)

    web = [json.loads(line) for line in stack.processes["web"].log().splitlines() if line[0] == "{"]
    asked = [line for line in web if line["logger"] == "waymark.request"]
    assert [line["route"] for line in asked] == ["manifest.webmanifest", "c/<token>/"]
    assert {line["request_id"] for line in asked} == {"from-the-proxy"}
    done = [
        json.loads(line)
        for line in worker.log().splitlines()
        if line.startswith("{") and "succeeded" in line
    ]
    assert done[0]["level"] == "INFO"
    assert done[0]["task"].startswith("walking.tasks.")
    assert done[0]["task_id"] in done[0]["message"]
    assert token not in stack.logs()

    log = "import logging; logging.getLogger('walking.test').warning('by hand')"
    said = subprocess.run(
        [PYTHON, "manage.py", "shell", "--no-imports", "--command", log],
        cwd=ROOT, env=stack.env, capture_output=True, text=True, check=True,
    ).stderr  # fmt: skip
    line = json.loads(said.splitlines()[-1])
    assert (line["command"], line["message"]) == ("shell", "by hand")
    assert len(line["command_id"]) == 32
