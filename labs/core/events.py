"""What an experiment reports while it runs: plain dictionaries that JSON can carry."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from labs.core.config import Text

Event = dict[str, Any]
Outcome = Literal["holds", "fails", "depends"]


def progress(done: int, total: int, note: Text | None = None) -> Event:
    """Say how far a run is, in units of its own."""
    event: Event = {"type": "progress", "done": done, "total": total}
    return event | {"note": note} if note else event


def point(series: str, **values: float) -> Event:
    """Add a point to the curve `series`; a chart of the lab names the keys it draws."""
    return {"type": "point", "series": series, **values}


def matrix(
    name: str,
    rows: Sequence[str | Text],
    columns: Sequence[str | Text],
    values: Sequence[Sequence[float]],
    limit: float,
) -> Event:
    """Show a matrix as the heat map `name` of the lab, `limit` at the darkest; four figures of each value.

    A value that is no number (it diverged) is None.
    """
    return {
        "type": "matrix",
        "map": name,
        "rows": list(rows),
        "columns": list(columns),
        "values": [[_short(value) for value in row] for row in values],
        "limit": _short(limit),
    }


def _short(value: float) -> float | None:
    return float(f"{value:.4g}") if math.isfinite(value) else None


def node(tree: str, number: int, parent: int | None, text: str | Text, fate: str) -> Event:
    """Add a node to the tree `tree` of the lab; the root, which comes first, has no parent."""
    return {"type": "node", "tree": tree, "number": number, "parent": parent, "text": text, "fate": fate}


def note(zh: str, en: str) -> Event:
    """Say something worth knowing as soon as it is known."""
    return {"type": "note", "text": {"zh": zh, "en": en}}


def adapter(data: bytes, accuracy: float) -> Event:
    """Hand over a trained adapter for the runner to keep: the one event that is no JSON and gets no row."""
    return {"type": "adapter", "data": data, "accuracy": accuracy}


def result(
    *,
    columns: dict[str, Text],
    rows: list[dict[str, Any]],
    numbers: dict[str, float],
    outcome: Outcome,
    verdict: Text,
    limits: tuple[Text, ...],
    environment: dict[str, Any],
    base: str | None = None,
    weights: Mapping[str, str] | None = None,
    measured_times: tuple[str, ...] = (),
) -> Event:
    """Conclude: a table, the numbers behind it, the verdict, the limits and what it ran on.

    `base` is the checksum of the shipped base, `weights` those of other shipped files by name.
    `measured_times` names the numbers that are times; everything else repeats with the seed.
    """
    return {
        "type": "result",
        "result": {
            "table": {
                "columns": [{"key": key, "label": label} for key, label in columns.items()],
                "rows": rows,
            },
            "numbers": numbers,
            "measured_times": list(measured_times),
            "verdict": {"outcome": outcome, "text": verdict},
            "limits": list(limits),
            "environment": environment,
            "checksums": ({} if base is None else {"base": base}) | dict(weights or {}),
        },
    }


def join(parts: list[Text]) -> Text:
    """Join sentences into one text, one a line: a page shows them as paragraphs."""
    return {"zh": "\n".join(part["zh"] for part in parts), "en": "\n".join(part["en"] for part in parts)}
