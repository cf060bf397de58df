"""Invent many patients with a history, for load tests."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from walking.cohort.load import load

UNUSABLE_INPUT = 2
MOST_WEEKS = 52


class Command(BaseCommand):
    help = (
        "Invent N patients with W weeks of history before the running week, fast, for load"
        " tests. Exit status: 0 done, 1 failed, 2 unusable input."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--patients", required=True, metavar="N", help="how many, from 1 on")
        parser.add_argument(
            "--weeks",
            default="4",
            metavar="W",
            help=f"reviewed weeks before the running one, 0 to {MOST_WEEKS} (default: 4)",
        )
        parser.add_argument(
            "--seed",
            default="1",
            metavar="S",
            help="a whole number; the same number gives the same people (default: 1)",
        )

    def handle(self, *args: Any, patients: str, weeks: str, seed: str, **options: Any) -> None:
        number = _whole("--patients", patients, 1, None)
        history = _whole("--weeks", weeks, 0, MOST_WEEKS)
        chosen = _whole("--seed", seed, None, None)
        began = time.monotonic()
        loaded = load(number, weeks=history, seed=chosen, at=timezone.now(), progress=self._tell)
        took = max(time.monotonic() - began, 1e-9)
        made = loaded.rows
        self.stdout.write(
            f"{made['plan']} patients with {made['week']} weeks, {made['walk']} walks,"
            f" {made['check_in']} check-ins, {made['review']} reviews and {made['contact']}"
            f" contacts in {took:.1f} s: {made['plan'] / took:.0f} patients/s,"
            f" {sum(made.values()) / took:.0f} rows/s"
        )

    def _tell(self, done: int) -> None:
        if done % 50_000 == 0:
            self.stderr.write(f"{done} patients")


def _whole(name: str, text: str, least: int | None, most: int | None) -> int:
    try:
        number = int(str(text))
    except ValueError:
        raise CommandError(
            f"{name}: give a whole number, not {text!r}", returncode=UNUSABLE_INPUT
        ) from None
    if (least is not None and number < least) or (most is not None and number > most):
        span = f"from {least} to {most}" if most is not None else f"of {least} or more"
        raise CommandError(
            f"{name}: give a whole number {span}, not {number}", returncode=UNUSABLE_INPUT
        )
    return number
