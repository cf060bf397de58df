"""What a mail server's refusal means for the message, and for the connection."""

from __future__ import annotations

import re
import smtplib
from dataclasses import dataclass, replace

from anymail.exceptions import (
    AnymailAPIError,
    AnymailError,
    AnymailInvalidAddress,
    AnymailRecipientsRefused,
    AnymailUnsupportedFeature,
)

from walking.mail.pipelining import CLOSING
from walking.mail.smtp import NoInternationalAddresses

_ADDRESS = re.compile(r"[^\s<>,;:\"']+@[^\s<>,;:\"']+")
_GREYLISTED = re.compile(r"gr[ea]y-?list", re.IGNORECASE)
_SLOW_DOWN = re.compile(
    r"\b4\.7\.\d|slow(ing)? down|too fast|throttl|rate[- ]?limit|(sending|unusual) rate"
    r"|too many (messages|mails|emails|connections|recipients|requests)",
    re.IGNORECASE,
)
_TROUBLED_PROVIDER = {401, 403, 408, 429}


@dataclass(frozen=True, slots=True)
class Refusal:
    """``permanent``: this message will never be accepted. ``lost``: the connection is no longer usable. ``address``:
    the address accepts no email at all. ``slow``: its domain accepts no more for now."""

    permanent: bool
    lost: bool
    words: str
    address: bool = False
    slow: bool = False


def refusal_of(error: Exception) -> Refusal:
    """Classify the exception raised by sending one message over an open connection."""
    match error:
        case smtplib.SMTPRecipientsRefused():
            code, words = next(iter(error.recipients.values()), (0, b""))
            return replace(
                _by_code(code, words),
                address=_is_about_the_address(code, words),
                slow=_asks_to_slow_down(code, words),
            )
        case smtplib.SMTPSenderRefused():
            # Our own address is refused, whoever the recipient is: a configuration error, so it is worth waiting for.
            return Refusal(
                permanent=False, lost=True, words=_said(error.smtp_code, error.smtp_error)
            )
        case smtplib.SMTPDataError():
            said = _by_code(error.smtp_code, error.smtp_error)
            return replace(said, slow=_asks_to_slow_down(error.smtp_code, error.smtp_error))
        case smtplib.SMTPResponseException():
            return _by_code(error.smtp_code, error.smtp_error)
        case AnymailRecipientsRefused() | AnymailInvalidAddress() | AnymailUnsupportedFeature():
            return Refusal(
                permanent=True, lost=False, words="The mail provider refused the address."
            )
        case AnymailAPIError():
            return _by_provider(error.status_code)
        case AnymailError() | OSError():
            return Refusal(permanent=False, lost=True, words=type(error).__name__)
        case NoInternationalAddresses():
            return Refusal(
                permanent=True,
                lost=False,
                words="The mail server takes no address with letters such as ä or é before the @.",
            )
        case ValueError():
            # Django cannot encode the address for SMTP.
            return Refusal(
                permanent=True, lost=False, words="The mail server cannot be given this address."
            )
    return Refusal(permanent=False, lost=False, words=type(error).__name__)


def _is_about_the_address(code: int, words: bytes | str) -> bool:
    """Return True for 550, 551 and 553 (RFC 5321), but not with a code for policy (5.7) or a full mailbox (5.2.2)."""
    text = words.decode(errors="replace") if isinstance(words, bytes) else words
    return code in {550, 551, 553} and not text.lstrip().startswith(("5.7", "5.2.2", "5.3"))


def _asks_to_slow_down(code: int, words: bytes | str) -> bool:
    """Return True for 421, and any other 4xx with a policy code (4.7) or such words; greylisting is per message."""
    if not 400 <= code < 500:
        return False
    text = words.decode(errors="replace") if isinstance(words, bytes) else words
    if _GREYLISTED.search(text):
        return False
    return code == CLOSING or _SLOW_DOWN.search(text) is not None


def _by_code(code: int, words: bytes | str) -> Refusal:
    return Refusal(permanent=500 <= code < 600, lost=code == CLOSING, words=_said(code, words))


def _by_provider(status: int | None) -> Refusal:
    words = f"The mail provider answered {status}."
    if status is None or status >= 500 or status in _TROUBLED_PROVIDER:
        return Refusal(permanent=False, lost=True, words=words)
    return Refusal(permanent=400 <= status < 500, lost=False, words=words)


def _said(code: int, words: bytes | str) -> str:
    """Return the server's words on one line, without any address in them."""
    text = words.decode(errors="replace") if isinstance(words, bytes) else words
    return f"{code} {_ADDRESS.sub('…', ' '.join(text.split()))}".strip()
