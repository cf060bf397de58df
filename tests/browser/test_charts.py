"""Charts in a real browser: every mark can be seen, on the narrowest phone as on a laptop, light and dark."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone

from accounts.models import User
from tests.desk.desk import enrolled
from tests.desk.test_evidence import followed
from tests.people import make_clinic, make_physio, signed_in
from walking.care.diary.walks import log_walk
from walking.care.plan.companions import add_companion
from walking.care.weeks.reviews import catch_up
from walking.companions.movement.care import set_up, write_session
from walking.companions.movement.rules import Pattern, Version
from walking.companions.sitting.care import tell_usual, write_day
from walking.models import Plan
from walking.programme.weeks import local_day

if TYPE_CHECKING:
    from playwright.sync_api import Page, ViewportSize

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PHONE: ViewportSize = {"width": 390, "height": 844}
NARROWEST: ViewportSize = {"width": 320, "height": 640}
LAPTOP: ViewportSize = {"width": 1280, "height": 900}

#: The marks that each page must show.
PATIENT = {
    "/": [".scene .scene__sky", ".scene .scene__post", ".scene .scene__path"],
    "/today/": [".scene .scene__path", ".scene .scene__post--done", ".week .mark--done"],
    "/plan/": [
        ".journey .journey__way--walked", ".journey .scene__post", ".journey .journey__flag", ".journey__here circle",
        "figure > .chart .chart__bar:not(.chart__bar--now)", "figure > .chart .chart__bar--now",
        "figure > .chart .chart__planned", "figure > .chart .chart__grid", "figure > .chart .chart__band--safe",
        "figure > .chart .chart__line", "figure > .chart .chart__most", "figure > .chart .chart__dots",
        ".key .chart__bar", ".key .chart__bar--now", ".key .chart__planned", ".key .chart__most", ".key .chart__dots",
    ],
    "/companions/sitting/": [".bars .bars__way", ".bars .bars__done", ".bars .bars__trial"],
    "/today/walk/": [".timer__track"],
}  # fmt: skip
DESK = {
    "/admin/walking/plan/": [".week-bars rect", ".week-bars line"],
    "plan": [
        ".weeks-chart__bar:not(.weeks-chart__bar--now)", ".weeks-chart__bar--now", ".weeks-chart__planned",
        ".weeks-chart__grid", ".weeks-chart__course", ".weeks-chart--pain circle", ".week-bars rect",
    ],
    "movement": [".move-chart .move-grid", ".move-chart .move-dot"],
    "/admin/reports/": [
        ".weeks-chart__bar", ".weeks-chart__planned", ".weeks-chart__grid", ".weeks-chart__trial",
        ".row-bar .piece-all",
    ],
    "/admin/evidence/": [".km .km__grid", ".km .km__step", ".km .km__band", ".km-key .km__step"],
}  # fmt: skip

#: The shapes of pictures that nobody can see, and how many shapes match what a page must show.
LOOK = """selectors => {
    const unseen = [];
    const nothing = (paint) => paint === "none" || /^rgba\\(.*, 0\\)$/.test(paint);
    for (const shape of document.querySelectorAll("main svg *, #content svg *")) {
        if (!(shape instanceof SVGGeometryElement) || shape.closest(".icon, details:not([open]), [hidden]")) continue;
        // A week without a walk has a bar without a height.
        if (["width", "height"].some((side) => shape.getAttribute(side) === "0")) continue;
        const style = getComputedStyle(shape);
        const box = shape.getBoundingClientRect();
        const why = style.display === "none" ? "display"
            : style.visibility !== "visible" ? "visibility"
            : Number(style.opacity) === 0 ? "opacity"
            : nothing(style.fill) && nothing(style.stroke) ? "paint"
            : box.width + box.height === 0 && style.strokeLinecap !== "round" ? "size" : "";
        if (why) unseen.push(`${why}: ${shape.outerHTML.slice(0, 120)}`);
    }
    return {unseen, missing: selectors.filter((each) => !document.querySelector(each))};
}"""


@pytest.fixture
def physio(live_server: Any) -> User:
    return make_physio(make_clinic())


@pytest.fixture
def plan(physio: User) -> Plan:
    """A patient in week 3 who walked each week and today, sits less and practises movements."""
    now = timezone.now()
    plan = enrolled(physio, name="Rosa Marin", email="rosa@home.example", days_ago=17)
    for pain in (3, 2):
        plan = _week_walked(plan, pain)
    today = local_day(now, plan.patient.zone)
    log_walk(plan, day=today, minutes=12, pain=2, by=plan.patient, at=now)
    earlier = now - dt.timedelta(days=9)
    sitting = add_companion(plan, "sitting", by=physio, at=earlier)
    tell_usual(sitting, work_day=600, free_day=420, break_after=30, at=earlier)
    for days in range(8):
        at = earlier + dt.timedelta(days=days)
        day = local_day(at, plan.patient.zone)
        write_day(sitting, day=day, less=20, client_id=uuid.uuid4(), at=at)
    movement = add_companion(plan, "movement", by=physio, at=earlier)
    set_up(movement, patterns=Pattern, corrections={}, by=physio, at=earlier)
    for at in (earlier, now):
        write_session(
            movement, pattern=Pattern.ROLLING, version=Version.EASIER, amount=6, safe=7, pain=2,
            day=local_day(at, plan.patient.zone), client_id=uuid.uuid4(), at=at,
        )  # fmt: skip
    return plan


def _week_walked(plan: Plan, pain: int) -> Plan:
    """The running week walked in full and reviewed on the morning after its last day."""
    week, zone = plan.weeks.get(number=plan.week_number), plan.patient.zone
    for number in range(week.days):
        day = week.starts + dt.timedelta(days=number)
        at = dt.datetime.combine(day, dt.time(12), tzinfo=zone)
        log_walk(plan, day=day, minutes=week.minutes, pain=pain, by=plan.patient, at=at)
    morning = dt.datetime.combine(week.ends + dt.timedelta(days=1), dt.time(6), tzinfo=zone)
    catch_up(Plan.objects.get(pk=plan.pk), morning)
    return Plan.objects.get(pk=plan.pk)


def signed_in_page(page: Page, who: User, address: str) -> Page:
    cookie = signed_in(who).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": address}])
    return page


def unseen(page: Page, places: dict[str, list[str]], *sizes: ViewportSize) -> list[str]:
    found = []
    for path, marks in places.items():
        page.goto(path)
        for size in sizes:
            page.set_viewport_size(size)
            for scheme in ("light", "dark"):
                page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
                seen = page.evaluate(LOOK, marks)
                found += [
                    f"{path} {size['width']} {scheme} {what}: {each}"
                    for what, faults in seen.items()
                    for each in faults
                ]
    return found


def test_every_chart_of_a_patient_can_be_seen(
    plan: Plan, live_server: Any, new_page: Callable[..., Page]
) -> None:
    page = new_page(base_url=live_server.url)
    found = unseen(page, {"/": PATIENT["/"]}, PHONE, NARROWEST, LAPTOP)
    signed_in_page(page, plan.patient, live_server.url)
    rest = {path: marks for path, marks in PATIENT.items() if path != "/"}
    found += unseen(page, rest, PHONE, NARROWEST, LAPTOP)
    assert not found, "\n".join(found)


def test_every_chart_of_the_desk_can_be_seen(
    plan: Plan, physio: User, live_server: Any, new_page: Callable[..., Page]
) -> None:
    for number in range(12):
        followed(physio, number, event=30 * (number + 1) if number < 6 else None, months=6)
    desk = f"/admin/walking/plan/{plan.pk}"
    paths = {"plan": f"{desk}/change/", "movement": f"{desk}/movement/"}
    page = signed_in_page(new_page(base_url=live_server.url), physio, live_server.url)
    places = {paths.get(path, path): marks for path, marks in DESK.items()}
    found = unseen(page, places, PHONE, NARROWEST, LAPTOP)
    assert not found, "\n".join(found)
