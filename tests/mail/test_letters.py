"""Each kind of mail, read in full as it arrived at a real SMTP server."""

from __future__ import annotations

import datetime as dt
import re
from email.message import EmailMessage

import pytest
from bs4 import BeautifulSoup

from accounts.models import User
from tests.mail.conftest import queue
from tests.people import insert_invitation, insert_plan, make_patient
from tests.services import SmtpSink, body_of
from walking.mail.delivery import Delivered, deliver_due
from walking.models import (
    Adjustment,
    CheckIn,
    Contact,
    Mail,
    Plan,
    PlanEvent,
    Review,
    Walk,
    Week,
)
from walking.models.standing import refresh
from walking.programme.dose import Dose

pytestmark = pytest.mark.django_db

#: Words that tell that somebody has something, which no subject or preview may hold.
HEALTH_WORDS = re.compile(
    r"pain|back|flare|red flag|warning sign|symptom|doctor|medical|injur|recurr|physio|patholog|paus|ill\b",
    re.IGNORECASE,
)


def utc(*parts: int) -> dt.datetime:
    return dt.datetime(*parts, tzinfo=dt.UTC)


def arrived(post: SmtpSink, at: dt.datetime) -> EmailMessage:
    assert deliver_due(at) == Delivered(sent=1)
    return post.messages[-1]


def text_of(message: EmailMessage) -> str:
    """The text part, its links' tokens and the lines that only fold it left out."""
    text = body_of(message).replace("\r\n", "\n")
    text = re.sub(r"/([cimr])/[^/\s]+/", r"/\1/TOKEN/", text)
    return text.replace("\N{NO-BREAK SPACE}", " ").strip()


def unfolded(text: str) -> str:
    return " ".join(text.split())


def assert_html_says_the_same(message: EmailMessage) -> None:
    """All sentences and links of the text part are in the HTML part, which is small and tracks nobody."""
    html = body_of(message, "html")
    page = BeautifulSoup(html, "html.parser")
    shown = unfolded(page.body.get_text(" "))
    links = [link["href"] for link in page.find_all("a")]
    for paragraph in body_of(message).replace("\r\n", "\n").split("\n\n"):
        for line in re.split(r"(?<=[.?!:]) |\n(?=[->h])", paragraph.strip()):
            sentence = unfolded(line.lstrip("-> ()")).rstrip(":)")
            if sentence.startswith("http"):
                assert any(sentence in link for link in links), sentence
            elif ", 02 5550" not in sentence:
                words = re.sub(r"\W+", " ", sentence).strip()
                assert words in re.sub(r"\W+", " ", shown), words
    assert len(html.encode()) < 60_000
    assert not page.find_all(["script", "img", "iframe", "link", "form", "object"])
    assert all(link.startswith(("http://testserver/", "mailto:")) for link in links)


def assert_discreet(message: EmailMessage) -> None:
    """What a telephone shows to whoever is near: nothing of anybody's health, and no patient's name."""
    page = BeautifulSoup(body_of(message, "html"), "html.parser")
    preview = page.body.find("div").get_text()
    for shown in (str(message["Subject"]), preview):
        assert shown
        assert not HEALTH_WORDS.search(shown), shown
        assert "Anna" not in shown


def walk(plan: Plan, *days: dt.date) -> None:
    for day in days:
        Walk.objects.create(plan=plan, day=day, minutes=10, entered_by=plan.patient)


def review(plan: Plan, week_number: int, **fields: object) -> Review:
    defaults: dict[str, object] = {
        "at": utc(2026, 3, 8, 17),
        "line": 19,
        "decision": "advance",
        "reason": "met",
        "adherence": 1,
        "minutes_walked": 30,
        "dose_minutes": 10,
        "dose_days": 3,
        "next_minutes": 10,
        "next_days": 4,
        "sentence": "You had a good week of walking. Well done! Next week you walk more often: 10 minutes on 4 days.",
    }
    record = Review(plan=plan, week_number=week_number, **(defaults | fields))
    record.save()
    return record


FOOT = """\
--
Hillside Clinic, 02 5550 1234
You get this mail because you have a walking plan with Hillside Clinic."""
CHOOSE = """
Choose which mail you get, or stop it:
http://testserver/m/TOKEN/"""


