"""The people of the demo clinic. All invented; their addresses can receive nothing (RFC 2606)."""

from __future__ import annotations

from typing import Final

from walking.demo.story import (
    Attended,
    Colleague,
    FlareUp,
    Invited,
    MailReturned,
    NewZone,
    Pause,
    Person,
    Recurred,
    Resume,
    SetDose,
    State,
    WarningSign,
)
from walking.programme.dose import Dose
from walking.programme.red_flags import RedFlag
from walking.programme.settings import Programme

#: The password of every demo account.
PASSWORD: Final = "a little further each week"  # noqa: S105 - printed at every start

CLINIC_NAME: Final = "Riverbend Physiotherapy"
CLINIC_TIMEZONE: Final = "Australia/Sydney"
CLINIC_PHONE: Final = "02 5550 0142"
CLINIC_EMAIL: Final = "desk@riverbend.example"
EMERGENCY_NUMBER: Final = "000"
CLINIC_COUNTRY: Final = "AU"
OPENING_HOURS: Final = "Monday to Friday, 8:00 to 18:00"

MANAGER: Final = Colleague("Helen Ward", "helen@riverbend.example")
PHYSIOTHERAPISTS: Final = (
    Colleague("Priya Nair", "priya@riverbend.example"),
    Colleague("Tom Becker", "tom@riverbend.example"),
)

#: Patients who agreed to research, including with their own words, or withdrew; the others never answered.
SHARE: Final = frozenset(
    f"{name}@home.example"
    for name in ("margaret", "kenji", "peter", "grace", "stanley", "ray", "david", "rosa")
)
SHARE_WORDS: Final = frozenset(("rosa@home.example", "kenji@home.example", "stanley@home.example"))
UNSHARE: Final = frozenset(("david@home.example",))
#: On paper, because she has no address.
SHARE_ON_PAPER: Final = frozenset(("Edith Palmer",))

SYDNEY = "Australia/Sydney"
WEEK = 7
DAY = 24 * 60  # minutes

