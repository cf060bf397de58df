"""Faults in the records, the migrations that make their tables, and what is made from them for research."""

from __future__ import annotations

from tests.planted.plant import Fault

MIGRATION = "walking/migrations/0001_initial.py"

MODELS = [
    Fault(
        "staff see the plans of every clinic",
        "walking/models/plan.py",
        "return self.filter(clinic_id=viewer.clinic_id)",
        "return self.all()",
        ("tests/desk/test_walls.py", "tests/care/test_plan_changes.py"),
        "PlanQuerySet.visible_to",
    ),
    Fault(
        "a plan is read without a lock before it is changed",
        "walking/models/plan.py",
        'self.select_for_update(of=("self",)).select_related',
        "self.select_related",
        ("tests/care/test_concurrency.py",),
        "PlanQuerySet.locked",
        database="postgres",
    ),
    Fault(
        "the model allows a walk of no minutes",
        "walking/models/diary.py",
        'between("minutes", 1, 600)',
        'between("minutes", 0, 600)',
        ("tests/models/test_schema.py",),
        "Walk",
    ),
    Fault(
        "removed walks count",
        "walking/models/diary.py",
        "return self.filter(removed_at__isnull=True)",
        "return self.all()",
        ("tests/fhir/test_bundle.py", "tests/patient/test_diary.py"),
        "WalkQuerySet.kept",
    ),
    Fault(
        "an email that arrived does not clear the warning",
        "walking/models/standing.py",
        "arrived[pk] < at",
        "arrived[pk] > at",
        ("tests/mail/test_attention.py",),
        "_failed_mail",
    ),
    Fault(
        "the alarm passes on to staff who left",
        "walking/models/staff.py",
        "        is_active=True,\n",
        "",
        ("tests/mail/test_alarms.py",),
        "alarm_chain",
    ),
    Fault(
        "a complaint stops safety emails",
        "walking/models/outbox.py",
        "Kind.PAUSED: False,",
        "Kind.PAUSED: True,",
        ("tests/mail/test_alarms.py",),
        "Mail",
    ),
    Fault(
        "the week that a pause cut short has the dose of another day",
        "walking/models/plan.py",
        "(self.first_dose,) * (self.eased_from - 1) + (self.dose,) * (8 - self.eased_from)",
        "(self.first_dose,) * self.eased_from + (self.dose,) * (7 - self.eased_from)",
        ("tests/care/test_plan_changes.py",),
        "Week.doses_by_day",
    ),
]

MIGRATIONS = [
    Fault(
        "reviews can be changed in the database",
        MIGRATION,
        '                "walking_review",\n',
        "",
        ("tests/models/test_facts.py",),
    ),
    Fault(
        "the weeks of a plan may have gaps",
        MIGRATION,
        "        migrations.RunPython(weeks_follow, weeks_need_not_follow),\n",
        "",
        ("tests/models/test_constraints.py",),
    ),
    Fault(
        "the database takes the same email twice",
        MIGRATION,
        'fields=("plan", "kind", "about", "copy"),',
        'fields=("plan", "kind", "about", "copy", "message_id"),',
        ("tests/models/test_constraints.py", "tests/models/test_schema.py"),
    ),
    Fault(
        "the database takes pain of 11",
        MIGRATION,
        '("pain__gte", 0), ("pain__lte", 10)),\n                                _connector="OR",\n'
        '                            ),\n                            name="walk_pain_range",',
        '("pain__gte", 0), ("pain__lte", 11)),\n                                _connector="OR",\n'
        '                            ),\n                            name="walk_pain_range",',
        ("tests/models/test_constraints.py",),
    ),
    Fault(
        "queued email has no index by its next attempt",
        MIGRATION,
        'fields=["next_attempt_at", "id"],\n                            name="mail_pending",',
        'fields=["attempts", "id"],\n                            name="mail_pending",',
        ("tests/mail/test_figures.py", "tests/models/test_schema.py"),
    ),
    Fault(
        "the access log can be deleted in the database",
        "accounts/migrations/0001_initial.py",
        '        migrations.RunPython(*facts_are_kept("accounts_access", of="patient_id")),\n',
        "",
        ("tests/accounts/test_access_log.py",),
    ),
]

TOP_LEVEL = [
    Fault(
        "days away that share one day do not overlap",
        "walking/triggers.py",
        'a."first" <= NEW."last" AND a."last" >= NEW."first"',
        'a."first" < NEW."last" AND a."last" > NEW."first"',
        ("tests/care/test_away.py", "tests/models/test_schema.py"),
        "_ABSENCE_IS_WRONG",
    ),
    Fault(
        "a spreadsheet runs a cell that starts with an equals sign",
        "walking/csv_cells.py",
        '("=", "+",',
        '("+",',
        ("tests/security/test_hostile_words.py", "tests/record/test_parts.py"),
        "RISKY",
    ),
    Fault(
        "the worker reports that it is alive before it has done anything",
        "walking/tasks.py",
        '    review_due(at, lasting=SHIFT)\n    beat("clock", at)\n    sign_of_life()\n',
        '    sign_of_life()\n    review_due(at, lasting=SHIFT)\n    beat("clock", at)\n',
        ("tests/operations/test_deadman.py",),
        "review_due_plans",
    ),
    Fault(
        "a prepared query forgets which values it was given",
        "walking/prepared.py",
        "values[self.name], connection",
        "next(iter(values.values())), connection",
        ("tests/models/test_prepared.py",),
        "Parameter.given",
    ),
]

RESEARCH = [
    Fault(
        "people who withdrew are in the research export",
        "walking/research/people.py",
        '                When(_research=withdrawn, then=Value("withdrawn")),\n',
        "",
        ("tests/research/test_export.py",),
        "people_of",
    ),
    Fault(
        "the export tells the numbers of clinics and physiotherapists",
        "walking/research/people.py",
        "self._words.setdefault((place, value), new_code())",
        "str(value)",
        ("tests/research/test_export.py",),
        "Crowd.told",
    ),
    Fault(
        "one person alone keeps a rare trait in the export",
        "walking/research/people.py",
        "FEWEST: Final = 11",
        "FEWEST: Final = 1",
        ("tests/research/test_export.py",),
    ),
    Fault(
        "own words are exported for everyone",
        "walking/research/export.py",
        "some.sharing if table.words else plans",
        "plans",
        ("tests/research/test_export.py",),
        "rows_of",
    ),
    Fault(
        "an export that fails leaves its files behind",
        "walking/research/export.py",
        "        shutil.rmtree(work, ignore_errors=True)\n",
        "",
        ("tests/research/test_export.py",),
        "export_to",
    ),
]
