"""Records are kept for as long as the clinic says: told in time, erased by the clock, or kept for a reason."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core import mail as sent
from django.db import Error, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Access, Clinic, User
from tests.desk.desk import Desk, make_desk
from tests.people import make_patient, signed_in
from walking.care.plan.pause import complete
from walking.care.plan.restart import restart
from walking.care.record.erase import take_back
from walking.care.record.retention import (
    ASKED_AGAIN_AFTER,
    NOTICE,
    ask_for_the_old,
    end_hold,
    erase_on_request,
    hold,
    set_retention,
)
from walking.care.refusal import Refused
from walking.care.tick import catch_up_all
from walking.mail.delivery import deliver_due
from walking.models import Erasure, ErasureRequest, Plan, RecordHold, Retention
from walking.models.erasure import Why
from walking.programme import weeks
from walking.programme.settings import Programme

pytestmark = pytest.mark.django_db

NOW = timezone.now()
DAY = dt.timedelta(days=1)


@pytest.fixture
def desk() -> Desk:
    """The patient's plan is over, and no question is left."""
    desk = make_desk("wren")
    complete(desk.plan, by=desk.physio, note="Well again.", at=NOW, version=desk.plan.version)
    Plan.objects.update(next_question_at=None)
    set_retention(desk.clinic, 24, by=desk.manager, at=NOW)
    return desk


def years(number: float) -> dt.datetime:
    return NOW + dt.timedelta(days=365.25 * number)


#: The desk's last fact is an answer that came 40 days later.
OLD_ENOUGH = years(2) + 42 * DAY


def waiting(desk: Desk) -> ErasureRequest | None:
    return ErasureRequest.objects.filter(patient=desk.plan.patient, withdrawn_at=None).first()


def test_an_old_record_is_told_of_and_erased_a_month_later(desk: Desk) -> None:
    assert ask_for_the_old(years(2) + 30 * DAY) == 0
    assert ask_for_the_old(OLD_ENOUGH) == 1
    request = waiting(desk)
    assert request is not None
    assert (request.why, request.by) == (Why.RETENTION, None)
    deliver_due(OLD_ENOUGH)
    letter = sent.outbox[-1]
    assert letter.to == [f"{desk.plan.patient.name} <{desk.plan.patient.email}>"]
    assert "keeps accounts only for a time after a plan has ended" in letter.body
    catch_up_all(OLD_ENOUGH + NOTICE - DAY)
    assert User.objects.filter(pk=desk.plan.patient_id).exists()
    catch_up_all(OLD_ENOUGH + NOTICE + DAY)
    assert not User.objects.filter(pk=desk.plan.patient_id).exists()
    assert Erasure.objects.get().why == Why.RETENTION


def test_it_is_asked_for_once_whatever_is_lost_or_doubled(desk: Desk) -> None:
    moment = years(3)
    assert [ask_for_the_old(moment) for _n in range(3)] == [1, 0, 0]
    assert ask_for_the_old(moment + 5 * DAY) == 0
    assert ErasureRequest.objects.count() == 1


def test_after_a_long_outage_the_patient_has_the_same_time(desk: Desk) -> None:
    catch_up_all(years(6))
    request = waiting(desk)
    assert request is not None
    assert request.due_at == years(6) + NOTICE


def test_no_clinic_erases_by_itself(desk: Desk) -> None:
    set_retention(desk.clinic, None, by=desk.manager, at=NOW)
    catch_up_all(years(29))
    assert waiting(desk) is None


@pytest.mark.parametrize("status", ["active", "paused"])
def test_an_open_plan_is_never_old(status: str) -> None:
    desk = make_desk("wren")
    set_retention(desk.clinic, 12, by=desk.manager, at=NOW)
    paused_for = "physiotherapist" if status == "paused" else ""
    due = None if status == "paused" else years(40)
    Plan.objects.update(
        status=status, paused_for=paused_for, next_review_at=due, next_check_in_at=None,
        next_question_at=None,
    )  # fmt: skip
    assert ask_for_the_old(years(30)) == 0


def test_whoever_is_still_asked_each_month_is_not_old(desk: Desk) -> None:
    Plan.objects.update(next_question_at=years(30))
    assert ask_for_the_old(years(3)) == 0


def test_whoever_still_signs_in_is_not_old(desk: Desk) -> None:
    User.objects.filter(pk=desk.plan.patient_id).update(last_login=years(1.5))
    assert ask_for_the_old(years(3)) == 0
    assert ask_for_the_old(years(4)) == 1


def test_another_clinics_records_are_its_own(desk: Desk) -> None:
    other = make_desk("dale")
    complete(other.plan, by=other.physio, note="Well again.", at=NOW, version=other.plan.version)
    Plan.objects.update(next_question_at=None)
    assert ask_for_the_old(years(3)) == 1
    assert waiting(other) is None


def test_who_would_rather_stay_is_asked_again_after_a_year(desk: Desk) -> None:
    moment = OLD_ENOUGH
    ask_for_the_old(moment)
    take_back(desk.plan.patient, by=desk.plan.patient, at=moment + DAY)
    assert ask_for_the_old(moment + ASKED_AGAIN_AFTER) == 0
    assert ask_for_the_old(moment + ASKED_AGAIN_AFTER + 2 * DAY) == 1


def test_who_begins_anew_meanwhile_stays(desk: Desk) -> None:
    moment = OLD_ENOUGH
    ask_for_the_old(moment)
    tomorrow = weeks.local_day(moment + DAY, desk.plan.patient.zone)
    restart(
        desk.plan, programme=Programme(), programme_version=None, start=tomorrow,
        reason="It is back.", message="", by=desk.physio, at=moment + DAY,
        version=Plan.objects.get().version,
    )  # fmt: skip
    catch_up_all(moment + NOTICE + DAY)
    assert User.objects.filter(pk=desk.plan.patient_id).exists()
    assert waiting(desk) is None


