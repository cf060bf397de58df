"""A plugin of pytest for mutants: the same few examples each time, and an end to what would never end.

The limits are of CPU time and memory, so a busy machine does not reach them.
"""

from __future__ import annotations

import resource
from typing import Final

from hypothesis import HealthCheck, settings

#: Several times what the whole of ``tests/programme`` takes.
CPU_SECONDS: Final = 60
MEMORY: Final = 3_000_000_000

settings.register_profile(
    "mutants",
    max_examples=20,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
settings.load_profile("mutants")
resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
