"""A mail server that misbehaves when it is told to, and remembers exactly what it took and what it answered."""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Self

from tests.services import PATIENCE, free_port

MESSAGE_ID = re.compile(rb"^Message-ID:\s*(\S+)", re.IGNORECASE | re.MULTILINE)
#: Instead of an answer: close the connection, having forgotten the message or having taken it; or say nothing.
CLOSE, TAKE_AND_CLOSE, HANG = "close", "take and close", "hang"
#: How long a hanging server hangs: longer than the client waits.
HANGING = 3600.0


@dataclass(slots=True)
class Taken:
    """A message that was taken. ``told``: the client went on with the same connection, so it has read the answer."""

    message_id: str
    to: list[str]
    told: bool = False


@dataclass(slots=True)
class Manners:
    """What the server does. The functions get the number of the message, from 1 on, or the recipient."""

    greet: str = "220 here"
    recipient: Callable[[str], str] = lambda _address: "250 fine"
    #: What each sign-in is answered with; without it there is none.
    sign_in: str = ""
    #: True: the connection is closed in the middle of the message.
    breaks_off: Callable[[int], bool] = lambda _number: False
    #: What the end of a message is answered with, or one of the words above.
    end: Callable[[int], str] = lambda _number: "250 taken"
    #: Seconds before each answer.
    delay: float = 0


@dataclass(slots=True)
class MailServer:
    """Set ``manners`` at any time; it holds from the next command on."""

    manners: Manners = field(default_factory=Manners)
    hostname: str = "127.0.0.1"
    port: int = field(default_factory=free_port)
    taken: list[Taken] = field(default_factory=list)
    seen: int = 0
    _loop: asyncio.AbstractEventLoop | None = None
    _over: asyncio.Event = field(default_factory=asyncio.Event)
    _thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        # A client that waits no longer than this, so that hanging is over soon.
        return f"smtp://{self.hostname}:{self.port}?timeout=3"

    def __enter__(self) -> Self:
        ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve(ready)))
        self._thread.start()
        if not ready.wait(PATIENCE):
            raise RuntimeError("the mail server did not start")
        return self

    def __exit__(self, *_: object) -> None:
        assert self._loop is not None
        assert self._thread is not None
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join(PATIENCE)

    async def _serve(self, ready: threading.Event) -> None:
        self._loop, self._over = asyncio.get_running_loop(), asyncio.Event()
        server = await asyncio.start_server(self._talk, self.hostname, self.port, limit=2**20)
        ready.set()
        await self._over.wait()
        server.close()
        # ``asyncio.run`` ends the conversations that are left, each of which closes its connection.

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._converse(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async def say(answer: str) -> None:
            if self.manners.delay:
                await asyncio.sleep(self.manners.delay)
            writer.write(answer.encode() + b"\r\n")
            await writer.drain()

        await say(self.manners.greet)
        if not self.manners.greet.startswith("220"):
            self.seen += 1
            return
        to: list[str] = []
        last: Taken | None = None
        while line := await reader.readline():
            if last is not None:
                last.told, last = True, None
            word = line[:4].upper()
            if word == b"DATA":
                self.seen += 1
                number = self.seen
                await say("354 go on")
                content = await self._read(reader, number)
                if content is None:
                    return
                answer = self.manners.end(number)
                if answer == CLOSE:
                    return
                if answer == HANG:
                    await asyncio.sleep(HANGING)
                    return
                if not to:
                    answer = "503 nobody to send it to"
                if answer == TAKE_AND_CLOSE or answer.startswith("250"):
                    last = self._take(content, to)
                if answer == TAKE_AND_CLOSE:
                    return
                to = []
                await say(answer)
            elif word == b"RCPT":
                address = line.split(b"<", 1)[-1].split(b">", 1)[0].decode()
                answer = self.manners.recipient(address)
                if answer.startswith("250"):
                    to.append(address)
                await say(answer)
            elif word == b"EHLO":
                # All commands of a message may come at once, as most mail servers allow.
                ways = "250-AUTH PLAIN LOGIN\r\n" if self.manners.sign_in else ""
                await say(f"250-here\r\n{ways}250 PIPELINING")
            elif word == b"AUTH":
                await say(self.manners.sign_in or "502 no")
            elif word == b"QUIT":
                await say("221 bye")
                return
            else:
                if word == b"RSET":
                    to = []
                await say("250 fine")

    async def _read(self, reader: asyncio.StreamReader, number: int) -> bytes | None:
        lines: list[bytes] = []
        while (line := await reader.readline()) != b".\r\n":
            if not line:
                return None  # the client died
            lines.append(line)
            if len(lines) == 5 and self.manners.breaks_off(number):
                return None
        return b"".join(lines)

    def _take(self, content: bytes, to: list[str]) -> Taken:
        found = MESSAGE_ID.search(content)
        taken = Taken(found[1].decode() if found else "", list(to))
        self.taken.append(taken)
        return taken
