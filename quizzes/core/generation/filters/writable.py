"""The item has no authored form: something in it reads as a mark of that form (a list, a blank, a slug)."""

from quizzes.core.authored import ItemError, parse_item
from quizzes.core.generation.drafts import Candidate, Verdict
from quizzes.core.items import canonical
from quizzes.core.writing import write_item

NAME = "writable"


def check(candidate: Candidate) -> Verdict:
    """Object where the item, written as authors write it, would be read as another."""
    try:
        again = parse_item(write_item(candidate.item, chinese=candidate.text.chinese), 1)
    except ItemError as error:
        return Verdict(NAME, False, error.problems[0].message)
    if canonical(again) != canonical(candidate.item):
        return Verdict(NAME, False, "it would be read as another item")
    return Verdict(NAME, True)
