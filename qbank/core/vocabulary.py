"""The words of a bank that search may suggest: terms of its glossary, tags, words of titles."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import islice

from qbank.core.bigrams import LONGEST_QUERY, MOST_TERMS, fold, query_terms, tokens
from qbank.core.glossary import Term

LONGEST = 80
MOST = 5000  # loose words of a bank
ALIKE = 0.7  # of 1; "LorRA" is like "LoRA" by 0.89
_VARIANT = re.compile(r"[^()（）]+")
_LETTER = r"[^\W\d_々-鿿가-힯]"  # of a script with spaces between words
_LATIN = re.compile(rf"{_LETTER}(?:-?(?:{_LETTER}|\d))+")


@dataclass(frozen=True)
class Word:
    """A word; those of one concept mean the same, in any language; `avoided` ones are not our spelling."""

    text: str
    concept: int | None = None
    avoided: bool = False


def term_words(terms: Sequence[Term]) -> list[Word]:
    """List the names of the terms: `fine-tuning (FT)` is two words of one concept."""
    words: dict[tuple[int, str], Word] = {}
    for concept, term in enumerate(terms):
        avoided = [one for spellings in (term.avoid or {}).values() for one in spellings]
        for name, bad in [
            *((name, False) for name in term.names.values()),
            *((one, True) for one in avoided),
        ]:
            for variant in _VARIANT.findall(name):
                text = variant.strip()
                if 1 < len(text) <= LONGEST:
                    words.setdefault((concept, fold(text)), Word(text, concept, bad))
    return list(words.values())


def loose_words(tags: Iterable[str], titles: Iterable[str]) -> list[Word]:
    """List tags and the Latin words of titles, in their commonest spelling, the most used first."""
    spellings: dict[str, Counter[str]] = {}
    for text in tags:
        spellings.setdefault(fold(text), Counter())[text] += 1
    for title in titles:
        for word in set(_LATIN.findall(title)):
            if len(word) > 2:
                spellings.setdefault(fold(word), Counter())[word] += 1
    ranked = sorted(spellings.values(), key=lambda counter: -counter.total())
    texts = [max(sorted(counter), key=counter.__getitem__) for counter in ranked]
    return [Word(text) for text in texts if 1 < len(text) <= LONGEST][:MOST]


def closest(text: str, words: Iterable[str], limit: int = 3) -> list[str]:
    """Return the words spelled most like a text, the closest first; the text itself is not one."""
    asked = fold(text)
    matcher = SequenceMatcher(autojunk=False)
    matcher.set_seq2(asked)
    found: dict[str, float] = {}
    for word in words:
        folded = fold(word)
        if folded == asked or not len(asked) * 0.5 < len(folded) < len(asked) * 2:
            continue
        matcher.set_seq1(folded)
        if matcher.real_quick_ratio() >= ALIKE and matcher.quick_ratio() >= ALIKE:
            ratio = matcher.ratio()
            if ratio >= ALIKE:
                found[word] = max(ratio, found.get(word, 0.0))
    return sorted(found, key=lambda word: (-found[word], word))[:limit]


def words_alone(query: str) -> list[str]:
    """Split a query of several words into the first MOST_TERMS of them; one word alone gives none."""
    pieces = re.split(r"[\s\"“”]+", query[:LONGEST_QUERY])
    parts = list(islice(filter(query_terms, pieces), MOST_TERMS))
    return list(dict.fromkeys(parts)) if len(parts) > 1 else []


def overlap(query: str, title: str) -> float:
    """Return the share 0..1 of a query's pairs of characters and words that a title has."""
    asked = {token for token in tokens(query) if len(token) > 1}
    return len(asked & set(tokens(title))) / len(asked) if asked else 0.0
