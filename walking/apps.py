from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WalkingConfig(AppConfig):
    name = "walking"
    verbose_name = _("Walking plans")

    def ready(self) -> None:
        from django.contrib.auth.signals import user_logged_in, user_logged_out

        from accounts import access_log
        from walking.models.standing import note_sign_in
        from walking.patient.settings.reminders import signed_out
        from walking.record_words import WHAT, WHY_SEEN

        import_module("walking.mail.provider")
        access_log.register(WHAT | WHY_SEEN)
        # Signing in happens in an app that knows nothing of walking, so listen for its signal.
        user_logged_in.connect(note_sign_in, dispatch_uid="walking.note_sign_in")
        user_logged_out.connect(signed_out, dispatch_uid="walking.signed_out")
