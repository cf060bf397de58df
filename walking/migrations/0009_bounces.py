import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

from walking.database import facts_are_final


class Migration(migrations.Migration):
    dependencies = [
        ("walking", "0008_attention"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Bounce",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "email",
                    models.EmailField(
                        help_text="In small letters.", max_length=254, verbose_name="address"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("hard", "the address does not take mail"),
                            ("soft", "could not be delivered for now"),
                            ("complaint", "the reader called it unwanted"),
                            ("cleared", "to be tried again"),
                        ],
                        max_length=10,
                        verbose_name="what",
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("server", "refused by the mail server"),
                            ("report", "returned mail"),
                            ("provider", "mail provider"),
                            ("staff", "staff"),
                        ],
                        max_length=10,
                        verbose_name="told by",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        blank=True,
                        help_text="Such as 5.1.1 (RFC 3463).",
                        max_length=12,
                        verbose_name="status",
                    ),
                ),
                (
                    "words",
                    models.CharField(blank=True, max_length=300, verbose_name="in the words of"),
                ),
                ("at", models.DateTimeField(verbose_name="at")),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "mail",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bounces",
                        to="walking.mail",
                        verbose_name="mail",
                    ),
                ),
            ],
            options={
                "verbose_name": "report about an address",
                "verbose_name_plural": "reports about addresses",
                "ordering": ("-at", "-pk"),
                "indexes": [models.Index(fields=["email", "id"], name="bounce_of_address")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("mail__isnull", False)),
                        fields=("mail", "kind"),
                        name="bounce_once_per_mail",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("email", django.db.models.functions.text.Lower("email"))
                        ),
                        name="bounce_email_small",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["hard", "soft", "complaint", "cleared"])),
                        name="bounce_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("source__in", ["server", "report", "provider", "staff"])
                        ),
                        name="bounce_source_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("by__isnull", False), ("kind", "cleared")),
                            models.Q(("kind", "cleared"), _negated=True),
                            _connector="OR",
                        ),
                        name="bounce_cleared_by_somebody",
                    ),
                ],
            },
        ),
        migrations.RunPython(*facts_are_final("walking_bounce")),
    ]
