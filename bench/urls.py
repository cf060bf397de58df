"""The app's addresses, and the floor of ``/today/`` beside them."""

from django.urls import include, path

from bench.floor_view import floor

urlpatterns = [path("bench/floor/", floor), path("", include("config.urls"))]
