"""What Prometheus is told, to whom, and that its alerts ask for figures that there are."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families
from ruamel.yaml import YAML

from operations.metrics import Figures
from tests.people import insert_plan
from tests.services import ROOT
from walking.care.heartbeat import beat
from walking.care.tick import catch_up_all
from walking.mail.delivery import deliver_due

TOKEN = "a-token-that-nobody-guesses"
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def token(settings: Any) -> dict[str, str]:
    settings.METRICS_TOKEN = TOKEN
    return {"Authorization": f"Bearer {TOKEN}"}


def figures(client: Client, headers: dict[str, str], at: dt.datetime) -> dict[str, float]:
    with time_machine.travel(at, tick=False):
        answer = client.get("/metrics", headers=headers)
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/plain")
    assert "no-store" in answer["Cache-Control"]
    return {
        sample.name + "".join(f":{value}" for value in sample.labels.values()): sample.value
        for family in text_string_to_metric_families(answer.content.decode())
        for sample in family.samples
    }


@pytest.mark.django_db
def test_it_tells_how_the_clock_and_the_mail_stand(client: Client, token: dict[str, str]) -> None:
    # Two weeks end on Sunday 8 March, and are due at four in the morning after.
    plans = [insert_plan(), insert_plan()]
    due = plans[0].next_review_at
    assert due is not None
    before = figures(client, token, due - HOUR)
    assert (before["waymark_reviews_due"], before["waymark_review_lag_seconds"]) == (0, 0)
    assert before["waymark_reviews_total"] == 0
    assert "waymark_clock_age_seconds" not in before
    assert "waymark_backup_age_seconds" not in before

    soon = figures(client, token, due + 0.1 * HOUR)
    assert (soon["waymark_reviews_due"], soon["waymark_reviews_overdue"]) == (2, 0)
    late = figures(client, token, due + HOUR)
    assert (late["waymark_reviews_due"], late["waymark_reviews_overdue"]) == (2, 2)
    assert late["waymark_review_lag_seconds"] == 3600

    at = due + 10 * HOUR
    catch_up_all(at)
    caught_up = figures(client, token, at + HOUR)
    assert caught_up["waymark_reviews_due"] == 0
    assert caught_up["waymark_reviews_total"] >= 2
    assert caught_up["waymark_clock_age_seconds"] == 3600
    assert caught_up["waymark_mail_queued"] >= caught_up["waymark_mail_due"] >= 2
    assert caught_up["waymark_mail_overdue"] >= 2
    assert caught_up["waymark_mail_oldest_unsent_seconds"] >= 3600
    assert caught_up["waymark_mail_urgent_oldest_unsent_seconds"] == 0

    sent = deliver_due(at + HOUR).sent
    assert sent >= 2
    after = figures(client, token, at + HOUR)
    assert (after["waymark_mail_due"], after["waymark_mail_oldest_unsent_seconds"]) == (0, 0)
    assert after["waymark_mail_settled_last_hour:sent"] == sent
    assert after["waymark_mail_settled_last_hour:failed"] == 0
    assert figures(client, token, at + 3 * HOUR)["waymark_mail_settled_last_hour:sent"] == 0


@pytest.mark.django_db
def test_a_backup_is_known(client: Client, token: dict[str, str], tmp_path: Any) -> None:
    now = timezone.now()
    beat("backup", now - HOUR)
    assert figures(client, token, now)["waymark_backup_age_seconds"] == 3600


@pytest.mark.django_db
def test_its_queries_are_as_many_for_many_plans(client: Client, token: dict[str, str]) -> None:
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            figures(client, token, dt.datetime(2026, 4, 1, tzinfo=dt.UTC))
        return len(asked)

    insert_plan()
    few = queries()
    for _ in range(5):
        insert_plan()
    catch_up_all(dt.datetime(2026, 3, 20, tzinfo=dt.UTC))
    assert queries() == few == 7


def test_there_is_no_such_page_without_a_token(client: Client, settings: Any) -> None:
    assert settings.METRICS_TOKEN == ""
    for headers in ({}, {"Authorization": "Bearer "}, {"Authorization": "Bearer x"}):
        assert client.get("/metrics", headers=headers).status_code == 404


@pytest.mark.parametrize(
    "given", ["", "Bearer", "Bearer wrong", f"Basic {TOKEN}", "Bearer t\u00f6ken", TOKEN]
)
def test_nobody_reads_it_without_the_token(client: Client, token: Any, given: str) -> None:
    answer = client.get("/metrics", headers={"Authorization": given})
    assert answer.status_code == 401
    assert b"waymark_" not in answer.content


def test_it_is_only_read(client: Client, token: dict[str, str]) -> None:
    assert client.post("/metrics", headers=token).status_code == 405


# Alerts ------------------------------------------------------------------------------------------


def rules() -> list[dict[str, Any]]:
    read = YAML(typ="safe").load(ROOT / "docs/alerts.yml")
    found: list[dict[str, Any]] = [rule for group in read["groups"] for rule in group["rules"]]
    return found


@pytest.mark.django_db
def test_alerts_ask_for_figures_that_there_are() -> None:
    told = set()
    for family in Figures(timezone.now()).collect():
        told.add(family.name + ("_total" if family.type == "counter" else ""))
    asked = {name for rule in rules() for name in re.findall(r"\bwaymark_\w+", rule["expr"])}
    assert len(asked) >= 8
    assert asked - told == set()
    runbook = (ROOT / "docs/runbook.md").read_text()
    assert set(re.findall(r"\bwaymark_[a-z_]+", runbook)) - told == set()


def test_every_alert_has_its_section_and_every_section_its_alert() -> None:
    runbook = (ROOT / "docs/runbook.md").read_text()
    sections = dict(re.findall(r"^## (Waymark\w+)\n(.*?)(?=^## |\Z)", runbook, re.M | re.S))
    alerts = {rule["alert"]: rule for rule in rules()}
    assert set(sections) == set(alerts)
    for name, rule in alerts.items():
        assert rule["annotations"]["runbook"] == f"docs/runbook.md#{name.lower()}"
        assert rule["labels"]["severity"] in {"page", "ticket"}
        for part in ("**Meaning.**", "**Check.**", "**Fix.**"):
            assert part in sections[name], f"{name} lacks {part}"
    commands = set(re.findall(r"manage\.py ([a-z_]+)", runbook))
    for command in commands:
        with pytest.raises(SystemExit) as ended:
            call_command(command, "--help")
        assert ended.value.code == 0
