"""Patients without an email address: who they are to the database, to signing in, and to the mail."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth import authenticate
from django.core.exceptions import ValidationError
from django.db import Error, connection, transaction
from django.test import Client

from accounts import tokens
from accounts.models import Access, Role, User
from tests.care.conftest import review_week, walk
from tests.days import START, day, local
from tests.people import FIT, IDA, make_paper_plan, make_patient, make_plan
from walking.care.diary.walks import log_walk
from walking.care.enrolment.email_address import offer_address, take_address
from walking.care.enrolment.enrol import CONSENT_VERSION, accept
from walking.care.enrolment.screening import screening_of
from walking.care.refusal import Refused
from walking.care.tick import catch_up_all
from walking.care.weeks.check_in import check_in
from walking.models import Attention, CheckIn, Mail, Plan
from walking.programme.facts import CheckIn as Answers

pytestmark = pytest.mark.django_db


def without_email(clinic, name: str) -> User:
    return make_patient(clinic, name=name, email="")


def test_two_patients_may_both_have_no_email_address(clinic):
    one, other = without_email(clinic, "Ada"), without_email(clinic, "Bea")

    assert one.pk != other.pk
    assert list(User.objects.filter(email="").order_by("name")) == [one, other]


def test_two_people_may_not_have_the_same_address_in_any_case(clinic):
    make = {"name": "Ada", "role": Role.PATIENT, "clinic": clinic}
    User.objects.create(email="ada@example.org", **make)

    with pytest.raises(Error), transaction.atomic():
        User.objects.create(email="Ada@Example.org", **make)


def test_staff_cannot_be_without_an_address(clinic):
    make = {"name": "Ada", "role": Role.PHYSIOTHERAPIST, "clinic": clinic, "is_staff": True}

    with pytest.raises(ValidationError):
        User.objects.create_user("", None, **make)
    with pytest.raises(Error), transaction.atomic():
        User.objects.create(email="", **make)


def test_nobody_is_found_by_the_empty_address(clinic):
    without_email(clinic, "Ada")

    for nothing in ("", None):
        with pytest.raises(User.DoesNotExist):
            User.objects.get_by_natural_key(nothing)


def test_nobody_signs_in_by_the_empty_address(clinic):
    ada = without_email(clinic, "Ada")
    ada.set_password("walking under tall trees")
    ada.save()

    assert authenticate(None, email="", password="walking under tall trees") is None
    client = Client()
    for address, given in (
        ("/accounts/login/", {"login": "", "password": "walking under tall trees"}),
        ("/accounts/login/code/", {"email": ""}),
        ("/accounts/password/reset/", {"email": ""}),
    ):
        answer = client.post(address, given)
        assert answer.status_code in (200, 422)
        assert "_auth_user_id" not in client.session


def test_an_invitation_is_not_mistaken_for_a_patient_without_an_address(clinic, physio):
    without_email(clinic, "Ada")
    at = local(START, 9)
    plan = make_plan(physio, name="Bea", email="bea@example.org", password=None, at=at)

    assert plan.patient.name == "Bea"
    assert plan.patient.email == "bea@example.org"


def test_nothing_is_queued_for_somebody_without_an_address(plan):
    Mail.objects.all().delete()
    EmailAddress.objects.filter(user=plan.patient).delete()
    User.objects.filter(pk=plan.patient_id).update(email="")

    walk(plan, 1, 2, 3)
    review_week(plan)
    catch_up_all(local(day(60), 4))

    assert Plan.objects.get(pk=plan.pk).week_number > 1
    assert not Mail.objects.filter(recipient=plan.patient).exists()


def test_others_of_the_same_batch_get_their_mail(start_plan):
    silent, told = start_plan(), start_plan()
    Mail.objects.all().delete()
    User.objects.filter(pk=silent.patient_id).update(email="")

    catch_up_all(local(day(8), 4))

    recipients = set(Mail.objects.values_list("recipient_id", flat=True))
    assert recipients == {told.patient_id}


# Enrolled on paper -------------------------------------------------------------------------------


def test_a_plan_starts_on_paper(physio):
    plan = make_paper_plan(physio)

    assert (plan.status, plan.week_number, plan.physiotherapist) == ("active", 1, physio)
    patient = plan.patient
    assert (patient.email, patient.has_usable_password(), patient.clinic) == ("", False, physio.clinic)  # fmt: skip
    assert plan.events.get(kind="started").by == physio
    assert plan.contacts.count() == 6
    assert not Mail.objects.exists()
    entry = Access.objects.get(patient=patient)
    assert (entry.by, entry.action, entry.what) == (physio, "changed", "enrolled_on_paper")


def test_the_consent_says_that_it_is_on_paper_and_who_says_so(physio):
    consent = make_paper_plan(physio, signed_on=START).patient.consents.get()

    assert (consent.version, consent.action, consent.at) == (CONSENT_VERSION, "given", local(START, 9))  # fmt: skip
    assert (consent.paper.recorded_by, consent.paper.signed_on) == (physio, START)
    with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_paperconsent SET signed_on = '2020-01-01'")


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "ida lind"}, "name"),
        ({"zone": "Mars/Olympus"}, "timezone"),
        ({"start": START - dt.timedelta(days=1)}, "start"),
        ({"start": START + dt.timedelta(days=15)}, "start"),
        ({"signed_on": START + dt.timedelta(days=1)}, "signed_on"),
    ],
)
def test_it_refuses_what_cannot_be(physio, given, field):
    make_paper_plan(physio)
    given = {"name": "Bea Holm"} | given

    with pytest.raises(Refused) as refused:
        make_paper_plan(physio, **given)

    assert refused.value.field == field
    assert User.objects.patients().count() == 1


def test_it_keeps_the_screening_and_starts_nobody_for_whom_it_is_not(physio):
    assert screening_of(make_paper_plan(physio)).comfortable_minutes == FIT.comfortable_minutes

    with pytest.raises(Refused) as refused:
        make_paper_plan(physio, name="Bea Holm", screened=replace(FIT, no_red_flag=False))

    assert refused.value.field == "no_red_flag"


def test_a_week_without_a_check_in_asks_to_ring(physio):
    plan = make_paper_plan(physio)
    for number in (1, 2, 3):
        log_walk(
            plan, day=day(number), minutes=10, by=physio, why="told", at=local(day(number), 18)
        )

    review_week(plan)

    row = Attention.objects.get(plan=plan)
    assert row.kind == "check_in_needed"
    assert row.why == "No check-in for last week"
    assert row.next_step == "No email: ask by phone, and enter the check-in for the patient."

    check_in(
        plan, week_number=1, answers=Answers(pain=1, red_flags=()), via=CheckIn.Via.STAFF, by=physio,
        at=local(day(9), 10),
    )  # fmt: skip
    needs = {need.kind.value for need in Attention.objects.get(plan=plan).all_needs}
    assert "check_in_needed" not in needs


# An address, later -------------------------------------------------------------------------------


def test_an_address_becomes_the_patients_once_it_is_taken(physio):
    plan = make_paper_plan(physio)
    offered = offer_address(plan, email="Ida@Example.org", by=physio, at=local(day(3), 9))

    assert [mail.invitation for mail in Mail.objects.all()] == [offered]
    assert User.objects.get(pk=plan.patient_id).email == ""

    taken = take_address(offered, password="three plain words", at=local(day(3), 10))

    assert taken == plan.patient
    assert taken.email == "ida@example.org"
    assert EmailAddress.objects.get(user=taken).verified
    assert authenticate(None, email="Ida@Example.org", password="three plain words") == taken
    assert list(taken.plans.all()) == [plan]
    Mail.objects.all().delete()
    catch_up_all(local(day(8), 4))
    assert Mail.objects.filter(recipient=taken).exists()
    with pytest.raises(Refused):
        take_address(offered, password="three other words", at=local(day(3), 11))


def test_a_new_address_ends_the_one_before(physio):
    plan = make_paper_plan(physio)
    first = offer_address(plan, email="ida@exmaple.org", by=physio, at=local(day(3), 9))
    offer_address(plan, email="ida@example.org", by=physio, at=local(day(3), 10))

    with pytest.raises(Refused):
        take_address(first, password="three plain words", at=local(day(3), 11))


@pytest.mark.database
def test_a_new_address_ends_what_programs_were_let_in_by(physio):
    plan = make_paper_plan(physio)
    tokens.make(plan.patient, "Phone", [tokens.WRITE_WALKS], local(day(2), 9))
    offered = offer_address(plan, email="ida@example.org", by=physio, at=local(day(3), 9))
    assert plan.patient.access_tokens.live(local(day(3), 9)).count() == 1

    take_address(offered, password="three plain words", at=local(day(3), 10))

    assert not plan.patient.access_tokens.live(local(day(3), 10)).exists()


@pytest.mark.parametrize("email", ["nonsense", "ruth@riverbend.example"])
def test_it_offers_no_address_that_cannot_be_the_patients(physio, email):
    plan = make_paper_plan(physio)

    with pytest.raises(Refused) as refused:
        offer_address(plan, email=email, by=physio, at=local(day(3), 9))

    assert refused.value.field == "email"
    assert not Mail.objects.exists()


def test_nobody_accepts_an_offered_address_as_a_new_patient(physio):
    plan = make_paper_plan(physio)
    offered = offer_address(plan, email="ida@example.org", by=physio, at=local(day(3), 9))

    with pytest.raises(Refused):
        accept(
            offered, name=IDA, password=None, timezone="Australia/Sydney", start=day(3),
            red_flags=[], consent_version=CONSENT_VERSION, at=local(day(3), 10),
        )  # fmt: skip


def test_whoever_was_invited_with_capital_letters_can_sign_in(physio):
    at = local(START, 9)
    plan = make_plan(physio, name="Bea", email="Bea.Holm@Example.org", at=at)

    for email in ("Bea.Holm@Example.org", "bea.holm@example.org"):
        assert authenticate(None, email=email, password="three plain words") == plan.patient
