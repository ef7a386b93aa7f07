"""Brackets, tags and elements without an end: how far a renderer would look for it, again for each."""

import re

from qbank.core.maths import find_code

MOST = 2_000_000  # characters looked at in all; the renderer looks at some five million a second
MOST_OPEN = 2000  # elements of HTML, one in the other
_ELEMENT = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]*)")
_ENDS_ITSELF = frozenset(
    ("br", "hr", "img", "input", "wbr", "p", "li", "dt", "dd", "tr", "td", "th", "option")
)  # or is ended by the next
_TAG = re.compile(r"<(?=[A-Za-z])|>")
_BRACKET = re.compile(r"\\.|\]\(|[\[\]()]")
_BLANK = re.compile(r"\n[ \t]*\n")
_MARKED = re.compile(r"\n(?=[ \t]*(?:[-*+]|\d+\.|#{1,6})[ \t])")  # a line that begins an item or a heading
_TABLE = re.compile(r".*\n[ \t]*\|?[ \t]*:?-[ \t:|-]*(?:\n|\Z)")


def is_tangled(markdown: str) -> bool:
    """Tell whether a renderer would look at more than MOST characters for the ends of brackets and tags."""
    if (markdown.count("[") + markdown.count("<")) * len(markdown) <= MOST:
        return False
    parts, done = [], 0
    for start, end in find_code(markdown):
        parts += [markdown[done:start], "\n" if "\n" in markdown[start:end] else ""]
        done = end
    text = "".join([*parts, markdown[done:]])
    return _work_of_tags(text) + sum(map(_work_of_brackets, _parts(text))) > MOST


def is_deep(html: str) -> bool:
    """Tell whether HTML holds more than MOST_OPEN elements open at once."""
    if html.count("<") <= MOST_OPEN:
        return False
    depth = 0
    for tag in _ELEMENT.finditer(html):
        if tag[2].lower() not in _ENDS_ITSELF:
            depth = max(0, depth - 1) if tag[1] else depth + 1
        if depth > MOST_OPEN:
            return True
    return False


def _parts(text: str) -> list[str]:
    """Part a text where no bracket goes on: at blank lines, items, headings and rows of tables."""
    parts: list[str] = []
    for block in _BLANK.split(text):
        parts += block.split("\n") if _TABLE.match(block) else _MARKED.split(block)
    return parts


def _work_of_tags(text: str) -> int:
    """Sum up the ways from each tag to the next end of one."""
    work, waiting = 0, list[int]()
    for sign in _TAG.finditer(text):
        if sign[0] == "<":
            waiting.append(sign.start())
        else:
            work += sum(sign.start() - begun for begun in waiting)
            waiting.clear()
    return work + sum(len(text) - begun for begun in waiting)


def _work_of_brackets(text: str) -> int:
    """Sum up the ways from each bracket, and from each address of a link, to its end."""
    work, square, address = 0, list[int](), list[int]()  # where they begin; -1 for a bracket without a link
    for sign in _BRACKET.finditer(text):
        if sign[0] == "[":
            square.append(sign.start())
        elif sign[0] == "(":
            address.append(-1)
        elif sign[0] == ")":
            begun = address.pop() if address else -1
            work += sign.start() - begun if begun >= 0 else 0
        elif sign[0][0] == "]":
            work += sign.start() - square.pop() if square else 0
            address += [sign.start()] if sign[0] == "](" else []
    return work + sum(len(text) - begun for begun in [*square, *address] if begun >= 0)
