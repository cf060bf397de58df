"""Triggers that prevent changes to facts, for migrations of any app, on both engines."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

type Forwards = Callable[[Any, Any], None]


def facts_are_final(*tables: str) -> tuple[Forwards, Forwards]:
    """Return migration steps (forwards and backwards) after which no row of ``tables`` can be updated."""

    def there(apps: Any, schema_editor: Any) -> None:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(
                "CREATE OR REPLACE FUNCTION waymark_fact_is_final() RETURNS trigger LANGUAGE plpgsql AS $$ "
                "BEGIN RAISE EXCEPTION '% records are final: add a new one instead', TG_TABLE_NAME "
                "USING ERRCODE = 'integrity_constraint_violation'; END $$",
                params=None,
            )
        for table in tables:
            if schema_editor.connection.vendor == "postgresql":
                schema_editor.execute(
                    f"CREATE TRIGGER {table}_final BEFORE UPDATE ON {table} "
                    "FOR EACH ROW EXECUTE FUNCTION waymark_fact_is_final()"
                )
            else:
                schema_editor.execute(
                    f"CREATE TRIGGER {table}_final BEFORE UPDATE ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{table} records are final: add a new one instead'); END"
                )

    def back(apps: Any, schema_editor: Any) -> None:
        on = " ON {table}" if schema_editor.connection.vendor == "postgresql" else ""
        for table in tables:
            schema_editor.execute(f"DROP TRIGGER {table}_final{on.format(table=table)}")

    return there, back


def facts_are_kept(table: str, *, of: str) -> tuple[Forwards, Forwards]:
    """Return migration steps (forwards and backwards) after which no row of ``table`` can be deleted while the person
    in its column ``of`` exists."""
    somebody = f"EXISTS (SELECT 1 FROM accounts_user u WHERE u.id = OLD.{of})"  # noqa: S608 - names of ours
    message = f"{table} records are kept as long as the person is"

    def there(apps: Any, schema_editor: Any) -> None:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(
                f"CREATE OR REPLACE FUNCTION {table}_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$ "
                f"BEGIN IF {somebody} THEN RAISE EXCEPTION '{message}' "
                "USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN OLD; END $$"
            )
            schema_editor.execute(
                f"CREATE TRIGGER {table}_kept BEFORE DELETE ON {table} "
                f"FOR EACH ROW EXECUTE FUNCTION {table}_is_kept()"
            )
        else:
            schema_editor.execute(
                f"CREATE TRIGGER {table}_kept BEFORE DELETE ON {table} "
                f"WHEN {somebody} BEGIN SELECT RAISE(ABORT, '{message}'); END"
            )

    def back(apps: Any, schema_editor: Any) -> None:
        on = f" ON {table}" if schema_editor.connection.vendor == "postgresql" else ""
        schema_editor.execute(f"DROP TRIGGER {table}_kept{on}")

    return there, back
