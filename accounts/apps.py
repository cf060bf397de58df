from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "Accounts"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from accounts import access_log

        access_log.register(
            {"person": _("name and email address"), "consent": _("what was agreed to")}
        )
