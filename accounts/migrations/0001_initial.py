import accounts.models.people
import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
import django.utils.timezone
from django.conf import settings
from django.core.management import call_command
from django.db import migrations, models

from accounts.create_models import CreateModels
from accounts.triggers import facts_are_final, facts_are_kept


def make_cache_table(apps, schema_editor):
    """Create the database cache table, which counts attempts for the rate limits of all processes."""
    call_command(
        "createcachetable", "waymark_cache", database=schema_editor.connection.alias, verbosity=0
    )


def drop_cache_table(apps, schema_editor):
    schema_editor.execute("DROP TABLE waymark_cache")


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        CreateModels(
            migrations.CreateModel(
                name="Clinic",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("name", models.CharField(max_length=120, unique=True, verbose_name="name")),
                    (
                        "timezone",
                        models.CharField(
                            default="UTC",
                            help_text="The clinic's own, such as Europe/London. Each patient has one too.",
                            max_length=64,
                            validators=[accounts.models.people.validate_timezone],
                            verbose_name="time zone",
                        ),
                    ),
                    (
                        "phone",
                        models.CharField(blank=True, max_length=40, verbose_name="telephone"),
                    ),
                    ("email", models.EmailField(blank=True, max_length=254, verbose_name="email")),
                    (
                        "emergency_number",
                        models.CharField(
                            default="112",
                            help_text="What patients are told to ring at once, such as 000, 112, 911 or 999.",
                            max_length=20,
                            verbose_name="emergency number",
                        ),
                    ),
                    ("country", models.CharField(blank=True, max_length=2, verbose_name="country")),
                    (
                        "opening_hours",
                        models.TextField(
                            blank=True,
                            help_text="As patients should read them, such as Monday to Friday, 8:00 to 18:00.",
                            max_length=300,
                            verbose_name="opening hours",
                        ),
                    ),
                    ("notices_asked_at", models.DateTimeField(editable=False, null=True)),
                    ("logo_digest", models.CharField(blank=True, editable=False, max_length=64)),
                    ("logo_width", models.PositiveSmallIntegerField(editable=False, null=True)),
                    ("logo_height", models.PositiveSmallIntegerField(editable=False, null=True)),
                ],
                options={
                    "verbose_name": "clinic",
                    "verbose_name_plural": "clinics",
                    "ordering": ("name",),
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(
                                    ("logo_digest", ""),
                                    ("logo_height__isnull", True),
                                    ("logo_width__isnull", True),
                                ),
                                models.Q(
                                    models.Q(("logo_digest", ""), _negated=True),
                                    ("logo_height__isnull", False),
                                    ("logo_width__isnull", False),
                                ),
                                _connector="OR",
                            ),
                            name="clinic_logo_whole",
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="User",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("password", models.CharField(max_length=128, verbose_name="password")),
                    (
                        "last_login",
                        models.DateTimeField(blank=True, null=True, verbose_name="last login"),
                    ),
                    (
                        "is_superuser",
                        models.BooleanField(
                            default=False,
                            help_text="Designates that this user has all permissions without explicitly assigning them.",
                            verbose_name="superuser status",
                        ),
                    ),
                    ("email", models.EmailField(blank=True, max_length=254, verbose_name="email")),
                    (
                        "name",
                        models.CharField(
                            help_text="As you like to be addressed.",
                            max_length=120,
                            verbose_name="name",
                        ),
                    ),
                    (
                        "role",
                        models.CharField(
                            choices=[
                                ("patient", "patient"),
                                ("physiotherapist", "physiotherapist"),
                                ("manager", "clinic manager"),
                                ("operator", "operator of this installation"),
                            ],
                            default="patient",
                            max_length=20,
                            verbose_name="role",
                        ),
                    ),
                    (
                        "clinic",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="people",
                            to="accounts.clinic",
                            verbose_name="clinic",
                        ),
                    ),
                    (
                        "timezone",
                        models.CharField(
                            default="UTC",
                            max_length=64,
                            validators=[accounts.models.people.validate_timezone],
                            verbose_name="time zone",
                        ),
                    ),
                    (
                        "language",
                        models.CharField(default="en", max_length=12, verbose_name="language"),
                    ),
                    ("is_active", models.BooleanField(default=True, verbose_name="may sign in")),
                    (
                        "is_staff",
                        models.BooleanField(
                            default=False, verbose_name="may use the physiotherapist's desk"
                        ),
                    ),
                    (
                        "date_joined",
                        models.DateTimeField(
                            default=django.utils.timezone.now, editable=False, verbose_name="joined"
                        ),
                    ),
                    (
                        "groups",
                        models.ManyToManyField(
                            blank=True,
                            help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                            related_name="user_set",
                            related_query_name="user",
                            to="auth.group",
                            verbose_name="groups",
                        ),
                    ),
                    (
                        "user_permissions",
                        models.ManyToManyField(
                            blank=True,
                            help_text="Specific permissions for this user.",
                            related_name="user_set",
                            related_query_name="user",
                            to="auth.permission",
                            verbose_name="user permissions",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "person",
                    "verbose_name_plural": "people",
                    "constraints": [
                        models.UniqueConstraint(
                            django.db.models.functions.text.Lower("email"),
                            condition=models.Q(("email", ""), _negated=True),
                            name="user_email_unique",
                            violation_error_message="Somebody with this email address is here already.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("role__in", ["patient", "physiotherapist", "manager", "operator"])
                            ),
                            name="user_role_known",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("clinic__isnull", False), ("role", "operator"), _connector="OR"
                            ),
                            name="user_has_clinic",
                            violation_error_message="Everybody but an operator belongs to a clinic.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("role", "patient"),
                                models.Q(("email", ""), _negated=True),
                                _connector="OR",
                            ),
                            name="user_staff_has_email",
                            violation_error_message="Only a patient can be without an email address.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("role", "patient"), _negated=True),
                                models.Q(("is_staff", False), ("is_superuser", False)),
                                _connector="OR",
                            ),
                            name="user_patient_is_no_staff",
                            violation_error_message="A patient cannot use the physiotherapist's desk.",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Consent",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    (
                        "user",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="consents",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="person",
                        ),
                    ),
                    ("document", models.CharField(max_length=40, verbose_name="document")),
                    ("version", models.CharField(max_length=20, verbose_name="version")),
                    (
                        "action",
                        models.CharField(
                            choices=[("given", "given"), ("withdrawn", "withdrawn")],
                            default="given",
                            max_length=10,
                            verbose_name="action",
                        ),
                    ),
                    ("at", models.DateTimeField(verbose_name="at")),
                ],
                options={
                    "verbose_name": "consent",
                    "verbose_name_plural": "consents",
                    "ordering": ("at", "pk"),
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("action__in", ["given", "withdrawn"])),
                            name="consent_action_known",
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="Access",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    (
                        "by",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="who",
                        ),
                    ),
                    (
                        "role",
                        models.CharField(
                            choices=[
                                ("patient", "patient"),
                                ("physiotherapist", "physiotherapist"),
                                ("manager", "clinic manager"),
                                ("operator", "operator of this installation"),
                            ],
                            max_length=20,
                            verbose_name="as",
                        ),
                    ),
                    (
                        "patient",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="accesses",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="patient",
                        ),
                    ),
                    (
                        "clinic",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="accounts.clinic",
                            verbose_name="clinic",
                        ),
                    ),
                    (
                        "action",
                        models.CharField(
                            choices=[
                                ("viewed", "seen"),
                                ("changed", "changed"),
                                ("exported", "taken out"),
                            ],
                            max_length=10,
                            verbose_name="what was done",
                        ),
                    ),
                    ("what", models.CharField(max_length=40, verbose_name="of what")),
                    ("why", models.TextField(blank=True, max_length=2000, verbose_name="why")),
                    ("at", models.DateTimeField(verbose_name="when")),
                ],
                options={
                    "verbose_name": "access",
                    "verbose_name_plural": "accesses",
                    "ordering": ("-at", "-pk"),
                    "indexes": [
                        models.Index(fields=["patient", "at", "id"], name="access_of_patient")
                    ],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("action__in", ["viewed", "changed", "exported"])),
                            name="access_action_known",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("role__in", ["physiotherapist", "manager", "operator"])
                            ),
                            name="access_by_staff",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("what", ""), _negated=True), name="access_says_what"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("by", models.F("patient")), _negated=True),
                            name="access_by_somebody_else",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="ClinicLogo",
                fields=[
                    (
                        "clinic",
                        models.OneToOneField(
                            on_delete=django.db.models.deletion.CASCADE,
                            primary_key=True,
                            related_name="logo",
                            serialize=False,
                            to="accounts.clinic",
                        ),
                    ),
                    ("data", models.BinaryField()),
                    ("digest", models.CharField(max_length=64)),
                    ("changed_at", models.DateTimeField()),
                ],
                options={
                    "verbose_name": "logo",
                    "verbose_name_plural": "logos",
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("digest", ""), _negated=True),
                                models.Q(("data", b""), _negated=True),
                            ),
                            name="logo_whole",
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="ClinicNotice",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    (
                        "clinic",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="notices",
                            to="accounts.clinic",
                            verbose_name="clinic",
                        ),
                    ),
                    (
                        "kind",
                        models.CharField(
                            choices=[("privacy", "privacy notice"), ("terms", "terms of use")],
                            max_length=10,
                            verbose_name="text",
                        ),
                    ),
                    ("number", models.PositiveSmallIntegerField(verbose_name="version")),
                    ("body", models.TextField(max_length=30000, verbose_name="text")),
                    ("asks", models.BooleanField(verbose_name="patients are asked to read it")),
                    (
                        "by",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="by",
                        ),
                    ),
                    ("at", models.DateTimeField(verbose_name="published")),
                ],
                options={
                    "verbose_name": "notice",
                    "verbose_name_plural": "notices",
                    "ordering": ("clinic_id", "kind", "number"),
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("clinic", "kind", "number"), name="notice_number_once"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("kind__in", ["privacy", "terms"])),
                            name="notice_kind_known",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("body", ""), _negated=True),
                            name="notice_says_something",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("number__gte", 1)), name="notice_number_range"
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="PaperConsent",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    (
                        "consent",
                        models.OneToOneField(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="paper",
                            to="accounts.consent",
                            verbose_name="consent",
                        ),
                    ),
                    (
                        "recorded_by",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="recorded by",
                        ),
                    ),
                    ("signed_on", models.DateField(verbose_name="signed on")),
                ],
                options={
                    "verbose_name": "consent on paper",
                    "verbose_name_plural": "consents on paper",
                },
            ),
            migrations.CreateModel(
                name="AccessToken",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    (
                        "user",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="access_tokens",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="person",
                        ),
                    ),
                    ("label", models.CharField(max_length=60, verbose_name="name")),
                    ("digest", models.CharField(editable=False, max_length=64, unique=True)),
                    ("scopes", models.CharField(max_length=400, verbose_name="what it may do")),
                    ("created_at", models.DateTimeField(verbose_name="made")),
                    (
                        "expires_at",
                        models.DateTimeField(blank=True, null=True, verbose_name="ends"),
                    ),
                    (
                        "last_used_at",
                        models.DateTimeField(blank=True, null=True, verbose_name="last used"),
                    ),
                    (
                        "revoked_at",
                        models.DateTimeField(blank=True, null=True, verbose_name="ended"),
                    ),
                ],
                options={
                    "verbose_name": "connection",
                    "verbose_name_plural": "connections",
                    "ordering": ("-created_at", "-pk"),
                    "constraints": [
                        models.CheckConstraint(
                            condition=django.db.models.lookups.Exact(
                                django.db.models.functions.text.Length("digest"), 64
                            ),
                            name="token_digest_is_one",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("label", ""), _negated=True), name="token_has_label"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("scopes", ""), _negated=True),
                            name="token_may_something",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("expires_at", None),
                                ("expires_at__gt", models.F("created_at")),
                                _connector="OR",
                            ),
                            name="token_ends_after_it_was_made",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("revoked_at", None),
                                ("revoked_at__gte", models.F("created_at")),
                                _connector="OR",
                            ),
                            name="token_revoked_after_it_was_made",
                        ),
                    ],
                },
            ),
        ),
        migrations.RunPython(
            *facts_are_final(
                "accounts_access",
                "accounts_clinicnotice",
                "accounts_consent",
                "accounts_paperconsent",
            )
        ),
        migrations.RunPython(*facts_are_kept("accounts_access", of="patient_id")),
        migrations.RunPython(make_cache_table, drop_cache_table),
    ]
