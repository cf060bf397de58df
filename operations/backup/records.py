"""What backups must know about the contents of a database."""

from __future__ import annotations

from django.db import connection
from django.db.migrations.loader import MigrationLoader

from accounts.models import Clinic, User


def is_in_use() -> bool:
    """Return whether the database has a user or a clinic; a new one, migrated or not, has none."""
    tables = connection.introspection.table_names()
    return any(
        model._meta.db_table in tables and model._default_manager.exists()
        for model in (User, Clinic)
    )


def unknown_migrations(applied: set[tuple[str, str]]) -> set[str]:
    """Return those of ``applied`` (pairs of app and name) that this version of Waymark does not have."""
    loader = MigrationLoader(None)
    ours = set(loader.migrated_apps)
    on_disk = loader.disk_migrations or {}
    known = set(on_disk) | {name for migration in on_disk.values() for name in migration.replaces}
    # Another app may have been removed since; its tables do no harm.
    return {f"{app}.{name}" for app, name in applied - known if app in ours}
