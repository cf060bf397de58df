"""Passwords that whoever knows the clinic would try first are refused; those with words of one's own are not."""

from __future__ import annotations

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from tests.people import make_clinic, make_patient

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "password",
    ["Waymark2026!", "riverbend-physio", "RiverbendPhysio1", "w4ymark-walking", "Back-Pain-Clinic"],
)
def test_the_clinics_own_words_are_no_password(password: str) -> None:
    patient = make_patient(make_clinic(name="Riverbend Physio"))
    with pytest.raises(ValidationError, match="name of the clinic or of this app"):
        validate_password(password, patient)


@pytest.mark.parametrize("password", ["three plain words", "walking to the harbour at noon"])
def test_words_of_ones_own_are_one(password: str) -> None:
    validate_password(password, make_patient(make_clinic(name="Riverbend Physio")))
