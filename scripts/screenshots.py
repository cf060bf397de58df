"""Take the pictures of the README and the docs: every patient page and the main staff pages.

``make screenshots`` calls it. It creates the demo clinic in a stack of its own, or uses a running demo:
``make screenshots ARGS=http://localhost:8000``. ``ARGS="today plan"`` takes only these. Each page is taken on a phone
and on a laptop, light and dark, into ``docs/screenshots/NAME-WIDTH-SCHEME.png``.
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.services import CHROMIUM_FLAGS, Missing, SmtpSink, find_chromium  # noqa: E402
from tests.stack import Stack  # noqa: E402
from walking.demo.people import PASSWORD  # noqa: E402

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, ViewportSize

FOLDER = ROOT / "docs" / "screenshots"
PHONE: ViewportSize = {"width": 390, "height": 844}
LAPTOP: ViewportSize = {"width": 1280, "height": 800}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
#: The largest height of a picture, or the window's height if it is cut: the docs show pages, not scrolling.
TALLEST = 1600
COLOURS = 256

ANYONE = ""
#: Names of the demo's people by what their pages show.
ON_TRACK, WAITING, STOPPED, FLARED = "margaret", "dot", "grace", "carmen"
DONE, AHEAD, NEW = "hannah", "joan", "peter"
SITTING, LIFTING = "rosa", "kenji"
DESK = "priya@riverbend.example"
MANAGER = "helen@riverbend.example"


@dataclass(frozen=True, slots=True)
class Picture:
    """``path``, or the texts of the links that lead there from it; ``cut`` to the part visible at first."""

    name: str
    who: str
    path: str
    link: str | tuple[str, ...] = ""
    cut: bool = False


PICTURES = (
    Picture("home", ANYONE, "/"),
    Picture("login", ANYONE, "/accounts/login/"),
    Picture("today", ON_TRACK, "/today/", cut=True),
    Picture("first-week", NEW, "/today/"),
    Picture("paused", STOPPED, "/today/"),
    Picture("after-a-flare-up", FLARED, "/today/"),
    Picture("completed", DONE, "/today/"),
    Picture("before-the-start", AHEAD, "/today/"),
    Picture("plan", ON_TRACK, "/plan/"),
    Picture("walk-timer", ON_TRACK, "/today/walk/"),
    Picture("diary", ON_TRACK, "/diary/"),
    Picture("walk", ON_TRACK, "/diary/add/"),
    Picture("check-in", WAITING, "/check-in/"),
    Picture("flare-up", ON_TRACK, "/flare-up/"),
    Picture("flare-up-questions", FLARED, "/flare-up/1/"),
    Picture("lessons", ON_TRACK, "/learn/"),
    Picture("lesson", ON_TRACK, "/learn/pain-traffic-lights/"),
    Picture("movement", ON_TRACK, "/companions/movement/"),
    Picture("movement-rolling", ON_TRACK, "/companions/movement/rolling/"),
    Picture("sitting", SITTING, "/companions/sitting/"),
    Picture("loads", LIFTING, "/companions/loads/"),
    Picture("loads-shopping", LIFTING, "/companions/loads/shopping/"),
    Picture("what-patients-ask", ON_TRACK, "/learn/questions/"),
    Picture("questions-over-time", DONE, "/questions/"),
    Picture("questionnaire", AHEAD, "/questions/0/more/", cut=True),
    Picture("away", ON_TRACK, "/away/"),
    Picture("warning-signs", ON_TRACK, "/warning-signs/"),
    Picture("warning-signs-now", ON_TRACK, "/warning-signs/now/"),
    Picture("settings", ON_TRACK, "/settings/"),
    Picture("who-has-looked", ON_TRACK, "/settings/access/"),
    Picture("reminders", ON_TRACK, "/settings/reminders/"),
    Picture("walking-days", ON_TRACK, "/walking-days/"),
    Picture("calendar", ON_TRACK, "/settings/calendar/"),
    Picture("walks-from-a-file", ON_TRACK, "/settings/import/"),
    Picture("connections", ON_TRACK, "/settings/connections/"),
    Picture("what-i-agreed-to", ON_TRACK, "/settings/consent/"),
    Picture("everything-about-me", ON_TRACK, "/settings/my-data/"),
    Picture("where-signed-in", ON_TRACK, "/accounts/sessions/"),
    Picture("caseload", DESK, "/admin/walking/plan/"),
    Picture("patient-of-the-caseload", DESK, "/admin/walking/plan/", link="Margaret Ellis"),
    Picture("patient-paused", DESK, "/admin/walking/plan/", link="Grace Muller"),
    Picture("as-patient", DESK, "/admin/walking/plan/", link=("Margaret Ellis", "View as patient")),
    Picture("enrol-in-person", DESK, "/admin/walking/plan/enrol/"),
    Picture("without-email", DESK, "/admin/walking/plan/", link="Edith Palmer"),
    Picture("enter-walk", DESK, "/admin/walking/plan/", link=("Edith Palmer", "A walk")),
    Picture("enter-check-in", DESK, "/admin/walking/plan/", link=("Edith Palmer", "A check-in")),
    Picture("enter-days-away", DESK, "/admin/walking/plan/", link=("Edith Palmer", "Days away")),
    Picture(
        "enter-month", DESK, "/admin/walking/plan/", link=("Edith Palmer", "The monthly answer")
    ),
    Picture("enter-flare-up", DESK, "/admin/walking/plan/", link=("Edith Palmer", "A flare-up")),
    Picture("add-address", DESK, "/admin/walking/plan/", link=("Edith Palmer", "add one")),
    Picture("note", DESK, "/admin/walking/plan/", link=("Margaret Ellis", "Write a note")),
    Picture(
        "lessons-of-a-patient",
        DESK,
        "/admin/walking/plan/",
        link=("Margaret Ellis", "See the answers, or give a lesson"),
    ),
    Picture("lessons-of-the-clinic", MANAGER, "/admin/lessons/"),
    Picture("change-a-lesson", MANAGER, "/admin/lessons/why-walking/"),
    Picture("contacts", DESK, "/admin/walking/contact/days/"),
    Picture("contact", DESK, "/admin/walking/contact/days/", link="Margaret Ellis"),
    Picture("invite", DESK, "/admin/walking/invitation/add/"),
    Picture("invite-from-a-file", DESK, "/admin/walking/invitation/import/"),
    Picture("invitations", DESK, "/admin/walking/invitation/"),
    Picture(
        "invitation-on-paper",
        DESK,
        "/admin/walking/invitation/",
        link=("Bill Nguyen", "Sheet to print"),
    ),
    Picture("mail", DESK, "/admin/walking/mail/"),
    Picture("one-mail", DESK, "/admin/walking/mail/", link="week's plan"),
    Picture("programme", DESK, "/admin/programme/"),
    Picture("keeping-records", "helen@riverbend.example", "/admin/keeping/"),
    Picture("what-if", DESK, "/admin/what-if/"),
    Picture("reports", DESK, "/admin/reports/"),
    Picture("evidence", DESK, "/admin/evidence/"),
    Picture("research", MANAGER, "/admin/research/"),
    Picture("clinic", MANAGER, "/admin/accounts/clinic/"),
)


@contextmanager
def demo(running: Sequence[str]) -> Iterator[str]:
    """Yield the address of a running demo: the given one, or a new stack with the demo clinic."""
    if running:
        yield running[0].rstrip("/")
        return
    with SmtpSink() as smtp, Stack(smtp) as stack:
        print("screenshots: making the demo's clinic", flush=True)
        stack.manage("demo_clinic", "--mail", str(stack.folder / "mail"))
        yield stack.url


def sign_in(browser: Browser, address: str, who: str) -> Page:
    """Return a page in a browser where one of the demo's people is signed in."""
    context = browser.new_context(
        base_url=address, reduced_motion="reduce", timezone_id="Australia/Sydney"
    )
    page = context.new_page()
    if who:
        page.goto("/accounts/login/")
        page.get_by_label("Email").fill(who if "@" in who else f"{who}@home.example")
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Sign in", exact=True).click()
        page.wait_for_url(lambda url: "/accounts/login/" not in url)
    return page


