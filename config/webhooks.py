"""The address at which the mail provider tells of bounces and complaints, if there is one that we can believe."""

from __future__ import annotations

from django.conf import settings
from django.urls import URLPattern


def provider_urls() -> list[URLPattern]:
    """``<provider>/tracking/`` of the provider that ``EMAIL_URL`` names, once ``ANYMAIL_WEBHOOK_SECRET`` is set."""
    if not settings.MAIL_PROVIDER:
        return []
    from anymail.urls import urlpatterns

    wanted = f"{settings.MAIL_PROVIDER}_tracking_webhook"
    return [each for each in urlpatterns if each.name == wanted]
