"""Try the rules on invented weeks: JSON in, JSON out. Touches no database."""

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from walking.programme.scenario import ScenarioError, object_from_pairs, simulate

UNUSABLE_INPUT = 2


class Command(BaseCommand):
    help = (
        "Run the rules of the walking programme over one scenario, or a JSON array of them, and"
        " print the answer, or an array. Exit status: 0 done, 2 unusable input."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "file", nargs="?", metavar="FILE", help="a JSON file in UTF-8; standard input without"
        )

    def handle(self, *args: Any, file: str | None = None, **options: Any) -> None:
        scenarios = _loaded(_read(file))
        try:
            answer = (
                [_answer(scenario, index) for index, scenario in enumerate(scenarios)]
                if isinstance(scenarios, list)
                else simulate(scenarios)
            )
        except ScenarioError as error:
            raise _unusable(str(error)) from None
        self.stdout.write(json.dumps(answer))


def _answer(scenario: object, index: int) -> dict[str, object]:
    try:
        return simulate(scenario)
    except ScenarioError as error:
        raise error.within(f"[{index}]") from None


def _read(file: str | None) -> bytes:
    if file is None:
        return sys.stdin.buffer.read()
    try:
        return Path(file).read_bytes()
    except (OSError, ValueError) as error:  # ValueError: a null byte in the name
        raise _unusable(f"FILE {file!a} cannot be read: {error}") from None


def _loaded(content: bytes) -> object:
    try:
        return json.loads(content.decode("utf-8-sig"), object_pairs_hook=object_from_pairs)
    except UnicodeDecodeError as error:
        raise _unusable(f"the input is not UTF-8 (byte {error.start})") from None
    except RecursionError:
        raise _unusable("the input is nested too deeply") from None
    except ValueError as error:
        raise _unusable(f"the input is not JSON: {error}") from None


def _unusable(message: str) -> CommandError:
    return CommandError(message, returncode=UNUSABLE_INPUT)
