"""A page as a PDF file. Nothing is loaded from the network or the disk."""

from __future__ import annotations

import base64
import logging
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

logger = logging.getLogger(__name__)
# It would log each step of each drawing.
logging.getLogger("weasyprint.progress").setLevel(logging.WARNING)
STYLE: Final = "static/css/print.css"
#: The only kind of address allowed in a printed page: an embedded picture.
PICTURE: Final = "data:image/webp;base64,"


def pdf_response(
    request: HttpRequest, template: str, context: dict[str, Any], *, name: str
) -> HttpResponse:
    """Return ``template`` as a PDF to open or save as ``name``, which says nothing about health.

    Without WeasyPrint's libraries, returns the page itself, to print from the browser.
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
    """Return a WebP picture as a data URL."""
    return PICTURE + base64.b64encode(data).decode()


def draw(page: str, style: str) -> bytes:
    """Return HTML with CSS as a PDF. Raises ``ImportError`` or ``OSError`` without WeasyPrint or Pango."""
    # Imported here: it takes a second and looks for Pango.
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