def test_it_invites(plan: Plan, post: SmtpSink) -> None:
    at = utc(2026, 3, 1, 23)
    invitation = insert_invitation(
        plan.physiotherapist,
        at=at,
        email="bert@home.example",
        name="Bert Roe",
        message="It was good to meet you.\nSee you soon!",
    )
    queue(Mail.Kind.INVITATION, "invitation", at, invitation=invitation)
    message = arrived(post, at)
    assert message["Subject"] == "Your invitation to Waymark"
    assert message["To"] == "Bert Roe <bert@home.example>"
    assert (
        text_of(message)
        == """\
Hello Bert Roe,

Ruth Adler of Hillside Clinic invites you to a walking plan that is made for
you.

> It was good to meet you.
> See you soon!
> (Ruth Adler)

You begin with short walks. Each week your plan looks at how it went, and
grows only when you are ready. Your physiotherapist follows along.

Look at the invitation:
http://testserver/i/TOKEN/

It takes about five minutes. Until Monday 16 March, 10 a.m. the link works,
and only for you.

Questions? Ring Hillside Clinic on 02 5550 1234.

--
Hillside Clinic, 02 5550 1234
You get this mail because Hillside Clinic entered your address. If you did
not expect it, you can leave it: nothing happens until you accept."""
    )
    assert message["List-Unsubscribe"] is None
    assert_html_says_the_same(message)
    assert_discreet(message)


def test_it_welcomes(plan: Plan, post: SmtpSink) -> None:
    at = utc(2026, 2, 28, 1)
    queue(Mail.Kind.WELCOME, "start", at, plan=plan)
    message = arrived(post, at)
    assert message["Subject"] == "Welcome to Waymark"
    assert (
        text_of(message)
        == f"""\
Hello Anna Berg,

It is good to have you with us. Your walking plan starts on Monday 2 March.

Your first week: 10 minutes on 3 days

Choose the days that suit you. What happens now:

- After a walk, write down your minutes. It takes a few seconds.
- On the last day of each week we send you a few short questions. They take
  two minutes, and you do not need to sign in.
- Your walks and your answers decide the next week: a little more, the same,
  or a little less. We always tell you why.
- Your physiotherapist sees how you get on, and can change your plan at any
  time.

See my week:
http://testserver/today/

Not sure whether something you feel is normal? These are the signs that need
a doctor: http://testserver/warning-signs/

Questions? Ring Hillside Clinic on 02 5550 1234.

{FOOT}"""
    )
    assert message["List-Unsubscribe"] is None
    assert_html_says_the_same(message)
    assert_discreet(message)


def test_it_asks_how_the_week_went(plan: Plan, post: SmtpSink) -> None:
    walk(plan, dt.date(2026, 3, 2), dt.date(2026, 3, 4), dt.date(2026, 3, 4))
    at = utc(2026, 3, 8, 6)
    queue(Mail.Kind.CHECK_IN, "week:1", at, plan=plan)
    message = arrived(post, at)
    assert message["Subject"] == "Your week with Waymark"
    assert (
        text_of(message)
        == f"""\
Hello Anna Berg,

Week 1 of your plan ends today. You did 2 of 3 walks.

How did it go? A few short questions help to decide what comes next.

Answer the questions:
http://testserver/c/TOKEN/

You do not need to sign in. The link is only for you. It works until the end
of Sunday 15 March.

If you do not answer, that is all right too: your plan then goes by the
walks that you wrote down.

{FOOT}{CHOOSE}"""
    )
    assert_html_says_the_same(message)
    assert_discreet(message)


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (0, "We have seen no walks yet. If you went for one, you can still write it down."),
        (1, "You did 1 of 3 walks."),
        (3, "You did all of your 3 walks. Well done!"),
        (5, "You walked on 5 days. Your plan asked for 3. Well done!"),
    ],
)
def test_it_counts_the_days_walked(plan: Plan, post: SmtpSink, days: int, said: str) -> None:
    walk(plan, *(dt.date(2026, 3, 2) + dt.timedelta(days=number) for number in range(days)))
    walk(plan, dt.date(2026, 3, 1), dt.date(2026, 3, 9))  # beside the week
    queue(Mail.Kind.CHECK_IN, "week:1", utc(2026, 3, 8, 6), plan=plan)
    assert said in unfolded(text_of(arrived(post, utc(2026, 3, 8, 6))))


