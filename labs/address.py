"""What the address of the playground says, and the address that says it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from labs.drawing import BLANK, Samples, mirror, next_sample

SIDES = ("left", "right")
WEIGHT = "w-"  # before an adapter's name or id
MOST_NAMED = 24  # adapters an address may name
MOST_WEIGHT = 2.0
DEFAULT_ADAPTER = "gap-r8"
DEFAULTS = {
    "left": "",
    "right": "",
    "left_colour": "red",
    "right_colour": "blue",
    "question": "gap",
}
FIRST_DIGITS = {"left": 3, "right": 7}


@dataclass(frozen=True)
class Address:
    """A picture, a question, and the weight of each adapter, as they were written."""

    asked: Mapping[str, str]
    weights: Mapping[str, str]  # name or id → weight
    merged: bool = False

    @property
    def query(self) -> str:
        """Return the shortest address that says the same: adapters of weight zero are left out."""
        named = {f"{WEIGHT}{name}": weight for name, weight in self.weights.items() if weight_of(weight) != 0}
        return urlencode(
            {**self.asked, **(named or {"only": ""}), **({"merge": "on"} if self.merged else {})}
        )

    def asking(self, *, weights: Mapping[str, float] | None = None, **asked: str) -> Address:
        """Return the same address with something else asked, and perhaps other adapters."""
        named = self.weights if weights is None else {name: f"{w:g}" for name, w in weights.items()}
        return replace(self, asked={**self.asked, **asked}, weights=named)


def weight_of(raw: str) -> float | None:
    """Read a weight; None when it is no number from -2 to 2."""
    try:
        value = float(raw)
    except ValueError:
        return None
    return value if math.isfinite(value) and abs(value) <= MOST_WEIGHT else None


def read_address(query: Mapping[str, str], samples: Samples, digits: Mapping[int, int]) -> Address:
    """Read an address and do what its buttons ask: another sample, a mirror image, a clean pad, one adapter.

    Nothing is checked here; what is missing takes its default, and an address that says nothing shows the
    example adapter at work.
    """
    asked = {name: query.get(name, default) for name, default in DEFAULTS.items()}
    for side in SIDES:
        asked[side] = asked[side] or str(next(i for i in samples if digits[i] == FIRST_DIGITS[side]))
    for button, change in (
        ("next", lambda raw: next_sample(raw, samples)),
        ("mirror", mirror),
        ("clear", lambda raw: BLANK),
    ):
        if (side := query.get(button, "")) in SIDES:
            asked[side] = change(asked[side])
    return Address(asked, _read_weights(query), query.get("merge") == "on")


def _read_weights(query: Mapping[str, str]) -> dict[str, str]:
    """Read the weights; `only` names one adapter, or none, instead of all; `adapter` adds one."""
    added = {query["adapter"]: "1"} if query.get("adapter") else {}
    if "only" in query:
        return {query["only"]: "1"} if query["only"] else added
    named = [(name.removeprefix(WEIGHT), weight) for name, weight in query.items() if name.startswith(WEIGHT)]
    weights = {name: weight for name, weight in named[:MOST_NAMED] if weight} | added
    return weights if weights or query else {DEFAULT_ADAPTER: "1"}
