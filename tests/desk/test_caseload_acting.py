"""Acting on the caseload: acknowledge, put off, take back, hand over; views by name."""

from __future__ import annotations

import datetime as dt

import pytest
from bs4 import BeautifulSoup
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from accounts.models import Access, User
from tests.desk.desk import enrolled, week_walked
from tests.people import insert_plan, make_clinic, make_patient, make_physio, signed_in
from walking.care.attention.acknowledge import look_again
from walking.care.pain.flare_up import report_flare_up
from walking.care.weeks.check_in import report_red_flags
from walking.desk.caseload.actions import AT_ONCE
from walking.models import Acknowledgement, Attention, Plan
from walking.programme.red_flags import RedFlag

pytestmark = pytest.mark.django_db

CASELOAD = "/admin/walking/plan/"
ATTEND = CASELOAD + "attend/"


def hurting(physio: User, name: str = "Hanna") -> Plan:
    plan = enrolled(physio, name=name, email=f"{name.lower()}@home.example")
    return week_walked(plan, pain=7)


def alarmed(physio: User) -> Plan:
    plan = enrolled(physio, name="Uma", email="uma@home.example", days_ago=2)
    report_red_flags(plan, red_flags=[RedFlag.TRAUMA], by=plan.patient, at=timezone.now())
    return Plan.objects.get(pk=plan.pk)


def act(client: Client, do: str, *plans: Plan, **typed: str) -> int:
    """Opens the page that names the patients, and sends its form."""
    asked = {"do": do, "plan": [plan.pk for plan in plans]}
    page = BeautifulSoup(client.get(ATTEND, asked).content, "html.parser")
    for plan in plans:
        assert plan.patient.name in page.get_text()
    shown = {field["name"]: field["value"] for field in page.select("input[name^=state-]")}
    query = "&".join([f"do={do}", *(f"plan={plan.pk}" for plan in plans)])
    return client.post(f"{ATTEND}?{query}", shown | typed).status_code


def waiting() -> list[str]:
    return [row.kind for row in Attention.objects.waiting()]


def test_it_leaves_the_list_once_acknowledged_and_keeps_the_note() -> None:
    physio = make_physio()
    plan, client = hurting(physio), signed_in(physio)
    assert waiting() == ["pain"]
    assert act(client, "acknowledge", plan, note="Rang; the hill was too steep.") == 302
    assert waiting() == []
    page = client.get(CASELOAD).content.decode()
    assert "Rang; the hill was too steep." in page
    assert "Nobody at the moment" in page
    line = Access.objects.get(action="changed", what="acknowledged")
    assert (line.by, line.patient, line.why) == (
        physio,
        plan.patient,
        "Rang; the hill was too steep.",
    )


def test_something_new_brings_it_back() -> None:
    physio = make_physio()
    plan = hurting(physio)
    act(signed_in(physio), "acknowledge", plan, note="Rang.")
    report_flare_up(plan, by=plan.patient, at=timezone.now())
    assert waiting() == ["flare_up"]


def test_a_note_is_asked_for() -> None:
    physio = make_physio()
    plan = hurting(physio)
    assert act(signed_in(physio), "acknowledge", plan, note="  ") == 422
    assert waiting() == ["pain"]


def test_what_came_while_the_page_was_open_is_not_acknowledged() -> None:
    physio = make_physio()
    plan, client = hurting(physio), signed_in(physio)
    shown = Attention.objects.get(pk=plan.pk).state
    report_red_flags(plan, red_flags=[RedFlag.TRAUMA], by=plan.patient, at=timezone.now())
    typed = {f"state-{plan.pk}": shown, "note": "Rang about the pain."}
    answer = client.post(f"{ATTEND}?do=acknowledge&plan={plan.pk}", typed)
    assert answer.status_code == 422
    assert "Something has changed" in answer.content.decode()
    assert waiting()[0] == "urgent"


def test_a_red_flag_stays_in_sight_after_it_was_acknowledged_until_the_plan_is_resumed() -> None:
    physio = make_physio()
    plan, client = alarmed(physio), signed_in(physio)
    assert act(client, "acknowledge", plan, note="Rang; she goes to the hospital.") == 302
    assert waiting() == []
    page = BeautifulSoup(client.get(CASELOAD).content, "html.parser")
    assert "Uma" in page.select_one(".seen-urgent").get_text()
    from walking.care.plan.pause import resume
    from walking.programme.dose import Dose

    resume(
        plan, dose=Dose(10, 3), note="Cleared.", by=physio, at=timezone.now(), version=plan.version
    )
    page = BeautifulSoup(client.get(CASELOAD).content, "html.parser")
    assert page.select_one(".seen-urgent") is None


def test_a_red_flag_cannot_be_put_off() -> None:
    physio = make_physio()
    plan = alarmed(physio)
    until = (timezone.now() + dt.timedelta(days=3)).date().isoformat()
    assert act(signed_in(physio), "snooze", plan, until=until) == 422
    assert waiting() == ["urgent"]


def test_what_was_put_off_comes_back_on_its_day() -> None:
    physio = make_physio()
    plan, now = hurting(physio), timezone.now()
    until = (now + dt.timedelta(days=3)).date()
    assert act(signed_in(physio), "snooze", plan, until=until.isoformat()) == 302
    assert waiting() == []
    look_again(now + dt.timedelta(days=1))
    assert waiting() == []
    look_again(now + dt.timedelta(days=4))
    assert waiting() == ["pain"]