def test_a_check_in_that_is_late_says_that_the_week_is_over(plan: Plan, post: SmtpSink) -> None:
    queue(Mail.Kind.CHECK_IN, "week:1", utc(2026, 3, 8, 6), plan=plan)
    message = arrived(post, utc(2026, 3, 8, 14))  # 1 a.m. on Monday in Sydney
    assert "Week 1 of your plan is over." in text_of(message)


def in_week_2(plan: Plan, **fields: object) -> Week:
    """As the review of week 1 leaves the plan."""
    defaults: dict[str, object] = {"minutes": 10, "days": 4, "origin": "review"}
    days = {"starts": dt.date(2026, 3, 9), "ends": dt.date(2026, 3, 15)}
    week = Week.objects.create(plan=plan, number=2, **(defaults | days | fields))
    plan.week_number = 2
    plan.save()
    return week


def test_it_tells_a_new_week(plan: Plan, post: SmtpSink) -> None:
    review(plan, 1)
    in_week_2(plan)
    at = utc(2026, 3, 8, 20)
    queue(Mail.Kind.WEEK_PLAN, "week:2", at, plan=plan)
    message = arrived(post, at)
    assert message["Subject"] == "Your new week with Waymark"
    assert (
        text_of(message)
        == f"""\
Hello Anna Berg,

A new week begins. This is your plan for it.

Week 2: 10 minutes on 4 days

> You had a good week of walking. Well done! Next week you walk more often:
> 10 minutes on 4 days.
> (the review of week 1)

See my week:
http://testserver/today/

You can still answer last week's questions until the end of Sunday 15 March.
Your plan then looks again.

Answer last week's questions:
http://testserver/c/TOKEN/

Questions? Ring Hillside Clinic on 02 5550 1234.

{FOOT}{CHOOSE}"""
    )
    assert_html_says_the_same(message)
    assert_discreet(message)


def test_a_new_week_brings_the_physiotherapists_words(plan: Plan, post: SmtpSink) -> None:
    ruth = plan.physiotherapist
    for revision, words in enumerate(("Let us wait.", "Shorter walks for a while.\nRing me!"), 1):
        Adjustment(
            plan=plan,
            week_number=1,
            revision=revision,
            minutes=8,
            days=5,
            by=ruth,
            at=utc(2026, 3, 5),
            reason="Sore hip",
            message=words,
        ).save()
    review(
        plan, 1, line=2, decision="adjust", reason="physiotherapist", next_minutes=8, next_days=5
    )
    in_week_2(plan, minutes=8, days=5, origin="physiotherapist")
    queue(Mail.Kind.WEEK_PLAN, "week:2", utc(2026, 3, 8, 20), plan=plan)
    text = text_of(arrived(post, utc(2026, 3, 8, 20)))
    assert "Week 2: 8 minutes on 5 days" in text
    assert "> Shorter walks for a while.\n> Ring me!\n> (Ruth Adler)" in text
    assert "Let us wait" not in text
    assert "Sore hip" not in text


def test_a_resumed_plan_says_so(plan: Plan, post: SmtpSink) -> None:
    """The red flag that stopped the plan was a check-in, but not one that showed the new week."""
    CheckIn(plan=plan, week_number=1, at=utc(2026, 3, 4), via="app", red_flags=["trauma"]).save()
    review(
        plan,
        1,
        line=1,
        decision="stop",
        reason="red_flag",
        next_minutes=None,
        next_days=None,
        sentence="Stop.",
    )
    Week.objects.filter(plan=plan, number=1).update(ends=dt.date(2026, 3, 8))
    in_week_2(plan, minutes=6, days=2, origin="physiotherapist")
    queue(Mail.Kind.WEEK_PLAN, "week:2", utc(2026, 3, 8, 20), plan=plan)
    text = text_of(arrived(post, utc(2026, 3, 8, 20)))
    assert "Your physiotherapist has started your plan again. This is your week." in text
    assert "Week 2: 6 minutes on 2 days" in text
    assert "Stop." not in text
    assert "last week's questions" not in text


def stopped(plan: Plan, week_number: int, *red_flags: str) -> None:
    CheckIn(
        plan=plan,
        week_number=week_number,
        at=utc(2026, 3, 4, 2),
        via="mail",
        red_flags=list(red_flags),
    ).save()
    PlanEvent(
        plan=plan,
        kind="paused",
        at=utc(2026, 3, 4, 2),
        week_number=week_number,
        detail={"reason": "red_flag"},
    ).save()
    plan.status, plan.paused_for = Plan.Status.PAUSED, "red_flag"
    plan.next_review_at = plan.next_check_in_at = None
    plan.save()


