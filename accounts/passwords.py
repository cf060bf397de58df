"""Refuse passwords that someone who knows the clinic would try first."""

from __future__ import annotations

import re
from typing import Final

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import User

#: The product's topic. Shorter words are in too many good passwords.
WORDS: Final = (
    "waymark",
    "walking",
    "walkback",
    "backpain",
    "physio",
    "therapy",
    "clinic",
    "password",
)
#: Ignore words of the clinic's name that are shorter than this.
SHORTEST: Final = 4
#: How many characters a password must have besides these words: with fewer it is little more than the word.
LEFT: Final = 6


class OwnWordsValidator:
    """Refuse a password that is little more than words of the clinic, the site or the product (OWASP ASVS 6.2.11)."""

    def validate(self, password: str, user: User | None = None) -> None:
        """Raise ``ValidationError`` for such a password."""
        left = _plain(password)
        for word in sorted(_own_words(user), key=len, reverse=True):
            left = left.replace(word, "")
        if len(left) < LEFT and left != _plain(password):
            raise ValidationError(
                _(
                    "This password is little more than the name of the clinic or of this app. Choose other words."
                ),
                code="password_own_words",
            )

    def get_help_text(self) -> str:
        return _("Your password can’t be just the name of the clinic or of this app.")


def _own_words(user: User | None) -> set[str]:
    names = [settings.SITE_HOST.partition(":")[0].replace(".", " ")]
    clinic = getattr(user, "clinic", None)
    if clinic is not None:
        names += [clinic.name, clinic.name.replace(" ", "")]
    words = {_plain(word) for name in names for word in name.split()}
    return {word for word in words | set(WORDS) if len(word) >= SHORTEST}


def _plain(text: str) -> str:
    """Return the text in lower case, with look-alike digits replaced by letters and punctuation removed."""
    small = text.lower().translate(str.maketrans("013457@$", "oieastas"))
    return re.sub(r"[\W_]+", "", small)
