"""Folds that hold whole sections of a file: their questions count as if they stood outside."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

from qbank.core.answers import says_answer
from qbank.core.titles import read_title
from qbank.core.tree import Block, Fold

T = TypeVar("T", Block, Fold)
FEWEST = 2  # questions in one fold that make the folds sections


def find_sections(folds: Sequence[Fold], heads: Sequence[Block]) -> list[Fold]:
    """Return the outermost folds that ask nothing and hold questions; none where an outermost fold asks."""
    outer = [fold for fold in folds if not fold.depth]
    inner = [fold for fold in folds if fold.depth == 1]
    held = [(fold, _titles_in(fold, inner, heads)) for fold in outer]
    asking = [(fold, sum(read_title(text).asks for text in texts)) for fold, texts in held if texts]
    if max((count for _, count in asking), default=0) < FEWEST:
        return []
    if any(read_title(fold.summary).asks for fold in outer):
        return []
    return [fold for fold, count in asking if count and not _is_answer(fold, heads)]


def without(folds: Sequence[Fold], sections: Sequence[Fold]) -> tuple[Fold, ...]:
    """Leave out the sections; what stands in them is less deep."""
    left_out = {id(section) for section in sections}
    starts = [section.start for section in sections]
    return tuple(_raised(fold, sections, starts) for fold in folds if id(fold) not in left_out)


def _titles_in(fold: Fold, inner: Sequence[Fold], heads: Sequence[Block]) -> list[str]:
    """Return the texts of the headings and the summaries of the folds, of the first depth, in a fold."""
    return [head.text for head in _between(heads, fold)] + [f.summary for f in _between(inner, fold)]


def _between(things: Sequence[T], fold: Fold) -> Sequence[T]:
    """Return what begins inside a fold, of things in the order of their beginnings."""
    first = bisect_right(things, fold.start, key=_start)
    return things[first : bisect_left(things, fold.end, first, key=_start)]


def _start(thing: Block | Fold) -> int:
    return thing.start


def _is_answer(fold: Fold, heads: Sequence[Block]) -> bool:
    """Tell whether a fold says "answer" below a heading that asks."""
    above = bisect_left(heads, fold.start, key=_start)
    return above > 0 and says_answer(fold.summary) and read_title(heads[above - 1].text).asks


def _raised(fold: Fold, sections: Sequence[Fold], starts: Sequence[int]) -> Fold:
    """Return a fold as deep as it is without the section around it; sections do not overlap."""
    before = bisect_left(starts, fold.start)
    around = before > 0 and fold.start < sections[before - 1].end
    return replace(fold, depth=fold.depth - 1) if around else fold
