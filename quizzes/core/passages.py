"""Read an answer as passages that know where they stand: headings, list entries, paragraphs, code, tables."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

FENCE = re.compile(r"\s*(`{3,}|~{3,})\s*(?P<info>[\w+#.-]*)")
NUMBERED = re.compile(r"\s*(?:\d{1,2}[.)、）]\s*|[(（]\s*\d{1,2}\s*[)）]\s*|[①-⑳]\s*)(?P<text>\S.*)")
BULLET = re.compile(r"\s*(?:[-*+]\s+|[•●◆▪]\s*)(?P<text>\S.*)")
HEADING = re.compile(r"\s{0,3}#{1,6}\s+(?P<text>.*?)\s*#*\s*$")
BOLD_LINE = re.compile(r"\s*(?:\*\*|__)(?P<text>[^*_]+)(?:\*\*|__)\s*[：:]?\s*$")
RULE = re.compile(r"\s*(?:(?:-\s*){3,}|(?:\*\s*){3,}|(?:_\s*){3,})$")
DELIMITER = re.compile(r"\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*$")
APART = ("|", ">", "$$", "<", "![")
END = re.compile(
    r"[。！？；](?=[”’」』）)]?)[”’」』）)]?|[.!?](?=[\"')\]]?\s+[\"'(\[*_`]?[A-Z0-9\u4e00-\u9fff])[\"')\]]?"
)
ABBREVIATION = re.compile(
    r"\b(?:e\.g|i\.e|etc|vs|cf|Dr|Mr|Mrs|Fig|Eq|No|al|resp|approx|w\.r\.t|a\.k\.a|(?-i:[A-Z]))\.$",
    re.IGNORECASE,
)
LINK = re.compile(r"!?\[(?P<text>[^\[\]]*)\]\([^()]*(?:\([^()]*\)[^()]*)*\)")
TAG = re.compile(r"</?[a-zA-Z][^<>]*>|<!--.*?-->", re.DOTALL)
EMPHASIS = re.compile(
    r"(\*\*\*|\*\*|__)(?=\S)(.+?)(?<=\S)\1|(?<![\w*])\*(?=[^\s*])([^*\n]+?)(?<=\S)\*(?![\w*])"
)
UNDERSCORED = re.compile(r"(?<![\w_])_(?=[^\s_])([^_\n]+?)(?<=\S)_(?![\w_])")
CODE = re.compile(r"`[^`]*`")


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of an answer: characters start to end, and the line (from 1) on which it begins."""

    start: int
    end: int
    line: int


@dataclass(frozen=True, slots=True)
class Passage:
    """A heading, a list entry or a paragraph; `text` is its Markdown without the list mark."""

    kind: str  # "heading", "bullet", "numbered" or "paragraph"
    text: str
    span: Span
    indent: int
    heading: str  # the heading above it, "" at the top
    group: int  # entries of one list, and what stands between two headings, share a group


@dataclass(frozen=True, slots=True)
class Fence:
    """A code block; `span` covers the code without its fences."""

    info: str
    code: str
    span: Span
    before: str  # the passage that leads to it
    after: str


@dataclass(frozen=True, slots=True)
class Cell:
    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Table:
    """A table: its head, its rows and the passage that leads to it."""

    head: tuple[Cell, ...]
    rows: tuple[tuple[Cell, ...], ...]
    before: str
    heading: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of a passage, as the author wrote it."""

    text: str
    span: Span
    passage: Passage
    first: bool  # in its passage


def plain(markdown: str) -> str:
    """Return a line of Markdown without links, pictures, tags and emphasis; code and formulas stay."""
    kept: list[str] = []

    def keep(found: re.Match[str]) -> str:
        kept.append(found[0])
        return f"\x00{len(kept) - 1}\x00"

    text = CODE.sub(keep, markdown)
    text = LINK.sub(lambda found: "" if found[0].startswith("!") else found["text"], TAG.sub("", text))
    text = re.sub(r"\x00(\d+)\x00", lambda found: kept[int(found[1])], _unstressed(text))
    return re.sub(r"\s+", " ", text).strip()


def _unstressed(text: str) -> str:
    text = EMPHASIS.sub(lambda found: found[2] or found[3], text)
    return UNDERSCORED.sub(lambda found: found[1], text).replace("**", "")


class Passages:
    """An answer parted into passages, code blocks and tables; each is read once."""

    def __init__(self, answer: str) -> None:
        self.answer = answer
        self.passages: list[Passage] = []
        self.fences: list[Fence] = []
        self.tables: list[Table] = []
        _read(self)

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        """All sentences of list entries and paragraphs, in order."""
        return tuple(
            sentence
            for passage in self.passages
            if passage.kind != "heading"
            for sentence in split_sentences(self.answer, passage)
        )

    @cached_property
    def lists(self) -> tuple[tuple[Passage, ...], ...]:
        """Runs of list entries that belong together: same list, same depth."""
        runs: dict[tuple[int, int, str], list[Passage]] = {}
        for passage in self.passages:
            if passage.kind in ("bullet", "numbered"):
                runs.setdefault((passage.group, passage.indent, passage.kind), []).append(passage)
        return tuple(tuple(run) for run in runs.values() if len(run) > 1)

    def before(self, passage: Passage) -> str:
        """Return the paragraph or heading that leads to a list entry's list."""
        place = self.passages.index(passage)
        for earlier in reversed(self.passages[:place]):
            if earlier.kind in ("heading", "paragraph"):
                return earlier.text
        return ""


