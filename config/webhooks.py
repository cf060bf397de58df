"""The address at which the mail provider tells of bounces and complaints, if there is one that we can believe."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from anymail.exceptions import AnymailWebhookValidationFailure
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path

from accounts.limits import Limit, client_address, too_many_for_a_program

#: Calls that do not show the secret, by address. A provider's own may come as fast as mail bounces.
NOT_BELIEVED = Limit("webhook", 20, 600)


def provider_urls() -> list[URLPattern]:
    """``<provider>/tracking/`` of the provider that ``EMAIL_URL`` names, once ``ANYMAIL_WEBHOOK_SECRET`` is set."""
    if not settings.MAIL_PROVIDER:
        return []
    from anymail.urls import urlpatterns

    wanted = f"{settings.MAIL_PROVIDER}_tracking_webhook"
    return [
        path(str(each.pattern), limited(each.callback), name=each.name)
        for each in urlpatterns
        if each.name == wanted
    ]


def limited(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Whoever calls again and again without the secret is asked to wait, unread."""

    @wraps(view)
    def webhook(request: HttpRequest) -> HttpResponse:
        address = client_address(request)
        if wait := NOT_BELIEVED.wait(address):
            return too_many_for_a_program(wait)
        try:
            return view(request)
        except AnymailWebhookValidationFailure:
            NOT_BELIEVED.spend(address)
            raise

    return webhook
