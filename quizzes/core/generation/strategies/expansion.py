"""An abbreviation that the author spells out: type what it stands for."""

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from quizzes.core.generation.abbreviations import fold, known
from quizzes.core.generation.drafts import Candidate, Verdict
from quizzes.core.generation.material import Material, Text
from quizzes.core.generation.phrases import between, say
from quizzes.core.generation.words import content_words
from quizzes.core.items import BLANK, Cloze
from quizzes.core.passages import Sentence, plain

NAME = "expansion"
VERSION = 5
WORDS = r"[A-Za-z][A-Za-z'’-]*(?:[ -][A-Za-z][A-Za-z'’-]*){1,7}"
SHORT = r"[A-Z](?:[A-Za-z]{0,5}[A-Z])"
BRACKET = re.compile(r"[（(](?P<inner>[^（）()]{2,120})[)）]")
PARTS = re.compile(
    r"\s*(?:[,，、;；:：/“”\"]|或者?|又称|也叫|即|简称为?|缩写为?|英文|全称为?|是"
    r"|\bor\b|\bi\.e\.|\ba\.k\.a\.|\bshort for\b)+\s*"
)
SHORT_AT_END = re.compile(rf"(?P<left>\S*\s?)(?<![A-Za-z0-9])(?P<short>{SHORT})(?:s|协议)?[`”\"]?\s*$")
WORDS_AT_END = re.compile(rf"(?P<words>{WORDS})[`”\"]?\s*$")
STANDS = re.compile(
    rf"(?<![A-Za-z0-9/-])(?P<short>{SHORT})\s*(?:stands for|is short for"
    rf"|is (?:an? |the )?(?:acronym|abbreviation|short form) (?:for|of)"
    rf"|的(?:英文)?全称(?:是|为)|是|即)\s*[\"“'`]?(?:the )?"
    rf"(?P<words>{WORDS})(?P<other>\s*(?:\bor\b|或者?|/)\s*{WORDS})?"
)
LED = re.compile(rf"\W*(?P<short>{SHORT})\W*(?:[：:]|\s[-–—])\s*(?P<words>{WORDS})")
SMALL = frozenset(
    ["of", "for", "and", "the", "in", "on", "to", "by", "with", "a", "an", "at", "from", "as", "via"]
)
OPEN_PREFIXES = re.compile(
    r"\b(inter|multi|pre|non|anti|sub|co|cross|fine|semi|auto|hyper|micro|over)[ -](?=[a-z])", re.I
)
MOST_FORMS = 24


@dataclass(frozen=True)
class Spelled:
    """An abbreviation where an author spells it out."""

    short: str
    full: str
    text: Text
    sentence: Sentence
    defining: bool = field(default=False)  # the sentence is about the abbreviation

    @property
    def rank(self) -> tuple[bool, bool]:
        """Order by how much the place is about it: a title that names it, a sentence about it."""
        named = re.search(rf"(?<![A-Za-z0-9]){self.short}s?(?![A-Za-z0-9])", self.text.title)
        return (not named, not self.defining)


def confirmed(candidate: Candidate) -> Verdict:
    """Object to expansions that are not the common one: slips, shorthand, and what has many meanings."""
    if known(candidate.shown, candidate.hidden):
        return Verdict("confirmed", True)
    return Verdict("confirmed", False, "not among the known abbreviations")


def placed(candidate: Candidate) -> Verdict:
    """Object where the stem names no field and the list does not say that there is one meaning alone."""
    meaning = known(candidate.shown, candidate.hidden)
    if "placed" in candidate.marks or not meaning or meaning.sole:
        return Verdict("placed", True)
    return Verdict("placed", False, "may stand for something else where no field is named")


FILTERS = (confirmed, placed)


def propose(material: Material, rng: random.Random) -> Iterator[Candidate]:
    """Yield each abbreviation once, from the place most about it; every spelling in the bank counts."""
    found: dict[str, list[Spelled]] = {}
    for text in material.texts:
        for sentence in text.passages.sentences:
            for short, full, defining in expansions(plain(sentence.text)):
                found.setdefault(short, []).append(Spelled(short, full, text, sentence, defining))
    for several in found.values():
        best = min(several, key=lambda spelled: spelled.rank)
        yield _candidate(best, [other.full for other in several])


def expansions(sentence: str) -> Iterator[tuple[str, str, bool]]:
    """Yield abbreviation, words, and whether the sentence is about them, of each pair in a sentence."""
    for stands in STANDS.finditer(sentence):
        for words in (stands["words"], stands["other"] or ""):
            bare = re.sub(r"^\s*(?:or\b|或者?|/)\s*", "", words)
            for part in re.split(r" or ", bare):
                if full := leading(part, stands["short"]):
                    yield stands["short"], full, True
    if (led := LED.match(sentence)) and (full := leading(led["words"], led["short"])):
        yield led["short"], full, True
    for bracket in BRACKET.finditer(sentence):
        before = sentence[: bracket.start()]
        for short, full in _bracketed(before, bracket["inner"]):
            yield short, full, not before.strip('*_`“" ')[len(full) :].strip() or before.startswith(full)


