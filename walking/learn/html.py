"""Markdown into HTML that is safe whoever wrote it: no HTML passes, and what comes out is cleaned once more."""

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
#: To other pages of ours, to a telephone, or to a site with a certificate.
SCHEMES: Final = {"https", "mailto", "tel"}

# No picture either: it would tell another site who reads.
_markdown = MarkdownIt("commonmark", {"html": False}).disable("image")
_cleaner = nh3.Cleaner(
    tags=TAGS,
    attributes={"a": {"href"}},
    url_schemes=SCHEMES,
    link_rel="noopener noreferrer",
)


def page(text: str, sources: tuple[str, ...] = ()) -> SafeString:
    """A text of several paragraphs. A mark of one of ``sources`` leads to its place in the list, ``#source-1`` on."""
    tokens = _markdown.parse(_linked(text, sources))
    for token in tokens:
        _lower(token)
    return _clean(_markdown.renderer.render(tokens, _markdown.options, {}))


def line(text: str, sources: tuple[str, ...] = ()) -> SafeString:
    """A sentence or two, without a paragraph around it."""
    return _clean(_markdown.renderInline(_linked(text, sources)))


def _clean(html: str) -> SafeString:
    return mark_safe(_cleaner.clean(html))  # noqa: S308 - that is what the cleaner is for


def _lower(token: Token) -> None:
    """A page has one title, which is not in the text."""
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