@pytest.mark.database
def test_it_can_be_taken_back() -> None:
    physio = make_physio()
    plan, client = hurting(physio), signed_in(physio)
    act(client, "acknowledge", plan, note="Wrong patient.")
    assert client.post(f"{CASELOAD}{plan.pk}/take-back/").status_code == 302
    assert waiting() == ["pain"]
    assert [fact.action for fact in Acknowledgement.objects.all()] == ["seen", "undone"]


def test_it_is_done_to_all_that_were_named_or_to_none() -> None:
    physio = make_physio()
    plans = [hurting(physio, "Hanna"), alarmed(physio)]
    until = (timezone.now() + dt.timedelta(days=3)).date().isoformat()
    assert act(signed_in(physio), "snooze", *plans, until=until) == 422
    assert sorted(waiting()) == ["pain", "urgent"]
    assert act(signed_in(physio), "acknowledge", *plans, note="Rang both.") == 302
    assert waiting() == []


@pytest.mark.database
@pytest.mark.slow
def test_more_than_can_be_read_are_refused_in_words_and_none_is_left_out() -> None:
    physio = make_physio()
    plans = [
        insert_plan(patient=make_patient(physio.clinic), physiotherapist=physio)
        for _ in range(AT_ONCE + 1)
    ]
    client = signed_in(physio)
    told = "more than 100 patients. Choose fewer"
    everybody = {"action": "assign", "select_across": "1", "_selected_action": plans[0].pk}
    refused = client.post(CASELOAD, everybody, follow=True)
    assert refused.redirect_chain == [(CASELOAD, 302)]
    assert told in refused.content.decode()
    asked = {"do": "assign", "plan": [plan.pk for plan in plans]}
    assert told in client.get(ATTEND, asked, follow=True).content.decode()
    # With one fewer, all of them are named.
    asked["plan"].pop()
    page = client.get(ATTEND, asked).content.decode()
    assert page.count('name="state-') == AT_ONCE


@pytest.mark.database
def test_a_patient_is_handed_to_a_colleague_of_the_clinic_only() -> None:
    physio = make_physio()
    colleague, stranger = make_physio(physio.clinic, name="Bo"), make_physio()
    plan, client = hurting(physio), signed_in(physio)
    assert act(client, "assign", plan, to=str(stranger.pk)) == 422
    assert act(client, "assign", plan, to=str(colleague.pk)) == 302
    plan.refresh_from_db()
    assert plan.physiotherapist == colleague


def test_another_clinics_patient_is_not_there() -> None:
    plan = hurting(make_physio())
    client = signed_in(make_physio(make_clinic()))
    for do in ("acknowledge", "snooze", "assign"):
        assert client.get(ATTEND, {"do": do, "plan": plan.pk}).status_code == 404
        assert client.post(f"{ATTEND}?do={do}&plan={plan.pk}", {"note": "x"}).status_code == 404
    assert client.post(f"{CASELOAD}{plan.pk}/take-back/").status_code == 404
    assert waiting() == ["pain"]


@pytest.mark.database
def test_a_view_is_kept_by_name_shared_and_opened_first() -> None:
    physio = make_physio()
    client = signed_in(physio)
    kept = {"name": "In pain", "query": "needs=pain&password=x", "shared": "on", "is_default": "on"}
    client.post(CASELOAD + "views/", kept)
    assert client.get("/admin/").headers["Location"] == f"{CASELOAD}?needs=pain"
    assert "In pain" in signed_in(make_physio(physio.clinic)).get(CASELOAD).content.decode()
    assert "In pain" not in signed_in(make_physio()).get(CASELOAD).content.decode()


@pytest.mark.database
def test_the_command_finds_and_mends_what_is_wrong() -> None:
    plan = hurting(make_physio())
    call_command("attention")
    Attention.objects.filter(pk=plan.pk).update(kind="", rank=None, since=None)
    with pytest.raises(CommandError, match="1 plans differ"):
        call_command("attention")
    call_command("attention", rebuild=True)
    call_command("attention")
    assert waiting() == ["pain"]


def test_every_deed_is_in_the_audit_trail_of_each_patient() -> None:
    clinic = make_clinic()
    physio, colleague = make_physio(clinic), make_physio(clinic)
    plans, client = [hurting(physio), hurting(physio, "Henry")], signed_in(physio)
    in_three_days = (timezone.localdate() + dt.timedelta(days=3)).isoformat()

    def told(what: str) -> list[tuple[str, int, str]]:
        lines = Access.objects.filter(action="changed", what=what).order_by("patient__name")
        return [(line.patient.name, line.by_id, line.why) for line in lines]

    assert act(client, "snooze", *plans, until=in_three_days, note="Away") == 302
    assert told("snoozed") == [("Hanna", physio.pk, "Away"), ("Henry", physio.pk, "Away")]
    assert client.post(f"{CASELOAD}{plans[0].pk}/take-back/").status_code == 302
    assert told("acknowledgement_undone") == [("Hanna", physio.pk, "")]
    assert act(client, "acknowledge", plans[0], note="Rang") == 302
    assert told("acknowledged") == [("Hanna", physio.pk, "Rang")]
    assert act(client, "assign", *plans, to=str(colleague.pk), note="Leave") == 302
    assert told("physiotherapist") == [("Hanna", physio.pk, "Leave"), ("Henry", physio.pk, "Leave")]
    # What was refused was not done.
    assert act(client, "acknowledge", plans[0], note="Again") == 422
    assert len(told("acknowledged")) == 1
