from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("Accounts")

    def ready(self) -> None:
        from allauth.account.signals import password_changed, password_reset

        from accounts import access_log
        from accounts.tokens import new_password

        access_log.register(
            {"person": _("name and email address"), "consent": _("what was agreed to")}
        )
        for signal in (password_changed, password_reset):
            signal.connect(new_password, dispatch_uid="accounts.new_password")
