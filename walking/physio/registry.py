"""Everything that the desk shows, registered by importing it."""

from django.contrib import admin

from accounts.desk import DeskAdmin
from walking.physio import invitations, mail, plans, records

__all__ = ["invitations", "mail", "plans", "records"]

# Other apps bring admin pages that know nothing of clinics: they have no place at the desk.
for model, model_admin in list(admin.site._registry.items()):
    if not isinstance(model_admin, DeskAdmin):
        admin.site.unregister(model)
