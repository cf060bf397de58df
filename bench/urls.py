"""The app's addresses, and the floor for ``/today/``."""

from django.urls import include, path

from bench.floor_view import floor

urlpatterns = [path("bench/floor/", floor), path("", include("config.urls"))]
