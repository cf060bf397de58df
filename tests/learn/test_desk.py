"""The lessons at the desk: what a patient read, giving one, and the clinic's own lessons."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Access, User
from tests.desk.desk import Desk, make_desk
from tests.people import make_operator, signed_in
from walking.care.learning.clinic_lessons import Written, add_lesson, change_lesson, take_lesson_off
from walking.care.learning.lessons import library, waiting
from walking.care.learning.progress import give_lesson, read_lesson, will_try
from walking.care.refusal import Refused
from walking.learn import reading
from walking.learn.shipped import shipped
from walking.models import ClinicLesson

pytestmark = pytest.mark.django_db

QUESTION = "? What helps?\n+ A short walk | It is easy to begin with. [@ours]\n- Waiting | It may take long.\n"
OWN = {
    "title": "Our pool",
    "summary": "When it is open, and how to begin.",
    "week": "0",
    "minutes": "2",
    "body": "## Come in\n\nThe pool is *warm*. [@walkback]\n\n<script>alert(1)</script>",
    "questions": (QUESTION * 3).strip(),
    "to_try": "When will I go?",
    "seen": "0",
    "keep": "1",
}
PREVIEW = {name: value for name, value in OWN.items() if name != "keep"}


@pytest.fixture
def desk() -> Desk:
    return make_desk("hill")


def of(desk: Desk) -> str:
    return f"/admin/walking/plan/{desk.plan.pk}/lessons/"


def text(response) -> str:
    return BeautifulSoup(response.content, "html.parser").get_text(" ", strip=True)


def read(desk: Desk, slug: str, answers: list[int] | None) -> None:
    lesson = library(desk.clinic, "en")[slug]
    read_lesson(desk.plan, lesson, answers=answers, at=timezone.now())


# One patient's ------------------------------------------------------------------------------------


def test_it_shows_what_was_read_answered_and_will_be_tried(desk: Desk) -> None:
    lesson = shipped()["en", "sitting-less"]
    answers = [
        [each.right for each in question.answers].index(True) for question in lesson.questions
    ]
    read(desk, "sitting-less", answers)
    read(desk, "why-walking", None)
    will_try(desk.plan, "sitting-less", words="Stand up at <b>tea</b>", at=timezone.now())
    page = text(signed_in(desk.physio).get(of(desk)))
    assert "2 of 15 lessons" in page
    assert "3 of 3 right" in page
    assert "read, without the questions" in page
    assert "Stand up at <b>tea</b>" in page
    assert lesson.questions[0].answers[answers[0]].text in page


def test_the_page_of_the_patient_says_what_was_read_last(desk: Desk) -> None:
    client = signed_in(desk.physio)
    address = f"/admin/walking/plan/{desk.plan.pk}/change/"
    assert "None read yet." in text(client.get(address))
    read(desk, "why-walking", None)
    read(desk, "sitting-less", None)
    read(desk, "sitting-less", None)
    page = text(client.get(address))
    assert "2 read, the last on" in page
    assert "“Sitting less”" in page


def test_a_lesson_is_given_waits_and_is_read(desk: Desk) -> None:
    client = signed_in(desk.colleague)
    response = client.post(
        of(desk), {"lesson": "sitting-less", "message": "For the desk"}, follow=True
    )
    assert response.redirect_chain
    assert "For the desk" in text(response)
    assert Access.objects.filter(patient=desk.plan.patient, what="lesson_given", by=desk.colleague)
    patient = Client()
    patient.force_login(desk.plan.patient)
    assert "/learn/sitting-less/" in patient.get("/today/").content.decode()
    assert "a lesson to read" in patient.get("/settings/access/").content.decode()
    patient.post("/learn/sitting-less/", {"only_read": "1"})
    assert "No lesson waits." in text(client.get(of(desk)))


@pytest.mark.database
def test_giving_twice_is_refused_and_what_was_typed_is_kept(desk: Desk) -> None:
    client = signed_in(desk.physio)
    client.post(of(desk), {"lesson": "sitting-less", "message": ""})
    response = client.post(of(desk), {"lesson": "sitting-less", "message": "Once more"})
    assert response.status_code == 422
    assert "This lesson waits to be read already." in text(response)
    assert "Once more" in text(response)
    assert waiting().filter(plan=desk.plan).count() == 1


def test_it_can_be_taken_back_once_and_given_again(desk: Desk) -> None:
    client = signed_in(desk.physio)
    client.post(of(desk), {"lesson": "sitting-less", "message": ""})
    assert "does not wait any more" in text(
        client.post(of(desk), {"take_back": "sitting-less"}, follow=True)
    )
    assert not waiting().exists()
    again = client.post(of(desk), {"take_back": "sitting-less"}, follow=True)
    assert "it was read, or taken back" in text(again)
    client.post(of(desk), {"lesson": "sitting-less", "message": ""})
    assert waiting().get().revision == 3
    whats = Access.objects.filter(patient=desk.plan.patient, action="changed").order_by("pk")
    assert list(whats.values_list("what", flat=True))[-3:] == [
        "lesson_given", "lesson_taken_back", "lesson_given",
    ]  # fmt: skip


@pytest.mark.parametrize("bad", ["", "nothing", "../../x", "x" * 500])
def test_only_a_lesson_that_there_is_can_be_given(desk: Desk, bad: str) -> None:
    response = signed_in(desk.physio).post(of(desk), {"lesson": bad})
    assert response.status_code == 422
    assert not waiting().exists()


def test_looking_at_the_lessons_is_in_the_trail(desk: Desk) -> None:
    signed_in(desk.colleague).get(of(desk))
    look = Access.objects.get(by=desk.colleague)
    assert (look.patient, look.action, look.what) == (desk.plan.patient, "viewed", "lessons")


def test_nobody_of_another_clinic_sees_or_gives(desk: Desk) -> None:
    other = make_desk("dale")
    client = signed_in(other.manager)
    assert client.get(of(desk)).status_code == 302
    assert client.post(of(desk), {"lesson": "sitting-less"}).status_code == 302
    assert not waiting().exists()
    lesson = library(desk.clinic, "en")["sitting-less"]
    with pytest.raises(Refused):
        give_lesson(desk.plan, lesson, message="", by=other.physio, at=timezone.now())


def test_it_asks_as_often_for_much_as_for_little(desk: Desk) -> None:
    client = signed_in(desk.physio)

    def queries(path: str) -> int:
        client.get(path)
        with CaptureQueriesContext(connection) as captured:
            client.get(path)
        return len(captured)

    pages = (of(desk), f"/admin/walking/plan/{desk.plan.pk}/change/", "/admin/lessons/")
    few = [queries(path) for path in pages]
    for _, slug in shipped():
        for _time in range(3):
            read(desk, slug, None)
        will_try(desk.plan, slug, words="x", at=timezone.now())
    for number in range(4):
        write(desk, title=f"Our pool {number}")
    assert [queries(path) for path in pages] == few


# The clinic's own ---------------------------------------------------------------------------------


def written(**changes: object) -> Written:
    names = Written.__dataclass_fields__
    values = {name: value for name, value in OWN.items() if name in names} | changes
    return Written(**values | {"week": int(values["week"]), "minutes": int(values["minutes"])})  # type: ignore[arg-type]


def write(desk: Desk, **changes: object) -> ClinicLesson:
    return add_lesson(by=desk.manager, written=written(**changes), at=timezone.now())


def patient_of(desk: Desk) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=desk.plan.patient.pk))
    return client


def test_a_manager_writes_a_lesson_looks_at_it_and_keeps_it(desk: Desk) -> None:
    client = signed_in(desk.manager)
    preview = client.post("/admin/lessons/new/", PREVIEW)
    assert preview.status_code == 200
    page = BeautifulSoup(preview.content, "html.parser")
    shown = page.select_one(".lesson-preview")
    assert shown.select_one("em").get_text() == "warm"
    assert "Nothing is kept yet" in page.get_text()
    # What was typed is in the form still, and what is no Markdown is shown as it is.
    assert "<script>alert(1)</script>" in page.select_one("textarea[name=body]").get_text()
    assert not shown.select("script")
    assert "<script>" in shown.get_text()
    assert not ClinicLesson.objects.exists()

    kept = client.post("/admin/lessons/new/", OWN, follow=True)
    assert kept.redirect_chain == [("/admin/lessons/our-pool/", 302)]
    patient = patient_of(desk)
    assert "Our pool" in text(patient.get("/learn/"))
    page = BeautifulSoup(patient.get("/learn/our-pool/").content, "html.parser")
    assert "Written by hill Clinic" in page.get_text()
    assert page.select_one(".lesson em")
    assert not page.select("main script")


def test_another_clinics_patients_never_see_it(desk: Desk) -> None:
    other = make_desk("dale")
    write(desk)
    assert "Our pool" not in text(patient_of(other).get("/learn/"))
    assert patient_of(other).get("/learn/our-pool/").status_code == 404
    client = signed_in(other.manager)
    assert "Our pool" not in text(client.get("/admin/lessons/"))
    assert client.get("/admin/lessons/our-pool/").status_code == 404
    assert client.post("/admin/lessons/our-pool/", OWN | {"seen": "1"}).status_code == 404


def test_physiotherapists_read_them_and_do_not_write(desk: Desk) -> None:
    write(desk)
    client = signed_in(desk.physio)
    assert "Our pool" in text(client.get("/admin/lessons/"))
    page = client.get("/admin/lessons/our-pool/")
    assert "The pool is" in text(page)
    assert not BeautifulSoup(page.content, "html.parser").select("textarea")
    assert client.get("/admin/lessons/new/").status_code == 403
    assert client.post("/admin/lessons/new/", OWN).status_code == 403
    assert client.post("/admin/lessons/our-pool/", OWN | {"seen": "1"}).status_code == 403
    assert (
        client.post("/admin/lessons/our-pool/", {"take_off": "1", "seen": "1"}).status_code == 403
    )
    for use in (
        lambda: add_lesson(by=desk.physio, written=written(title="B"), at=timezone.now()),
        lambda: change_lesson(
            "our-pool", by=desk.physio, written=written(title="B"), seen=1, at=timezone.now()
        ),
        lambda: take_lesson_off("our-pool", by=desk.physio, seen=1, at=timezone.now()),
    ):
        with pytest.raises(Refused, match="manager"):
            use()


@pytest.mark.database
def test_an_operator_without_a_clinic_reads_ours(desk: Desk) -> None:
    operator = make_operator()
    write(desk)
    client = signed_in(operator)
    page = client.get("/admin/lessons/")
    assert page.status_code == 200
    assert "Our pool" not in text(page)
    assert client.get("/admin/lessons/sitting-less/").status_code == 200
    assert client.post("/admin/lessons/sitting-less/", OWN).status_code == 403


def test_one_of_ours_is_changed_keeps_its_picture_and_comes_back(desk: Desk) -> None:
    client = signed_in(desk.manager)
    page = BeautifulSoup(client.get("/admin/lessons/sitting-less/").content, "html.parser")
    fields = {
        box["name"]: box.get("value", "")
        if box.name == "input"
        else box.get_text().removeprefix("\n")
        for box in page.select("form.desk-form [name]")
        if box.name in ("input", "textarea") and box["name"] != "csrfmiddlewaretoken"
    }
    assert fields["seen"] == "0"
    changed = fields | {"title": "Sitting less at Hill", "keep": "1"}
    assert client.post("/admin/lessons/sitting-less/", changed).status_code == 302
    patient = patient_of(desk)
    page = BeautifulSoup(patient.get("/learn/sitting-less/").content, "html.parser")
    assert page.h1.get_text() == "Sitting less at Hill"
    assert page.select("svg.lesson__picture circle")
    assert "changed by your clinic" in text(client.get("/admin/lessons/"))
    response = client.post(
        "/admin/lessons/sitting-less/", {"take_off": "1", "seen": "1"}, follow=True
    )
    assert "taken off" in text(response)
    assert "Sitting less at Hill" not in text(patient.get("/learn/"))
    assert patient.get("/learn/sitting-less/").status_code == 200


def test_versions_are_kept_and_an_old_one_can_be_brought_back(desk: Desk) -> None:
    write(desk)
    now = timezone.now()
    change_lesson("our-pool", by=desk.manager, written=written(body="Second text"), seen=1, at=now)
    client = signed_in(desk.manager)
    page = text(client.get("/admin/lessons/our-pool/"))
    assert "Second text" in page
    assert "Version 2" in page
    old = client.get("/admin/lessons/our-pool/?version=1")
    assert "This is version 1" in text(old)
    assert "The pool is" in text(old)
    box = BeautifulSoup(old.content, "html.parser").select_one("input[name=seen]")
    assert box["value"] == "2"
    client.post("/admin/lessons/our-pool/", OWN | {"seen": "2"})
    latest = ClinicLesson.objects.standing().get()
    assert (latest.revision, latest.body) == (3, OWN["body"])
    assert ClinicLesson.objects.count() == 3


def test_whoever_was_slower_is_told_and_loses_no_word(desk: Desk) -> None:
    write(desk)
    now = timezone.now()
    change_lesson("our-pool", by=desk.manager, written=written(body="Quick"), seen=1, at=now)
    response = signed_in(desk.manager).post(
        "/admin/lessons/our-pool/", OWN | {"body": "Slow words", "seen": "1"}
    )
    assert response.status_code == 422
    assert "changed this lesson meanwhile" in text(response)
    assert "Slow words" in text(response)
    assert ClinicLesson.objects.count() == 2


@pytest.mark.database
def test_answers_to_an_older_version_are_not_shown_for_the_new_one(desk: Desk) -> None:
    write(desk)
    read(desk, "our-pool", [0, 0, 0])
    patient = patient_of(desk)
    assert "3 of 3 right" in text(patient.get("/learn/our-pool/"))
    other = QUESTION.replace("+", "*").replace("-", "+").replace("*", "-") * 3
    change_lesson(
        "our-pool", by=desk.manager, written=written(questions=other), seen=1, at=timezone.now()
    )
    page = BeautifulSoup(patient.get("/learn/our-pool/").content, "html.parser")
    assert page.select("input[name=question_1]")
    # At the desk the count stands, as it was then; the new questions are not put beside the old answers.
    told = text(signed_in(desk.physio).get(of(desk)))
    assert "3 of 3 right" in told
    assert "What was answered" not in told


#: What is wrong with a lesson as it is typed, and how that is told.
WRONG = [
    ({"questions": QUESTION * 2}, "Write three questions; there are 2."),
    ({"questions": "Which?"}, "Line 1: begin a question"),
    ({"questions": QUESTION * 2 + "? Many\n+ a | b\n" + "- c | d\n" * 6}, "at most 6 answers"),
    ({"body": "Walking cures. [@somebody]"}, "There is no source called “somebody”"),
    ({"questions": QUESTION.replace("ours", "nobody") * 3}, "no source called “nobody”"),
    ({"title": ""}, "This field is required"),
    ({"week": "53"}, "less than or equal to 52"),
    ({"minutes": "0"}, "greater than or equal to 1"),
    ({"body": "x" * 20001}, "at most 20000"),
]
#: An address is made only when a lesson is kept.
NO_ADDRESS = [
    ({"title": "???"}, "makes no address"),
    ({"title": "New"}, "makes no address"),
    ({"title": "Sitting less"}, "There is a lesson of this name already"),
]


@pytest.mark.parametrize(
    ("sent", "changes", "says"),
    [
        *((OWN, *wrong) for wrong in (*WRONG, *NO_ADDRESS)),
        *((PREVIEW, *wrong) for wrong in WRONG),
    ],
)
def test_what_cannot_be_kept_is_said_beside_its_field(
    desk: Desk, sent: dict[str, str], changes: dict[str, str], says: str
) -> None:
    response = signed_in(desk.manager).post("/admin/lessons/new/", sent | changes)
    assert response.status_code == 422
    assert says in text(response)
    assert not ClinicLesson.objects.exists()


def test_nothing_is_kept_that_changes_nothing(desk: Desk) -> None:
    write(desk)
    response = signed_in(desk.manager).post("/admin/lessons/our-pool/", OWN | {"seen": "1"})
    assert "nothing would change" in text(response)
    assert ClinicLesson.objects.count() == 1


def test_a_clinics_lesson_of_a_week_comes_in_that_week(desk: Desk) -> None:
    write(desk, week=1)
    patient = patient_of(desk)
    for slug, lesson in shipped().items():
        if lesson.week <= 2:
            read(desk, slug[1], None)
    assert "/learn/our-pool/" in patient.get("/today/").content.decode()


@pytest.mark.parametrize("lesson", shipped().values(), ids=lambda lesson: lesson.slug)
def test_questions_are_written_as_they_are_read(lesson) -> None:
    assert reading.questions(reading.as_written(lesson.questions)) == lesson.questions


def test_the_database_keeps_what_was_written_and_refuses_what_is_no_lesson(desk: Desk) -> None:
    kept = write(desk)
    for wrong in ({"title": ""}, {"week": 53}, {"minutes": 0}, {"revision": 0}, {"revision": 1}):
        values = {
            field.attname: getattr(kept, field.attname)
            for field in ClinicLesson._meta.concrete_fields
            if field.name != "id"
        }
        with pytest.raises(IntegrityError), transaction.atomic():
            ClinicLesson(**values | {"revision": 2} | wrong).save()
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE walking_cliniclesson SET title = 'x'")
