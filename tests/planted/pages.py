"""Faults in pages: views, forms, templates, style sheets and scripts."""

from __future__ import annotations

from tests.planted.plant import Fault

LABEL = '<label for="{{ field.id_for_label }}">{{ field.label }}</label>'
EVERY_STRING = "tests/languages/test_every_string.py::test_every_page_is_translatable"

PATIENT = [
    Fault(
        "a page gives the general advice whatever sign was ticked",
        "walking/templatetags/warning_signs.py",
        "advice(signs or (), number)",
        "advice((), number)",
        ("tests/patient/test_red_flag_words.py",),
        "what_to_do",
    ),
    Fault(
        "a patient corrects someone else's walk",
        "walking/patient/diary/page.py",
        "get_object_or_404(plan.walks.kept(), pk=pk)",
        "get_object_or_404(Walk, pk=pk)",
        ("tests/patient/test_diary.py",),
        "edit",
    ),
    Fault(
        "the diary asks for the author of each walk by itself",
        "walking/patient/diary/page.py",
        ".with_who()",
        "",
        ("tests/patient/test_diary.py",),
        "diary",
    ),
    Fault(
        "walks of the last person on a phone go into another diary",
        "walking/patient/diary/offline_sync.py",
        'batch.get("person") != person_key(user.pk)',
        '"person" not in batch',
        ("tests/patient/test_sync.py",),
        "_read",
    ),
    Fault(
        "a phone may send as often as it likes",
        "walking/patient/diary/offline_sync.py",
        "SYNC.spend(user.pk)",
        "SYNC.wait(user.pk)",
        ("tests/security/test_limits.py",),
        "sync",
    ),
    Fault(
        "another website can send walks",
        "walking/patient/diary/offline_sync.py",
        "@never_cache\n",
        "from django.views.decorators.csrf import csrf_exempt  # noqa\n\n\n@csrf_exempt\n@never_cache\n",
        ("tests/security/test_forged_requests.py",),
        "sync",
    ),
    Fault(
        "my data can be downloaded without the password",
        "walking/patient/data/my_data.py",
        "@reauthentication_required\n",
        "",
        ("tests/record/test_parts.py",),
        "download",
    ),
    Fault(
        "links can be tried out without end",
        "walking/patient/check_in/link_pages.py",
        "FORGED_LINK.spend(client_address(request))",
        "FORGED_LINK.wait(client_address(request))",
        ("tests/security/test_limits.py",),
        "link_page",
    ),
    Fault(
        "the calendar tells that an appointment is private to nobody",
        "walking/patient/settings/ics.py",
        'event.add("class", "PRIVATE")',
        'event.add("class", "PUBLIC")',
        ("tests/patient/test_calendar.py", "tests/patient/test_calendar_by_hand.py"),
        "_event",
    ),
    Fault(
        "the offline page shows who fetched it",
        "walking/patient/app_shell.py",
        '"user": AnonymousUser()',
        '"user": request.user',
        ("tests/patient/test_offline_in_browser.py", "tests/patient/test_installed.py"),
        "_offline_page",
    ),
    Fault(
        "the list of who looked at a record groups days in UTC",
        "walking/patient/data/access_log.py",
        "day = local_day(line.at, zone)",
        "day = line.at.date()",
        ("tests/patient/test_record_seen.py",),
        "record_seen",
    ),
]

QUESTIONS = [
    Fault(
        "no answer on warning signs counts as none",
        "walking/questions/check_in.py",
        "elif not signs and not none:",
        "elif not signs and none is None:",
        ("tests/patient/test_check_in.py",),
        "CheckInForm.clean",
    ),
    Fault(
        "control characters stay in a patient's words",
        "walking/questions/fields.py",
        'unicodedata.category(c) != "Cc"',
        "True",
        ("tests/patient/test_bad_input.py",),
        "WordsField.to_python",
    ),
]

PHYSIO = [
    Fault(
        "the desk shows every clinic's plans",
        "walking/desk/caseload/plan_admin.py",
        "return queryset.visible_to(user)",
        "return queryset.all()",
        ("tests/desk/test_walls.py",),
        "PlanAdmin.seen_by",
    ),
    Fault(
        "the caseload asks for each patient by itself",
        "walking/desk/caseload/plan_admin.py",
        'select_related("patient", "clinic", "physiotherapist", "attention")',
        'select_related("clinic", "physiotherapist")',
        ("tests/desk/test_caseload.py",),
        "PlanAdmin.get_queryset",
    ),
    Fault(
        "research data leaves without the password",
        "walking/desk/site.py",
        "reauthenticated(partial(research_view, site=self))",
        "partial(research_view, site=self)",
        ("tests/accounts/test_desk_door.py",),
        "DeskSite.get_urls",
    ),
    Fault(
        "the desk opens without a second factor",
        "walking/desk/site.py",
        "if (refused := refusal(request, timezone.now())) is not None:",
        "if (refused := refusal(request, timezone.now())) is not None and not request.user.is_staff:",
        ("tests/accounts/test_desk_door.py",),
        "DeskSite.admin_view",
    ),
    Fault(
        "a curve is drawn for nine patients",
        "walking/desk/insight/evidence/groups.py",
        "len(group.observed) >= FEWEST]",
        "len(group.observed) >= FEWEST - 1]",
        ("tests/desk/test_evidence.py",),
        "shown",
    ),
    Fault(
        "a report shows the figures of three patients",
        "walking/desk/insight/reports/numbers.py",
        "0 < group < FEWEST or",
        "0 > group > FEWEST or",
        ("tests/desk/test_reports.py",),
        "tells_apart",
    ),
    Fault(
        "a report ends in the middle of its last day",
        "walking/desk/insight/reports/scope.py",
        "self.until + dt.timedelta(days=1), dt.time(0)",
        "self.until, dt.time(12)",
        ("tests/desk/test_reports.py",),
        "Scope.ends",
    ),
]

