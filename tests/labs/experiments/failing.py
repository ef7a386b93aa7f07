"""Fails."""

from __future__ import annotations

from collections.abc import Iterator, Mapping


def run(settings: Mapping[str, object], seed: int) -> Iterator[dict[str, object]]:
    """Yield one step, then raise."""
    yield {"type": "progress", "done": 1, "total": 2}
    raise ValueError("the loss is gone")
