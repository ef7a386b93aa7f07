"""Headings without a space after their signs, `##1. 什么是…`, which CommonMark takes for running text."""

import re
from collections.abc import Sequence

_HEADING = re.compile(
    r"^(?P<signs> {0,3}#{1,6})(?=[^\s#!])(?=(?<=##)|\d|.*[\s?？])"  # it says more than a tag would
    r"(?!#?(?:include|define|undef|if|ifdef|ifndef|else|elif|endif|pragma|import|region)\b)"
    r"(?!\S*[ \t]+#\S)",  # tags: #rope #tar
    re.MULTILINE,
)
_FENCE = re.compile(r"[ \t]*(?:```|~~~)")
FEWEST = 2  # such lines that make a habit


def spaced(source: Sequence[str]) -> list[str]:
    """Put the space in where an author leaves it out again and again, fences left alone."""
    lines = list(source)
    if len(_HEADING.findall("\n".join(lines))) < FEWEST:
        return lines
    found = []
    fenced = False
    for place, line in enumerate(lines):
        if _FENCE.match(line):
            fenced = not fenced
        elif not fenced and _HEADING.match(line):
            found.append(place)
    if len(found) >= FEWEST:
        for place in found:
            lines[place] = _HEADING.sub(r"\g<signs> ", lines[place])
    return lines
