"""Waymark as an app on the phone: manifest, service worker, and the offline page."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.staticfiles.storage import ManifestFilesMixin, staticfiles_storage
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language, get_language_bidi
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

type View = Callable[..., HttpResponse]

#: Header of a page that the worker may store, for the person whose page it is.
KEEP = "Waymark-Keep"
#: Files that a page needs to look and work properly.
SHELL = (
    "css/waymark.css",
    "css/questions.css",
    "css/timer.css",
    "css/companions.css",
    "css/movement.css",
    "css/plan.css",
    "icons/waymark.svg",
    "js/waymark.js",
    "js/questions.js",
    "js/device.js",
    "js/leave.js",
    "js/sign_out.js",
    "js/unsent.js",
    "js/walks.js",
    "js/timer.js",
    "js/sitting.js",
    "js/movement.js",
)
#: The scripts of the worker.
WORKER = ("js/unsent.js", "js/leave.js", "js/push-worker.js", "js/worker.js")
#: Pages stored in advance, so that they can be read offline.
AHEAD = ("today", "plan", "diary", "walk_add", "walk_timer", "warning_signs", "flare_up")


def kept_offline(view: View) -> View:
    """Decorate a page whose latest copy the phone stores for offline use. No other page is ever stored."""

    @wraps(view)
    def page(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        response = view(request, *args, **kwargs)
        if request.method == "GET" and response.status_code == 200:
            response.headers[KEEP] = "yes"
        return response

    return page


@require_safe
@cache_control(max_age=3600, private=True)
def manifest(request: HttpRequest) -> HttpResponse:
    """The web app manifest, in the reader's language."""
    icon = {"type": "image/png", "purpose": "any"}
    response = JsonResponse(
        {
            "id": "/",
            "name": _("Waymark: your walking plan"),
            "short_name": "Waymark",
            "description": _("Your walking plan for a back that stays well."),
            "lang": get_language(),
            "dir": "rtl" if get_language_bidi() else "ltr",
            "start_url": reverse("today"),
            "scope": "/",
            "display": "standalone",
            "background_color": "#f4f4ec",
            "theme_color": "#17604a",
            "categories": ["health", "fitness"],
            "icons": [
                {"src": static("icons/waymark.svg"), "type": "image/svg+xml", "sizes": "any"},
                icon | {"src": static("icons/waymark-192.png"), "sizes": "192x192"},
                icon | {"src": static("icons/waymark-512.png"), "sizes": "512x512"},
                icon
                | {
                    "src": static("icons/waymark-maskable-192.png"),
                    "sizes": "192x192",
                    "purpose": "maskable",
                },
                icon
                | {
                    "src": static("icons/waymark-maskable-512.png"),
                    "sizes": "512x512",
                    "purpose": "maskable",
                },
            ],
            "shortcuts": [
                {"name": _("Log a walk"), "url": reverse("walk_add")},
                {"name": _("Start my walk"), "url": reverse("walk_timer")},
            ],
        },
        content_type="application/manifest+json",
    )
    patch_vary_headers(response, ["Accept-Language", "Cookie"])
    return response


@require_safe
@cache_control(no_cache=True, private=True)
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker. Its bytes change whenever a file that it stores changes, so that browsers update it."""
    app = {
        "offline": reverse("offline"),
        "shell": [static(path) for path in SHELL],
        "ahead": [reverse(name) for name in AHEAD],
        "changing": [reverse("today"), reverse("diary")],
        "static": settings.STATIC_URL,
        # Files whose names depend on their content never need to be fetched again.
        "hashed": isinstance(staticfiles_storage, ManifestFilesMixin),
        "sync": reverse("sync"),
        "logout": reverse("account_logout"),
    }
    page = _offline_page(request)
    parts = [json.dumps(app), page, *(static(path) for path in WORKER)]
    app["version"] = hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]
    scripts = ", ".join(json.dumps(static(path)) for path in WORKER)
    lines = ['"use strict";', f"const APP = {json.dumps(app)};", f"importScripts({scripts});", ""]
    return HttpResponse("\n".join(lines), content_type="text/javascript; charset=utf-8")


@require_safe
@cache_control(no_cache=True, private=True)
def offline(request: HttpRequest) -> HttpResponse:
    """What to do offline when there is no copy of the page. The same for everyone."""
    return HttpResponse(_offline_page(request))


def _offline_page(request: HttpRequest) -> str:
    # Stored with the pages of anyone who uses the phone, so it must not show who fetched it.
    context = {"user": AnonymousUser(), "messages": ()}
    return render_to_string("patient/offline.html", context, request)
