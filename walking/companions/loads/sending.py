"""A try of a daily task that was written down with no connection."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from walking.care.refusal import Refused
from walking.companions.loads.care import try_task
from walking.companions.loads.forms import TryForm
from walking.companions.loads.tasks import TASKS
from walking.models import CompanionProgramme


def send(programme: CompanionProgramme, sent: Mapping[str, Any], at: dt.datetime) -> None:
    """Raises ``Refused``."""
    task = TASKS.get(str(sent.get("task")))
    if task is None:
        raise Refused(_("Choose one of the tasks."))
    form = TryForm(sent, task=task)
    if not form.is_valid():
        raise Refused(str(next(iter(form.errors.values()))[0]))
    try_task(programme, task.slug, **form.answers(), at=at)