def test_a_hold_keeps_one_record_until_it_is_ended(desk: Desk) -> None:
    patient, moment = desk.plan.patient, OLD_ENOUGH
    ask_for_the_old(moment)
    hold(patient, why="A claim is before the court.", by=desk.manager, at=moment + DAY)
    assert waiting(desk) is None
    catch_up_all(years(4))
    assert waiting(desk) is None
    end_hold(patient, by=desk.manager, at=years(4))
    assert ask_for_the_old(years(4) + 2 * DAY) == 1
    lines = Access.objects.filter(patient=patient, what__in=["hold", "hold_ended"])
    assert [line.what for line in lines.order_by("at")] == ["hold", "hold_ended"]
    with pytest.raises(Refused):
        end_hold(patient, by=desk.manager, at=NOW)


def test_managers_alone_decide_and_for_their_clinic_alone(desk: Desk) -> None:
    other = make_desk("dale")
    patient = desk.plan.patient
    for by in (desk.physio, other.manager, patient):
        for refused in (
            lambda by=by: hold(patient, why="x", by=by, at=NOW),
            lambda by=by: end_hold(patient, by=by, at=NOW),
            lambda by=by: erase_on_request(patient, words="x", by=by, at=NOW),
            lambda by=by: set_retention(desk.clinic, 36, by=by, at=NOW),
        ):
            with pytest.raises(Refused):
                refused()
    for months in (0, 11, 361):
        with pytest.raises(Refused):
            set_retention(desk.clinic, months, by=desk.manager, at=NOW)


def test_the_database_keeps_the_rules_too(desk: Desk) -> None:
    patient = desk.plan.patient
    with pytest.raises(Error), transaction.atomic():
        Retention.objects.update(months=3)
    with pytest.raises(Error), transaction.atomic():
        RecordHold(patient=patient, why="", by=desk.manager, at=NOW).save()
    RecordHold(patient=patient, why="one", by=desk.manager, at=NOW).save()
    with pytest.raises(Error), transaction.atomic():
        RecordHold(patient=patient, why="two", by=desk.manager, at=NOW).save()


# At the desk ---------------------------------------------------------------------------------------


def test_the_manager_sets_the_time_and_sees_what_is_coming_up(desk: Desk) -> None:
    client = signed_in(desk.manager)
    answer = client.post("/admin/keeping/", {"months": "3"})
    assert answer.status_code == 422
    assert 'value="3"' in answer.content.decode()
    client.post("/admin/keeping/", {"months": "120"})
    assert Retention.objects.get().months == 120
    client.post("/admin/keeping/", {"months": ""})
    assert not Retention.objects.exists()
    erase_on_request(desk.plan.patient, words="By letter of 3 May.", by=desk.manager, at=NOW)
    page = client.get("/admin/keeping/").content.decode()
    assert desk.plan.patient.name in page
    assert "By letter of 3 May." in page


def test_the_manager_erases_on_request_keeps_after_all_and_holds(desk: Desk) -> None:
    client = signed_in(desk.manager)
    page = f"/admin/keeping/{desk.plan.pk}/"
    assert page in client.get(f"/admin/walking/plan/{desk.plan.pk}/change/").content.decode()
    assert client.post(page, {"do": "erase", "words": ""}).status_code == 422
    client.post(page, {"do": "erase", "words": "By telephone."})
    request = waiting(desk)
    assert request is not None
    assert (request.why, request.by, request.words) == (Why.CLINIC, desk.manager, "By telephone.")
    twice = client.post(page, {"do": "erase", "words": "Once more."})
    assert twice.status_code == 422
    assert "Once more." in twice.content.decode()
    client.post(page, {"do": "stay"})
    assert waiting(desk) is None
    client.post(page, {"do": "hold", "words": "A claim."})
    assert "A claim." in client.get(page).content.decode()
    client.post(page, {"do": "end_hold"})
    assert not RecordHold.objects.filter(ended_at=None).exists()
    assert Access.objects.filter(patient=desk.plan.patient, what="keeping").exists()


def test_physiotherapists_and_other_clinics_do_not_get_in(desk: Desk) -> None:
    other = make_desk("dale")
    page = f"/admin/keeping/{desk.plan.pk}/"
    assert signed_in(desk.physio).get(page).status_code == 403
    assert signed_in(desk.physio).get("/admin/keeping/").status_code == 403
    assert signed_in(other.manager).get(page).status_code == 404
    signed_in(other.manager).post(page, {"do": "erase", "words": "x"})
    assert waiting(desk) is None


def test_the_page_asks_as_many_questions_for_one_as_for_many(desk: Desk) -> None:
    client = signed_in(desk.manager)

    def asked() -> int:
        from django.db import connection

        with CaptureQueriesContext(connection) as queries:
            client.get("/admin/keeping/")
        return len(queries)

    erase_on_request(desk.plan.patient, words="x", by=desk.manager, at=NOW)
    client.get("/admin/keeping/")
    one = asked()
    clinic = Clinic.objects.get(pk=desk.clinic.pk)
    for number in range(5):
        person = make_patient(clinic, name=f"P {number}")
        erase_on_request(person, words="x", by=desk.manager, at=NOW)
        hold(person, why="x", by=desk.manager, at=NOW)
    assert asked() == one


def test_the_patient_reads_how_long_it_is_kept(desk: Desk) -> None:
    client = signed_in(desk.plan.patient)
    assert "for 24 months" in client.get("/settings/my-data/").content.decode()
    set_retention(desk.clinic, None, by=desk.manager, at=NOW)
    assert "until you ask" in client.get("/settings/my-data/").content.decode()
