"""Forms as they stand on the pages, and hostile answers to them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bs4 import BeautifulSoup
from django.test import Client
from hypothesis import strategies as st

#: What a template that takes words for a template would make of ``TEMPLATES``.
EVALUATED = "77190049"
TEMPLATES = ("{{ 77190000|add:49 }}", "${77190000+49}", "#{77190000+49}", "<%= 77190000+49 %>")
HOSTILE = (
    *TEMPLATES,
    *("\x00", "a\x00b", "\ufeff", "\u202eabc", "a\u2028b", "\U0001f4a9" * 300, "e\u0301" * 80),
    *("'; DROP TABLE walking_plan; --", "' OR '1'='1", "1); DELETE FROM walking_walk; --", "\\", "%s%n"),
    *("{% debug %}", "{% load static %}", "{0.__class__}", "%(name)s", "<script>alert(1)</script>"),
    *("x\r\nBcc: eve@evil.example", "=HYPERLINK(1)", "../../etc/passwd", "https://evil.example/"),
    *("9" * 5_000, "-" + "9" * 400, "-1", "0", "1e999", "NaN", "Infinity", "0x10", "1_000", "2.5"),
    *("9223372036854775808", "2147483648", "-2147483649"),
    # Digits to ``str.isdigit``, some of them to ``int`` too.
    *("\u00b2", "\u0663", "\uff11\uff12", "\u2460"),
    *("0000-00-00", "0001-01-01", "9999-12-31", "2026-02-30", "2026-13-01", "99999-01-01", "24:00", "12:60"),
    *("Etc/GMT+99", "../UTC", "xx-yy", "eve@\u00fcml\u00e4ut.example", "\u00fc@home.example", "a" * 255 + "@x.example"),
    *("", " ", "\t\n", "on", "null", "[]", "{}", "true", "a" * 20_000),
)  # fmt: skip
#: Names that no form of ours has, or that name a column which only the program sets.
UNASKED = (
    "is_staff",
    "is_superuser",
    "role",
    "clinic",
    "clinic_id",
    "id",
    "pk",
    "user",
    "plan",
    "x" * 300,
    "a\x00",
)

VALUES = st.sampled_from(HOSTILE) | st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


@dataclass(frozen=True, slots=True)
class Form:
    """Where it goes, and what a browser sends if nobody touches it; some fields offer more than one value."""

    action: str
    shown: tuple[tuple[str, tuple[str, ...]], ...]
    takes_files: bool


def forms_on(client: Client, path: str) -> Iterator[Form]:
    """Those that are sent by POST; none of a page that is not there for this person."""
    response = client.get(path)
    if response.streaming or response.status_code != 200:
        return
    page = BeautifulSoup(response.content, "html.parser")
    for form in page.find_all("form", method="post"):
        fields: dict[str, list[str]] = {}
        for box in form.find_all(["input", "textarea", "select", "button"]):
            name = box.get("name")
            if not name or name == "csrfmiddlewaretoken":
                continue
            offered = [each.get("value", "") for each in box.find_all("option")]
            fields.setdefault(str(name), []).extend(map(str, offered or [box.get("value", "on")]))
        action = str(form.get("action") or path).partition("#")[0]
        yield Form(
            action if action.startswith("/") else path,
            tuple((name, tuple(values)) for name, values in fields.items()),
            form.find("input", type="file") is not None,
        )


def different(forms: Iterable[Form]) -> list[Form]:
    """One of each: the same form stands on many pages."""
    return sorted(set(forms), key=lambda form: (form.action, form.shown))


@st.composite
def answers(draw: st.DrawFn, form: Form) -> dict[str, list[str]]:
    """Each field as it is, with a value that nobody should send, with several, or missing; at times one more field."""
    sent: dict[str, list[str]] = {}
    for name, offered in form.shown:
        how = draw(st.sampled_from(("shown", "hostile", "hostile", "twice", "missing")))
        if how == "shown":
            sent[name] = [draw(st.sampled_from(offered))]
        elif how == "hostile":
            sent[name] = [draw(VALUES)]
        elif how == "twice":
            sent[name] = [draw(VALUES), draw(st.sampled_from(offered))]
    if draw(st.booleans()):
        sent[draw(st.sampled_from(UNASKED))] = [draw(VALUES)]
    return sent
