"""A sentence that says what a term is, with the term masked: which term is it?

Terms are what titles ask about ("What is X?"), headings and bold leads; a sentence counts only when the term
is its grammatical subject and a verb of definition follows. Distractors are other terms of the bank.
"""

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass

from quizzes.core.generation.choosing import DISTRACTORS, is_plural, masked, similar, single
from quizzes.core.generation.drafts import Candidate, Verdict
from quizzes.core.generation.filters import alike, fits, hygiene, leak, vague
from quizzes.core.generation.genus import BROAD, genus_of
from quizzes.core.generation.material import Material, Text
from quizzes.core.generation.phrases import say
from quizzes.core.generation.words import content_words, overlap, width
from quizzes.core.passages import Sentence, Span, plain

NAME = "definition"
VERSION = 3
BLANK = "____"
FEWEST = 2  # distractors


def near(candidate: Candidate) -> Verdict:
    """Object where most distractors come from other parts of the bank: the description tells them apart."""
    if "far" in candidate.marks:
        return Verdict("near", False, "the other terms are of other chapters")
    return Verdict("near", True)


def agrees(candidate: Candidate) -> Verdict:
    """Object where the verb fits only some of the options in number, or two options are forms of one name."""
    options = (candidate.key, *candidate.distractors)
    verb = re.match(rf"{BLANK} (?P<verb>[a-z]+)", candidate.shown)
    if verb:
        plural = verb["verb"] in ("are", "were", "have", "do") or not verb["verb"].endswith("s")
        if any(is_plural(option) != plural for option in options):
            return Verdict("agrees", False, f"not every option goes with “{verb['verb']}”")
    bare = [re.sub(r"[\s-]", "", option).casefold() for option in options]
    if any(one in other for i, one in enumerate(bare) for j, other in enumerate(bare) if i != j):
        return Verdict("agrees", False, "one option holds another")
    return Verdict("agrees", True)


def akin(candidate: Candidate) -> Verdict:
    """Object where the definition does not name its kind, or a distractor is not known to be of it."""
    genus = genus_of(candidate.shown)
    if not genus or genus in BROAD:
        return Verdict("akin", False, "does not say what kind of thing it is")
    for name, rival in zip(candidate.distractors, candidate.rivals, strict=True):
        if genus_of(rival) != genus:
            return Verdict("akin", False, f"not known to be of this kind: {name}")
    return Verdict("akin", True)


FILTERS = (agrees, akin, near, hygiene.check, leak.check, vague.check, alike.check, fits.check)
EN_VERB = (
    r"(?:is|are) (?:an?|the|any|used (?:to|for)|(?:simply|basically|just|essentially) an?)\b|(?:is|are) "
    r"defined as\b"
    r"|refers? to\b|means\b|(?:provides?|allows?|enables?|describes?|represents?|measures?|lets?)\b"
)
ZH_VERB = (
    r"(?:，|,)?\s*(?:就?是(?!否|不是|因为|为了|由于|一样|如何|什么|怎|非常|很|比较)"
    r"|指的是|指(?!向|数|标|定)|是指|(?:被)?定义为|用于|用来|表示|描述的?是|旨在|衡量|负责)"
)
NO_TERM = re.compile(
    r"的|[?？:：,，。;；]|^\d+[.、]?$|^(?:step|example|note|answer|solution|summary|usage|syntax|output"
    r"|概念|定义|总结|示例|例子|说明|注意|优点|缺点|特点)",
    re.IGNORECASE,
)
GLOSS = r"(?:\s*[（(][^（）()]{1,80}[)）])?"


@dataclass(frozen=True)
class Defined:
    """A term and the sentence that defines it."""

    term: str
    text: Text
    sentence: Sentence
    shown: str  # the sentence with the term masked


def propose(material: Material, rng: random.Random) -> Iterator[Candidate]:
    """Yield a candidate for every term that the bank defines, once each."""
    defined: dict[str, Defined] = {}
    for text in material.texts:
        for found in definitions(text):
            defined.setdefault(found.term, found)
    titles = material.subjects
    for one in defined.values():
        if candidate := _candidate(one, defined, titles, material, rng):
            yield candidate


