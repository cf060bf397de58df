# Every entry point (manage.py, web server, Celery) imports this package first.
from config.private_files import keep_files_private

keep_files_private()

from config.celery import app as celery_app  # noqa: E402

__all__ = ["celery_app"]
