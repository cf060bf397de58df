from django.db import migrations, models
from django.db.models.functions import Lower

from accounts.database import facts_are_kept

# On SQLite the table of people is made anew for a check, and no trigger may look at it meanwhile.
_keep, _let_go = facts_are_kept("accounts_access", of="patient_id")


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_clinic_settings"),
    ]

    operations = [
        migrations.AlterField(
            model_name="user",
            name="email",
            field=models.EmailField(blank=True, max_length=254, verbose_name="email"),
        ),
        migrations.RemoveConstraint(model_name="user", name="user_email_unique"),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.UniqueConstraint(
                Lower("email"),
                name="user_email_unique",
                condition=~models.Q(email=""),
                violation_error_message="Somebody with this email address is here already.",
            ),
        ),
        migrations.RunPython(_let_go, _keep),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(
                condition=models.Q(role="patient") | ~models.Q(email=""),
                name="user_staff_has_email",
                violation_error_message="Only a patient can be without an email address.",
            ),
        ),
        migrations.RunPython(_keep, _let_go),
    ]
