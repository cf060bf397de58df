from django.db import migrations

from walking.database import facts_are_final, weeks_follow, weeks_need_not_follow


class Migration(migrations.Migration):
    dependencies = [("walking", "0001_initial"), ("accounts", "0001_initial")]

    operations = [
        migrations.RunPython(
            *facts_are_final(
                "walking_adjustment",
                "walking_checkin",
                "walking_planevent",
                "walking_recurrence",
                "walking_review",
                "accounts_consent",
            )
        ),
        migrations.RunPython(weeks_follow, weeks_need_not_follow),
    ]
