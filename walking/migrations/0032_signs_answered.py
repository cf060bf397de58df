from typing import Any

from django.db import migrations, models

from walking.database import facts_are_final

final, not_final = facts_are_final("walking_checkin")


def signs_listed_are_answers(apps: Any, schema_editor: Any) -> None:
    """Of an older check-in without any sign nobody knows whether the question was answered: it stays unknown."""
    CheckIn = apps.get_model("walking", "CheckIn")
    CheckIn.objects.exclude(red_flags=[]).update(signs_answered=True)


class Migration(migrations.Migration):
    """The column may be empty, so that a process of the old version, which still runs while this one migrates, can
    store a warning sign."""

    dependencies = [("walking", "0031_health_connect")]

    operations = [
        migrations.RunPython(not_final, final),
        migrations.AddField(
            model_name="checkin",
            name="signs_answered",
            field=models.BooleanField(blank=True, null=True, verbose_name="warning signs answered"),
        ),
        migrations.RunPython(signs_listed_are_answers, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="checkin",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("red_flags", []),
                    ("signs_answered", True),
                    ("signs_answered__isnull", True),
                    _connector="OR",
                ),
                name="check_in_signs_listed_are_answered",
            ),
        ),
        migrations.RunPython(final, not_final),
    ]