def _read(found: Passages) -> None:
    lines = found.answer.splitlines(keepends=True)
    start, heading, group, last = 0, "", 0, ""
    number = 0
    while number < len(lines):
        line = lines[number]
        bare = line.rstrip()
        if opened := FENCE.match(line):
            number, start, fence = _read_fence(lines, number, start, opened, last)
            found.fences.append(fence)
            group += 1
            continue
        if (
            "|" in line
            and number + 1 < len(lines)
            and DELIMITER.match(lines[number + 1])
            and "|" in lines[number + 1]
        ):
            number, start, table = _read_table(lines, number, start, last, heading)
            if table:
                found.tables.append(table)
            continue
        if not bare.strip() or RULE.match(bare):
            start, number = start + len(line), number + 1
            continue
        titled = HEADING.match(bare) or BOLD_LINE.match(bare)
        if titled:
            heading, group = plain(titled["text"]), group + 1
            at = start + titled.start("text")
            span = Span(at, start + titled.end("text"), number + 1)
            found.passages.append(Passage("heading", titled["text"], span, 0, heading, group))
            last = heading
            start, number = start + len(line), number + 1
            continue
        if bare.lstrip().startswith(APART):
            start, number = start + len(line), number + 1
            continue
        first = number
        numbered = NUMBERED.match(bare)
        listed = numbered or BULLET.match(bare)
        at = start + (listed.start("text") if listed else len(bare) - len(bare.lstrip()))
        end = start + len(bare)
        start, number = start + len(line), number + 1
        while number < len(lines) and _continues(lines, number):
            end = start + len(lines[number].rstrip())
            start, number = start + len(lines[number]), number + 1
        kind = "numbered" if numbered else "bullet" if listed else "paragraph"
        indent = len(bare) - len(bare.lstrip()) if listed else 0
        text = found.answer[at:end]
        if kind == "paragraph" and indent == 0:
            group += 1
        last = text
        found.passages.append(Passage(kind, text, Span(at, end, first + 1), indent, heading, group))


def _continues(lines: list[str], number: int) -> bool:
    """Tell whether a line goes on with the passage above it."""
    line = lines[number]
    return bool(
        line.strip()
        and not lines[number - 1].rstrip("\n").endswith(("  ", "\\", "：", ":"))
        and not FENCE.match(line)
        and not HEADING.match(line)
        and not BOLD_LINE.match(line)
        and not NUMBERED.match(line)
        and not BULLET.match(line)
        and not RULE.match(line)
        and not line.lstrip().startswith(APART)
        and not re.match(r"\s*(?:\*\*|__)", line)
        and not ("|" in line and number + 1 < len(lines) and DELIMITER.match(lines[number + 1]))
    )


def _read_fence(
    lines: list[str], number: int, start: int, opened: re.Match[str], before: str
) -> tuple[int, int, Fence]:
    """Read a code block; return the line and the place after it."""
    at = start + len(lines[number])
    first = number + 2
    place, end = number + 1, at
    while place < len(lines) and not (
        lines[place].strip().startswith(opened[1]) and set(lines[place].strip()) == {opened[1][0]}
    ):
        end += len(lines[place])
        place += 1
    code = "".join(lines[number + 1 : place])
    closed = end + (len(lines[place]) if place < len(lines) else 0)
    place = min(place + 1, len(lines))
    following = next((line.strip() for line in lines[place:] if line.strip()), "")
    indent = len(lines[number]) - len(lines[number].lstrip())
    shown = "\n".join(
        row[indent:] if not row[:indent].strip() else row
        for row in code.rstrip("\n").expandtabs(4).split("\n")
    )
    return place, closed, Fence(opened["info"].lower(), shown, Span(at, end, first), before, following)


def _cells(line: str, start: int, number: int) -> tuple[Cell, ...]:
    """Split a row of a table at its bars, but not at those in code or escaped."""
    bars = [found.start() for found in re.finditer(r"`[^`]*`|\\\||\|", line.rstrip("\n")) if found[0] == "|"]
    stripped = line.strip()
    edges = bars if stripped.startswith("|") else [-1, *bars]
    if not stripped.endswith("|"):
        edges = [*edges, len(line.rstrip())]
    cells = []
    for left, right in pairwise(edges):
        raw = line[left + 1 : right]
        at = start + left + 1 + len(raw) - len(raw.lstrip())
        cells.append(Cell(raw.strip(), Span(at, at + len(raw.strip()), number + 1)))
    return tuple(cells)


def _read_table(
    lines: list[str], number: int, start: int, before: str, heading: str
) -> tuple[int, int, Table | None]:
    """Read a table; return the line and the place after it."""
    head = _cells(lines[number], start, number)
    start += len(lines[number]) + len(lines[number + 1])
    place = number + 2
    rows = []
    while place < len(lines) and "|" in lines[place] and lines[place].strip():
        row = _cells(lines[place], start, place)
        if len(row) == len(head):
            rows.append(row)
        start += len(lines[place])
        place += 1
    table = Table(head, tuple(rows), before, heading) if len(head) > 1 and rows else None
    return place, start, table


def split_sentences(answer: str, passage: Passage) -> Iterator[Sentence]:
    """Yield the sentences of a passage with their places."""
    text = answer[passage.span.start : passage.span.end]
    masked = CODE.sub(lambda found: "x" * len(found[0]), LINK.sub(lambda found: "x" * len(found[0]), text))
    at, first = 0, True
    ends = [found.end() for found in END.finditer(masked)]
    for end in [*ends, len(text)]:
        piece = text[at:end]
        if ABBREVIATION.search(piece) and end != len(text):
            continue
        bare = piece.strip()
        if bare:
            begin = passage.span.start + at + len(piece) - len(piece.lstrip())
            line = passage.span.line + answer.count("\n", passage.span.start, begin)
            yield Sentence(bare, Span(begin, begin + len(bare), line), passage, first)
            first = False
        at = end
