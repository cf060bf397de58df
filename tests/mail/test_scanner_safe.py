"""Every kind of mail, as it arrives: programs that open its links before a person does change nothing."""

from __future__ import annotations

import datetime as dt
import re
from email.message import EmailMessage
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.apps import apps
from django.test import Client
from django.utils import timezone

from config.environment import mailers
from tests.desk.desk import enrolled, make_desk
from tests.services import SmtpSink, body_of
from walking.care.plan.adjust import set_next_dose
from walking.care.record.erase import ask_to_erase
from walking.care.weeks.check_in import report_red_flags
from walking.care.weeks.reviews import catch_up
from walking.mail import outbox
from walking.mail.delivery import deliver_due
from walking.models import Mail, Plan
from walking.programme.dose import Dose
from walking.programme.red_flags import RedFlag
from walking.programme.weeks import local_day

pytestmark = pytest.mark.django_db


@pytest.fixture
def letters(smtp: SmtpSink, settings: Any) -> dict[str, EmailMessage]:
    """One mail of each kind, as use cases and the calendar queue them, delivered now."""
    settings.MAILERS = mailers(f"{smtp.url}?timeout=60")
    now = timezone.now()
    desk = make_desk("hill")
    Mail.objects.exclude(invitation=desk.invitation).delete()

    # Somebody who walked nothing and answered nothing: the review tells the new week.
    plan = catch_up(enrolled(desk.physio, name="Nora", email="nora@home.example"), now)
    set_next_dose(
        plan, dose=Dose(10, 3), reason="Knee", message="Let us stay here for a week.",
        by=desk.physio, at=now, version=plan.version,
    )  # fmt: skip
    contact = plan.contacts.filter(state="planned").order_by("number").last()
    assert contact is not None
    contact.due = local_day(now, plan.patient.zone) + dt.timedelta(days=1)
    contact.save()
    # Somebody with a warning sign.
    flagged = enrolled(desk.physio, name="Fred", email="fred@home.example")
    report_red_flags(flagged, red_flags=[next(iter(RedFlag))], by=flagged.patient, at=now)

    def due(kind: Mail.Kind, about: str, **whom: Any) -> Mail:
        return outbox.queued(kind, about=about, due_at=now, at=now, **whom)

    anna: Plan = plan
    whom = {"plan": anna, "recipient": anna.patient}
    outbox.queue(
        [
            due(Mail.Kind.CHECK_IN, f"week:{anna.week_number}", **whom),
            due(Mail.Kind.RECURRENCE, "month:9", **whom),
            due(Mail.Kind.CONTACT, f"contact:{contact.number}", **whom),
            due(Mail.Kind.DIGEST, "2026-01-01", recipient=desk.physio),
        ]
    )
    ask_to_erase(anna.patient, by=anna.patient, at=now)
    Mail.objects.update(due_at=now, next_attempt_at=now)
    deliver_due(now)
    kinds = dict(Mail.objects.filter(state="sent").values_list("message_id", "kind"))
    found = {kinds[message["Message-ID"]]: message for message in smtp.messages}
    not_sent = Mail.objects.exclude(state="sent").values_list("kind", "state", "outcome")
    assert set(found) == set(Mail.Kind.values), list(not_sent)
    return found


def links_of(message: EmailMessage) -> set[str]:
    html = BeautifulSoup(body_of(message, "html"), "html.parser")
    links = {link["href"] for link in html.find_all("a")}
    links |= set(re.findall(r"https?://[^\s<>]+", body_of(message)))
    links |= set(re.findall(r"<(https?://[^>]+)>", str(message["List-Unsubscribe"] or "")))
    return {link for link in links if link.startswith("http")}


def everything() -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table, sessions and sign-ins too."""
    return {
        model._meta.label: list(model._default_manager.order_by("pk").values_list())
        for model in apps.get_models()
    }


@pytest.mark.parametrize("method", ["get", "head"])
def test_opening_every_link_of_every_mail_changes_nothing(
    letters: dict[str, EmailMessage], smtp: SmtpSink, method: str
) -> None:
    came, before, opened = len(smtp.messages), everything(), set()
    for kind, message in letters.items():
        links = links_of(message)
        assert links, kind
        for link in sorted(links):
            assert link.startswith("http://testserver/"), "only to ourselves, and through nobody"
            for _twice in range(2):
                # A scanner follows where it is led, and keeps no cookies.
                response = getattr(Client(), method)(
                    link.removeprefix("http://testserver"), follow=True
                )
                assert response.status_code == 200, (kind, link)
            opened.add(link)
    assert len(opened) > 10
    assert everything() == before
    assert len(smtp.messages) == came


def test_the_same_links_still_work_for_the_person(letters: dict[str, EmailMessage]) -> None:
    message = letters[Mail.Kind.CHECK_IN]
    address = str(message["List-Unsubscribe"]).strip("<>").removeprefix("http://testserver")
    client = Client(enforce_csrf_checks=True)
    client.get(address)
    recipient = Mail.objects.get(message_id=message["Message-ID"]).recipient
    assert recipient is not None
    assert not hasattr(recipient, "mail_preference") or recipient.mail_preference.check_in
    answer = client.post(
        address,
        "List-Unsubscribe=One-Click",
        content_type="application/x-www-form-urlencoded",
    )
    assert answer.status_code == 200
    recipient.refresh_from_db()
    assert not recipient.mail_preference.check_in
    assert recipient.mail_preference.week_plan


def test_every_mail_says_that_a_program_wrote_it(letters: dict[str, EmailMessage]) -> None:
    for kind, message in letters.items():
        assert message["Auto-Submitted"] == "auto-generated", kind
        assert message["List-Id"] == "Waymark <waymark.testserver>", kind
        assert message["Precedence"] is None, kind
        one_click = message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert one_click == (message["List-Unsubscribe"] is not None), kind


def test_every_mail_is_small_and_reads_well_as_text_and_in_the_dark(
    letters: dict[str, EmailMessage],
) -> None:
    for kind, message in letters.items():
        assert len(message.as_bytes()) < 60_000, kind
        html = body_of(message, "html")
        page = BeautifulSoup(html, "html.parser")
        scheme = page.find("meta", attrs={"name": "color-scheme"})
        assert scheme is not None, kind
        assert scheme["content"] == "light dark"
        assert "prefers-color-scheme: dark" in html
        # Layout by tables, with the styles on the elements: for the programs that know no others.
        assert page.find("table", attrs={"role": "presentation"})["style"]  # type: ignore[index]
        assert not page.find_all(["script", "img", "link"])
        text = body_of(message)
        assert not re.search(r"<\w+|&\w+;|\{[{%]", text), kind
        assert text.startswith("Hello "), kind
        for line in text.splitlines():
            assert len(line) <= 78 or "http" in line, (kind, line)
        assert "\n\n\n\n" not in text.replace("\r\n", "\n")
