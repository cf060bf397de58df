"""The embedded broker survives what other processes do to its files at the same moment."""

from __future__ import annotations

import multiprocessing
import time
from pathlib import Path
from queue import Empty

import pytest
from kombu import Connection
from kombu.transport import TRANSPORT_ALIASES

import config.celery  # noqa: F401 - it names the transport
from tests.services import PATIENCE

NUMBER = 400


def connect(folder: Path) -> Connection:
    options = {"data_folder_in": folder, "data_folder_out": folder, "control_folder": folder}
    return Connection("filesystem://", transport_options={k: str(v) for k, v in options.items()})


def write(folder: Path) -> None:
    with connect(folder) as connection, connection.SimpleQueue("hints") as queue:
        for number in range(NUMBER):
            queue.put({"number": number})


def test_it_is_the_one_in_use():
    assert TRANSPORT_ALIASES["filesystem"] == "config.filesystem_broker:Transport"


@pytest.mark.slow
def test_every_message_is_read_whole_while_others_write(tmp_path):
    writers = [
        multiprocessing.get_context("spawn").Process(target=write, args=(tmp_path,))
        for _ in range(2)
    ]
    for writer in writers:
        writer.start()
    read = []
    with connect(tmp_path) as connection, connection.SimpleQueue("hints") as queue:
        end = time.monotonic() + PATIENCE
        while len(read) < NUMBER * len(writers) and time.monotonic() < end:
            try:
                message = queue.get(block=False)
            except Empty:
                continue
            read.append(message.payload["number"])
            message.ack()
    for writer in writers:
        writer.join()
    assert sorted(read) == sorted([*range(NUMBER)] * len(writers))


def test_a_torn_message_is_passed_over(tmp_path):
    (tmp_path / "1_torn.others.msg").write_bytes(b"")
    # Another queue: kombu remembers for the whole process which queues are bound.
    with connect(tmp_path) as connection, connection.SimpleQueue("others") as queue:
        with pytest.raises(Empty):
            queue.get(block=False)
        queue.put("whole")
        assert queue.get(block=False).payload == "whole"
