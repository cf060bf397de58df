"""Takes the pictures of the README and the docs: each page, on a phone and a desk, light and dark.

``make screenshots`` calls it. It starts a demo of its own in a temporary folder, so that the pictures show the same
people each time, and writes docs/screenshots/NAME-WIDTH-SCHEME.png. ``ARGS="today plan"`` takes only these.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

from tests.services import CHROMIUM_FLAGS, find_chromium, free_port
from walking.demo.people import PASSWORD

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "screenshots"
STARTS_WITHIN = 120
SIZES = ((390, 844), (1280, 900))
SCHEMES = ("light", "dark")


@dataclass(frozen=True)
class Shot:
    """One picture: its name, the path, and who is signed in (nobody if empty)."""

    name: str
    path: str
    who: str = ""


PATIENT, NEW, PHYSIO = "rosa@home.example", "peter@home.example", "priya@riverbend.example"
SHOTS = (
    Shot("home", "/"),
    Shot("login", "/accounts/login/"),
    Shot("today", "/today/", PATIENT),
    Shot("plan", "/plan/", PATIENT),
    Shot("diary", "/diary/", PATIENT),
    Shot("check-in", "/check-in/", PATIENT),
    Shot("flare-up", "/flare-up/", PATIENT),
    Shot("warning-signs", "/warning-signs/", PATIENT),
    Shot("settings", "/settings/", PATIENT),
    Shot("first-week", "/today/", NEW),
    Shot("caseload", "/admin/walking/plan/", PHYSIO),
    Shot("programme", "/admin/programme/", PHYSIO),
)


def main(names: list[str]) -> int:
    wanted = [shot for shot in SHOTS if not names or shot.name in names]
    if unknown := set(names) - {shot.name for shot in SHOTS}:
        sys.stderr.write(f"screenshots: there is no page called {', '.join(sorted(unknown))}\n")
        return 2
    PICTURES.mkdir(parents=True, exist_ok=True)
    with demo() as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=CHROMIUM_FLAGS)
        for who in sorted({shot.who for shot in wanted}):
            take_all(browser, url, who, [shot for shot in wanted if shot.who == who])
        browser.close()
    return 0


def take_all(browser: Browser, url: str, who: str, shots: list[Shot]) -> None:
    """Every picture of one person's pages."""
    context = browser.new_context(base_url=url)
    if who:
        sign_in(context.new_page(), who)
    kept = context.storage_state()
    context.close()
    for width, height in SIZES:
        for scheme in SCHEMES:
            context = browser.new_context(
                base_url=url,
                viewport={"width": width, "height": height},
                color_scheme="dark" if scheme == "dark" else "light",
                storage_state=kept,
            )
            page = context.new_page()
            for shot in shots:
                page.goto(shot.path)
                page.screenshot(path=PICTURES / f"{shot.name}-{width}-{scheme}.png")
                print(f"{shot.name}-{width}-{scheme}.png", flush=True)
            context.close()


def sign_in(page: Page, email: str) -> None:
    page.goto("/accounts/login/")
    page.locator("input[name=login]").fill(email)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("input[name=password]").press("Enter")
    page.wait_for_url(lambda address: "/accounts/login" not in address)


@contextmanager
def demo() -> Iterator[str]:
    """The address of a fresh demo, which is gone afterwards."""
    port = free_port()
    url = f"http://localhost:{port}"
    with tempfile.TemporaryDirectory(prefix="waymark-pictures-") as folder:
        process = subprocess.Popen(
            [sys.executable, "-m", "scripts.demo"],
            cwd=ROOT,
            env=os.environ | {"WAYMARK_VAR": folder, "PORT": str(port)},
            stdout=subprocess.DEVNULL,
        )
        try:
            wait_for(f"{url}/health/live", process)
            yield url
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(30)


def wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + STARTS_WITHIN
    while process.poll() is None and time.monotonic() < end:
        try:
            with urllib.request.urlopen(address, timeout=2):  # noqa: S310 - our own demo
                return
        except (urllib.error.URLError, TimeoutError, ConnectionError):
            time.sleep(0.5)
    raise RuntimeError("the demo did not start; run `make demo` to see why")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
