"""The app on the phone, with its files named as production names them: by what is in them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.core.management import call_command
from django.template import engines
from django.templatetags.static import static
from django.test import override_settings
from django.urls import reverse

from tests.days import on_day
from tests.people import make_plan, signed_in
from walking.patient.app_shell import AHEAD, SHELL

pytestmark = pytest.mark.django_db

HASHED = {
    **settings.STORAGES,
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage",
    },
}


@pytest.fixture
def own_templates() -> Iterator[None]:
    """Templates remember the file names that they have written (``{% kept %}``): not those of this test."""

    def forget() -> None:
        for loader in engines["django"].engine.template_loaders:  # type: ignore[attr-defined]
            loader.reset()

    forget()
    yield
    forget()


@pytest.mark.usefixtures("own_templates")
def test_the_worker_knows_its_files_by_their_names_in_production(tmp_path: Path) -> None:
    with override_settings(STATIC_ROOT=tmp_path, STORAGES=HASHED), on_day(1):
        call_command("collectstatic", interactive=False, verbosity=0)
        worker = signed_in(make_plan().patient).get("/sw.js")
    assert worker.status_code == 200
    app = json.loads(re.search(r"const APP = (\{.*\});\n", worker.text)[1])
    assert app["hashed"]
    assert app["shell"]
    for address in app["shell"]:
        assert address.startswith(app["static"])
        assert (tmp_path / address.removeprefix(app["static"])).is_file(), address


def test_the_phone_keeps_the_style_sheets_and_scripts_of_pages_fetched_ahead() -> None:
    """A page that was fetched ahead and never opened needs them too: without them charts are black shapes."""
    with on_day(1):
        client = signed_in(make_plan().patient)
        for name in AHEAD:
            page = BeautifulSoup(client.get(reverse(name)).content, "html.parser")
            needed = {link["href"] for link in page.select("link[rel=stylesheet]")}
            needed |= {script["src"] for script in page.select("script[src]")}
            assert needed - {static(path) for path in SHELL} == set(), name
