"""Triggers: what the database itself refuses, beyond constraints. Used by migrations, for both engines."""

from __future__ import annotations

from typing import Any

from accounts.triggers import facts_are_final

__all__ = [
    "absences_apart",
    "absences_need_not_be_apart",
    "facts_are_final",
    "weeks_follow",
    "weeks_need_not_follow",
]

_WEEK_MESSAGE = "week dates of a plan must follow each other"

#: True if the written week overlaps another of its plan or leaves out a number.
_WEEK_IS_WRONG = (
    "EXISTS (SELECT 1 FROM walking_week w WHERE w.plan_id = NEW.plan_id AND ("
    "(w.number < NEW.number AND w.ends >= NEW.starts) OR (w.number > NEW.number AND w.starts <= NEW.ends))) "
    "OR (NEW.number > 1 AND NOT EXISTS ("
    "SELECT 1 FROM walking_week w WHERE w.plan_id = NEW.plan_id AND w.number = NEW.number - 1))"
)

#: The same for all new weeks of one statement. Checking the neighbours is enough: by this rule, the weeks before
#: already follow each other.
_NEW_WEEKS_ARE_WRONG = (
    "EXISTS (SELECT 1 FROM new_weeks n WHERE "
    "(n.number > 1 AND NOT EXISTS (SELECT 1 FROM walking_week w WHERE w.plan_id = n.plan_id "
    "AND w.number = n.number - 1 AND w.ends < n.starts)) "
    "OR EXISTS (SELECT 1 FROM walking_week w WHERE w.plan_id = n.plan_id "
    "AND w.number = n.number + 1 AND w.starts <= n.ends))"
)


def weeks_follow(apps: Any, schema_editor: Any) -> None:
    """Require that a plan's weeks are numbered without a gap, and that each one's days come after the previous week's.

    PostgreSQL checks new weeks once for each statement: a batch of reviews writes thousands, and checking them one by
    one took longer than writing them.
    """
    if schema_editor.connection.vendor == "postgresql":
        for function, wrong, result in (
            ("waymark_weeks_follow", _WEEK_IS_WRONG, "NEW"),
            ("waymark_new_weeks_follow", _NEW_WEEKS_ARE_WRONG, "NULL"),
        ):
            schema_editor.execute(
                f"CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$ "
                f"BEGIN IF {wrong} THEN RAISE EXCEPTION '{_WEEK_MESSAGE}' "
                f"USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN {result}; END $$"
            )
        schema_editor.execute(
            "CREATE TRIGGER walking_week_follow_insert AFTER INSERT ON walking_week "
            "REFERENCING NEW TABLE AS new_weeks "
            "FOR EACH STATEMENT EXECUTE FUNCTION waymark_new_weeks_follow()"
        )
        schema_editor.execute(
            "CREATE TRIGGER walking_week_follow_update BEFORE UPDATE OF plan_id, number, starts, ends "
            "ON walking_week FOR EACH ROW EXECUTE FUNCTION waymark_weeks_follow()"
        )
        return
    for event, name in (
        ("INSERT", "insert"),
        ("UPDATE OF plan_id, number, starts, ends", "update"),
    ):
        schema_editor.execute(
            f"CREATE TRIGGER walking_week_follow_{name} BEFORE {event} ON walking_week "
            f"WHEN {_WEEK_IS_WRONG} BEGIN SELECT RAISE(ABORT, '{_WEEK_MESSAGE}'); END"
        )


def weeks_need_not_follow(apps: Any, schema_editor: Any) -> None:
    """Undo ``weeks_follow``."""
    on = " ON walking_week" if schema_editor.connection.vendor == "postgresql" else ""
    for name in ("insert", "update"):
        schema_editor.execute(f"DROP TRIGGER walking_week_follow_{name}{on}")


#: True if two absences of a plan that are not deleted share a day; ``{other}`` leaves out the row itself.
_ABSENCE_IS_WRONG = (
    "NEW.withdrawn_at IS NULL AND EXISTS (SELECT 1 FROM walking_absence a WHERE a.plan_id = NEW.plan_id{other} "
    'AND a.withdrawn_at IS NULL AND a."first" <= NEW."last" AND a."last" >= NEW."first")'
)
_ABSENCE_MESSAGE = "absence days of a plan must not overlap"


def absences_apart(apps: Any, schema_editor: Any) -> None:
    """Require that no day of a plan is in two absences that are not deleted."""
    another = _ABSENCE_IS_WRONG.format(other=" AND a.id <> NEW.id")
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            "CREATE OR REPLACE FUNCTION waymark_absences_apart() RETURNS trigger LANGUAGE plpgsql AS $$ "
            f"BEGIN IF {another} THEN RAISE EXCEPTION '{_ABSENCE_MESSAGE}' "
            "USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$"
        )
        schema_editor.execute(
            "CREATE TRIGGER walking_absence_apart BEFORE INSERT OR UPDATE ON walking_absence "
            "FOR EACH ROW EXECUTE FUNCTION waymark_absences_apart()"
        )
        return
    # Before an INSERT, SQLite has not given the row a number yet.
    for event, name, when in (
        ("INSERT", "insert", _ABSENCE_IS_WRONG.format(other="")),
        ("UPDATE", "update", another),
    ):
        schema_editor.execute(
            f"CREATE TRIGGER walking_absence_apart_{name} BEFORE {event} ON walking_absence "
            f"WHEN {when} BEGIN SELECT RAISE(ABORT, '{_ABSENCE_MESSAGE}'); END"
        )


def absences_need_not_be_apart(apps: Any, schema_editor: Any) -> None:
    """Undo ``absences_apart``."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP TRIGGER walking_absence_apart ON walking_absence")
        return
    for name in ("insert", "update"):
        schema_editor.execute(f"DROP TRIGGER walking_absence_apart_{name}")
