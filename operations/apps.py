from __future__ import annotations

from django.apps import AppConfig


class OperationsConfig(AppConfig):
    name = "operations"

    def ready(self) -> None:
        from django.core.checks import Tags, register

        from operations import older_database

        register(older_database.check, Tags.database)
