"""Works for ever."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping


def run(settings: Mapping[str, object], seed: int) -> Iterator[dict[str, object]]:
    """Yield one step, then nothing."""
    yield {"type": "progress", "done": 1, "total": 2}
    time.sleep(600)
