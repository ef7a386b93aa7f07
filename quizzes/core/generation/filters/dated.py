"""The bank calls what is asked about deprecated, or ties it to a version: true once, perhaps not now."""

import re

from quizzes.core.generation.drafts import Candidate, Filter, Verdict
from quizzes.core.generation.material import Material
from quizzes.core.passages import plain

NAME = "dated"
MARK = re.compile(
    r"\b(?:deprecated|deprecation|legacy|outdated|obsolete|superseded|discontinued|unmaintained|(?-i:UNSAFE)"
    r"|(?:was|were|been|is|are) removed (?:in|from|since)|removed in v?\d"
    r"|no longer (?:actively )?(?:maintained"
    r"|supported|recommended|needed|required|available|exists?|works?)"
    r"|end[- ]of[- ]life|(?:since|until|prior to|before|as of|starting (?:with|from|in)|introduced in"
    r"|up to) (?:the )?(?:[A-Z][\w.]* )?(?:version )?v?\d+(?:\.\d+)*(?!\d| *(?:bit|byte|%|ms|s\b)))"
    r"|UNSAFE_|已?(?:被)?(?:废弃|弃用)|过时|淘汰|不再(?:支持|推荐|维护|需要|使用)|(?:已|被)(?:移除|取代)"
    r"|(?:自|从)\s*[A-Za-z]*\s*v?\d+(?:\.\d+)*\s*(?:版本?)?\s*(?:起|开始|之后)|\d+\s*版本?(?:之前|以前|以后)",
    re.IGNORECASE,
)
CODE_NAME = re.compile(r"[A-Za-z_]*[a-z][A-Z]\w*|`[^`]{3,40}`")
BESIDE = 40  # characters between a name and the mark that is said of it


def check_of(material: Material) -> Filter:
    """Return the filter for a bank: what its texts call dated is dated in every text."""
    names = dated_names(material)

    def check(candidate: Candidate) -> Verdict:
        said = f"{candidate.text.title}\n{candidate.source}\n{candidate.shown}"
        if found := MARK.search(plain(said)):
            return Verdict(NAME, False, f"tied to its time: {found[0]}")
        asked = (candidate.shown, candidate.key, *candidate.distractors)
        if old := sorted(names.intersection(_bare(n) for text in asked for n in CODE_NAME.findall(text))):
            return Verdict(NAME, False, f"elsewhere called dated: {', '.join(old)}")
        return Verdict(NAME, True)

    return check


def dated_names(material: Material) -> frozenset[str]:
    """Return the names in code of which some sentence says that they are dated."""
    names: set[str] = set()
    for text in material.texts:
        if MARK.search(text.answer) or MARK.search(text.title):
            for sentence in (text.title, *(each.text for each in text.passages.sentences)):
                names.update(_said_dated(plain(sentence)))
    return frozenset(names)


def _said_dated(sentence: str) -> set[str]:
    names: set[str] = set()
    for mark in MARK.finditer(sentence):
        near = sentence[max(0, mark.start() - BESIDE) : mark.start()]
        after = re.match(r"[\s`]*(?:the\s+)?(?P<name>`?[\w.]+`?)", sentence[mark.end() :])
        found = CODE_NAME.findall(near)[-1:]
        if not found and after:
            found = CODE_NAME.findall(after["name"])
        names.update(_bare(name) for name in found)
    return names


def _bare(name: str) -> str:
    return name.strip("`()")
