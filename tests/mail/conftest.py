"""A mailbox at a real SMTP server, and rows to put in it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from config.environment import mailers
from tests.people import insert_plan, make_clinic, make_patient, make_physio
from tests.services import SmtpSink
from walking.mail import outbox
from walking.models import Invitation, Mail, Plan


@pytest.fixture
def post(smtp: SmtpSink, settings: Any) -> SmtpSink:
    """The mail server that the app sends to."""
    settings.MAILERS = mailers(f"{smtp.url}?timeout=60")
    return smtp


@pytest.fixture
def plan(db: None) -> Plan:
    """Anna's plan in Sydney, with Ruth at Hillside Clinic, in its first week (2 to 8 March 2026)."""
    clinic = make_clinic(
        name="Hillside Clinic", phone="02 5550 1234", email="desk@hillside.example"
    )
    physiotherapist = make_physio(clinic, email="ruth@hillside.example")
    patient = make_patient(clinic, email="anna@home.example")
    return insert_plan(patient=patient, physiotherapist=physiotherapist)


def queue(
    kind: Mail.Kind,
    about: str,
    due_at: dt.datetime,
    *,
    plan: Plan | None = None,
    invitation: Invitation | None = None,
    **fields: Any,
) -> Mail:
    """One row, as a use case writes it."""
    fields.setdefault("recipient", plan.patient if plan else None)
    mail = outbox.queued(
        kind, plan=plan, invitation=invitation, about=about, due_at=due_at, at=due_at, **fields
    )
    assert outbox.queue([mail]) == 1
    return Mail.objects.get(message_id=mail.message_id)


@pytest.fixture
def queue_check_in() -> Callable[[Plan], Mail]:
    """Queue the check-in of the running week, due when the plan says."""

    def make(plan: Plan) -> Mail:
        assert plan.next_check_in_at is not None
        about = f"week:{plan.week_number}"
        return queue(Mail.Kind.CHECK_IN, about, plan.next_check_in_at, plan=plan)

    return make
