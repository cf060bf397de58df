import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from walking.database import facts_are_final


class Migration(migrations.Migration):
    dependencies = [
        ("walking", "0005_reminders"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Note",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField(verbose_name="note")),
                ("revision", models.PositiveSmallIntegerField(default=1, verbose_name="revision")),
                ("words", models.TextField(blank=True, max_length=5000, verbose_name="note")),
                (
                    "withdrawn",
                    models.TextField(
                        blank=True, max_length=500, verbose_name="why it was taken back"
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="at")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notes",
                        to="walking.plan",
                    ),
                ),
            ],
            options={
                "verbose_name": "private note",
                "verbose_name_plural": "private notes",
                "ordering": ("plan_id", "number", "revision"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("plan", "number", "revision"), name="note_revision_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("words", ""), ("withdrawn", ""), _connector="XOR"),
                        name="note_says_or_is_withdrawn",
                    ),
                ],
            },
        ),
        migrations.RunPython(*facts_are_final("walking_note")),
    ]
