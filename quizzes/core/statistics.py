"""Tell from first responses whether an item is any good: how many get it, and whether those who know get it.

Facility is the mean score; discrimination the correlation of an item's score with the mean of the other items
of the same sitting (the corrected item-total correlation, as in classical test theory).
"""

from dataclasses import dataclass
from math import atanh, sqrt, tanh

LEAST = 30  # first responses before anything is said of an item
LEAST_TO_WITHDRAW = 60
EASY, HARD, FLAT = 0.97, 0.15, 0.1
Z = 1.96  # of a 95 % interval
ALMOST_ONE = 1 - 1e-9


@dataclass(frozen=True)
class Sums:
    """What is added up over the first responses to an item; `x` its scores, `y` the means of the others.

    `n` counts all first responses and `x_all` adds their scores; the rest is over the `pairs` that had other
    items beside them.
    """

    n: int
    x_all: float
    pairs: int = 0
    x: float = 0.0
    y: float = 0.0
    xx: float = 0.0
    yy: float = 0.0
    xy: float = 0.0


def facility(sums: Sums) -> float | None:
    """Return the mean score, 0..1; None without responses."""
    return sums.x_all / sums.n if sums.n else None


def discrimination(sums: Sums) -> float | None:
    """Return the correlation, -1..1; None where nothing varies."""
    if sums.pairs < 3:
        return None
    var_x = sums.xx - sums.x * sums.x / sums.pairs
    var_y = sums.yy - sums.y * sums.y / sums.pairs
    if var_x < 1e-9 or var_y < 1e-9:
        return None
    return max(-1.0, min(1.0, (sums.xy - sums.x * sums.y / sums.pairs) / sqrt(var_x * var_y)))


def interval(r: float, pairs: int) -> tuple[float, float]:
    """Return the 95 % interval of a correlation (Fisher's z); three pairs or fewer tell nothing."""
    if pairs <= 3:
        return -1.0, 1.0
    middle, reach = atanh(max(-ALMOST_ONE, min(ALMOST_ONE, r))), Z / sqrt(pairs - 3)
    return tanh(middle - reach), tanh(middle + reach)


def flags_of(sums: Sums) -> tuple[str, ...]:
    """Name what speaks against an item, once there are enough first responses.

    "easy", "hard" (by facility), "flat" (hardly discriminates), "against" (those who know get it wrong: the
    key is likely wrong; the whole 95 % interval lies below zero).
    """
    ease, r = facility(sums), discrimination(sums)
    if ease is None or sums.n < LEAST:
        return ()
    found = ["easy"] * (ease > EASY) + ["hard"] * (ease < HARD)
    if r is not None and sums.pairs >= LEAST:
        against = interval(r, sums.pairs)[1] < 0
        found += ["against"] if against else ["flat"] * (r < FLAT)
    return tuple(found)


def is_to_withdraw(sums: Sums) -> bool:
    """Tell whether the rule takes an item out of quizzes: enough of those who know get it wrong."""
    return sums.n >= LEAST_TO_WITHDRAW and "against" in flags_of(sums)
