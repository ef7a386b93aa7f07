"""Tell which question of the last import each question of this one is, so that editing keeps its history.

First the explicit id, then equal text, then the best one-to-one assignment over text, title, number and path
above a threshold. Where two candidates are as good as each other, nothing is guessed: the tie is reported.
"""

from collections import defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from qbank.core.bigrams import tokens

THRESHOLD = 0.55
MARGIN = 0.02  # scores closer than this are a tie
TITLE, ANSWER, NUMBER, PATH = 0.45, 0.35, 0.08, 0.12  # what each likeness weighs

K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True)
class Known(Generic[K]):
    """A question as one side knows it."""

    key: K
    id: str  # explicit, "" where the author gives none
    checksum: str  # of title, stem and answer
    language: str
    title: str
    answer: str  # with the stem
    number: str
    path: str


@dataclass(frozen=True)
class Matching(Generic[K]):
    """New key → old key, and the new keys that two old ones fit equally, with those old ones."""

    pairs: dict[K, K]
    ties: dict[K, tuple[K, ...]]


def match_questions(old: Sequence[Known[K]], new: Sequence[Known[K]]) -> Matching[K]:
    """Match new questions to old ones, one to one."""
    pairs: dict[K, K] = {}
    by_id = {o.id: o.key for o in old if o.id}
    for n in new:
        if n.id and n.id in by_id:
            pairs[n.key] = by_id[n.id]
    taken = set(pairs.values())
    left_old = [o for o in old if o.key not in taken]
    left_new = [n for n in new if n.key not in pairs]
    for equal_path in (True, False):
        waiting: dict[tuple[str, ...], list[Known[K]]] = defaultdict(list)
        for o in left_old:
            waiting[(o.checksum, o.language, o.path if equal_path else "")].append(o)
        for n in left_new:
            same = waiting[(n.checksum, n.language, n.path if equal_path else "")]
            if same:
                pairs[n.key] = same.pop(0).key
        taken = set(pairs.values())
        left_old = [o for o in left_old if o.key not in taken]
        left_new = [n for n in left_new if n.key not in pairs]
    found, ties = _assign(left_old, left_new)
    return Matching({**pairs, **found}, ties)


def _assign(old: Sequence[Known[K]], new: Sequence[Known[K]]) -> tuple[dict[K, K], dict[K, tuple[K, ...]]]:
    """Pair what is alike enough, the most alike first; what fits two equally well is left alone."""
    grams = {
        side: [(_grams(q.title), _grams(q.answer)) for q in qs] for side, qs in (("old", old), ("new", new))
    }
    scores: list[tuple[float, int, int]] = []
    for i, n in enumerate(new):
        for j, o in enumerate(old):
            if n.language == o.language and not (n.id and o.id):
                score = _likeness(n, o, grams["new"][i], grams["old"][j])
                if score >= THRESHOLD:
                    scores.append((score, i, j))
    scores.sort(key=lambda s: (-s[0], s[1], s[2]))
    pairs: dict[K, K] = {}
    ties: dict[K, tuple[K, ...]] = {}
    used_new: set[int] = set()
    used_old: set[int] = set()
    for place, (score, i, j) in enumerate(scores):
        if i in used_new or j in used_old:
            continue
        rivals = [
            (a, b)
            for other, a, b in scores[place + 1 :]
            if score - other < MARGIN and (a == i) != (b == j) and a not in used_new and b not in used_old
        ]
        used_new.add(i)
        if any(a == i for a, _ in rivals):
            candidates = [j, *(b for a, b in rivals if a == i)]
            ties[new[i].key] = tuple(old[b].key for b in candidates)
            used_old.update(candidates)
        elif rivals:
            for a in (i, *(a for a, _ in rivals)):
                ties[new[a].key] = (old[j].key,)
                used_new.add(a)
            used_old.add(j)
        else:
            pairs[new[i].key] = old[j].key
            used_old.add(j)
    return pairs, ties


def _grams(text: str) -> frozenset[str]:
    return frozenset(tokens(text[:4000]))


def _dice(a: frozenset[str], b: frozenset[str]) -> float:
    return 2 * len(a & b) / (len(a) + len(b)) if a or b else 1.0


def _likeness(
    n: Known[K],
    o: Known[K],
    mine: tuple[frozenset[str], frozenset[str]],
    theirs: tuple[frozenset[str], frozenset[str]],
) -> float:
    """Return from 0 to 1 how alike two questions are."""
    title = _dice(mine[0], theirs[0])
    number = float(bool(n.number) and n.number == o.number)
    path = float(n.path == o.path)
    at_most = TITLE * title + NUMBER * number + PATH * path + ANSWER
    if at_most < THRESHOLD:
        return at_most
    return at_most - ANSWER + ANSWER * _dice(mine[1], theirs[1])
