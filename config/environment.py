"""Read the environment: every value is checked, every error says what to do."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterable, Mapping, Sequence
from email.utils import parseaddr
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

from walking.mail.rates import Rate, domain_rates, rate

#: How long a request waits for the mail server, in seconds.
PROMPT_SECONDS = 8.0
#: Hosts that only the machine itself can reach; anything else is public.
LOCAL_HOSTS = {"localhost", "127.0.0.1", "[::1]", "::1", "testserver"}

#: Anymail's provider names, with the option that carries the key and the one that carries the host.
ANYMAIL_PROVIDERS = {
    "amazon_ses": (None, None),
    "brevo": ("api_key", None),
    "mailersend": ("api_token", None),
    "mailgun": ("api_key", "sender_domain"),
    "mailjet": ("api_key", "secret_key"),
    "postmark": ("server_token", None),
    "resend": ("api_key", None),
    "scaleway": ("secret_key", "project_id"),
    "sendgrid": ("api_key", None),
    "sparkpost": ("api_key", None),
    "unisender_go": ("api_key", None),
}


def _is_weak(key: str) -> bool:
    return len(key) < 50 or len(set(key)) < 10 or key.startswith("django-insecure")


def production_problems(
    *,
    secret_key: str,
    debug: bool,
    site_url: str,
    hosts: list[str],
    admin_url: str = "",
    older_keys: Sequence[str] = (),
) -> list[str]:
    """Return why these settings are not safe for real patients; empty if they are."""
    problems = []
    if not secret_key:
        problems.append(
            "SECRET_KEY is missing. Set it to 50 or more random characters, for example from "
            "python -c 'import secrets; print(secrets.token_urlsafe(50))'."
        )
    elif _is_weak(secret_key):
        problems.append(
            "SECRET_KEY is weak. Use at least 50 random characters "
            "(python -c 'import secrets; print(secrets.token_urlsafe(50))')."
        )
    if any(map(_is_weak, older_keys)):
        problems.append(
            "SECRET_KEY_FALLBACKS holds a weak key, which would still open everything. Name only keys of 50 or more "
            "random characters that were SECRET_KEY, separated by commas."
        )
    public = [host for host in hosts if host.lstrip(".") not in LOCAL_HOSTS]
    if debug and public:
        problems.append(
            f"DEBUG is on while ALLOWED_HOSTS names a public host ({', '.join(public)}). "
            "Unset DEBUG, or allow only localhost."
        )
    if not site_url:
        problems.append(
            "SITE_URL is missing. Set it to the address people use, such as https://walk.clinic.example; "
            "links in mail are made from it."
        )
    elif urlsplit(site_url).scheme not in {"http", "https"} or not urlsplit(site_url).hostname:
        problems.append(
            f"SITE_URL is {site_url!r}. Give a full address such as https://walk.clinic.example."
        )
    elif admin_url and (
        urlsplit(admin_url).scheme != urlsplit(site_url).scheme
        or not urlsplit(admin_url).hostname
        or urlsplit(admin_url).path
        or urlsplit(admin_url).netloc == urlsplit(site_url).netloc
    ):
        problems.append(
            f"ADMIN_URL is {admin_url!r}. Give a full address of another host than SITE_URL's, without a path, such as "
            "https://desk.clinic.example; or leave it out."
        )
    return problems


def mailers(url: str) -> dict[str, dict[str, Any]]:
    """Return Django's ``MAILERS`` for an ``EMAIL_URL``: the mail server as ``default``, and as ``prompt`` the same one
    with a short time-out, for email that a web request waits for.

    ``smtp://user:password@host:port`` (STARTTLS with ``?tls=1``), ``smtps://…`` (TLS from the start),
    ``file:///directory``, or an Anymail provider: ``mailgun://KEY@sender.domain``, ``postmark://TOKEN``.

    Raises ``ImproperlyConfigured`` for anything else.
    """
    parts = urlsplit(url)
    query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    if parts.scheme in {"smtp", "smtps"}:
        if not parts.hostname:
            raise ImproperlyConfigured(
                f"EMAIL_URL names no mail server: {parts.scheme}://host:port is needed."
            )
        options: dict[str, Any] = {
            "host": parts.hostname,
            "port": parts.port or (465 if parts.scheme == "smtps" else 25),
            "timeout": float(query.get("timeout", 20)),
        }
        if parts.username:
            options |= {
                "username": unquote(parts.username),
                "password": unquote(parts.password or ""),
            }
        if parts.scheme == "smtps":
            options["use_ssl"] = True
        elif query.get("tls", "").lower() in {"1", "true", "yes", "on"}:
            options["use_tls"] = True
        prompt = options | {"timeout": min(options["timeout"], PROMPT_SECONDS)}
        return {
            "default": {"BACKEND": "walking.mail.smtp.EmailBackend", "OPTIONS": options},
            "prompt": {"BACKEND": "walking.mail.smtp.PromptEmailBackend", "OPTIONS": prompt},
        }
    if parts.scheme == "file":
        directory = Path(unquote(parts.path))
        directory.mkdir(parents=True, exist_ok=True)
        return _both(
            {
                "BACKEND": "django.core.mail.backends.filebased.EmailBackend",
                "OPTIONS": {"file_path": str(directory)},
            }
        )
    provider = parts.scheme.replace("-", "_")
    if provider in ANYMAIL_PROVIDERS:
        key, host = ANYMAIL_PROVIDERS[provider]
        options = dict(query)
        secret = unquote(parts.username or parts.hostname or "")
        if key and secret:
            options[key] = secret
        if host and parts.username and parts.hostname:
            options[host] = parts.hostname
        backend = {"BACKEND": f"anymail.backends.{provider}.EmailBackend", "OPTIONS": options}
        return _both(backend, **_prompt_options(provider))
    raise ImproperlyConfigured(
        f"EMAIL_URL starts with {parts.scheme!r}. Use smtp://, smtps://, file:/// or one of "
        f"{', '.join(sorted(ANYMAIL_PROVIDERS))}."
    )


def _both(backend: dict[str, Any], **prompt: Any) -> dict[str, dict[str, Any]]:
    return {"default": backend, "prompt": backend | {"OPTIONS": backend["OPTIONS"] | prompt}}


def _prompt_options(provider: str) -> dict[str, Any]:
    """Return Anymail's options for the short time-out; Amazon's library has its own option."""
    if provider != "amazon_ses":
        return {"requests_timeout": PROMPT_SECONDS}
    config = {
        "connect_timeout": PROMPT_SECONDS,
        "read_timeout": PROMPT_SECONDS,
        "retries": {"max_attempts": 0},
    }
    return {"client_params": {"config": config}}


def mail_rates(overall: str, by_domain: str) -> tuple[Rate | None, Mapping[str, Rate]]:
    """Return the rate limits for email: in total (``10/s``), and for single domains (``gmail.com=20/m,…``)."""
    try:
        limit = rate(overall)
    except ValueError as error:
        raise ImproperlyConfigured(f"MAIL_RATE: {error}.") from error
    try:
        return limit, domain_rates(by_domain)
    except ValueError as error:
        raise ImproperlyConfigured(f"MAIL_DOMAIN_RATES: {error}.") from error


def anymail_settings(names: Iterable[str], read: Callable[[str], str]) -> dict[str, str]:
    """Return Anymail's ``ANYMAIL``, from the variables ``ANYMAIL_WEBHOOK_SECRET``,
    ``ANYMAIL_MAILGUN_WEBHOOK_SIGNING_KEY`` and similar ones among ``names``, each also as ``..._FILE``."""
    prefix = "ANYMAIL_"
    wanted = {name.removesuffix("_FILE") for name in names if name.startswith(prefix)}
    return {name.removeprefix(prefix): read(name) for name in wanted}


def provider_with_webhook(mailers: Mapping[str, Any], anymail: Mapping[str, str]) -> str:
    """Return the mail provider whose webhook is trusted; "" without a secret, as anyone could pretend to be it."""
    module = str(mailers["default"]["BACKEND"]).removesuffix(".EmailBackend")
    package, _, backend = module.rpartition(".")
    return backend if package == "anymail.backends" and "WEBHOOK_SECRET" in anymail else ""


def broker(url: str, folder: Path) -> tuple[str, dict[str, Any]]:
    """Return Celery's broker address and transport options; the embedded broker stores its messages in ``folder``."""
    if url.startswith("filesystem"):
        for name in ("queue", "control", "processed"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        # One folder for both directions: producers and the worker share a machine.
        return "filesystem://", {
            "data_folder_in": str(folder / "queue"),
            "data_folder_out": str(folder / "queue"),
            "control_folder": str(folder / "control"),
            "polling_interval": 0.1,
        }
    if url.startswith(("redis://", "rediss://")):
        # Messages are only hints, so redelivery may be slow; it must only happen at some point.
        return url, {
            "visibility_timeout": 900,
            "unacked_restore_interval": 2,
            "unacked_restore_throttle": 1,
            "socket_timeout": 10,
            "socket_connect_timeout": 5,
        }
    raise ImproperlyConfigured(
        "CELERY_BROKER_URL must start with redis://, rediss:// or filesystem://."
    )


def vapid_key(text: str) -> str:
    """Return the private key for web push as given. Raises ``ImproperlyConfigured`` unless it is empty or 32 bytes."""
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        raw = b"?"
    if text and (len(raw) != 32 or not any(raw)):
        raise ImproperlyConfigured(
            "VAPID_PRIVATE_KEY is no key for web push. Make one with python manage.py make_vapid_keys."
        )
    return text


def vapid_subject(text: str, from_email: str) -> str:
    """Return a ``mailto:`` or ``https:`` address; if none is given, that of ``from_email``."""
    subject = text or f"mailto:{parseaddr(from_email)[1]}"
    if not subject.startswith(("mailto:", "https://")):
        raise ImproperlyConfigured(
            "VAPID_SUBJECT must start with mailto: or https://, such as mailto:it@clinic.example."
        )
    return subject


def networks(texts: Iterable[str]) -> tuple[IPv4Network | IPv6Network, ...]:
    """Return addresses and networks in CIDR form. Raises ``ImproperlyConfigured`` for an invalid one."""
    try:
        return tuple(ip_network(text.strip()) for text in texts if text.strip())
    except ValueError as wrong:
        raise ImproperlyConfigured(
            f"ADMIN_ALLOWED_IPS: {wrong}. Name addresses and networks such as 192.0.2.0/24."
        ) from None


def log_format(text: str) -> str:
    """Return ``json`` or ``text``. Raises ``ImproperlyConfigured`` for anything else."""
    if text not in {"json", "text"}:
        raise ImproperlyConfigured(f"LOG_FORMAT is {text!r}. Use json or text.")
    return text


def deadman_url(text: str) -> str:
    """Return the address to request, or "". Raises ``ImproperlyConfigured`` for an invalid one."""
    if text and not (urlsplit(text).scheme in {"http", "https"} and urlsplit(text).hostname):
        raise ImproperlyConfigured("DEADMAN_URL must be an address that starts with https://.")
    return text
