import datetime as dt

import pytest
import time_machine
from celery import Celery
from django.conf import settings
from django.db import connection
from django.test import Client

from walking.care.heartbeat import beat

NOW = dt.datetime(2026, 3, 2, 1, 0, tzinfo=dt.UTC)


def test_live_asks_for_nothing(client: Client) -> None:
    response = client.get("/health/live")
    assert response.status_code == 200
    assert response.json() == {"status": "ok"}


@pytest.mark.django_db
def test_ready_while_the_clock_ticks(client: Client) -> None:
    beat("clock", NOW - dt.timedelta(seconds=60))
    with time_machine.travel(NOW, tick=False):
        response = client.get("/health/ready")
    assert response.status_code == 200
    assert response.json() == {
        "status": "ok",
        "failing": [],
        "parts": {"database": "ok", "migrations": "ok", "broker": "ok", "worker": "ok"},
    }
    assert "no-store" in response["Cache-Control"]


@pytest.mark.django_db
@pytest.mark.parametrize("last", [None, 3 * settings.TICK_SECONDS + 31])
def test_not_ready_without_a_worker(client: Client, last: float | None) -> None:
    if last is not None:
        beat("clock", NOW - dt.timedelta(seconds=last))
    with time_machine.travel(NOW, tick=False):
        response = client.get("/health/ready")
    assert response.status_code == 503
    assert response.json()["failing"] == ["worker"]


@pytest.mark.django_db
def test_not_ready_without_the_broker(client: Client, monkeypatch) -> None:
    beat("clock", NOW)
    nobody_listens = Celery("waymark", broker="redis://127.0.0.1:1/0")
    monkeypatch.setattr("config.views.app", nobody_listens)
    with time_machine.travel(NOW, tick=False):
        response = client.get("/health/ready")
    assert response.status_code == 503
    assert response.json()["failing"] == ["broker"]


def test_not_ready_without_the_database(client: Client) -> None:
    # No django_db: the test runner itself keeps the database away.
    response = client.get("/health/ready")
    assert response.status_code == 503
    assert {"database", "migrations", "worker"} <= set(response.json()["failing"])


@pytest.mark.database
@pytest.mark.django_db
def test_not_ready_with_the_database_of_another_version(client: Client) -> None:
    beat("clock", NOW)
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM django_migrations WHERE app = 'walking' AND name ="
            " (SELECT max(name) FROM django_migrations WHERE app = 'walking')"
        )
    with time_machine.travel(NOW, tick=False):
        response = client.get("/health/ready")
    assert response.status_code == 503
    assert response.json()["failing"] == ["migrations"]
    assert response.json()["parts"]["migrations"] == "not applied"


def test_health_is_only_read(client: Client) -> None:
    assert client.post("/health/ready").status_code == 405
