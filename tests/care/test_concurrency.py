"""Workers side by side, on real connections: each week is reviewed once, each mail queued once."""

from __future__ import annotations

import threading
from collections import Counter

import pytest
from django.db import IntegrityError, connection, connections, transaction

from tests.days import day, local
from tests.services import PATIENCE
from walking.care.tick import catch_up_all
from walking.care.weeks.batch_reads import running_weeks
from walking.care.weeks.check_in import check_in
from walking.care.weeks.decisions import as_review, decide
from walking.models import CheckIn, Mail, Plan, Review
from walking.programme.facts import CheckIn as Answers

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

WORKERS = 4


def together(work) -> list[BaseException]:
    """Run ``work`` in several threads that start at the same moment; returns what they raised."""
    start, raised = threading.Barrier(WORKERS), []

    def run() -> None:
        try:
            start.wait()
            work()
        except Exception as error:
            raised.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(WORKERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    return raised


def test_workers_share_the_reviews_and_double_none(start_plan):
    plans = [start_plan() for _ in range(30)]
    assert together(lambda: catch_up_all(local(day(22), 5))) == []
    assert Review.objects.count() == 3 * len(plans)
    assert set(Counter(Review.objects.values_list("plan_id", "week_number")).values()) == {1}
    assert Mail.objects.filter(kind="check_in").count() == 3 * len(plans)


def test_a_check_in_beside_the_review_is_not_lost(plan):
    """Whichever comes first, the answer is kept, and the review that counts has seen it."""
    answered = threading.Event()

    def work() -> None:
        if not answered.is_set():
            answered.set()
            check_in(
                plan,
                week_number=1,
                answers=Answers(pain=7, red_flags=()),
                via=CheckIn.Via.APP,
                by=plan.patient,
                at=local(day(8), 5),
            )
        else:
            catch_up_all(local(day(8), 5))

    assert together(work) == []
    assert plan.check_ins.count() == 1
    assert plan.reviews.latest("revision").reason == "pain_high"


def test_without_the_lock_the_same_week_would_be_decided_twice(plan):
    """The control: the race is real, and the database's unique key stands behind the lock."""
    decided = threading.Barrier(WORKERS)

    def work() -> None:
        with transaction.atomic():
            mine = Plan.objects.select_related("patient").get(pk=plan.pk)
            known = running_weeks([mine])[mine.pk]
            facts, outcome = decide(mine, mine.state, known)
            decided.wait()
            as_review(mine, mine.state, known, facts, outcome, at=local(day(8), 5)).save()

    raised = together(work)
    assert [type(error) for error in raised] == [IntegrityError] * (WORKERS - 1)
    assert connection.vendor == "postgresql"
