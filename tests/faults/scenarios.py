"""What goes wrong in a clinic's basement, one kind at a time. Each scenario ends when all that was due is done."""

from __future__ import annotations

import datetime as dt
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from threading import Event, Thread

from tests.faults.count import Counted, count
from tests.faults.place import WEEK, Servers, Workers, small_clinic, workers
from tests.faults.smtp import CLOSE, HANG, TAKE_AND_CLOSE, Manners
from tests.services import PATIENCE, wait_until

HOUR = dt.timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Size:
    """How many patients, and how many faults where they can be counted."""

    plans: int
    kills: int


FULL, SHORT = Size(20_000, 50), Size(300, 3)
type Scenario = Callable[[Servers, Size], Counted]


def killed_while_reviewing(here: Servers, size: Size) -> Counted:
    """Two workers, one of which dies by SIGKILL at a random moment, again and again, with weeks to review."""
    with workers(here, size.plans) as (stack, mail):
        stack.run("beat", "worker1", "worker2")
        dice = random.Random(1)
        for _ in range(size.kills):
            if not stack.overdue():
                stack.move_by(WEEK)
            time.sleep(dice.uniform(0.05, 1.5))
            stack.again(dice.choice(["worker1", "worker2"]))
        stack.finish()
        return count("workers killed while reviewing", size.kills, stack, mail)


def killed_while_delivering(here: Servers, size: Size) -> Counted:
    """The same with a check-in for every patient to deliver, to a server that takes its time."""
    with workers(here, size.plans) as (stack, mail):
        mail.manners = Manners(delay=0.002)
        stack.all_check_ins_due()
        stack.run("beat", "worker1", "worker2")
        dice = random.Random(2)
        for _ in range(size.kills):
            if not stack.waiting():
                stack.move_by(dt.timedelta(minutes=11))
            time.sleep(dice.uniform(0.05, 1.5))
            stack.again(dice.choice(["worker1", "worker2"]))
        mail.manners = Manners()
        stack.finish()
        return count("workers killed while delivering", size.kills, stack, mail)


