"""Turn Markdown into safe HTML, whoever wrote it: HTML in the text is not allowed, and the result is cleaned again."""

from __future__ import annotations

import re
from typing import Final

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

from walking.learn.lesson import CLAIM

TAGS: Final = {
    *(
        "p",
        "br",
        "hr",
        "h2",
        "h3",
        "ul",
        "ol",
        "li",
        "blockquote",
        "strong",
        "em",
        "code",
        "pre",
        "a",
    )
}
#: Links to our own pages, to an email address or phone number, or to a site with a certificate.
SCHEMES: Final = {"https", "mailto", "tel"}

# No images: they would tell another site who is reading.
_markdown = MarkdownIt("commonmark", {"html": False}).disable("image")
_cleaner = nh3.Cleaner(
    tags=TAGS,
    attributes={"a": {"href"}},
    url_schemes=SCHEMES,
    link_rel="noopener noreferrer",
)


def page(text: str, sources: tuple[str, ...] = ()) -> SafeString:
    """Render a text of several paragraphs. A mark of one of ``sources`` links to its place in the list (``#source-1``
    ...)."""
    tokens = _markdown.parse(_linked(text, sources))
    for token in tokens:
        _lower(token)
    return _clean(_markdown.renderer.render(tokens, _markdown.options, {}))


def line(text: str, sources: tuple[str, ...] = ()) -> SafeString:
    """Render a sentence or two, without a paragraph around it."""
    return _clean(_markdown.renderInline(_linked(text, sources)))


def _clean(html: str) -> SafeString:
    return mark_safe(_cleaner.clean(html))  # noqa: S308 - it has been cleaned


def _lower(token: Token) -> None:
    """Lower a heading: a page has one title, which is not in the text."""
    if token.type in {"heading_open", "heading_close"}:
        token.tag = "h2" if token.tag in {"h1", "h2"} else "h3"


def _linked(text: str, sources: tuple[str, ...]) -> str:
    def link(match: re.Match[str]) -> str:
        key = match[1]
        if key not in sources:
            return ""
        number = sources.index(key) + 1
        return f"\u2060[\\[{number}\\]](#source-{number})"

    return CLAIM.sub(link, text)
