"""The environment is checked before anything is served, and every refusal says which name to set."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.environment import broker, mailers, vapid_key, vapid_subject
from tests.services import PATIENCE

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
GOOD = {
    "ENV_FILE": os.devnull,
    "SECRET_KEY": "9fK2mQ7xV4bT1nR8cZ6wL3sJ5dH0gYpAeUoIiBvNtMxCqWzErTy",
    "SITE_URL": "https://walk.clinic.example",
    "DATABASE_URL": "sqlite:///:memory:",
}


def start(*command: str, **environment: str | None) -> subprocess.CompletedProcess[str]:
    values = {"PATH": os.environ["PATH"]} | {
        k: v for k, v in (GOOD | environment).items() if v is not None
    }
    return subprocess.run(
        [sys.executable, "manage.py", *(command or ("check",))],
        cwd=ROOT,
        env=values,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


def test_it_starts_with_what_production_needs():
    assert start().returncode == 0


@pytest.mark.parametrize(
    ("environment", "named"),
    [
        ({"SECRET_KEY": None}, "SECRET_KEY is missing"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY is weak"),
        ({"SECRET_KEY": "a" * 80}, "SECRET_KEY is weak"),
        ({"SITE_URL": None}, "SITE_URL is missing"),
        ({"SITE_URL": "walk.clinic.example"}, "SITE_URL is 'walk.clinic.example'"),
        ({"DEBUG": "1"}, "DEBUG is on"),
        ({"EMAIL_URL": "pigeon://coop"}, "EMAIL_URL starts with 'pigeon'"),
        ({"CELERY_BROKER_URL": "amqp://host"}, "CELERY_BROKER_URL must start with"),
    ],
)
def test_it_refuses_to_start_and_says_which(environment, named):
    done = start(**environment)
    assert done.returncode == 1
    assert named in done.stderr
    assert "Traceback" not in done.stderr


def test_debug_is_fine_at_home():
    assert (
        start(DEBUG="1", ALLOWED_HOSTS="localhost", SITE_URL="http://localhost:8000").returncode
        == 0
    )


def test_a_secret_can_come_from_a_file(tmp_path):
    (tmp_path / "key").write_text(GOOD["SECRET_KEY"])
    assert start(SECRET_KEY=None, SECRET_KEY_FILE=str(tmp_path / "key")).returncode == 0


def test_help_and_the_simulator_need_no_configuration():
    assert start("tick", "--help", SECRET_KEY=None, SITE_URL=None).returncode == 0
    done = start("simulate", "--help", SECRET_KEY=None, SITE_URL=None)
    assert "scenario" in done.stdout


class TestMailers:
    def test_smtp_with_tls_and_a_password_of_odd_characters(self):
        options = mailers("smtp://post%40clinic:p%2Fw@mail.example:587?tls=1")["default"]["OPTIONS"]
        assert (options["host"], options["port"], options["use_tls"]) == ("mail.example", 587, True)
        assert (options["username"], options["password"]) == ("post@clinic", "p/w")

    def test_smtps(self):
        options = mailers("smtps://mail.example")["default"]["OPTIONS"]
        assert (options["port"], options["use_ssl"]) == (465, True)

    def test_a_folder(self, tmp_path):
        backend = mailers(f"file://{tmp_path / 'mail'}")["default"]
        assert backend["OPTIONS"]["file_path"] == str(tmp_path / "mail")

    def test_a_provider(self):
        backend = mailers("mailgun://key-123@mg.clinic.example")["default"]
        assert backend["BACKEND"] == "anymail.backends.mailgun.EmailBackend"
        assert backend["OPTIONS"] == {"api_key": "key-123", "sender_domain": "mg.clinic.example"}

    def test_a_server_must_be_named(self):
        with pytest.raises(ImproperlyConfigured, match="names no mail server"):
            mailers("smtp://")


def test_the_embedded_broker_makes_its_folders(tmp_path):
    url, options = broker("filesystem://", tmp_path / "broker")
    assert url == "filesystem://"
    assert Path(options["data_folder_in"]).is_dir()


@pytest.mark.parametrize("text", ["short", "A" * 43, "not base64 !", "A" * 60])
def test_a_wrong_key_for_web_push_says_how_to_make_one(text: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="make_vapid_keys"):
        vapid_key(text)


def test_without_a_key_for_web_push_there_is_none() -> None:
    assert vapid_key("") == ""


def test_push_services_write_to_the_address_that_mail_comes_from() -> None:
    assert vapid_subject("", "Waymark <waymark@clinic.example>") == "mailto:waymark@clinic.example"
    assert vapid_subject("https://clinic.example/", "") == "https://clinic.example/"
    with pytest.raises(ImproperlyConfigured, match="VAPID_SUBJECT"):
        vapid_subject("it@clinic.example", "")
