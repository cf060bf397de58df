"""In a language that nobody speaks, no page and no mail shows a word that was not given to gettext."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
import time_machine
from bs4 import BeautifulSoup, Comment, Doctype
from bs4.element import NavigableString, Tag
from django.http import HttpResponse
from django.test import Client

from accounts.models import User
from tests.browser import clinic
from tests.browser.pages import DESK, PATIENT, Place
from tests.languages.pseudo import PSEUDO, pseudo, pseudo_languages
from walking.learn.shipped import shipped
from walking.mail.compose import compose
from walking.mail.letter import Suppressed
from walking.models import Mail

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

#: Names, addresses and what people wrote: never translated.
NAMES = {"Waymark", "WalkBack", "Lancet", "Pocovi", "doi", "BMJ", "Open", "UTC", "English"}
#: What people of ``clinic`` wrote, and what a mail server answered.
WRITTEN = re.compile(
    r"It was good to see you\.|The dog came along\.|You are doing well\.|Feels strong\."
    r"|For the desk\.|The path by the river\."
    r"|She rang and has nothing\.|try again later|message refused"
    r"|\S+@\S+|https?://\S+|\{\w+\}"
)
#: Attributes that people see or hear.
SPOKEN = ("alt", "title", "placeholder", "aria-label", "aria-description", "aria-roledescription")
#: Attributes whose values name something to a script, and are shown to nobody.
KEYS = {"data-draft", "data-keep"}
PLAIN_WORD = re.compile(r"(?<![\w@./-])[A-Za-z]{3,}(?![\w@/-])")


#: Lessons are translated as whole texts, and carry the language they are in; where they cannot, they are known.
LESSONS = {lesson.title for lesson in shipped().values()}


def is_of_a_lesson(node: NavigableString) -> bool:
    """Whether it is marked to be in another language than the page, or is the title of a lesson."""
    marked = node.find_parent(lang=True)
    if marked is not None and marked.name != "html":
        return marked["lang"] != PSEUDO
    return re.split(r" [|·] ", str(node).strip())[0] in LESSONS


def said(page: BeautifulSoup) -> Iterator[str]:
    """Everything that a page shows or speaks."""
    for node in page.descendants:
        if isinstance(node, Tag):
            if node.find_parent(translate="no") or node.get("translate") == "no":
                continue
            yield from (str(node[name]) for name in SPOKEN if node.get(name))
            # An input shows its value; a button's is for the server only.
            if node.name == "input" and node.get("type") in {"submit", "button"}:
                yield str(node.get("value") or "")
            # Words that scripts show.
            for name, value in node.attrs.items():
                if name.startswith("data-") and name not in KEYS and " " in str(value):
                    yield str(value)
        elif isinstance(node, NavigableString) and not isinstance(node, Comment | Doctype):
            parent = node.parent
            # What stands in a textarea was typed, or is for a machine.
            if parent is None or parent.name in {"script", "style", "code", "template", "textarea"}:
                continue
            if is_of_a_lesson(node):
                continue
            if parent.find_parent(id="id_timezone") or node.find_parent(translate="no"):
                continue
            yield str(node)


def plain_words(texts: Iterator[str] | Sequence[str], allowed: set[str]) -> list[str]:
    return sorted(
        {
            f"{word!r} in {' '.join(text.split())[:90]!r}"
            for text in texts
            for word in PLAIN_WORD.findall(WRITTEN.sub("", " ".join(text.split())))
            if word not in allowed
        }
    )


@pytest.fixture
def running(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    """The clinic of the browser tests, all of whose people speak the language."""
    with time_machine.travel(clinic.NOW, tick=False), pseudo_languages():
        monkeypatch.setattr(User._meta.get_field("language"), "default", PSEUDO)
        made = clinic.make()
        made["allowed"] = NAMES | {
            word
            for user in User.objects.select_related("clinic")
            for text in (user.name, user.clinic.name if user.clinic else "")
            for word in re.findall(r"\w+", text)
        }
        yield made


def open_place(place: Place, made: dict[str, Any]) -> HttpResponse:
    client = Client(headers={"accept-language": PSEUDO})
    if place.who:
        client.cookies["sessionid"] = made["sessions"][place.who]
    path = made["paths"].get(place.where, place.where)
    response = client.get(path, follow=True)
    if not place.press:
        return response
    page = BeautifulSoup(response.content, "html.parser")
    words = pseudo(place.press)
    button = next(it for it in page.find_all("button") if it.get_text().strip().startswith(words))
    form = button.find_parent("form")
    if form is None:
        # A script's button: its words stand on the page already.
        return response
    return client.post(form.get("action") or path, _filled(form), follow=True)


def _filled(form: Tag) -> dict[str, list[str]]:
    """What a browser would send of a form as it stands."""
    sent: dict[str, list[str]] = {}
    for field in form.find_all(["input", "select", "textarea"]):
        name = field.get("name")
        if not name or (
            field.get("type") in {"checkbox", "radio"} and not field.has_attr("checked")
        ):
            continue
        if field.name == "select":
            chosen = field.find("option", selected=True)
            value = chosen.get("value", "") if chosen else ""
        else:
            value = field.get("value", "") if field.name == "input" else field.get_text()
        sent.setdefault(str(name), []).append(str(value))
    return sent


@pytest.mark.parametrize("places", [PATIENT, DESK], ids=["patient", "desk"])
def test_every_page_is_translatable(places: tuple[Place, ...], running: dict[str, Any]) -> None:
    found: dict[str, list[str]] = {}
    for place in places:
        response = open_place(place, running)
        page = BeautifulSoup(response.content, "html.parser")
        assert page.html is not None, place
        if words := plain_words(said(page), running["allowed"]):
            found[str(place)] = words
    assert not found, "\n".join(f"{place}: {words}" for place, words in found.items())


@pytest.mark.database
def test_every_mail_is_translatable(running: dict[str, Any]) -> None:
    found: dict[str, list[str]] = {}
    for mail in Mail.objects.order_by("pk"):
        composed = compose(mail, mail.due_at)
        if isinstance(composed, Suppressed):
            continue
        texts = [
            composed.subject,
            composed.text,
            *said(BeautifulSoup(composed.html, "html.parser")),
        ]
        if words := plain_words(texts, running["allowed"]):
            found[str(mail)] = words
    assert not found, found
