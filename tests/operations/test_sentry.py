"""What is told to Sentry: a process with its DSN, a server that listens, and errors full of people's words."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.operations.listener import listening
from tests.services import PATIENCE, PYTHON, ROOT

pytestmark = pytest.mark.slow

SECRET, EMAIL = "the-dog-bit-my-left-knee", "rosa.marin@home.example"
#: On a database without tables, whatever asks it breaks.
BREAKS = """
import sys

import django
django.setup()
SECRET, EMAIL, MINUTES = sys.argv[1:]
import logging, sentry_sdk
from django.conf import settings
from django.test import Client
from config.celery import app

plain = "django.contrib.staticfiles.storage.StaticFilesStorage"
settings.STORAGES = settings.STORAGES | {"staticfiles": {"BACKEND": plain}}
client = Client(raise_request_exception=False)
answer = client.post(
    f"/accounts/login/?next={SECRET}", {"login": EMAIL, "password": SECRET},
    headers={"X-Request-ID": "from-the-proxy", "Cookie": f"sessionid={SECRET}"},
)
assert answer.status_code == 500, answer.status_code
client.get(f"/c/{SECRET}:1abcde:{SECRET}/")

@app.task(name="tests.breaks")
def breaks(words, minutes):
    local = words
    raise ValueError(f"{local} of {EMAIL}")

breaks.apply(args=[SECRET], kwargs={"minutes": int(MINUTES)})
logging.getLogger("walking.test").error("Not read: %s", SECRET)
sentry_sdk.flush(10)
"""


def test_errors_are_reported_without_anything_that_a_person_gave(tmp_path: Path) -> None:
    with listening() as sentry:
        host = sentry.url.removeprefix("http://")
        done = subprocess.run(
            [PYTHON, "-c", BREAKS, SECRET, EMAIL, "12345"],
            env={
                "PATH": os.environ["PATH"],
                "DJANGO_SETTINGS_MODULE": "config.settings",
                "ENV_FILE": os.devnull,
                "SECRET_KEY": "only-for-tests-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGH",
                "SITE_URL": "http://testserver",
                "WAYMARK_VAR": str(tmp_path),
                "SENTRY_DSN": f"http://public@{host}/1",
            },
            cwd=ROOT, capture_output=True, text=True, check=False, timeout=PATIENCE,
        )  # fmt: skip
    assert done.returncode == 0, done.stderr
    sent = b"\n".join(body for _, body in sentry.asked).decode()
    for word in (SECRET, EMAIL, "rosa", "12345"):
        assert word not in sent.lower()
    events = [json.loads(line) for line in sent.splitlines() if '"platform"' in line]
    types = {error["type"] for event in events for error in _errors(event)}
    assert {"OperationalError", "ValueError"} <= types
    [login] = [event for event in events if event["tags"].get("request_id") == "from-the-proxy"]
    assert _errors(login)[-1]["stacktrace"]["frames"][-1]["lineno"] > 0
    [task] = [event for event in events if event["tags"].get("task") == "tests.breaks"]
    assert _errors(task)[-1]["type"] == "ValueError"
    [message] = [event for event in events if event.get("logger") == "walking.test"]
    assert message["logentry"] == {"message": "Not read: %s"}
    # And the log of the same process tells as little, but for the message that was written on purpose.
    logged = [line for line in done.stderr.splitlines() if "Not read" not in line]
    assert any("OperationalError" in line for line in logged)
    assert not [line for line in logged if SECRET in line or EMAIL in line]


def _errors(event: dict[str, Any]) -> list[dict[str, Any]]:
    errors: list[dict[str, Any]] = event.get("exception", {}).get("values", [])
    return errors
