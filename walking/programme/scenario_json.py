"""Scenarios as JSON text: one, or an array of them, answered as text in the same shape.

An array is read and answered one scenario at a time, so that ten thousand of them are never in
memory together.
"""

import json
import re
from collections.abc import Iterator
from typing import Final

from walking.programme.scenario import simulate
from walking.programme.scenario_reader import ScenarioError, object_from_pairs

_DECODER: Final = json.JSONDecoder(object_pairs_hook=object_from_pairs)
_SPACE: Final = re.compile(r"[ \t\n\r]*")


def simulate_json(text: str) -> str:
    """Return the answer to one scenario, or an array of answers, as JSON.

    Raises `ScenarioError`, also for text that is not JSON; in an array the place begins with the
    scenario's index, as in `[2].weeks[0]`.
    """
    begin = _after_space(text, 0)
    if text.startswith("[", begin):
        return f"[{', '.join(_answers(text, begin))}]"
    scenario, end = _decoded(text, begin)
    _expect_end(text, end)
    return json.dumps(simulate(scenario))


def _answers(text: str, bracket: int) -> Iterator[str]:
    for index, scenario in enumerate(_items(text, bracket)):
        try:
            yield json.dumps(simulate(scenario))
        except ScenarioError as error:
            raise error.within(f"[{index}]") from None


def _items(text: str, bracket: int) -> Iterator[object]:
    """Yield the items of the array that opens at `bracket`, decoding each when it is needed."""
    position = _after_space(text, bracket + 1)
    if not text.startswith("]", position):
        while True:
            item, position = _decoded(text, position)
            yield item
            position = _after_space(text, position)
            if not text.startswith(",", position):
                break
            position = _after_space(text, position + 1)
        if not text.startswith("]", position):
            raise _not_json(json.JSONDecodeError("Expecting ',' or ']'", text, position))
    _expect_end(text, position + 1)


def _decoded(text: str, position: int) -> tuple[object, int]:
    try:
        return _DECODER.raw_decode(text, position)
    except RecursionError:
        raise ScenarioError("", "the input is nested too deeply") from None
    except ValueError as error:  # not only JSONDecodeError: also a number with too many digits
        raise _not_json(error) from None


def _expect_end(text: str, position: int) -> None:
    end = _after_space(text, position)
    if end != len(text):
        raise _not_json(json.JSONDecodeError("Extra data", text, end))


def _not_json(error: ValueError) -> ScenarioError:
    return ScenarioError("", f"the input is not JSON: {error}")


def _after_space(text: str, position: int) -> int:
    match = _SPACE.match(text, position)
    return match.end() if match else position
