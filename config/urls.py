"""All addresses. The ones that others rely on are in the contract; see the docs."""

from django.contrib import admin
from django.urls import include, path

from accounts.clinics import clinic_logo
from accounts.email_change import ChangeEmail, old_address
from accounts.second_factor import second_step
from config import views
from config.webhooks import provider_urls
from operations.views import metrics

urlpatterns = [
    path("health/live", views.live, name="health_live"),
    path("health/ready", views.ready, name="health_ready"),
    path("metrics", metrics, name="metrics"),
    path("admin/", admin.site.urls),
    path("clinic/<int:pk>/logo-<slug:digest>.webp", clinic_logo, name="clinic_logo"),
    path("accounts/second-step/", second_step, name="second_step"),
    path("accounts/email/", ChangeEmail.as_view(), name="change_email"),
    path("accounts/email/old-address/", old_address, name="old_address"),
    path("accounts/", include("allauth.urls")),
    path("anymail/", include(provider_urls())),
    path("", include("walking.patient.urls")),
]

#: allauth's name for the page of its own rate limits.
handler429 = "accounts.limits.handler429"
