"""Counts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping


def run(settings: Mapping[str, object], seed: int) -> Iterator[dict[str, object]]:
    """Yield a point a step, one of them without a number, and a result."""
    steps = int(str(settings["steps"]))
    yield {"type": "note", "text": {"zh": "开始", "en": "begin"}}
    for step in range(1, steps + 1):
        yield {"type": "progress", "done": step, "total": steps}
        yield {"type": "point", "series": "first", "step": step, "loss": 1 / step + seed}
        yield {"type": "point", "series": "second", "step": step, "loss": float("nan") if step > 1 else 2.0}
    yield {"type": "result", "result": RESULT}


RESULT = {
    "table": {
        "columns": [
            {"key": "series", "label": {"zh": "曲线", "en": "series"}},
            {"key": "loss", "label": {"zh": "损失", "en": "loss"}},
        ],
        "rows": [{"series": "first", "loss": 0.25}, {"series": "second", "loss": None}],
    },
    "numbers": {"best": 0.25},
    "verdict": {"outcome": "depends", "text": {"zh": "看步数。", "en": "It depends on the steps."}},
    "limits": [{"zh": "只会数数。", "en": "It only counts."}],
    "environment": {"python": "3"},
    "checksums": {"base": "abc"},
}
