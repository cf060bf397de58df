"""A clinic with a patient in every state that a page can show; made by the use cases, inside a ``Stack``.

All of it is as on the evening of ``NOW``, the last day of a week for everybody who has begun.
"""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any
from zoneinfo import ZoneInfo

from django.test import Client

from accounts.models import User
from tests.days import START, ZONE, local
from tests.history import live, walk_on
from tests.people import make_invitation, make_manager, make_paper_plan, make_physio, make_plan
from walking.care.diary.walks import log_walk, remove_walk
from walking.care.enrolment.email_address import offer_address
from walking.care.enrolment.requests import ask_to_join, open_door
from walking.care.learning.lessons import library
from walking.care.learning.progress import give_lesson, read_lesson, will_try
from walking.care.pain.flare_up import report_flare_up
from walking.care.plan.adjust import set_next_dose
from walking.care.plan.companions import add_companion
from walking.care.plan.notes import write
from walking.care.weeks.check_in import check_in
from walking.companions.loads.care import choose_tasks, say_how_sure, try_task
from walking.companions.movement.care import set_up, write_session
from walking.companions.movement.rules import Pattern, Version
from walking.companions.sitting.care import tell_usual, write_day
from walking.mail import links, outbox
from walking.mail.again import send_again
from walking.models import CheckIn, Mail, MailRefusal, Plan
from walking.programme import facts
from walking.programme.dose import Dose
from walking.programme.red_flags import RedFlag
from walking.programme.settings import Programme
from walking.programme.weeks import local_day

WEEKS = 5
LAST_WEEK = START + dt.timedelta(weeks=WEEKS)
NOW = dt.datetime.combine(
    LAST_WEEK + dt.timedelta(days=6), dt.time(18, 30), ZoneInfo(ZONE)
).astimezone(dt.UTC)
#: Whose check-in is answered in a test without scripts.
EARLY_RISER = "Ivan Petrov"


