"""Name a browser in words that its owner knows: "Safari on an iPhone", not its user agent."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext as _

#: What to look for in a user agent, in this order: all browsers but Firefox also claim to be others.
_BROWSERS: Final = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)


def in_words(user_agent: str) -> str:
    """Return the browser and its system; for an unknown one, the beginning of the user agent."""
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), "")
    device = _device(user_agent)
    if browser and device:
        return _("%(browser)s on %(device)s") % {"browser": browser, "device": device}
    return browser or device or user_agent[:60] or _("A program that does not name itself")


def _device(user_agent: str) -> str:
    known = (
        ("iPhone", _("an iPhone")),
        ("iPad", _("an iPad")),
        ("Android", _("an Android device")),
        ("Windows", _("a Windows computer")),
        ("Macintosh", _("a Mac")),
        ("CrOS", _("a Chromebook")),
        ("Linux", _("a Linux computer")),
    )
    return next((words for mark, words in known if mark in user_agent), "")
