"""Settings: one file, read from the environment once. ``.env.example`` lists and explains every name."""

from __future__ import annotations

import os
import secrets
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured
from django.utils.csp import CSP

from config.environment import (
    LOCAL_HOSTS,
    anymail_settings,
    broker,
    deadman_url,
    log_format,
    mail_rates,
    mailers,
    networks,
    production_problems,
    provider_with_webhook,
    vapid_key,
    vapid_subject,
)
from config.private_files import private_folder
from operations.log_format import logging_settings

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(os.environ.get("WAYMARK_VAR") or BASE_DIR / "var").resolve()

env = environ.FileAwareEnv()
# First the clinic's own .env; the demo stores its settings next to its database, so that commands find them.
for env_file in (
    [Path(os.environ["ENV_FILE"])]
    if "ENV_FILE" in os.environ
    else [BASE_DIR / ".env", VAR_DIR / "demo.env"]
):
    if env_file.is_file():
        environ.Env.read_env(env_file)
        break

OFFLINE = env.bool("WAYMARK_OFFLINE", default=False)
DEBUG = env.bool("DEBUG", default=False)
SITE_URL = env.str("SITE_URL", default="").rstrip("/")
SECRET_KEY = env.str("SECRET_KEY", default="")
#: Previous values of SECRET_KEY: what they signed or encrypted can still be read, but nothing new is made with them.
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
#: The host of the staff pages, if they have their own; then they are on no other.
ADMIN_URL = env.str("ADMIN_URL", default="").rstrip("/")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[])
if not ALLOWED_HOSTS:
    named = [urlsplit(url).hostname for url in (SITE_URL, ADMIN_URL)]
    ALLOWED_HOSTS = [host for host in named if host] or ["localhost", "127.0.0.1"]

if OFFLINE:
    SECRET_KEY = SECRET_KEY or secrets.token_urlsafe(50)
    SITE_URL = SITE_URL or "http://localhost"
elif problems := production_problems(
    secret_key=SECRET_KEY,
    older_keys=SECRET_KEY_FALLBACKS,
    debug=DEBUG,
    site_url=SITE_URL,
    admin_url=ADMIN_URL,
    hosts=ALLOWED_HOSTS,
):
    raise ImproperlyConfigured(" ".join(problems))

SITE_HOST = urlsplit(SITE_URL).hostname or "localhost"
SITE_IS_LOCAL = SITE_HOST in LOCAL_HOSTS
SITE_IS_TLS = SITE_URL.startswith("https://")

INSTALLED_APPS = [
    "accounts",
    "walking",
    "operations",
    "walking.desk.apps.PhysioAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "anymail",
    "django_htmx",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "config.headers.HeadersMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "operations.middleware.RequestLogMiddleware",
    # For installations without a compressing proxy. It adds random padding, and the CSRF token is masked differently in
    # every page, so that sizes reveal nothing (BREACH).
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.LanguageAndZoneMiddleware",
    "accounts.device.DeviceMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "accounts.desk_address.DeskAddressMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "config.urls"
# Waymark is at the root of its host. A path prefix in a header (SCRIPT_NAME) is ignored: links and rules about
# addresses would follow it.
FORCE_SCRIPT_NAME = ""
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csp",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

# Records ---------------------------------------------------------------------------------------

private_folder(VAR_DIR)
DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'waymark.sqlite3'}")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        # Writers queue up at BEGIN instead of failing in mid-transaction; readers never wait.
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
else:
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    DATABASES["default"]["CONN_MAX_AGE"] = 60
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Messages: Celery carries hints, the database carries truth ------------------------------------

CELERY_BROKER_URL, CELERY_BROKER_TRANSPORT_OPTIONS = broker(
    env.str("CELERY_BROKER_URL", default="filesystem://"), VAR_DIR / "broker"
)
#: Seconds between two runs of the scheduled jobs.
TICK_SECONDS = env.float("TICK_SECONDS", default=60.0)

# Counts tries for the rate limits, for all processes together. In the database even if there is Redis: Redis may be
# emptied or down at any moment, and that must neither lift a limit nor keep everyone from signing in. The pages for
# recording walks do not use it, and sessions are not in it.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "waymark_cache",
        "KEY_FUNCTION": "accounts.limits.hidden_key",
        "OPTIONS": {"MAX_ENTRIES": 50_000},
    }
}

# Email -----------------------------------------------------------------------------------------

MAILERS = mailers(env.str("EMAIL_URL", default=f"file://{VAR_DIR / 'mail'}"))
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default=f"Waymark <waymark@{SITE_HOST}>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
#: Where other servers send bounces, for ``manage.py read_bounces``. If empty, ``DEFAULT_FROM_EMAIL``.
BOUNCE_ADDRESS = env.str("BOUNCE_ADDRESS", default="")
#: Rate limits for email, in total and for single domains; without a rate, as fast as possible.
MAIL_RATE, MAIL_DOMAIN_RATES = mail_rates(
    env.str("MAIL_RATE", default=""), env.str("MAIL_DOMAIN_RATES", default="")
)
#: What Anymail needs to trust a provider's webhook: WEBHOOK_SECRET and the provider's own keys.
ANYMAIL = anymail_settings(os.environ, env.str)
#: The provider whose webhook is accepted; none without a secret.
MAIL_PROVIDER = provider_with_webhook(MAILERS, ANYMAIL)

# Reminders on the patients' devices ------------------------------------------------------------

