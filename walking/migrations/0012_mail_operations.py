import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from walking.database import facts_are_final


class Migration(migrations.Migration):
    dependencies = [
        ("walking", "0011_caseload_indexes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="MailCopy",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reason", models.CharField(max_length=500, verbose_name="reason")),
                ("at", models.DateTimeField(verbose_name="at")),
            ],
            options={
                "verbose_name": "mail sent again",
                "verbose_name_plural": "mail sent again",
            },
        ),
        migrations.CreateModel(
            name="MailPace",
            fields=[
                ("domain", models.CharField(max_length=255, primary_key=True, serialize=False)),
                ("full_at", models.DateTimeField(null=True)),
                ("line_at", models.DateTimeField(null=True)),
                ("held_until", models.DateTimeField(null=True)),
                ("holds", models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                "verbose_name": "pace of mail",
                "verbose_name_plural": "pace of mail",
            },
        ),
        migrations.CreateModel(
            name="MailRefusal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField(verbose_name="attempt")),
                ("words", models.CharField(max_length=300, verbose_name="answer")),
                ("at", models.DateTimeField(verbose_name="at")),
            ],
            options={
                "verbose_name": "attempt that was not taken",
                "verbose_name_plural": "attempts that were not taken",
                "ordering": ("mail_id", "number"),
            },
        ),
        migrations.RemoveConstraint(
            model_name="mail",
            name="mail_once_per_plan",
        ),
        migrations.RemoveConstraint(
            model_name="mail",
            name="mail_once_per_person",
        ),
        migrations.RemoveConstraint(
            model_name="mail",
            name="mail_once_per_invitation",
        ),
        migrations.AddField(
            model_name="mail",
            name="copy",
            field=models.PositiveSmallIntegerField(
                db_default=0, default=0, editable=False, verbose_name="copy"
            ),
        ),
        migrations.AddIndex(
            model_name="mail",
            index=models.Index(
                condition=models.Q(("kind__in", ["urgent", "paused"]), ("state", "queued")),
                fields=["next_attempt_at", "id"],
                name="mail_pending_first",
            ),
        ),
        migrations.AddIndex(
            model_name="mail",
            index=models.Index(
                condition=models.Q(("settled_at__isnull", False)),
                fields=["settled_at", "state"],
                name="mail_settled",
            ),
        ),
        migrations.AddConstraint(
            model_name="mail",
            constraint=models.UniqueConstraint(
                condition=models.Q(("plan__isnull", False)),
                fields=("plan", "kind", "about", "copy"),
                name="mail_once_per_plan",
            ),
        ),
        migrations.AddConstraint(
            model_name="mail",
            constraint=models.UniqueConstraint(
                condition=models.Q(("plan__isnull", True), ("recipient__isnull", False)),
                fields=("recipient", "kind", "about", "copy"),
                name="mail_once_per_person",
            ),
        ),
        migrations.AddConstraint(
            model_name="mail",
            constraint=models.UniqueConstraint(
                condition=models.Q(("invitation__isnull", False)),
                fields=("invitation", "kind", "about", "copy"),
                name="mail_once_per_invitation",
            ),
        ),
        migrations.AddField(
            model_name="mailcopy",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="by",
            ),
        ),
        migrations.AddField(
            model_name="mailcopy",
            name="mail",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="copy_of",
                to="walking.mail",
            ),
        ),
        migrations.AddField(
            model_name="mailcopy",
            name="of",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="copies",
                to="walking.mail",
            ),
        ),
        migrations.AddField(
            model_name="mailrefusal",
            name="mail",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="refusals",
                to="walking.mail",
            ),
        ),
        migrations.AddConstraint(
            model_name="mailcopy",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True), name="mail_copy_has_a_reason"
            ),
        ),
        migrations.AddConstraint(
            model_name="mailcopy",
            constraint=models.CheckConstraint(
                condition=models.Q(("mail", models.F("of")), _negated=True),
                name="mail_copy_of_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="mailrefusal",
            constraint=models.UniqueConstraint(fields=("mail", "number"), name="mail_refusal_once"),
        ),
        migrations.RunPython(*facts_are_final("walking_mailcopy", "walking_mailrefusal")),
    ]
