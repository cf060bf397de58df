"""What a clinic's manager sets: how it is reached, where it is, and its logo."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from accounts.countries import COUNTRIES
from accounts.models import Clinic, ClinicLogo, User
from tests.days import on_day
from tests.people import make_clinic, make_manager, make_physio, make_plan, signed_in
from tests.responses import at_most
from tests.responses import soup as parsed

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(db: None) -> User:
    clinic = make_clinic(name="Hillside Clinic", emergency_number="000", country="AU")
    return make_manager(clinic, email="manager@hillside.example", name="Max")


@pytest.fixture
def desk(manager: User) -> Client:
    client = Client()
    client.force_login(manager, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def page_of(clinic: Clinic) -> str:
    return f"/admin/accounts/clinic/{clinic.pk}/change/"


def send(desk: Client, clinic: Clinic, **changes: object):
    data = {
        "name": clinic.name,
        "phone": clinic.phone,
        "email": clinic.email,
        "opening_hours": clinic.opening_hours,
        "timezone": clinic.timezone,
        "country": clinic.country,
        "emergency_number": clinic.emergency_number,
    }
    response = desk.post(page_of(clinic), data | changes)
    clinic.refresh_from_db()
    return response


def picture(
    form: str = "PNG", size: tuple[int, int] = (300, 100), name: str = "", **options: object
) -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", size, "#17604a").save(out, form, **options)
    return SimpleUploadedFile(name or f"logo.{form.lower()}", out.getvalue())


def upload(data: bytes, name: str = "logo.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, content_type="image/png")


def errors(response) -> dict[str, str]:
    """What is said beside each field."""
    assert response.status_code == 422
    found = {}
    for said in parsed(response).select("ul.errorlist[id]"):
        field = said["id"].removeprefix("id_").removesuffix("_error")
        found[field] = said.get_text(" ", strip=True)
    return found


# Where and how -----------------------------------------------------------------------------------


def test_a_manager_is_led_to_the_own_clinic(desk: Client, manager: User) -> None:
    response = desk.get("/admin/accounts/clinic/")
    assert response["Location"] == page_of(manager.clinic)
    assert desk.get(page_of(manager.clinic)).status_code == 200
    other = make_clinic()
    assert desk.get(page_of(other)).status_code != 200
    assert desk.post(page_of(other), {"name": "Stolen"}).status_code != 200
    assert not Clinic.objects.filter(name="Stolen").exists()


def test_physiotherapists_do_not_change_it(manager: User) -> None:
    client = Client()
    client.force_login(
        make_physio(manager.clinic, email="ruth@hillside.example"),
        backend="allauth.account.auth_backends.AuthenticationBackend",
    )
    assert client.get(page_of(manager.clinic)).status_code in {302, 403}
    assert client.post(page_of(manager.clinic), {"name": "Mine"}).status_code in {302, 403}
    manager.clinic.refresh_from_db()
    assert manager.clinic.name == "Hillside Clinic"


def test_patients_read_what_the_manager_wrote(desk: Client) -> None:
    clinic = make_plan().clinic
    Clinic.objects.filter(pk=clinic.pk).update(opening_hours="Weekdays, 8 to 6")
    plan = clinic.plans.get()
    with on_day(1):
        page = signed_in(plan.patient).get("/settings/")
    assert "Weekdays, 8 to 6" in page.content.decode()


@pytest.mark.parametrize("country", ["NZ", "GB", "US", "IE"])
def test_the_country_sets_the_emergency_number(desk, manager, country) -> None:
    numbers = {code: number for code, _name, number in COUNTRIES}
    clinic = manager.clinic
    # The number of the old country stands in the field still.
    assert send(desk, clinic, country=country).status_code == 302
    assert clinic.emergency_number == numbers[country]
    send(desk, clinic, emergency_number="")
    assert clinic.emergency_number == numbers[country]


def test_a_number_of_ones_own_stays(desk, manager) -> None:
    clinic = manager.clinic
    send(desk, clinic, country="NZ", emergency_number="0800 611 116")
    assert (clinic.country, clinic.emergency_number) == ("NZ", "0800 611 116")
    send(desk, clinic, phone="02 5550 9999")
    assert clinic.emergency_number == "0800 611 116"


def test_no_patient_is_left_without_a_number(desk, manager) -> None:
    response = send(desk, manager.clinic, country="", emergency_number="", phone="02 5550 1")
    assert "Write the number" in errors(response)["emergency_number"]
    assert parsed(response).find("input", attrs={"name": "phone"})["value"] == "02 5550 1"
    response = send(desk, manager.clinic, emergency_number="the porter")
    assert "not a number to ring" in errors(response)["emergency_number"]
    assert manager.clinic.emergency_number == "000"


def test_the_table_names_each_country_once_with_a_number_to_ring() -> None:
    codes = [code for code, _name, _number in COUNTRIES]
    assert len(codes) == len(set(codes))
    assert all(len(code) == 2 and code.isupper() for code in codes)
    assert all(number.isdecimal() and len(number) == 3 for _code, _name, number in COUNTRIES)
    assert {"AU": "000", "NZ": "111", "GB": "999", "US": "911", "DE": "112"}.items() <= {
        code: number for code, _name, number in COUNTRIES
    }.items()


# The logo ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
def test_a_picture_becomes_the_logo(desk, manager, form) -> None:
    clinic = manager.clinic
    assert send(desk, clinic, new_logo=picture(form, (1200, 400))).status_code == 302
    assert (clinic.logo_width, clinic.logo_height) == (420, 140)
    response = Client().get(clinic.logo_url)
    assert response["Content-Type"] == "image/webp"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "immutable" in response["Cache-Control"]
    assert "sandbox" in response["Content-Security-Policy"]
    assert not response.cookies
    shown = Image.open(io.BytesIO(response.content))
    assert (shown.format, shown.size) == ("WEBP", (420, 140))
    # What every page carries must stay small.
    assert len(response.content) < 20_000


def test_what_a_picture_says_of_its_maker_is_left_behind(desk, manager) -> None:
    exif = Image.Exif()
    exif[0x010E] = "Taken at the home of Rosa"
    exif[0x0112] = 6
    send(desk, manager.clinic, new_logo=picture("JPEG", (300, 100), exif=exif))
    data = bytes(ClinicLogo.objects.get().data)
    assert b"Rosa" not in data
    # It was turned as its camera said.
    assert Image.open(io.BytesIO(data)).size == (47, 140)


@pytest.mark.database
def test_a_new_logo_has_a_new_address_and_the_old_one_ends(desk, manager) -> None:
    clinic = manager.clinic
    send(desk, clinic, new_logo=picture())
    before = clinic.logo_url
    send(desk, clinic, new_logo=picture(size=(200, 200)))
    assert clinic.logo_url != before
    assert Client().get(before).status_code == 404
    assert "logo_now" not in parsed(desk.get(page_of(clinic))).get_text()
    assert parsed(desk.get(page_of(clinic))).find("img", src=clinic.logo_url)["alt"] == clinic.name


@pytest.mark.database
def test_the_logo_can_be_removed(desk, manager) -> None:
    clinic = manager.clinic
    send(desk, clinic, new_logo=picture())
    address = clinic.logo_url
    send(desk, clinic, remove_logo="on")
    assert clinic.logo_url == ""
    assert not ClinicLogo.objects.exists()
    assert Client().get(address).status_code == 404


def bomb() -> bytes:
    """A small PNG file that says it is 30,000 pixels wide and high."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    head = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    rows = zlib.compress(b"\0" * 1_000_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        (lambda: upload(b"Dear diary, today I walked."), "cannot read this file as a picture"),
        (lambda: upload(b"%PDF-1.7 not a picture"), "cannot read this file as a picture"),
        (lambda: upload(SVG, "logo.svg"), "cannot read this file as a picture"),
        (lambda: upload(picture("GIF").read(), "logo.gif"), "cannot read this file as a picture"),
        (lambda: upload(picture().read()[:100]), "cannot read this file as a picture"),
        (
            lambda: upload(picture("JPEG", (900, 900)).read()[:2000]),
            "cannot read this file as a picture",
        ),
        (lambda: upload(b""), "empty"),
        (lambda: upload(b"\0" * 10_000_000), "9.5\xa0MB large"),
        (lambda: upload(bomb()), "too many pixels"),
        (lambda: picture(size=(6000, 3000)), "too many pixels"),
        (lambda: picture(size=(400, 4)), "too small"),
    ],
    ids=[
        *("text", "pdf", "svg", "gif", "cut-png", "cut-jpeg", "empty", "10-megabytes", "bomb"),
        *("large", "narrow"),
    ],
)
def test_what_is_no_logo_is_refused_in_words_and_the_rest_is_kept(
    desk, manager, sent, said
) -> None:
    response = send(desk, manager.clinic, new_logo=sent(), phone="02 5550 777")
    assert said in errors(response)["new_logo"]
    assert parsed(response).find("input", attrs={"name": "phone"})["value"] == "02 5550 777"
    assert not ClinicLogo.objects.exists()
    assert manager.clinic.phone != "02 5550 777"


