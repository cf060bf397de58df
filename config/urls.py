"""All addresses. Those that others rely on are in the contract; see the docs."""

from django.contrib import admin
from django.urls import include, path

from config import views

urlpatterns = [
    path("health/live", views.live, name="health_live"),
    path("health/ready", views.ready, name="health_ready"),
    path("admin/", admin.site.urls),
    path("accounts/", include("allauth.urls")),
    path("", include("walking.patient.urls")),
]
