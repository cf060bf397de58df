"""A try of a daily task, or how sure the patient feels about it, that was recorded offline."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from walking.care.refusal import Refused
from walking.companions.loads.care import say_how_sure, try_task
from walking.companions.loads.forms import SureForm, TryForm
from walking.companions.loads.tasks import TASKS
from walking.models import CompanionProgramme


def send(programme: CompanionProgramme, sent: Mapping[str, Any], at: dt.datetime) -> None:
    """Save what was sent. Raises ``Refused``."""
    task = TASKS.get(str(sent.get("task")))
    if task is None:
        raise Refused(_("Choose one of the tasks."))
    form = SureForm(sent) if "sure" in sent else TryForm(sent, task=task)
    if not form.is_valid():
        raise Refused(str(next(iter(form.errors.values()))[0]))
    use_case: Callable[..., object] = say_how_sure if "sure" in sent else try_task
    use_case(programme, task.slug, **form.cleaned_data, at=at)
