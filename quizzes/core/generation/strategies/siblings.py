"""A list of "term: description" entries: one description, and which of the terms it belongs to."""

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass

from quizzes.core.generation.choosing import DISTRACTORS, similar, single
from quizzes.core.generation.drafts import Candidate, Verdict
from quizzes.core.generation.filters import alike, fits, hygiene, leak, vague
from quizzes.core.generation.material import Material, Text
from quizzes.core.generation.phrases import say
from quizzes.core.generation.words import width
from quizzes.core.labels import is_label
from quizzes.core.passages import Passage, Span, plain, split_sentences

NAME = "siblings"
VERSION = 1
LED = re.compile(
    r"(?P<mark>\*\*|__|`"
    r"|\*)?(?P<term>[^*_`：:]{2,48}?)(?:(?P<inner>[：:])\s*)?(?(mark)(?P=mark))\s*(?:(?P<outer>[：:]"
    r"|\s[-–—]\s)\s*)?(?P<rest>\S.*)",
    re.DOTALL,
)
FEWEST = 3
CLOSED = re.compile(
    r"哪些|哪几|几种|[一二两三四五六七八九十\d]\s*(?:种|类|个|大)|类型|种类|分为|分成|包括|包含|组成"
    r"|构成|机制|算法|方法|策略|函数|模块|组件|技术|指标|概念|阶段|层|协议"
    r"|\b(?:types?|kinds?|categor(?:y|ies)|methods?|algorithms?|techniques?|components?|phases?|stages?"
    r"|layers?|consists?|includes?|features?|parameters?"
    r"|principles?|patterns?|strateg(?:y|ies)|metrics?|models?|hooks?|modes?|levels?|commands?|tools?"
    r"|protocols?|operators?|functions?|parts|ways|terms?)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Entry:
    """One entry of such a list."""

    term: str
    description: str
    span: Span


def ordinal(candidate: Candidate) -> Verdict:
    """Object to heads that number or label instead of naming."""
    for term in (candidate.key, *candidate.distractors):
        if is_label(term):
            return Verdict("ordinal", False, f"a label, not a term: {term}")
        if len(term.split()) > 6 or re.search(r"[?？,，。;；]", term):
            return Verdict("ordinal", False, f"a clause, not a term: {term}")
    return Verdict("ordinal", True)


def closed(candidate: Candidate) -> Verdict:
    """Object where neither title nor lead says that the entries are the kinds or parts of something."""
    if "closed" in candidate.marks:
        return Verdict("closed", True)
    return Verdict("closed", False, "the list does not say what its entries are")


def whole(candidate: Candidate) -> Verdict:
    """Object to descriptions that are a scrap and no sentence."""
    shown = candidate.shown.rstrip()
    if width(shown) < 36 or shown.endswith(("；", ";")):
        return Verdict("whole", False, "a scrap, not a sentence")
    return Verdict("whole", True)


FILTERS = (hygiene.check, whole, closed, ordinal, leak.check, vague.check, alike.check, fits.check)


def propose(material: Material, rng: random.Random) -> Iterator[Candidate]:
    """Yield a candidate for each entry of each list of at least three described terms."""
    for text in material.texts:
        for run in text.passages.lists:
            entries = [entry for passage in run if (entry := read_entry(text, passage))]
            if len(entries) >= FEWEST and len(entries) * 3 >= len(run) * 2:
                lead = f"{text.title} {text.passages.before(run[0])} {run[0].heading}"
                marks = frozenset({"closed"} if CLOSED.search(plain(lead)) else ())
                yield from _candidates(text, entries, marks, rng)


def read_entry(text: Text, passage: Passage) -> Entry | None:
    """Read "**term**: description", "`term`: …" or "term：…"; None where an entry is not of this form."""
    found = LED.match(passage.text)
    if not found or not (found["inner"] or found["outer"]):
        return None
    term = plain(found["term"]).strip()
    if found["mark"] == "`":
        term = f"`{term}`"
    rest = Passage(
        passage.kind,
        found["rest"],
        Span(passage.span.start + found.start("rest"), passage.span.end, passage.span.line),
        passage.indent,
        passage.heading,
        passage.group,
    )
    sentence = next(split_sentences(text.answer, rest), None)
    if sentence is None:
        return None
    return Entry(term, plain(sentence.text), sentence.span)


def _candidates(
    text: Text, entries: list[Entry], marks: frozenset[str], rng: random.Random
) -> Iterator[Candidate]:
    by_term = {entry.term: entry for entry in entries}
    if len(by_term) < FEWEST:
        return
    places = {term: place for place, term in enumerate(by_term)}
    chinese = text.chinese
    for entry in by_term.values():
        others = similar(
            entry.term,
            (t for t in by_term if t != entry.term),
            lambda t, e=entry: abs(places[t] - places[e.term]),  # type: ignore[misc]
        )[:DISTRACTORS]
        if len(others) < FEWEST - 1:
            continue
        description = entry.description
        stem = f"{say('term_in', chinese=chinese, title=plain(text.title))}\n\n{description}"
        colon = "：" if chinese else ": "
        why = say("because", chinese=chinese, source=f"{entry.term}{colon}{entry.description}")
        yield Candidate(
            single(entry.term, others, stem, why, NAME, rng),
            text,
            entry.span,
            description,
            entry.term,
            entry.term,
            tuple(others),
            tuple(by_term[t].description for t in others),
            marks,
        )
