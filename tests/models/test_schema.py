"""The database that the migrations build is the one that the models describe, with their triggers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

from accounts.facts import Fact
from accounts.models import Consent
from accounts.triggers import facts_are_final, facts_are_kept
from tests.conftest import on_postgres
from walking.triggers import absences_apart, weeks_follow

pytestmark = pytest.mark.django_db

OURS = re.compile(r"accounts_|walking_|waymark_")


# Building ----------------------------------------------------------------------------------------


@contextmanager
def empty_database() -> Iterator[Any]:
    """A connection to a database without tables: on PostgreSQL a schema of its own, gone with the transaction."""
    if on_postgres():
        with connection.cursor() as cursor:
            cursor.execute("CREATE SCHEMA elsewhere")
            cursor.execute("SET LOCAL search_path TO elsewhere")
        yield connection
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL search_path TO public")
        return
    here = connections["default"]
    connections["elsewhere"] = type(here)(here.settings_dict | {"NAME": ":memory:"}, "elsewhere")
    try:
        yield connections["elsewhere"]
    finally:
        connections["elsewhere"].close()
        del connections["elsewhere"]


def build_from_models(database: Any) -> None:
    facts = {model for model in apps.get_models() if issubclass(model, Fact)} | {Consent}
    final, _ = facts_are_final(*sorted(model._meta.db_table for model in facts))
    kept, _ = facts_are_kept("accounts_access", of="patient_id")
    with database.schema_editor() as editor:
        for model in apps.get_models():
            editor.create_model(model)
        for make in (final, kept, weeks_follow, absences_apart):
            make(apps, editor)
    call_command("createcachetable", database=database.alias)


def migrate(database: Any, *targets: tuple[str, str | None]) -> None:
    executor = MigrationExecutor(database)
    executor.migrate(list(targets) or executor.loader.graph.leaf_nodes())


# Describing --------------------------------------------------------------------------------------

CATALOGUE = {
    "column": "SELECT table_name, column_name, udt_name, character_maximum_length, is_nullable, column_default,"
    " identity_generation, collation_name FROM information_schema.columns WHERE table_schema = current_schema()",
    "constraint": "SELECT conrelid::regclass::text, conname, condeferred, convalidated, pg_get_constraintdef(oid)"
    " FROM pg_constraint WHERE connamespace = current_schema()::regnamespace",
    "index": "SELECT tablename, indexdef FROM pg_indexes WHERE schemaname = current_schema()",
    "trigger": "SELECT relname, pg_get_triggerdef(t.oid), tgenabled FROM pg_trigger t"
    " JOIN pg_class c ON c.oid = tgrelid WHERE NOT tgisinternal AND relnamespace = current_schema()::regnamespace",
    "function": "SELECT proname, pg_get_functiondef(oid) FROM pg_proc"
    " WHERE pronamespace = current_schema()::regnamespace",
}


def schema(database: Any) -> set[str]:
    """What a database consists of, one text for each column, constraint, index, trigger and function of ours.

    Columns may be in any order.
    """
    with database.cursor() as cursor:
        if database.vendor == "sqlite":
            cursor.execute("SELECT type, tbl_name, sql FROM sqlite_master WHERE sql IS NOT NULL")
            described = {
                f"{kind} {table}: {part}"
                for kind, table, sql in cursor.fetchall()
                for part in (_parts(sql) if kind == "table" else [sql])
            }
        else:
            described = set()
            for kind, query in CATALOGUE.items():
                cursor.execute(query)
                for table, *rest in cursor.fetchall():
                    text = f"{kind} {table}: {' | '.join(map(str, rest))}"
                    described.add(re.sub(r"\b(public|elsewhere)\.", "", text))
    return {text for text in described if OURS.match(text.split()[1])}


def _parts(create_table: str) -> list[str]:
    """The columns and constraints of a table: what commas outside brackets and quotes divide."""
    body = create_table[create_table.index("(") + 1 : create_table.rindex(")")]
    pieces = re.findall(r"'[^']*'|\"[^\"]*\"|[^'\"]", body)
    parts, depth = [""], 0
    for piece in pieces:
        depth += (piece == "(") - (piece == ")")
        if piece == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += piece
    return [part.strip() for part in parts]


# Comparing ---------------------------------------------------------------------------------------


def test_migrations_build_what_the_models_and_their_triggers_describe() -> None:
    built = schema(connection)
    with empty_database() as database:
        build_from_models(database)
        described = schema(database)
    assert len(built) > 900
    assert sorted(built - described) == []
    assert sorted(described - built) == []


@pytest.mark.parametrize(
    "lost", ["TRIGGER walking_review_final{on}", "INDEX absence_standing", "TABLE waymark_cache"]
)
def test_what_is_lost_shows_in_the_comparison(lost: str) -> None:
    before = schema(connection)
    with connection.cursor() as cursor:
        cursor.execute(f"DROP {lost.format(on=' ON walking_review' if on_postgres() else '')}")
    assert schema(connection) < before


@pytest.mark.slow
@pytest.mark.database
def test_migrations_can_be_taken_back_and_made_again() -> None:
    with empty_database() as database:
        migrate(database)
        built = schema(database)
        # The database of the tests is a copy, and no other migrations have made it.
        assert schema(connection) == built
        migrate(database, ("walking", None), ("accounts", None))
        assert not [name for name in database.introspection.table_names() if OURS.match(name)]
        migrate(database)
        assert schema(database) == built


def test_a_database_of_a_development_version_is_refused() -> None:
    MigrationRecorder(connection).record_applied("walking", "0002_triggers")
    with pytest.raises(SystemCheckError, match="made by a development version"):
        call_command("migrate", skip_checks=False)
