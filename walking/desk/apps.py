"""The desk: Django's admin with our own site."""

from importlib import import_module

from django.contrib.admin.apps import AdminConfig


class PhysioAdminConfig(AdminConfig):
    """Django's admin app whose ``admin.site`` is the desk."""

    default_site = "walking.desk.site.DeskSite"

    def ready(self) -> None:
        super().ready()
        import_module("walking.desk.registry")
