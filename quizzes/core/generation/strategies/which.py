"""The key points of an answer, what its title names masked: which question do they answer?"""

import random
import re
from collections.abc import Iterator

from quizzes.core.generation.choosing import DISTRACTORS, single
from quizzes.core.generation.drafts import Candidate, Verdict
from quizzes.core.generation.filters import hygiene
from quizzes.core.generation.material import Material, Text
from quizzes.core.generation.phrases import say
from quizzes.core.generation.words import content_words, overlap, width
from quizzes.core.passages import Span, plain
from quizzes.core.points import key_points

NAME = "which"
VERSION = 2
BLANK = "____"
SHOWN = 4
ASKING = re.compile(
    r"What|Which|Why|How|When|Where|Who|Do|Does|Is|Are|Can|Name|Explain|Describe|The|Give|List|In|If|For",
    re.IGNORECASE,
)
FEWEST = 3


def telling(candidate: Candidate) -> Verdict:
    """Object to points too short or too few to belong to one question only."""
    if len(candidate.shown.split("\n")) < FEWEST:
        return Verdict("telling", False, "fewer than three points")
    if any(width(point) < 20 for point in candidate.shown.split("\n")):
        return Verdict("telling", False, "a point says too little")
    points = candidate.shown.split("\n")
    if sum(map(width, points)) < 36 * len(points) or len(content_words(candidate.shown)) < 16:
        return Verdict("telling", False, "the points say too little together")
    return Verdict("telling", True)


def whole(candidate: Candidate) -> Verdict:
    """Object to points that point elsewhere or are cut."""
    for point in candidate.shown.split("\n"):
        if (
            hygiene.POINTS.search(point)
            or hygiene.ADDRESS.search(point)
            or point.endswith((":", "：", "?", "？"))
            or not hygiene.is_balanced(point)
        ):
            return Verdict("whole", False, f"does not stand alone: {point[:40]}")
    return Verdict("whole", True)


def hidden(candidate: Candidate) -> Verdict:
    """Object where words of the right title, but not of every other, stand in the points."""
    shown = content_words(candidate.shown)
    others = [content_words(title) for title in candidate.distractors]
    own = content_words(candidate.key) - frozenset.intersection(*others)
    told = sorted((own & shown) - frozenset().union(*others))
    if told or len(own & shown) > max(len(other & shown) for other in others):
        return Verdict("hidden", False, f"in the points: {', '.join(told)}")
    return Verdict("hidden", True)


def elsewhere(candidate: Candidate) -> Verdict:
    """Object where another question's answer says the same."""
    shown = content_words(candidate.shown)
    for title, rival in zip(candidate.distractors, candidate.rivals, strict=True):
        if overlap(shown, content_words(rival)) > 0.45:
            return Verdict("elsewhere", False, f"answers this too: {title[:40]}")
    return Verdict("elsewhere", True)


def alike(candidate: Candidate) -> Verdict:
    """Object where most other titles ask in another way: the kind of points tells them apart."""
    opening = _opening(candidate.key)
    if sum(_opening(title) == opening for title in candidate.distractors) < 2:
        return Verdict("alike", False, "the other titles ask in another way")
    return Verdict("alike", True)


FILTERS = (telling, whole, hidden, elsewhere, alike)


def propose(material: Material, rng: random.Random) -> Iterator[Candidate]:
    """Yield a candidate for each answer with three or more key points, among its neighbours' titles."""
    titled = [text for text in material.texts if text.answer.strip()]
    for place, text in enumerate(titled):
        points = [plain(point) for point in key_points(text.answer)][:SHOWN]
        if len(points) < FEWEST:
            continue
        near = sorted(
            (other for other in titled if other is not text and _kin(text, other)),
            key=lambda other: (
                other.section != text.section,
                _opening(other.title) != _opening(text.title),
                abs(material.places[other.question] - place),
            ),
        )
        if len(near) >= DISTRACTORS:
            yield _candidate(text, points, near[:DISTRACTORS], rng)


def _opening(title: str) -> str:
    """Return how a title asks: its first English word, or the Chinese word that asks."""
    found = re.match(r"[A-Za-z]+", title) or re.search(r"为什么|如何|怎么|怎样|哪些|什么|区别|是否", title)
    return found[0].casefold() if found else ""


def _kin(one: Text, other: Text) -> bool:
    """Tell whether two titles may stand beside each other: not one about the other's thing."""
    a, b = content_words(one.title), content_words(other.title)
    return bool(a and b) and overlap(a, b) < 0.6 and width(other.title) < 3 * width(one.title) + 12


def _candidate(text: Text, points: list[str], near: list[Text], rng: random.Random) -> Candidate:
    title = plain(text.title)
    shown = [mask_title(point, title) for point in points]
    chinese = text.chinese
    stem = say("which", chinese=chinese) + "\n\n" + "\n\n".join(f"• {point}" for point in shown)
    first = text.answer.find(points[0][:12].strip("*` "))
    start = max(0, first)
    others = [plain(other.title) for other in near]
    why = say("because", chinese=chinese, source=title)
    span = Span(start, len(text.answer), text.answer.count("\n", 0, start) + 1)
    return Candidate(
        single(title, others, stem, why, NAME, rng),
        text,
        span,
        "\n".join(shown),
        title,
        title,
        tuple(others),
        tuple(other.answer for other in near),
    )


def mask_title(point: str, title: str) -> str:
    """Hide what a title names wherever a point says it: its code, its Latin names, its quoted words."""
    for name in re.findall(r"`[^`]+`|[A-Za-z][\w.+#-]*(?:\s[A-Z][\w.+#-]*)*|“[^”]+”", title):
        bare = name.strip("`“”")
        if len(bare) > 2 and not ASKING.fullmatch(bare) and (not bare.islower() or "`" in name):
            point = re.sub(rf"`?\b{re.escape(bare)}\b`?", BLANK, point, flags=re.IGNORECASE)
    return point
