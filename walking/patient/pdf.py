"""A page as a PDF file, drawn here: nothing is fetched, from no network and no disk."""

from __future__ import annotations

import base64
import logging
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

logger = logging.getLogger(__name__)
# It would tell each step of each drawing.
logging.getLogger("weasyprint.progress").setLevel(logging.WARNING)
STYLE: Final = "static/css/print.css"
#: The one address that a printed page may name: a picture that it holds itself.
PICTURE: Final = "data:image/webp;base64,"


def pdf_response(
    request: HttpRequest, template: str, context: dict[str, Any], *, name: str
) -> HttpResponse:
    """``template`` as a PDF to look at or keep under ``name``, which says nothing of anybody's health.

    A machine without WeasyPrint's libraries shows the page itself, to be printed by the browser.
    """
    page = render_to_string(template, context | {"pdf": True}, request)
    try:
        drawn = draw(page, (settings.BASE_DIR / STYLE).read_text())
    except (ImportError, OSError):
        logger.warning("No PDF can be drawn here: Pango is missing. The page is shown instead.")
        response = HttpResponse(render_to_string(template, context, request))
    else:
        response = HttpResponse(drawn, content_type="application/pdf")
        response["Content-Disposition"] = f'inline; filename="{name}"'
    response["Cache-Control"] = "no-store, private"
    return response


def picture(data: bytes) -> str:
    """A WebP picture as an address, to be a part of the page."""
    return PICTURE + base64.b64encode(data).decode()


def draw(page: str, style: str) -> bytes:
    """HTML with CSS as a PDF. Raises ``ImportError`` or ``OSError`` where WeasyPrint or Pango is missing."""
    # It takes a second to import, and looks for Pango when imported.
    from weasyprint import CSS, HTML
    from weasyprint.urls import URLFetcher

    class Nothing(URLFetcher):
        def fetch(self, url: str, headers: Any = None) -> Any:
            if url.startswith(PICTURE):
                return super().fetch(url, headers)
            raise ValueError("a printed page brings everything with it")

    nothing = Nothing()
    sheet = CSS(string=style, url_fetcher=nothing)
    drawn: bytes = HTML(string=page, url_fetcher=nothing).write_pdf(
        stylesheets=[sheet], pdf_tags=True
    )
    return drawn
