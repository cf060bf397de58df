"""A push service that the app may post to, and a patient whose phone is set up."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.days import moment
from tests.people import make_plan
from tests.push.service import Browser, PushService, push_service
from walking.care.diary.reminders import add_device, choose_reminders
from walking.models import Plan, PushSubscription
from walking.push.keys import new_private_key

EVERY_DAY = range(7)


@pytest.fixture
def service(settings: Any) -> Iterator[PushService]:
    settings.VAPID_PRIVATE_KEY = new_private_key()
    settings.PUSH_PRIVATE_HOSTS = True
    with push_service() as running:
        yield running


@pytest.fixture
def plan(db: None) -> Plan:
    """Rosa's plan in Sydney, from Monday 2 March 2026: 10 minutes on 3 days."""
    return make_plan()


type Subscribe = Callable[..., tuple[PushSubscription, Browser]]


@pytest.fixture
def subscribe(service: PushService) -> Subscribe:
    """``subscribe(plan, "phone")``: that device shows the plan's reminders; every day at 10 unless chosen."""

    def add(
        plan: Plan, name: str = "phone", day: int = 1, hour: int = 6
    ) -> tuple[PushSubscription, Browser]:
        browser = Browser()
        row = add_device(
            plan,
            endpoint=f"{service.url}/{plan.pk}/{name}",
            **browser.keys,
            label=name,
            device=f"{plan.pk}-{name}"[:32],
            at=moment(day, hour),
        )
        return row, browser

    return add


@pytest.fixture
def reminded(plan: Plan, subscribe: Subscribe) -> tuple[Plan, Browser]:
    """The plan, and the phone that shows its reminders every day at 10."""
    import datetime as dt

    _row, browser = subscribe(plan)
    choose_reminders(plan, weekdays=EVERY_DAY, hour=dt.time(10), at=moment(1, 6))
    return plan, browser
