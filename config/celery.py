"""The Celery app: it carries hints that something may be due, never the truth of what is."""

import os

from celery import Celery
from kombu.transport import TRANSPORT_ALIASES

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
    # A tick that was not taken up before the next one is due would only do the same again.
    task_default_expires=300,
)
app.autodiscover_tasks()


@app.on_after_finalize.connect
def schedule_the_clock(sender: Celery, **kwargs: object) -> None:
    from django.conf import settings

    for name in ("review_due_plans", "queue_due_mail", "deliver_mail", "remind"):
        sender.add_periodic_task(
            settings.TICK_SECONDS, sender.signature(f"walking.tasks.{name}"), name=name
        )
