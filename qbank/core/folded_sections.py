"""Folds that hold whole sections of a file: their questions count as if they stood outside."""

from collections.abc import Sequence
from dataclasses import replace

from qbank.core.answers import says_answer
from qbank.core.titles import read_title
from qbank.core.tree import Block, Fold

FEWEST = 2  # questions in one fold that make the folds sections


def find_sections(folds: Sequence[Fold], heads: Sequence[Block]) -> list[Fold]:
    """Return the outermost folds that ask nothing and hold questions; none where an outermost fold asks."""
    outer = [fold for fold in folds if not fold.depth]
    held = [(fold, _titles_in(fold, folds, heads)) for fold in outer]
    asking = [(fold, sum(read_title(text).asks for text in texts)) for fold, texts in held if texts]
    if max((count for _, count in asking), default=0) < FEWEST:
        return []
    if any(read_title(fold.summary).asks for fold in outer):
        return []
    return [fold for fold, count in asking if count and not _is_answer(fold, heads)]


def without(folds: Sequence[Fold], sections: Sequence[Fold]) -> tuple[Fold, ...]:
    """Leave out the sections; what stands in them is less deep."""
    return tuple(_raised(fold, sections) for fold in folds if fold not in sections)


def _titles_in(fold: Fold, folds: Sequence[Fold], heads: Sequence[Block]) -> list[str]:
    """Return the texts of the headings and of the outermost folds in a fold."""
    texts = [head.text for head in heads if fold.start < head.start < fold.end]
    return texts + [f.summary for f in folds if f.depth == 1 and fold.start < f.start < fold.end]


def _is_answer(fold: Fold, heads: Sequence[Block]) -> bool:
    """Tell whether a fold says "answer" below a heading that asks."""
    above = [head for head in heads if head.start < fold.start]
    return says_answer(fold.summary) and bool(above) and read_title(above[-1].text).asks


def _raised(fold: Fold, sections: Sequence[Fold]) -> Fold:
    """Return a fold as deep as it is without the sections around it."""
    around = any(section.start < fold.start < section.end for section in sections)
    return replace(fold, depth=fold.depth - 1) if around else fold
