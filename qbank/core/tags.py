"""Follow the HTML tags of a Markdown file: folds, headings, and what is never closed."""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser

from qbank.core.document import Problem
from qbank.core.tree import Block, Fold

_VOID = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr")
)
_FOLD_TAG = re.compile(r"</?(?:details|summary)\b", re.IGNORECASE)
_CODE = re.compile(r"(?<!`)(`+)(?!`)(?:(?!\1).)+?(?<!`)\1(?!`)", re.DOTALL)
_CONTAINERS = frozenset(
    ("details", "div", "table", "section", "article", "center", "figure", "blockquote", "ul", "ol", "pre")
)


@dataclass
class _OpenTag:
    """An element seen open."""

    name: str
    line: int
    column: int  # after the tag
    attributes: dict[str, str]
    fold: int = -1  # index of the fold that it opened


@dataclass
class _RawFold:
    """A fold in the making."""

    start: int
    parent: int  # its index, -1 outside of folds
    summary: str | None = None
    summary_line: int = 0
    lead: str = ""
    body_start: int = 0
    end: int = -1
    tail: str = ""
    children: list[int] = field(default_factory=list)


class TagScan(HTMLParser):
    """Follow the tags of a file's HTML blocks: folds, headings, and what is never closed."""

    def __init__(self, path: str, lines: Sequence[str]) -> None:
        super().__init__(convert_charrefs=False)
        self.path = path
        self.lines = lines
        self.open: list[_OpenTag] = []
        self.names: Counter[str] = Counter()  # of the elements that are open
        self.headings: list[tuple[Block, Block]] = []  # (block it stands in, heading)
        self.raw_folds: list[_RawFold] = []
        self.left_open: list[_OpenTag] = []
        self.block = Block("html", 0, 0)
        self.text_lines: list[str] = []

    def read(self, block: Block) -> None:
        """Read an HTML block, or a paragraph with tags of folds; elements may stay open into later ones."""
        if block.kind == "paragraph":
            if not _FOLD_TAG.search(block.text):
                return
            block = replace(block, text=_CODE.sub(lambda match: "x" * len(match[0]), block.text))
        self.block = block
        self.text_lines = block.text.split("\n")
        self.reset()
        # html.parser's answers to a marked section that is none, as <![x, and to a reference without an end
        with suppress(AssertionError, ValueError):
            self.feed(block.text)

    def _place(self, after_tag: str = "") -> tuple[int, int]:
        line, column = self.getpos()
        line -= 1
        rows = after_tag.split("\n")
        column = column + len(rows[0]) if len(rows) == 1 else len(rows[-1])
        return line + len(rows) - 1, column

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element that opens."""
        if tag in _VOID:
            return
        if tag == "summary" and self.names["summary"]:
            self.handle_endtag("summary")  # written <summary> where </summary> is meant
            return
        line, column = self._place(self.get_starttag_text() or "")
        opened = _OpenTag(
            tag, self.block.start + self.getpos()[0] - 1, column, {k: v or "" for k, v in attrs}
        )
        if tag == "details":
            parent = self._innermost_fold()
            opened.fold = len(self.raw_folds)
            if parent >= 0:
                self.raw_folds[parent].children.append(opened.fold)
            self.raw_folds.append(_RawFold(opened.line, parent, body_start=self.block.start + line + 1))
        self.open.append(opened)
        self.names[tag] += 1

    def handle_endtag(self, tag: str) -> None:
        """Close the nearest open element of that name, and what it held open."""
        if not self.names[tag]:
            return
        place = next(i for i in reversed(range(len(self.open))) if self.open[i].name == tag)
        opened = self.open[place]
        self.left_open += [t for t in self.open[place + 1 :] if t.name in _CONTAINERS]
        self.names.subtract(t.name for t in self.open[place:])
        del self.open[place:]
        line, column = self._place()
        if tag == "details":
            fold = self.raw_folds[opened.fold]
            fold.end, fold.tail = self.block.start + line, self.text_lines[line][:column]
            if fold.end == fold.body_start - 1 and fold.summary is not None:  # all on the line of the summary
                fold.lead, fold.tail = fold.lead[: -len(self.text_lines[line][column:])], ""
        elif tag == "summary":
            self._end_summary(opened, line, column)
        elif re.fullmatch(r"h[1-6]", tag):
            inner = self._between(opened, line, column)
            name = re.search(r"<a\s+(?:name|id)=[\"']?([^\"'>\s]+)", inner)
            anchor = opened.attributes.get("id") or (name[1] if name else "")
            heading = Block(
                "heading",
                opened.line,
                self.block.start + line + 1,
                inner.strip(),
                int(tag[1]),
                True,
                anchor,
            )
            self.headings.append((self.block, heading))

    def _innermost_fold(self) -> int:
        """Return the index of the innermost fold that is open, -1 for none."""
        if not self.names["details"]:
            return -1
        return next(t.fold for t in reversed(self.open) if t.name == "details")

    def _end_summary(self, opened: _OpenTag, line: int, column: int) -> None:
        innermost = self._innermost_fold()
        if innermost < 0 or self.raw_folds[innermost].summary is not None:
            return
        fold = self.raw_folds[innermost]
        fold.summary, fold.summary_line = self._between(opened, line, column), opened.line
        rest = self.text_lines[line][column:]
        fold.lead = rest[rest.find(">") + 1 :]
        fold.body_start = self.block.start + line + 1

    def _between(self, opened: _OpenTag, line: int, column: int) -> str:
        first = opened.line - self.block.start
        if first < 0:  # the element began in an earlier block
            text = "\n".join(self.lines[opened.line : self.block.start + line + 1])
            pattern = rf"<{opened.name}\b[^>]*>(.*?)</?{opened.name}"
            match = re.search(pattern, text, re.DOTALL | re.IGNORECASE)
            return match[1] if match else ""
        if first == line:
            return self.text_lines[line][opened.column : column]
        middle = self.text_lines[first + 1 : line]
        return "\n".join([self.text_lines[first][opened.column :], *middle, self.text_lines[line][:column]])

    def unclosed(self) -> list[Problem]:
        """List the elements that were never closed."""
        left = self.left_open + [t for t in self.open if t.name in _CONTAINERS]
        return [
            Problem(
                self.path,
                tag.line + 1,
                "unclosed-tag",
                f"<{tag.name}> is never closed.",
                f"Add </{tag.name}> where the part ends.",
            )
            for tag in sorted(left, key=lambda t: t.line)
        ]

    def folds(self, lines: Sequence[str], blocks: Sequence[Block]) -> tuple[Fold, ...]:
        """Return the folds; an unclosed one ends where the next begins, or before the next heading."""
        stops = sorted(b.start for top in blocks for b in top.walk() if b.kind == "heading")
        finished: list[Fold] = []
        for raw in self.raw_folds:
            end, closed = raw.end, raw.end >= 0
            if not closed:
                inner = [self.raw_folds[i].start for i in raw.children]
                end = min([*stops[bisect_right(stops, raw.start) :][:1], *inner], default=len(lines))
            around = finished[raw.parent] if raw.parent >= 0 else None
            finished.append(
                Fold(
                    start=raw.start,
                    end=end,
                    summary=raw.summary or "",
                    summary_line=raw.summary_line if raw.summary is not None else raw.start,
                    lead=raw.lead,
                    body_start=min(raw.body_start, end),
                    tail=raw.tail,
                    depth=around.depth + around.closed if around else 0,
                    closed=closed,
                )
            )
        return tuple(finished)
