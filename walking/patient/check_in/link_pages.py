"""Pages opened through a link in an email, without signing in: what they share, and the email preferences."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from accounts.limits import client_address, too_many, too_many_for_a_program
from accounts.models import Clinic, User
from walking.care.plan.preferences import change_mail, mail_preference
from walking.mail.links import BadLink, read_preferences_token
from walking.models import MailPreference
from walking.patient.rate_limits import FORGED_LINK, SENT_BY_LINK
from walking.patient.settings.email_form import MailPreferencesForm, as_chosen

#: A view of a link. It gets the token and the moment, and may raise ``BadLink``.
type LinkView = Callable[[HttpRequest, str, dt.datetime], HttpResponse]


def link_page(view: LinkView) -> Callable[..., HttpResponse]:
    """Decorate a page opened through a link. Opening it changes nothing, and it is neither stored nor sent as a
    referrer.

    Limits the rate of forged links and of requests through one link.
    """

    @wraps(view)
    @never_cache
    @require_http_methods(["GET", "HEAD", "POST"])
    def page(request: HttpRequest, token: str) -> HttpResponse:
        if wait := _wait(request, token):
            return _refuse(request, wait)
        try:
            response = view(request, token, timezone.now())
        except BadLink as bad:
            if bad.reason == "forged":
                FORGED_LINK.spend(client_address(request))
            response = bad_link(request, bad)
        # Not "no-referrer": with it, browsers send the form's POST with "Origin: null", which the CSRF check rightly
        # refuses. Other sites do not learn the address either way.
        response["Referrer-Policy"] = "same-origin"
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return page


def _wait(request: HttpRequest, token: str) -> int:
    """Return the seconds until this IP address, or this link, may be used again; 0 if now."""
    if wait := FORGED_LINK.wait(client_address(request)):
        return wait
    return SENT_BY_LINK.spend(token) if request.method == "POST" else 0


def _refuse(request: HttpRequest, wait: int) -> HttpResponse:
    if request.POST.get("List-Unsubscribe") == "One-Click":
        return too_many_for_a_program(wait)
    return too_many(request, wait)


def bad_link(request: HttpRequest, bad: BadLink) -> HttpResponse:
    """Return the page for a bad link: 410 if it has expired, 404 if we never made it."""
    if bad.reason == "expired":
        return closed(request, title=_("This link has ended"), message=str(bad), status=410)
    return closed(request, title=_("This link does not work"), message=str(bad), status=404)


def closed(
    request: HttpRequest, *, title: str, message: str, status: int, clinic: Clinic | None = None
) -> HttpResponse:
    """Return a page that says why nothing can be done here, and what to do instead."""
    context = {"title": title, "message": message, "clinic": clinic}
    return render(request, "patient/link_closed.html", context, status=status)


def in_words_of[**P](
    person: User, answer: Callable[P, HttpResponse], *args: P.args, **kwargs: P.kwargs
) -> HttpResponse:
    """Run ``answer`` in the person's language and time zone, because nobody is signed in."""
    with translation.override(person.spoken_language), timezone.override(person.zone):
        return answer(*args, **kwargs)


@csrf_exempt
@link_page
def mail_preferences(request: HttpRequest, token: str, at: dt.datetime) -> HttpResponse:
    """GET shows, POST saves. An email app's one-click POST (RFC 8058) has no CSRF token and needs none: the signed link
    is the proof. The page's own form is protected as usual."""
    user = User.objects.select_related("clinic").filter(pk=read_preferences_token(token)).first()
    if user is None:
        raise BadLink("forged")
    if request.method == "POST" and request.POST.get("List-Unsubscribe") == "One-Click":
        return in_words_of(user, _unsubscribe, request, user, at)
    return in_words_of(user, _choose_mail, request, user, at)


def _unsubscribe(request: HttpRequest, user: User, at: dt.datetime) -> HttpResponse:
    """Unsubscribe from the kind in the link, or from every kind if it names none."""
    kind = request.GET.get("kind")
    if kind and kind not in MailPreference.CHOICES:
        return HttpResponse(
            _("This mail is about your safety or your plan itself, so it cannot be stopped."),
            content_type="text/plain",
            status=400,
        )
    kinds = [kind] if kind else list(MailPreference.CHOICES)
    change_mail(user, wanted=dict.fromkeys(kinds, False), at=at)
    return HttpResponse(_("You will not get this mail any more."), content_type="text/plain")


@csrf_protect
def _choose_mail(request: HttpRequest, user: User, at: dt.datetime) -> HttpResponse:
    kind = request.GET.get("kind", "")
    if request.method == "POST":
        form = MailPreferencesForm(request.POST, is_patient=user.is_patient)
        if form.is_valid():
            change_mail(user, wanted=form.cleaned_data, at=at)
            return HttpResponseRedirect(f"{request.path}?saved=1")
    else:
        chosen = as_chosen(mail_preference(user))
        form = MailPreferencesForm(
            initial=chosen | ({kind: False} if kind in chosen else {}), is_patient=user.is_patient
        )
    context = {
        "form": form,
        "clinic": user.clinic,
        "stopping": form[kind].label if kind in form.fields else "",
        "saved": "saved" in request.GET and not kind,
    }
    return render(request, "patient/mail_preferences.html", context)
