import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from accounts.database import facts_are_final


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_patients_without_email"),
    ]

    operations = [
        migrations.CreateModel(
            name="PaperConsent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("signed_on", models.DateField(verbose_name="signed on")),
                (
                    "consent",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="paper",
                        to="accounts.consent",
                        verbose_name="consent",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="recorded by",
                    ),
                ),
            ],
            options={
                "verbose_name": "consent on paper",
                "verbose_name_plural": "consents on paper",
            },
        ),
        migrations.RunPython(*facts_are_final("accounts_paperconsent")),
    ]
