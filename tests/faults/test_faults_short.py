"""The fault suite in its short form, and that its counting can fail."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.faults import scenarios
from tests.faults.count import _doubled, count
from tests.faults.place import Servers, servers, workers
from tests.faults.scenarios import ALL, SHORT, Scenario
from tests.faults.smtp import MailServer, Taken
from tests.services import Missing

pytestmark = [pytest.mark.stack, pytest.mark.slow]


@pytest.fixture(scope="module")
def here() -> Iterator[Servers]:
    with ExitStack() as running:
        try:
            started = running.enter_context(servers())
        except Missing as missing:
            pytest.skip(str(missing))
        yield started


@pytest.mark.parametrize("scenario", ALL, ids=lambda scenario: scenario.__name__)
def test_nothing_is_lost_and_nothing_doubled(scenario: Scenario, here: Servers) -> None:
    counted = scenario(here, SHORT)
    assert counted.plans == SHORT.plans
    assert counted.faults
    assert counted.is_clean, counted
    if scenario is not scenarios.answer_lost:
        # At most the messages whose answer a killed process or a lost connection took along.
        assert counted.doubled_explained <= counted.faults
    else:
        assert counted.doubled_explained > 0


def test_the_count_finds_what_was_lost_or_doubled(here: Servers) -> None:
    with workers(here, 40) as (stack, mail):
        stack.all_check_ins_due()
        stack.finish()
        assert count("as it should be", 0, stack, mail).is_clean
        # A message that the server never saw, and a review that nobody made.
        mail.taken.pop()
        stack.shell(
            "from django.db import connection\n"
            "with connection.cursor() as cursor:\n"
            "    cursor.execute('ALTER TABLE walking_review DISABLE TRIGGER ALL')\n"
            "    cursor.execute('DELETE FROM walking_review WHERE id = (SELECT min(id) FROM walking_review)')"
        )
        found = count("as it should not be", 0, stack, mail)
        assert (found.lost_mail, found.lost_reviews) == (1, 1)


def test_a_double_is_explained_only_by_an_answer_that_nobody_read() -> None:
    server = MailServer()
    server.taken = [Taken("<a>", [], told=False), Taken("<a>", [], told=True), Taken("<b>", [])]
    assert _doubled(server) == (0, 1)
    server.taken += [Taken("<c>", [], told=True), Taken("<c>", [])]
    assert _doubled(server) == (1, 1)