def database_restarted(here: Servers, size: Size) -> Counted:
    """PostgreSQL dies and comes back, in the middle of reviews and deliveries."""
    times = max(2, size.kills // 10)
    with workers(here, size.plans) as (stack, mail):
        mail.manners = Manners(delay=0.002)
        stack.all_check_ins_due()
        stack.run("beat", "worker1", "worker2")
        dice = random.Random(3)
        for number in range(times):
            time.sleep(dice.uniform(1, 4))
            if number % 2:
                stack.move_by(WEEK)
                time.sleep(dice.uniform(1, 3))
            here.postgres.kill()
            time.sleep(dice.uniform(0.2, 2))
            here.postgres.start()
        # Outcomes that waited for it are written, before ``finish`` kills who wrote them.
        time.sleep(5)
        mail.manners = Manners()
        stack.finish()
        return count("PostgreSQL restarted", times, stack, mail)


def broker_lost(here: Servers, size: Size) -> Counted:
    """Redis is emptied, killed and started again, empty, while there is work."""
    times = max(3, size.kills // 10)
    with workers(here, size.plans) as (stack, mail):
        stack.all_check_ins_due()
        stack.run("beat", "worker1", "worker2")
        dice = random.Random(4)
        for number in range(times):
            time.sleep(dice.uniform(0.5, 2))
            if number % 3 == 0:
                stack.move_by(WEEK)
            if number % 2:
                here.redis.empty()
            else:
                here.redis.kill()
                time.sleep(dice.uniform(0.5, 3))
                here.redis.start()
        stack.wait_until_done()
        stack.finish()
        return count("Redis emptied, stopped, started", times, stack, mail)


def _mail_trouble(
    name: str, here: Servers, size: Size, manners: Manners, seconds: float = 4
) -> Counted:
    """A check-in for every patient; ``manners`` for some seconds, then a server as it should be."""
    plans = min(size.plans, 4000)
    with workers(here, plans) as (stack, mail):
        mail.manners = manners
        stack.all_check_ins_due()
        stack.run("beat", "worker1", "worker2")
        time.sleep(seconds if size is SHORT else 8 * seconds)
        faults = mail.seen
        # Who was refused stays refused.
        mail.manners = replace(Manners(), recipient=manners.recipient)
        stack.finish()
        return count(name, faults, stack, mail)


def refused_for_a_while(here: Servers, size: Size) -> Counted:
    return _mail_trouble(
        "mail refused for now (451)", here, size, Manners(end=lambda _number: "451 later")
    )


def refused_for_some(here: Servers, size: Size) -> Counted:
    def recipient(address: str) -> str:
        return "550 no such person" if sum(address.encode()) % 20 == 0 else "250 fine"

    return _mail_trouble("mail refused for some (550)", here, size, Manners(recipient=recipient))


def nobody_there(here: Servers, size: Size) -> Counted:
    return _mail_trouble("mail server busy (421)", here, size, Manners(greet="421 busy"))


def hanging(here: Servers, size: Size) -> Counted:
    return _mail_trouble(
        "mail server hangs",
        here,
        size,
        Manners(end=lambda number: HANG if number % 50 == 10 else "250 taken"),
    )


def broken_off(here: Servers, size: Size) -> Counted:
    return _mail_trouble(
        "connection lost in the message",
        here,
        size,
        Manners(
            breaks_off=lambda number: number % 7 == 0,
            end=lambda number: CLOSE if number % 11 == 0 else "250 taken",
        ),
    )


def answer_lost(here: Servers, size: Size) -> Counted:
    """The one case that nobody can know: taken, and the connection dies before the answer."""
    return _mail_trouble(
        "connection lost before the answer",
        here,
        size,
        Manners(end=lambda number: TAKE_AND_CLOSE if number % 25 == 0 else "250 taken"),
    )


def slow(here: Servers, size: Size) -> Counted:
    return _mail_trouble("mail server slow", here, size, Manners(delay=0.1))


def two_beats(here: Servers, size: Size) -> Counted:
    with workers(here, size.plans) as (stack, mail):
        stack.all_check_ins_due()
        stack.run("beat", "beat2", "worker1", "worker2")
        stack.move_by(WEEK)
        stack.wait_until_done()
        stack.finish()
        return count("two beats", 1, stack, mail)


def all_hands(here: Servers, size: Size) -> Counted:
    """Four workers, and ``tick`` from cron beside them."""
    with workers(here, size.plans) as (stack, mail):
        stack.all_check_ins_due()
        stack.run("beat", "worker1", "worker2", "worker3", "worker4")
        with _ticking(stack) as ticks:
            stack.move_by(WEEK)
            stack.wait_until_done()
        stack.finish()
        return count("four workers and tick", len(ticks), stack, mail)


def clock_jumps(here: Servers, size: Size) -> Counted:
    """A week forward, an hour back, by ``tick``: a beat would wait until the hour is reached again."""
    with workers(here, size.plans) as (stack, mail):
        stack.all_check_ins_due()
        assert stack.clock is not None
        for _ in range(2):
            stack.manage("tick")
            stack.move_by(WEEK)
            stack.manage("tick")
            stack.clock._set(stack.now() - HOUR)
            stack.manage("tick")
        stack.move_by(2 * HOUR)
        stack.finish()
        return count("clock a week forward, an hour back", 4, stack, mail)


def disk_full(here: Servers, size: Size) -> Counted:
    """SQLite on a disk that fills up at a random byte while there are weeks to review and check-ins to deliver."""
    times = max(3, size.kills // 5)
    with small_clinic(min(size.plans, 2000)) as (stack, mail, disk):
        mail.manners = Manners(delay=0.002)
        stack.all_check_ins_due()
        stack.run("worker")
        dice = random.Random(5)
        full = 0
        for _ in range(times):
            if not stack.overdue():
                stack.move_by(WEEK)
            disk.leave(dice.randrange(400_000))
            with suppress(TimeoutError):
                wait_until(disk.is_full, timeout=PATIENCE, what="a full disk")
                full += 1
            # Once for longer than anything waits for a locked database.
            time.sleep(90 if size is FULL and full == 1 else dice.uniform(1, 4))
            disk.make_room()
            if not stack.processes["worker"].running:
                stack.run("worker")
            time.sleep(dice.uniform(0.5, 2))
        mail.manners = Manners()
        stack.finish()
        return count("disk full, SQLite", full, stack, mail)


@contextmanager
def _ticking(stack: Workers) -> Iterator[list[int]]:
    """Somebody calls ``tick`` over and over, in a process of its own."""
    over, done = Event(), list[int]()

    def call() -> None:
        while not over.is_set():
            stack.manage("tick")
            done.append(1)

    thread = Thread(target=call)
    thread.start()
    try:
        yield done
    finally:
        over.set()
        thread.join()


ALL: tuple[Scenario, ...] = (
    killed_while_reviewing,
    killed_while_delivering,
    database_restarted,
    broker_lost,
    refused_for_a_while,
    refused_for_some,
    nobody_there,
    hanging,
    broken_off,
    answer_lost,
    slow,
    two_beats,
    all_hands,
    clock_jumps,
    disk_full,
)
