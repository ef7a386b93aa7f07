"""Choose distractors, and lay out a single choice."""

import random
import re
from collections.abc import Callable, Iterable, Sequence

from quizzes.core.generation.words import script_of, width
from quizzes.core.items import Option, Single

DISTRACTORS = 3


def similar(key: str, others: Iterable[str], rank: Callable[[str], float]) -> list[str]:
    """Order possible distractors: those that look like the key first, then those that stand near it."""

    def looks(other: str) -> tuple[int, int, int, float]:
        longer, shorter = max(width(key), width(other)), max(1, min(width(key), width(other)))
        return (
            int(script_of(other) != script_of(key)),
            int(longer > 1.8 * shorter + 6),
            int(is_plural(other) != is_plural(key)) + int(_is_name(other) != _is_name(key)),
            rank(other),
        )

    return sorted((other for other in others if not _akin(key, other)), key=looks)


def is_plural(term: str) -> bool:
    """Tell whether an English name has the form of a plural."""
    return term.endswith("s") and not term.endswith(("ss", "is", "us", "JS", "OS", "DNS"))


def _is_name(term: str) -> bool:
    """Tell a proper name from a common noun: a capital letter within its last word."""
    last = re.split(r"[\s(（]", term.strip("`"))[0]
    return any(c.isupper() for c in last)


def _akin(one: str, other: str) -> bool:
    """Tell whether two terms are forms of each other: one holds the other."""
    a, b = one.casefold().strip("`() "), other.casefold().strip("`() ")
    return a in b or b in a or a.rstrip("s") == b.rstrip("s")


def masked(text: str, term: str, blank: str = "____") -> str:
    """Hide a term, its plural and its call wherever a text says it as a word of its own."""
    name = re.escape(term.strip("`").removesuffix("()"))
    left = r"(?<![A-Za-z0-9_])" if term.strip("`")[:1].isascii() else ""
    right = r"(?![A-Za-z0-9_])" if term.strip("`")[-1:].isascii() else ""
    return re.sub(rf"`?{left}{name}(?:s|es)?(?:\(\))?{right}`?", blank, text, flags=re.IGNORECASE)


def single(
    key: str, distractors: Sequence[str], stem: str, rationale: str, slug: str, rng: random.Random
) -> Single:
    """Lay out a single choice with its options in an order drawn by `rng`."""
    options = [key, *distractors]
    rng.shuffle(options)
    return Single(
        slug=slug,
        stem=stem,
        rationale=rationale,
        options=tuple(map(Option, options)),
        key=options.index(key),
    )