def _bracketed(before: str, inner: str) -> Iterator[tuple[str, str]]:
    parts = [part.strip(" *_`'’‘") for part in PARTS.split(inner) if part.strip()]
    ahead = SHORT_AT_END.search(before)
    if ahead and not re.search(r"[A-Z][A-Z0-9]+[\s/-]$", ahead["left"]):
        for part in parts:
            if full := trimmed(part, ahead["short"]):
                yield ahead["short"], full
    words = WORDS_AT_END.search(before)
    for part in parts:
        if short := re.fullmatch(rf"({SHORT})s?", part):
            spelled = [other for other in parts if other != part] + ([words["words"]] if words else [])
            full = next((full for one in spelled if (full := trimmed(one, short[1]))), "")
            if full:
                yield short[1], full


def trimmed(full: str, short: str) -> str:
    """Cut words before the ones that the abbreviation stands for; "" where none fit."""
    if not re.fullmatch(WORDS, full):
        return ""
    words = full.split(" ")
    for start in range(len(words)):
        if stands_for(" ".join(words[start:]), short):
            return " ".join(words[start:])
    return ""


def leading(full: str, short: str) -> str:
    """Cut words after the ones that the abbreviation stands for; "" where none fit."""
    words = full.split(" ")
    for end in range(len(words), 0, -1):
        if stands_for(" ".join(words[:end]), short):
            return " ".join(words[:end])
    return ""


def spellings(full: str, also: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Return the forms that count: hyphens, spaces or neither, singular or plural; the author's first."""
    several: list[str] = []
    wordings = list(dict.fromkeys([full, *also]))
    for wording in wordings:
        several.append(wording)
    for wording in wordings:
        for one in _numbers(wording):
            several += [one, one.replace("-", " "), *_joined(one), *_hyphened(one.replace("-", " "))]
    distinct: dict[str, str] = {}
    for form in several:
        distinct.setdefault(form.casefold(), form)
    return tuple(distinct.values())[:MOST_FORMS]


def _numbers(full: str) -> tuple[str, ...]:
    if full.endswith("s") and not full.endswith(("ss", "is", "us", "ics")):
        return full, full[:-1]
    plural = full if full.endswith(("s", "y", "ing", "ion")) else f"{full}s"
    return full, plural


def _joined(full: str) -> list[str]:
    """Return a wording with its hyphened pairs and its prefixes written as one word."""
    closed = OPEN_PREFIXES.sub(r"\1", full)
    dashed = OPEN_PREFIXES.sub(r"\1-", full)
    return [form for form in (dashed, closed, full.replace("-", "")) if form != full]


def _hyphened(spaced: str) -> list[str]:
    """Return a wording with a hyphen at one of its joints, or at all of them."""
    words = spaced.split(" ")
    if not 3 <= len(words) <= 5:
        return []
    return [
        f"{' '.join(words[:i])}-{' '.join(words[i:])}"
        for i in range(1, len(words) - 1)
        if words[i].lower() not in SMALL and words[i - 1].lower() not in SMALL
    ]


def stands_for(full: str, short: str) -> bool:
    """Tell whether words may be what an abbreviation stands for: by common knowledge or by their initials."""
    return known(short, full) is not None or initials_match(full, short)


def initials_match(full: str, short: str) -> bool:
    """Tell whether an abbreviation is made of the words' initials.

    Each capital opens a word ("HyperText" is two), small letters go on in it ("LoRA"), small words may be
    left out.
    """
    humps = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", full)
    words = [word for word in re.split(r"[ -]", humps) if word]
    return len(words) > 1 and words[0].lower() not in SMALL and _spell(words, short)


def _spell(words: list[str], short: str) -> bool:
    if not words or not short:
        return not words and not short
    word, *rest = words
    if word.lower() in SMALL and _spell(rest, short):
        return True
    if word[0].casefold() != short[0].casefold() or not (short[0].isupper() or word.lower() in SMALL):
        return False
    taken = 1
    while True:
        if _spell(rest, short[taken:]):
            return True
        if taken >= len(word) or short[taken : taken + 1] != word[taken] or not short[taken].islower():
            return False
        taken += 1


def _in_number(full: str, wordings: tuple[str, ...]) -> str:
    """Return an author's plural in the singular where the abbreviation stands for a singular."""
    usual = next((wording for wording in wordings if fold(wording) == fold(full)), full)
    return full.removesuffix("s") if full.endswith("s") and not usual.endswith("s") else full


def _candidate(spelled: Spelled, elsewhere: list[str]) -> Candidate:
    short, text = spelled.short, spelled.text
    chinese, meaning = text.chinese, known(short, spelled.full)
    names = meaning.field_names(chinese=chinese) if meaning else ()
    told = content_words(spelled.full)
    field = next((name for name in names if not content_words(name) & told), "")
    if field:
        asked = say("stands_in", chinese=chinese, short=short, field=between(field, chinese=chinese))
    else:
        asked = say("stands", chinese=chinese, short=short)
    also = meaning.wordings if meaning else ()
    elsewhere = [other for other in elsewhere if known(short, other)]
    forms = spellings(_in_number(spelled.full, also), (spelled.full, *elsewhere, *also))
    why = say("because", chinese=chinese, source=plain(spelled.sentence.text))
    item = Cloze(slug=NAME, stem=f"{asked}\n\n{short} = {BLANK}", rationale=why, key=(forms,))
    marks = frozenset({"placed"} if field else ())
    return Candidate(item, text, spelled.sentence.span, short, spelled.full, spelled.full, marks=marks)
