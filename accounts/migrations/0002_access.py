import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from accounts.database import facts_are_final, facts_are_kept


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Access",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("patient", "patient"),
                            ("physiotherapist", "physiotherapist"),
                            ("manager", "clinic manager"),
                            ("operator", "operator of this installation"),
                        ],
                        max_length=20,
                        verbose_name="as",
                    ),
                ),
                (
                    "action",
                    models.CharField(
                        choices=[
                            ("viewed", "seen"),
                            ("changed", "changed"),
                            ("exported", "taken out"),
                        ],
                        max_length=10,
                        verbose_name="what was done",
                    ),
                ),
                ("what", models.CharField(max_length=40, verbose_name="of what")),
                ("why", models.TextField(blank=True, max_length=2000, verbose_name="why")),
                ("at", models.DateTimeField(verbose_name="when")),
                (
                    "by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="who",
                    ),
                ),
                (
                    "clinic",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.clinic",
                        verbose_name="clinic",
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="accesses",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="patient",
                    ),
                ),
            ],
            options={
                "verbose_name": "access",
                "verbose_name_plural": "accesses",
                "ordering": ("-at", "-pk"),
                "indexes": [models.Index(fields=["patient", "at", "id"], name="access_of_patient")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("action__in", ["viewed", "changed", "exported"])),
                        name="access_action_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("role__in", ["physiotherapist", "manager", "operator"])
                        ),
                        name="access_by_staff",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("what", ""), _negated=True), name="access_says_what"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("by", models.F("patient")), _negated=True),
                        name="access_by_somebody_else",
                    ),
                ],
            },
        ),
        migrations.RunPython(*facts_are_final("accounts_access")),
        migrations.RunPython(*facts_are_kept("accounts_access", of="patient_id")),
    ]
