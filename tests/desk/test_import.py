"""Inviting the patients of a file, at the desk and by the command."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.models import User
from tests.people import make_operator, make_physio, signed_in
from walking.care.enrolment.patient_file import COLUMNS, MOST_LINES
from walking.models import Invitation, Mail, Screening
from walking.programme.dose import Dose

pytestmark = pytest.mark.django_db

IMPORT, PATTERN = (
    "/admin/walking/invitation/import/",
    "/admin/walking/invitation/import/pattern.csv",
)
HEADER = "name,email,adult,no_red_flag,safe_to_walk,recovered,comfortable_minutes,reason,pace"
ANNA = "Anna Berg,anna@home.example,yes,yes,yes,yes,15,,"
BILL = "Bill Ohm,bill@home.example,Yes,Y,1,no,8,A year ago and afraid,gentle"
#: Five lines, each wrong in its own way: line of the file, column, words.
BAD = {
    "Cleo,cleo,yes,yes,yes,yes,15,,": ("email", "That is no email address."),
    ",dan@home.example,yes,yes,yes,yes,15,,": ("name", "Give the patient's name."),
    "Eve,eve@home.example,yes,no,yes,yes,15,,": ("no_red_flag", "Refer the patient to a doctor first."),
    "Finn,finn@home.example,yes,yes,yes,yes,many,,": ("comfortable_minutes", "Choose a whole number from 5 to 240."),
    "Anna again,ANNA@home.example,yes,yes,yes,yes,15,,": ("email", "The same address stands in line 2."),
}  # fmt: skip


@pytest.fixture
def physio() -> User:
    return make_physio(email="physio@clinic.example")


@pytest.fixture
def client(physio: User) -> Client:
    return signed_in(physio)


def table(*lines: str, header: str = HEADER) -> bytes:
    return "\n".join([header, *lines]).encode()


def look(client: Client, content: bytes) -> Any:
    return client.post(IMPORT, {"file": SimpleUploadedFile("patients.csv", content)})


def invite(client: Client, content: bytes) -> Any:
    return client.post(IMPORT, {"content": content.hex(), "_do": "1"}, follow=True)


def text(response: Any) -> str:
    return BeautifulSoup(response.content, "html.parser").get_text(" ", strip=True)


def problems(response: Any) -> list[tuple[str, str, str]]:
    page = BeautifulSoup(response.content, "html.parser")
    found = page.find("section", attrs={"aria-labelledby": "wrong-title"})
    rows = found.select("tbody tr") if found else []
    return [tuple(cell.get_text(strip=True) for cell in row("td")) for row in rows]  # type: ignore[misc]


def test_it_shows_a_file_before_anybody_is_invited(client: Client) -> None:
    response = look(client, table(ANNA, BILL))
    page = text(response)
    assert "2 patients can be invited" in page
    assert "Anna Berg anna@home.example 10 min × 3 days" in page
    assert "Nobody is invited yet." in page
    assert not problems(response)
    assert not Invitation.objects.exists()
    assert not Mail.objects.exists()


def test_what_was_shown_is_what_is_done(client: Client, physio: User) -> None:
    shown = BeautifulSoup(look(client, table(ANNA, BILL)).content, "html.parser")
    content = shown.find("input", attrs={"name": "content"})["value"]  # type: ignore[index]
    page = text(client.post(IMPORT, {"content": content, "_do": "1"}, follow=True))
    assert "2 patients are invited." in page
    anna, bill = Invitation.objects.order_by("name")
    assert (anna.clinic, anna.physiotherapist) == (physio.clinic, physio)
    assert (anna.programme.baseline, anna.programme.pace) == (Dose(10, 3), "standard")
    assert (bill.programme.baseline, bill.programme.pace) == (Dose(8, 3), "gentle")
    assert Screening.objects.get(invitation=bill).reason == "A year ago and afraid"
    assert Mail.objects.filter(kind=Mail.Kind.INVITATION).count() == 2


def test_each_bad_line_is_named_with_its_column(client: Client) -> None:
    response = look(client, table(ANNA, *BAD, BILL))
    named = problems(response)
    assert [(line, column) for line, column, _words in named] == [
        (str(number), column) for number, (column, _words) in enumerate(BAD.values(), start=3)
    ]
    for (_line, _column, told), (_field, words) in zip(named, BAD.values(), strict=True):
        assert told.startswith(words)
    assert "2 patients can be invited" in text(response)


def test_bad_lines_are_left_out_and_shown(client: Client) -> None:
    response = invite(client, table(ANNA, *BAD, BILL))
    assert "2 patients are invited." in text(response)
    assert len(problems(response)) == len(BAD)
    assert Invitation.objects.count() == 2


def test_the_same_file_again_invites_nobody_twice(client: Client) -> None:
    invite(client, table(ANNA, BILL))
    response = invite(client, table(ANNA, BILL))
    assert "0 patients are invited." in text(response)
    assert {words for _line, _column, words in problems(response)} == {
        "This address has an open invitation already. Take it back first."
    }
    assert Invitation.objects.count() == Mail.objects.count() == 2


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_it_reads_what_spreadsheets_write(client: Client, separator: str, encoding: str) -> None:
    lines = "\r\n".join([HEADER, ANNA.replace("Anna Berg", "Änne Bergström"), ""])
    invite(client, lines.replace(",", separator).encode(encoding))
    assert Invitation.objects.get().name == "Änne Bergström"


def test_lines_are_counted_as_an_editor_counts_them(client: Client) -> None:
    note = '"Two lines,\nin one cell"'
    first = f"Anna,anna@home.example,yes,yes,yes,no,15,{note},"
    response = look(client, table(first, "", "Dan,dan,yes,yes,yes,yes,15,,"))
    assert problems(response)[0][:2] == ("5", "email")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"   \n", "The file is empty."),
        (b"\x00\x01\x02PNG", "This is no text."),
        (table(header="name,email"), "The first line lacks these columns: adult, no_red_flag"),
        (table(ANNA, header=HEADER + ",shoe size"), "Nobody knows these columns: shoe size."),
        (table(ANNA, header=HEADER + ",name"), "These columns stand twice in the first line: name."),
        (table('"Anna,anna@home.example'), "Line 2 cannot be read"),
        (table(*[ANNA] * (MOST_LINES + 1)), f"There are more than {MOST_LINES} patients"),
        (table("x" * 500_001), "The file is too large."),
    ],
)  # fmt: skip
def test_it_says_what_is_wrong_with_a_file(client: Client, content: bytes, words: str) -> None:
    response = look(client, content)
    assert response.status_code == 422
    assert words in text(response)
    assert not Invitation.objects.exists()


def test_too_many_cells_are_not_swallowed(client: Client) -> None:
    response = look(
        client, table("Anna,anna@home.example,yes,yes,yes,no,15,Late, but afraid,gentle")
    )
    assert ("2", "the whole line") in [problem[:2] for problem in problems(response)]


@pytest.mark.parametrize("given", [{}, {"content": "no hex"}, {"content": "no hex", "_do": "1"}])
def test_a_form_without_a_file_is_refused(client: Client, given: dict[str, str]) -> None:
    response = client.post(IMPORT, given)
    assert response.status_code == 422
    assert "Choose" in text(response)


def test_the_example_is_a_file_that_can_be_imported(client: Client) -> None:
    response = client.get(PATTERN)
    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert tuple(rows[0]) == COLUMNS
    invite(client, response.content)
    assert Invitation.objects.get().name == "Anna Berg"


def test_patients_and_operators_have_no_such_page(client: Client) -> None:
    operator = make_operator()
    for address in (IMPORT, PATTERN):
        assert signed_in(operator).get(address).status_code == 403
        assert Client().get(address).status_code == 302


# The command --------------------------------------------------------------------------------------


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "patients.csv"


def run(file: Path, *options: str) -> tuple[str, str]:
    out, err = io.StringIO(), io.StringIO()
    call_command(
        "import_patients", str(file), "--physiotherapist", "physio@clinic.example", *options,
        stdout=out, stderr=err,
    )  # fmt: skip
    return out.getvalue(), err.getvalue()


def test_the_command_invites(physio: User, file: Path) -> None:
    file.write_bytes(table(ANNA, BILL))
    assert run(file) == ("2 invited, 0 lines are wrong.\n", "")
    assert set(Invitation.objects.values_list("physiotherapist", flat=True)) == {physio.pk}


def test_the_command_tries_out(physio: User, file: Path) -> None:
    file.write_bytes(table(ANNA, BILL))
    assert run(file, "--dry-run")[0] == "2 would be invited, 0 lines are wrong.\n"
    assert not Invitation.objects.exists()


def test_the_command_invites_nobody_when_a_line_is_wrong(physio: User, file: Path) -> None:
    file.write_bytes(table(ANNA, *BAD))
    err = io.StringIO()
    with pytest.raises(CommandError) as error:
        call_command(
            "import_patients", str(file), "--physiotherapist", "PHYSIO@clinic.example",
            stdout=io.StringIO(), stderr=err,
        )  # fmt: skip
    assert error.value.returncode == 1
    assert "line 3, email: That is no email address." in err.getvalue()
    assert not Invitation.objects.exists()


def test_the_command_leaves_out_bad_lines_on_demand(physio: User, file: Path) -> None:
    file.write_bytes(table(ANNA, *BAD))
    out, err = run(file, "--leave-out-bad")
    assert out == "1 invited, 5 lines are wrong.\n"
    assert "line 7, email: The same address stands in line 2." in err


@pytest.mark.database
def test_the_command_says_what_it_cannot_use(physio: User, file: Path) -> None:
    with pytest.raises(CommandError) as missing:
        run(file)
    assert missing.value.returncode == 2
    file.write_bytes(table(ANNA))
    with pytest.raises(CommandError, match="No member of a clinic's staff") as nobody:
        call_command("import_patients", str(file), "--physiotherapist", "nobody@clinic.example")
    assert nobody.value.returncode == 2
