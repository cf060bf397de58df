"""Where faults are made: real servers, a database of invented patients, and workers to kill."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Self

from tests.databases import copy_migrated, migrated_template
from tests.faults.records import records
from tests.faults.smtp import MailServer
from tests.services import PATIENCE, Disk, Postgres, Redis, scratch_database, wait_until
from tests.stack import Kind, Stack

WEEK = dt.timedelta(weeks=1)
#: A lease of the outbox is over after this.
LEASE = dt.timedelta(minutes=11)
#: Ticks, in one process, until nothing is left of the mail that there is now.
FINISH = f"""
import datetime as dt, io
from django.core.management import call_command
from django.db.models import Max
from django.utils import timezone
from walking.models import Mail
at, step = timezone.now(), dt.timedelta(seconds={LEASE.total_seconds()})
latest = Mail.objects.aggregate(latest=Max("pk"))["latest"] or 0
for _ in range(40):
    call_command("tick", at=at.isoformat(), stdout=io.StringIO())
    left = Mail.objects.filter(state="queued", pk__lte=latest, due_at__lte=at).count()
    if not left:
        break
    # Ever longer, as the pauses between attempts are; in all far less than the 36 hours.
    at += step
    step = min(2 * step, dt.timedelta(hours=1, minutes=30))
result = left, at.isoformat()
"""
#: A Monday, so that all runs are alike.
START = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)


@dataclass(frozen=True, slots=True)
class Servers:
    """``cohorts``: databases with so many invented patients, made once, of which each scenario gets a copy."""

    postgres: Postgres
    redis: Redis
    cohorts: dict[int, str] = field(default_factory=dict)

    def cohort(self, plans: int) -> str:
        """The name of the database with ``plans`` patients."""
        if plans not in self.cohorts:
            name = f"cohort_{plans}"
            template = migrated_template(self.postgres.url)
            self.postgres.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
            with (
                MailServer() as mail,
                Workers(mail, self.postgres.url_of(name), self.redis.url) as made,
            ):
                made.manage("load_cohort", "--patients", str(plans), "--weeks", "2")
            self.cohorts[plans] = name
        return self.cohorts[plans]


@contextmanager
def servers() -> Iterator[Servers]:
    with Postgres(shared_buffers="256MB") as postgres, Redis() as redis:
        yield Servers(postgres, redis)


class Workers(Stack):
    """Workers and beats without a web server."""

    def __init__(
        self, mail: MailServer, database: str, broker: str, kind: Kind = "full", /, **env: str
    ) -> None:
        super().__init__(
            mail,  # type: ignore[arg-type]  # its address is all that is asked for
            kind,
            now=START,
            database_url=database,
            broker_url=broker,
            env={"LOG_LEVEL": "WARNING", **env},
        )

    def start(self) -> Self:
        self.env = self._environment()
        return self

    def run(self, *names: str) -> None:
        """Start these, each when the one before is ready."""
        for name in names:
            self.launch(name)
            self.await_ready(name)

    def await_ready(self, name: str, since: int = 0) -> None:
        word = "beat: Starting" if name.startswith("beat") else " ready."
        process = self.processes[name]
        process.wait_for(lambda: word in process.log()[since:], timeout=PATIENCE, what="a start")

    def again(self, name: str) -> None:
        """SIGKILL, and a new start."""
        read = len(self.processes[name].log())
        self.kill(name)
        self.launch(name)
        self.await_ready(name, read)

    @property
    def database_url(self) -> str:
        return self.env["DATABASE_URL"]

    def all_check_ins_due(self) -> int:
        """Every active plan's check-in is due now; how many."""
        count: int = self.shell(
            "from django.utils import timezone\nfrom walking.models import Plan\n"
            "result = Plan.objects.filter(status='active').update(next_check_in_at=timezone.now())"
        )
        return count

    def ask(self, sql: str) -> int:
        """One number from the database."""
        with records(self.database_url) as ask:
            row = next(iter(ask(sql)), None)
        return int(row[0]) if row and row[0] is not None else 0

    def overdue(self) -> int:
        now = f"'{self.now()}'"
        return self.ask(f"SELECT count(*) FROM walking_plan WHERE next_review_at <= {now}")  # noqa: S608

    def waiting(self) -> int:
        """Mail that is due and neither settled nor put off."""
        now = f"'{self.now()}'"
        return self.ask(
            f"SELECT count(*) FROM walking_mail WHERE state = 'queued' AND next_attempt_at <= {now}"  # noqa: S608
        )

    def wait_until_done(self, timeout: float = 240) -> None:
        """Until the workers have nothing left that they may take up."""
        wait_until(
            lambda: not self.overdue() and not self.waiting(),
            timeout=timeout,
            every=0.5,
            what="everything that was due",
        )

    def halt(self) -> None:
        for name, process in self.processes.items():
            if process.running:
                self.kill(name)

    def finish(self) -> None:
        """With nobody left to disturb: what the dead had leased, and what was put off, comes to its end."""
        self.halt()
        left, at = self.shell(FINISH)
        self.move_to(max(self.now(), dt.datetime.fromisoformat(at)))
        assert left == 0, f"{left} messages never came to an end"


@contextmanager
def workers(here: Servers, plans: int, **env: str) -> Iterator[tuple[Workers, MailServer]]:
    """A fresh database and an empty Redis for one scenario."""
    here.redis.empty()
    template = here.cohort(plans)
    with (
        MailServer() as mail,
        scratch_database(here.postgres.url, template) as database,
        Workers(mail, database, here.redis.url, **env) as stack,
    ):
        yield stack, mail
        stack.halt()


@contextmanager
def small_clinic(plans: int) -> Iterator[tuple[Workers, MailServer, Disk]]:
    """SQLite and the broker in the file system, on a disk of their own that can be full."""
    with TemporaryDirectory(prefix="waymark-small-") as name, closing(Disk(Path(name))) as disk:
        database = f"sqlite:///{name}/waymark.sqlite3"
        with (
            MailServer() as mail,
            Workers(mail, database, "filesystem://", "embedded", WAYMARK_VAR=name) as stack,
        ):
            copy_migrated(Path(name) / "waymark.sqlite3")
            stack.manage("load_cohort", "--patients", str(plans), "--weeks", "2")
            libraries = [stack.env["LD_PRELOAD"], disk.env()["LD_PRELOAD"]]
            stack.env |= disk.env() | {"LD_PRELOAD": ":".join(libraries)}
            yield stack, mail, disk
            disk.make_room()
            stack.halt()
