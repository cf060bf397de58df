from django.core.management import call_command
from django.db import migrations

TABLE = "waymark_cache"


def make(apps, schema_editor):
    """Where all processes together count who came how often to a door."""
    call_command("createcachetable", TABLE, database=schema_editor.connection.alias, verbosity=0)


def drop(apps, schema_editor):
    schema_editor.execute(f"DROP TABLE {TABLE}")


class Migration(migrations.Migration):
    dependencies = [("accounts", "0006_addresses_in_small_letters")]

    operations = [migrations.RunPython(make, drop)]
