"""Clinics and people, for managers (within their clinic) and operators."""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.clinics import ClinicForm, remove_logo, save_logo
from accounts.desk import DeskAdmin, manages, viewer
from accounts.models import Clinic, ClinicNotice, Consent, Role, User
from accounts.second_factor import reset_second_factor
from accounts.step_up import reauthenticated

#: The roles a manager may give; operators are created on the server's command line only.
STAFF_ROLES = (Role.PHYSIOTHERAPIST, Role.MANAGER)


class StaffForm(forms.ModelForm):
    """A member of staff. The email address cannot be changed once set: they sign in with it."""

    class Meta:
        model = User
        fields = ("name", "email", "role", "clinic", "timezone", "is_active")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "email" in self.fields:
            self.fields["email"].required = True
        if "role" in self.fields:
            role = self.fields["role"]
            assert isinstance(role, forms.ChoiceField)  # noqa: S101 - for the type checker
            role.choices = [(choice.value, choice.label) for choice in STAFF_ROLES]
            if self.instance.pk is None:
                self.initial["role"] = Role.PHYSIOTHERAPIST
        if "clinic" in self.fields:
            self.fields["clinic"].required = True

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"].strip().lower()
        if User.objects.filter(email__iexact=email).exists():
            raise forms.ValidationError(_("Somebody with this email address is here already."))
        return email


