"""docs/alerts.yml is read by Prometheus's own promtool: it loads, and each alert fires when it must and only then."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from tests.services import ROOT, Missing, find_promtool

pytestmark = pytest.mark.slow

RULES = ROOT / "docs/alerts.yml"
UP = 'up{job="waymark",instance="walk"}'
FAILED = 'waymark_mail_settled_last_hour{job="waymark",instance="walk",outcome="failed"}'
SENT = 'waymark_mail_settled_last_hour{job="waymark",instance="walk",outcome="sent"}'


def metric(name: str) -> str:
    return f'waymark_{name}{{job="waymark",instance="walk"}}'


#: For each alert, metrics with which it must fire, and metrics with which it must not. The values last all the time.
FIRES: list[tuple[str, dict[str, float]]] = [
    ("WaymarkDown", {UP: 0}),
    ("WaymarkDown", {}),
    ("WaymarkClockStopped", {UP: 1, metric("clock_age_seconds"): 301}),
    ("WaymarkClockStopped", {UP: 1}),
    ("WaymarkUrgentMailLate", {metric("mail_urgent_oldest_unsent_seconds"): 601}),
    ("WaymarkAlarmReachedNoOne", {metric("alarms_unreached"): 1}),
    ("WaymarkReviewsLate", {metric("reviews_overdue"): 1, metric("review_lag_seconds"): 1801}),
    ("WaymarkMailLate", {metric("mail_overdue"): 1, metric("mail_oldest_unsent_seconds"): 7201}),
    ("WaymarkMailRetrying", {metric("mail_retrying"): 51, metric("mail_queued"): 100}),
    ("WaymarkMailFailing", {FAILED: 11, SENT: 200}),
    ("WaymarkMailFailing", {FAILED: 11, SENT: 0}),
    ("WaymarkBackupOld", {UP: 1, metric("backup_age_seconds"): 26 * 3600 + 1}),
    ("WaymarkBackupOld", {UP: 1}),
]
QUIET: list[tuple[str, dict[str, float]]] = [
    ("WaymarkDown", {UP: 1}),
    ("WaymarkClockStopped", {UP: 1, metric("clock_age_seconds"): 60}),
    ("WaymarkUrgentMailLate", {metric("mail_urgent_oldest_unsent_seconds"): 600}),
    ("WaymarkAlarmReachedNoOne", {metric("alarms_unreached"): 0}),
    ("WaymarkReviewsLate", {metric("reviews_overdue"): 0, metric("review_lag_seconds"): 1801}),
    ("WaymarkReviewsLate", {metric("reviews_overdue"): 1, metric("review_lag_seconds"): 1800}),
    ("WaymarkMailLate", {metric("mail_overdue"): 0, metric("mail_oldest_unsent_seconds"): 7201}),
    ("WaymarkMailLate", {metric("mail_overdue"): 1, metric("mail_oldest_unsent_seconds"): 7200}),
    ("WaymarkMailRetrying", {metric("mail_retrying"): 51, metric("mail_queued"): 103}),
    ("WaymarkMailRetrying", {metric("mail_retrying"): 50, metric("mail_queued"): 60}),
    ("WaymarkMailFailing", {FAILED: 11, SENT: 220}),
    ("WaymarkMailFailing", {FAILED: 10, SENT: 10}),
    ("WaymarkBackupOld", {UP: 1, metric("backup_age_seconds"): 26 * 3600}),
]


@pytest.fixture
def promtool() -> str:
    try:
        return find_promtool()
    except Missing as missing:
        pytest.skip(str(missing))


def rules() -> dict[str, Any]:
    read = YAML(typ="safe").load(RULES)
    return {rule["alert"]: rule for group in read["groups"] for rule in group["rules"]}


def run(promtool: str, *arguments: str | Path) -> str:
    answer = subprocess.run([promtool, *arguments], capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stdout + answer.stderr
    return answer.stdout


def test_prometheus_loads_the_rules(promtool: str) -> None:
    assert f"{len(rules())} rules found" in run(promtool, "check", "rules", RULES)


def test_every_alert_has_both_kinds_of_case() -> None:
    assert {name for name, _ in FIRES} == {name for name, _ in QUIET} == set(rules())


def test_each_alert_fires_when_it_must_and_only_then(promtool: str, tmp_path: Path) -> None:
    tests = []
    for cases, fires in ((FIRES, True), (QUIET, False)):
        for name, values in cases:
            rule = rules()[name]
            # A series that is not there has no instance: ``absent`` keeps the labels that were asked for.
            instance = {"instance": "walk"} if values else {}
            alert = {
                "exp_labels": {"job": "waymark", **instance, **rule["labels"]},
                "exp_annotations": rule["annotations"],
            }
            if name == "WaymarkMailFailing":
                alert["exp_labels"]["outcome"] = "failed"
            tests.append(
                {
                    "name": f"{name} {values}",
                    "interval": "1m",
                    "input_series": [
                        {"series": series, "values": f"{value}x180"}
                        for series, value in values.items()
                    ],
                    "alert_rule_test": [
                        {
                            "eval_time": "2h",
                            "alertname": name,
                            "exp_alerts": [alert] if fires else [],
                        }
                    ],
                }
            )
    file = tmp_path / "alerts_test.yml"
    # JSON is YAML.
    file.write_text(json.dumps({"rule_files": [str(RULES)], "tests": tests}))
    assert "SUCCESS" in run(promtool, "test", "rules", file)