def test_it_says_what_to_do_after_a_warning_sign(plan: Plan, post: SmtpSink) -> None:
    stopped(plan, 1, "chest_pain")
    at = utc(2026, 3, 4, 2)
    queue(Mail.Kind.PAUSED, "week:1", at, plan=plan)
    message = arrived(post, at)
    assert message["Subject"] == "Waymark: please read this today"
    assert (
        text_of(message)
        == f"""\
Hello Anna Berg,

Please do this now: Call 000 or go to an emergency department now. Do not
drive yourself. Say which warning sign you have, and when it started.

You told us about a warning sign. It may turn out to be harmless, but a
doctor needs to look at it before you go on.

Please do not walk for your plan until you have been seen. Your plan is
paused. Your walks are saved. Your physiotherapist has been told. After you
have been seen, call Hillside Clinic on 02 5550 1234 and tell us.

Read about warning signs:
http://testserver/warning-signs/

{FOOT}"""
    )
    assert message["List-Unsubscribe"] is None
    assert_html_says_the_same(message)
    assert_discreet(message)


def test_it_alerts_the_physiotherapist(plan: Plan, post: SmtpSink) -> None:
    stopped(plan, 1, "chest_pain", "saddle_numbness")
    at = utc(2026, 3, 4, 2)
    queue(Mail.Kind.URGENT, "week:1", at, plan=plan, recipient=plan.physiotherapist)
    message = arrived(post, at)
    assert message["Subject"] == "A patient needs you today"
    assert message["To"] == "Ruth Adler <ruth@hillside.example>"
    assert (
        text_of(message)
        == f"""\
Hello Ruth Adler,

Needs you today: On Wednesday 4 March, 1 p.m., Anna Berg reported a red
flag.

- Saddle numbness
- Chest pain

The plan was paused at once. The patient was told to call 000 or go to an
emergency department now.

Please ring the patient now. Email: anna@home.example.

Open the plan:
http://testserver/admin/walking/plan/{plan.pk}/change/

The plan stays paused until you resume it at a dose that you choose.

--
Hillside Clinic, 02 5550 1234
You get this mail because you answer for this patient at Hillside Clinic."""
    )
    assert message["List-Unsubscribe"] is None
    assert message["Reply-To"] is None
    assert_html_says_the_same(message)
    assert_discreet(message)


def test_it_asks_the_monthly_question(plan: Plan, post: SmtpSink) -> None:
    at = utc(2026, 4, 2, 0)
    queue(Mail.Kind.RECURRENCE, "month:1", at, plan=plan)
    message = arrived(post, at)
    assert message["Subject"] == "One question from Waymark"
    assert (
        text_of(message)
        == f"""\
Hello Anna Berg,

Once a month we ask you one short question. It shows us how you get on over
time.

This month's question: Since Monday 2 March, have you had back pain that
lasted 24 hours or more?

Answer yes or no:
http://testserver/r/TOKEN/

You do not need to sign in. The link is only for you. It works until the end
of Monday 1 June.

A “no” is just as useful to us as a “yes”.

{FOOT}{CHOOSE}"""
    )
    assert_html_says_the_same(message)
    assert_discreet(message)


def test_it_reminds_of_a_contact(plan: Plan, post: SmtpSink) -> None:
    at = utc(2026, 3, 7, 23)  # 10 a.m. on Sunday in Sydney
    queue(Mail.Kind.CONTACT, "contact:2", at, plan=plan)
    message = arrived(post, at)
    assert message["Subject"] == "Tomorrow: your appointment"
    assert (
        text_of(message)
        == f"""\
Hello Anna Berg,

You talk with Ruth Adler by telephone. Please have it near you.

Tomorrow: Monday 9 March

You may like to think of one thing that went well, and one that you want to
ask.

See my plan:
http://testserver/plan/

Don't know the time yet, or does the day not suit you? Ring Hillside Clinic
on 02 5550 1234.

{FOOT}{CHOOSE}"""
    )
    assert_html_says_the_same(message)
    assert_discreet(message)


