"""Break the compose stack: kill containers while a clinic's weeks are reviewed and its emails are sent.

Counts at the end as ``make faults`` does (``tests/faults/count.py``): reviews and emails, lost or doubled.
"""

from __future__ import annotations

import os
import random
import signal
import time
from datetime import timedelta
from typing import TYPE_CHECKING

from tests.faults.count import Counted, count
from tests.faults.place import LEASE, WEEK
from tests.faults.smtp import MailServer, Manners
from tests.services import wait_until

if TYPE_CHECKING:
    from scripts.stack import ComposeStack

PATIENTS = 2000
KILLS = 12
WORKERS = 3
#: The engine restarts a container that died, with growing pauses.
REVIVAL = 90


def under_fire(stack: ComposeStack, mail: MailServer) -> Counted:
    """Take ``PATIENTS`` plans through two weeks, while ``KILLS`` containers die; the stack is left as it was.

    Raises ``TimeoutError`` if a container that died is not started again.
    """
    stack.manage("load_cohort", "--patients", str(PATIENTS), "--weeks", "2")
    stack.shell(
        "from django.utils import timezone\nfrom walking.models import Plan\n"
        "Plan.objects.filter(status='active').update(next_check_in_at=timezone.now())"
    )
    stack.scale("worker", WORKERS)
    # Slow enough that email is being sent whenever something dies.
    mail.manners = Manners(delay=0.005)
    dice = random.Random(1)
    faults = 0
    for number in range(KILLS):
        if number == KILLS // 2:
            stack.clock.move_by(WEEK)
        time.sleep(dice.uniform(0.5, 3))
        match number % 6:
            case 2:
                stack.engine("exec", stack.containers()["redis"][0], "redis-cli", "flushall")
            case 4:
                crash(stack, "redis")
            case 5:
                crash(stack, "postgres")
            case _:
                crash(stack, "worker")
        faults += 1
    stack.scale("worker", 1)
    mail.manners = Manners()
    _finish(stack)
    return count("the compose stack", faults, stack, mail)


def crash(stack: ComposeStack, service: str) -> None:
    """Kill one of the service's containers with SIGKILL, as if out of memory; its restart policy restarts it."""
    name = random.choice(stack.containers()[service])
    process = stack.process_of(name)
    os.kill(process, signal.SIGKILL)
    wait_until(
        lambda: stack.process_of(name) not in (0, process),
        timeout=REVIVAL,
        every=0.5,
        what=f"{name} to be started again",
    )


def _finish(stack: ComposeStack) -> None:
    """Without further faults, finish what dead workers had leased and what was postponed."""
    wait_until(
        lambda: stack.engine.is_healthy(stack.containers()["postgres"][0]),
        timeout=60,
        every=1,
        what="the database to be back",
    )
    stack.compose("stop", "worker", "beat")
    step = LEASE
    for _ in range(40):
        stack.manage("tick")
        left = stack.shell(
            "from django.utils import timezone\nfrom walking.models import Mail\n"
            "print(Mail.objects.filter(state='queued', due_at__lte=timezone.now()).count())"
        )
        if left == "0":
            return
        stack.clock.move_by(step)
        step = min(2 * step, timedelta(hours=1, minutes=30))
    raise TimeoutError(f"{left} messages never came to an end")
