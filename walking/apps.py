from django.apps import AppConfig


class WalkingConfig(AppConfig):
    name = "walking"
    verbose_name = "Walking plans"

    def ready(self) -> None:
        from accounts import access_log
        from walking.record_words import WHAT, WHY_SEEN

        access_log.register(WHAT | WHY_SEEN)
