from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("walking", "0031_health_connect")]

    operations = [
        # An alarm passes on to the next person when it does not reach the one before.
        migrations.AddConstraint(
            model_name="mail",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "urgent"), ("plan__isnull", False)),
                fields=("plan", "about", "recipient", "copy"),
                name="mail_alarm_once_per_person",
            ),
        ),
        migrations.RemoveConstraint(model_name="mail", name="mail_once_per_plan"),
        migrations.AddConstraint(
            model_name="mail",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("plan__isnull", False), models.Q(("kind", "urgent"), _negated=True)
                ),
                fields=("plan", "kind", "about", "copy"),
                name="mail_once_per_plan",
            ),
        ),
    ]
