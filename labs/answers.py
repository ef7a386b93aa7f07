"""Answers side by side: the base, the mix and each adapter alone, and where each layer looks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from labs import client, drawing
from labs.adapter_cards import TASKS, shade
from labs.address import weight_of
from labs.core.questions import Question
from labs.core.right_answers import Right
from labs.models import Adapter

TOP = 5  # likeliest words shown
MOST_LOOK = 0.5  # the share of attention from which a cell is as dark as it gets
VEIL = 0.82  # how far the least looked-at patch is darkened
PATCH = 4  # pixels of a patch's edge


@dataclass(frozen=True)
class Part:
    """An adapter with its weight in the mix; what an address names and nobody has is None."""

    reference: str
    raw: str
    adapter: Adapter | None

    @property
    def weight(self) -> float:
        """Return the weight, zero while it is not a number in bounds."""
        return weight_of(self.raw) or 0.0

    @property
    def task(self) -> object:
        """Say what it was trained for."""
        return TASKS.get(self.adapter.task, self.adapter.task) if self.adapter else ""


def ask(prompt: Mapping[str, Any], chosen: list[Part], *, merged: bool) -> dict[str, Any]:
    """Answer as base, with the mix, and with each of several adapters alone, in one pass."""
    named = [{"checksum": part.adapter.checksum, "weight": part.weight} for part in chosen if part.adapter]
    rows: list[list[dict[str, Any]]] = [[], named] if named else [[]]
    if len(named) > 1:
        rows += [[part] for part in named]
    inputs = [{**prompt, "adapters": row} for row in rows]
    found: dict[str, Any] = client.answer({"inputs": inputs, "top": TOP, "attention": "layers"})
    if merged and named:
        compared: dict[str, Any] = client.check_merge({"adapters": named, "inputs": [prompt], "top": TOP})
        found["merge"] = compared["rows"][0]
    return found


def describe(
    found: Mapping[str, Any], chosen: list[Part], question: Question, right: Right
) -> dict[str, Any]:
    """Put together what the page shows of the answers."""
    base, *others = [_marked(row, right) for row in found["answers"]]
    mix = others[0] if others else None
    merge = found.get("merge")
    picture = base["picture"] if question.sees else None
    return {
        "base": base,
        "mix": mix,
        "merge": merge and {**merge, "merged": _marked(merge["answers"]["merged"], right)},
        "alone": list(zip(chosen, others[1:], strict=True)) if len(others) > 1 else [],
        "chosen": chosen,
        "right": right,
        "question": question,
        "picture": picture,
        "pixels": drawing.pixels(picture) if picture else [],
        "looks": [
            (name, [_look(look, question) for look in row["attention"]])
            for name, row in (("mix", mix), ("base", base))
            if row is not None
        ],
        "seconds": found["seconds"],
    }


def _marked(row: Mapping[str, Any], right: Right) -> dict[str, Any]:
    return {**row, "mark": right.mark(row["answer"])}


def _look(look: Mapping[str, Any], question: Question) -> dict[str, Any]:
    """Describe where one layer looks: shares by patch and by word, and how far to darken each patch."""
    patches = look["patches"] or []
    most = max((share for row in patches for share in row), default=1) or 1
    return {
        "patches": [[(share, shade(share, MOST_LOOK)) for share in row] for row in patches],
        "words": [
            (word, share, shade(share, MOST_LOOK))
            for word, share in zip(question.words, look["words"], strict=True)
        ],
        "veils": [
            (PATCH * column, PATCH * line, round(VEIL * (1 - share / most), 3))
            for line, row in enumerate(patches)
            for column, share in enumerate(row)
        ],
    }
