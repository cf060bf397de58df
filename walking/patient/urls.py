"""The patient's pages, and those opened through a link in an email without signing in."""

from django.urls import path

from walking.companions.loads import urls as loads
from walking.companions.movement import urls as movement
from walking.companions.sitting import urls as sitting
from walking.patient import app_shell, home
from walking.patient.check_in import flare_up, link_pages, monthly, warning_signs
from walking.patient.check_in import page as check_in
from walking.patient.data import (
    access_log,
    connections,
    consent,
    delete_account,
    fhir,
    my_data,
    notices,
)
from walking.patient.diary import api, file_import, offline_sync
from walking.patient.diary import page as diary
from walking.patient.join import invitation, requests
from walking.patient.learn import pages as learn
from walking.patient.plan import companions, printing
from walking.patient.plan import page as plan
from walking.patient.settings import away, calendar, reminders
from walking.patient.settings import page as settings
from walking.patient.today import page as today
from walking.patient.today import timer

urlpatterns = [
    path("", home.home, name="home"),
    path("manifest.webmanifest", app_shell.manifest, name="manifest"),
    path("sw.js", app_shell.worker, name="worker"),
    path("offline/", app_shell.offline, name="offline"),
    path("sync/walks/", offline_sync.sync, name="sync"),
    path("api/walks/", api.walks, name="api_walks"),
    # Also without a token, so that an app that looks for SMART gets a 404.
    path("fhir/.well-known/<path:rest>", fhir.nowhere, name="fhir_well_known"),
    path("fhir/metadata", fhir.metadata, name="fhir_metadata"),
    path("fhir/Patient/<str:name>/$everything", fhir.everything, name="fhir_everything"),
    path("fhir/<str:kind>/<str:name>", fhir.read, name="fhir_read"),
    path("fhir/<str:kind>", fhir.search, name="fhir_search"),
    path("fhir/", fhir.nowhere, name="fhir"),
    path("fhir/<path:rest>", fhir.nowhere, name="fhir_nowhere"),
    path("today/", today.today, name="today"),
    path("today/walk/", timer.walk_timer, name="walk_timer"),
    path("plan/", plan.plan, name="plan"),
    path("diary/", diary.diary, name="diary"),
    path("diary/add/", diary.add, name="walk_add"),
    path("diary/<int:pk>/", diary.edit, name="walk_edit"),
    path("diary/<int:pk>/remove/", diary.remove, name="walk_remove"),
    path("diary/<int:pk>/bring-back/", diary.bring_back, name="walk_bring_back"),
    path("check-in/", check_in.check_in, name="check_in"),
    path("flare-up/", flare_up.flare_up, name="flare_up"),
    path("flare-up/<int:number>/", flare_up.episode, name="flare_up_episode"),
    path("questions/", monthly.questions, name="questions"),
    path("questions/<int:month>/", monthly.month, name="question"),
    path("questions/<int:month>/more/", monthly.outcome, name="outcome"),
    path("warning-signs/", warning_signs.warning_signs, name="warning_signs"),
    path("warning-signs/now/", warning_signs.warning_signs_now, name="warning_signs_now"),
    path("learn/", learn.learn, name="learn"),
    path("learn/questions/", learn.asked, name="learn_asked"),
    path("learn/<slug:slug>/", learn.lesson, name="lesson"),
    path("companions/", companions.companions, name="companions"),
    *movement.urlpatterns,
    *sitting.urlpatterns,
    *loads.urlpatterns,
    path("away/", away.away, name="away"),
    path("away/<int:pk>/", away.change, name="away_change"),
    path("away/<int:pk>/back/", away.back, name="away_back"),
    path("walking-days/", calendar.walking_days, name="walking_days"),
    path("calendar/<token>.ics", calendar.calendar_feed, name="calendar_feed"),
    path("print/diary.pdf", printing.diary, name="print_diary"),
    path("print/summary.pdf", printing.summary, name="print_summary"),
    path("settings/calendar/", calendar.calendar_settings, name="calendar_settings"),
    path("settings/reminders/", reminders.reminders, name="reminders"),
    path("settings/reminders/devices/", reminders.device_add, name="device_add"),
    path(
        "settings/reminders/devices/<int:pk>/remove/", reminders.device_remove, name="device_remove"
    ),
    path("settings/import/", file_import.bring, name="bring_walks"),
    path("settings/import/columns/", file_import.columns, name="bring_columns"),
    path("settings/import/take/", file_import.take, name="bring_take"),
    path("settings/", settings.settings, name="settings"),
    path("settings/access/", access_log.record_seen, name="record_seen"),
    path("settings/my-data/", my_data.about, name="my_data"),
    path("settings/connections/", connections.connections, name="connections"),
    path("settings/connections/<int:pk>/end/", connections.end, name="connection_end"),
    path("settings/consent/", consent.consent, name="consent"),
    path("settings/consent/research/", consent.research_consent, name="research_consent"),
    path("join/<slug:slug>/", requests.join, name="join"),
    path("join/<slug:slug>/code/", requests.join_code, name="join_code"),
    path("notices/<int:clinic>/<slug:kind>/", notices.notice, name="notice"),
    path("settings/leave/", delete_account.leave, name="leave"),
    path("k/<token>/", delete_account.by_link, name="leave_by_link"),
    path("settings/my-data/fhir.json", my_data.fhir, name="my_data_fhir"),
    path("settings/my-data.zip", my_data.download, name="my_data_file"),
    path("c/<token>/", check_in.token_check_in, name="token_check_in"),
    path("i/<token>/", invitation.invitation, name="invitation"),
    path("m/<token>/", link_pages.mail_preferences, name="mail_preferences"),
    path("r/<token>/", monthly.recurrence, name="recurrence"),
    path("r/<token>/more/", monthly.outcome_by_link, name="outcome_by_link"),
]
