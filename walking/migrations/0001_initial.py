import datetime
import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.text
import django.utils.timezone
import re
import uuid
import walking.models.invitation
from django.conf import settings
from django.db import migrations, models

from accounts.create_models import CreateModels
from walking.triggers import (
    absences_apart,
    absences_need_not_be_apart,
    facts_are_final,
    weeks_follow,
    weeks_need_not_follow,
)


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
    ]

    operations = [
        CreateModels(
            migrations.CreateModel(
                name="Plan",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    (
                        "baseline_minutes",
                        models.PositiveSmallIntegerField(
                            default=10, verbose_name="baseline: minutes a walk"
                        ),
                    ),
                    (
                        "baseline_days",
                        models.PositiveSmallIntegerField(
                            default=3, verbose_name="baseline: days a week"
                        ),
                    ),
                    (
                        "goal_minutes",
                        models.PositiveSmallIntegerField(
                            default=30, verbose_name="goal: minutes a walk"
                        ),
                    ),
                    (
                        "goal_days",
                        models.PositiveSmallIntegerField(
                            default=5, verbose_name="goal: days a week"
                        ),
                    ),
                    (
                        "weekly_increase",
                        models.PositiveSmallIntegerField(
                            default=10,
                            help_text="Minutes a week added at most by a step; 7 to 30.",
                            verbose_name="weekly increase",
                        ),
                    ),
                    (
                        "weeks_per_rung",
                        models.PositiveSmallIntegerField(
                            default=1,
                            help_text="Good weeks before the next step; 1 to 4.",
                            verbose_name="weeks on each step",
                        ),
                    ),
                    (
                        "length_weeks",
                        models.PositiveSmallIntegerField(
                            default=26, verbose_name="length in weeks"
                        ),
                    ),
                    (
                        "allow_faster",
                        models.BooleanField(
                            default=False,
                            help_text="After a week that was all walked, too easy and without pain.",
                            verbose_name="may go two steps at once",
                        ),
                    ),
                    (
                        "programme_version",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="walking.programmeversion",
                            verbose_name="version of the clinic's programme",
                        ),
                    ),
                    (
                        "patient",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="plans",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="patient",
                        ),
                    ),
                    (
                        "clinic",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="plans",
                            to="accounts.clinic",
                            verbose_name="clinic",
                        ),
                    ),
                    (
                        "physiotherapist",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="caseload",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="physiotherapist",
                        ),
                    ),
                    (
                        "status",
                        models.CharField(
                            choices=[
                                ("active", "active"),
                                ("paused", "paused"),
                                ("completed", "completed"),
                            ],
                            default="active",
                            max_length=10,
                            verbose_name="status",
                        ),
                    ),
                    (
                        "paused_for",
                        models.CharField(
                            blank=True,
                            choices=[
                                ("red_flag", "a warning sign"),
                                ("physiotherapist", "the physiotherapist's decision"),
                            ],
                            max_length=20,
                            verbose_name="paused because of",
                        ),
                    ),
                    (
                        "start",
                        models.DateField(
                            help_text="The first local day of week 1.", verbose_name="start"
                        ),
                    ),
                    (
                        "check_in_time",
                        models.TimeField(
                            default=datetime.time(17, 0),
                            help_text="When the weekly check-in arrives, on the week's last day.",
                            verbose_name="check-in time",
                        ),
                    ),
                    (
                        "week_number",
                        models.PositiveSmallIntegerField(default=0, verbose_name="running week"),
                    ),
                    ("empty_row", models.PositiveSmallIntegerField(default=0, editable=False)),
                    ("low_row", models.PositiveSmallIntegerField(default=0, editable=False)),
                    ("settling", models.BooleanField(default=False, editable=False)),
                    ("good_weeks", models.PositiveSmallIntegerField(default=0, editable=False)),
                    (
                        "unchecked_raises",
                        models.PositiveSmallIntegerField(default=0, editable=False),
                    ),
                    (
                        "next_review_at",
                        models.DateTimeField(editable=False, null=True, verbose_name="next review"),
                    ),
                    (
                        "next_check_in_at",
                        models.DateTimeField(
                            editable=False, null=True, verbose_name="next check-in mail"
                        ),
                    ),
                    (
                        "next_question_at",
                        models.DateTimeField(
                            editable=False, null=True, verbose_name="next monthly question"
                        ),
                    ),
                    (
                        "next_question_month",
                        models.PositiveSmallIntegerField(default=1, editable=False),
                    ),
                    ("version", models.PositiveIntegerField(default=1, editable=False)),
                    (
                        "created_at",
                        models.DateTimeField(default=django.utils.timezone.now, editable=False),
                    ),
                ],
                options={
                    "verbose_name": "plan",
                    "verbose_name_plural": "plans",
                    "indexes": [
                        models.Index(
                            fields=["clinic", "status", "physiotherapist", "patient"],
                            name="plan_caseload",
                        ),
                        models.Index(
                            condition=models.Q(("next_review_at__isnull", False)),
                            fields=["next_review_at", "id"],
                            name="plan_review_due",
                        ),
                        models.Index(
                            condition=models.Q(("next_check_in_at__isnull", False)),
                            fields=["next_check_in_at", "id"],
                            name="plan_check_in_due",
                        ),
                        models.Index(
                            condition=models.Q(("next_question_at__isnull", False)),
                            fields=["next_question_at", "id"],
                            name="plan_question_due",
                        ),
                    ],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                ("baseline_minutes__gte", 5),
                                ("baseline_minutes__lte", 60),
                                ("baseline_days__gte", 1),
                                ("baseline_days__lte", 7),
                            ),
                            name="plan_baseline_range",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("goal_minutes__gte", 5),
                                ("goal_minutes__lte", 120),
                                ("goal_days__gte", 1),
                                ("goal_days__lte", 7),
                            ),
                            name="plan_goal_range",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("goal_days__gte", models.F("baseline_days")),
                                ("goal_minutes__gte", models.F("baseline_minutes")),
                            ),
                            name="plan_goal_not_below_baseline",
                            violation_error_message="The goal may not be below the baseline, in minutes or in days.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("weekly_increase__gte", 7), ("weekly_increase__lte", 30)
                            ),
                            name="plan_increase_range",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("weeks_per_rung__gte", 1), ("weeks_per_rung__lte", 4)
                            ),
                            name="plan_weeks_per_rung_range",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("length_weeks__gte", 1), ("length_weeks__lte", 52)),
                            name="plan_length_range",
                        ),
                        models.UniqueConstraint(
                            condition=models.Q(("status__in", ["active", "paused"])),
                            fields=("patient",),
                            name="plan_one_open_per_patient",
                            violation_error_message="This patient has a plan already. Complete it before starting another.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("status__in", ["active", "paused", "completed"])),
                            name="plan_status_known",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(
                                    ("next_review_at__isnull", False),
                                    ("status", "active"),
                                    ("week_number__gte", 1),
                                ),
                                models.Q(
                                    models.Q(("status", "active"), _negated=True),
                                    ("next_check_in_at__isnull", True),
                                    ("next_review_at__isnull", True),
                                ),
                                _connector="OR",
                            ),
                            name="plan_due_only_while_active",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("status", "paused"), ("paused_for", ""), _connector="XOR"
                            ),
                            name="plan_paused_for_a_reason",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("week_number__lte", models.F("length_weeks"))),
                            name="plan_week_within_length",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Week",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    (
                        "plan",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="weeks",
                            to="walking.plan",
                        ),
                    ),
                    ("number", models.PositiveSmallIntegerField(verbose_name="week")),
                    ("starts", models.DateField(verbose_name="first day")),
                    ("ends", models.DateField(verbose_name="last day")),
                    ("minutes", models.PositiveSmallIntegerField(verbose_name="minutes a walk")),
                    ("days", models.PositiveSmallIntegerField(verbose_name="days a week")),
                    (
                        "eased_from",
                        models.PositiveSmallIntegerField(
                            blank=True, null=True, verbose_name="eased from day"
                        ),
                    ),
                    ("first_minutes", models.PositiveSmallIntegerField(blank=True, null=True)),
                    ("first_days", models.PositiveSmallIntegerField(blank=True, null=True)),
                    (
                        "origin",
                        models.CharField(
                            choices=[
                                ("start", "start of the plan"),
                                ("review", "weekly review"),
                                ("physiotherapist", "physiotherapist"),
                            ],
                            default="review",
                            max_length=20,
                            verbose_name="set by",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "week",
                    "verbose_name_plural": "weeks",
                    "ordering": ("plan_id", "number"),
                    "constraints": [
                        models.UniqueConstraint(fields=("plan", "number"), name="week_number_once"),
                        models.UniqueConstraint(fields=("plan", "starts"), name="week_start_once"),
                        models.CheckConstraint(
                            condition=models.Q(("number__gte", 1), ("number__lte", 52)),
                            name="week_number_range",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("ends__gte", models.F("starts")),
                                (
                                    "ends__lte",
                                    models.ExpressionWrapper(
                                        django.db.models.expressions.CombinedExpression(
                                            models.F("starts"),
                                            "+",
                                            models.Value(datetime.timedelta(days=6)),
                                        ),
                                        models.DateField(),
                                    ),
                                ),
                            ),
                            name="week_at_most_seven_days",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("minutes__gte", 1),
                                ("minutes__lte", 120),
                                ("days__gte", 1),
                                ("days__lte", 7),
                            ),
                            name="week_dose_range",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(
                                    ("eased_from__isnull", True),
                                    ("first_days__isnull", True),
                                    ("first_minutes__isnull", True),
                                ),
                                models.Q(
                                    ("eased_from__isnull", False),
                                    ("first_days__isnull", False),
                                    ("first_minutes__isnull", False),
                                    ("eased_from__gte", 1),
                                    ("eased_from__lte", 7),
                                    ("first_minutes__gte", 1),
                                    ("first_minutes__lte", 120),
                                    ("first_days__gte", 1),
                                    ("first_days__lte", 7),
                                ),
                                _connector="OR",
                            ),
                            name="week_eased_as_a_whole",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="PlanEvent",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    (
                        "plan",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="events",
                            to="walking.plan",
                        ),
                    ),
                    (
                        "kind",
                        models.CharField(
                            choices=[
                                ("started", "started"),
                                ("paused", "paused"),
                                ("resumed", "resumed"),
                                ("completed", "completed"),
                                ("flare_up", "flare-up reported"),
                                ("red_flag", "red flag reported after the end"),
                                ("zone_changed", "time zone changed"),
                            ],
                            max_length=20,
                        ),
                    ),
                    ("at", models.DateTimeField(verbose_name="at")),
                    (
                        "by",
                        models.ForeignKey(
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="by",
                        ),
                    ),
                    ("week_number", models.PositiveSmallIntegerField(verbose_name="week")),
                    ("minutes", models.PositiveSmallIntegerField(null=True)),
                    ("days", models.PositiveSmallIntegerField(null=True)),
                    ("note", models.TextField(blank=True, verbose_name="note")),
                    ("detail", models.JSONField(default=dict)),
                ],
                options={
                    "verbose_name": "event",
                    "verbose_name_plural": "events",
                    "ordering": ("at", "pk"),
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("days__isnull", True), ("minutes__isnull", True)),
                                models.Q(("days__isnull", False), ("minutes__isnull", False)),
                                _connector="OR",
                            ),
                            name="event_dose_whole",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(
                                    ("minutes__isnull", True),
                                    models.Q(("minutes__gte", 1), ("minutes__lte", 120)),
                                    _connector="OR",
                                ),
                                models.Q(
                                    ("days__isnull", True),
                                    models.Q(("days__gte", 1), ("days__lte", 7)),
                                    _connector="OR",
                                ),
                            ),
                            name="event_dose_range",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Absence",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    (
                        "plan",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="absences",
                            to="walking.plan",
                        ),
                    ),
                    ("first", models.DateField(verbose_name="first day")),
                    ("last", models.DateField(verbose_name="last day")),
                    (
                        "kind",
                        models.CharField(
                            choices=[
                                ("ill", "ill"),
                                ("travelling", "travelling"),
                                ("other", "something else"),
                            ],
                            max_length=10,
                            verbose_name="why",
                        ),
                    ),
                    (
                        "words",
                        models.CharField(
                            blank=True, max_length=200, verbose_name="in the patient's words"
                        ),
                    ),
                    ("said_at", models.DateTimeField(editable=False, verbose_name="told")),
                    ("said_on", models.DateField(editable=False)),
                    (
                        "by",
                        models.ForeignKey(
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="by",
                        ),
                    ),
                    (
                        "changed_at",
                        models.DateTimeField(editable=False, null=True, verbose_name="shortened"),
                    ),
                    (
                        "withdrawn_at",
                        models.DateTimeField(editable=False, null=True, verbose_name="taken back"),
                    ),
                ],
                options={
                    "verbose_name": "absence",
                    "verbose_name_plural": "absences",
                    "ordering": ("plan_id", "first", "pk"),
                    "indexes": [
                        models.Index(
                            condition=models.Q(("withdrawn_at__isnull", True)),
                            fields=["plan", "last"],
                            name="absence_standing",
                        )
                    ],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("last__gte", models.F("first"))),
                            name="absence_days_in_order",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                (
                                    "last__lt",
                                    models.ExpressionWrapper(
                                        django.db.models.expressions.CombinedExpression(
                                            models.F("first"),
                                            "+",
                                            models.Value(datetime.timedelta(days=56)),
                                        ),
                                        models.DateField(),
                                    ),
                                )
                            ),
                            name="absence_at_most_eight_weeks",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("kind__in", ["ill", "travelling", "other"])),
                            name="absence_kind_known",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Adjustment",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    (
                        "plan",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="adjustments",
                            to="walking.plan",
                        ),
                    ),
                    (
                        "week_number",
                        models.PositiveSmallIntegerField(verbose_name="for the week after"),
                    ),
                    (
                        "revision",
                        models.PositiveSmallIntegerField(default=1, verbose_name="revision"),
                    ),
                    (
                        "minutes",
                        models.PositiveSmallIntegerField(null=True, verbose_name="minutes a walk"),
                    ),
                    (
                        "days",
                        models.PositiveSmallIntegerField(null=True, verbose_name="days a week"),
                    ),
                    (
                        "by",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="by",
                        ),
                    ),
                    ("at", models.DateTimeField(verbose_name="at")),
                    (
                        "reason",
                        models.TextField(
                            help_text="For colleagues; patients do not see it.",
                            max_length=2000,
                            verbose_name="reason",
                        ),
                    ),
                    (
                        "message",
                        models.TextField(
                            blank=True, max_length=2000, verbose_name="message to the patient"
                        ),
                    ),
                ],
                options={
                    "verbose_name": "adjustment",
                    "verbose_name_plural": "adjustments",
                    "ordering": ("plan_id", "week_number", "revision"),
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("plan", "week_number", "revision"),
                            name="adjustment_revision_once",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("days__isnull", True), ("minutes__isnull", True)),
                                models.Q(("days__isnull", False), ("minutes__isnull", False)),
                                _connector="OR",
                            ),
                            name="adjustment_dose_whole",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("minutes__isnull", True),
                                models.Q(
                                    ("minutes__gte", 5),
                                    ("minutes__lte", 120),
                                    ("days__gte", 1),
                                    ("days__lte", 7),
                                ),
                                _connector="OR",
                            ),
                            name="adjustment_dose_range",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("week_number__gte", 1), ("week_number__lte", 52)),
                            name="adjustment_week_range",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Attention",
                fields=[
                    (
                        "plan",
                        models.OneToOneField(
                            on_delete=django.db.models.deletion.CASCADE,
                            primary_key=True,
                            related_name="attention",
                            serialize=False,
                            to="walking.plan",
                        ),
                    ),
                    (
                        "clinic",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="accounts.clinic",
                        ),
                    ),
                    (
                        "kind",
                        models.CharField(
                            blank=True,
                            choices=[
                                ("urgent", "Red flag"),
                                ("flare_up", "Flare-up"),
                                ("pain", "High pain"),
                                ("unreached", "Gone quiet: mail does not arrive"),
                                ("unsubscribed", "Gone quiet: mail turned off"),
                                ("quiet", "Gone quiet"),
                                ("not_logging", "Gone quiet: not logging"),
                                ("not_walking", "Gone quiet: not walking"),
                                ("not_answering", "Gone quiet: not answering"),
                                ("struggling", "Struggling"),
                                ("mail", "Mail not arriving"),
                                ("check_in_needed", "Check-in needed"),
                                ("disability", "More disabled"),
                                ("contact_due", "Contact due"),
                            ],
                            max_length=20,
                            verbose_name="what for",
                        ),
                    ),
                    ("rank", models.PositiveSmallIntegerField(null=True)),
                    ("since", models.DateTimeField(null=True, verbose_name="since")),
                    ("needs", models.JSONField(default=list)),
                    ("red_flag_seen", models.BooleanField(default=False)),
                    (
                        "acknowledged_at",
                        models.DateTimeField(null=True, verbose_name="acknowledged"),
                    ),
                    (
                        "snoozed_until",
                        models.DateTimeField(null=True, verbose_name="put off until"),
                    ),
                    ("look_at", models.DateTimeField(null=True)),
                ],
                options={
                    "verbose_name": "attention",
                    "verbose_name_plural": "attention",
                    "indexes": [
                        models.Index(
                            condition=models.Q(("rank__isnull", False)),
                            fields=["clinic", "rank", "since", "plan"],
                            name="attention_waiting",
                        ),
                        models.Index(
                            condition=models.Q(
                                ("acknowledged_at__isnull", False),
                                ("snoozed_until__isnull", False),
                                _connector="OR",
                            ),
                            fields=["clinic", "plan"],
                            name="attention_spoken_of",
                        ),
                        models.Index(
                            condition=models.Q(("look_at__isnull", False)),
                            fields=["look_at"],
                            name="attention_look_due",
                        ),
                        models.Index(
                            condition=models.Q(("red_flag_seen", True)),
                            fields=["clinic", "plan"],
                            name="attention_red_flag_seen",
                        ),
                    ],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("rank__isnull", True), ("since__isnull", True)),
                                models.Q(("rank__isnull", False), ("since__isnull", False)),
                                _connector="OR",
                            ),
                            name="attention_whole",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("kind", ""), ("rank__isnull", True)),
                                models.Q(
                                    (
                                        "kind__in",
                                        [
                                            "urgent",
                                            "flare_up",
                                            "pain",
                                            "unreached",
                                            "unsubscribed",
                                            "quiet",
                                            "not_logging",
                                            "not_walking",
                                            "not_answering",
                                            "struggling",
                                            "mail",
                                            "check_in_needed",
                                            "disability",
                                            "contact_due",
                                        ],
                                    ),
                                    ("rank__isnull", False),
                                ),
                                _connector="OR",
                            ),
                            name="attention_kind_known",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Acknowledgement",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    (
                        "plan",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="acknowledgements",
                            to="walking.plan",
                        ),
                    ),
                    (
                        "action",
                        models.CharField(
                            choices=[
                                ("seen", "acknowledged"),
                                ("snoozed", "put off"),
                                ("undone", "taken back"),
                            ],
                            max_length=10,
                        ),
                    ),
                    ("needs", models.JSONField(default=list)),
                    ("note", models.TextField(blank=True, max_length=1000, verbose_name="note")),
                    ("until", models.DateTimeField(null=True)),
                    (
                        "undoes",
                        models.OneToOneField(
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="undone_by",
                            to="walking.acknowledgement",
                        ),
                    ),
                    (
                        "by",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="by",
                        ),
                    ),
                    ("at", models.DateTimeField(verbose_name="at")),
                ],
                options={
                    "verbose_name": "acknowledgement",
                    "verbose_name_plural": "acknowledgements",
                    "ordering": ("at", "pk"),
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(
                                    ("action", "seen"),
                                    ("undoes__isnull", True),
                                    ("until__isnull", True),
                                    models.Q(("note", ""), _negated=True),
                                ),
                                models.Q(
                                    ("action", "snoozed"),
                                    ("undoes__isnull", True),
                                    ("until__isnull", False),
                                ),
                                models.Q(
                                    ("action", "undone"),
                                    ("undoes__isnull", False),
                                    ("until__isnull", True),
                                ),
                                _connector="OR",
                            ),
                            name="acknowledgement_whole",
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="CaseloadView",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    (
                        "owner",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="caseload_views",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    (
                        "clinic",
                        models.ForeignKey(
                            null=True,
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="+",
                            to="accounts.clinic",
                        ),
                    ),
                    ("name", models.CharField(max_length=60, verbose_name="name")),
                    ("query", models.CharField(blank=True, max_length=400)),
                    (
                        "shared",
                        models.BooleanField(
                            default=False, verbose_name="for everybody in the clinic"
                        ),
                    ),
                    (
                        "is_default",
                        models.BooleanField(default=False, verbose_name="open the desk with it"),
                    ),
                ],
                options={
                    "verbose_name": "saved view",
                    "verbose_name_plural": "saved views",
                    "ordering": ("name", "pk"),
                    "constraints": [
                        models.UniqueConstraint(fields=("owner", "name"), name="view_named_once"),
                        models.UniqueConstraint(
                            condition=models.Q(("is_default", True)),
                            fields=("owner",),
                            name="view_one_default",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("name", ""), _negated=True), name="view_has_name"
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Mail",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    (
                        "kind",
                        models.CharField(
                            choices=[
                                ("invitation", "invitation"),
                                ("welcome", "welcome"),
                                ("check_in", "weekly check-in"),
                                ("week_plan", "the new week's plan"),
                                ("paused", "plan paused"),
                                ("recurrence", "monthly question"),
                                ("contact", "coaching contact"),
                                ("message", "message with a change"),
                                ("leaving", "the record is to be erased"),
                                ("urgent", "urgent"),
                                ("digest", "morning digest"),
                            ],
                            max_length=12,
                            verbose_name="kind",
                        ),
                    ),
                    (
                        "plan",
                        models.ForeignKey(
                            db_index=False,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="mail",
                            to="walking.plan",
                        ),
                    ),
                    (
                        "invitation",
                        models.ForeignKey(
                            db_index=False,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="mail",
                            to="walking.invitation",
                        ),
                    ),
                    (
                        "recipient",
                        models.ForeignKey(
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="mail",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="to",
                        ),
                    ),
                    ("about", models.CharField(max_length=40, verbose_name="about")),
                    (
                        "state",
                        models.CharField(
                            choices=[
                                ("queued", "waiting"),
                                ("sent", "sent"),
                                ("failed", "failed"),
                                ("suppressed", "not sent"),
                            ],
                            default="queued",
                            max_length=10,
                            verbose_name="state",
                        ),
                    ),
                    ("due_at", models.DateTimeField(verbose_name="due")),
                    ("next_attempt_at", models.DateTimeField(verbose_name="next attempt")),
                    (
                        "attempts",
                        models.PositiveSmallIntegerField(default=0, verbose_name="attempts"),
                    ),
                    ("lease", models.UUIDField(editable=False, null=True)),
                    ("leased_until", models.DateTimeField(editable=False, null=True)),
                    ("message_id", models.CharField(max_length=120)),
                    (
                        "copy",
                        models.PositiveSmallIntegerField(
                            db_default=0, default=0, editable=False, verbose_name="copy"
                        ),
                    ),
                    ("queued_at", models.DateTimeField(verbose_name="queued")),
                    ("settled_at", models.DateTimeField(null=True, verbose_name="settled")),
                    (
                        "outcome",
                        models.CharField(blank=True, max_length=300, verbose_name="outcome"),
                    ),
                ],
                options={
                    "verbose_name": "mail",
                    "verbose_name_plural": "mail",
                    "indexes": [
                        models.Index(
                            condition=models.Q(("state", "queued")),
                            fields=["next_attempt_at", "id"],
                            name="mail_pending",
                        ),
                        models.Index(
                            condition=models.Q(
                                ("kind__in", ["urgent", "paused"]), ("state", "queued")
                            ),
                            fields=["next_attempt_at", "id"],
                            name="mail_pending_first",
                        ),
                        models.Index(
                            condition=models.Q(("settled_at__isnull", False)),
                            fields=["settled_at", "state"],
                            name="mail_settled",
                        ),
                        models.Index(
                            condition=models.Q(("state", "failed")),
                            fields=["plan", "settled_at"],
                            name="mail_failed",
                        ),
                    ],
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("message_id",), name="mail_message_id_once"
                        ),
                        models.UniqueConstraint(
                            condition=models.Q(
                                ("plan__isnull", False), models.Q(("kind", "urgent"), _negated=True)
                            ),
                            fields=("plan", "kind", "about", "copy"),
                            name="mail_once_per_plan",
                        ),
                        models.UniqueConstraint(
                            condition=models.Q(("kind", "urgent"), ("plan__isnull", False)),
                            fields=("plan", "about", "recipient", "copy"),
                            name="mail_alarm_once_per_person",
                        ),
                        models.UniqueConstraint(
                            condition=models.Q(
                                ("plan__isnull", True), ("recipient__isnull", False)
                            ),
                            fields=("recipient", "kind", "about", "copy"),
                            name="mail_once_per_person",
                        ),
                        models.UniqueConstraint(
                            condition=models.Q(("invitation__isnull", False)),
                            fields=("invitation", "kind", "about", "copy"),
                            name="mail_once_per_invitation",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("recipient__isnull", False),
                                ("invitation__isnull", False),
                                _connector="XOR",
                            ),
                            name="mail_goes_to_somebody",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("state__in", ["queued", "sent", "failed", "suppressed"])
                            ),
                            name="mail_state_known",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("state", "queued"), ("settled_at__isnull", False), _connector="XOR"
                            ),
                            name="mail_settled_when_not_queued",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="MailPreference",
                fields=[
                    (
                        "user",
                        models.OneToOneField(
                            on_delete=django.db.models.deletion.CASCADE,
                            primary_key=True,
                            related_name="mail_preference",
                            serialize=False,
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    ("check_in", models.BooleanField(default=True, verbose_name="weekly check-in")),
                    (
                        "week_plan",
                        models.BooleanField(default=True, verbose_name="the new week's plan"),
                    ),
                    (
                        "recurrence",
                        models.BooleanField(default=True, verbose_name="monthly question"),
                    ),
                    (
                        "contact",
                        models.BooleanField(default=True, verbose_name="coaching contacts"),
                    ),
                    ("digest", models.BooleanField(default=True, verbose_name="morning digest")),
                    ("next_digest_at", models.DateTimeField(editable=False, null=True)),
                    ("changed_at", models.DateTimeField(null=True)),
                ],
                options={
                    "verbose_name": "mail preference",
                    "verbose_name_plural": "mail preferences",
                    "indexes": [
                        models.Index(
                            condition=models.Q(("next_digest_at__isnull", False)),
                            fields=["next_digest_at"],
                            name="digest_due",
                        )
                    ],
                },
            ),
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
                        models.CharField(
                            blank=True, max_length=300, verbose_name="in the words of"
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
                            condition=models.Q(
                                ("kind__in", ["hard", "soft", "complaint", "cleared"])
                            ),
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
            migrations.CreateModel(
                name="CheckIn",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    (
                        "plan",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="check_ins",
                            to="walking.plan",
                        ),
                    ),
                    ("week_number", models.PositiveSmallIntegerField(verbose_name="week")),
                    (
                        "revision",
                        models.PositiveSmallIntegerField(default=1, verbose_name="revision"),
                    ),
                    ("at", models.DateTimeField(verbose_name="answered")),
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
                        "via",
                        models.CharField(
                            choices=[
                                ("app", "signed in"),
                                ("mail", "link in the mail"),
                                ("staff", "entered by staff"),
                            ],
                            max_length=10,
                            verbose_name="how",
                        ),
                    ),
                    (
                        "pain",
                        models.PositiveSmallIntegerField(
                            blank=True, null=True, verbose_name="pain"
                        ),
                    ),
                    (
                        "difficulty",
                        models.CharField(
                            blank=True,
                            choices=[
                                ("too_easy", "too easy"),
                                ("about_right", "about right"),
                                ("too_hard", "too hard"),
                            ],
                            max_length=12,
                            verbose_name="how hard",
                        ),
                    ),
                    (
                        "confidence",
                        models.PositiveSmallIntegerField(
                            blank=True, null=True, verbose_name="confidence"
                        ),
                    ),
                    ("flare_up", models.BooleanField(default=False, verbose_name="flare-up")),
                    ("away", models.BooleanField(default=False, verbose_name="away or ill")),
                    (
                        "red_flags",
                        models.JSONField(blank=True, default=list, verbose_name="warning signs"),
                    ),
                    (
                        "signs_answered",
                        models.BooleanField(
                            blank=True, null=True, verbose_name="warning signs answered"
                        ),
                    ),
                    (
                        "words",
                        models.TextField(
                            blank=True, max_length=2000, verbose_name="in the patient's words"
                        ),
                    ),
                ],
                options={
                    "verbose_name": "check-in",
                    "verbose_name_plural": "check-ins",
                    "ordering": ("plan_id", "week_number", "revision"),
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("plan", "week_number", "revision"),
                            name="check_in_revision_once",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("week_number__gte", 0), ("week_number__lte", 52)),
                            name="check_in_week_range",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("pain__isnull", True),
                                models.Q(("pain__gte", 0), ("pain__lte", 10)),
                                _connector="OR",
                            ),
                            name="check_in_pain_range",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("confidence__isnull", True),
                                models.Q(("confidence__gte", 0), ("confidence__lte", 10)),
                                _connector="OR",
                            ),
                            name="check_in_confidence_range",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("difficulty__in", ["", "too_easy", "about_right", "too_hard"])
                            ),
                            name="check_in_difficulty_known",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("red_flags", []),
                                ("signs_answered", True),
                                ("signs_answered__isnull", True),
                                _connector="OR",
                            ),
                            name="check_in_signs_listed_are_answered",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="CompanionProgramme",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    (
                        "plan",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="companions",
                            to="walking.plan",
                        ),
                    ),
                    ("kind", models.CharField(max_length=20, verbose_name="companion programme")),
                    ("number", models.PositiveSmallIntegerField(verbose_name="number")),
                    (
                        "added_by",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="by",
                        ),
                    ),
                    ("added_at", models.DateTimeField(verbose_name="at")),
                    (
                        "message",
                        models.TextField(blank=True, max_length=500, verbose_name="message"),
                    ),
                    ("started_on", models.DateField(verbose_name="from")),
                    ("ended_on", models.DateField(blank=True, null=True, verbose_name="to")),
                    (
                        "ended_by",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="ended by",
                        ),
                    ),
                    (
                        "ended_at",
                        models.DateTimeField(blank=True, null=True, verbose_name="ended at"),
                    ),
                ],
                options={
                    "verbose_name": "companion programme",
                    "verbose_name_plural": "companion programmes",
                    "ordering": ("plan_id", "number"),
                    "constraints": [
                        models.UniqueConstraint(fields=("plan", "number"), name="companion_once"),
                        models.UniqueConstraint(
                            condition=models.Q(("ended_on", None)),
                            fields=("plan", "kind"),
                            name="companion_runs_once",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("kind", ""), _negated=True),
                            name="companion_has_a_kind",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("number__gte", 1), ("number__lte", 1000)),
                            name="companion_number_range",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("ended_on", None),
                                ("ended_on__gte", models.F("started_on")),
                                _connector="OR",
                            ),
                            name="companion_ends_after_it_starts",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(
                                    ("ended_at", None), ("ended_by", None), ("ended_on", None)
                                ),
                                models.Q(
                                    ("ended_at__isnull", False),
                                    ("ended_by__isnull", False),
                                    ("ended_on__isnull", False),
                                ),
                                _connector="OR",
                            ),
                            name="companion_ended_by_somebody",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Contact",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    (
                        "plan",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="contacts",
                            to="walking.plan",
                        ),
                    ),
                    ("number", models.PositiveSmallIntegerField(verbose_name="contact")),
                    (
                        "kind",
                        models.CharField(
                            choices=[
                                ("in_person", "in person or by video"),
                                ("telephone", "by telephone"),
                            ],
                            max_length=10,
                            verbose_name="kind",
                        ),
                    ),
                    ("due", models.DateField(verbose_name="day")),
                    (
                        "state",
                        models.CharField(
                            choices=[
                                ("planned", "planned"),
                                ("done", "done"),
                                ("missed", "missed"),
                            ],
                            default="planned",
                            max_length=10,
                            verbose_name="state",
                        ),
                    ),
                    ("remind_at", models.DateTimeField(editable=False, null=True)),
                ],
                options={
                    "verbose_name": "contact",
                    "verbose_name_plural": "contacts",
                    "ordering": ("plan_id", "number"),
                    "indexes": [
                        models.Index(
                            condition=models.Q(("remind_at__isnull", False)),
                            fields=["remind_at", "id"],
                            name="contact_reminder_due",
                        )
                    ],
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("plan", "number"), name="contact_number_once"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("number__gte", 1), ("number__lte", 12)),
                            name="contact_number_range",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("kind__in", ["in_person", "telephone"])),
                            name="contact_kind_known",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("state__in", ["planned", "done", "missed"])),
                            name="contact_state_known",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="ContactNote",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    (
                        "contact",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="notes",
                            to="walking.contact",
                        ),
                    ),
                    ("revision", models.PositiveSmallIntegerField(verbose_name="revision")),
                    (
                        "outcome",
                        models.CharField(
                            choices=[
                                ("done", "done"),
                                ("missed", "missed"),
                                ("moved", "moved to another day"),
                            ],
                            max_length=6,
                            verbose_name="what became of it",
                        ),
                    ),
                    ("from_day", models.DateField(verbose_name="planned for")),
                    ("to_day", models.DateField(blank=True, null=True, verbose_name="new day")),
                    (
                        "what_matters",
                        models.TextField(
                            blank=True, max_length=2000, verbose_name="what matters to the patient"
                        ),
                    ),
                    (
                        "confidence",
                        models.PositiveSmallIntegerField(
                            blank=True, null=True, verbose_name="confidence"
                        ),
                    ),
                    (
                        "barriers",
                        models.TextField(
                            blank=True, max_length=2000, verbose_name="what gets in the way"
                        ),
                    ),
                    (
                        "agreed",
                        models.TextField(
                            blank=True, max_length=500, verbose_name="what was agreed"
                        ),
                    ),
                    (
                        "private",
                        models.TextField(blank=True, max_length=5000, verbose_name="private note"),
                    ),
                    (
                        "by",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="by",
                        ),
                    ),
                    ("at", models.DateTimeField(verbose_name="at")),
                ],
                options={
                    "verbose_name": "note of a contact",
                    "verbose_name_plural": "notes of contacts",
                    "ordering": ("contact_id", "revision"),
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("contact", "revision"), name="contact_note_revision_once"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("outcome__in", ["done", "missed", "moved"])),
                            name="contact_note_outcome_known",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("outcome", "moved"), ("to_day__isnull", True), _connector="XOR"
                            ),
                            name="contact_note_moved_has_day",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("to_day__isnull", True),
                                models.Q(("to_day", models.F("from_day")), _negated=True),
                                _connector="OR",
                            ),
                            name="contact_note_moves",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("confidence__isnull", True),
                                models.Q(("confidence__gte", 0), ("confidence__lte", 10)),
                                _connector="OR",
                            ),
                            name="contact_note_confidence_range",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("revision__gte", 1), ("revision__lte", 1000)),
                            name="contact_note_revision_range",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Walk",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    (
                        "plan",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="walks",
                            to="walking.plan",
                        ),
                    ),
                    ("day", models.DateField(verbose_name="day")),
                    ("minutes", models.PositiveSmallIntegerField(verbose_name="minutes")),
                    (
                        "pain",
                        models.PositiveSmallIntegerField(
                            blank=True, null=True, verbose_name="pain after the walk"
                        ),
                    ),
                    (
                        "effort",
                        models.CharField(
                            blank=True,
                            choices=[
                                ("easy", "easy"),
                                ("moderate", "just right"),
                                ("hard", "hard"),
                            ],
                            max_length=10,
                            verbose_name="how it felt",
                        ),
                    ),
                    ("client_id", models.UUIDField(default=uuid.uuid4, editable=False)),
                    (
                        "entered_by",
                        models.ForeignKey(
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    (
                        "entered_at",
                        models.DateTimeField(default=django.utils.timezone.now, editable=False),
                    ),
                    ("changed_at", models.DateTimeField(editable=False, null=True)),
                    (
                        "changed_by",
                        models.ForeignKey(
                            db_index=False,
                            editable=False,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    ("removed_at", models.DateTimeField(editable=False, null=True)),
                    (
                        "source",
                        models.CharField(
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
                    (
                        "started_at",
                        models.DateTimeField(
                            blank=True, editable=False, null=True, verbose_name="started"
                        ),
                    ),
                    (
                        "steps",
                        models.PositiveIntegerField(
                            blank=True, editable=False, null=True, verbose_name="steps"
                        ),
                    ),
                    (
                        "estimated",
                        models.BooleanField(
                            db_default=False, default=False, verbose_name="estimated"
                        ),
                    ),
                ],
                options={
                    "verbose_name": "walk",
                    "verbose_name_plural": "walks",
                    "ordering": ("-day", "-pk"),
                    "indexes": [
                        models.Index(
                            condition=models.Q(("removed_at__isnull", True)),
                            fields=["plan", "day"],
                            name="walk_plan_day",
                        )
                    ],
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("plan", "client_id"), name="walk_entered_once"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("minutes__gte", 1), ("minutes__lte", 600)),
                            name="walk_minutes_range",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("pain__isnull", True),
                                models.Q(("pain__gte", 0), ("pain__lte", 10)),
                                _connector="OR",
                            ),
                            name="walk_pain_range",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("effort__in", ["", "easy", "moderate", "hard"])),
                            name="walk_effort_known",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                (
                                    "source__in",
                                    [
                                        "",
                                        "apple_health",
                                        "health_con",
                                        "google_fit",
                                        "gpx",
                                        "tcx",
                                        "fit",
                                        "csv",
                                        "program",
                                    ],
                                )
                            ),
                            name="walk_source_known",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("estimated", False),
                                models.Q(("steps__gte", 1), ("steps__isnull", False)),
                                _connector="OR",
                            ),
                            name="walk_estimated_of_steps",
                        ),
                    ],
                },
            ),
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
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("expires_at__gt", models.F("at"))),
                            name="brought_file_expires",
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="OwnDownload",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    (
                        "patient",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="own_downloads",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    ("at", models.DateTimeField(verbose_name="at")),
                ],
                options={
                    "verbose_name": "download of the own data",
                    "verbose_name_plural": "downloads of the own data",
                },
            ),
            migrations.CreateModel(
                name="ErasureRequest",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    (
                        "patient",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="erasure_requests",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    (
                        "why",
                        models.CharField(
                            choices=[
                                ("asked", "the patient asked for it"),
                                ("clinic", "the clinic did it on the patient's request"),
                                ("retention", "the clinic keeps records no longer than this"),
                                ("again", "a restored backup had brought it back"),
                            ],
                            max_length=10,
                            verbose_name="why",
                        ),
                    ),
                    (
                        "words",
                        models.CharField(blank=True, max_length=500, verbose_name="in words"),
                    ),
                    (
                        "by",
                        models.ForeignKey(
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    ("at", models.DateTimeField(verbose_name="asked")),
                    ("due_at", models.DateTimeField(verbose_name="to be erased")),
                    ("withdrawn_at", models.DateTimeField(null=True, verbose_name="taken back")),
                ],
                options={
                    "verbose_name": "request to erase",
                    "verbose_name_plural": "requests to erase",
                    "indexes": [
                        models.Index(
                            condition=models.Q(("withdrawn_at__isnull", True)),
                            fields=["due_at"],
                            name="erasure_due",
                        )
                    ],
                    "constraints": [
                        models.UniqueConstraint(
                            condition=models.Q(("withdrawn_at__isnull", True)),
                            fields=("patient",),
                            name="erasure_one_request",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("due_at__gte", models.F("at"))),
                            name="erasure_after_request",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("why__in", ["asked", "clinic", "retention", "again"])
                            ),
                            name="erasure_request_why_known",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Erasure",
                fields=[
                    (
                        "id",
                        models.UUIDField(
                            default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                        ),
                    ),
                    (
                        "clinic",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="accounts.clinic",
                        ),
                    ),
                    ("mark", models.CharField(max_length=64)),
                    (
                        "why",
                        models.CharField(
                            choices=[
                                ("asked", "the patient asked for it"),
                                ("clinic", "the clinic did it on the patient's request"),
                                ("retention", "the clinic keeps records no longer than this"),
                                ("again", "a restored backup had brought it back"),
                            ],
                            max_length=10,
                            verbose_name="why",
                        ),
                    ),
                    ("at", models.DateTimeField(verbose_name="erased")),
                ],
                options={
                    "verbose_name": "erasure",
                    "verbose_name_plural": "erasures",
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                ("why__in", ["asked", "clinic", "retention", "again"])
                            ),
                            name="erasure_why_known",
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="ErasedAccess",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    (
                        "erasure",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="accesses",
                            to="walking.erasure",
                        ),
                    ),
                    (
                        "by",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
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
                    ("action", models.CharField(max_length=10, verbose_name="what was done")),
                    ("what", models.CharField(max_length=40, verbose_name="of what")),
                    ("at", models.DateTimeField(verbose_name="when")),
                ],
                options={
                    "verbose_name": "access to an erased record",
                    "verbose_name_plural": "accesses to erased records",
                },
            ),
            migrations.CreateModel(
                name="FhirKey",
                fields=[
                    (
                        "person",
                        models.OneToOneField(
                            on_delete=django.db.models.deletion.CASCADE,
                            primary_key=True,
                            related_name="fhir_key",
                            serialize=False,
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="person",
                        ),
                    ),
                    ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ],
                options={
                    "verbose_name": "key of FHIR names",
                    "verbose_name_plural": "keys of FHIR names",
                },
            ),
            migrations.CreateModel(
                name="Invitation",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    (
                        "baseline_minutes",
                        models.PositiveSmallIntegerField(
                            default=10, verbose_name="baseline: minutes a walk"
                        ),
                    ),
                    (
                        "baseline_days",
                        models.PositiveSmallIntegerField(
                            default=3, verbose_name="baseline: days a week"
                        ),
                    ),
                    (
                        "goal_minutes",
                        models.PositiveSmallIntegerField(
                            default=30, verbose_name="goal: minutes a walk"
                        ),
                    ),
                    (
                        "goal_days",
                        models.PositiveSmallIntegerField(
                            default=5, verbose_name="goal: days a week"
                        ),
                    ),
                    (
                        "weekly_increase",
                        models.PositiveSmallIntegerField(
                            default=10,
                            help_text="Minutes a week added at most by a step; 7 to 30.",
                            verbose_name="weekly increase",
                        ),
                    ),
                    (
                        "weeks_per_rung",
                        models.PositiveSmallIntegerField(
                            default=1,
                            help_text="Good weeks before the next step; 1 to 4.",
                            verbose_name="weeks on each step",
                        ),
                    ),
                    (
                        "length_weeks",
                        models.PositiveSmallIntegerField(
                            default=26, verbose_name="length in weeks"
                        ),
                    ),
                    (
                        "allow_faster",
                        models.BooleanField(
                            default=False,
                            help_text="After a week that was all walked, too easy and without pain.",
                            verbose_name="may go two steps at once",
                        ),
                    ),
                    (
                        "programme_version",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="walking.programmeversion",
                            verbose_name="version of the clinic's programme",
                        ),
                    ),
                    (
                        "clinic",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="invitations",
                            to="accounts.clinic",
                            verbose_name="clinic",
                        ),
                    ),
                    (
                        "physiotherapist",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="invitations",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="physiotherapist",
                        ),
                    ),
                    (
                        "patient",
                        models.ForeignKey(
                            editable=False,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    ("email", models.EmailField(max_length=254, verbose_name="email")),
                    ("name", models.CharField(max_length=120, verbose_name="name")),
                    (
                        "message",
                        models.TextField(
                            blank=True, max_length=2000, verbose_name="message to the patient"
                        ),
                    ),
                    (
                        "nonce",
                        models.CharField(
                            default=walking.models.invitation.new_nonce,
                            editable=False,
                            max_length=32,
                        ),
                    ),
                    ("created_at", models.DateTimeField(editable=False, verbose_name="invited")),
                    (
                        "expires_at",
                        models.DateTimeField(editable=False, verbose_name="valid until"),
                    ),
                    (
                        "accepted_at",
                        models.DateTimeField(editable=False, null=True, verbose_name="accepted"),
                    ),
                    (
                        "revoked_at",
                        models.DateTimeField(editable=False, null=True, verbose_name="taken back"),
                    ),
                    (
                        "plan",
                        models.OneToOneField(
                            editable=False,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="invitation",
                            to="walking.plan",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "invitation",
                    "verbose_name_plural": "invitations",
                    "ordering": ("-created_at",),
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                ("baseline_minutes__gte", 5),
                                ("baseline_minutes__lte", 60),
                                ("baseline_days__gte", 1),
                                ("baseline_days__lte", 7),
                            ),
                            name="invitation_baseline_range",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("goal_minutes__gte", 5),
                                ("goal_minutes__lte", 120),
                                ("goal_days__gte", 1),
                                ("goal_days__lte", 7),
                            ),
                            name="invitation_goal_range",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("goal_days__gte", models.F("baseline_days")),
                                ("goal_minutes__gte", models.F("baseline_minutes")),
                            ),
                            name="invitation_goal_not_below_baseline",
                            violation_error_message="The goal may not be below the baseline, in minutes or in days.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("weekly_increase__gte", 7), ("weekly_increase__lte", 30)
                            ),
                            name="invitation_increase_range",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("weeks_per_rung__gte", 1), ("weeks_per_rung__lte", 4)
                            ),
                            name="invitation_weeks_per_rung_range",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("length_weeks__gte", 1), ("length_weeks__lte", 52)),
                            name="invitation_length_range",
                        ),
                        models.UniqueConstraint(
                            models.F("clinic"),
                            django.db.models.functions.text.Lower("email"),
                            condition=models.Q(
                                ("accepted_at__isnull", True), ("revoked_at__isnull", True)
                            ),
                            name="invitation_one_open",
                            violation_error_message="This address has an open invitation already. Take it back first.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("accepted_at__isnull", True), ("plan__isnull", True)),
                                models.Q(
                                    ("accepted_at__isnull", False),
                                    models.Q(
                                        ("plan__isnull", False),
                                        ("patient__isnull", False),
                                        _connector="OR",
                                    ),
                                ),
                                _connector="OR",
                            ),
                            name="invitation_accepted_has_plan",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Habit",
                fields=[
                    (
                        "plan",
                        models.OneToOneField(
                            on_delete=django.db.models.deletion.CASCADE,
                            primary_key=True,
                            related_name="habit",
                            serialize=False,
                            to="walking.plan",
                        ),
                    ),
                    ("weekday_bits", models.PositiveSmallIntegerField(default=0)),
                    ("hour", models.TimeField(default=datetime.time(10, 0), verbose_name="hour")),
                    ("changed_at", models.DateTimeField(editable=False)),
                ],
                options={
                    "verbose_name": "walking habit",
                    "verbose_name_plural": "walking habits",
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                ("weekday_bits__gte", 0), ("weekday_bits__lte", 127)
                            ),
                            name="habit_weekdays_range",
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="CalendarFeed",
                fields=[
                    (
                        "plan",
                        models.OneToOneField(
                            on_delete=django.db.models.deletion.CASCADE,
                            primary_key=True,
                            related_name="calendar_feed",
                            serialize=False,
                            to="walking.plan",
                        ),
                    ),
                    (
                        "nonce",
                        models.CharField(
                            blank=True,
                            default=walking.models.invitation.new_nonce,
                            editable=False,
                            max_length=32,
                        ),
                    ),
                    (
                        "alarm_minutes",
                        models.PositiveSmallIntegerField(
                            blank=True, null=True, verbose_name="reminder"
                        ),
                    ),
                    ("changed_at", models.DateTimeField(editable=False)),
                ],
                options={
                    "verbose_name": "calendar",
                    "verbose_name_plural": "calendars",
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                ("alarm_minutes__isnull", True),
                                models.Q(("alarm_minutes__gte", 0), ("alarm_minutes__lte", 120)),
                                _connector="OR",
                            ),
                            name="calendar_alarm_range",
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="Heartbeat",
                fields=[
                    ("name", models.CharField(max_length=40, primary_key=True, serialize=False)),
                    ("at", models.DateTimeField()),
                ],
            ),
            migrations.CreateModel(
                name="OpenDoor",
                fields=[
                    (
                        "clinic",
                        models.OneToOneField(
                            on_delete=django.db.models.deletion.CASCADE,
                            primary_key=True,
                            related_name="open_door",
                            serialize=False,
                            to="accounts.clinic",
                        ),
                    ),
                    ("slug", models.SlugField(max_length=40, unique=True)),
                    (
                        "by",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="by",
                        ),
                    ),
                    ("at", models.DateTimeField(verbose_name="since")),
                ],
                options={
                    "verbose_name": "open door",
                    "verbose_name_plural": "open doors",
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("slug", ""), _negated=True), name="door_has_slug"
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="JoinRequest",
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
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="join_requests",
                            to="accounts.clinic",
                            verbose_name="clinic",
                        ),
                    ),
                    ("name", models.CharField(max_length=120, verbose_name="name")),
                    ("email", models.EmailField(max_length=254, verbose_name="email")),
                    (
                        "words",
                        models.TextField(
                            blank=True, max_length=1000, verbose_name="in their words"
                        ),
                    ),
                    ("at", models.DateTimeField(verbose_name="asked")),
                    ("closed_at", models.DateTimeField(null=True, verbose_name="answered")),
                    ("invited", models.BooleanField(default=False, verbose_name="invited")),
                    (
                        "closed_by",
                        models.ForeignKey(
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                ],
                options={
                    "verbose_name": "request to join",
                    "verbose_name_plural": "requests to join",
                    "ordering": ("at", "pk"),
                    "constraints": [
                        models.UniqueConstraint(
                            models.F("clinic"),
                            django.db.models.functions.text.Lower("email"),
                            condition=models.Q(("closed_at__isnull", True)),
                            name="join_asked_once",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(
                                    ("closed_at__isnull", True),
                                    ("closed_by__isnull", True),
                                    ("invited", False),
                                ),
                                models.Q(
                                    ("closed_at__isnull", False), ("closed_by__isnull", False)
                                ),
                                _connector="OR",
                            ),
                            name="join_closed_by_somebody",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="ClinicLesson",
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
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="lessons",
                            to="accounts.clinic",
                            verbose_name="clinic",
                        ),
                    ),
                    (
                        "slug",
                        models.CharField(
                            max_length=60,
                            validators=[
                                django.core.validators.RegexValidator(
                                    re.compile("^[-a-zA-Z0-9_]+\\Z"),
                                    "Enter a valid “slug” consisting of letters, numbers, underscores or hyphens.",
                                    "invalid",
                                )
                            ],
                            verbose_name="lesson",
                        ),
                    ),
                    ("language", models.CharField(max_length=12, verbose_name="language")),
                    ("revision", models.PositiveSmallIntegerField(verbose_name="version")),
                    ("week", models.PositiveSmallIntegerField(verbose_name="week")),
                    ("minutes", models.PositiveSmallIntegerField(verbose_name="minutes to read")),
                    ("title", models.CharField(max_length=80, verbose_name="title")),
                    ("summary", models.CharField(max_length=160, verbose_name="summary")),
                    ("body", models.TextField(max_length=20000, verbose_name="text")),
                    ("questions", models.TextField(max_length=8000, verbose_name="questions")),
                    ("to_try", models.CharField(max_length=300, verbose_name="what to try")),
                    ("withdrawn", models.BooleanField(default=False, verbose_name="taken back")),
                    (
                        "by",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="by",
                        ),
                    ),
                    ("at", models.DateTimeField(verbose_name="at")),
                ],
                options={
                    "verbose_name": "lesson",
                    "verbose_name_plural": "lessons",
                    "ordering": ("clinic_id", "slug", "language", "revision"),
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("clinic", "slug", "language", "revision"),
                            name="clinic_lesson_once",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("revision__gte", 1), ("revision__lte", 10000)),
                            name="clinic_lesson_revision_range",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("week__gte", 0), ("week__lte", 52)),
                            name="clinic_lesson_week_range",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("minutes__gte", 1), ("minutes__lte", 10)),
                            name="clinic_lesson_minutes_range",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("title", ""),
                                ("body", ""),
                                ("questions", ""),
                                _connector="OR",
                                _negated=True,
                            ),
                            name="clinic_lesson_is_whole",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="LessonReading",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    (
                        "plan",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="lesson_readings",
                            to="walking.plan",
                        ),
                    ),
                    (
                        "slug",
                        models.CharField(
                            max_length=60,
                            validators=[
                                django.core.validators.RegexValidator(
                                    re.compile("^[-a-zA-Z0-9_]+\\Z"),
                                    "Enter a valid “slug” consisting of letters, numbers, underscores or hyphens.",
                                    "invalid",
                                )
                            ],
                            verbose_name="lesson",
                        ),
                    ),
                    ("number", models.PositiveSmallIntegerField(verbose_name="time")),
                    ("title", models.CharField(max_length=80, verbose_name="title")),
                    ("language", models.CharField(max_length=12, verbose_name="language")),
                    ("version", models.PositiveSmallIntegerField(verbose_name="version")),
                    (
                        "of_clinic",
                        models.BooleanField(default=False, verbose_name="the clinic's own"),
                    ),
                    (
                        "first",
                        models.PositiveSmallIntegerField(
                            blank=True, null=True, verbose_name="first answer"
                        ),
                    ),
                    (
                        "second",
                        models.PositiveSmallIntegerField(
                            blank=True, null=True, verbose_name="second answer"
                        ),
                    ),
                    (
                        "third",
                        models.PositiveSmallIntegerField(
                            blank=True, null=True, verbose_name="third answer"
                        ),
                    ),
                    (
                        "right",
                        models.PositiveSmallIntegerField(
                            blank=True, null=True, verbose_name="right answers"
                        ),
                    ),
                    ("at", models.DateTimeField(verbose_name="at")),
                ],
                options={
                    "verbose_name": "lesson that was read",
                    "verbose_name_plural": "lessons that were read",
                    "ordering": ("plan_id", "slug", "number"),
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("plan", "slug", "number"), name="reading_once"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("number__gte", 1), ("number__lte", 1000)),
                            name="reading_number",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(
                                    ("first", None),
                                    ("right", None),
                                    ("second", None),
                                    ("third", None),
                                ),
                                models.Q(
                                    ("first__isnull", False),
                                    ("right__isnull", False),
                                    ("second__isnull", False),
                                    ("third__isnull", False),
                                ),
                                _connector="OR",
                            ),
                            name="reading_answers_all_or_none",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("first__isnull", True),
                                models.Q(("first__gte", 0), ("first__lte", 5)),
                                _connector="OR",
                            ),
                            name="reading_first",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("second__isnull", True),
                                models.Q(("second__gte", 0), ("second__lte", 5)),
                                _connector="OR",
                            ),
                            name="reading_second",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("third__isnull", True),
                                models.Q(("third__gte", 0), ("third__lte", 5)),
                                _connector="OR",
                            ),
                            name="reading_third",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("right__isnull", True),
                                models.Q(("right__gte", 0), ("right__lte", 3)),
                                _connector="OR",
                            ),
                            name="reading_right_range",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="LessonIntention",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    (
                        "plan",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="lesson_intentions",
                            to="walking.plan",
                        ),
                    ),
                    (
                        "slug",
                        models.CharField(
                            max_length=60,
                            validators=[
                                django.core.validators.RegexValidator(
                                    re.compile("^[-a-zA-Z0-9_]+\\Z"),
                                    "Enter a valid “slug” consisting of letters, numbers, underscores or hyphens.",
                                    "invalid",
                                )
                            ],
                            verbose_name="lesson",
                        ),
                    ),
                    ("revision", models.PositiveSmallIntegerField(verbose_name="revision")),
                    (
                        "words",
                        models.TextField(
                            blank=True, max_length=500, verbose_name="what I will try"
                        ),
                    ),
                    ("at", models.DateTimeField(verbose_name="at")),
                ],
                options={
                    "verbose_name": "what a patient will try",
                    "verbose_name_plural": "what patients will try",
                    "ordering": ("plan_id", "slug", "revision"),
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("plan", "slug", "revision"), name="intention_once"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("revision__gte", 1), ("revision__lte", 1000)),
                            name="intention_revision_range",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="LessonGift",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    (
                        "plan",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="lesson_gifts",
                            to="walking.plan",
                        ),
                    ),
                    (
                        "slug",
                        models.CharField(
                            max_length=60,
                            validators=[
                                django.core.validators.RegexValidator(
                                    re.compile("^[-a-zA-Z0-9_]+\\Z"),
                                    "Enter a valid “slug” consisting of letters, numbers, underscores or hyphens.",
                                    "invalid",
                                )
                            ],
                            verbose_name="lesson",
                        ),
                    ),
                    ("revision", models.PositiveSmallIntegerField(verbose_name="revision")),
                    (
                        "message",
                        models.TextField(blank=True, max_length=500, verbose_name="message"),
                    ),
                    ("withdrawn", models.BooleanField(default=False, verbose_name="taken back")),
                    (
                        "by",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="by",
                        ),
                    ),
                    ("at", models.DateTimeField(verbose_name="at")),
                ],
                options={
                    "verbose_name": "lesson that was given",
                    "verbose_name_plural": "lessons that were given",
                    "ordering": ("plan_id", "slug", "revision"),
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("plan", "slug", "revision"), name="gift_once"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("revision__gte", 1), ("revision__lte", 1000)),
                            name="gift_revision_range",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("withdrawn", False), ("message", ""), _connector="OR"
                            ),
                            name="gift_taken_back_says_nothing",
                        ),
                    ],
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
                    (
                        "mail",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="refusals",
                            to="walking.mail",
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
                    "constraints": [
                        models.UniqueConstraint(fields=("mail", "number"), name="mail_refusal_once")
                    ],
                },
            ),
            migrations.CreateModel(
                name="MailCopy",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    (
                        "mail",
                        models.OneToOneField(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="copy_of",
                            to="walking.mail",
                        ),
                    ),
                    (
                        "of",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="copies",
                            to="walking.mail",
                        ),
                    ),
                    (
                        "by",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="by",
                        ),
                    ),
                    ("reason", models.CharField(max_length=500, verbose_name="reason")),
                    ("at", models.DateTimeField(verbose_name="at")),
                ],
                options={
                    "verbose_name": "mail sent again",
                    "verbose_name_plural": "mail sent again",
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("reason", ""), _negated=True),
                            name="mail_copy_has_a_reason",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("mail", models.F("of")), _negated=True),
                            name="mail_copy_of_another",
                        ),
                    ],
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
                name="Note",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    (
                        "plan",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="notes",
                            to="walking.plan",
                        ),
                    ),
                    ("number", models.PositiveSmallIntegerField(verbose_name="note")),
                    (
                        "revision",
                        models.PositiveSmallIntegerField(default=1, verbose_name="revision"),
                    ),
                    ("words", models.TextField(blank=True, max_length=5000, verbose_name="note")),
                    (
                        "withdrawn",
                        models.TextField(
                            blank=True, max_length=500, verbose_name="why it was taken back"
                        ),
                    ),
                    (
                        "by",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="by",
                        ),
                    ),
                    ("at", models.DateTimeField(verbose_name="at")),
                ],
                options={
                    "verbose_name": "private note",
                    "verbose_name_plural": "private notes",
                    "ordering": ("plan_id", "number", "revision"),
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("plan", "number", "revision"), name="note_revision_once"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("words", ""), ("withdrawn", ""), _connector="XOR"),
                            name="note_says_or_is_withdrawn",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="OutcomeAnswer",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    (
                        "plan",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="outcome_answers",
                            to="walking.plan",
                        ),
                    ),
                    ("month", models.PositiveSmallIntegerField(verbose_name="month")),
                    (
                        "revision",
                        models.PositiveSmallIntegerField(default=1, verbose_name="revision"),
                    ),
                    ("at", models.DateTimeField(verbose_name="answered")),
                    (
                        "by",
                        models.ForeignKey(
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    ("pain", models.PositiveSmallIntegerField(null=True, verbose_name="pain")),
                    ("statements", models.JSONField(null=True, verbose_name="statements ticked")),
                    (
                        "disability",
                        models.PositiveSmallIntegerField(null=True, verbose_name="disability"),
                    ),
                ],
                options={
                    "verbose_name": "questionnaire",
                    "verbose_name_plural": "questionnaires",
                    "ordering": ("plan_id", "month", "revision"),
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("plan", "month", "revision"), name="outcome_revision_once"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("month__in", (0, 3, 6, 9, 12))),
                            name="outcome_month_known",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("pain__isnull", True),
                                models.Q(("pain__gte", 0), ("pain__lte", 10)),
                                _connector="OR",
                            ),
                            name="outcome_pain_range",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("disability__isnull", True),
                                models.Q(("disability__gte", 0), ("disability__lte", 24)),
                                _connector="OR",
                            ),
                            name="outcome_disability_range",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(
                                    ("disability__isnull", True), ("statements__isnull", True)
                                ),
                                models.Q(
                                    ("disability__isnull", False), ("statements__isnull", False)
                                ),
                                _connector="OR",
                            ),
                            name="outcome_list_whole",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="OutcomeActivity",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    (
                        "answer",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="activities",
                            to="walking.outcomeanswer",
                        ),
                    ),
                    ("number", models.PositiveSmallIntegerField(verbose_name="number")),
                    ("words", models.CharField(max_length=80, verbose_name="activity")),
                    ("score", models.PositiveSmallIntegerField(verbose_name="how well it goes")),
                ],
                options={
                    "verbose_name": "activity that matters",
                    "verbose_name_plural": "activities that matter",
                    "ordering": ("answer_id", "number"),
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("answer", "number"), name="activity_number_once"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("number__gte", 1), ("number__lte", 3)),
                            name="activity_number_range",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("score__gte", 0), ("score__lte", 10)),
                            name="activity_score_range",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("words", ""), _negated=True),
                            name="activity_has_words",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="FollowUp",
                fields=[
                    (
                        "plan",
                        models.OneToOneField(
                            on_delete=django.db.models.deletion.CASCADE,
                            primary_key=True,
                            related_name="follow_up",
                            serialize=False,
                            to="walking.plan",
                        ),
                    ),
                    ("month", models.PositiveSmallIntegerField()),
                    ("open_until", models.DateField()),
                    ("answered", models.BooleanField(default=False)),
                    ("remind_at", models.DateTimeField(null=True)),
                ],
                options={
                    "verbose_name": "follow-up",
                    "verbose_name_plural": "follow-up",
                    "indexes": [
                        models.Index(
                            condition=models.Q(("remind_at__isnull", False)),
                            fields=["remind_at", "plan"],
                            name="follow_up_reminder_due",
                        )
                    ],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("month__gte", 0), ("month__lte", 36)),
                            name="follow_up_month_range",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("answered", False), ("remind_at__isnull", True), _connector="OR"
                            ),
                            name="follow_up_no_reminder_when_answered",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="FollowUpLength",
                fields=[
                    (
                        "clinic",
                        models.OneToOneField(
                            on_delete=django.db.models.deletion.CASCADE,
                            primary_key=True,
                            related_name="follow_up_length",
                            serialize=False,
                            to="accounts.clinic",
                        ),
                    ),
                    ("months", models.PositiveSmallIntegerField(verbose_name="months")),
                    (
                        "by",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="by",
                        ),
                    ),
                    ("at", models.DateTimeField(verbose_name="at")),
                ],
                options={
                    "verbose_name": "length of the follow-up",
                    "verbose_name_plural": "lengths of the follow-up",
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("months__gte", 12), ("months__lte", 36)),
                            name="follow_up_length_range",
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="PlanChange",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    (
                        "baseline_minutes",
                        models.PositiveSmallIntegerField(
                            default=10, verbose_name="baseline: minutes a walk"
                        ),
                    ),
                    (
                        "baseline_days",
                        models.PositiveSmallIntegerField(
                            default=3, verbose_name="baseline: days a week"
                        ),
                    ),
                    (
                        "goal_minutes",
                        models.PositiveSmallIntegerField(
                            default=30, verbose_name="goal: minutes a walk"
                        ),
                    ),
                    (
                        "goal_days",
                        models.PositiveSmallIntegerField(
                            default=5, verbose_name="goal: days a week"
                        ),
                    ),
                    (
                        "weekly_increase",
                        models.PositiveSmallIntegerField(
                            default=10,
                            help_text="Minutes a week added at most by a step; 7 to 30.",
                            verbose_name="weekly increase",
                        ),
                    ),
                    (
                        "weeks_per_rung",
                        models.PositiveSmallIntegerField(
                            default=1,
                            help_text="Good weeks before the next step; 1 to 4.",
                            verbose_name="weeks on each step",
                        ),
                    ),
                    (
                        "length_weeks",
                        models.PositiveSmallIntegerField(
                            default=26, verbose_name="length in weeks"
                        ),
                    ),
                    (
                        "allow_faster",
                        models.BooleanField(
                            default=False,
                            help_text="After a week that was all walked, too easy and without pain.",
                            verbose_name="may go two steps at once",
                        ),
                    ),
                    (
                        "programme_version",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="walking.programmeversion",
                            verbose_name="version of the clinic's programme",
                        ),
                    ),
                    (
                        "plan",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="changes",
                            to="walking.plan",
                        ),
                    ),
                    ("revision", models.PositiveSmallIntegerField(verbose_name="revision")),
                    ("from_week", models.PositiveSmallIntegerField(verbose_name="from week")),
                    ("withdrawn", models.BooleanField(default=False, verbose_name="withdrawn")),
                    (
                        "by",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="by",
                        ),
                    ),
                    ("at", models.DateTimeField(verbose_name="at")),
                    (
                        "reason",
                        models.TextField(
                            help_text="For colleagues; patients do not see it.",
                            max_length=2000,
                            verbose_name="reason",
                        ),
                    ),
                    (
                        "message",
                        models.TextField(
                            blank=True, max_length=2000, verbose_name="message to the patient"
                        ),
                    ),
                ],
                options={
                    "verbose_name": "change of settings",
                    "verbose_name_plural": "changes of settings",
                    "ordering": ("plan_id", "revision"),
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                ("baseline_minutes__gte", 5),
                                ("baseline_minutes__lte", 60),
                                ("baseline_days__gte", 1),
                                ("baseline_days__lte", 7),
                            ),
                            name="change_baseline_range",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("goal_minutes__gte", 5),
                                ("goal_minutes__lte", 120),
                                ("goal_days__gte", 1),
                                ("goal_days__lte", 7),
                            ),
                            name="change_goal_range",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("goal_days__gte", models.F("baseline_days")),
                                ("goal_minutes__gte", models.F("baseline_minutes")),
                            ),
                            name="change_goal_not_below_baseline",
                            violation_error_message="The goal may not be below the baseline, in minutes or in days.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("weekly_increase__gte", 7), ("weekly_increase__lte", 30)
                            ),
                            name="change_increase_range",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("weeks_per_rung__gte", 1), ("weeks_per_rung__lte", 4)
                            ),
                            name="change_weeks_per_rung_range",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("length_weeks__gte", 1), ("length_weeks__lte", 52)),
                            name="change_length_range",
                        ),
                        models.UniqueConstraint(
                            fields=("plan", "revision"), name="change_revision_once"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("from_week__gte", 1), ("from_week__lte", 53)),
                            name="change_from_week_range",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="ProgrammeVersion",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    (
                        "baseline_minutes",
                        models.PositiveSmallIntegerField(
                            default=10, verbose_name="baseline: minutes a walk"
                        ),
                    ),
                    (
                        "baseline_days",
                        models.PositiveSmallIntegerField(
                            default=3, verbose_name="baseline: days a week"
                        ),
                    ),
                    (
                        "goal_minutes",
                        models.PositiveSmallIntegerField(
                            default=30, verbose_name="goal: minutes a walk"
                        ),
                    ),
                    (
                        "goal_days",
                        models.PositiveSmallIntegerField(
                            default=5, verbose_name="goal: days a week"
                        ),
                    ),
                    (
                        "weekly_increase",
                        models.PositiveSmallIntegerField(
                            default=10,
                            help_text="Minutes a week added at most by a step; 7 to 30.",
                            verbose_name="weekly increase",
                        ),
                    ),
                    (
                        "weeks_per_rung",
                        models.PositiveSmallIntegerField(
                            default=1,
                            help_text="Good weeks before the next step; 1 to 4.",
                            verbose_name="weeks on each step",
                        ),
                    ),
                    (
                        "length_weeks",
                        models.PositiveSmallIntegerField(
                            default=26, verbose_name="length in weeks"
                        ),
                    ),
                    (
                        "allow_faster",
                        models.BooleanField(
                            default=False,
                            help_text="After a week that was all walked, too easy and without pain.",
                            verbose_name="may go two steps at once",
                        ),
                    ),
                    (
                        "clinic",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="programme_versions",
                            to="accounts.clinic",
                            verbose_name="clinic",
                        ),
                    ),
                    ("number", models.PositiveSmallIntegerField(verbose_name="number")),
                    ("pain_too_much", models.PositiveSmallIntegerField(default=6)),
                    ("pain_moderate", models.PositiveSmallIntegerField(default=4)),
                    ("mostly_done_percent", models.PositiveSmallIntegerField(default=80)),
                    ("half_done_percent", models.PositiveSmallIntegerField(default=50)),
                    ("low_weeks", models.PositiveSmallIntegerField(default=2)),
                    ("layoff_weeks", models.PositiveSmallIntegerField(default=2)),
                    ("low_confidence", models.PositiveSmallIntegerField(default=4)),
                    ("unchecked_raises", models.PositiveSmallIntegerField(default=2)),
                    (
                        "by",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="by",
                        ),
                    ),
                    ("at", models.DateTimeField(verbose_name="at")),
                    ("why", models.TextField(max_length=2000, verbose_name="why")),
                    ("taken_over_at", models.DateTimeField(null=True, verbose_name="taken over")),
                ],
                options={
                    "verbose_name": "version of the programme",
                    "verbose_name_plural": "versions of the programme",
                    "ordering": ("clinic_id", "number"),
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                ("baseline_minutes__gte", 5),
                                ("baseline_minutes__lte", 60),
                                ("baseline_days__gte", 1),
                                ("baseline_days__lte", 7),
                            ),
                            name="version_baseline_range",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("goal_minutes__gte", 5),
                                ("goal_minutes__lte", 120),
                                ("goal_days__gte", 1),
                                ("goal_days__lte", 7),
                            ),
                            name="version_goal_range",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("goal_days__gte", models.F("baseline_days")),
                                ("goal_minutes__gte", models.F("baseline_minutes")),
                            ),
                            name="version_goal_not_below_baseline",
                            violation_error_message="The goal may not be below the baseline, in minutes or in days.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("weekly_increase__gte", 7), ("weekly_increase__lte", 30)
                            ),
                            name="version_increase_range",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("weeks_per_rung__gte", 1), ("weeks_per_rung__lte", 4)
                            ),
                            name="version_weeks_per_rung_range",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("length_weeks__gte", 1), ("length_weeks__lte", 52)),
                            name="version_length_range",
                        ),
                        models.UniqueConstraint(
                            fields=("clinic", "number"), name="version_number_once"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("pain_too_much__gte", 4), ("pain_too_much__lte", 6)
                            ),
                            name="version_pain_too_much_range",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("pain_moderate__gte", 2), ("pain_moderate__lte", 4)
                            ),
                            name="version_pain_moderate_range",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("mostly_done_percent__gte", 70), ("mostly_done_percent__lte", 100)
                            ),
                            name="version_mostly_done_percent_range",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("half_done_percent__gte", 30), ("half_done_percent__lte", 60)
                            ),
                            name="version_half_done_percent_range",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("low_weeks__gte", 2), ("low_weeks__lte", 4)),
                            name="version_low_weeks_range",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("layoff_weeks__gte", 2), ("layoff_weeks__lte", 4)),
                            name="version_layoff_weeks_range",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("low_confidence__gte", 2), ("low_confidence__lte", 7)
                            ),
                            name="version_low_confidence_range",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("unchecked_raises__gte", 1), ("unchecked_raises__lte", 4)
                            ),
                            name="version_unchecked_raises_range",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("pain_moderate__lt", models.F("pain_too_much"))),
                            name="version_pain_moderate_below",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Recurrence",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    (
                        "plan",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="recurrences",
                            to="walking.plan",
                        ),
                    ),
                    ("month", models.PositiveSmallIntegerField(null=True, verbose_name="month")),
                    (
                        "revision",
                        models.PositiveSmallIntegerField(default=1, verbose_name="revision"),
                    ),
                    (
                        "episode",
                        models.PositiveSmallIntegerField(null=True, verbose_name="episode"),
                    ),
                    ("episode_revision", models.PositiveSmallIntegerField(null=True)),
                    (
                        "week_number",
                        models.PositiveSmallIntegerField(
                            null=True, verbose_name="told in the check-in of week"
                        ),
                    ),
                    ("at", models.DateTimeField(verbose_name="answered")),
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
                        "happened",
                        models.BooleanField(verbose_name="back pain for 24 hours or more"),
                    ),
                    ("started", models.DateField(blank=True, null=True, verbose_name="began on")),
                    ("ended", models.DateField(blank=True, null=True, verbose_name="ended on")),
                    (
                        "limited_activity",
                        models.BooleanField(null=True, verbose_name="limited usual activities"),
                    ),
                    ("sought_care", models.BooleanField(null=True, verbose_name="led to care")),
                ],
                options={
                    "verbose_name": "recurrence answer",
                    "verbose_name_plural": "recurrence answers",
                    "ordering": ("plan_id", "at", "pk"),
                    "constraints": [
                        models.UniqueConstraint(
                            condition=models.Q(("month__isnull", False)),
                            fields=("plan", "month", "revision"),
                            name="recurrence_revision_once",
                        ),
                        models.UniqueConstraint(
                            condition=models.Q(("episode__isnull", False)),
                            fields=("plan", "episode", "episode_revision"),
                            name="recurrence_episode_revision_once",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(
                                    ("episode__isnull", True), ("episode_revision__isnull", True)
                                ),
                                models.Q(
                                    ("episode__isnull", False), ("episode_revision__isnull", False)
                                ),
                                _connector="OR",
                            ),
                            name="recurrence_episode_whole",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("month__isnull", False),
                                ("episode__isnull", False),
                                _connector="OR",
                            ),
                            name="recurrence_about_something",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("month__isnull", True),
                                models.Q(("month__gte", 1), ("month__lte", 36)),
                                _connector="OR",
                            ),
                            name="recurrence_month_range",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("started__isnull", True),
                                ("ended__isnull", True),
                                ("ended__gte", models.F("started")),
                                _connector="OR",
                            ),
                            name="recurrence_dates_in_order",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("happened", True),
                                models.Q(
                                    ("ended__isnull", True),
                                    ("limited_activity__isnull", True),
                                    ("sought_care__isnull", True),
                                    ("started__isnull", True),
                                ),
                                _connector="OR",
                            ),
                            name="recurrence_none_has_no_details",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="ReminderChoice",
                fields=[
                    (
                        "plan",
                        models.OneToOneField(
                            on_delete=django.db.models.deletion.CASCADE,
                            primary_key=True,
                            related_name="reminder_choice",
                            serialize=False,
                            to="walking.plan",
                        ),
                    ),
                    ("weekday_bits", models.PositiveSmallIntegerField(default=0)),
                    ("hour", models.TimeField(default=datetime.time(10, 0), verbose_name="hour")),
                    (
                        "next_reminder_at",
                        models.DateTimeField(
                            editable=False, null=True, verbose_name="next reminder"
                        ),
                    ),
                    ("changed_at", models.DateTimeField(editable=False)),
                ],
                options={
                    "verbose_name": "reminder choice",
                    "verbose_name_plural": "reminder choices",
                    "indexes": [
                        models.Index(
                            condition=models.Q(("next_reminder_at__isnull", False)),
                            fields=["next_reminder_at"],
                            name="reminder_due",
                        )
                    ],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                ("weekday_bits__gte", 0), ("weekday_bits__lte", 127)
                            ),
                            name="reminder_weekdays_range",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("hour__gte", datetime.time(5, 0)),
                                ("hour__lte", datetime.time(21, 0)),
                            ),
                            name="reminder_hour_by_day",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("next_reminder_at__isnull", True),
                                ("weekday_bits__gt", 0),
                                _connector="OR",
                            ),
                            name="reminder_due_only_on_days",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="PushSubscription",
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
                            related_name="push_subscriptions",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    ("endpoint", models.CharField(max_length=1000, unique=True)),
                    ("p256dh", models.CharField(max_length=100)),
                    ("auth", models.CharField(max_length=40)),
                    ("label", models.CharField(max_length=80, verbose_name="device")),
                    ("device", models.CharField(db_index=True, max_length=32)),
                    ("created_at", models.DateTimeField(verbose_name="added")),
                    (
                        "last_success_at",
                        models.DateTimeField(null=True, verbose_name="last reminder"),
                    ),
                    ("reminded_on", models.DateField(null=True)),
                    (
                        "failures",
                        models.PositiveSmallIntegerField(
                            default=0, verbose_name="failures in a row"
                        ),
                    ),
                ],
                options={
                    "verbose_name": "device for reminders",
                    "verbose_name_plural": "devices for reminders",
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("endpoint", ""), _negated=True),
                                models.Q(("p256dh", ""), _negated=True),
                                models.Q(("auth", ""), _negated=True),
                            ),
                            name="push_subscription_whole",
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="Reminder",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    (
                        "plan",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="reminders",
                            to="walking.plan",
                        ),
                    ),
                    ("day", models.DateField(verbose_name="day")),
                    (
                        "state",
                        models.CharField(
                            choices=[
                                ("queued", "waiting"),
                                ("sent", "sent"),
                                ("failed", "failed"),
                                ("suppressed", "not sent"),
                            ],
                            default="queued",
                            max_length=10,
                            verbose_name="state",
                        ),
                    ),
                    ("due_at", models.DateTimeField(verbose_name="due")),
                    ("next_attempt_at", models.DateTimeField(verbose_name="next attempt")),
                    (
                        "attempts",
                        models.PositiveSmallIntegerField(default=0, verbose_name="attempts"),
                    ),
                    ("lease", models.UUIDField(editable=False, null=True)),
                    ("leased_until", models.DateTimeField(editable=False, null=True)),
                    ("queued_at", models.DateTimeField(verbose_name="queued")),
                    ("settled_at", models.DateTimeField(null=True, verbose_name="settled")),
                    (
                        "outcome",
                        models.CharField(blank=True, max_length=300, verbose_name="outcome"),
                    ),
                ],
                options={
                    "verbose_name": "reminder",
                    "verbose_name_plural": "reminders",
                    "indexes": [
                        models.Index(
                            condition=models.Q(("state", "queued")),
                            fields=["next_attempt_at", "id"],
                            name="reminder_pending",
                        )
                    ],
                    "constraints": [
                        models.UniqueConstraint(fields=("plan", "day"), name="reminder_once_a_day"),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("state__in", ["queued", "sent", "failed", "suppressed"])
                            ),
                            name="reminder_state_known",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("state", "queued"), ("settled_at__isnull", False), _connector="XOR"
                            ),
                            name="reminder_settled_when_not_queued",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Retention",
                fields=[
                    (
                        "clinic",
                        models.OneToOneField(
                            on_delete=django.db.models.deletion.CASCADE,
                            primary_key=True,
                            related_name="retention",
                            serialize=False,
                            to="accounts.clinic",
                        ),
                    ),
                    ("months", models.PositiveSmallIntegerField(verbose_name="months")),
                    (
                        "by",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="by",
                        ),
                    ),
                    ("at", models.DateTimeField(verbose_name="at")),
                    ("looked_at", models.DateTimeField(null=True)),
                ],
                options={
                    "verbose_name": "retention period",
                    "verbose_name_plural": "retention periods",
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("months__gte", 12), ("months__lte", 360)),
                            name="retention_range",
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="RecordHold",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    (
                        "patient",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="holds",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    ("why", models.TextField(max_length=500, verbose_name="why")),
                    (
                        "by",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="by",
                        ),
                    ),
                    ("at", models.DateTimeField(verbose_name="since")),
                    (
                        "ended_by",
                        models.ForeignKey(
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    ("ended_at", models.DateTimeField(null=True, verbose_name="until")),
                ],
                options={
                    "verbose_name": "hold",
                    "verbose_name_plural": "holds",
                    "constraints": [
                        models.UniqueConstraint(
                            condition=models.Q(("ended_at__isnull", True)),
                            fields=("patient",),
                            name="hold_one_at_a_time",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("why", ""), _negated=True), name="hold_says_why"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("ended_at__isnull", True), ("ended_by__isnull", True)),
                                models.Q(("ended_at__isnull", False), ("ended_by__isnull", False)),
                                _connector="OR",
                            ),
                            name="hold_ended_by_somebody",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Review",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    (
                        "plan",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="reviews",
                            to="walking.plan",
                        ),
                    ),
                    ("week_number", models.PositiveSmallIntegerField(verbose_name="week")),
                    (
                        "revision",
                        models.PositiveSmallIntegerField(default=1, verbose_name="revision"),
                    ),
                    ("at", models.DateTimeField(verbose_name="decided")),
                    ("line", models.PositiveSmallIntegerField(verbose_name="rule")),
                    ("decision", models.CharField(max_length=10, verbose_name="decision")),
                    ("reason", models.CharField(max_length=20, verbose_name="reason")),
                    (
                        "pain",
                        models.PositiveSmallIntegerField(null=True, verbose_name="highest pain"),
                    ),
                    (
                        "adherence",
                        models.DecimalField(
                            decimal_places=4, max_digits=5, verbose_name="adherence"
                        ),
                    ),
                    ("minutes_walked", models.PositiveIntegerField(verbose_name="minutes walked")),
                    ("dose_minutes", models.PositiveSmallIntegerField()),
                    ("dose_days", models.PositiveSmallIntegerField()),
                    ("next_minutes", models.PositiveSmallIntegerField(null=True)),
                    ("next_days", models.PositiveSmallIntegerField(null=True)),
                    ("flags", models.JSONField(default=list, verbose_name="flags")),
                    ("sentence", models.TextField(verbose_name="what the patient was told")),
                    ("inputs", models.JSONField(default=dict)),
                ],
                options={
                    "verbose_name": "review",
                    "verbose_name_plural": "reviews",
                    "ordering": ("plan_id", "week_number", "revision"),
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("plan", "week_number", "revision"), name="review_revision_once"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("week_number__gte", 1), ("week_number__lte", 52)),
                            name="review_week_range",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("line__gte", 1), ("line__lte", 19)),
                            name="review_line_range",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("decision__in", ["advance", "hold", "ease", "stop", "adjust"])
                            ),
                            name="review_decision_known",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                (
                                    "reason__in",
                                    [
                                        "red_flag",
                                        "physiotherapist",
                                        "flare_up",
                                        "pain_high",
                                        "layoff",
                                        "away",
                                        "no_data",
                                        "low_twice",
                                        "low",
                                        "pain_moderate",
                                        "partly",
                                        "too_hard",
                                        "not_confident",
                                        "at_goal",
                                        "settling",
                                        "consolidating",
                                        "check_in_needed",
                                        "faster",
                                        "met",
                                    ],
                                )
                            ),
                            name="review_reason_known",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("pain__isnull", True),
                                models.Q(("pain__gte", 0), ("pain__lte", 10)),
                                _connector="OR",
                            ),
                            name="review_pain_range",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("adherence__gte", 0), ("adherence__lte", 1)),
                            name="review_adherence_range",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("dose_minutes__gte", 1),
                                ("dose_minutes__lte", 120),
                                ("dose_days__gte", 1),
                                ("dose_days__lte", 7),
                            ),
                            name="review_dose_range",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(
                                    ("next_days__isnull", True), ("next_minutes__isnull", True)
                                ),
                                models.Q(
                                    ("next_days__isnull", False), ("next_minutes__isnull", False)
                                ),
                                _connector="OR",
                            ),
                            name="review_next_whole",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(
                                    ("next_minutes__isnull", True),
                                    models.Q(("next_minutes__gte", 1), ("next_minutes__lte", 120)),
                                    _connector="OR",
                                ),
                                models.Q(
                                    ("next_days__isnull", True),
                                    models.Q(("next_days__gte", 1), ("next_days__lte", 7)),
                                    _connector="OR",
                                ),
                            ),
                            name="review_next_range",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("decision", "stop"), _negated=True),
                                ("next_minutes__isnull", True),
                                _connector="OR",
                            ),
                            name="review_stop_has_no_dose",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("decision", "advance"), _negated=True),
                                ("pain__isnull", True),
                                ("pain__lte", 3),
                                _connector="OR",
                            ),
                            name="review_no_advance_in_pain",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Screening",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    (
                        "invitation",
                        models.OneToOneField(
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="screening",
                            to="walking.invitation",
                        ),
                    ),
                    (
                        "plan",
                        models.OneToOneField(
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="own_screening",
                            to="walking.plan",
                        ),
                    ),
                    (
                        "criteria",
                        models.CharField(max_length=10, verbose_name="version of the criteria"),
                    ),
                    ("adult", models.BooleanField(verbose_name="adult")),
                    ("no_red_flag", models.BooleanField(verbose_name="no warning sign")),
                    ("safe_to_walk", models.BooleanField(verbose_name="safe to walk")),
                    ("recovered", models.BooleanField(verbose_name="recovered within six months")),
                    (
                        "reason",
                        models.TextField(
                            blank=True, max_length=500, verbose_name="why all the same"
                        ),
                    ),
                    (
                        "comfortable_minutes",
                        models.PositiveSmallIntegerField(verbose_name="minutes walked comfortably"),
                    ),
                    (
                        "by",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="by",
                        ),
                    ),
                    ("at", models.DateTimeField(verbose_name="at")),
                ],
                options={
                    "verbose_name": "screening",
                    "verbose_name_plural": "screenings",
                    "ordering": ("-at",),
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                ("invitation__isnull", True),
                                ("plan__isnull", True),
                                _connector="XOR",
                            ),
                            name="screening_of_one",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("adult", True), ("no_red_flag", True), ("safe_to_walk", True)
                            ),
                            name="screening_safe",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("recovered", True),
                                models.Q(("reason", ""), _negated=True),
                                _connector="OR",
                            ),
                            name="screening_recovered_or_reason",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("comfortable_minutes__gte", 5), ("comfortable_minutes__lte", 240)
                            ),
                            name="screening_comfortable_range",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="MovementSession",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    (
                        "companion",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="movement_sessions",
                            to="walking.companionprogramme",
                        ),
                    ),
                    ("day", models.DateField(verbose_name="day")),
                    ("pattern", models.CharField(max_length=20, verbose_name="movement")),
                    ("version", models.PositiveSmallIntegerField(verbose_name="version")),
                    (
                        "times",
                        models.PositiveSmallIntegerField(
                            blank=True, null=True, verbose_name="times"
                        ),
                    ),
                    (
                        "seconds",
                        models.PositiveSmallIntegerField(
                            blank=True, null=True, verbose_name="seconds"
                        ),
                    ),
                    ("safe", models.PositiveSmallIntegerField(verbose_name="how safe it felt")),
                    ("pain", models.PositiveSmallIntegerField(verbose_name="pain")),
                    ("client_id", models.UUIDField(verbose_name="id of the sender")),
                    ("at", models.DateTimeField(verbose_name="at")),
                ],
                options={
                    "verbose_name": "movement session",
                    "verbose_name_plural": "movement sessions",
                    "ordering": ("companion_id", "day", "pk"),
                    "indexes": [models.Index(fields=["companion", "day"], name="movement_by_day")],
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("companion", "client_id"), name="movement_sent_once"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                (
                                    "pattern__in",
                                    [
                                        "rolling",
                                        "crawling",
                                        "kneeling",
                                        "squatting",
                                        "half_kneeling",
                                        "getting_up",
                                        "lifting",
                                        "carrying",
                                        "stepping",
                                        "turning",
                                    ],
                                )
                            ),
                            name="movement_pattern_known",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("version__gte", 1), ("version__lte", 3)),
                            name="movement_version_range",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(
                                    ("seconds", None),
                                    ("times__isnull", False),
                                    ("times__gte", 1),
                                    ("times__lte", 100),
                                ),
                                models.Q(
                                    ("seconds__isnull", False),
                                    ("times", None),
                                    ("seconds__gte", 1),
                                    ("seconds__lte", 1800),
                                ),
                                _connector="OR",
                            ),
                            name="movement_counted_or_timed",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("safe__gte", 0), ("safe__lte", 10)),
                            name="movement_safe_range",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("pain__gte", 0), ("pain__lte", 10)),
                            name="movement_pain_range",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="MovementPick",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    (
                        "companion",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="movement_picks",
                            to="walking.companionprogramme",
                        ),
                    ),
                    ("revision", models.PositiveSmallIntegerField(verbose_name="revision")),
                    ("patterns", models.JSONField(verbose_name="movements")),
                    (
                        "by",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="by",
                        ),
                    ),
                    ("at", models.DateTimeField(verbose_name="at")),
                ],
                options={
                    "verbose_name": "choice of movements",
                    "verbose_name_plural": "choices of movements",
                    "ordering": ("companion_id", "revision"),
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("companion", "revision"), name="movement_pick_once"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("revision__gte", 1), ("revision__lte", 1000)),
                            name="movement_pick_revision_range",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("patterns", []), _negated=True),
                            name="movement_picks_something",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="MovementCorrection",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    (
                        "companion",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="movement_corrections",
                            to="walking.companionprogramme",
                        ),
                    ),
                    ("pattern", models.CharField(max_length=20, verbose_name="movement")),
                    ("revision", models.PositiveSmallIntegerField(verbose_name="revision")),
                    (
                        "words",
                        models.TextField(blank=True, max_length=300, verbose_name="correction"),
                    ),
                    (
                        "by",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="by",
                        ),
                    ),
                    ("at", models.DateTimeField(verbose_name="at")),
                ],
                options={
                    "verbose_name": "correction of a movement",
                    "verbose_name_plural": "corrections of movements",
                    "ordering": ("companion_id", "pattern", "revision"),
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("companion", "pattern", "revision"),
                            name="movement_correction_once",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("revision__gte", 1), ("revision__lte", 1000)),
                            name="movement_correction_revision_range",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                (
                                    "pattern__in",
                                    [
                                        "rolling",
                                        "crawling",
                                        "kneeling",
                                        "squatting",
                                        "half_kneeling",
                                        "getting_up",
                                        "lifting",
                                        "carrying",
                                        "stepping",
                                        "turning",
                                    ],
                                )
                            ),
                            name="movement_correction_pattern_known",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="LoadChoice",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    (
                        "companion",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="load_choices",
                            to="walking.companionprogramme",
                        ),
                    ),
                    ("place", models.PositiveSmallIntegerField(verbose_name="place")),
                    ("revision", models.PositiveSmallIntegerField(verbose_name="revision")),
                    ("task", models.CharField(max_length=20, verbose_name="task")),
                    ("at", models.DateTimeField(verbose_name="at")),
                ],
                options={
                    "verbose_name": "daily task that was chosen",
                    "verbose_name_plural": "daily tasks that were chosen",
                    "ordering": ("companion_id", "place", "revision"),
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("companion", "place", "revision"), name="load_choice_once"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("place__gte", 1), ("place__lte", 2)),
                            name="load_place_range",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("revision__gte", 1), ("revision__lte", 1000)),
                            name="load_choice_revision_range",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("task", ""), _negated=True),
                            name="load_choice_has_a_task",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="LoadTry",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    (
                        "companion",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="load_tries",
                            to="walking.companionprogramme",
                        ),
                    ),
                    ("day", models.DateField(verbose_name="day")),
                    ("task", models.CharField(max_length=20, verbose_name="task")),
                    ("level", models.PositiveSmallIntegerField(verbose_name="load")),
                    ("pain", models.PositiveSmallIntegerField(verbose_name="pain")),
                    ("client_id", models.UUIDField(verbose_name="id of the sender")),
                    ("at", models.DateTimeField(verbose_name="at")),
                ],
                options={
                    "verbose_name": "try of a daily task",
                    "verbose_name_plural": "tries of daily tasks",
                    "ordering": ("companion_id", "day", "pk"),
                    "indexes": [models.Index(fields=["companion", "day"], name="load_try_by_day")],
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("companion", "client_id"), name="load_try_sent_once"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("level__gte", 1), ("level__lte", 3)),
                            name="load_level_range",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("pain__gte", 0), ("pain__lte", 10)),
                            name="load_pain_range",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("task", ""), _negated=True),
                            name="load_try_has_a_task",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="LoadRating",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    (
                        "companion",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="load_ratings",
                            to="walking.companionprogramme",
                        ),
                    ),
                    ("task", models.CharField(max_length=20, verbose_name="task")),
                    ("day", models.DateField(verbose_name="day")),
                    ("revision", models.PositiveSmallIntegerField(verbose_name="revision")),
                    ("sure", models.PositiveSmallIntegerField(verbose_name="how sure")),
                    ("at", models.DateTimeField(verbose_name="at")),
                ],
                options={
                    "verbose_name": "confidence in a daily task",
                    "verbose_name_plural": "confidence in daily tasks",
                    "ordering": ("companion_id", "task", "day", "revision"),
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("companion", "task", "day", "revision"), name="load_rating_once"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("revision__gte", 1), ("revision__lte", 1000)),
                            name="load_rating_revision_range",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("sure__gte", 0), ("sure__lte", 10)),
                            name="load_sure_range",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("task", ""), _negated=True),
                            name="load_rating_has_a_task",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="SittingUsual",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    (
                        "companion",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="sitting_usual",
                            to="walking.companionprogramme",
                        ),
                    ),
                    ("revision", models.PositiveSmallIntegerField(verbose_name="revision")),
                    (
                        "work_day",
                        models.PositiveSmallIntegerField(
                            blank=True, null=True, verbose_name="on a work day"
                        ),
                    ),
                    ("free_day", models.PositiveSmallIntegerField(verbose_name="on a free day")),
                    ("break_after", models.PositiveSmallIntegerField(verbose_name="a break after")),
                    ("at", models.DateTimeField(verbose_name="at")),
                ],
                options={
                    "verbose_name": "usual sitting",
                    "verbose_name_plural": "usual sitting",
                    "ordering": ("companion_id", "revision"),
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("companion", "revision"), name="sitting_usual_once"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("revision__gte", 1), ("revision__lte", 1000)),
                            name="sitting_usual_revision_range",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("work_day__isnull", True),
                                models.Q(("work_day__gte", 0), ("work_day__lte", 1080)),
                                _connector="OR",
                            ),
                            name="sitting_work_day_range",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("free_day__gte", 0), ("free_day__lte", 1080)),
                            name="sitting_free_day_range",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("break_after__gte", 30), ("break_after__lte", 45)),
                            name="sitting_break_range",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="SittingDay",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    (
                        "companion",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="sitting_days",
                            to="walking.companionprogramme",
                        ),
                    ),
                    ("day", models.DateField(verbose_name="day")),
                    ("revision", models.PositiveSmallIntegerField(verbose_name="revision")),
                    ("less", models.PositiveSmallIntegerField(verbose_name="minutes less")),
                    ("client_id", models.UUIDField(verbose_name="id of the sender")),
                    ("at", models.DateTimeField(verbose_name="at")),
                ],
                options={
                    "verbose_name": "day of sitting less",
                    "verbose_name_plural": "days of sitting less",
                    "ordering": ("companion_id", "day", "revision"),
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("companion", "day", "revision"), name="sitting_day_once"
                        ),
                        models.UniqueConstraint(
                            fields=("companion", "client_id"), name="sitting_sent_once"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("revision__gte", 1), ("revision__lte", 1000)),
                            name="sitting_day_revision_range",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("less__gte", 0), ("less__lte", 180)),
                            name="sitting_less_range",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="SittingBreak",
                fields=[
                    (
                        "companion",
                        models.OneToOneField(
                            on_delete=django.db.models.deletion.PROTECT,
                            primary_key=True,
                            related_name="sitting_break",
                            serialize=False,
                            to="walking.companionprogramme",
                        ),
                    ),
                    ("sat_down_at", models.DateTimeField(verbose_name="sat down")),
                    ("due_at", models.DateTimeField(null=True, verbose_name="time to get up")),
                ],
                options={
                    "verbose_name": "break from sitting",
                    "verbose_name_plural": "breaks from sitting",
                    "indexes": [
                        models.Index(
                            condition=models.Q(("due_at__isnull", False)),
                            fields=["due_at"],
                            name="sitting_break_due",
                        )
                    ],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                ("due_at", None),
                                ("due_at__gt", models.F("sat_down_at")),
                                _connector="OR",
                            ),
                            name="sitting_break_after_sitting_down",
                        )
                    ],
                },
            ),
        ),
        migrations.RunPython(
            *facts_are_final(
                "walking_acknowledgement",
                "walking_adjustment",
                "walking_bounce",
                "walking_checkin",
                "walking_cliniclesson",
                "walking_contactnote",
                "walking_erasedaccess",
                "walking_erasure",
                "walking_lessongift",
                "walking_lessonintention",
                "walking_lessonreading",
                "walking_loadchoice",
                "walking_loadrating",
                "walking_loadtry",
                "walking_mailcopy",
                "walking_mailrefusal",
                "walking_movementcorrection",
                "walking_movementpick",
                "walking_movementsession",
                "walking_note",
                "walking_outcomeactivity",
                "walking_outcomeanswer",
                "walking_owndownload",
                "walking_planchange",
                "walking_planevent",
                "walking_programmeversion",
                "walking_recurrence",
                "walking_review",
                "walking_screening",
                "walking_sittingday",
                "walking_sittingusual",
            )
        ),
        migrations.RunPython(weeks_follow, weeks_need_not_follow),
        migrations.RunPython(absences_apart, absences_need_not_be_apart),
    ]
