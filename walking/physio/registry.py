"""Everything that the desk shows, registered by importing it."""

from django.contrib import admin

from accounts.desk import DeskAdmin
from walking.physio import invitations, mail, plans, records

__all__ = ["invitations", "mail", "plans", "records"]

# Admin pages of other apps ignore clinics, so they are not at the desk.
for model, model_admin in list(admin.site._registry.items()):
    if not isinstance(model_admin, DeskAdmin):
        admin.site.unregister(model)
