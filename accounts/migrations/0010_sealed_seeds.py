"""Seals the seeds of second factors that were written in clear."""

from typing import Any

from django.db import migrations

from accounts.sealed import sealed_anew, unsealed


def seal(apps: Any, schema_editor: Any) -> None:
    _change(apps, schema_editor, sealed_anew)


def unseal(apps: Any, schema_editor: Any) -> None:
    _change(apps, schema_editor, unsealed)


def _change(apps: Any, schema_editor: Any, change: Any) -> None:
    rows = apps.get_model("mfa", "Authenticator").objects.using(schema_editor.connection.alias)
    for row in rows.filter(type__in=("totp", "recovery_codes")).iterator():
        row.data = change(row.data)
        row.save(update_fields=["data"])


class Migration(migrations.Migration):
    dependencies = [("accounts", "0009_tokens"), ("mfa", "0003_authenticator_type_uniq")]

    operations = [migrations.RunPython(seal, unseal)]
