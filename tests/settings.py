"""The app's own settings, read from an environment that no ``.env`` of this machine can change.

``DATABASE_URL`` is respected, so that the same tests run on SQLite and on PostgreSQL.
"""

import os

os.environ["ENV_FILE"] = os.devnull
os.environ.update(
    SECRET_KEY="only-for-tests-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    SITE_URL="http://testserver",
    ALLOWED_HOSTS="testserver,localhost,127.0.0.1",
    DEFAULT_FROM_EMAIL="Waymark <waymark@clinic.example>",
)
for name in (
    "DEBUG",
    "CELERY_BROKER_URL",
    "EMAIL_URL",
    "SENTRY_DSN",
    "DEADMAN_URL",
    "METRICS_TOKEN",
    "LOG_FORMAT",
    "TRUSTED_PROXIES",
    "ADMIN_ALLOWED_IPS",
    "VAPID_PRIVATE_KEY",
):
    os.environ.pop(name, None)

from config.settings import *  # noqa: E402, F403

# Hashing a password well takes a tenth of a second, and most tests sign someone in.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
MAILERS = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
