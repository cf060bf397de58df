"""What a migration does with rows that are there already."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import Error, connection, transaction
from django.db.migrations.executor import MigrationExecutor

from tests.care.conftest import *  # noqa: F403 - the same clinic
from walking.models import CheckIn, Plan

pytestmark = pytest.mark.django_db(transaction=True)

AT = dt.datetime(2026, 3, 8, 7, tzinfo=dt.UTC)


def migrate(*targets: tuple[str, str]) -> Any:
    """Bring the database to ``targets``; the models as they are there."""
    executor = MigrationExecutor(connection)
    executor.migrate(list(targets))
    return MigrationExecutor(connection).loader.project_state(list(targets)).apps


@pytest.fixture
def latest() -> Iterator[list[tuple[str, str]]]:
    """The newest migrations; however the test ends, the database has them again."""
    newest = MigrationExecutor(connection).loader.graph.leaf_nodes()
    yield newest
    migrate(*newest)


def test_an_older_check_in_gets_no_answer_on_warning_signs_that_nobody_gave(
    plan: Plan, latest: list[tuple[str, str]]
) -> None:
    older = migrate(("walking", "0031_health_connect")).get_model("walking", "CheckIn")
    for week, signs in ((1, []), (2, ["faint", "trauma"])):
        older.objects.create(plan_id=plan.pk, week_number=week, at=AT, via="app", red_flags=signs)
    migrate(*latest)
    without, with_signs = CheckIn.objects.order_by("week_number")
    assert (without.signs_answered, without.signs) == (None, None)
    assert (with_signs.signs_answered, with_signs.signs) == (True, ("faint", "trauma"))
    with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE walking_checkin SET pain = 3")
