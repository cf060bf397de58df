"""The gunicorn worker that serves Waymark. Waitress reads and writes; a few threads run the app.

A thread of gunicorn's own workers waits for the body of a request, so as many slow clients as there are threads stop
the server. Here one loop reads each request to the end before a thread takes it, and sends each response after the
thread has moved on. gunicorn still starts, monitors, replaces and stops the processes.
"""

from __future__ import annotations

import os
import resource
import time
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any, Final
from weakref import WeakSet

from django.conf import settings
from django.urls import reverse
from gunicorn.workers.base import Worker
from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.server import BaseWSGIServer, create_server
from waitress.utilities import Error

#: The largest request, apart from a file of walks. docker/Caddyfile has the same limit.
MOST_BYTES: Final = 5_000_000
#: Seconds that a file of walks may take to arrive; any other request has ``timeout``.
FILE_ARRIVES_WITHIN: Final = 15 * 60
#: Files of walks that one process receives at the same time. They are kept on disk while they arrive.
FILES_AT_ONCE: Final = 8
KEPT_IN_MEMORY: Final = 64 * 1024
CONNECTIONS: Final = 2000
#: A connection on which nothing happens for this long is closed, unless ``keepalive`` is longer.
IDLE_SECONDS: Final = 30
#: For this long a worker that is stopping serves requests on open connections: a proxy may be sending one.
LINGER_SECONDS: Final = 1.0


@cache
def file_path() -> str:
    return reverse("bring_walks")


@cache
def file_limits() -> Adjustments:
    return Adjustments(
        max_request_body_size=settings.WALK_FILE_BYTES + 1_000_000, inbuf_overflow=KEPT_IN_MEMORY
    )


class TooManyFiles(Error):  # noqa: N818 - as waitress names its own
    code = 503
    reason = "Service Unavailable"


class Request(HTTPRequestParser):
    """A request, whose limits depend on its path."""

    arrives_within = 60
    files: WeakSet[Request] = WeakSet()

    def __init__(self, adj: Adjustments) -> None:
        super().__init__(adj)
        self.late_at = time.monotonic() + self.arrives_within

    def parse_header(self, header_plus: bytes) -> None:
        super().parse_header(header_plus)
        if self.path != file_path() or self.body_rcv is None:
            return
        if len(self.files) >= FILES_AT_ONCE:
            self.error = TooManyFiles("Too many files are arriving. Try again in a few minutes.")
            self.completed = True
            return
        self.files.add(self)
        self.adj = file_limits()
        self.late_at = time.monotonic() + FILE_ARRIVES_WITHIN


class Connection(HTTPChannel):
    parser_class = Request

    def received(self, data: bytes) -> bool:
        answer: bool = super().received(data)
        if self.server.stopping:
            with self.requests_lock:
                for request in self.requests:
                    # As if the client had asked for it: the response then ends the connection.
                    request.headers["CONNECTION"] = "close"
        return answer

    def is_busy(self) -> bool:
        return bool(self.requests or self.request is not None or self.total_outbufs_len)

    def is_late(self, now: float) -> bool:
        return not self.requests and self.request is not None and now > self.request.late_at


class BufferedWorker(Worker):
    """``threads``, ``keepalive``, ``max_requests`` and ``graceful_timeout`` work as in gunicorn's own workers, and a
    request must arrive within ``timeout``. There is no access log, since the app logs each request, and no TLS."""

    alive: bool

    @classmethod
    def check_config(cls, cfg: Any, log: Any) -> None:
        if cfg.is_ssl:
            raise RuntimeError("This worker does not support TLS: put a TLS proxy in front of it.")

    def run(self) -> None:
        self.map: dict[int, Any] = {}
        Request.arrives_within = self.timeout
        file_path()  # loads the app's addresses before the first request needs them
        self.servers = self._servers()
        next_look = 0.0
        while self.alive and self.ppid == os.getppid():
            self._turn(1)
            if (now := time.monotonic()) >= next_look:
                next_look = now + 1
                for connection in self._connections():
                    if connection.is_late(now):
                        connection.will_close = True
        self._finish()

    def handle_exit(self, sig: int, frame: Any) -> None:
        super().handle_exit(sig, frame)
        for server in getattr(self, "servers", []):
            server.pull_trigger()

    def _servers(self) -> list[Any]:
        create_server(
            self._counted,
            map=self.map,
            sockets=[listener.sock for listener in self.sockets],
            threads=self.cfg.threads,
            backlog=self.cfg.backlog,
            connection_limit=_connections_possible(),
            channel_timeout=max(self.cfg.keepalive, IDLE_SECONDS),
            cleanup_interval=5,
            max_request_header_size=64 * 1024,
            max_request_body_size=MOST_BYTES,
            inbuf_overflow=KEPT_IN_MEMORY,
            # A thread never waits for a slow reader: what is not yet sent is kept on disk.
            outbuf_high_watermark=2**40,
            recv_bytes=64 * 1024,
            asyncore_use_poll=True,
            # The app itself knows how many proxies it trusts (TRUSTED_PROXIES).
            clear_untrusted_proxy_headers=False,
            log_socket_errors=False,
            ident="",
        )
        servers = [one for one in self.map.values() if isinstance(one, BaseWSGIServer)]
        for server in servers:
            server.channel_class = Connection
            server.stopping = False
        return servers

    def _counted(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        self.nr += 1
        if self.nr >= self.max_requests and self.alive:
            self.log.info("Autorestarting worker after current request.")
            self.alive = False
        answer: Iterable[bytes] = self.wsgi(environ, start_response)
        return answer

    def _turn(self, timeout: float) -> None:
        self.notify()
        wasyncore.loop(timeout=timeout, use_poll=True, map=self.map, count=1)

    def _connections(self) -> list[Connection]:
        return [one for server in self.servers for one in list(server.active_channels.values())]

    def _finish(self) -> None:
        """Accept no more connections, and finish the requests that have begun."""
        for server in self.servers:
            server.stopping = True
            wasyncore.dispatcher.close(server)
        began = time.monotonic()
        while time.monotonic() < began + self.cfg.graceful_timeout:
            if time.monotonic() >= began + LINGER_SECONDS:
                for connection in self._connections():
                    if not connection.is_busy():
                        connection.handle_close()
            if not self._connections():
                break
            self._turn(0.1)


def _connections_possible() -> int:
    """Return how many connections the limit on open files allows: each can have a body and a response on disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 3 * CONNECTIONS + 200
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        return max(50, (soft - 200) // 3)
    return CONNECTIONS
