"""The stem gives the key away: a word of it, its initials or its gloss stands there."""

import re

from quizzes.core.generation.drafts import Candidate, Verdict
from quizzes.core.generation.words import content_words

NAME = "leak"
GLOSS = re.compile(r"[（(](?P<gloss>[^（）()]{2,60})[)）]")


def check(candidate: Candidate) -> Verdict:
    """Object to a word that is in the stem and in the key but not in every distractor."""
    stem_words = content_words(candidate.shown)
    shared = [content_words(other) for other in candidate.distractors]
    common = frozenset.intersection(*shared) if shared else frozenset()
    told = sorted((content_words(candidate.key) & stem_words) - common)
    if told:
        return Verdict(NAME, False, f"in the stem: {', '.join(told)}")
    if short := _initials(candidate.key, candidate.shown):
        return Verdict(NAME, False, f"initials in the stem: {short}")
    return Verdict(NAME, True)


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
