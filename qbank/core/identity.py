"""Tell which question of the last import each question of this one is, so that editing keeps its history.

First the explicit id, then equal text, then the best one-to-one assignment over text, title, number and path
above a threshold. Where two candidates are as good as each other, nothing is guessed: the tie is reported.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from qbank.core.assignment import Assignment
from qbank.core.bigrams import tokens

THRESHOLD = 0.55  # two questions less alike than this are two
MARGIN = 0.02  # what loses less than this against the best assignment is a tie
TITLE, ANSWER, NUMBER, PATH = 0.45, 0.40, 0.05, 0.10  # what each likeness weighs
COMMON = 0.5  # the share of its weight that a title has which several questions of one side bear
CHANGED = 0.8  # a text less like its former self than this is to be learnt again
ROUNDING = 1e-6
COMPARED = 4000  # characters of an answer

K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Known(Generic[K]):
    """A question as one side knows it."""

    key: K
    id: str  # explicit, "" where the author gives none
    checksum: str  # of title, stem and answer
    language: str
    title: str
    number: str
    path: str


@dataclass(frozen=True)
class Matching(Generic[K]):
    """New key → old key, and the new keys that two old ones fit equally, with those old ones."""

    pairs: dict[K, K]
    ties: dict[K, tuple[K, ...]]


Answers = Callable[[Collection[K]], Mapping[K, str]]


def match_questions(
    old: Sequence[Known[K]], new: Sequence[Known[K]], old_answers: Answers[K], new_answers: Answers[K]
) -> Matching[K]:
    """Match new questions to old ones, one to one; stems and answers are asked for only where needed."""
    pairs = _equal(old, new)
    taken = set(pairs.values())
    left_old = [o for o in old if o.key not in taken]
    left_new = [n for n in new if n.key not in pairs]
    if not left_old or not left_new:
        return Matching(pairs, {})
    common = {title for side in (old, new) for title, n in Counter(q.title for q in side).items() if n > 1}
    theirs, mine = _Grams(left_old, old_answers, common), _Grams(left_new, new_answers, common)
    found, ties = _assign(left_old, left_new, theirs, mine)
    return Matching({**pairs, **found}, ties)


def is_large_change(before: str, after: str) -> bool:
    """Tell whether a text has changed so much that who knew it knows it no longer."""
    return _dice(_grams(before), _grams(after)) < CHANGED


def _equal(old: Sequence[Known[K]], new: Sequence[Known[K]]) -> dict[K, K]:
    """Match by id, then by equal text: in the same file under the same number first, then elsewhere.

    Texts that are equal to the letter are told apart by their order: no history moves to another text.
    """
    by_id = {o.id: o.key for o in old if o.id}
    pairs = {n.key: by_id[n.id] for n in new if n.id and n.id in by_id}
    kinds: tuple[Callable[[Known[K]], tuple[str, ...]], ...] = (
        lambda q: (q.checksum, q.language, q.path, q.number),
        lambda q: (q.checksum, q.language, q.path),
        lambda q: (q.checksum, q.language),
    )
    for kind in kinds:
        taken = set(pairs.values())
        waiting: dict[tuple[str, ...], list[K]] = defaultdict(list)
        for o in old:
            if o.key not in taken:
                waiting[kind(o)].append(o.key)
        for n in new:
            if n.key not in pairs and (same := waiting[kind(n)]):
                pairs[n.key] = key = same[0]
                waiting[kind(n)] = [k for k in same if k != key]
    return pairs


class _Grams(Generic[K]):
    """The search tokens of titles and answers of some questions, by their places, and what a title weighs."""

    def __init__(self, questions: Sequence[Known[K]], answers: Answers[K], common: Collection[str]) -> None:
        self.weights = [TITLE * (COMMON if q.title in common else 1) for q in questions]
        texts = answers([q.key for q in questions])
        self.titles = [_grams(q.title) for q in questions]
        self.answers = [_grams(texts[q.key]) for q in questions]


def _assign(
    old: Sequence[Known[K]], new: Sequence[Known[K]], theirs: _Grams[K], mine: _Grams[K]
) -> tuple[dict[K, K], dict[K, tuple[K, ...]]]:
    """Pair what is alike enough so that the whole gains most; what could as well be otherwise is a tie."""
    gains = _gains(old, new, theirs, mine)
    best = Assignment(gains)
    pairs: dict[K, K] = {}
    ties: dict[K, tuple[K, ...]] = {}
    for i, j in best.pairs.items():
        rivals = [r for r in best.rivals(i, MARGIN) if r is not None]
        contested = any(k != i and _contests(best, gains, k, j) for k in best.takers(j))
        if rivals or contested:
            ties[new[i].key] = tuple(dict.fromkeys(old[b].key for b in (j, *rivals)))
        else:
            pairs[new[i].key] = old[j].key
    return pairs, ties


def _contests(
    best: Assignment[int, int], gains: Mapping[int, Mapping[int, float]], row: int, column: int
) -> bool:
    """Tell whether a row that stays alone fits a column as well as the row that has it."""
    return row not in best.pairs and gains[best.mate(column)][column] - gains[row][column] < MARGIN


def _gains(
    old: Sequence[Known[K]], new: Sequence[Known[K]], theirs: _Grams[K], mine: _Grams[K]
) -> dict[int, dict[int, float]]:
    """Return for each new place the old places alike enough, with how far they are above the threshold.

    Candidates share a token of the title, or have the same answer: nothing else can reach the threshold.
    """
    by_token: dict[str, list[int]] = defaultdict(list)
    by_answer: dict[frozenset[str], list[int]] = defaultdict(list)
    for j in range(len(old)):
        by_answer[theirs.answers[j]].append(j)
        for token in theirs.titles[j]:
            by_token[token].append(j)
    gains: dict[int, dict[int, float]] = {}
    for i, n in enumerate(new):
        shared = Counter(j for token in mine.titles[i] for j in by_token[token])
        for j in by_answer[mine.answers[i]]:
            shared.setdefault(j, 0)
        gains[i] = {}
        for j, common in shared.items():
            o = old[j]
            if n.language != o.language or (n.id and o.id):
                continue
            title = 2 * common / ((len(mine.titles[i]) + len(theirs.titles[j])) or 1)
            place = NUMBER * (bool(n.number) and n.number == o.number) + PATH * (n.path == o.path)
            known = title * min(mine.weights[i], theirs.weights[j]) + place
            if known + ANSWER < THRESHOLD - ROUNDING:
                continue
            likeness = known + ANSWER * _dice(mine.answers[i], theirs.answers[j])
            if likeness >= THRESHOLD - ROUNDING:
                gains[i][j] = max(ROUNDING, likeness - THRESHOLD)
    return gains


def _grams(text: str) -> frozenset[str]:
    return frozenset(tokens(text[:COMPARED]))


def _dice(a: frozenset[str], b: frozenset[str]) -> float:
    return 2 * len(a & b) / (len(a) + len(b)) if a or b else 1.0
