"""A question that names two answers itself, "A or B?", where the answer opens with one of them."""

import random
import re
from collections.abc import Iterator

from quizzes.core.generation.choosing import single
from quizzes.core.generation.drafts import Candidate, Verdict
from quizzes.core.generation.filters import alike, dated, hygiene
from quizzes.core.generation.material import Material, Text, bare_title
from quizzes.core.generation.phrases import say
from quizzes.core.generation.strategies.verdict import HEDGE, OPINION, POINTS
from quizzes.core.generation.titles import sentence_case
from quizzes.core.passages import plain

NAME = "either"
VERSION = 1
ASKS = re.compile(
    r"(?:Is|Are|Was|Does|Do|Did|Has|Have)\s+[^?？]{2,80}?\s(?P<one>(?:(?:an?|the|by|in|on)\s)?[\w`.-]+),?\s+or\s+"
    r"(?:is it |are they |does it )?(?P<other>(?:(?:an?|the|by|in|on)\s)?[\w`. -]{2,30}?)\s*[?？]",
    re.IGNORECASE,
)
ASKS_ZH = re.compile(
    r"(?P<head>[^?？，,]{1,30}?(?:到底|究竟)?(?:是|属于|基于|采用|使用|用的?是|运行在|工作在))\s*"
    r"(?P<one>[^?？，,、和与]{2,16}?)[，,]?\s*还是(?:是|基于|属于|采用|使用)?\s*(?P<other>[^?？，,、和与]{2,16}?)(?:的)?(?:呢)?\s*[?？]"
)
BOTH = re.compile(
    r"\b(?:both|neither|either|not|n't|mix\w*|hybrid|combin\w*)\b|都|两者|二者|既|也|不是|并非|混合|结合|取决于|分情况",
    re.IGNORECASE,
)


def decided(candidate: Candidate) -> Verdict:
    """Object where the author hedges, denies or takes both."""
    said = plain(candidate.source)
    if found := HEDGE.search(said) or BOTH.search(said):
        return Verdict("decided", False, f"the author does not simply choose: {found[0]}")
    return Verdict("decided", True)


def factual(candidate: Candidate) -> Verdict:
    """Object to questions of taste, and to those that point elsewhere or address the reader."""
    shown = candidate.shown
    if found := OPINION.search(shown) or POINTS.search(shown):
        return Verdict("factual", False, f"no matter of fact by itself: {found[0]}")
    if re.search(r"\b(?:we|you|i|they)\b|我们|你|为什么|why", shown, re.IGNORECASE) or hygiene.is_sloppy(
        shown
    ):
        return Verdict("factual", False, "asks what somebody does, or is carelessly written")
    if dated.MARK.search(plain(candidate.text.answer)):
        return Verdict("factual", False, "tied to its time")
    return Verdict("factual", True)


FILTERS = (decided, factual, alike.check)


def propose(material: Material, rng: random.Random) -> Iterator[Candidate]:
    """Yield a candidate for each title that offers two answers of which the first sentence names one."""
    for text in material.texts:
        if candidate := _candidate(text, rng):
            yield candidate


def offered(title: str) -> tuple[str, str, str] | None:
    """Return the question that a title asks and the two answers that it names."""
    found = ASKS_ZH.match(title) or ASKS.match(title)
    if not found:
        return None
    one, other = (
        re.sub(r"^(?:an?|the)\s+", "", found[name], flags=re.IGNORECASE).strip("` ")
        for name in ("one", "other")
    )
    if found.re is ASKS:
        other = " ".join(other.split(" ")[: len(one.split(" "))])
    return (found[0].strip(), one, other) if one.casefold() != other.casefold() else None


def _candidate(text: Text, rng: random.Random) -> Candidate | None:
    asked = offered(sentence_case(bare_title(text.title), text.answer))
    sentence = next(iter(text.passages.sentences), None)
    if not asked or not sentence:
        return None
    question, *both = asked
    said = plain(sentence.text).casefold()
    named = [name for name in both if name.casefold() in said]
    if len(named) != 1:
        return None
    key, other = named[0], next(name for name in both if name != named[0])
    why = say("because", chinese=text.chinese, source=plain(sentence.text))
    return Candidate(
        single(key, [other], question, why, NAME, rng), text, sentence.span, question, key, key, (other,)
    )
