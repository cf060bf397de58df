"""Metrics for Prometheus, read from the database when requested.

So they are the same whichever process answers, and right after a restart. A process's own counts, such as how long
requests took, are not among them: behind a proxy each scrape would reach another process. Those are in the log, line
by line.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.db.models import Count, Max, Min, Q
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from walking.mail import alarms, figures
from walking.models import Heartbeat, Mail, Plan, Review

#: A review due for longer than this is overdue: the scheduled job checks every minute.
OVERDUE_AFTER = dt.timedelta(minutes=15)
HOUR = dt.timedelta(hours=1)


class Figures(Collector):
    """The state of the scheduled jobs and of email at a moment: seven queries, over the queue and one hour's email."""

    def __init__(self, at: dt.datetime) -> None:
        self.at = at

    def collect(self) -> Iterator[Metric]:
        yield from self._reviews()
        yield from self._mail()
        yield from self._signs_of_life()

    def _reviews(self) -> Iterator[Metric]:
        due = Plan.objects.filter(next_review_at__lte=self.at).aggregate(
            due=Count("pk"),
            overdue=Count("pk", filter=Q(next_review_at__lte=self.at - OVERDUE_AFTER)),
            oldest=Min("next_review_at"),
        )
        yield GaugeMetricFamily(
            "waymark_reviews_due", "Weeks due for review now.", value=due["due"]
        )
        yield GaugeMetricFamily(
            "waymark_reviews_overdue",
            "Weeks due for review for more than 15 minutes.",
            value=due["overdue"],
        )
        yield GaugeMetricFamily(
            "waymark_review_lag_seconds",
            "How long the oldest due review has been due; 0 if none is.",
            value=self._seconds_since(due["oldest"] or self.at),
        )
        yield CounterMetricFamily(
            "waymark_reviews",
            "Reviews made; slightly too high after transactions that were rolled back.",
            value=Review.objects.aggregate(newest=Max("pk"))["newest"] or 0,
        )

    def _mail(self) -> Iterator[Metric]:
        urgent = Mail.objects.filter(kind__in=[Mail.Kind.URGENT, Mail.Kind.PAUSED])
        waiting, first = figures.waiting(self.at), figures.waiting(self.at, urgent)
        for name, words, value in (
            ("queued", "Email in the queue, whenever it is due.", waiting.queued),
            ("due", "Email due now.", waiting.due),
            ("overdue", "Email due for more than 15 minutes.", waiting.overdue),
            (
                "retrying",
                "Email that was tried and waits for another attempt.",
                waiting.retrying,
            ),
        ):
            yield GaugeMetricFamily(f"waymark_mail_{name}", words, value=value)
        yield GaugeMetricFamily(
            "waymark_mail_oldest_unsent_seconds",
            "How long the oldest unsent email has been due; 0 if none is.",
            value=waiting.oldest_seconds(self.at),
        )
        yield GaugeMetricFamily(
            "waymark_mail_urgent_oldest_unsent_seconds",
            "The same for email after a warning sign.",
            value=first.oldest_seconds(self.at),
        )
        yield GaugeMetricFamily(
            "waymark_alarms_unreached",
            "Patients with an unanswered red flag whose alarm email has reached no one.",
            value=alarms.unreached().count(),
        )
        settled = figures.settled(self.at - HOUR)
        family = GaugeMetricFamily(
            "waymark_mail_settled_last_hour",
            "Email settled in the last hour, by outcome.",
            labels=["outcome"],
        )
        for outcome in ("sent", "failed", "suppressed"):
            family.add_metric([outcome], getattr(settled, outcome))
        yield family

    def _signs_of_life(self) -> Iterator[Metric]:
        seen = dict(Heartbeat.objects.values_list("name", "at"))
        for name, words in (
            ("clock", "Time since the scheduled job last made the due reviews."),
            ("backup", "Time since the last backup was written and checked."),
        ):
            # No value without a heartbeat: zero would be the best value, and there is no worst.
            family = GaugeMetricFamily(f"waymark_{name}_age_seconds", words)
            if name in seen:
                family.add_metric([], self._seconds_since(seen[name]))
            yield family

    def _seconds_since(self, moment: dt.datetime) -> float:
        return max(0.0, (self.at - moment).total_seconds())
