"""What gives keys away in a heap of items: where the key stands, how long it is, options that occur twice."""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from quizzes.core.folding import fold_text
from quizzes.core.generation.words import width
from quizzes.core.items import Item, Multiple, Single


@dataclass(frozen=True)
class Bias:
    """Figures over all single choices; shares are 0..1, `expected` what guessing by length would find."""

    singles: int
    positions: tuple[int, ...]  # keys that stand first, second …
    chi_square: float
    freedom: int
    p_value: float
    longest: float  # share of keys that are longer than every other option
    shortest: float
    expected: float
    duplicates: int  # items with two options that read the same


def measure(items: Iterable[Item]) -> Bias:
    """Measure the bias of the single choices; positions are tested within each number of options."""
    heap = list(items)
    singles = [item for item in heap if isinstance(item, Single)]
    by_size: dict[int, Counter[int]] = {}
    for item in singles:
        by_size.setdefault(len(item.options), Counter())[item.key] += 1
    chi_square, freedom = 0.0, 0
    for size, counts in by_size.items():
        each = sum(counts.values()) / size
        chi_square += sum((counts[place] - each) ** 2 / each for place in range(size))
        freedom += size - 1
    widths = [[width(option.text) for option in item.options] for item in singles]
    keys = [item.key for item in singles]
    most = max(map(len, widths), default=0)
    return Bias(
        singles=len(singles),
        positions=tuple(sum(key == place for key in keys) for place in range(most)),
        chi_square=chi_square,
        freedom=freedom,
        p_value=chi_square_tail(chi_square, freedom),
        longest=_share([w[k] > max(_others(w, k)) for w, k in zip(widths, keys, strict=True)]),
        shortest=_share([w[k] < min(_others(w, k)) for w, k in zip(widths, keys, strict=True)]),
        expected=_mean([_alone(w) / len(w) for w in widths]),
        duplicates=sum(_repeats(item) for item in heap),
    )


def chi_square_tail(value: float, freedom: int) -> float:
    """Return the chance of so large a χ² or a larger one; closed form for whole degrees of freedom."""
    if freedom < 1:
        return 1.0
    half = value / 2
    if freedom % 2 == 0:
        return float(math.exp(-half) * sum(half**i / math.factorial(i) for i in range(freedom // 2)))
    tail = math.erfc(math.sqrt(half))
    rest: float = sum(half ** (i - 0.5) / math.gamma(i + 0.5) for i in range(1, freedom // 2 + 1))
    return float(min(1.0, tail + math.exp(-half) * rest))


def wilson(valid: int, rated: int) -> tuple[float, float]:
    """Return the 95 % interval of a share (Wilson 1927)."""
    if not rated:
        return 0.0, 1.0
    z, share = 1.959964, valid / rated
    middle = share + z * z / (2 * rated)
    spread = z * math.sqrt(share * (1 - share) / rated + z * z / (4 * rated * rated))
    scale = 1 + z * z / rated
    return max(0.0, (middle - spread) / scale), min(1.0, (middle + spread) / scale)


def _others(widths: Sequence[int], key: int) -> list[int]:
    return [value for place, value in enumerate(widths) if place != key]


def _alone(widths: Sequence[int]) -> int:
    """Tell whether one option is longer than all others: only then can a key be the longest."""
    return int(sorted(widths)[-1] > sorted(widths)[-2])


def _repeats(item: Item) -> bool:
    if not isinstance(item, Single | Multiple):
        return False
    return len({fold_text(option.text) for option in item.options}) < len(item.options)


def _share(values: Sequence[bool]) -> float:
    return sum(values) / len(values) if values else 0.0


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0
