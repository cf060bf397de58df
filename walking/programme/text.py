"""Text that can be translated later, by a caller who knows the language."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


def gettext_noop(message: str) -> str:
    """Return the message unchanged; makemessages finds msgids by this name."""
    return message


def _english(message: str) -> str:
    return message


@dataclass(frozen=True, slots=True)
class Sentence:
    """An English msgid with %(name)s placeholders, and their values.

    A parameter may itself be a sentence: it is translated separately and inserted.
    """

    template: str
    params: "Mapping[str, int | str | Sentence]" = field(default_factory=dict)

    def render(self, translate: Callable[[str], str] = _english) -> str:
        """Return the text in the language of `translate` (such as Django's gettext); English without one."""
        text = translate(self.template)
        if not self.params:
            return text
        return text % {
            name: value.render(translate) if isinstance(value, Sentence) else value
            for name, value in self.params.items()
        }

    def __str__(self) -> str:
        return self.render()
