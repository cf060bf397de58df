import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("walking", "0028_sitting_break"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="BroughtFile",
            fields=[
                (
                    "plan",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="brought",
                        serialize=False,
                        to="walking.plan",
                    ),
                ),
                ("found", models.JSONField(default=list)),
                ("beyond", models.JSONField(default=dict)),
                ("table", models.TextField(blank=True)),
                ("at", models.DateTimeField()),
                ("expires_at", models.DateTimeField(db_index=True)),
            ],
            options={
                "verbose_name": "brought file",
                "verbose_name_plural": "brought files",
            },
        ),
        migrations.AddField(
            model_name="walk",
            name="estimated",
            field=models.BooleanField(db_default=False, default=False, verbose_name="estimated"),
        ),
        migrations.AddField(
            model_name="walk",
            name="source",
            field=models.CharField(
                blank=True,
                choices=[
                    ("apple_health", "from Apple Health"),
                    ("google_fit", "from Google Fit"),
                    ("gpx", "from a recorded track"),
                    ("tcx", "from a watch"),
                    ("fit", "from a watch's own file"),
                    ("csv", "from a table"),
                    ("program", "from a program of yours"),
                ],
                db_default="",
                default="",
                max_length=12,
                verbose_name="where it comes from",
            ),
        ),
        migrations.AddField(
            model_name="walk",
            name="started_at",
            field=models.DateTimeField(
                blank=True, editable=False, null=True, verbose_name="started"
            ),
        ),
        migrations.AddField(
            model_name="walk",
            name="steps",
            field=models.PositiveIntegerField(
                blank=True, editable=False, null=True, verbose_name="steps"
            ),
        ),
        migrations.AddConstraint(
            model_name="walk",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "source__in",
                        ["", "apple_health", "google_fit", "gpx", "tcx", "fit", "csv", "program"],
                    )
                ),
                name="walk_source_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="walk",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("estimated", False),
                    models.Q(("steps__gte", 1), ("steps__isnull", False)),
                    _connector="OR",
                ),
                name="walk_estimated_of_steps",
            ),
        ),
        migrations.AddConstraint(
            model_name="broughtfile",
            constraint=models.CheckConstraint(
                condition=models.Q(("expires_at__gt", models.F("at"))), name="brought_file_expires"
            ),
        ),
    ]