COMPANIONS = [
    Fault(
        "a companion programme goes on in a flare-up",
        "walking/companions/resting.py",
        "Rest.FLARE_UP if flare_up else Rest.NONE",
        "Rest.NONE",
        ("tests/companions/test_shared.py",),
        "resting",
    ),
    Fault(
        "an average of exactly the target is not enough",
        "walking/companions/sitting/rules.py",
        "if average >= target:",
        "if average > target:",
        ("tests/companions/test_sitting.py",),
        "next_target",
    ),
    Fault(
        "a phone says at night that it is time to get up",
        "walking/companions/sitting/rules.py",
        "due.astimezone(zone).time()",
        "due.time()",
        ("tests/push/test_breaks.py",),
        "break_due",
    ),
    Fault(
        "pain of 6 does not make a movement easier",
        "walking/companions/movement/rules.py",
        "if last.pain >= PAIN_TOO_MUCH:",
        "if last.pain > PAIN_TOO_MUCH:",
        ("tests/companions/movement/test_rules.py",),
        "next_session",
    ),
    Fault(
        "three tries on one day lead to a heavier load",
        "walking/companions/loads/rules.py",
        "days.add(each.day)",
        "days.add(id(each))",
        ("tests/companions/test_loads.py",),
        "_comfortable_in_a_row",
    ),
]

LEARN = [
    Fault(
        "the lesson of the running week waits for the next",
        "walking/learn/order.py",
        "0 < first <= week and",
        "0 < first < week and",
        ("tests/learn/test_pages.py",),
        "offered",
    ),
    Fault(
        "a question may have two right answers",
        "walking/learn/reading.py",
        "sum(answer.right for answer in answers) != 1",
        "sum(answer.right for answer in answers) < 1",
        ("tests/learn/test_text.py",),
        "questions",
    ),
]

TEMPLATES = [
    Fault(
        "a message to a patient can hold markup",
        "templates/patient/today.html",
        "{{ at.message|linebreaks }}",
        "{{ at.message|safe }}",
        ("tests/security/test_hostile_words.py", "tests/patient/test_today.py"),
    ),
    Fault(
        "a private note can hold markup",
        "templates/admin/desk/plan_notes.html",
        "{{ each.note.words|linebreaksbr }}",
        "{{ each.note.words|safe }}",
        ("tests/security/test_hostile_words.py", "tests/desk/test_notes.py"),
    ),
    Fault(
        "a tab is not translated",
        "templates/patient/_tabs.html",
        '{% translate "Plan" %}',
        "Plan",
        (EVERY_STRING,),
    ),
    Fault(
        "a question does not show its error",
        "templates/patient/check_in_choice.html",
        '  {% include "patient/check_in_errors.html" %}\n',
        "",
        ("tests/patient/test_check_in.py",),
    ),
    Fault(
        "a form field has no label",
        "templates/patient/_field.html",
        LABEL,
        "<span>{{ field.label }}</span>",
        ("tests/patient/test_in_a_browser.py",),
    ),
    Fault(
        "the page seen as a patient has buttons that work",
        "templates/base.html",
        '<fieldset class="as-seen" disabled>',
        '<fieldset class="as-seen">',
        ("tests/desk/test_as_patient.py",),
    ),
    Fault(
        "the page lists what is wrong without a way to it",
        "templates/patient/_errors.html",
        'role="alert" tabindex="-1" data-focus',
        'role="alert"',
        ("tests/browser/test_keyboard.py",),
    ),
]

STATIC = [
    Fault(
        "a class hides the charts on phones",
        "static/css/plan.css",
        "/* Charts */\n",
        "/* Charts */\n@media (max-width: 30rem) { .chart { display: none; } }\n",
        ("tests/browser/test_charts.py",),
    ),
    Fault(
        "a shape of a picture has no style",
        "static/css/plan.css",
        ".journey__flag {",
        ".journey__banner {",
        ("tests/test_stylesheets.py",),
    ),
    Fault(
        "a class of the desk is styled in two style sheets",
        "static/admin-waymark/pages.css",
        ".needs {\n",
        ".weeks-chart__bar { display: none; }\n.needs {\n",
        ("tests/test_stylesheets.py",),
    ),
    Fault(
        "signing out loses walks that were not sent",
        "static/js/sign_out.js",
        "if (!Object.values(lines).some(Boolean)) return leave();",
        "if (lines) return leave();",
        (
            "tests/patient/test_signing_out_in_browser.py",
            "tests/patient/test_offline_in_browser.py",
        ),
    ),
    Fault(
        "a walk edited while it was sent loses the edit",
        "static/js/unsent.js",
        "if (now.edits !== before.edits)",
        "if (now.edits < before.edits)",
        ("tests/patient/test_offline_in_browser.py",),
    ),
    Fault(
        "signing out leaves walks on the phone",
        "static/js/leave.js",
        "    await quietly(deleteDatabases);\n",
        "",
        (
            "tests/patient/test_offline_in_browser.py",
            "tests/patient/test_signing_out_in_browser.py",
        ),
    ),
    Fault(
        "a ticked warning sign leaves “none of these” ticked",
        "static/js/questions.js",
        "} else none.checked = false;",
        "} else none.checked = none.checked;",
        ("tests/patient/test_questions_in_browser.py",),
    ),
    Fault(
        "a clock that is put back takes minutes from a walk",
        "static/js/timer.js",
        "if (behind > 1000)",
        "if (behind < -1000)",
        ("tests/patient/test_timer_in_browser.py",),
    ),
]
