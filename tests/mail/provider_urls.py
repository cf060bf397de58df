"""The addresses of an installation that sends by a provider; made when a test has said which."""

from django.urls import include, path

from config import urls
from config.webhooks import provider_urls

urlpatterns = [*urls.urlpatterns, path("anymail/", include(provider_urls()))]
