"""The patient's pages, and those that the bearer of a link in a mail opens without signing in."""

from django.urls import path

from walking.patient import (
    away,
    calendar,
    check_in,
    diary,
    flare_up,
    home,
    invitation,
    links_pages,
    my_data,
    plan,
    printing,
    record_seen,
    recurrence,
    reminders,
    settings,
    today,
    warning_signs,
)

urlpatterns = [
    path("", home.home, name="home"),
    path("today/", today.today, name="today"),
    path("plan/", plan.plan, name="plan"),
    path("diary/", diary.diary, name="diary"),
    path("diary/add/", diary.add, name="walk_add"),
    path("diary/<int:pk>/", diary.edit, name="walk_edit"),
    path("diary/<int:pk>/remove/", diary.remove, name="walk_remove"),
    path("diary/<int:pk>/bring-back/", diary.bring_back, name="walk_bring_back"),
    path("check-in/", check_in.check_in, name="check_in"),
    path("flare-up/", flare_up.flare_up, name="flare_up"),
    path("flare-up/<int:number>/", flare_up.episode, name="flare_up_episode"),
    path("warning-signs/", warning_signs.warning_signs, name="warning_signs"),
    path("warning-signs/now/", warning_signs.warning_signs_now, name="warning_signs_now"),
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
    path("settings/", settings.settings, name="settings"),
    path("settings/access/", record_seen.record_seen, name="record_seen"),
    path("settings/my-data.json", my_data.download, name="my_data"),
    path("c/<token>/", check_in.token_check_in, name="token_check_in"),
    path("i/<token>/", invitation.invitation, name="invitation"),
    path("m/<token>/", links_pages.mail_preferences, name="mail_preferences"),
    path("r/<token>/", recurrence.recurrence, name="recurrence"),
]
