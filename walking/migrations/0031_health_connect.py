from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("walking", "0030_fhir_key")]

    operations = [
        migrations.RemoveConstraint(model_name="walk", name="walk_source_known"),
        migrations.AlterField(
            model_name="walk",
            name="source",
            field=models.CharField(
                blank=True,
                choices=[
                    ("apple_health", "from Apple Health"),
                    ("health_con", "from Health Connect"),
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
        migrations.AddConstraint(
            model_name="walk",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "source__in",
                        [
                            *("", "apple_health", "health_con", "google_fit", "gpx", "tcx", "fit"),
                            *("csv", "program"),
                        ],
                    )
                ),
                name="walk_source_known",
            ),
        ),
    ]
