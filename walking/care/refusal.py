"""How a use case says no."""

from __future__ import annotations


class Refused(Exception):  # noqa: N818  (a refusal is no error of the program)
    """Nothing was changed. ``str()`` is a sentence for the person, in the active language; ``field`` names the
    form field it belongs to, if any."""

    def __init__(self, message: object, field: str | None = None) -> None:
        super().__init__(str(message))
        self.field = field