PATIENTS: Final = (
    Person(
        "Joan Whitfield", "joan@home.example", SYDNEY, 0, State.NEW, began=-2, lead=3
    ),  # starts the day after tomorrow
    Person("Peter Novak", "peter@home.example", SYDNEY, 1, State.NEW, began=2),
    Person(
        "Margaret Ellis",
        "margaret@home.example",
        SYDNEY,
        0,
        State.ON_TRACK,
        began=4 * WEEK + 3,
        habits=("steady", "steady", "late", "steady"),
        companions={"movement": 1},
    ),
    Person(  # has no email address: enrolled in person, and phoned
        "Edith Palmer",
        "",
        SYDNEY,
        0,
        State.ON_TRACK,
        began=5 * WEEK + 2,
        habits=("steady", "steady", "steady"),
    ),
    Person(
        "Kenji Watanabe",
        "kenji@home.example",
        "Australia/Brisbane",
        1,
        State.ON_TRACK,
        began=10 * WEEK + 2,
        habits=("steady", "partly", "steady"),
        turns=(
            Pause(45, "Hernia repair on Thursday; the surgeon wants ten days of rest."),
            Resume(32, Dose(10, 4), "Cleared by the surgeon. Begins again below where he was."),
        ),
        recurred={1: Recurred(days=3, before=12)},
        companions={"loads": 8},
    ),
    Person(
        "Rosa Marin",
        "rosa@home.example",
        "Australia/Perth",
        0,
        State.ON_TRACK,
        began=13 * WEEK + 4,
        habits=("keen", "keen", "steady"),
        programme=Programme.at_pace("brisk", allow_faster=True),
        turns=(
            SetDose(
                69,
                Dose(22, 5),
                "Wants to keep five days but the hill route takes longer; tolerates it well.",
                "Take the hill slowly and turn back whenever you like.",
            ),
        ),
        recurred={2: Recurred(days=1)},
        companions={"sitting": 11},
    ),
    Person(
        "David Okafor",
        "david@home.example",
        "Europe/London",
        1,
        State.MAIL_LOST,
        began=8 * WEEK + 5,
        programme=Programme.at_pace("gentle"),
        turns=(
            MailReturned(2),
            WarningSign(40, RedFlag.TRAUMA),
            Resume(36, Dose(10, 3), "Fell off a step ladder. X-ray clear, no new signs. Go on."),
        ),
    ),
    Person(
        "Leilani Kahale",
        "leilani@home.example",
        "Pacific/Honolulu",
        0,
        State.NOT_ANSWERING,
        began=6 * WEEK + 3,
        habits=("steady", "steady", "silent"),
    ),
    Person(
        "Sione Tupou",
        "sione@home.example",
        "Pacific/Tongatapu",
        1,
        State.AWAY,
        began=5 * WEEK + 2,
        habits=("steady", "steady", "partly", "steady", "away", "steady"),
    ),
    Person(
        "Frank Doyle",
        "frank@home.example",
        SYDNEY,
        0,
        State.QUIET,
        began=6 * WEEK + 2,
        habits=("steady", "steady", "partly", "silent", "empty"),
        answers_months=False,
    ),
    Person(
        "Ingrid Larsen",
        "ingrid@home.example",
        "Australia/Adelaide",
        1,
        State.UNREACHED,
        began=8 * WEEK + 4,
        habits=("steady", "keen", "steady", "steady", "partly", "low", "empty"),
        turns=(MailReturned(22),),
        answers_months=False,
    ),
    Person(
        "Ahmed Haddad",
        "ahmed@home.example",
        SYDNEY,
        0,
        State.IN_PAIN,
        began=4 * WEEK + 2,
        habits=("steady", "steady", "steady", "hurting", "steady"),
    ),
    Person(
        "Beryl Simmons",
        "beryl@home.example",
        "Australia/Hobart",
        1,
        State.IN_PAIN,
        began=7 * WEEK + 3,
        habits=("steady", "steady", "steady", "steady", "steady", "sore", "hurting", "sore"),
        recurred={1: Recurred(days=3, before=12)},
    ),
    Person(
        "Carmen Ortiz",
        "carmen@home.example",
        SYDNEY,
        0,
        State.FLARE_UP,
        began=6 * WEEK + 4,
        habits=("steady", "steady", "keen", "steady"),
        turns=(FlareUp(1),),
    ),
    Person(
        "Walter Lindqvist",
        "walter@home.example",
        "Australia/Darwin",
        1,
        State.FLARE_UP,
        began=8 * WEEK + 3,
        habits=(*("steady",) * 7, "flared", "steady"),
    ),
    Person(
        "Grace Muller",
        "grace@home.example",
        SYDNEY,
        0,
        State.RED_FLAG,
        began=5 * WEEK,
        habits=("steady", "steady", "partly", "sore", "alarmed"),
    ),
    Person(
        "Ray Thompson",
        "ray@home.example",
        SYDNEY,
        1,
        State.RED_FLAG,
        began=-1,
        lead=3,
        signs_at_start=(RedFlag.LEG_WEAKNESS,),
    ),
    Person(
        "Olive Bennett",
        "olive@home.example",
        SYDNEY,
        0,
        State.PAUSED,
        began=7 * WEEK + 1,
        turns=(Pause(9, "Cataract operation; her eye doctor wants two weeks without effort."),),
    ),
    Person(
        "Hannah Fischer",
        "hannah@home.example",
        "Pacific/Auckland",
        1,
        State.COMPLETED,
        began=26 * WEEK + 3,
        habits=("steady", "steady", "steady", "partly", "late", "steady", "away", "steady"),
        turns=(NewZone(100, SYDNEY), NewZone(79, "Pacific/Auckland")),
        recurred={5: Recurred(days=4, before=6, sought_care=True)},
    ),
    Person(
        "Luis Ferreira",
        "luis@home.example",
        "Asia/Singapore",
        1,
        State.FOLLOW_UP,
        began=18 * WEEK + 2,
        habits=("steady", "keen", "keen", "steady", "low", "steady"),
        programme=Programme.at_pace("brisk", goal=Dose(40, 5), length_weeks=12),
        recurred={
            2: Recurred(days=2, before=20),
            4: Recurred(days=3, before=9, sought_care=True),
        },
    ),
    Person(
        "Stanley Brooks",
        "stanley@home.example",
        SYDNEY,
        0,
        State.STRUGGLING,
        began=7 * WEEK + 3,
        habits=("steady", "steady", "partly", "partly", "steady", "low"),
    ),
    Person(
        "Dot Harris",
        "dot@home.example",
        SYDNEY,
        1,
        State.WAITING,
        began=3 * WEEK + 6,
        habits=("steady", "steady", "steady", "silent"),
    ),
    Person(
        "Arthur Pell",
        "arthur@home.example",
        "Australia/Perth",
        0,
        State.WAITING,
        began=5 * WEEK + 1,
        habits=("steady", "steady", "silent"),
    ),
    Person(
        "Yuki Tanaka",
        "yuki@home.example",
        SYDNEY,
        1,
        State.ADJUSTED,
        began=5 * WEEK + 4,
        habits=("steady", "steady", "partly", "steady", "steady"),
        watch=True,
        turns=(
            SetDose(
                1,
                Dose(18, 4),
                "Night shifts next week: fewer, longer walks fit better. Agreed by telephone.",
                "As we said: four walks on your days off. Tell me how it went.",
            ),
        ),
    ),
)

INVITED: Final = (
    Invited(
        "Clive Morton",
        "clive@home.example",
        0,
        minutes_ago=10,
        message="Good to meet you on Monday. Have a look, and ring me with any question.",
    ),
    Invited(
        "Elena Petrova",
        "elena@home.example",
        1,
        minutes_ago=10,
        programme=Programme.at_pace("gentle", baseline=Dose(5, 3), goal=Dose(20, 5)),
    ),
    Invited("Bill Nguyen", "bill@home.example", 0, minutes_ago=4 * DAY),
    Invited("Sheila Grant", "sheila@home.example", 1, minutes_ago=18 * DAY),
    Invited("Moira Kelly", "moira@home.example", 0, minutes_ago=6 * DAY, revoked=True),
)

#: What the physiotherapists did most recently, each about one of their own patients.
ATTENDED: Final = (
    Attended(
        "ray@home.example",
        "Rang him: leg weak since Friday. Sent to the emergency department; his daughter drives.",
    ),
    Attended(
        "stanley@home.example",
        "Spoke on the telephone: his wife is in hospital. He walks when he can.",
    ),
    Attended("arthur@home.example", "On a cruise, no connection; rings when he is back.", days=3),
)
