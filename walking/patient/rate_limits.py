"""Rate limits for patients' pages and the links in emails. Those for signing in are in the settings.

All are far above normal use. Only forged links are counted by IP address, because a village may share one.
"""

from __future__ import annotations

from accounts.limits import Limit

#: Forged links, by IP address: someone is guessing.
FORGED_LINK = Limit("forged link", 30, 600)
#: Answers through one link: each is stored for good.
SENT_BY_LINK = Limit("sent by link", 20, 600)
#: Fetches of one calendar. Apps ask every few minutes, on each of a person's devices.
CALENDAR = Limit("calendar", 60, 600)
#: Batches of offline walks from one person's phones.
SYNC = Limit("sync", 60, 600)
#: Codes sent to people who ask to join: by IP address, and by mailbox.
JOIN_FROM_ADDRESS = Limit("join from", 20, 3600)
JOIN_MAILBOX = Limit("join mailbox", 3, 3600)
#: For one person: pages that are expensive to make or send email.
MY_DATA = Limit("my data", 10, 3600)
DEVICE = Limit("device", 20, 3600)
#: Sitting and standing, as reported by the break timer.
BREAKS = Limit("sitting breaks", 60, 600)
CONNECTION = Limit("connection", 10, 3600)
#: Files of walks that one patient uploads.
BRING = Limit("bring walks", 20, 3600)
