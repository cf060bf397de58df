"""The Celery app: its messages are only hints that something may be due; the database says what is due."""

import logging
import os
from logging.config import dictConfig

from celery import Celery
from celery.signals import setup_logging, task_postrun, task_prerun
from kombu.transport import TRANSPORT_ALIASES

from operations.log_context import task_begins, task_ended

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

TRANSPORT_ALIASES["filesystem"] = "config.filesystem_broker:Transport"

app = Celery("waymark")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.update(
    task_ignore_result=True,
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    task_soft_time_limit=300,
    task_time_limit=360,
    worker_soft_shutdown_timeout=10,
    broker_connection_retry_on_startup=True,
    timezone="UTC",
    # A tick that has not started before the next one is due would only repeat its work.
    task_default_expires=300,
)
app.autodiscover_tasks()


@app.on_after_finalize.connect
def schedule_the_clock(sender: Celery, **kwargs: object) -> None:
    from django.conf import settings

    for name in (
        "review_due_plans",
        "queue_due_mail",
        "deliver_mail",
        "remind",
        "erase_due_records",
    ):
        sender.add_periodic_task(
            settings.TICK_SECONDS, sender.signature(f"walking.tasks.{name}"), name=name
        )


@setup_logging.connect
def log_as_the_web_does(loglevel: int | str | None, **kwargs: object) -> None:
    """Celery would write its own log lines, which nothing masks."""
    from django.conf import settings

    dictConfig(settings.LOGGING)
    if loglevel is not None:
        logging.getLogger().setLevel(loglevel)


task_prerun.connect(task_begins)
task_postrun.connect(task_ended)
