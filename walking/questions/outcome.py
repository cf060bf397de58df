"""Pain, the Roland-Morris statements, and up to three activities that matter: asked at the start and then at
3, 6, 9 and 12 months. Each question is optional, but at least one must be answered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from walking.models import OutcomeAnswer
from walking.programme.outcomes import ACTIVITIES
from walking.questions.fields import ScaleField, WordsField
from walking.questions.roland_morris import STATEMENTS


class OutcomeForm(forms.Form):
    """``activities`` are those named before, which are asked about again in the same words."""

    pain = ScaleField(
        label=_("How bad was your back pain over the last week, on the whole?"),
        words={0: _("no pain"), 5: _("moderate"), 10: _("the worst you can imagine")},
    )
    statements = forms.TypedMultipleChoiceField(
        choices=[(number, words) for number, words in enumerate(STATEMENTS, start=1)],
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        label=_("Which of these sentences describe you today?"),
        help_text=_(
            "When your back hurts, some things may be harder than usual. Tick a sentence only if you are sure"
            " that it describes you today. Leave the others empty."
        ),
        error_messages={
            "invalid_choice": _("We do not know one of these. Please tick them again.")
        },
    )
    no_statements = forms.BooleanField(required=False, label=_("None of these describes me today"))

    def __init__(self, *args: Any, activities: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number in range(1, ACTIVITIES + 1):
            known = activities[number - 1] if number <= len(activities) else ""
            self.fields[f"activity_{number}"] = WordsField(
                label=_("Something you want to be able to do"),
                max_length=80,
                required=False,
                initial=known,
                help_text=_("Such as: play with the grandchildren, garden, walk to the shops."),
                widget=forms.TextInput(attrs={"autocomplete": "off"}),
            )
            self.fields[f"score_{number}"] = ScaleField(
                label=_("How well can you do it now?"),
                words={0: _("not at all"), 10: _("as well as before the back pain")},
            )

    @property
    def pairs(self) -> Iterator[tuple[forms.BoundField, forms.BoundField]]:
        """Yield each activity with its scale."""
        for number in range(1, ACTIVITIES + 1):
            yield self[f"activity_{number}"], self[f"score_{number}"]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = self.cleaned_data
        if given.get("statements") and given.get("no_statements"):
            self.add_error(
                "statements",
                _now(
                    "You ticked sentences and also “None of these”. Please untick one or the other."
                ),
            )
        for number in range(1, ACTIVITIES + 1):
            score = given.get(f"score_{number}")
            if score is not None and not given.get(f"activity_{number}"):
                self.add_error(f"activity_{number}", _now("Please say which activity you mean."))
        return given

    def answers(self) -> dict[str, Any]:
        """Return the arguments of the use case. An activity without a number is left out."""
        given = self.cleaned_data
        ticked = given["statements"]
        pairs = [
            (given[f"activity_{number}"], given[f"score_{number}"])
            for number in range(1, ACTIVITIES + 1)
        ]
        return {
            "pain": given["pain"],
            "statements": ticked if ticked or given["no_statements"] else None,
            "activities": [(words, score) for words, score in pairs if words and score is not None],
        }


def as_answered(answer: OutcomeAnswer) -> dict[str, Any]:
    """Return the form data of an earlier answer, so that it can be corrected."""
    shown: dict[str, Any] = {
        "pain": answer.pain,
        "statements": answer.statements,
        "no_statements": answer.statements == [],
    }
    for number, each in enumerate(answer.activities.all(), start=1):
        shown |= {f"activity_{number}": each.words, f"score_{number}": each.score}
    return shown
