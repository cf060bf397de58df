"""How people walk and what they answer: a week from a habit and a dose. Pure; the same ``Random`` gives the same
week."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import Final

from walking.programme.dose import Dose
from walking.programme.facts import CheckIn, Difficulty
from walking.programme.red_flags import RedFlag

type Span = tuple[int, int]

ABOUT_RIGHT: Final = (Difficulty.ABOUT_RIGHT,)


@dataclass(frozen=True, slots=True)
class Answers:
    """What a patient with a habit answers in a check-in; ``words`` are used in turn, week by week."""

    pain: Span = (0, 2)
    difficulty: tuple[Difficulty, ...] = ABOUT_RIGHT
    confidence: Span = (7, 9)
    flare_up: bool = False
    away: bool = False
    red_flags: tuple[RedFlag, ...] = ()
    words: tuple[str, ...] = ("",)
    late: bool = False


@dataclass(frozen=True, slots=True)
class Habit:
    """``walks``: percent of the prescribed days walked. ``length``: percent of the prescribed minutes, least and most.
    ``pain``: after a walk. ``answers``: None for a patient who skips the check-in."""

    walks: int
    length: Span = (100, 120)
    pain: Span = (0, 2)
    answers: Answers | None = field(default_factory=Answers)


@dataclass(frozen=True, slots=True)
class InventedWalk:
    """``day`` 1-7 of the week."""

    day: int
    minutes: int
    pain: int | None
    effort: str


@dataclass(frozen=True, slots=True)
class InventedWeek:
    walks: tuple[InventedWalk, ...]
    check_in: CheckIn | None
    words: str = ""
    late: bool = False


def invent_week(habit: Habit, dose: Dose, number: int, random: Random) -> InventedWeek:
    """Return week ``number`` of a patient with ``habit`` and this ``dose``."""
    count = min(7, round(dose.days * habit.walks / 100))
    days = sorted(random.sample(range(1, 8), count))
    walks = tuple(_walk(habit, dose, day, random) for day in days)
    said = habit.answers
    if said is None:
        return InventedWeek(walks, None)
    check_in = CheckIn(
        pain=random.randint(*said.pain),
        difficulty=random.choice(said.difficulty),
        confidence=random.randint(*said.confidence),
        flare_up=said.flare_up,
        away=said.away,
        red_flags=said.red_flags,
    )
    return InventedWeek(walks, check_in, said.words[number % len(said.words)], said.late)


def _walk(habit: Habit, dose: Dose, day: int, random: Random) -> InventedWalk:
    minutes = max(1, round(dose.minutes * random.randint(*habit.length) / 100))
    pain = random.randint(*habit.pain) if random.random() < 0.8 else None
    effort = "hard" if (pain or 0) >= 4 else random.choice(("easy", "moderate", "moderate", ""))
    return InventedWalk(day, minutes, pain, effort)


_STEADY_WORDS: Final = (
    "Round the oval with the dog, twice. Back felt good.",
    "",
    "Did them all before breakfast. It suits me better than the evenings.",
    "A bit stiff getting going, fine after five minutes.",
    "",
    "Walked with my neighbour on Tuesday, the time flew.",
    "Rained most of the week so I did two of them in the shopping centre.",
    "",
    "Slept better this week than I have since the winter.",
    "Carried the shopping home for the first time in months. Sore for an hour, no more.",
)

HABITS: Final[dict[str, Habit]] = {
    "steady": Habit(100, answers=Answers(words=_STEADY_WORDS)),
    "keen": Habit(
        120,
        (105, 140),
        (0, 1),
        Answers(
            (0, 1),
            (Difficulty.TOO_EASY, Difficulty.ABOUT_RIGHT),
            (9, 10),
            words=(
                "Could do more if you let me!",
                "Found a track along the river, lovely in the mornings.",
                "",
                "Took the grandchildren along, they got tired before I did.",
            ),
        ),
    ),
    "partly": Habit(
        67,
        answers=Answers(
            confidence=(5, 7),
            words=(
                "Missed a couple, my sister was visiting.",
                "Too hot in the afternoons, I need to get out earlier.",
                "Busy week, will do better.",
            ),
        ),
    ),
    "late": Habit(
        100, answers=Answers(words=("Sorry, forgot to fill this in yesterday.",), late=True)
    ),
    "silent": Habit(100, answers=None),
    "empty": Habit(0, answers=None),
    "low": Habit(
        34,
        (80, 100),
        (1, 3),
        Answers(
            (2, 3),
            (Difficulty.TOO_HARD, Difficulty.ABOUT_RIGHT),
            (3, 5),
            words=(
                "I just can't find the time with Mum in hospital.",
                "Once round the block and that was it. Feeling rather flat.",
                "I keep putting it off and then it's dark.",
            ),
        ),
    ),
    "sore": Habit(
        100,
        (90, 105),
        (3, 5),
        Answers(
            (4, 5),
            confidence=(5, 7),
            words=(
                "Aches across the low back after each walk, gone by the next morning.",
                "Not too bad, but it is there the whole way.",
            ),
        ),
    ),
    "hurting": Habit(
        67,
        (60, 100),
        (4, 7),
        Answers(
            (6, 7),
            (Difficulty.TOO_HARD,),
            (3, 5),
            words=(
                "Thursday's walk was horrid, had to sit on a wall halfway.",
                "It catches me when I get out of a chair. Worse than last week.",
            ),
        ),
    ),
    "flared": Habit(
        34,
        (50, 90),
        (3, 5),
        Answers(
            (5, 5),
            (Difficulty.TOO_HARD,),
            (3, 4),
            flare_up=True,
            words=(
                "Bent down for the washing basket on Wednesday and that was that. Two days flat.",
            ),
        ),
    ),
    "away": Habit(
        34,
        answers=Answers(
            confidence=(6, 8),
            away=True,
            words=(
                "Away at my cousin's wedding on the other island, no time for walks.",
                "In bed with a cold most of the week. Better now.",
            ),
        ),
    ),
    "alarmed": Habit(
        67,
        (80, 100),
        (2, 3),
        Answers(
            (3, 3),
            confidence=(4, 6),
            red_flags=(RedFlag.NIGHT_PAIN,),
            words=("It wakes me every night about three and no position helps. Not like before.",),
        ),
    ),
}
