"""The address for bounces and complaints from the mail provider, if there is a provider we can trust."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from anymail.exceptions import AnymailWebhookValidationFailure
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path

from accounts.limits import Limit, client_address, too_many_for_a_program

#: Calls without the right secret, by address. Real calls from a provider may come as fast as email bounces.
NOT_BELIEVED = Limit("webhook", 20, 600)


def provider_urls() -> list[URLPattern]:
    """Return ``<provider>/tracking/`` for the provider in ``EMAIL_URL``, if ``ANYMAIL_WEBHOOK_SECRET`` is set."""
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
    """Decorate the webhook: after repeated calls without the secret, answer 429 without reading the call."""

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
