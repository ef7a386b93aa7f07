"""Titles that an editor wrapped: how many lines of a paragraph are one."""

import re
from collections.abc import Sequence

from qbank.core.labels import opens_answer, says_only_answer
from qbank.core.option_marks import letter_of

WRAPPED = 60  # characters; a line of a title from this length on may go on in the next
_ENDS = re.compile(r"[?？。!！:：](?:[\s*_]|（[^（）]*）|\([^()]*\))*$")


def count_title_lines(lines: Sequence[str]) -> int:
    """Return how many of a paragraph's lines are its title: the first, and what it is wrapped into."""
    end = min(1, len(lines))
    while end < len(lines) and len(lines[end - 1]) >= WRAPPED and not _ENDS.search(lines[end - 1]):
        line = lines[end]
        if opens_answer(line) or says_only_answer(line) or letter_of(line) == "A":
            break
        end += 1
    return end
