"""A session that was recorded offline."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from walking.care.plan.companions import DAYS_BACK
from walking.care.refusal import Refused
from walking.companions.movement.care import write_session
from walking.companions.movement.forms import SessionForm
from walking.companions.movement.patterns import guides
from walking.companions.movement.rules import Pattern, Version
from walking.models import CompanionProgramme
from walking.programme.weeks import local_day


def send(programme: CompanionProgramme, sent: Mapping[str, Any], at: dt.datetime) -> None:
    """Save what was sent. Raises ``Refused``."""
    try:
        pattern, version = Pattern(sent.get("pattern", "")), Version(int(sent.get("version", "")))
    except ValueError:
        raise Refused(_("This cannot be read.")) from None
    today = local_day(at, programme.plan.patient.zone)
    days = [today - dt.timedelta(days=n) for n in range(DAYS_BACK + 1)]
    form = SessionForm(sent, way=guides()[pattern].ways[version], days=days, today=today)
    if not form.is_valid():
        raise Refused(str(next(iter(form.errors.values()))[0]))
    write_session(programme, pattern=pattern, **form.cleaned_data, at=at)
