"""What staff read about the emails after a red flag: who got the alarm if it passed on, and what did not arrive."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence

from django.utils.translation import gettext as _

from walking.mail.alarms import emails_about
from walking.models import Attention, Mail
from walking.programme.attention import Kind

#: An email that is queued goes within a minute or two; after this long without being sent, staff are told.
ON_ITS_WAY = dt.timedelta(minutes=5)


def with_alarms(rows: Sequence[Attention], at: dt.datetime) -> None:
    """Set ``alarm_news`` of those of ``rows`` whose most urgent need is a red flag.

    It asks about all rows, so that a page takes as many statements with a red flag as without one.
    """
    flagged = {row.pk: row for row in rows if row.kind == Kind.RED_FLAG and row.rank}
    mails: dict[int, list[Mail]] = defaultdict(list)
    for mail in emails_about(row.pk for row in rows):
        row = flagged.get(mail.plan_id or 0)
        if row is not None and row.since and mail.queued_at >= row.since:
            mails[row.pk].append(mail)
    for pk, row in flagged.items():
        row.alarm_news = [*_of_patient(row, mails[pk], at), *_of_staff(mails[pk], at)]


def _of_patient(row: Attention, mails: Sequence[Mail], at: dt.datetime) -> list[str]:
    """That the email which tells the patient to get help did not arrive."""
    if not row.plan.patient.email:
        return [_("Call: the patient has no email address.")]
    safety = [mail for mail in mails if mail.kind == Mail.Kind.PAUSED]
    if safety and all(map(_missed, safety)):
        return [_("Call: the email to the patient was not delivered.")]
    if safety and all(_missed(mail) or _waits(mail, at) for mail in safety):
        return [_("Call: the email to the patient has not been sent yet.")]
    return []


def _of_staff(mails: Sequence[Mail], at: dt.datetime) -> list[str]:
    """Who got the alarm, if it was not simply the first person; who did not, and why."""
    alarms = [mail for mail in mails if mail.kind == Mail.Kind.URGENT]
    missed = [mail for mail in alarms if _missed(mail)]
    got = [str(mail.recipient) for mail in alarms if not (_missed(mail) or _waits(mail, at))]
    waiting = [str(mail.recipient) for mail in alarms if _waits(mail, at)]
    words = []
    if got and missed:
        words.append(_("The alarm went by email to %(names)s.") % {"names": ", ".join(got)})
    elif waiting:
        names = {"names": ", ".join(waiting)}
        words.append(_("The alarm email to %(names)s has not been sent yet.") % names)
    elif not got:
        words.append(_("The alarm email reached no one. Make sure that someone calls the patient."))
    for mail in missed:
        names = {"name": str(mail.recipient), "why": _why(mail)}
        words.append(_("It was not delivered to %(name)s: %(why)s") % names)
    return words


def _waits(mail: Mail, at: dt.datetime) -> bool:
    if mail.state != Mail.State.QUEUED:
        return False
    return mail.attempts > 0 or mail.due_at < at - ON_ITS_WAY


def _missed(mail: Mail) -> bool:
    returned = mail.state == Mail.State.SENT and mail.returned  # type: ignore[attr-defined]
    return bool(returned) or mail.state in {Mail.State.FAILED, Mail.State.SUPPRESSED}


def _why(mail: Mail) -> str:
    if mail.state == Mail.State.SENT:
        return _("It was returned: the address does not take mail.")
    if mail.state == Mail.State.SUPPRESSED:
        return _(mail.outcome)
    return _("The mail server answered: %(words)s") % {"words": mail.outcome}
