"""Read the emails that the demo wrote to files."""

from __future__ import annotations

import email
import email.policy
import sys
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

#: What Django's file backend writes after each message.
_RULE = b"\n" + b"-" * 79 + b"\n"


class Inbox:
    """A folder of emails, and those that arrived since it was opened."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._read = {path: path.stat().st_size for path in folder.glob("*.log")}

    def new_lines(self) -> Iterator[str]:
        """Yield a line for each message since the last call."""
        for path in sorted(self.folder.glob("*.log")):
            content = path.read_bytes()
            known = self._read.get(path, 0)
            end = content.rfind(_RULE) + len(_RULE)
            if end <= known or _RULE not in content:
                continue
            self._read[path] = end
            for message in _messages(content[known:end]):
                yield f"mail to {message['To']}: {message['Subject']}"


def print_newest(folder: Path, arguments: list[str]) -> int:
    """Print the newest messages as text, the newest last: as many as the argument says, or five."""
    number = arguments[0] if arguments else "5"
    if len(arguments) > 1 or not number.isdecimal() or not int(number):
        print("mail: give one number, of how many messages to print.", file=sys.stderr)
        return 2
    paths = sorted(folder.glob("*.log"), key=lambda path: path.stat().st_mtime)
    messages = [message for path in paths for message in _messages(path.read_bytes())]
    if not messages:
        print(f"No mail has come to {folder} yet.")
    for message in messages[-int(number) :]:
        body = message.get_body(("plain",))
        print("=" * 79)
        for header in ("Date", "From", "To", "Subject"):
            print(f"{header}: {message[header]}")
        print()
        print(body.get_content().strip() if body else "(no text)")
        print()
    return 0


def _messages(content: bytes) -> Iterator[EmailMessage]:
    for part in content.split(_RULE):
        if part.strip():
            yield email.message_from_bytes(part, policy=email.policy.default)
