from django.db import migrations
from django.db.models.functions import Lower


def in_small_letters(apps, schema_editor):
    """Whoever was invited with capital letters could not sign in: allauth looks for the address in small ones."""
    for app, model in (("accounts", "User"), ("account", "EmailAddress")):
        apps.get_model(app, model)._base_manager.update(email=Lower("email"))


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_paper_consents"),
        ("account", "0009_emailaddress_unique_primary_email"),
    ]

    operations = [migrations.RunPython(in_small_letters, migrations.RunPython.noop)]