def test_a_reminder_that_is_late_says_today(plan: Plan, post: SmtpSink) -> None:
    Contact.objects.filter(plan=plan, number=3).update(due=dt.date(2026, 3, 9))
    queue(Mail.Kind.CONTACT, "contact:3", utc(2026, 3, 7, 23), plan=plan)
    message = arrived(post, utc(2026, 3, 8, 22))
    assert message["Subject"] == "Today: your appointment"
    assert "Today: Monday 9 March" in text_of(message)
    assert "in person, or by video" in text_of(message)


def test_it_lists_who_needs_the_physiotherapist(plan: Plan, post: SmtpSink) -> None:
    ruth = plan.physiotherapist
    stopped(plan, 1, "trauma")
    bert = insert_plan(
        patient=make_patient(plan.clinic, name="Bert Roe"), physiotherapist=ruth, week_number=2
    )
    review(bert, 1, line=4, decision="ease", reason="pain_high", flags=["pain"], pain=7)
    insert_plan(
        patient=make_patient(plan.clinic, name="Cleo Fine"), physiotherapist=ruth, contacts=False
    )
    at = utc(2026, 3, 9, 20, 30)
    refresh(Plan.objects.values_list("pk", flat=True), at)
    queue(Mail.Kind.DIGEST, "2026-03-10", at, recipient=ruth)
    message = arrived(post, at)
    assert message["Subject"] == "Your Waymark morning list"
    assert (
        text_of(message)
        == """\
Hello Ruth Adler,

2 patients of your caseload need you.

- Anna Berg: Red flag reported (since Wednesday 4 March). Call the patient
  now. Once it is safe, resume a paused plan at a dose you choose.
- Bert Roe: High pain (since Monday 9 March). Ask about the pain; the dose
  was eased.

Open my caseload:
http://testserver/admin/

--
Hillside Clinic, 02 5550 1234
You get this mail on working days on which somebody of your caseload needs
attention.
Choose which mail you get, or stop it:
http://testserver/m/TOKEN/"""
    )
    assert_html_says_the_same(message)
    assert_discreet(message)


def test_everybody_reads_dates_and_times_of_their_own_zone(plan: Plan, post: SmtpSink) -> None:
    """4 March, 2 a.m. UTC is still 3 March in Honolulu."""
    User.objects.filter(pk=plan.physiotherapist_id).update(timezone="Pacific/Honolulu")
    stopped(plan, 1, "chest_pain")
    queue(Mail.Kind.URGENT, "week:1", utc(2026, 3, 4, 2), plan=plan, recipient=plan.physiotherapist)
    assert "Tuesday 3 March, 4 p.m." in text_of(arrived(post, utc(2026, 3, 4, 2)))


def test_a_clinic_without_a_telephone_is_asked_otherwise(plan: Plan, post: SmtpSink) -> None:
    plan.clinic.phone = plan.clinic.email = ""
    plan.clinic.save()
    queue(Mail.Kind.WELCOME, "start", utc(2026, 3, 2), plan=plan)
    message = arrived(post, utc(2026, 3, 2))
    assert "Questions? Ask Hillside Clinic." in text_of(message)
    assert message["Reply-To"] is None


def test_markup_in_anybodys_words_stays_words(plan: Plan, post: SmtpSink) -> None:
    at = utc(2026, 3, 1)
    invitation = insert_invitation(
        plan.physiotherapist, at=at, name="<b>Bert</b>", message="<script>alert(1)</script> & you"
    )
    queue(Mail.Kind.INVITATION, "invitation", at, invitation=invitation)
    message = arrived(post, at)
    assert "<script>" not in body_of(message, "html")
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; you" in body_of(message, "html")
    assert "> <script>alert(1)</script> & you" in text_of(message)


def test_eased_in_mid_week_the_new_dose_counts(plan: Plan, post: SmtpSink) -> None:
    Week.objects.filter(plan=plan, number=1).update(
        minutes=5, days=2, eased_from=3, first_minutes=10, first_days=3
    )
    assert plan.weeks.get(number=1).dose == Dose(5, 2)
    walk(plan, dt.date(2026, 3, 2), dt.date(2026, 3, 5))
    queue(Mail.Kind.CHECK_IN, "week:1", utc(2026, 3, 8, 6), plan=plan)
    assert "You did all of your 2 walks." in text_of(arrived(post, utc(2026, 3, 8, 6)))