def take(page: Page, picture: Picture) -> None:
    page.goto(picture.path)
    for link in (picture.link,) if isinstance(picture.link, str) else picture.link:
        if link:
            page.get_by_role("link", name=re.compile(link)).first.click()
            page.wait_for_load_state()
    for size in (PHONE, LAPTOP):
        page.set_viewport_size(size)
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            page.evaluate("document.getAnimations().forEach((each) => each.finish())")
            if not picture.cut:
                # With a window as high as the page, the tabs stay at the bottom, not in the middle.
                height: int = page.evaluate("document.documentElement.scrollHeight")
                page.set_viewport_size({"width": size["width"], "height": min(height, TALLEST)})
            name = f"{picture.name}-{size['width']}-{scheme}.png"
            save(page.screenshot(), FOLDER / name)
            page.set_viewport_size(size)


def save(png: bytes, path: Path) -> None:
    """Save with a palette: flat colours lose nothing visible, and the file shrinks to a third."""
    image = Image.open(io.BytesIO(png)).convert("RGB")
    image.quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)


def main(arguments: Sequence[str]) -> int:
    from playwright.sync_api import sync_playwright

    addresses = [each for each in arguments if each.startswith("http")]
    names = [each for each in arguments if each not in addresses]
    if unknown := set(names) - {each.name for each in PICTURES}:
        print(f"screenshots: there is no page called {', '.join(sorted(unknown))}", file=sys.stderr)
        return 2
    FOLDER.mkdir(parents=True, exist_ok=True)
    try:
        program = find_chromium()
        with demo(addresses) as address, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=program, args=CHROMIUM_FLAGS)
            pages: dict[str, Page] = {}
            for picture in PICTURES:
                if names and picture.name not in names:
                    continue
                if picture.who not in pages:
                    pages[picture.who] = sign_in(browser, address, picture.who)
                take(pages[picture.who], picture)
                print(f"screenshots: {picture.name}", flush=True)
            browser.close()
    except Missing as missing:
        print(f"screenshots: {missing}", file=sys.stderr)
        return 1
    print(f"screenshots: {len(list(FOLDER.glob('*.png')))} pictures in {FOLDER.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
