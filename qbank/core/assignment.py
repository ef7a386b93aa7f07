"""The best one-to-one assignment on a sparse graph, and which of its pairs were a close call.

Shortest augmenting paths with dual prices (the Hungarian method as Jonker and Volgenant run it): the result
is a true optimum of the total gain, not a greedy choice. The prices then tell for each pair what the best
assignment without it would lose, by a search that never goes further than the margin.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import count
from typing import Generic, TypeVar

R = TypeVar("R", bound=Hashable)
C = TypeVar("C", bound=Hashable)


@dataclass
class Assignment(Generic[R, C]):
    """Pairs of rows and columns with the greatest total gain; a row may stay alone, which gains nothing."""

    gains: Mapping[R, Mapping[C, float]]  # all positive; what is not listed is not allowed
    pairs: dict[R, C] = field(default_factory=dict)
    _mates: dict[C, R] = field(default_factory=dict)
    _takers: dict[C, list[R]] = field(default_factory=dict)
    _row_prices: dict[R, float] = field(default_factory=dict)
    _prices: dict[C, float] = field(default_factory=dict)  # 0 for a column that is free

    def __post_init__(self) -> None:
        for row, columns in self.gains.items():
            for column in columns:
                self._takers.setdefault(column, []).append(row)
        for row in self.gains:
            self._place(row)

    def takers(self, column: C) -> tuple[R, ...]:
        """Return the rows that could have a column."""
        return tuple(self._takers.get(column, ()))

    def mate(self, column: C) -> R:
        """Return the row that has a column. Raises KeyError when it is free."""
        return self._mates[column]

    def _slack(self, row: R, column: C) -> float:
        """Return how much dearer a pair is than what its sides are worth: 0 for pairs of the optimum."""
        worth = self._row_prices[row] + self._prices.get(column, 0.0)
        return max(0.0, worth - self.gains[row][column])

    def _place(self, root: R) -> None:
        """Bring a row in by the cheapest chain of exchanges, to a free column or a row that stays alone."""
        self._row_prices[root] = max(
            [0.0, *(gain - self._prices.get(column, 0.0) for column, gain in self.gains[root].items())]
        )
        order = count()
        heap: list[tuple[float, int, C | None, R]] = []  # (distance, –, column or None: stay alone, from row)
        rows: dict[R, float] = {root: 0.0}
        came: dict[C, R] = {}
        reached: dict[C, float] = {}
        row, distance = root, 0.0
        while True:
            heappush(heap, (distance + self._row_prices[row], next(order), None, row))
            for column in self.gains[row]:
                if column not in reached:
                    heappush(heap, (distance + self._slack(row, column), next(order), column, row))
            distance, _, end, source = heappop(heap)
            while end is not None and end in reached:
                distance, _, end, source = heappop(heap)
            if end is None:
                break
            came[end] = source
            if end not in self._mates:
                break
            reached[end] = distance
            row = self._mates[end]
            rows[row] = distance
        for each, near in rows.items():
            self._row_prices[each] -= distance - near
        for each_column, near in reached.items():
            self._prices[each_column] = self._prices.get(each_column, 0.0) + distance - near
        self._exchange(root, source, end, came)

    def _exchange(self, root: R, last: R, end: C | None, came: Mapping[C, R]) -> None:
        """Walk the chain back: each row takes the column it reached and leaves its own to the row before."""
        row, column = last, end
        while True:
            left = self.pairs.pop(row, None)
            if column is not None:
                self.pairs[row], self._mates[column] = column, row
            if row == root:
                return
            assert left is not None
            column, row = left, came[left]

    def rivals(self, row: R, margin: float) -> tuple[C | None, ...]:
        """Return what else a paired row could take at a loss below the margin; None: stay alone."""
        own = self.pairs[row]
        freed = self._freed(row, own, margin)
        found: list[C | None] = []
        if self._row_prices[row] + freed < margin:
            found.append(None)
        for first in self.gains[row]:
            if first != own and self._loss(row, first, own, freed, margin) < margin:
                found.append(first)
        return tuple(found)

    def _freed(self, row: R, own: C, margin: float) -> float:
        """Return what is lost on a column that its row leaves: another row may take it, and so on."""
        order = count()
        heap: list[tuple[float, int, C]] = [(0.0, next(order), own)]
        seen: set[C] = set()
        best = margin
        while heap and heap[0][0] < best:
            distance, _, column = heappop(heap)
            if column in seen:
                continue
            seen.add(column)
            best = min(best, distance + self._prices.get(column, 0.0))
            for other in self._takers[column]:
                if other == row or self._mates[column] == other:
                    continue
                further = distance + self._slack(other, column)
                if other not in self.pairs:
                    best = min(best, further)
                elif self.pairs[other] not in seen:
                    heappush(heap, (further, next(order), self.pairs[other]))
        return best

    def _loss(self, row: R, first: C, own: C, freed: float, margin: float) -> float:
        """Return what the best assignment loses in which the row has `first`; no more than the margin."""
        order = count()
        heap: list[tuple[float, int, C | None]] = [(self._slack(row, first), next(order), first)]
        seen: set[C] = set()
        best = margin
        while heap and heap[0][0] < best:
            distance, _, column = heappop(heap)
            if column == own:
                return min(best, distance)
            if column is None or column not in self._mates:
                best = min(best, distance + freed)
                continue
            if column in seen:
                continue
            seen.add(column)
            mate = self._mates[column]
            if mate == row:
                continue
            heappush(heap, (distance + self._row_prices[mate], next(order), None))
            for other in self.gains[mate]:
                if other not in seen and other != column:
                    heappush(heap, (distance + self._slack(mate, other), next(order), other))
        return best
