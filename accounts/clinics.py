"""A clinic's details: what its manager may change, and its logo."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from django import forms
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.countries import CHOICES, emergency_number
from accounts.logo import FORMATS, Logo, read_logo
from accounts.models import Clinic, ClinicLogo
from accounts.models.people import zone_names

#: The address contains a digest of the picture, so it can be cached for ever.
KEPT_FOR = dt.timedelta(days=365)
_NUMBER = re.compile(r"[0-9][0-9 ()/-]*")


def _places() -> list[str]:
    """Return the time zones that are named after places."""
    return [
        name
        for name in zone_names()
        if "/" in name and not name.startswith(("Etc/", "SystemV/", "US/", "posix/", "right/"))
    ]


class ClinicForm(forms.ModelForm):
    """The country sets the emergency number; a number typed by the manager is kept."""

    country = forms.ChoiceField(
        choices=[("", gettext_lazy("Another country")), *CHOICES],
        required=False,
        label=gettext_lazy("Country"),
        help_text=gettext_lazy("It sets the emergency number."),
    )
    emergency_number = forms.CharField(
        max_length=20,
        required=False,
        label=gettext_lazy("Emergency number"),
        help_text=gettext_lazy(
            "What patients are told to ring at once. Leave it empty for the usual number of the country."
        ),
    )
    timezone = forms.ChoiceField(
        label=gettext_lazy("Time zone"),
        help_text=gettext_lazy("The clinic's own. Each patient has one too."),
    )
    new_logo = forms.FileField(
        required=False,
        label=gettext_lazy("New logo"),
        help_text=gettext_lazy(
            "A PNG, JPEG or WebP picture of at most 4 MB. Patients see it below each page and on what they print."
        ),
        widget=forms.FileInput(
            attrs={"accept": ",".join(f"image/{name.lower()}" for name in FORMATS)}
        ),
    )
    remove_logo = forms.BooleanField(required=False, label=gettext_lazy("Remove the logo"))

    class Meta:
        model = Clinic
        fields = (
            *("name", "phone", "email", "opening_hours"),
            *("timezone", "country", "emergency_number"),
        )
        widgets = {"opening_hours": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zone = self.fields["timezone"]
        assert isinstance(zone, forms.ChoiceField)  # noqa: S101 - for the type checker
        names = sorted({"UTC", self.instance.timezone, *_places()})
        zone.choices = [(name, name.replace("_", " ")) for name in names]
        if not self.instance.logo_digest:
            self.fields.pop("remove_logo", None)

    def clean_new_logo(self) -> Logo | None:
        upload = self.cleaned_data["new_logo"]
        return read_logo(upload) if upload else None

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if "emergency_number" not in data:
            return data
        before = Clinic.objects.filter(pk=self.instance.pk).first()
        number, country = data["emergency_number"].strip(), data.get("country", "")
        usual = emergency_number(country)
        moved = before is not None and country != before.country
        if moved and usual and before and number == before.emergency_number:
            # Still the number of the previous country: replace it.
            number = usual
        number = number or usual
        if not number:
            self.add_error(
                "emergency_number", _("Write the number to ring in an emergency, such as 112.")
            )
        elif not _NUMBER.fullmatch(number):
            self.add_error(
                "emergency_number", _("This is not a number to ring. Write it like 112 or 000.")
            )
        data["emergency_number"] = number
        return data


def save_logo(clinic: Clinic, logo: Logo, *, at: dt.datetime) -> None:
    """Save the clinic's logo, replacing the one before."""
    with transaction.atomic():
        ClinicLogo.objects.update_or_create(
            clinic=clinic,
            defaults={"data": logo.data, "digest": logo.digest, "changed_at": at},
        )
        clinic.logo_digest = logo.digest
        clinic.logo_width, clinic.logo_height = logo.width, logo.height
        clinic.save(update_fields=["logo_digest", "logo_width", "logo_height"])


def remove_logo(clinic: Clinic) -> None:
    with transaction.atomic():
        ClinicLogo.objects.filter(clinic=clinic).delete()
        clinic.logo_digest, clinic.logo_width, clinic.logo_height = "", None, None
        clinic.save(update_fields=["logo_digest", "logo_width", "logo_height"])


@require_safe
def clinic_logo(request: HttpRequest, pk: int, digest: str) -> HttpResponse:
    """Return the picture to anyone who has its address: it is on pages that open from links in emails."""
    found = ClinicLogo.objects.filter(clinic=pk, digest=digest).first()
    if found is None:
        raise Http404
    response = HttpResponse(bytes(found.data), content_type="image/webp")
    response["Cache-Control"] = f"public, max-age={int(KEPT_FOR.total_seconds())}, immutable"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Content-Disposition"] = 'inline; filename="logo.webp"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