@admin.register(User)
class UserAdmin(DeskAdmin):
    """The people of a clinic. Nobody can see or set another user's password."""

    form = StaffForm
    shows = "person"
    list_display = ("name", "email", "role", "clinic", "timezone", "is_active")
    list_filter = ("role", "is_active")
    search_fields = ("name", "email")
    search_help_text = gettext_lazy("Name or email")
    list_select_related = ("clinic",)
    ordering = ("name", "pk")

    def may_come_in(self, user: Any) -> bool:
        return manages(user)

    def patient_of(self, obj: User) -> User | None:
        return obj if obj.is_patient else None

    def seen_by(self, user: User, queryset: QuerySet) -> QuerySet:
        return queryset.filter(pk__in=User.objects.visible_to(user).values("pk"))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return manages(request.user)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        if not self.has_view_permission(request, obj):
            return False
        return obj is None or (
            isinstance(obj, User) and obj.role in STAFF_ROLES and not obj.is_superuser
        )

    def get_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        fields = ["name", "email", "role", "timezone"]
        if viewer(request).is_superuser:
            fields.insert(3, "clinic")
        return fields if obj is None else [*fields, "is_active"]

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> list[str]:
        if obj is None:
            return []
        fixed = ["email", "clinic"] if viewer(request).is_superuser else ["email"]
        if obj == request.user:
            # You cannot lock yourself out.
            fixed += ["role", "is_active"]
        return fixed

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        clinic = viewer(request).clinic
        return {"timezone": clinic.timezone} if clinic else {}

    def get_urls(self) -> list[URLPattern]:
        page = self.admin_site.admin_view(reauthenticated(self.second_factor))
        reset = path("<path:object_id>/second-factor/", page, name="accounts_user_second_factor")
        return [reset, *super().get_urls()]

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return reauthenticated(super().changeform_view)(request, *args, **kwargs)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        context = {"asks_second_factor": settings.STAFF_SECOND_FACTOR} | (extra_context or {})
        return super().change_view(request, object_id, form_url, context)

    def second_factor(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Reset two-step verification of a colleague who has lost it; not one's own, and not an operator's."""
        person = self.get_object(request, unquote(object_id))
        if person is None:
            return self.not_there(request, object_id)
        if person == request.user or not self.has_change_permission(request, person):
            raise PermissionDenied
        if request.method == "POST":
            reset_second_factor(person)
            self.log_change(request, person, "Second factor reset.")
            messages.success(
                request,
                _(
                    "%(name)s is signed out everywhere, was told by mail, and sets up a new second step"
                    " at the next sign-in."
                )
                % {"name": person.name},
            )
            return redirect("admin:accounts_user_change", person.pk)
        context = self.admin_site.each_context(request) | {
            "opts": self.opts, "person": person, "title": _("Lost second step"),
        }  # fmt: skip
        return TemplateResponse(request, "admin/desk/second_factor.html", context)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        obj.is_staff = True
        if change:
            super().save_model(request, obj, form, change)
            return
        if not viewer(request).is_superuser:
            obj.clinic = viewer(request).clinic
        obj.set_unusable_password()
        with transaction.atomic():
            super().save_model(request, obj, form, change)
            EmailAddress.objects.create(user=obj, email=obj.email, primary=True, verified=False)
        messages.info(
            request,
            _(
                "Tell %(name)s to open %(address)s and enter this email address: a code comes by mail,"
                " and with it they choose a password."
            )
            % {
                "name": obj.name,
                "address": request.build_absolute_uri(reverse("account_reset_password")),
            },
        )


@admin.register(Clinic)
class ClinicAdmin(DeskAdmin):
    """A clinic's details, as its patients see them."""

    form = ClinicForm
    list_display = ("name", "country", "timezone", "phone", "email", "emergency_number")
    search_fields = ("name",)
    ordering = ("name",)
    readonly_fields = ("logo_now", "texts")

    def may_come_in(self, user: Any) -> bool:
        return manages(user)

    def patient_of(self, obj: Clinic) -> None:
        return None

    def seen_by(self, user: User, queryset: QuerySet) -> QuerySet:
        return queryset if user.is_superuser else queryset.filter(pk=user.clinic_id)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return manages(request.user) and viewer(request).is_superuser

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.has_view_permission(request, obj)

    def get_fieldsets(self, request: HttpRequest, obj: Clinic | None = None) -> Any:
        has_logo = obj is not None and bool(obj.logo_digest)
        logo = ("logo_now", "new_logo", "remove_logo") if has_logo else ("new_logo",)
        return (
            (_("How patients reach you"), {"fields": ("name", "phone", "email", "opening_hours")}),
            (_("Place"), {"fields": ("country", "emergency_number", "timezone")}),
            (_("Logo"), {"fields": logo}),
            *(((_("Texts"), {"fields": ("texts",)}),) if obj is not None else ()),
        )

    @admin.display(description=gettext_lazy("What patients read of their data"))
    def texts(self, clinic: Clinic) -> str:
        """Link to the pages where the manager edits the clinic's own texts."""
        return format_html_join(
            ", ",
            '<a href="{}">{}</a>',
            (
                (reverse("admin:notices", args=[kind]), label)
                for kind, label in ClinicNotice.Kind.choices
            ),
        )

    @admin.display(description=gettext_lazy("Logo now"))
    def logo_now(self, clinic: Clinic) -> str:
        return format_html(
            '<img class="logo" src="{}" width="{}" height="{}" alt="{}">',
            clinic.logo_url,
            clinic.logo_width,
            clinic.logo_height,
            clinic.name,
        )

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Redirect to the clinic if the user manages just one."""
        person = viewer(request)
        if manages(person) and not person.is_superuser:
            return redirect("admin:accounts_clinic_change", person.clinic_id)
        return super().changelist_view(request, extra_context)

    def save_model(self, request: HttpRequest, obj: Clinic, form: Any, change: bool) -> None:
        with transaction.atomic():
            super().save_model(request, obj, form, change)
            if form.cleaned_data.get("new_logo"):
                save_logo(obj, form.cleaned_data["new_logo"], at=now())
            elif form.cleaned_data.get("remove_logo"):
                remove_logo(obj)


@admin.register(Consent)
class ConsentAdmin(DeskAdmin):
    """Who consented to what, and when; read-only."""

    shows = "consent"
    list_display = ("user", "document", "version", "action", "at", "how")
    list_filter = ("action",)
    search_fields = ("user__name", "user__email")
    search_help_text = gettext_lazy("Name or email")
    list_select_related = ("user", "paper__recorded_by")
    ordering = ("-at", "-pk")
    fields = readonly_fields = list_display

    @admin.display(description=gettext_lazy("how"))
    def how(self, consent: Consent) -> str:
        return consent.on_paper or _("by the person's own hand, here")

    def patient_of(self, obj: Consent) -> User | None:
        return obj.user if obj.user.is_patient else None

    def seen_by(self, user: User, queryset: QuerySet) -> QuerySet:
        return queryset.filter(user__in=User.objects.visible_to(user).values("pk"))
