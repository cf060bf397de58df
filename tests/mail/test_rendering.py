"""The quick way to a letter and its bytes, against the plain way by the template and Python's ``email``."""

from __future__ import annotations

import datetime as dt
import email
import email.policy
from email.message import EmailMessage

import pytest
from django.core.mail import EmailAlternative, EmailMultiAlternatives
from django.utils import translation
from hypothesis import example, given
from hypothesis import strategies as st

from tests.languages.pseudo import PSEUDO, pseudo_languages
from walking.mail.letter import Button, Letter, Panel, Paragraph, Points, Quote
from walking.mail.message import Message, mailbox, one_line
from walking.mail.rendering import Page, rendered, rendered_by_the_template
from walking.mail.wire import HEADERS, wire

#: What people write, and what could be taken for something else: tags, links, marks, lines, other scripts.
words = st.lists(
    st.sampled_from(
        [
            "walk", "12 minutes", "<b>", "&amp;", "'", '"', "https://clinic.example/a?b=1&c=2", "www.clinic.example",
            "clinic.com", "anna@home.example", "e.g.", "Dr.Who", "(see https://x.example)", "מכתב", "Zoë", "  ", "\n",
            "\n\n", "\ue0000\ue001", "{{ name }}", "{% load %}", "%(name)s", "- ", "> ", "x" * 90, ".", "=?utf-8?q?a?=",
        ]
    ),
    max_size=9,
).map(" ".join)  # fmt: skip
line = words.map(one_line)
blocks = st.lists(
    st.one_of(
        st.builds(Paragraph, line),
        st.builds(Panel, line, line, st.booleans()),
        st.builds(Button, line, line),
        st.builds(Points, st.lists(line, max_size=3).map(tuple)),
        st.builds(Quote, words, line),
    ),
    max_size=5,
).map(tuple)
pages = st.builds(
    Page, st.builds(Letter, line, line, blocks, line), st.just("en"), line, line, line, line
)


@given(pages)
def test_it_is_what_the_template_makes(page: Page) -> None:
    assert rendered(page, "html") == rendered_by_the_template(page, "html")
    assert rendered(page, "txt") == rendered_by_the_template(page, "txt")


def test_each_language_has_its_own() -> None:
    def page(language: str) -> Page:
        return Page(Letter("a", "b", (), "c"), language, "Anna", "", "", "https://x.example/m/")

    with pseudo_languages():
        with translation.override("en"):
            plain = rendered(page("en"), "html")
        with translation.override(PSEUDO):
            other = rendered(page(PSEUDO), "html")
    assert "Choose which mail you get" in plain
    assert "Choose which mail you get" not in other


AT = dt.datetime(2026, 3, 8, 6, tzinfo=dt.UTC)
VERBATIM = f"<https://walk.clinic.example/m/{'x' * 120}/?kind=check_in>"


# Django leaves out a part that is empty; ours never is.
@given(subject=line, text=words.map("x".__add__), html=words.map("x".__add__), name=line)
@example(subject="", text="x", html="x", name="walk https://clinic.example/a?b=1 " * 3)
@example(subject="x" * 80, text=f"{'y' * 1200}\n.\nend", html="é" * 400 + " ", name="Zoë" * 30)
def test_the_bytes_say_what_python_would_say(subject: str, text: str, html: str, name: str) -> None:
    headers = {
        "Message-ID": "<0123456789abcdef@walk.clinic.example>",
        "List-Id": "Waymark <waymark.walk.clinic.example>",
        "List-Unsubscribe": VERBATIM,
    }
    to = mailbox(name, "anna@home.example")
    plain = EmailMultiAlternatives(
        subject, text, "Waymark <w@clinic.example>", [to], headers=headers,
        alternatives=[EmailAlternative(html, "text/html")],
    ).message(policy=email.policy.SMTP.clone(header_factory=HEADERS))  # fmt: skip
    ours = wire(
        [("Subject", subject), ("From", "Waymark <w@clinic.example>"), ("To", to), *headers.items()],
        text, html, AT,
    )  # fmt: skip
    ready, usual = _read(ours), _read(plain.as_bytes())
    assert ready.defects == []
    if usual["List-Unsubscribe"] is None:
        # Python's own writing of two very long words in a header ends the headers there; ours goes on.
        assert ready["List-Unsubscribe"] == VERBATIM
        return
    for header in ("Subject", "From", "To", *headers):
        assert ready[header] == usual[header], header
    assert ready["Date"].datetime == AT
    assert ready.get_content_type() == usual.get_content_type() == "multipart/alternative"
    for mine, theirs in zip(ready.iter_parts(), usual.iter_parts(), strict=True):
        assert mine.get_content_type() == theirs.get_content_type()
        assert _lines(mine) == _lines(theirs)
    assert all(len(each) <= 998 for each in ours.split(b"\r\n"))
    assert b"\n" not in ours.replace(b"\r\n", b"")


def _read(content: bytes) -> EmailMessage:
    message = email.message_from_bytes(content, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


def _lines(part: EmailMessage) -> list[str]:
    return str(part.get_content()).rstrip("\r\n").splitlines()


def test_a_header_with_a_line_break_is_refused() -> None:
    with pytest.raises(ValueError, match="line break in the header Subject"):
        wire([("Subject", "a\r\nBcc: thief@evil.example")], "", "", AT)


def test_other_ways_than_smtp_get_djangos_message() -> None:
    message = Message(
        subject="Hello", body="text", html="<p>", from_email="returned@clinic.example",
        sender="w@clinic.example", to=["Anna <anna@home.example>"], address="anna@home.example", headers={},
    )  # fmt: skip
    assert message.message()["To"] == "Anna <anna@home.example>"
    assert message.message()["From"] == "w@clinic.example"
    assert b"To: Anna <anna@home.example>" in message.message(policy=email.policy.SMTP).as_bytes()
