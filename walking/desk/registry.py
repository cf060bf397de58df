"""Everything that the desk shows, registered by importing it."""

from django.contrib import admin

from accounts.desk import DeskAdmin
from walking.desk.caseload import plan_admin
from walking.desk.data import email_log, records
from walking.desk.enrolment import invitations

__all__ = ["email_log", "invitations", "plan_admin", "records"]

# Admin pages of other apps ignore clinics, so they are not at the desk.
for model, model_admin in list(admin.site._registry.items()):
    if not isinstance(model_admin, DeskAdmin):
        admin.site.unregister(model)
