"""Find questions that say nearly the same: pairs whose shingles overlap by at least a threshold.

A shingle is two neighbouring search tokens, so about three Chinese characters or two Latin words. The
likeness is Jaccard's. No pair is missed: of two sets that overlap so much, some shingle is among the rarest
few of each (prefix filtering; Chaudhuri et al. 2006, Bayardo et al. 2007), and only questions that meet there
are compared.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from math import ceil

from qbank.core.bigrams import tokens
from qbank.core.document import ParsedFile, ParsedQuestion, Problem

ALIKE = 0.8  # from this share of common shingles on, two questions are reported
FEWEST = 12  # shingles; shorter texts are alike by chance
LONGEST = 4000  # characters that are compared
MOST = 20_000  # questions; a larger bank is not compared


@dataclass(frozen=True, slots=True)
class Pair:
    """Two texts by their places in the list, the earlier one first, and how alike they are (0 … 1)."""

    first: int
    second: int
    likeness: float


def find_duplicates(texts: Sequence[str]) -> list[Pair]:
    """List the pairs of texts that are nearly the same, in the order of their later ones."""
    sets = [_shingles(text) for text in texts]
    counts = Counter(chain.from_iterable(sets))
    shared = {shingle for shingle, count in counts.items() if count > 1}
    seen: dict[int, list[int]] = defaultdict(list)
    found = []
    for place in sorted(range(len(sets)), key=lambda i: (len(sets[i]), i)):
        mine = sets[place]
        if len(mine) < FEWEST:
            continue
        prefix = len(mine) - ceil(ALIKE * len(mine)) + 1
        # What occurs once is in no other text, yet it counts: it takes a place of the prefix.
        repeated = mine & shared
        places = prefix - (len(mine) - len(repeated))
        rarest = sorted(sorted(repeated), key=counts.__getitem__)[:places] if places > 0 else []
        rivals = {other for shingle in rarest for other in seen[shingle]}
        for other in rivals:
            if len(sets[other]) < ALIKE * len(mine):
                continue
            common = len(mine & sets[other])
            likeness = common / (len(mine) + len(sets[other]) - common)
            if likeness >= ALIKE:
                found.append(Pair(min(place, other), max(place, other), likeness))
        for shingle in rarest:
            seen[shingle].append(place)
    return sorted(found, key=lambda p: (p.second, p.first))


def check_duplicates(files: Sequence[ParsedFile]) -> list[Problem]:
    """Report near-duplicate questions of a bank, each at the later one; translations share an id."""
    places = [(file, question) for file in files for question in file.questions]
    if len(places) > MOST:
        return []
    pairs = find_duplicates([_words(question) for _, question in places])
    return [
        _problem(places[p.first], places[p.second], p.likeness)
        for p in pairs
        if not places[p.first][1].id or places[p.first][1].id != places[p.second][1].id
    ]


def _problem(
    first: tuple[ParsedFile, ParsedQuestion], second: tuple[ParsedFile, ParsedQuestion], likeness: float
) -> Problem:
    (there, earlier), (here, later) = first, second
    return Problem(
        here.path,
        later.line,
        "near-duplicate",
        f"“{later.title[:60]}” is {likeness:.0%} the same as {there.path}:{earlier.line}.",
        "Keep one of them, or say what the difference is.",
    )


def _words(question: ParsedQuestion) -> str:
    parts = (question.title, question.stem, *question.choices, question.gist, question.answer)
    return "\n".join(parts)[:LONGEST]


def _shingles(text: str) -> frozenset[int]:
    """Return the shingles, hashed to keep them small."""
    return frozenset(map(hash, pairwise(tokens(text))))