def make() -> dict[str, Any]:
    """Makes all of them, and returns ``sessions`` by first name and ``paths`` of their pages by what they show."""
    physio = make_physio()
    manager = make_manager(physio.clinic, email="manager@harbour.example", name="Max Hall")

    rosa = live(_enrolled(physio, "Rosa Marin", START), WEEKS)
    walks = [walk_on(rosa, WEEKS * 7 + number, pain=2) for number in (1, 2, 4)]
    removed = walk_on(rosa, WEEKS * 7 + 5)
    remove_walk(removed, by=rosa.patient, at=NOW)

    anna = _enrolled(physio, "Anna Berg", LAST_WEEK)
    _answers(anna, pain=1, confidence=8)
    _practises(anna, physio)
    flora = live(_enrolled(physio, "Flora Diaz", START), WEEKS)
    report_flare_up(flora, started=None, by=flora.patient, at=NOW)
    lessons = library(flora.clinic, "en")
    read_lesson(flora, lessons["why-walking"], answers=[0, 0, 2], at=NOW)
    will_try(flora, "why-walking", words="The path by the river.", at=NOW)
    give_lesson(flora, lessons["sitting-less"], message="For the desk.", by=physio, at=NOW)
    _companions(physio, rosa, anna, flora)
    _enrolled(physio, EARLY_RISER, LAST_WEEK)
    kate = _enrolled(physio, "Kate Novak", LAST_WEEK)
    joan = _enrolled(physio, "Joan Whitfield", _today() + dt.timedelta(days=1), at=NOW)
    olive = _enrolled(physio, "Olive Grant", LAST_WEEK)
    _answers(olive, red_flags=(RedFlag.LEG_WEAKNESS,))
    hannah = live(_enrolled(physio, "Hannah Weiss", START, Programme(length_weeks=WEEKS)), WEEKS)

    grace = live(_enrolled(physio, "Grace Muller", START), WEEKS)
    grace.refresh_from_db()
    set_next_dose(
        grace, dose=Dose(12, 4), reason="Feels strong.", message="You are doing well.", by=physio,
        at=NOW, version=grace.version,
    )  # fmt: skip
    write(grace, words="Feels strong.", by=physio, at=NOW)
    ida = _on_paper(physio)
    offered = offer_address(ida, email="ida@example.org", by=physio, at=NOW)
    to_read = make_invitation(physio, "moira@example.org", "It was good to see you.", at=NOW)
    to_accept = make_invitation(physio, "bill@example.org", at=NOW)

    door = open_door(by=manager, at=NOW)
    ask_to_join(door, name="Vera Lind", email="vera@example.org", words="Mornings.", at=NOW)

    failed = _failed_mail(grace)
    send_again(failed, by=physio, reason="She rang and has nothing.", at=NOW)

    people = {"physio": physio, "manager": manager} | {
        plan.patient.name.split()[0].lower(): plan.patient
        for plan in (rosa, anna, flora, joan, olive, hannah, grace, kate)
    }
    return {
        "sessions": {name: _session(person) for name, person in people.items()},
        "paths": {
            "invitation": _path(links.invitation_url(to_read)),
            "first password": _path(links.invitation_url(offered)),
            "invitation to accept": _path(links.invitation_url(to_accept)),
            "check-in by link": _path(links.check_in_url(rosa, WEEKS + 1)),
            "check-in by link, answered": _path(links.check_in_url(anna, 1)),
            "check-in by link, warning sign": _path(links.check_in_url(olive, 1)),
            "mail preferences": _path(links.preferences_url(rosa.patient)),
            "monthly question": _path(links.recurrence_url(rosa, 1)),
            "desk: movement": f"/admin/walking/plan/{anna.pk}/movement/",
            "walk": f"/diary/{walks[0].pk}/",
            "desk: plan": f"/admin/walking/plan/{rosa.pk}/change/",
            "desk: paused plan": f"/admin/walking/plan/{olive.pk}/change/",
            "desk: dose": f"/admin/walking/plan/{rosa.pk}/dose/",
            "desk: resume": f"/admin/walking/plan/{olive.pk}/resume/",
            "desk: lessons": f"/admin/walking/plan/{flora.pk}/lessons/",
            "desk: companions": f"/admin/walking/plan/{rosa.pk}/companions/",
            "desk: note": f"/admin/walking/plan/{grace.pk}/note/",
            "desk: as patient": f"/admin/walking/plan/{rosa.pk}/as-patient/today/",
            "desk: contact": f"/admin/walking/contact/{grace.contacts.get(number=2).pk}/change/",
            "desk: note to correct": f"/admin/walking/plan/{grace.pk}/note/1/",
            "desk: note to take back": f"/admin/walking/plan/{grace.pk}/note/1/take-back/",
            "desk: plan with a note": f"/admin/walking/plan/{grace.pk}/change/",
            "desk: withdraw the dose": f"/admin/walking/plan/{grace.pk}/withdraw-dose/",
            **{
                f"desk: {slug}": f"/admin/walking/plan/{rosa.pk}/{slug}/"
                for slug in ("hold", "ease", "settings", "restart", "pause", "complete")
            },
            **{
                f"desk: {name} as patient": f"/admin/walking/plan/{rosa.pk}/as-patient/{name}/"
                for name in ("plan", "diary")
            },
            "desk: plan without email": f"/admin/walking/plan/{ida.pk}/change/",
            "desk: address": f"/admin/walking/plan/{ida.pk}/address/",
            "desk: keep or erase": f"/admin/keeping/{ida.pk}/",
            "desk: consent to research": f"/admin/research/{ida.pk}/",
            "ask to join": f"/join/{door.slug}/",
            "privacy notice": f"/notices/{ida.clinic_id}/privacy/",
            "terms of use": f"/notices/{ida.clinic_id}/terms/",
            "desk: walk to correct": f"/admin/walking/plan/{ida.pk}/entry/walk/{ida.walks.first().pk}/",
            "desk: signs to tell": f"/admin/walking/plan/{olive.pk}/entry/warning-signs/?now=1",
            "desk: enter warning signs": f"/admin/walking/plan/{olive.pk}/entry/warning-signs/",
            **{
                f"desk: enter {what}": f"/admin/walking/plan/{ida.pk}/entry/{what}/"
                for what in ("walk", "check-in", "flare-up")
            },
            "desk: enter days away": f"/admin/walking/plan/{ida.pk}/entry/away/",
            "desk: enter questionnaire": f"/admin/walking/plan/{ida.pk}/entry/questionnaire/",
            "desk: enter month": f"/admin/walking/plan/{ida.pk}/entry/month/",
            "desk: clinic": f"/admin/accounts/clinic/{physio.clinic_id}/change/",
            "desk: invitation on paper": f"/admin/walking/invitation/{to_read.pk}/paper/",
            "desk: invitation to take back": f"/admin/walking/invitation/{to_read.pk}/take-back/",
            "desk: mail that failed": f"/admin/walking/mail/{failed.pk}/change/",
            "desk: mail to send again": f"/admin/walking/mail/{failed.pk}/again/",
            "desk: history": f"/admin/walking/plan/{grace.pk}/history/",
            "desk: invitation": f"/admin/walking/invitation/{to_read.pk}/change/",
            "desk: review": f"/admin/walking/review/{rosa.reviews.first().pk}/change/",
            "desk: check-in": f"/admin/walking/checkin/{anna.check_ins.first().pk}/change/",
            "desk: person": f"/admin/accounts/user/{rosa.patient.pk}/change/",
        },
    }