@pytest.mark.database
@pytest.mark.slow
def test_patients_see_it_below_each_page_and_in_print(desk, manager) -> None:
    plan = make_plan()
    owner = make_manager(plan.clinic, email="m@harbour.example", name="Max")
    desk.force_login(owner, backend="allauth.account.auth_backends.AuthenticationBackend")
    clinic = plan.clinic
    with on_day(1):
        send(desk, clinic, new_logo=picture(size=(600, 200)))
        client = signed_in(plan.patient)
        with at_most(8):
            page = client.get("/today/")
        shown = parsed(page).find("img", src=clinic.logo_url)
        assert (shown["alt"], shown["width"], shown["height"]) == (clinic.name, "420", "140")
        import pypdf

        for address in ("/print/diary.pdf", "/print/summary.pdf"):
            drawn = pypdf.PdfReader(io.BytesIO(client.get(address).content))
            assert [image.image.size for image in drawn.pages[0].images] == [(420, 140)]


def test_without_a_logo_there_is_none_and_no_question_more(manager) -> None:
    plan = make_plan()
    with on_day(1):
        page = signed_in(plan.patient).get("/today/")
    assert not parsed(page).find("img")


@pytest.mark.parametrize("path", ["/clinic/1/logo-abc.webp", "/clinic/999999/logo-0.webp"])
def test_there_is_no_picture_where_there_is_none(path: str) -> None:
    assert Client().get(path).status_code == 404
