"""Make the app's icons from ``static/icons/waymark.svg``; run it again when that changes.

``.venv/bin/python -m scripts.icons`` writes ``static/icons/waymark-*.png``. A maskable icon fills its square, as the
phone cuts it to its own shape; what matters is within the circle of 80% that every shape keeps.
"""

from __future__ import annotations

import base64
import re
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from scripts.screenshots import save  # noqa: E402
from tests.services import CHROMIUM_FLAGS, find_chromium  # noqa: E402

FOLDER = ROOT / "static" / "icons"
#: Name, size in pixels, and whether it fills its square.
ICONS = (
    ("waymark-192", 192, False),
    ("waymark-512", 512, False),
    ("waymark-maskable-192", 192, True),
    ("waymark-maskable-512", 512, True),
    ("waymark-touch", 180, True),
)


def main() -> None:
    rounded = (FOLDER / "waymark.svg").read_text()
    full = re.sub(r"<rect [^>]*fill", '<rect width="32" height="32" fill', rounded)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=CHROMIUM_FLAGS)
        page = browser.new_page()
        for name, size, fills in ICONS:
            svg = base64.b64encode((full if fills else rounded).encode()).decode()
            page.set_viewport_size({"width": size, "height": size})
            page.set_content(
                f'<body style="margin:0"><img width="{size}" height="{size}" style="display:block"'
                f' src="data:image/svg+xml;base64,{svg}">'
            )
            path = FOLDER / f"{name}.png"
            path.write_bytes(page.screenshot(omit_background=True))
            if fills:
                save(path.read_bytes(), path)
        browser.close()


if __name__ == "__main__":
    main()
