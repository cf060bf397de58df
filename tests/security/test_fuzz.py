"""Every form of every page, answered as nobody should: refused in words, and nothing of anybody else changes.

``make fuzz`` sends far more (``WAYMARK_FUZZ`` requests for each role), every time others.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from accounts.models import User
from tests.desk.desk import Desk, make_desk
from tests.people import signed_in
from tests.security.crawl import every_path, state
from tests.security.fuzz import EVALUATED, answers, different, forms_on
from walking.care.plan import notes
from walking.care.plan.companions import add_companion
from walking.mail import links
from walking.models import Plan

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

#: Requests for each role.
REQUESTS = int(os.environ.get("WAYMARK_FUZZ", "100"))
KEPT_USER = ("is_staff", "is_superuser", "role", "clinic_id")
KEPT_PLAN = ("clinic_id", "patient_id")
#: What a database says of a statement that words have broken into.
BROKEN = ("syntax error at", "unrecognized token", "near &quot;", "Traceback")


@pytest.fixture
def desk() -> Desk:
    desk = make_desk("badger")
    at = timezone.now()
    notes.write(desk.plan, words="badger note", by=desk.physio, at=at)
    for kind in ("sitting", "loads", "movement"):
        add_companion(desk.plan, kind, by=desk.physio, at=at)
    return desk


@pytest.mark.parametrize("role", ["nobody", "patient", "physio", "manager"])
def test_no_form_fails_over_any_answer(desk: Desk, role: str) -> None:
    other = make_desk("aardvark")
    user = {"patient": desk.plan.patient, "physio": desk.physio, "manager": desk.manager}.get(role)
    client = signed_in(user) if user else Client()
    forms = different(form for path in _paths(desk, user) for form in forms_on(client, path))
    # How many pages of rows there are hangs on what numbers the database gave them.
    assert len(forms) >= {"nobody": 6, "patient": 20, "physio": 40, "manager": 45}[role]
    client.raise_request_exception = False
    theirs, rights, tried = state(other), _rights(), 0
    cookies = client.cookies.copy()

    @settings(
        max_examples=REQUESTS,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        database=None,
        # The whole of what was sent is in the message; to make it smaller would take as long again.
        phases=[Phase.explicit, Phase.generate],
    )
    @given(st.data())
    def send(data: st.DataObject) -> None:
        nonlocal tried
        form = data.draw(st.sampled_from(forms))
        sent = data.draw(answers(form))
        with _undone():
            client.cookies = cookies.copy()
            response = client.post(form.action, sent)
            tried += 1
            assert response.status_code < 500, (form.action, sent)
            said = _said(response)
            assert EVALUATED not in said, (form.action, sent)
            assert not any(words in said for words in BROKEN), (form.action, sent)
            connection.check_constraints()
            assert _rights(but=_made_here()) == rights, (form.action, sent)
            if tried % 10 == 0:
                assert state(other) == theirs, (form.action, sent)

    before = set(User.objects.values_list("pk", flat=True))

    def _made_here() -> set[int]:
        return set(User.objects.exclude(pk__in=before).values_list("pk", flat=True))

    send()
    print(f"{role}: {len(forms)} forms, {tried} requests, none got through")
    assert tried >= REQUESTS


def _paths(desk: Desk, user: User | None) -> list[str]:
    """The pages of whoever tries: the desk of staff, the app of patients, and the links in mail of everybody."""
    if user is not None:
        return sorted({it for it in every_path(desk) if it.startswith("/admin/") == user.is_staff})
    plan = desk.plan
    mailed = (
        links.check_in_url(plan, plan.week_number),
        links.invitation_url(desk.invitation),
        links.preferences_url(plan.patient),
        links.recurrence_url(plan, 1),
    )
    return [*("/" + url.split("/", 3)[3] for url in mailed), *sorted(set(every_path(desk)))]


def _said(response: Any) -> str:
    """The page's text; of a download it is read to its end, which closes its file, and nothing is said."""
    if response.streaming:
        for _part in response:
            pass
        return ""
    return str(response.content.decode(errors="replace"))


def _rights(but: set[int] | None = None) -> list[object]:
    """Who may do what, and whose each plan is; whom the request has made (``but``) is left out."""
    users = User.objects.exclude(pk__in=but or ()).order_by("pk").values_list("pk", *KEPT_USER)
    plans = Plan.objects.exclude(patient__in=but or ()).order_by("pk")
    return [*users, *plans.values_list("pk", *KEPT_PLAN)]


@contextmanager
def _undone() -> Iterator[None]:
    """What one request did is taken back, so that the next meets the same clinic."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.mark.parametrize("key", ["_¸", "9" * 400, "9223372036854775808", "-1", "", "\u0663"])
@pytest.mark.database
def test_a_list_tells_of_a_box_that_is_nobodys(desk: Desk, key: str) -> None:
    """Found by the fuzzer: Django's lists fail over a key that can be none."""
    sent = {"action": "put_off", "index": "0", "_selected_action": [str(desk.plan.pk), key]}
    response = signed_in(desk.physio).post("/admin/walking/plan/", sent, follow=True)
    assert response.status_code == 200
