"""The weekly check-in: the warning signs must be answered, every other question is optional."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from walking import models
from walking.programme.facts import CheckIn, Difficulty
from walking.programme.red_flags import RedFlag
from walking.questions.fields import (
    ScaleField,
    WarningSignsField,
    WordsField,
    YesNoField,
)


class CheckInForm(forms.Form):
    """The patient's answers for a week, warning signs first."""

    red_flags = WarningSignsField()
    no_red_flags = forms.BooleanField(required=False, label=_("None of these"))
    better = YesNoField(
        label=_("Is your back better now?"),
        help_text=_("You told us that it had got worse."),
    )
    flare_up = YesNoField(
        label=_("Did you have a flare-up this week?"),
        help_text=_(
            "A flare-up is back pain that lasted 24 hours or more and kept you from your usual"
            " activities, such as housework, work or going out."
        ),
    )
    pain = ScaleField(
        label=_("How bad was your back pain at its worst this week?"),
        words={
            0: _("no pain"),
            3: _("mild"),
            5: _("moderate"),
            10: _("the worst you can imagine"),
        },
    )
    difficulty = forms.TypedChoiceField(
        choices=[
            (Difficulty.TOO_EASY.value, _("Too easy")),
            (Difficulty.ABOUT_RIGHT.value, _("About right")),
            (Difficulty.TOO_HARD.value, _("Too hard")),
        ],
        coerce=Difficulty,
        empty_value=None,
        widget=forms.RadioSelect,
        required=False,
        label=_("How did this week's walking feel?"),
        error_messages={"invalid_choice": _("Please choose one of the three answers.")},
    )
    confidence = ScaleField(
        label=_("How sure are you that you can do next week's walks?"),
        words={0: _("not sure at all"), 5: _("half sure"), 10: _("quite sure")},
    )
    away = YesNoField(
        label=_("Were you ill or away this week?"),
        help_text=_("So that your walking was not as usual."),
    )
    words = WordsField(
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        label=_("Is there anything you would like to tell your physiotherapist?"),
        help_text=_(
            "They read it when they next look at your plan. For anything that cannot wait, please"
            " ring the clinic."
        ),
        error_messages={
            "max_length": _("That is a little long: please keep it under 2,000 characters.")
        },
    )

    def __init__(self, *args: Any, has_episode: bool = False, **kwargs: Any) -> None:
        """``has_episode``: a flare-up is open, so ask whether it is over."""
        super().__init__(*args, **kwargs)
        self.fields["red_flags"].help_text = _(
            "Tick each one where your answer is yes. If you have none of them, tick “None of these”."
        )
        if not has_episode:
            del self.fields["better"]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = self.cleaned_data
        if "red_flags" in cleaned:
            signs, none = cleaned["red_flags"], cleaned.get("no_red_flags")
            if signs and none:
                self.add_error(
                    "red_flags",
                    _(
                        "You ticked a warning sign and “None of these”. Untick the one that is wrong."
                    ),
                )
            elif not signs and not none:
                # A missing answer must never count as a no.
                self.add_error(
                    "red_flags",
                    _("Tick each warning sign that applies, or “None of these”."),
                )
        return cleaned

    def signs_ticked(self) -> tuple[RedFlag, ...]:
        """Return the warning signs ticked, even if something else in the form is wrong."""
        if not self.is_bound:
            return ()
        widget = self.fields["red_flags"].widget
        sent = widget.value_from_datadict(self.data, self.files, "red_flags") or ()
        return tuple(sign for sign in RedFlag if sign.value in sent)

    def words_given(self) -> str:
        """Return the comments for the physiotherapist, if valid; the rest of the form may be wrong."""
        self.is_valid()
        words: str = self.cleaned_data.get("words", "")
        return words

    def answers(self) -> CheckIn:
        """Return the answers as the rules need them."""
        given = self.cleaned_data
        return CheckIn(
            pain=given["pain"],
            difficulty=given["difficulty"],
            confidence=given["confidence"],
            flare_up=bool(given["flare_up"]),
            away=bool(given["away"]),
            red_flags=tuple(given["red_flags"]),
        )


def as_answered(check_in: models.CheckIn) -> dict[str, Any]:
    """Return the form data of an earlier answer, so that it can be corrected."""
    return {
        "red_flags": check_in.red_flags,
        "no_red_flags": check_in.signs == (),
        "flare_up": check_in.flare_up,
        "pain": check_in.pain,
        "difficulty": check_in.difficulty,
        "confidence": check_in.confidence,
        "away": check_in.away,
        "words": check_in.words,
    }
