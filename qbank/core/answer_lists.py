"""Answers that stand together below a list of questions, each under the number of its question."""

from collections.abc import Mapping
from functools import lru_cache

from qbank.core.blocks import Document
from qbank.core.labels import says_only_answer
from qbank.core.tree import Block

FEWEST = 2  # answers that make a list


@lru_cache(maxsize=1)
def read_answer_list(document: Document) -> Mapping[str, Block]:
    """Return the answers by number: the items of a list below "Answers" that counts as one above it does."""
    for place, block in enumerate(document.blocks):
        if block.kind != "heading" or not says_only_answer(block.text):
            continue
        below = next(iter(document.blocks[place + 1 : place + 2]), None)
        above = [b for b in document.blocks[:place] if b.kind == "list" and b.ordered]
        if below is None or below.kind != "list" or not below.ordered or not above:
            continue
        numbers = [item.number for item in below.children]
        asked = [item.number for listing in above for item in listing.children]
        if len(numbers) >= FEWEST and numbers == asked:
            return dict(zip(numbers, below.children, strict=True))
    return {}
