"""A random key of each person, on which the names of FHIR resources hang instead of on SECRET_KEY."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0009_tokens"),
        ("walking", "0029_brought_walks"),
    ]

    operations = [
        migrations.CreateModel(
            name="FhirKey",
            fields=[
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="fhir_key",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
            ],
            options={
                "verbose_name": "key of FHIR names",
                "verbose_name_plural": "keys of FHIR names",
            },
        ),
    ]
