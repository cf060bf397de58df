"""Episodes: what is told of the same pain by the button, the check-in and the monthly question belongs together."""

from typing import Any

from django.db import migrations, models

from walking.database import facts_are_final

final, not_final = facts_are_final("walking_recurrence")


def number_episodes(apps: Any, schema_editor: Any) -> None:
    """Each flare-up reported so far is an episode; so is what was answered of a month, except a no."""
    Recurrence = apps.get_model("walking", "Recurrence")
    episodes: dict[int, dict[tuple[str, int], list[int]]] = {}
    for row in Recurrence.objects.order_by("plan_id", "at", "pk").iterator():
        of_plan = episodes.setdefault(row.plan_id, {})
        about = ("report", row.pk) if row.month is None else ("month", row.month)
        if not row.happened and about not in of_plan:
            continue
        rows = of_plan.setdefault(about, [len(of_plan) + 1, 0])
        rows[1] += 1
        Recurrence.objects.filter(pk=row.pk).update(episode=rows[0], episode_revision=rows[1])


class Migration(migrations.Migration):
    dependencies = [("walking", "0003_absences_and_habits")]

    operations = [
        migrations.RunPython(not_final, final),
        migrations.AddField(
            model_name="recurrence",
            name="episode",
            field=models.PositiveSmallIntegerField(null=True, verbose_name="episode"),
        ),
        migrations.AddField(
            model_name="recurrence",
            name="episode_revision",
            field=models.PositiveSmallIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="recurrence",
            name="week_number",
            field=models.PositiveSmallIntegerField(
                null=True, verbose_name="told in the check-in of week"
            ),
        ),
        migrations.RunPython(number_episodes, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="recurrence",
            constraint=models.UniqueConstraint(
                condition=models.Q(("episode__isnull", False)),
                fields=("plan", "episode", "episode_revision"),
                name="recurrence_episode_revision_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="recurrence",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("episode__isnull", True), ("episode_revision__isnull", True)),
                    models.Q(("episode__isnull", False), ("episode_revision__isnull", False)),
                    _connector="OR",
                ),
                name="recurrence_episode_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="recurrence",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("month__isnull", False), ("episode__isnull", False), _connector="OR"
                ),
                name="recurrence_about_something",
            ),
        ),
        migrations.RunPython(final, not_final),
    ]
