"""The app's own settings for a ``Stack``: all that it writes goes into the stack's own folder."""

import os
from pathlib import Path

from config.environment import broker
from config.settings import *  # noqa: F403
from config.settings import CELERY_BROKER_URL

VAR_DIR = Path(os.environ["STACK_DIR"])
STATIC_ROOT = VAR_DIR / "static"
CELERY_BROKER_URL, CELERY_BROKER_TRANSPORT_OPTIONS = broker(CELERY_BROKER_URL, VAR_DIR / "broker")
