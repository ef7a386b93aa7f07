"""An abbreviation that the author spells out: type what it stands for."""

import random
import re
from collections.abc import Iterator

from quizzes.core.generation.drafts import Candidate, Verdict
from quizzes.core.generation.material import Material, Text
from quizzes.core.generation.phrases import say
from quizzes.core.items import BLANK, Cloze
from quizzes.core.passages import Sentence, plain

NAME = "expansion"
VERSION = 1
FULL = r"(?P<full>[A-Za-z][A-Za-z'’-]*(?:[ -][A-Za-z][A-Za-z'’-]*){1,6})"
SHORT = r"(?P<short>[A-Z][A-Za-z]*[A-Z]|[A-Z]{2,6})"
PATTERNS = (
    re.compile(rf"{FULL}\s*[（(]\s*{SHORT}s?\s*[)）]"),
    re.compile(rf"\b{SHORT}\s*[（(]\s*(?:即|全称|英文全称)?[：:]?\s*{FULL}\s*[)）]"),
    re.compile(rf"[（(]{FULL}\s*[,，、]\s*(?:简称|缩写为?)?\s*{SHORT}\s*[)）]"),
    re.compile(
        rf"\b{SHORT}\s+(?:stands for|is short for|is an (?:acronym|abbreviation) (?:for"
        rf"|of))\s+[\"“'`]?{FULL}",
        re.IGNORECASE,
    ),
)
SMALL = frozenset(
    re.findall(
        r"\S+",
        "of for and the in on to by with a an at from as via ",
    )
)


def matches(candidate: Candidate) -> Verdict:
    """Object where the initials of the words are not the abbreviation, letter by letter."""
    if initials_match(candidate.hidden, candidate.shown):
        return Verdict("matches", True)
    return Verdict("matches", False, "the initials differ")


def untold(candidate: Candidate) -> Verdict:
    """Object where the title spells the abbreviation out."""
    if candidate.hidden.casefold() in candidate.text.title.casefold():
        return Verdict("untold", False, "the title spells it out")
    return Verdict("untold", True)


FILTERS = (matches, untold)


def propose(material: Material, rng: random.Random) -> Iterator[Candidate]:
    """Yield each abbreviation once, where the bank first spells it out."""
    seen: set[str] = set()
    for text in material.texts:
        for sentence in text.passages.sentences:
            for short, full in expansions(plain(sentence.text)):
                if short not in seen:
                    seen.add(short)
                    yield _candidate(text, sentence, short, full)


def expansions(sentence: str) -> Iterator[tuple[str, str]]:
    """Yield abbreviation and words of each pair in a sentence."""
    for pattern in PATTERNS:
        for found in pattern.finditer(sentence):
            full = trimmed(found["full"], found["short"])
            if full:
                yield found["short"], full


def trimmed(full: str, short: str) -> str:
    """Cut words before the ones that the abbreviation stands for; "" where none fit."""
    words = full.split(" ")
    for start in range(len(words)):
        if initials_match(" ".join(words[start:]), short):
            return " ".join(words[start:])
    return ""


def spellings(full: str) -> tuple[str, ...]:
    """Return the forms that count: with hyphens or spaces, singular or plural; the author's first."""
    if full.endswith("s") and not full.endswith(("ss", "is", "us")):
        numbers = (full, full[:-1])
    else:
        numbers = (full, f"{full}s" if not full.endswith(("s", "y")) else full)
    several = [form for one in numbers for form in (one, one.replace("-", " "), one.replace(" ", "-"))]
    return tuple(dict.fromkeys(several))


def initials_match(full: str, short: str) -> bool:
    """Tell whether the letters of an abbreviation are the initials of the words, small words optional."""
    words = [word for word in re.split(r"[ -]", full) if word]
    for chosen in (words, [word for word in words if word.lower() not in SMALL]):
        if "".join(word[0] for word in chosen).casefold() == short.casefold() and len(chosen) > 1:
            return words[0].lower() not in SMALL
    return False


def _candidate(text: Text, sentence: Sentence, short: str, full: str) -> Candidate:
    chinese = text.chinese
    stem = f"{say('stands', chinese=chinese, short=short, title=plain(text.title))}\n\n{short} = {BLANK}"
    forms = spellings(full)
    why = say("because", chinese=chinese, source=plain(sentence.text))
    item = Cloze(slug=NAME, stem=stem, rationale=why, key=(forms,))
    return Candidate(item, text, sentence.span, short, full, full)
