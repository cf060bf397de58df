"""The app on the phone, with its files named as production names them: by what is in them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import override_settings

from tests.patient.people import make_plan, on_day, signed_in

pytestmark = pytest.mark.django_db

HASHED = {
    **settings.STORAGES,
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage",
    },
}


def test_the_worker_knows_its_files_by_their_names_in_production(tmp_path: Path) -> None:
    with override_settings(STATIC_ROOT=tmp_path, STORAGES=HASHED), on_day(1):
        call_command("collectstatic", interactive=False, verbosity=0)
        worker = signed_in(make_plan()).get("/sw.js")
    assert worker.status_code == 200
    app = json.loads(re.search(r"const APP = (\{.*\});\n", worker.text)[1])
    assert app["hashed"]
    assert app["shell"]
    for address in app["shell"]:
        assert address.startswith(app["static"])
        assert (tmp_path / address.removeprefix(app["static"])).is_file(), address
