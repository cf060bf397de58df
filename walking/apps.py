from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WalkingConfig(AppConfig):
    name = "walking"
    verbose_name = _("Walking plans")
