"""Try the rules on invented weeks: JSON in, JSON out. Uses no database."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from walking.programme.scenario import ScenarioError
from walking.programme.scenario_json import simulate_json

UNUSABLE_INPUT = 2


class Command(BaseCommand):
    help = (
        "Run the rules of the walking programme over one scenario, or a JSON array of them, and"
        " print the answer, or an array. Exit status: 0 done, 1 failed, 2 unusable input."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "file", nargs="?", metavar="FILE", help="JSON in UTF-8 (default: standard input)"
        )

    def handle(self, *args: Any, file: str | None = None, **options: Any) -> None:
        text = _read(file)
        try:
            self.stdout.write(simulate_json(text))
        except ScenarioError as error:
            raise _unusable(str(error)) from None


def _read(file: str | None) -> str:
    try:
        content = sys.stdin.buffer.read() if file is None else Path(file).read_bytes()
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _unusable(f"the input is not UTF-8 (byte {error.start})") from None
    except (OSError, ValueError) as error:  # ValueError: a null byte in the name
        raise _unusable(f"FILE {file!a} cannot be read: {error}") from None


def _unusable(message: str) -> CommandError:
    return CommandError(message, returncode=UNUSABLE_INPUT)
