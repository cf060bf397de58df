"""A day of sitting less that was recorded offline."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from walking.care.refusal import Refused
from walking.companions.sitting.care import write_day
from walking.companions.sitting.forms import DayForm
from walking.models import CompanionProgramme


def send(programme: CompanionProgramme, sent: Mapping[str, Any], at: dt.datetime) -> None:
    """Save what was sent. Raises ``Refused``."""
    form = DayForm(sent)
    if not form.is_valid():
        raise Refused(str(next(iter(form.errors.values()))[0]))
    write_day(programme, **form.cleaned_data, at=at)
