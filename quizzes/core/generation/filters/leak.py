"""The stem gives the key away: a word of it, its initials or its gloss stands there."""

import re

from quizzes.core.generation.drafts import Candidate, Verdict
from quizzes.core.generation.words import content_words

NAME = "leak"
SHORTEST_STEM = 4
HAN_NAME = re.compile(r"[\u4e00-\u9fff]{2,6}")
GLOSS = re.compile(r"[（(](?P<gloss>[^（）()]{2,60})[)）]")


def check(candidate: Candidate) -> Verdict:
    """Object to a word that is in the stem and in the key but not in every distractor."""
    stem_words = content_words(candidate.shown)
    shared = [content_words(other) for other in candidate.distractors]
    common = frozenset.intersection(*shared) if shared else frozenset()
    told = sorted((content_words(candidate.key) & stem_words) - common)
    if told:
        return Verdict(NAME, False, f"in the stem: {', '.join(told)}")
    if form := _derived(candidate.key, candidate.shown, candidate.distractors):
        return Verdict(NAME, False, f"a form of the key in the stem: {form}")
    if drawn := _drawn_out(candidate.key, candidate.shown, candidate.distractors):
        return Verdict(NAME, False, f"the key's characters in the stem: {drawn}")
    if short := _initials(candidate.key, candidate.shown):
        return Verdict(NAME, False, f"initials in the stem: {short}")
    return Verdict(NAME, True)


def _derived(key: str, shown: str, others: tuple[str, ...]) -> str:
    """Find a word of the stem from which a word of the key alone is made, or which is made from it."""

    def made_of(name: str) -> set[str]:
        parts = content_words(name)
        return {w for w in words if any(_one_begins(w, part) for part in parts)}

    words = {word for word in content_words(shown) if word.isascii() and word.isalpha()}
    told = {word for word in made_of(key) if not others or any(word not in made_of(o) for o in others)}
    return min(told, default="")


def _one_begins(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return len(short) >= SHORTEST_STEM and long.startswith(short)


def _drawn_out(key: str, shown: str, others: tuple[str, ...]) -> str:
    """Find the words that a Chinese key abbreviates: 轮流询问 for 轮询, its characters near each other."""

    def found(name: str) -> str:
        han = HAN_NAME.fullmatch(GLOSS.sub("", name).strip())
        told = re.search(r"[\u4e00-\u9fff]{0,2}".join(name), shown) if han else None
        return told[0] if told else ""

    return "" if others and all(map(found, others)) else found(GLOSS.sub("", key).strip())


def _initials(key: str, shown: str) -> str:
    """Find an abbreviation of the key in the stem, or the words that the key abbreviates."""
    words = re.findall(r"[A-Za-z]+", GLOSS.sub("", key))
    if len(words) > 1:
        initials = "".join(word[0] for word in words)
        if re.search(rf"\b{initials}s?\b", shown, re.IGNORECASE):
            return initials
    for short in re.findall(r"\b[A-Z]{2,6}\b", key):
        pattern = r"[\s-]+".join(rf"{letter}[a-z]+" for letter in short)
        if re.search(rf"\b{pattern}\b", shown, re.IGNORECASE):
            return str(short)
    return ""