def _practises(plan: Plan, physio: User) -> None:
    """Movement retraining with a correction, and a session of today."""
    programme = add_companion(plan, "movement", by=physio, at=NOW)
    words = {Pattern.ROLLING: "You are doing well."}
    set_up(programme, patterns=Pattern, corrections=words, by=physio, at=NOW)
    write_session(
        programme, pattern=Pattern.KNEELING, version=Version.EASIER, amount=6, safe=7, pain=2,
        day=local_day(NOW, plan.patient.zone), client_id=uuid.uuid4(), at=NOW,
    )  # fmt: skip


def _failed_mail(plan: Plan) -> Mail:
    """A monthly question that was tried twice."""
    mail = outbox.queued(
        Mail.Kind.RECURRENCE, plan=plan, recipient=plan.patient, about="month:2", due_at=NOW, at=NOW
    )
    outbox.queue([mail])
    mail = Mail.objects.get(message_id=mail.message_id)
    words = ("451 4.3.0 try again later", "550 5.7.1 message refused")
    for number, said in enumerate(words, 1):
        MailRefusal(mail=mail, number=number, words=said, at=NOW).save()
    mail.state, mail.attempts, mail.outcome, mail.settled_at = "failed", 2, words[-1], NOW
    mail.save()
    return mail


def _enrolled(
    physio: User,
    name: str,
    start: dt.date,
    programme: Programme | None = None,
    at: dt.datetime | None = None,
) -> Plan:
    at = at or local(start, 9)
    email = f"{name.split()[0].lower()}@example.org"
    invitation = make_invitation(physio, email, name=name, programme=programme, at=at)
    return make_plan(invitation=invitation, start=start, at=at)


def _on_paper(physio: User) -> Plan:
    """Somebody without an email address, whose first walks are entered at the desk."""
    plan = make_paper_plan(physio, start=LAST_WEEK, at=local(LAST_WEEK, 9))
    for days in (0, 2):
        day = LAST_WEEK + dt.timedelta(days=days)
        log_walk(plan, day=day, minutes=10, pain=2, by=physio, why="told", at=local(day, 12))
    return plan


def _companions(physio: User, rosa: Plan, anna: Plan, flora: Plan) -> None:
    """Rosa's run, Anna's begin, Flora's rest in her flare-up."""
    for plan in (rosa, anna, flora):
        for kind in ("sitting", "loads"):
            add_companion(plan, kind, message="", by=physio, at=plan.created_at)
    today = _today()
    sitting, loads = rosa.companions.order_by("number")
    tell_usual(sitting, work_day=600, free_day=420, break_after=30, at=NOW)
    for ago, less in enumerate((20, 10, 0, 30)):
        day = today - dt.timedelta(days=ago)
        write_day(sitting, day=day, less=less, client_id=uuid.uuid4(), at=NOW)
    choose_tasks(loads, first="bed", second="shopping", at=NOW)
    for ago in (4, 2, 0):
        day = today - dt.timedelta(days=ago)
        try_task(loads, "bed", day=day, level=1, pain=2, client_id=uuid.uuid4(), at=NOW)
    say_how_sure(loads, "bed", sure=6, at=NOW)


def _answers(plan: Plan, **answers: Any) -> None:
    check_in(
        plan, week_number=1, answers=facts.CheckIn(**({"red_flags": ()} | answers)), words="The dog came along.",
        via=CheckIn.Via.APP, by=plan.patient, at=NOW,
    )  # fmt: skip


def _today() -> dt.date:
    return NOW.astimezone(ZoneInfo(ZONE)).date()


def _session(person: User) -> str:
    client = Client()
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client.cookies["sessionid"].value


def _path(url: str) -> str:
    return "/" + url.split("/", 3)[3]
