"""The embedded broker: kombu's messages in files, safe to read while they are written.

kombu opens a message's file before it fills it, so a reader can get an empty file and fail, and the whole worker with
it. Here a message appears under its name only when it is complete, and an unreadable file is ignored: a lost hint does
no harm, a dead worker does.
"""

from __future__ import annotations

import uuid
from contextlib import suppress
from pathlib import Path
from queue import Empty
from time import monotonic
from typing import Any

from kombu.transport import filesystem
from kombu.utils.encoding import str_to_bytes
from kombu.utils.json import dumps


class Channel(filesystem.Channel):
    def _put(self, queue: str, payload: Any, **kwargs: Any) -> None:  # type: ignore[override]
        folder = Path(self.data_folder_out)
        name = f"{round(monotonic() * 1000)}_{uuid.uuid4()}.{queue}.msg"
        unfinished = folder / f"{name}.part"
        unfinished.write_bytes(str_to_bytes(dumps(payload)))
        unfinished.replace(folder / name)

    def _get(self, queue: str, timeout: float | None = None) -> Any:
        with suppress(ValueError):
            return super()._get(queue)
        raise Empty

    def get_table(self, exchange: str) -> list[Any]:
        with suppress(ValueError):
            table: list[Any] = super().get_table(exchange)
            return table
        return []


class Transport(filesystem.Transport):
    Channel = Channel