#: Without a key, only calendar reminders are offered.
VAPID_PRIVATE_KEY = vapid_key(env.str("VAPID_PRIVATE_KEY", default=""))
#: Whom a push service can contact about us.
VAPID_SUBJECT = vapid_subject(env.str("VAPID_SUBJECT", default=""), DEFAULT_FROM_EMAIL)
#: Lets browsers use push services on private hosts and without TLS. For trials only.
PUSH_PRIVATE_HOSTS = env.bool("PUSH_PRIVATE_HOSTS", default=False)

# Accounts --------------------------------------------------------------------------------------

#: Days that a patient has to reconsider an erasure.
ERASURE_DAYS = env.int("ERASURE_DAYS", default=14)
AUTH_USER_MODEL = "accounts.User"
# An address is unique whatever its case, by a constraint on LOWER(email), which this check does not see.
SILENCED_SYSTEM_CHECKS = ["auth.W004"]
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
# Length and a list of known passwords, no composition rules: NIST SP 800-63B.
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "accounts.passwords.OwnWordsValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
# Tries per time, by address (ip), and by account, mailbox or person (key, user). A whole clinic, or a whole village's
# mobile network, may share an address; an account that someone else keeps locked can still be opened with a code.
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "20/m/ip,5/5m/key,50/d/key",
    "request_login_code": "20/m/ip,3/m/key,20/d/key",
    "reset_password": "20/m/ip,5/10m/key,20/d/key",
    "reset_password_from_key": "20/m/ip",
    "confirm_email": "1/10s/key,20/d/key",
    "signup": "20/m/ip",
    "reauthenticate": "10/m/user",
    "change_password": "5/m/user",
    "manage_email": "10/m/user",
}
MFA_RATE_LIMITS = {"webauthn_login": "20/m/ip"}
# Mistyped codes allowed before a new code must be requested.
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_PASSWORD_RESET_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_REDIRECT_URL = "home"
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if SITE_IS_TLS else "http"
MFA_ADAPTER = "accounts.adapter.MFAAdapter"
MFA_FORMS = {"add_webauthn": "accounts.forms.AddPasskeyForm"}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Waymark"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not SITE_IS_TLS and SITE_IS_LOCAL
# A trial on one's own computer, without TLS, does not need these unless set.
#: Whether staff must set up two-step verification to open the staff pages.
STAFF_SECOND_FACTOR = env.bool("STAFF_SECOND_FACTOR", default=SITE_IS_TLS)
#: Minutes without activity after which staff are signed out; 0 for never.
STAFF_IDLE_MINUTES = env.int("STAFF_IDLE_MINUTES", default=30 if SITE_IS_TLS else 0)
#: The networks from which the staff pages can be reached; empty for all.
ADMIN_ALLOWED_IPS = networks(env.list("ADMIN_ALLOWED_IPS", default=[]))
#: Whether staff confirm their identity again before they change a colleague's account or export data.
STAFF_STEP_UP = env.bool("STAFF_STEP_UP", default=SITE_IS_TLS)
# One write and three reads for every page is too much for "when was this device last used".
USERSESSIONS_TRACK_ACTIVITY = False

#: Number of reverse proxies in front that set X-Forwarded-For and -Proto; 0 trusts no such header.
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0)
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# Browser safety --------------------------------------------------------------------------------

SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "manifest-src": [CSP.SELF],
    "worker-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = SITE_IS_TLS
SECURE_REDIRECT_EXEMPT = [r"^health/"]
SECURE_HSTS_SECONDS = int(timedelta(days=365).total_seconds()) if SITE_IS_TLS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SITE_IS_TLS
SECURE_HSTS_PRELOAD = SITE_IS_TLS
# With the prefix, browsers accept the cookies over TLS only, for this host only, and from no subdomain.
_COOKIE_PREFIX = "__Host-" if SITE_IS_TLS else ""
SESSION_COOKIE_NAME = f"{_COOKIE_PREFIX}sessionid"
CSRF_COOKIE_NAME = f"{_COOKIE_PREFIX}csrftoken"
SESSION_COOKIE_SECURE = SITE_IS_TLS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = int(timedelta(days=60).total_seconds())
# Messages after a form ("Saved.") are about health too: they stay in the session, not in a cookie.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
CSRF_COOKIE_SECURE = SITE_IS_TLS
CSRF_COOKIE_HTTPONLY = True
CSRF_TRUSTED_ORIGINS = [url for url in (SITE_URL, ADMIN_URL) if url]
CSRF_FAILURE_VIEW = "config.views.csrf_failure"
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
#: The largest file of walks that a patient may upload. Above 2.5 MB it is stored on disk while it is read.
WALK_FILE_BYTES = env.int("WALK_FILE_MB", default=100) * 1_000_000

# Language and time: stored in UTC, decided and shown in the user's time zone -------------------

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["config.formats"]
URLIZE_ASSUME_HTTPS = True
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# Static files ----------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_ALLOW_ALL_ORIGINS = False

# Monitoring ------------------------------------------------------------------------------------

LOG_LEVEL = env.str("LOG_LEVEL", default="INFO").upper()
LOGGING = logging_settings(
    log_format(env.str("LOG_FORMAT", default="text" if DEBUG else "json")), LOG_LEVEL
)
#: Requests with this token may read ``/metrics``; without it there is no such page.
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")
#: Requested after each run of the scheduled jobs; the service there raises an alarm if requests stop.
DEADMAN_URL = deadman_url(env.str("DEADMAN_URL", default=""))
if SENTRY_DSN := env.str("SENTRY_DSN", default=""):
    from operations import sentry

    sentry.start(SENTRY_DSN)
