"""Our own format: one question a file, YAML front matter, six sections with a meaning (content/README.md)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from qbank.core.answers import trim_answer
from qbank.core.blocks import Document
from qbank.core.document import ItemSource, ParsedQuestion, Problem
from qbank.core.labels import says_only_answer, says_only_question
from qbank.core.titles import plain_markdown
from qbank.core.tree import Block

NAME = "front-matter"
SECTIONS = {
    "一句话": "gist",
    "in one sentence": "gist",
    "要点": "points",
    "key points": "points",
    "常见错误": "mistakes",
    "common mistakes": "mistakes",
    "追问": "follow-ups",
    "follow-ups": "follow-ups",
    "来源": "sources",
    "sources": "sources",
    "练习": "items",
    "exercises": "items",
}
KEYS = frozenset({"id", "title", "number", "lab", "difficulty", "frequency", "tags"})
_CLAIM = re.compile(r"^~~(.+?)~~\s*", re.DOTALL)
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


@dataclass(frozen=True)
class Part:
    """A second-level section: its meaning ("" for the answer's own) and its lines (0-based)."""

    meaning: str
    start: int
    body: int
    end: int


def recognises(document: Document) -> float:
    """Be sure of files with an id and a title where nothing is foreign, or where our sections follow."""
    if not {"id", "title"} <= document.meta.keys():
        return 0.0
    heads = [b.text for b in document.blocks if b.kind == "heading"]
    ours = any(plain_markdown(text).casefold() in SECTIONS for text in heads)
    foreign = any(says_only_answer(text) or says_only_question(text) for text in heads)
    return 1.0 if ours or (document.meta.keys() <= KEYS and not foreign) else 0.3


def parse(document: Document) -> tuple[Sequence[ParsedQuestion], Sequence[Problem]]:
    """Read the file's one question."""
    problems: list[Problem] = []
    parts = _parts(document, problems)
    answer = [document.cut(p.start, p.end) for p in parts if not p.meaning]
    items = {
        p.meaning: _items(document, p)
        for p in parts
        if p.meaning in ("points", "mistakes", "follow-ups", "sources")
    }
    gist = next((document.cut(p.body, p.end) for p in parts if p.meaning == "gist"), "")
    problems += _check_meta(document)
    mistakes = [_mistake(document, line, text, problems) for line, text in items.get("mistakes", [])]
    follow_ups = [_follow_up(document, line, text, problems) for line, text in items.get("follow-ups", [])]
    meta = document.meta
    question = ParsedQuestion(
        line=_line_of(document, "title"),
        end_line=len(document.lines),
        answer_line=next((p.start + 1 for p in parts if not p.meaning), document.body_start + 1),
        title=str(meta.get("title") or ""),
        number=str(meta.get("number") or ""),
        answer=trim_answer("\n\n".join(part for part in answer if part)),
        id=str(meta.get("id") or ""),
        slug=str(meta.get("id") or ""),
        lab=str(meta.get("lab") or ""),
        difficulty=_grade(meta.get("difficulty")),
        frequency=_grade(meta.get("frequency")),
        tags=tuple(str(tag) for tag in _listed(meta.get("tags"))),
        gist=gist,
        key_points=tuple(text for _, text in items.get("points", [])),
        mistakes=tuple(mistakes),
        follow_ups=tuple(follow_ups),
        sources=tuple(text for _, text in items.get("sources", [])),
        items=tuple(i for p in parts if p.meaning == "items" for i in _authored(document, p)),
    )
    return [question], problems


def _mistake(document: Document, line: int, text: str, problems: list[Problem]) -> tuple[str, str]:
    """Part a mistake into the claim, which is struck through, and the correction."""
    if claim := _CLAIM.match(text):
        return claim[1], text[claim.end() :]
    message, remedy = (
        "The claim is not struck through.",
        "Write - ~~claim~~, the correction on the next line.",
    )
    problems.append(Problem(document.path, line, "mistake-without-claim", message, remedy))
    return text, ""


def _follow_up(document: Document, line: int, text: str, problems: list[Problem]) -> tuple[str, str]:
    """Part a follow-up into the question, which is its first line, and the answer."""
    asked, _, answered = text.partition("\n")
    if not answered.strip():
        message, remedy = f"“{asked}” has no answer.", "Answer it on the indented lines below."
        problems.append(Problem(document.path, line, "follow-up-without-answer", message, remedy))
    return asked.strip(), answered.strip()


def _line_of(document: Document, key: str) -> int:
    """Return the line (1-based) of a key of the front matter."""
    lines = document.lines[: document.body_start]
    return next((n for n, line in enumerate(lines, 1) if line.startswith(f"{key}:")), 1)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _grade(value: Any) -> int | None:
    """Return 1, 2 or 3, None for all else; a truth value is no number."""
    return value if type(value) is int and 1 <= value <= 3 else None


def _check_meta(document: Document) -> list[Problem]:
    """List what is wrong with the values of the front matter."""
    meta, found = document.meta, []

    def wrong(key: str, message: str, remedy: str) -> None:
        found.append(Problem(document.path, _line_of(document, key), "front-matter", message, remedy))

    if not _ID.fullmatch(str(meta.get("id") or "")):
        wrong("id", f"“{meta.get('id')}” is no id.", "Use small letters, digits and single hyphens.")
    if not str(meta.get("title") or "").strip():
        wrong("title", "The title is empty.", "Write the question after title:.")
    for key in ("difficulty", "frequency"):
        if meta.get(key) is not None and _grade(meta[key]) is None:
            wrong(key, f"{key} is {meta[key]!r}.", "Use 1, 2 or 3.")
    for key in sorted(meta.keys() - KEYS):
        wrong(str(key), f"“{key}” has no meaning here.", "Remove it, or correct its spelling.")
    return found


def _parts(document: Document, problems: list[Problem]) -> list[Part]:
    """Split the body at its second-level headings; what stands before the first is the answer's."""
    heads = [b for b in document.blocks if b.kind == "heading" and b.level == 2]
    starts = [h.start for h in heads]
    parts = []
    first = starts[0] if starts else len(document.lines)
    if any(line.strip() for line in document.lines[document.body_start : first]):
        parts.append(Part("", document.body_start, document.body_start, first))
    seen: dict[str, int] = {}
    for head, end in zip(heads, [*starts, len(document.lines)][1:], strict=True):
        meaning = SECTIONS.get(plain_markdown(head.text).casefold().strip(), "")
        if meaning and meaning in seen:
            problems.append(
                Problem(
                    document.path,
                    head.start + 1,
                    "repeated-section",
                    f"“{head.text}” stands twice; the first is on line {seen[meaning]}.",
                    "Merge the two.",
                )
            )
        if meaning:
            seen.setdefault(meaning, head.start + 1)
        parts.append(Part(meaning, head.start, head.end, end))
    for name, wanted in (("一句话 / In one sentence", "gist"), ("要点 / Key points", "points")):
        if wanted not in seen:
            problems.append(
                Problem(document.path, 1, "missing-section", f"The section “{name}” is missing.", "Add it.")
            )
    return parts


def _items(document: Document, part: Part) -> list[tuple[int, str]]:
    """Return line (1-based) and Markdown of each item of a section's lists."""
    found = []
    for block in document.blocks:
        if block.kind == "list" and part.body <= block.start < part.end:
            for item in block.children:
                lines = document.cut(item.start, item.end).split("\n")
                first = re.sub(r"^\s*(?:[-*+]|\d+[.)])\s+", "", lines[0])
                rest = [line.removeprefix(" " * item.indent) if line.strip() else "" for line in lines[1:]]
                found.append((item.start + 1, "\n".join([first, *rest]).strip()))
    return found


def _authored(document: Document, part: Part) -> list[ItemSource]:
    """Cut the exercises apart: one a third-level heading."""
    heads: list[Block] = [
        b for b in document.blocks if b.kind == "heading" and b.level == 3 and part.body <= b.start < part.end
    ]
    ends = [*(h.start for h in heads), part.end][1:]
    return [ItemSource(document.cut(h.start, end), h.start + 1) for h, end in zip(heads, ends, strict=True)]
