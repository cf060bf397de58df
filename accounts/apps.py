from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("Accounts")

    def ready(self) -> None:
        from accounts import access_log

        access_log.register(
            {"person": _("name and email address"), "consent": _("what was agreed to")}
        )
