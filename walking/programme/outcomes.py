"""What is asked over time in addition to the monthly question: pain, disability, and what matters to the patient.

Disability is the Roland-Morris questionnaire (24 statements; M. Roland and R. Morris, Spine 1983; 8: 141-144), asked at
the start and at 3, 6, 9 and 12 months as in the trial (protocol, BMJ Open 2020; 10:e037149).
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

from walking.programme import weeks

#: Months from the start at which the questions are asked; 0 is the start itself.
OCCASIONS: Final = (0, 3, 6, 9, 12)
STATEMENTS: Final = 24
ACTIVITIES: Final = 3
#: The smallest change that can be told from noise is 4 to 5 points (Stratford et al., Phys Ther 1996).
NOTABLE_CHANGE: Final = 5
#: How long after the plan's first day an answer still counts as the start. Our choice, not the trial's.
START_OPEN: Final = timedelta(days=14)
#: How long a question stays open after its day (our choice); a monthly question can be answered at any later time too.
OPEN: Final = timedelta(days=60)
#: The monthly question is asked until this month: at least, and at most (the protocol: 12 to 36 months).
FEWEST_MONTHS: Final = 12
MOST_MONTHS: Final = 36


def last_day(start: date, month: int) -> date:
    """Return the last local day on which the questions of an occasion can be answered."""
    return start + START_OPEN if month == 0 else weeks.month_day(start, month) + OPEN


def open_occasion(start: date, today: date) -> int | None:
    """Return the occasion whose questions can be answered on the local day `today`; None between two of them.

    Those of the start can be answered before the first day too.
    """
    for month in OCCASIONS:
        opens = date.min if month == 0 else weeks.month_day(start, month)
        if opens <= today <= last_day(start, month):
            return month
    return None


def change_of(disability: Mapping[int, int]) -> int | None:
    """Return points between the first and the last occasion answered, by month; above 0 is worse. None for fewer than
    two."""
    if len(disability) < 2:
        return None
    return disability[max(disability)] - disability[min(disability)]


def is_notable(change: int | None) -> bool:
    """Return whether a change, either way, is more than noise."""
    return change is not None and abs(change) >= NOTABLE_CHANGE
