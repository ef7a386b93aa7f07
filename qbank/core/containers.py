"""Folds that are not HTML: `::: details`, `??? note "Answer"`, `> [!question]`, `{% folding %}`."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from qbank.core.answers import says_answer
from qbank.core.tree import Fold

_MAY_HOLD = re.compile(
    r"^[ \t]*(?::{3,}[ \t]*[a-z]|[?!]{3}\+?[ \t]+\w|>[ \t]*\[!|\{%[ \t]*fold)", re.MULTILINE
)
_FENCED = re.compile(r"^(?P<indent> *):{3,}[ \t]*(?P<kind>[a-z][\w-]*)[ \t]*(?P<title>.*?)[ \t]*$")
_FENCE_END = re.compile(r"^ *:{3,}[ \t]*$")
_INDENTED = re.compile(
    r"^(?P<indent> *)[?!]{3}\+?[ \t]+(?P<kind>[A-Za-z][\w-]*)[^\"\n]*(?:\"(?P<title>.*)\")?[ \t]*$"
)
_QUOTED = re.compile(r"^ {0,3}>[ \t]*\[!(?P<kind>[A-Za-z]+)\][-+]?[ \t]*(?P<title>.*?)[ \t]*$")
_FOLDING = ("details", "spoiler", "collapse", "answer", "solution", "question", "faq")
_TEMPLATE = re.compile(
    r"^ *\{%[ \t]*fold(?:ing)?[ \t]+(?:[a-z]{3,8}[ \t]*[,，:][ \t]*)*"
    r"\"?(?P<title>[^\s\"].*?)\"?[ \t]*%\}[ \t]*$"
)
_TEMPLATE_END = re.compile(r"^ *\{%[ \t]*end(?:folding|fold)[ \t]*%\}")
_CODE = re.compile(r"^[\s>]*(?:```|~~~)")
_SIGNS = re.compile(r"^[ \t>]*(?::{3,}|[?!]{3}|```|~~~|\[!|\{%)", re.MULTILINE)  # of lines that matter
KINDS = 3  # of callouts, from which on a file may be there to show them
STEP = 4  # columns by which the lines of `???` are indented


@dataclass
class _Open:
    """A `:::` container seen open."""

    line: int
    summary: str


def find_containers(lines: Sequence[str], first: int = 0) -> list[Fold]:
    """Return the containers that fold a question or an answer away, in the order of their beginnings."""
    text = "\n".join(lines)
    if not _MAY_HOLD.search(text):
        return []
    found: list[Fold] = []
    shown = _shown_once(lines)
    waiting: list[_Open] = []
    fenced = False
    place = begun_at = 0
    for match in _SIGNS.finditer(text):
        place, begun_at = place + text.count("\n", begun_at, match.start()), match.start()
        if place < first:
            continue
        line = lines[place]
        if _CODE.match(line):
            fenced = not fenced
        elif fenced:
            continue
        elif opened := _FENCED.match(line):
            waiting.append(_Open(place, _summary(opened)))
        elif waiting and _FENCE_END.match(line):
            begun = waiting.pop()
            if begun.summary:
                found.append(_fold(begun.line, place, begun.summary))
        elif opened := _TEMPLATE.match(line):
            waiting.append(_Open(place, opened["title"]))
        elif waiting and _TEMPLATE_END.match(line):
            begun = waiting.pop()
            found.append(_fold(begun.line, place, begun.summary))
        elif (opened := _INDENTED.match(line)) and (summary := _summary(opened)):
            indent = len(opened["indent"]) + STEP
            if (last := _end_of_indented(lines, place, indent)) > place:
                free = not lines[last + 1].strip() if last + 1 < len(lines) else True
                end, tail = (last + 1, "") if free else (last, lines[last][indent:])
                found.append(replace(_fold(place, end, summary, tail=tail), indent=indent))
        elif (opened := _QUOTED.match(line)) and (summary := _summary(opened)):
            if opened["kind"].lower() in shown:
                continue
            last = _end_of_quote(lines, place)
            found.append(_fold(place, last, summary, tail=lines[last] if last > place else ""))
    return sorted(found, key=lambda fold: fold.start)


def _shown_once(lines: Sequence[str]) -> set[str]:
    """Return the kinds of callouts that come once where many kinds do: the file shows what there is."""
    kinds = Counter(m["kind"].lower() for line in lines if "[!" in line and (m := _QUOTED.match(line)))
    return {kind for kind, times in kinds.items() if times == 1} if len(kinds) >= KINDS else set()


def _summary(opened: re.Match[str]) -> str:
    """Return what a container is headed by; "" where it neither asks nor answers."""
    kind, title = opened["kind"].lower(), opened["title"] or ""
    if kind in _FOLDING:
        return title or kind
    return title if says_answer(title) else ""


def _fold(start: int, end: int, summary: str, tail: str = "") -> Fold:
    return Fold(start, end, summary, start, "", min(start + 1, end), tail, depth=0)


def _end_of_indented(lines: Sequence[str], start: int, indent: int) -> int:
    """Return the last line that is indented below a line."""
    last = start
    for place in range(start + 1, len(lines)):
        if lines[place].strip():
            if lines[place][:indent].strip():
                break
            last = place
    return last


def _end_of_quote(lines: Sequence[str], start: int) -> int:
    """Return the last line of the quote that begins on a line."""
    last = start
    while last + 1 < len(lines) and lines[last + 1].lstrip().startswith(">"):
        last += 1
    return last


def with_containers(folds: Sequence[Fold], containers: Sequence[Fold]) -> tuple[Fold, ...]:
    """Put containers among the folds of HTML, each as deep as what stands around it."""
    every = sorted([*folds, *containers], key=lambda fold: (fold.start, -fold.end))
    around: list[Fold] = []
    placed = []
    for fold in every:
        while around and around[-1].end <= fold.start:
            around.pop()
        placed.append(replace(fold, depth=max(fold.depth, len(around))))
        if fold.closed:
            around.append(fold)
    return tuple(placed)
