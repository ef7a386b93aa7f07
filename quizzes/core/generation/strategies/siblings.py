"""Terms of one kind, described one after the other: one description, and which of the terms it belongs to."""

import random
import re
from collections.abc import Iterator

from quizzes.core.generation.choosing import DISTRACTORS, similar, single
from quizzes.core.generation.described import Entry, Group, groups
from quizzes.core.generation.drafts import Candidate, Verdict
from quizzes.core.generation.filters import alike, fits, hygiene, leak, vague
from quizzes.core.generation.material import Material, Text
from quizzes.core.generation.nouns import shared_noun
from quizzes.core.generation.phrases import say
from quizzes.core.generation.words import width
from quizzes.core.labels import is_label

NAME = "siblings"
VERSION = 3
BLANK = "____"
FEWEST = 3
USAGE = re.compile(
    r"^(?:____)?[\s：:，,]*(?:主要|常|通常|一般|经常)?(?:适用|适合|用于|用在|常用|常见|例如|比如|优点|缺点|可以|能够|提高|提升|减少|避免|确保|保证|帮助)"
    r"|^(?:____)?[\s,:]*(?:(?:is|are) )?(?:suitable|ideal|best|good|useful|great|often|usually"
    r"|commonly|helps?|ensures?"
    r"|improves?|avoids?|allows?|enables?|for example|e\.g)\b",
    re.IGNORECASE,
)


VERB_FIRST = re.compile(
    r"(?:is|are|was|has|have|can|uses?|takes|holds|keeps|stores|contains|provides|allows|enables|represents"
    r"|refers|describes|defines|returns|runs|works|creates|makes|does|splits|removes|adds|combines|compares"
    r"|checks|ensures|helps|supports|consists|acts)\b(?! of the following)",
    re.IGNORECASE,
)
ZH_VERB_FIRST = re.compile(r"就?是(?!否|不是|因为|为了|由于|如何|什么|怎)|指(?:的是)?(?!向|数|标|定)")
PLACED = re.compile(r"^(?:first|second|third|fourth|last|other)\b|^第|[一二三四]$|\s\d$", re.IGNORECASE)


def ordinal(candidate: Candidate) -> Verdict:
    """Object to heads that number or label instead of naming."""
    for term in (candidate.key, *candidate.distractors):
        if is_label(term):
            return Verdict("ordinal", False, f"a label, not a term: {term}")
        if PLACED.search(term):
            return Verdict("ordinal", False, f"named by its place: {term}")
        if len(term.split()) > 5 or re.search(r"[?？,，。;；“”、/]|\bvs\b", term):
            return Verdict("ordinal", False, f"a clause, not a term: {term}")
    return Verdict("ordinal", True)


def of_a_kind(candidate: Candidate) -> Verdict:
    """Object where the terms do not end in one noun: then nothing says that they are of one kind."""
    if "kind" in candidate.marks:
        return Verdict("of_a_kind", True)
    return Verdict("of_a_kind", False, "the terms share no noun")


def whole(candidate: Candidate) -> Verdict:
    """Object to descriptions that are a scrap and no sentence, or tell what the thing is good for."""
    shown = candidate.shown.rstrip()
    if width(shown) < 36 or shown.endswith(("；", ";")):
        return Verdict("whole", False, "a scrap, not a sentence")
    if shown.count(BLANK) > 1:
        return Verdict("whole", False, "names its term again and again")
    if USAGE.search(shown):
        return Verdict("whole", False, "tells what it is good for, not what it is")
    return Verdict("whole", True)


FILTERS = (hygiene.check, whole, of_a_kind, ordinal, leak.check, vague.check, alike.check, fits.check)


def propose(material: Material, rng: random.Random) -> Iterator[Candidate]:
    """Yield a candidate for each of at least three terms that are described beside each other."""
    for text in material.texts:
        for group in groups(text, fewest=FEWEST):
            for entry in group.entries:
                if candidate := _candidate(text, group, entry, rng):
                    yield candidate


def framed(description: str) -> str:
    """Return a description that begins with its verb as a sentence whose subject is the gap."""
    if VERB_FIRST.match(description):
        return f"{BLANK} {description[0].lower()}{description[1:]}"
    return f"{BLANK}{description}" if ZH_VERB_FIRST.match(description) else description


def _candidate(text: Text, group: Group, entry: Entry, rng: random.Random) -> Candidate | None:
    by_term = {other.term: other for other in group.entries}
    places = {term: place for place, term in enumerate(by_term)}
    beside = [term for term in by_term if term != entry.term]
    noun, akin = shared_noun(entry.term, beside, fewest=FEWEST - 1)
    here = places[entry.term]
    others = similar(entry.term, akin or beside, lambda term: abs(places[term] - here))[:DISTRACTORS]
    if len(others) < FEWEST - 1:
        return None
    chinese = text.chinese
    asked = say("kind" if noun else "term", chinese=chinese, noun=noun)
    colon = "：" if chinese else ": "
    said = framed(entry.description)
    source = text.answer[entry.span.start : entry.span.end]
    why = say("because", chinese=chinese, source=f"{entry.term}{colon}{source}")
    return Candidate(
        single(entry.term, others, f"{asked}\n\n{said}", why, NAME, rng),
        text,
        entry.span,
        said,
        entry.term,
        entry.term,
        tuple(others),
        tuple(by_term[term].description for term in others),
        frozenset({"kind"} if noun else ()),
    )
