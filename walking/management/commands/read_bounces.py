"""Read bounces from a pipe, a file or a mailbox."""

import json
import mailbox
import sys
from argparse import ArgumentParser
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from walking.mail.reports import LARGEST, read_report

UNUSABLE_INPUT = 2


class Command(BaseCommand):
    help = (
        "Read bounces, so that nothing more is sent to addresses that do not accept it, and notify staff."
        " PLACE is a file with one message, an mbox file, or a Maildir folder; without it one message is read from"
        " standard input, as a mail server pipes it. Messages in a Maildir are marked as seen and read once."
        " Prints a JSON object of counts: hard, soft, known, unknown."
        " Exit status: 0 done, 1 failed, 2 unusable input."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("place", nargs="?", metavar="PLACE")

    def handle(self, *args: Any, place: str | None, **options: Any) -> None:
        at = timezone.now()
        counts = Counter({"hard": 0, "soft": 0, "known": 0, "unknown": 0})
        for content in _messages(place):
            counts[read_report(content, at)] += 1
        self.stdout.write(json.dumps(counts))


def _messages(place: str | None) -> Any:
    if place is None:
        yield sys.stdin.buffer.read(LARGEST)
        return
    path = Path(place)
    if path.is_dir():
        yield from _maildir(path)
    elif not path.is_file():
        raise CommandError(f"PLACE: there is no file or folder {place}.", returncode=UNUSABLE_INPUT)
    elif path.read_bytes()[:5] == b"From ":
        with closing(mailbox.mbox(path, create=False)) as box:
            yield from (message.as_bytes() for message in box)
    else:
        yield path.read_bytes()[:LARGEST]


def _maildir(path: Path) -> Any:
    if not (path / "new").is_dir() or not (path / "cur").is_dir():
        raise CommandError(
            f"PLACE: {path} is no Maildir: it has no folders new and cur.",
            returncode=UNUSABLE_INPUT,
        )
    box = mailbox.Maildir(path, create=False)
    for key in sorted(box.keys()):
        message = box[key]
        if "S" in message.get_flags():
            continue
        yield message.as_bytes()
        # Only now: a message that was not read is read next time.
        message.set_subdir("cur")
        message.add_flag("S")
        box[key] = message
