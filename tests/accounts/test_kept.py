"""A part of a page that is kept is rendered once for each language and each set of values."""

from __future__ import annotations

from django.template import Context, Template
from django.utils import translation


def test_it_is_rendered_once_for_each_language_and_value() -> None:
    page = Template(
        "{% load i18n kept %}{% kept name %}{% translate 'Monday' %} {{ name }} {{ turn }}{% endkept %}"
    )

    def shown(name: str, turn: int, language: str) -> str:
        with translation.override(language):
            return page.render(Context({"name": name, "turn": turn}))

    assert shown("Ann", 1, "en") == "Monday Ann 1"
    assert shown("Ann", 2, "en") == "Monday Ann 1"
    assert shown("Bob", 3, "en") == "Monday Bob 3"
    assert shown("Ann", 4, "de") == "Montag Ann 4"
    assert shown("<b>", 5, "en") == "Monday &lt;b&gt; 5"
    assert shown("<b>", 6, "en") == "Monday &lt;b&gt; 5"
