"""Every page that somebody may see, by who sees it: an address, or what ``clinic.make`` calls it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """``who`` is signed in (nobody if empty); ``press`` names a button that is pressed there first."""

    where: str
    who: str = ""
    press: str = ""

    def __str__(self) -> str:
        return " ".join(filter(None, (self.where, self.who, self.press)))


PATIENT = (
    Place("/"),
    Place("/nowhere/"),
    Place("/accounts/login/"),
    Place("/accounts/login/", press="Sign in"),
    Place("/accounts/login/code/"),
    Place("/accounts/password/reset/"),
    Place("invitation"),
    Place("invitation", press="Start my plan"),
    Place("check-in by link"),
    Place("check-in by link", press="Send my answers"),
    Place("check-in by link, answered"),
    Place("check-in by link, warning sign"),
    Place("/c/not-a-token/"),
    Place("mail preferences"),
    Place("monthly question"),
    Place("/today/", "rosa"),
    Place("/today/", "anna"),
    Place("/today/", "flora"),
    Place("/today/", "joan"),
    Place("/today/", "olive"),
    Place("/today/", "hannah"),
    Place("/plan/", "rosa"),
    Place("/plan/", "flora"),
    Place("/plan/", "joan"),
    Place("/plan/", "olive"),
    Place("/diary/", "rosa"),
    Place("/diary/", "joan"),
    Place("/diary/add/", "rosa"),
    Place("/diary/add/", "olive"),
    Place("walk", "rosa"),
    Place("/today/walk/", "rosa"),
    Place("/today/walk/", "rosa", "Start"),
    Place("/today/walk/", "olive"),
    Place("/check-in/", "rosa"),
    Place("/check-in/", "rosa", "Show one question at a time"),
    Place("/check-in/", "rosa", "Send my answers"),
    Place("/check-in/", "anna"),
    Place("/check-in/", "joan"),
    Place("/flare-up/", "rosa"),
    Place("/flare-up/", "flora"),
    Place("/flare-up/", "rosa", "No, but"),
    Place("/flare-up/1/", "flora"),
    Place("/warning-signs/", "rosa"),
    Place("/warning-signs/now/", "rosa"),
    Place("/warning-signs/now/", "olive"),
    Place("/away/", "rosa"),
    Place("/away/", "rosa", "Save"),
    Place("/walking-days/", "rosa"),
    Place("/settings/calendar/", "rosa"),
    Place("/settings/calendar/", "rosa", "Make"),
    Place("/settings/reminders/", "rosa"),
    Place("/settings/reminders/", "rosa", "Save"),
    Place("/away/", "rosa"),
    Place("/walking-days/", "rosa"),
    Place("/settings/calendar/", "rosa"),
    Place("/settings/", "rosa"),
    Place("/settings/access/", "rosa"),
    Place("/settings/access/", "grace"),
    Place("/accounts/email/", "rosa"),
    Place("/accounts/password/change/", "rosa"),
    Place("/accounts/2fa/", "rosa"),
    Place("/accounts/sessions/", "rosa"),
    Place("/accounts/logout/", "rosa"),
)

DESK = (
    Place("/admin/", "physio"),
    Place("/admin/walking/plan/", "physio"),
    Place("desk: plan", "physio"),
    Place("desk: paused plan", "physio"),
    Place("desk: dose", "physio"),
    Place("desk: resume", "physio"),
    Place("desk: resume", "physio", "Resume"),
    Place("desk: history", "physio"),
    Place("desk: note", "physio"),
    Place("desk: note", "physio", "Keep the note"),
    Place("desk: as patient", "physio"),
    Place("/admin/walking/", "physio"),
    Place("/admin/walking/invitation/", "physio"),
    Place("/admin/walking/invitation/add/", "physio"),
    Place("/admin/walking/invitation/add/", "physio", "Invite"),
    Place("desk: invitation", "physio"),
    Place("desk: review", "physio"),
    Place("desk: check-in", "physio"),
    Place("/admin/walking/mail/", "physio"),
    Place("/admin/accounts/user/", "physio"),
    Place("desk: person", "physio"),
    Place("/admin/programme/", "physio"),
    Place("/admin/programme/", "manager"),
    Place("/admin/what-if/", "physio"),
    Place("/admin/what-if/", "physio", "Show the weeks"),
    Place("/admin/reports/", "physio"),
    Place("/admin/reports/?since=2026-01-02&until=2026-01-01", "physio"),
    Place("/admin/accounts/clinic/", "manager"),
)
