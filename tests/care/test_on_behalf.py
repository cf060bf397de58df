"""Patients without an email address: who they are to the database, to signing in, and to the mail."""

from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth import authenticate
from django.core.exceptions import ValidationError
from django.db import Error, transaction
from django.test import Client

from accounts.models import Role, User
from tests.care.conftest import START, day, local, review_week, walk
from tests.factories import FIT
from walking.care.enrol import CONSENT_VERSION, accept, invite
from walking.care.tick import catch_up_all
from walking.models import Mail, Plan
from walking.programme.settings import Programme

pytestmark = pytest.mark.django_db


def without_email(clinic, name: str) -> User:
    return User.objects.create_user(
        "", None, name=name, role=Role.PATIENT, clinic=clinic, timezone="Australia/Sydney"
    )


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
    invitation = invite(
        by=physio, email="bea@example.org", name="Bea", programme=Programme(), screened=FIT, at=at
    )

    plan = accept(
        invitation, name="Bea", password=None, timezone="Australia/Sydney", start=START,
        red_flags=[], consent_version=CONSENT_VERSION, at=at,
    )  # fmt: skip

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
