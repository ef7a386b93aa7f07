"""A question that the author answers with yes or no: what does the author say?"""

import random
import re
from collections.abc import Iterator

from quizzes.core.generation.choosing import single
from quizzes.core.generation.drafts import Candidate, Verdict
from quizzes.core.generation.filters import dated, hygiene
from quizzes.core.generation.material import Material, Text, bare_title
from quizzes.core.generation.phrases import say
from quizzes.core.generation.titles import sentence_case
from quizzes.core.passages import Span, plain

NAME = "verdict"
VERSION = 3
ASKS = re.compile(r"(?:Is|Are|Was|Does|Do|Did|Can|Could|Has|Have|Will)\b[^?？]+[?？]", re.IGNORECASE)
ASKS_ZH = re.compile(
    r"[^?？]*(?:吗|是否|能否|可否|能不能|会不会|是不是|可不可以|有没有|需不需要|要不要)[^?？]*[?？]?"
)
YES = re.compile(
    r"(?:Yes|Yeah|Yep|True|Correct|是的?|对的?|可以的?|能|会的?|有的?|需要|必须)(?=[\s,，.。!！;；:：—–-]|$)",
    re.IGNORECASE,
)
NO = re.compile(
    r"(?:No|Nope|False|否|不是的?|不对|不可以|不能|不会|没有|不需要|不必|不一样|并不|并非"
    r"|不)(?=[\s,，.。!！;；:：—–-]|$)",
    re.IGNORECASE,
)
HEDGE = re.compile(
    r"\b(?:but|however|although|though|depends?|depending|sometimes|usually|generally|mostly|except"
    r"|unless|not always|yes and no|theoretically"
    r"|partially|in most cases|it'?s possible|technically|recommended|only if|not necessarily|as of"
    r"|currently|since version|experimental)\b"
    r"|但|不过|然而|取决于|不一定|有时|通常|一般|除非|视情况|理论上|看情况|目前",
    re.IGNORECASE,
)
OPINION = re.compile(
    r"\b(?:should|better|best|good|recommended?|possible ways?|you (?:think|know|give|explain|describe"
    r"|show|list|tell)|necessary|worth|important|useful|easy|hard|safe)\b|应该|建议|你|推荐",
    re.IGNORECASE,
)
NAMED = re.compile(r"\b(?!I\b)[A-Z]\w*|`[^`]+`|\b[a-z]+[A-Z_]\w*|\b\w+\.\w+|\w+\(\)")
CAN = re.compile(r"^(?:can|could|will|is it possible)\b|能|可以|可否|可不可以", re.IGNORECASE)
POINTS = re.compile(r"\b(?:this|these|above|following|below|it)\b|这|上面|下面|以下", re.IGNORECASE)


def decided(candidate: Candidate) -> Verdict:
    """Object where the author hedges."""
    if found := HEDGE.search(candidate.source):
        return Verdict("decided", False, f"the author hedges: {found[0]}")
    return Verdict("decided", True)


def factual(candidate: Candidate) -> Verdict:
    """Object to questions of taste, and to tasks worded as questions."""
    if found := OPINION.search(candidate.shown):
        return Verdict("factual", False, f"not a matter of fact: {found[0]}")
    if found := POINTS.search(candidate.shown):
        return Verdict("factual", False, f"points elsewhere: {found[0]}")
    if re.search(r"\bor\b|还是", candidate.shown) and not re.search(r"或", candidate.shown):
        return Verdict("factual", False, "asks to choose between two things")
    return Verdict("factual", True)


def named(candidate: Candidate) -> Verdict:
    """Object where the question alone does not say what it is about: no name in it, or a broken opening."""
    shown = candidate.shown
    if re.match(r"(?:is|was) (?:that|it|there)\b|do(?:es)? (?:all|we|they)\b", shown, re.IGNORECASE):
        return Verdict("named", False, "does not ask about a thing")
    if hygiene.is_sloppy(shown):
        return Verdict("named", False, "is carelessly written")
    if candidate.text.chinese or NAMED.search(shown.split(" ", 1)[-1]):
        return Verdict("named", True)
    return Verdict("named", False, "names nothing")


def open_ended(candidate: Candidate) -> Verdict:
    """Object to "Can …?" where the answer is yes: of what is asked whether it can be, mostly it can."""
    if CAN.search(candidate.shown) and candidate.key in (say("yes", chinese=True), say("yes", chinese=False)):
        return Verdict("open_ended", False, "a yes to “can” tells nothing")
    if re.search(r"\b(?:we|you|i|they|our|your)\b|我们|你", candidate.shown, re.IGNORECASE):
        return Verdict("open_ended", False, "asks what somebody does")
    return Verdict("open_ended", True)


def current(candidate: Candidate) -> Verdict:
    """Object where the answer ties itself to a version or calls something dated."""
    if found := dated.MARK.search(plain(candidate.text.answer)):
        return Verdict("current", False, f"tied to its time: {found[0]}")
    return Verdict("current", True)


FILTERS = (decided, factual, named, open_ended, current)


def propose(material: Material, rng: random.Random) -> Iterator[Candidate]:
    """Yield a candidate for each question with a plain yes or no at the head of its answer."""
    for text in material.texts:
        if candidate := _candidate(text, rng):
            yield candidate


def _candidate(text: Text, rng: random.Random) -> Candidate | None:
    title = sentence_case(bare_title(text.title), text.answer)
    asked = ASKS.match(title) or (ASKS_ZH.match(title) if text.chinese else None)
    if not asked or not (sentences := text.passages.sentences):
        return None
    first = sentences[0]
    said = plain(first.text)
    yes, no = YES.match(said), NO.match(said)
    if bool(yes) == bool(no):
        return None
    last = sentences[1] if len(said) < 12 and len(sentences) > 1 else first
    span = Span(first.span.start, last.span.end, first.span.line)
    chinese = text.chinese
    options = (say("yes", chinese=chinese), say("no", chinese=chinese))
    key, other = options if yes else options[::-1]
    why = say("because", chinese=chinese, source=plain(text.answer[span.start : span.end]))
    question = asked[0].strip()
    item = single(key, [other], question, why, NAME, rng)
    return Candidate(item, text, span, question, key, key, (other,))