def definitions(text: Text) -> Iterator[Defined]:
    """Yield the terms that an answer defines."""
    terms = [text.subject] if text.subject else []
    for place, sentence in enumerate(text.passages.sentences):
        heads = [*terms, plain(sentence.passage.heading)] if sentence.passage.heading else terms
        shown = plain(sentence.text)
        for term in dict.fromkeys(head for head in heads if is_term(head)):
            if (said := mask_definition(shown, term)) is None and place == 0 and term in terms:
                said = mask_pronoun(shown)
            if said is not None:
                yield Defined(term, text, sentence, said)
                break


def is_term(head: str) -> bool:
    """Tell whether a head may name a thing: short, no clause, no label."""
    return bool(head) and len(head.split()) <= 5 and width(head) <= 40 and not NO_TERM.search(head)


def mask_definition(sentence: str, term: str) -> str | None:
    """Return a sentence "X is a …" with X masked, None where it does not begin with the term and a verb."""
    name = re.escape(term.strip("`"))
    chinese = re.compile(rf"(?:所谓的?)?[`“\"]?{name}[`”\"]?{GLOSS}\s*(?={ZH_VERB})", re.IGNORECASE)
    english = re.compile(
        rf"(?:(?:The|An?|In [\w. ]{{1,20}},? (?:the |an? )?)\s*)?[`“\"]?{name}(?:s"
        rf"|es)?(?:\(\))?[`”\"]?{GLOSS},?\s+(?={EN_VERB})",
        re.IGNORECASE,
    )
    for pattern in (chinese, english):
        if match := pattern.match(sentence):
            rest = masked(sentence[match.end() :], term)
            space = " " if pattern is english else ""
            return f"{BLANK}{space}{rest}"
    return None


def mask_pronoun(sentence: str) -> str | None:
    """Return an opening "It is a …" with its pronoun masked."""
    match = re.match(rf"It\s+(?={EN_VERB})|It[’']s\s+(?=an?\b|the\b|used\b)", sentence)
    if not match:
        return None
    verb = "is " if "’" in match[0] or "'" in match[0] else ""
    return f"{BLANK} {verb}{sentence[match.end() :]}"


def _candidate(
    one: Defined,
    defined: dict[str, Defined],
    titles: dict[str, Text],
    material: Material,
    rng: random.Random,
) -> Candidate | None:
    here = material.places[one.text.question]
    words = content_words(one.shown)
    genus = genus_of(one.shown)

    def far(term: str) -> float:
        text = defined[term].text if term in defined else titles[term]
        akin = overlap(words, content_words(defined[term].shown)) if term in defined else 0.0
        distance = min(abs(material.places[text.question] - here), 100) / 100
        other = term not in defined or genus_of(defined[term].shown) != genus
        return distance + (0 if text.section == one.text.section else 1) - 2 * akin + 4 * other

    others = [
        term
        for term in dict.fromkeys([*defined, *titles])
        if term != one.term and (term not in defined or not _speaks_of(defined[term], one.term))
    ]
    same = [term for term in others if genus and term in defined and genus_of(defined[term].shown) == genus]
    near = similar(one.term, same if len(same) >= FEWEST else others, far)[: DISTRACTORS * 3]
    chosen = [term for term in near if not _mentions(one.shown, term)][:DISTRACTORS]
    if len(chosen) < FEWEST:
        return None
    chinese = one.text.chinese
    stem = f"{say('term', chinese=chinese)}\n\n{one.shown}"
    why = say("because", chinese=chinese, source=plain(one.sentence.text))
    homes = [defined[term].text if term in defined else titles[term] for term in chosen]
    marks = frozenset({"far"} if sum(_beside(home, one.text) for home in homes) < 2 else ())
    rivals = tuple(defined[term].shown if term in defined else "" for term in chosen)
    item = single(one.term, chosen, stem, why, NAME, rng)
    span = one.sentence.span
    return Candidate(
        item,
        one.text,
        Span(span.start, span.end, span.line),
        one.shown,
        one.term,
        one.term,
        tuple(chosen),
        rivals,
        marks,
    )


def _beside(one: Text, other: Text) -> bool:
    """Tell whether two texts stand in one chapter or in one file."""
    files = [text.question.rpartition(":")[0] for text in (one, other)]
    return one.section == other.section or (files[0] == files[1] != "")


def _mentions(shown: str, term: str) -> bool:
    return term.casefold().strip("`()") in shown.casefold()


def _speaks_of(other: Defined, term: str) -> bool:
    """Tell whether another term's definition names this term: then one is a kind of the other."""
    return term.casefold().strip("`()") in plain(other.sentence.text).casefold()
