"""Build the images, start the whole compose file, take one plan through a week on it, and break it.

``make stack`` calls it. With a Docker engine it uses that; on Debian as root it installs and uses podman, and if the
registry of base images cannot be reached, it makes stand-ins for them from the machine's own Debian mirror. The
Dockerfile and the compose file are used unchanged: this only adds a receiver for the emails, a clock that can be
moved, and ports of its own.

The project is removed again at the end, with its volumes, unless ``--keep`` is given.
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import textwrap
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from scripts.stack_faults import under_fire  # noqa: E402
from tests.faults.place import START  # noqa: E402
from tests.faults.run import table  # noqa: E402
from tests.faults.smtp import MailServer  # noqa: E402
from tests.services import Clock, SmtpSink, free_port, wait_until  # noqa: E402
from tests.week import walk_one_week  # noqa: E402

PROJECT = "waymark-stack"
IMAGE = "waymark"
#: The images that the Dockerfile and the compose file start from.
BASE, POSTGRES, REDIS, PROXY = "python:3.13-slim", "postgres:17", "redis:8-alpine", "caddy:2"
#: A network of the stack's own, so that the address of the mail sink on this machine is known in advance.
NETWORK = f"{PROJECT}_default"
SUBNET, GATEWAY = "10.89.213.0/24", "10.89.213.1"
#: When the stack starts: before the week that is tested, as its clock only moves forward.
BEFORE = datetime(2026, 3, 2, 7, tzinfo=UTC)
#: The path of the moveable clock in the containers.
CLOCK = "/run/clock"

DEBIAN = "trixie"
PACKAGES = (
    "podman",
    "buildah",
    "podman-compose",
    "runc",
    "debootstrap",
    "netavark",
    "aardvark-dns",
    "iptables",
)
CA_BUNDLE = Path("/etc/ssl/certs/ca-certificates.crt")


class Failure(RuntimeError):  # noqa: N818
    """The stack could not be started or used; the message says why."""


def say(text: str) -> None:
    print(f"stack: {text}", flush=True)


def run(
    *command: str | Path, env: dict[str, str] | None = None, check: bool = True, stdin: str = ""
) -> subprocess.CompletedProcess[str]:
    answer = subprocess.run(
        [str(part) for part in command],
        cwd=ROOT,
        env=env,
        input=stdin,
        text=True,
        capture_output=True,
        check=False,
    )
    if check and answer.returncode:
        raise Failure(
            f"{' '.join(map(str, command))}\n{answer.stdout[-3000:]}{answer.stderr[-3000:]}"
        )
    return answer


# Engines -----------------------------------------------------------------------------------------


class Engine:
    """Docker, as installed."""

    program = "docker"
    compose: Sequence[str] = ("docker", "compose")

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.env = dict(os.environ)

    def __call__(self, *arguments: str | Path, check: bool = True, stdin: str = "") -> str:
        return run(self.program, *arguments, env=self.env, check=check, stdin=stdin).stdout

    def prepare(self) -> None:
        """Make sure that the images to build on and to run exist."""

    def build(self) -> None:
        self("build", "--tag", IMAGE, ".")

    def start_more(self, stack: ComposeStack, service: str, number: int) -> None:
        """Start containers of a service until there are ``number``."""
        stack.compose("up", "--detach", "--no-build", "--scale", f"{service}={number}", service)

    def is_healthy(self, container: str) -> bool:
        return (
            self("inspect", "--format", "{{.State.Health.Status}}", container).strip() == "healthy"
        )


class Podman(Engine):
    """Podman, with the settings it needs in a container or a small virtual machine."""

    program = "podman"
    compose = ("podman-compose",)

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        settings = folder / "containers.conf"
        settings.write_text(
            textwrap.dedent("""\
                [containers]
                default_ulimits = ["nofile=4096:4096", "nproc=8192:8192"]
                [engine]
                runtime = "runc"
            """)
        )
        registries = folder / "registries.conf"
        registries.write_text(
            'unqualified-search-registries = ["docker.io"]\nshort-name-mode = "permissive"\n'
        )
        self.env |= {
            "CONTAINERS_CONF": str(settings),
            "CONTAINERS_REGISTRIES_CONF": str(registries),
        }

    def prepare(self) -> None:
        for image in (BASE, POSTGRES, REDIS, PROXY):
            if not self._has(image) and not self._pulled(image):
                StandIns(self).make(image)

    def build(self) -> None:
        self("build", "--pull=never", *self.build_options(), "--tag", IMAGE, ".")

    def build_options(self) -> list[str]:
        """Return the network and the certificates of this machine, for the package managers in the build."""
        certificates = ["--volume", f"{CA_BUNDLE}:{CA_BUNDLE}:ro"] if CA_BUNDLE.exists() else []
        return ["--network=host", *certificates]

    def start_more(self, stack: ComposeStack, service: str, number: int) -> None:
        # podman-compose accepts the option, but ignores it.
        running = stack.containers()[service]
        for extra in range(len(running), number):
            self("container", "clone", "--run", running[0], f"{running[0]}_{extra}")

    def is_healthy(self, container: str) -> bool:
        # Podman leaves the timing of checks to systemd, which may not be there: tell it to check now.
        return (
            run("podman", "healthcheck", "run", container, env=self.env, check=False).returncode
            == 0
        )

    def _has(self, image: str) -> bool:
        name = f"docker.io/library/{image}"
        return run("podman", "image", "exists", name, env=self.env, check=False).returncode == 0

    def _pulled(self, image: str) -> bool:
        command = ["podman", "pull", "--quiet", f"docker.io/library/{image}"]
        try:
            return (
                subprocess.run(
                    command, env=self.env, capture_output=True, timeout=600, check=False
                ).returncode
                == 0
            )
        except subprocess.TimeoutExpired:
            return False


class StandIns:
    """Images that replace those of the registry: Debian's packages of the same programs, under the same
    names, accepting the same settings as far as the compose file uses them."""

    def __init__(self, podman: Podman) -> None:
        self.podman = podman

    def make(self, image: str) -> None:
        say(f"the registry can't be reached: making a stand-in for {image}")
        if image == BASE:
            self._make_base()
            return
        if not self.podman._has(BASE):
            self._make_base()
        text = {POSTGRES: self.POSTGRES, REDIS: self.REDIS, PROXY: self.PROXY}[image]
        folder = self.podman.folder / image.partition(":")[0]
        folder.mkdir(exist_ok=True)
        (folder / "Containerfile").write_text(f"FROM {BASE}\n{textwrap.dedent(text)}")
        (folder / "postgres-entrypoint").write_text(textwrap.dedent(self.POSTGRES_ENTRYPOINT))
        name = f"docker.io/library/{image}"
        self.podman(
            "build",
            "--pull=never",
            # Docker's format keeps the health checks and the shell from the file.
            "--format=docker",
            *self.podman.build_options(),
            "--tag",
            name,
            folder,
        )

    def _make_base(self) -> None:
        mirror = run(
            "apt-get",
            "indextargets",
            "--format=$(SITE)",
            "Created-By: Packages",
            "Origin: Debian",
        ).stdout.split()
        if not mirror:
            raise Failure("this machine names no Debian mirror to make base images from")
        tree = self.podman.folder / "base"
        include = "python3,python3-venv,python3-pip,ca-certificates"
        run("debootstrap", "--variant=minbase", f"--include={include}", DEBIAN, tree, mirror[0])
        # As in the image it replaces: `python` and `pip` exist, and pip may install.
        (tree / "usr/local/bin/python").symlink_to("/usr/bin/python3")
        for marker in tree.glob("usr/lib/python3*/EXTERNALLY-MANAGED"):
            marker.unlink()
        for archive in tree.glob("var/cache/apt/archives/*.deb"):
            archive.unlink()
        archive = self.podman.folder / "base.tar"
        run("tar", "-C", tree, "-cf", archive, ".")
        shutil.rmtree(tree)
        self.podman("import", "--quiet", archive, f"docker.io/library/{BASE}")
        archive.unlink()

    POSTGRES = """\
        RUN apt-get update && apt-get install -y --no-install-recommends postgresql-17
        COPY postgres-entrypoint /usr/local/bin/
        ENV PATH=/usr/lib/postgresql/17/bin:$PATH PGDATA=/var/lib/postgresql/data
        EXPOSE 5432
        STOPSIGNAL SIGINT
        ENTRYPOINT ["sh", "/usr/local/bin/postgres-entrypoint"]
    """
    POSTGRES_ENTRYPOINT = """\
        set -eu
        as_postgres() { setpriv --reuid=postgres --regid=postgres --init-groups "$@"; }
        install -d -o postgres -g postgres -m 700 "$PGDATA" /var/run/postgresql
        if [ ! -s "$PGDATA/PG_VERSION" ]; then
            printf '%s' "$POSTGRES_PASSWORD" >/tmp/password
            chmod 644 /tmp/password
            as_postgres initdb --username="$POSTGRES_USER" --auth-host=scram-sha-256 --auth-local=trust \\
                --pwfile=/tmp/password --encoding=UTF8 --locale=C.UTF-8 -D "$PGDATA"
            rm /tmp/password
            echo 'host all all all scram-sha-256' >>"$PGDATA/pg_hba.conf"
            as_postgres pg_ctl -D "$PGDATA" -o '-c listen_addresses=' -w start
            as_postgres createdb --username="$POSTGRES_USER" --maintenance-db=postgres "$POSTGRES_DB"
            as_postgres pg_ctl -D "$PGDATA" -m fast -w stop
        fi
        exec setpriv --reuid=postgres --regid=postgres --init-groups \\
            postgres -D "$PGDATA" -c 'listen_addresses=*'
    """
    REDIS = """\
        RUN apt-get update && apt-get install -y --no-install-recommends redis-server
        EXPOSE 6379
        ENTRYPOINT ["sh", "-c", "exec setpriv --reuid=redis --regid=redis --clear-groups \\"$@\\" \\
            --bind '* -::*' --protected-mode no", "redis"]
        CMD ["redis-server"]
    """
    PROXY = """\
        RUN apt-get update && apt-get install -y --no-install-recommends caddy wget
        ENV XDG_CONFIG_HOME=/config XDG_DATA_HOME=/data
        EXPOSE 80 443
        CMD ["caddy", "run", "--config", "/etc/caddy/Caddyfile", "--adapter", "caddyfile"]
    """


def find_engine(folder: Path) -> Engine:
    if shutil.which("docker") and run("docker", "info", check=False).returncode == 0:
        return Engine(folder)
    missing = [name for name in ("podman", "podman-compose", "runc") if not shutil.which(name)]
    if missing:
        if os.geteuid() != 0 or not shutil.which("apt-get"):
            raise Failure("neither a Docker engine nor podman with podman-compose is there")
        say(f"installing {', '.join(PACKAGES)}")
        env = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        run("apt-get", "-q", "update", env=env)
        run("apt-get", "-q", "install", "-y", "--no-install-recommends", *PACKAGES, env=env)
    return Podman(folder)


# The stack ---------------------------------------------------------------------------------------


class ComposeStack:
    """The running compose project."""

    def __init__(self, engine: Engine, clock: Clock, smtp: SmtpSink) -> None:
        self.engine = engine
        self.clock = clock
        self.smtp = smtp
        self.port = free_port()
        self.url = f"https://localhost:{self.port}"
        self.override = engine.folder / "docker-compose.override.yml"
        self.override.write_text(json.dumps(self._override(), indent=2))  # JSON is YAML, too
        # Replaces a clinic's .env. A program runs the week, in seconds: it has no second factor, and moving the clock
        # by days must not count as idle time.
        settings = engine.folder / "settings.env"
        settings.write_text("STAFF_SECOND_FACTOR=no\nSTAFF_STEP_UP=no\nSTAFF_IDLE_MINUTES=0\n")
        engine.env |= {
            "ENV_FILE": str(settings),
            "SECRET_KEY": secrets.token_urlsafe(50),
            "POSTGRES_PASSWORD": secrets.token_hex(16),
            "SITE_URL": self.url,
            "EMAIL_URL": f"smtp://{GATEWAY}:{smtp.port}",
            "DEFAULT_FROM_EMAIL": "Waymark <waymark@clinic.example>",
            "HTTP_PORT": str(free_port()),
            "HTTPS_PORT": str(self.port),
            "TICK_SECONDS": "1",
        }

    def _override(self) -> dict[str, object]:
        """Return the clock of this test for the app's containers, and the network with a known address."""
        folder = next(iter({Path(path).parent for path in self.clock.env().values()}))
        app = {
            "environment": {
                name: f"{CLOCK}/{Path(path).name}" for name, path in self.clock.env().items()
            },
            "volumes": [f"{folder}:{CLOCK}:ro"],
        }
        return {
            "services": dict.fromkeys(("web", "worker", "beat"), app),
            "networks": {"default": {"name": NETWORK, "external": True}},
        }

    def compose(self, *arguments: str, check: bool = True) -> str:
        files = ["-f", "docker-compose.yml", "-f", str(self.override)]
        answer = run(
            *self.engine.compose,
            "-p",
            PROJECT,
            *files,
            *arguments,
            env=self.engine.env,
            check=check,
        )
        return answer.stdout

    def containers(self) -> dict[str, list[str]]:
        """Return the running containers' names by service."""
        answer = self.engine(
            "ps",
            "--filter",
            f"label=com.docker.compose.project={PROJECT}",
            "--format",
            '{{.Label "com.docker.compose.service"}} {{.Names}}'
            if type(self.engine) is Engine
            else '{{index .Labels "com.docker.compose.service"}} {{.Names}}',
        )
        found: dict[str, list[str]] = {}
        for line in answer.splitlines():
            service, _, name = line.partition(" ")
            found.setdefault(service, []).append(name)
        return found

    def scale(self, service: str, number: int) -> None:
        """Run ``number`` containers of a service."""
        running = self.containers()[service]
        if surplus := running[number:]:
            self.engine("stop", *surplus)
            self.engine("rm", *surplus)
            return
        self.engine.start_more(self, service, number)
        wait_until(
            lambda: len(self.containers()[service]) == number,
            timeout=60,
            every=0.5,
            what=f"{number} containers of {service}",
        )

    def process_of(self, container: str) -> int:
        """Return the id of its first process on this machine; 0 if it is not running."""
        return int(self.engine("inspect", "--format", "{{.State.Pid}}", container).strip() or 0)

    def now(self) -> datetime:
        return self.clock.now()

    @property
    def database_url(self) -> str:
        """Return the database's address, as seen from this machine."""
        address = self.engine(
            "inspect",
            "--format",
            "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}",
            self.containers()["postgres"][0],
        ).strip()
        return f"postgres://waymark:{self.engine.env['POSTGRES_PASSWORD']}@{address}:5432/waymark"

    def up(self) -> None:
        self.engine("network", "create", f"--subnet={SUBNET}", f"--gateway={GATEWAY}", NETWORK)
        self.compose("up", "--detach", "--no-build")

    def wait_until_healthy(self, timeout: float = 180) -> None:
        wanted = {"proxy", "web", "worker", "beat", "postgres", "redis"}
        waiting = set(wanted)

        def all_healthy() -> bool:
            running = self.containers()
            for service in sorted(waiting):
                names = running.get(service, [])
                if names and all(self.engine.is_healthy(name) for name in names):
                    say(f"{service} is healthy")
                    waiting.discard(service)
            return not waiting

        try:
            wait_until(all_healthy, timeout=timeout, every=1, what="all services to be healthy")
        except TimeoutError:
            raise Failure(f"not healthy: {', '.join(sorted(waiting))}\n{self.logs()}") from None

    def manage(self, *arguments: str) -> str:
        """Run a management command in the web container."""
        web = self.containers()["web"][0]
        return self.engine("exec", web, "python", "manage.py", *arguments)

    def shell(self, code: str) -> str:
        return self.manage("shell", "--no-imports", "--command", code).strip()

    def move_to(self, moment: datetime) -> None:
        self.clock.move_to(moment)

    def authority(self) -> str:
        """Return a file with the certificate with which the proxy signed its own for localhost."""
        proxy = self.containers()["proxy"][0]
        path = self.engine.folder / "authority.pem"
        path.write_text(
            self.engine("exec", proxy, "cat", "/data/caddy/pki/authorities/local/root.crt")
        )
        return str(path)

    def logs(self) -> str:
        told = []
        for names in self.containers().values():
            for name in names:
                answer = run(self.engine.program, "logs", name, env=self.engine.env, check=False)
                told.append(f"--- {name} ---\n{(answer.stdout + answer.stderr)[-3000:]}")
        return "\n".join(told)

    def down(self) -> None:
        # Extra containers are not part of the compose file.
        for name in self.containers().get("worker", [])[1:]:
            self.engine("rm", "--force", name, check=False)
        self.compose("down", "--volumes", check=False)
        run(self.engine.program, "network", "rm", NETWORK, env=self.engine.env, check=False)


@contextmanager
def the_stack(keep: bool) -> Iterator[ComposeStack]:
    folder = Path(tempfile.mkdtemp(prefix="waymark-stack-"))
    clock = Clock(BEFORE)
    # The app's own user inside the containers reads the clock's folder.
    Path(clock.env()["LD_PRELOAD"]).parent.chmod(0o755)
    engine = find_engine(folder)
    smtp = SmtpSink(hostname=GATEWAY)
    stack = ComposeStack(engine, clock, smtp)
    try:
        timed("base images", engine.prepare)
        timed("the image", engine.build)
        stack.down()
        timed("compose up", stack.up)
        wait_until(lambda: _starts(smtp), timeout=30, what=f"the network {SUBNET}")
        timed("health checks", stack.wait_until_healthy)
        yield stack
    except BaseException:
        with suppress(Exception):
            print(stack.logs(), file=sys.stderr)
        raise
    finally:
        if keep:
            say(f"left running at {stack.url}; mail stops arriving now")
        else:
            stack.down()
            shutil.rmtree(folder, ignore_errors=True)
            clock.close()
        smtp.stop()


def _starts(smtp: SmtpSink) -> bool:
    # The network's address exists once the first container joins it.
    try:
        smtp.start()
    except OSError:
        return False
    return True


def break_it(stack: ComposeStack) -> None:
    """Break the stack, starting from an empty database. Raises ``Failure`` if anything was lost or doubled."""
    stack.smtp.stop()
    stack.down()
    stack.clock.start_at(START)
    timed("compose up again", stack.up)
    with MailServer(hostname=GATEWAY, port=stack.smtp.port) as mail:
        timed("health checks", stack.wait_until_healthy)
        counted = under_fire(stack, mail)
    print(table([counted]))
    if not counted.is_clean:
        raise Failure("something was lost or doubled")


def timed(what: str, do: object) -> None:
    started = time.monotonic()
    do()  # type: ignore[operator]
    say(f"{what}: {time.monotonic() - started:.0f} s")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--keep", action="store_true", help="leave it running at the end")
    parser.add_argument("--calm", action="store_true", help="the week only: nothing is broken")
    arguments = parser.parse_args()
    started = time.monotonic()
    try:
        with the_stack(arguments.keep) as stack:
            timed("one week of one plan", lambda: walk_one_week(stack, stack.authority()))
            if not arguments.calm:
                timed("the stack under fire", lambda: break_it(stack))
    except (Failure, TimeoutError, AssertionError) as problem:
        say(f"failed: {problem}")
        return 1
    say(f"all done in {time.monotonic() - started:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
