from django.apps import AppConfig


class WalkingConfig(AppConfig):
    name = "walking"
    verbose_name = "Walking plans"
