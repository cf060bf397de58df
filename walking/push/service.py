"""Send one message to one device: encrypted for it alone, signed by us, passed to its push service."""

from __future__ import annotations

import datetime as dt
import time
from dataclasses import dataclass
from enum import Enum, auto
from urllib.parse import urlsplit

from django.conf import settings
from requests import RequestException, Session

from walking.models import PushSubscription
from walking.numbers import whole_number
from walking.push.session import NotPublic

#: Seconds to connect, and to wait for the answer.
TIMEOUT = (5, 10)
#: Seconds for which our signature is valid; push services allow a day at most.
SIGNED_FOR = 3600
#: A newer message with the same topic replaces one that still waits for the device.
TOPIC = "waymark"


class Fate(Enum):
    TAKEN = auto()
    GONE = auto()
    LATER = auto()
    REFUSED = auto()


@dataclass(frozen=True, slots=True)
class Answer:
    """The result for a message; ``words`` name no device. ``wait`` is how long the service asks us to wait."""

    fate: Fate
    words: str = ""
    wait: dt.timedelta = dt.timedelta()


def post(
    session: Session, device: PushSubscription, message: bytes, ttl: int, topic: str = TOPIC
) -> Answer:
    """Pass on ``message``, which the service stores for at most ``ttl`` seconds. Raises nothing."""
    # They take a second to import, which should not slow down a web page.
    from py_vapid import Vapid02
    from pywebpush import WebPusher

    try:
        target = urlsplit(device.endpoint)
        keys = {"p256dh": device.p256dh, "auth": device.auth}
        body = WebPusher({"endpoint": device.endpoint, "keys": keys}).encode(message)["body"]
        signed = Vapid02.from_raw(settings.VAPID_PRIVATE_KEY.encode()).sign(
            {
                "aud": f"{target.scheme}://{target.netloc}",
                "exp": int(time.time()) + SIGNED_FOR,
                "sub": settings.VAPID_SUBJECT,
            }
        )
    except Exception as error:  # keys that a browser would not make
        return Answer(Fate.REFUSED, f"It could not be encrypted: {type(error).__name__}.")
    headers = {
        **signed,
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": str(ttl),
        "Topic": topic,
        "Urgency": "normal",
    }
    try:
        # Do not read the answer's body: it may be endless.
        with session.post(
            device.endpoint, data=body, headers=headers, timeout=TIMEOUT, stream=True
        ) as response:
            return _answer(response.status_code, response.headers.get("Retry-After", ""))
    except NotPublic:
        return Answer(Fate.GONE, "The address is not on the public internet.")
    except RequestException as error:
        return Answer(Fate.LATER, f"The push service cannot be reached: {type(error).__name__}.")


def _answer(status: int, retry_after: str) -> Answer:
    words = f"The push service answered {status}."
    if 200 <= status < 300:
        return Answer(Fate.TAKEN)
    if status in {404, 410}:
        return Answer(Fate.GONE, words)
    if status == 429 or status >= 500:
        seconds = whole_number(retry_after, most=99_999) or 0
        return Answer(Fate.LATER, words, dt.timedelta(seconds=seconds))
    return Answer(Fate.REFUSED, words)
