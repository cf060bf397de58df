"""From the invitation's mail to the first day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from allauth.account.models import EmailAddress
from django.test import Client

from accounts.models import Consent, User
from tests.days import START, ZONE, local, on_day
from tests.people import EMAIL, make_invitation, make_plan, signed_in
from tests.responses import assert_private, path_of, soup, tampered, text
from walking.care.enrolment.enrol import CONSENT_VERSION, revoke_invitation
from walking.care.plan.pause import complete
from walking.mail.links import check_in_url, invitation_url
from walking.models import Invitation, Mail, Plan
from walking.programme.red_flags import RED_FLAG_CODES

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_clock")]
SAFE = {f"flag_{code}": "no" for code in RED_FLAG_CODES}
GOOD = SAFE | {
    "name": "Rosa Marin",
    "password": "three plain words",
    "timezone": ZONE,
    "start": START.isoformat(),
    "check_in_time": "18:00",
    "consent": "on",
}


@pytest.fixture
def _clock() -> Iterator[None]:
    with on_day(1, 9):
        yield


@pytest.fixture
def invitation() -> Invitation:
    return make_invitation(message="See you <b>soon</b>.\nRuth")


@pytest.fixture
def link(invitation: Invitation) -> str:
    return path_of(invitation_url(invitation))


def test_opening_it_says_who_invites_to_what_and_changes_nothing(client: Client, link: str) -> None:
    response = client.get(link)
    said = text(response)
    for words in ("Ruth Adler", "Riverbend Clinic", "10 minutes on 3 days a week", "02 5550 0100"):
        assert words in said
    assert "See you <b>soon</b>." in said
    assert_private(response)
    page = soup(response)
    assert page.select_one("input[name=name]")["value"] == "Rosa Marin"
    assert page.select_one("select[name=timezone] option[selected]")["value"] == ZONE
    assert len(page.select("select[name=start] option")) == 15
    assert not page.select("input[type=radio][checked], input[type=checkbox][checked]")
    for control in page.select("form.q-form input:not([type=hidden]), form.q-form select"):
        assert page.select_one(f"label[for={control['id']}]"), f"{control['name']} has no label"
    assert not Plan.objects.exists()
    assert not User.objects.patients().exists()


def test_taking_it_up_starts_the_plan_and_signs_in(
    client: Client, invitation: Invitation, link: str
) -> None:
    response = client.post(link, GOOD)
    assert (response.status_code, response["Location"]) == (302, "/today/")
    plan = Plan.objects.get()
    assert (plan.start, plan.check_in_time, plan.status) == (START, dt.time(18), "active")
    person = plan.patient
    assert (person.email, person.timezone) == (EMAIL, ZONE)
    assert person.check_password("three plain words")
    assert EmailAddress.objects.get(user=person).verified
    consent = Consent.objects.get(user=person)
    assert (consent.version, consent.at) == (CONSENT_VERSION, local(START, 9))
    assert client.session["_auth_user_id"] == str(person.pk)
    assert Mail.objects.filter(kind="welcome", recipient=person).count() == 1


def test_a_warning_sign_holds_the_plan_back_and_says_what_to_do(client: Client, link: str) -> None:
    said = text(client.post(link, GOOD | {"flag_leg_weakness": "yes"}, follow=True))
    for words in (
        "Get emergency help now",
        "Call 000 or go to an emergency department now.",
        "02 5550 0100",
        "Your physiotherapist has been told.",
        "Do not start or go on with your walks until you have been seen.",
    ):
        assert words in said
    plan = Plan.objects.get()
    assert (plan.status, plan.paused_for) == ("paused", "red_flag")
    assert Mail.objects.filter(kind="urgent").count() == 1


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"name": " "}, "Please tell us your name."),
        ({"password": ""}, "Please choose a password."),
        ({"password": "short"}, "at least 10 characters"),
        ({"password": "password123"}, "too common"),
        ({"password": "rosa.marin@example.org"}, "too similar"),
        ({"timezone": "Atlantis/Capital"}, "Please choose a place from the list."),
        ({"start": (START - dt.timedelta(days=1)).isoformat()}, "from today to two weeks ahead"),
        ({"start": (START + dt.timedelta(days=15)).isoformat()}, "from today to two weeks ahead"),
        ({"start": "soon"}, "from today to two weeks ahead"),
        ({"check_in_time": "25:00"}, "Please choose an hour from the list."),
        ({"flag_faint": ""}, "Please choose yes or no."),
        ({"flag_chest_pain": "maybe"}, "Please choose yes or no."),
        ({"consent": ""}, "We can only start your plan if you agree."),
    ],
)
def test_it_says_beside_the_field_what_is_wrong(
    client: Client, link: str, wrong: dict[str, str], words: str
) -> None:
    [(field, value)] = wrong.items()
    given = {key: kept for key, kept in (GOOD | {field: value}).items() if kept}
    response = client.post(link, given)
    page = soup(response)
    assert words in page.select_one(f"#field_{field} .error").get_text()
    if field != "flag_trauma":
        assert page.select_one("input[name=flag_trauma][value=no]").has_attr("checked")
    assert b"three plain words" not in response.content, "a password is never sent back"
    assert not Plan.objects.exists()
    assert not User.objects.patients().exists()


def test_every_one_of_the_ten_questions_must_be_answered(client: Client, link: str) -> None:
    page = soup(client.post(link, {k: v for k, v in GOOD.items() if k not in SAFE}))
    for code in RED_FLAG_CODES:
        assert page.select_one(f"#field_flag_{code} .error")
    assert "Please answer all ten questions" in page.select_one(".errors").get_text()
    assert not Plan.objects.exists()


def test_today_is_counted_where_the_person_lives(client: Client, link: str) -> None:
    """At 9 in the morning in Sydney it is still yesterday in Honolulu."""
    yesterday = (START - dt.timedelta(days=1)).isoformat()
    client.post(link, GOOD | {"timezone": "Pacific/Honolulu", "start": yesterday})
    assert Plan.objects.get().start.isoformat() == yesterday


def test_a_name_is_shown_as_words(client: Client, link: str) -> None:
    response = client.post(link, GOOD | {"name": "<script>alert(1)</script>", "consent": ""})
    assert b"<script>alert" not in response.content


def test_it_is_taken_up_once(client: Client, link: str) -> None:
    client.post(link, GOOD)
    for response in (Client().get(link), Client().post(link, GOOD)):
        assert response.status_code == 410
        assert "has been accepted already. Sign in to see your plan." in text(response)
        assert_private(response)
    assert Plan.objects.count() == 1


def test_it_ends_after_two_weeks(client: Client) -> None:
    link = path_of(invitation_url(make_invitation(at=local(START - dt.timedelta(days=15)))))
    for response in (client.get(link), client.post(link, GOOD)):
        assert response.status_code == 410
        assert "Ask your clinic for a new one." in text(response)
    assert not Plan.objects.exists()


def test_it_can_be_taken_back(client: Client, invitation: Invitation, link: str) -> None:
    revoke_invitation(invitation, by=invitation.physiotherapist, at=local(START, 8))
    for response in (client.get(link), client.post(link, GOOD)):
        assert response.status_code == 410
        assert "no longer valid" in text(response)
    assert not Plan.objects.exists()


def test_a_forged_link_opens_nothing(client: Client, invitation: Invitation, link: str) -> None:
    other = make_plan(email="other@example.org")
    of_check_in = path_of(check_in_url(other, 1)).replace("/c/", "/i/")
    for forged in (tampered(link), of_check_in, f"/i/{invitation.pk}/", "/i/nonsense/"):
        for response in (client.get(forged), client.post(forged, GOOD)):
            assert response.status_code == 404
            assert "This link does not work" in text(response)
    assert not User.objects.filter(email=EMAIL).exists()


def test_it_is_protected_against_posts_from_elsewhere(link: str) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(link, GOOD).status_code == 403
    assert not Plan.objects.exists()


class TestSomebodyWithAnAccount:
    @pytest.fixture
    def again(self) -> tuple[Plan, str]:
        """A finished plan, and an invitation of the same clinic to a second one."""
        plan = make_plan()
        physio = plan.physiotherapist
        complete(plan, note="Done.", by=physio, at=local(START, 10), version=plan.version)
        second = make_invitation(physio)
        return plan, path_of(invitation_url(second))

    def test_is_asked_to_sign_in_first(self, client: Client, again: tuple[Plan, str]) -> None:
        _plan, link = again
        page = client.get(link)
        assert "Please sign in first" in text(page)
        sign_in = soup(page).select_one("main a.btn")["href"]
        assert sign_in.startswith("/accounts/login/?next=%2Fi%2F")
        client.post(link, GOOD)
        assert Plan.objects.count() == 1

    def test_then_takes_it_up_without_a_new_account(self, again: tuple[Plan, str]) -> None:
        plan, link = again
        client = signed_in(plan.patient)
        page = soup(client.get(link))
        assert not page.select("[name=password], [name=name], [name=timezone]")
        response = client.post(link, GOOD)
        assert response["Location"] == "/today/"
        assert plan.patient.plans.count() == 2
        assert User.objects.patients().count() == 1

    def test_cannot_take_up_somebody_elses(self, link: str) -> None:
        other = make_plan(email="other@example.org")
        client = signed_in(other.patient)
        for response in (client.get(link), client.post(link, GOOD)):
            assert response.status_code == 403
            assert "somebody else" in text(response)
        assert Plan.objects.count() == 1

    def test_of_another_clinic_is_told_to_ask(self) -> None:
        plan = make_plan()
        link = path_of(invitation_url(make_invitation()))
        said = text(signed_in(plan.patient).post(link, GOOD))
        assert "This account cannot take up the invitation. Please ask your clinic." in said
        assert Plan.objects.count() == 1
