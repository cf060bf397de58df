from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WalkingConfig(AppConfig):
    name = "walking"
    verbose_name = _("Walking plans")

    def ready(self) -> None:
        from django.contrib.auth.signals import user_logged_out

        from accounts import access_log
        from walking.patient.reminders import signed_out
        from walking.record_words import WHAT, WHY_SEEN

        access_log.register(WHAT | WHY_SEEN)
        user_logged_out.connect(signed_out, dispatch_uid="walking.signed_out")
