"""English as it is written outside North America: the day before the month, and a clock of 24 hours at the desk."""

WEEKDAY_FORMAT = "l j F"
WEEKDAY_YEAR_FORMAT = "l j F Y"
DAY_FORMAT = "j F"
DAY_YEAR_FORMAT = "j F Y"
SHORT_WEEKDAY_FORMAT = "D j M"
SHORT_WEEKDAY_YEAR_FORMAT = "D j M Y"
SHORT_WEEKDAY_TIME_FORMAT = "D j M, H:i"
SHORT_WEEKDAY_YEAR_TIME_FORMAT = "D j M Y, H:i"
SHORT_DAY_FORMAT = "j M"
SHORT_DAY_YEAR_FORMAT = "j M Y"
SHORT_DAY_TIME_FORMAT = "j M, H:i"
SHORT_DAY_YEAR_TIME_FORMAT = "j M Y, H:i"
CLOCK_FORMAT = "H:i"

# Django's own names, where its English is North American.
DATE_FORMAT = "j F Y"
DATETIME_FORMAT = "j F Y, H:i"
SHORT_DATE_FORMAT = "j M Y"
SHORT_DATETIME_FORMAT = "j M Y, H:i"
FIRST_DAY_OF_WEEK = 1
