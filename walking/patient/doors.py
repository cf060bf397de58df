"""How often patients' pages and the links in mail may be used; the doors of signing in have theirs in the settings.

All are far above what people do. Addresses are counted for forged links only: a village may share one.
"""

from __future__ import annotations

from accounts.limits import Limit

#: Links that we never made, by address: somebody tries some out.
FORGED_LINK = Limit("forged link", 30, 600)
#: Answers sent by one link: each is a fact that is kept.
SENT_BY_LINK = Limit("sent by link", 20, 600)
#: Fetches of one calendar; programs ask every few minutes, on each of a person's devices.
CALENDAR = Limit("calendar", 60, 600)
#: Batches of walks that one person's phones kept without a connection.
SYNC = Limit("sync", 60, 600)
#: Codes that are sent to who asks to join: from one address, and to one mailbox.
JOIN_FROM_ADDRESS = Limit("join from", 20, 3600)
JOIN_MAILBOX = Limit("join mailbox", 3, 3600)
#: What is costly to make, or mail to send, for one person.
MY_DATA = Limit("my data", 10, 3600)
DEVICE = Limit("device", 20, 3600)
#: Sitting down and getting up, as the break timer tells it.
BREAKS = Limit("sitting breaks", 60, 600)
CONNECTION = Limit("connection", 10, 3600)
#: Files of walks that one patient brings.
BRING = Limit("bring walks", 20, 3600)
