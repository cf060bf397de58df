"""Accepting an invitation: an account if needed, the first day, the ten questions, consent."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from walking.care.enrolment.enrol import START_WITHIN_DAYS
from walking.models import Invitation
from walking.programme.red_flags import RedFlag
from walking.programme.weeks import CHECK_IN_HOUR, local_day
from walking.questions.fields import YesNoField, translated
from walking.questions.zones import has_zone, zone_choices

#: The hours at which the check-in email can be sent.
HOURS = range(7, 22)


class FirstPasswordForm(forms.Form):
    """The first password of the person whom ``invitation`` is for."""

    password = forms.CharField(
        label=_("Choose a password"),
        help_text=_(
            "At least 10 characters. Three or four words that only you would put together are easy"
            " to remember."
        ),
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}, render_value=False),
        error_messages={"required": _("Please choose a password.")},
    )

    def __init__(self, *args: Any, invitation: Invitation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.invitation = invitation

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = self.cleaned_data
        if password := given.get("password"):
            name = given.get("name", self.invitation.name)
            person = User(email=self.invitation.email, name=name)
            try:
                validate_password(password, person)
            except forms.ValidationError as error:
                self.add_error("password", error)
        return given


class InvitationForm(FirstPasswordForm):
    """``user`` is the person invited, if they have an account already. Their details are not asked again."""

    name = forms.CharField(
        max_length=120,
        label=_("Your name"),
        help_text=_("As you like to be addressed."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("Please tell us your name.")},
    )
    timezone = forms.ChoiceField(
        choices=zone_choices,
        label=_("Where you live"),
        help_text=_("Choose the place nearest to you, so that your days and mail come on time."),
        error_messages={
            "required": _("Please choose the place nearest to you."),
            "invalid_choice": _("Please choose a place from the list."),
        },
    )
    start = forms.TypedChoiceField(
        coerce=dt.date.fromisoformat,
        label=_("When would you like to begin?"),
        help_text=_("Your week will always start on this day of the week."),
        error_messages={
            "required": _("Please choose your first day."),
            "invalid_choice": _("Please choose a day from today to two weeks ahead."),
        },
    )
    check_in_time = forms.TypedChoiceField(
        coerce=dt.time.fromisoformat,
        label=_("When should the weekly check-in come?"),
        help_text=_("One mail on the last day of each week, at this hour."),
        error_messages={
            "required": _("Please choose an hour."),
            "invalid_choice": _("Please choose an hour from the list."),
        },
    )

    field_order = ("name", "password", "timezone", "start", "check_in_time")

    def __init__(
        self,
        *args: Any,
        invitation: Invitation,
        at: dt.datetime,
        user: User | None = None,
        **kwargs: Any,
    ) -> None:
        clinic_zone = invitation.clinic.timezone
        kwargs["initial"] = {
            "name": invitation.name,
            "timezone": clinic_zone if has_zone(clinic_zone) else "UTC",
            "check_in_time": _hour(CHECK_IN_HOUR.hour)[0],
        }
        super().__init__(*args, invitation=invitation, **kwargs)
        if user is not None:
            for name in ("name", "password", "timezone"):
                del self.fields[name]
        today = local_day(at, zoneinfo.ZoneInfo(self._zone(user)))
        self._choose("start", [_day(today, ahead) for ahead in range(START_WITHIN_DAYS + 1)])
        self._choose("check_in_time", [_hour(hour) for hour in HOURS])
        for flag in RedFlag:
            self.fields[_question(flag)] = YesNoField(
                label=translated(flag.question), required=True
            )
        self.fields["consent"] = forms.BooleanField(
            label=_(
                "I have read this and agree that the clinic keeps and uses my data in this way."
            ),
            error_messages={
                "required": _(
                    "We can only start your plan if you agree. If you are not sure, please ask your"
                    " clinic."
                )
            },
        )
        self.fields["research"] = forms.BooleanField(
            label=_("My data may be used for research, without my name."), required=False
        )
        self.fields["research_words"] = forms.BooleanField(
            label=_("What I write in my own words may be used too."), required=False
        )

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - as declared above
        field.choices = choices

    def _zone(self, user: User | None) -> str:
        """Return the time zone that decides which day is today."""
        if user is not None:
            return user.timezone
        chosen = str(self.data.get(self.add_prefix("timezone"), "")) if self.is_bound else ""
        return chosen if has_zone(chosen) else str(self.initial["timezone"])

    def questions(self) -> list[forms.BoundField]:
        """The ten questions, for the page."""
        return [self[_question(flag)] for flag in RedFlag]

    def open_questions(self) -> list[forms.BoundField]:
        """Return those of the ten that still need an answer."""
        return [question for question in self.questions() if question.errors]

    def about_the_person(self) -> list[forms.BoundField]:
        """The fields before the ten questions."""
        names = ("name", "password", "timezone", "start", "check_in_time")
        return [self[name] for name in names if name in self.fields]

    def red_flags(self) -> list[RedFlag]:
        """Return the signs that were answered with yes."""
        return [flag for flag in RedFlag if self.cleaned_data[_question(flag)]]


def _question(flag: RedFlag) -> str:
    return f"flag_{flag.value}"


def _day(today: dt.date, ahead: int) -> tuple[str, str]:
    day = today + dt.timedelta(days=ahead)
    words = date_format(day, "WEEKDAY_FORMAT")
    if ahead == 0:
        words = _now("Today, %(day)s") % {"day": words}
    elif ahead == 1:
        words = _now("Tomorrow, %(day)s") % {"day": words}
    return day.isoformat(), words


def _hour(hour: int) -> tuple[str, str]:
    time = dt.time(hour)
    return time.isoformat("minutes"), time_format(time)
