"""Bring Markdown as people write it into the form that Python-Markdown reads: real lists, blank lines, fours.

Only paragraphs and the indentation of lists are touched; code, HTML and formulas keep their text.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from qbank.core.blocks import Document, read_document
from qbank.core.tree import Block

_BULLET = re.compile(r"^(\s{0,3})(?:[●•◆■▪➢➤‣⁃○◦◇□]\s*|[·・]\s+)(?=\S)")
_NUMBERED = re.compile(
    r"^(\s{0,3})(?:[(（]\s*(?P<a>[0-9０-９]{1,3})\s*[)）][、.．]?|(?P<b>[0-9０-９]{1,3})\s*(?:[、）]|[)](?=\S)|．))\s*(?=\S)"
)
_CIRCLED = re.compile(r"^(\s{0,3})([①-⑳])\s*(?=\S)")
_ENDS_SENTENCE = re.compile(r"[。！？；.!?;:：]\s*$")
_FENCE = re.compile(r"(`{3,}|~{3,}).*$")
_IMAGE_ATTRIBUTES = re.compile(r"(!\[[^\]\n]*\]\([^)\n]*\))\{[^{}\n]*\}")
# What has none of these is paragraphs alone: they need nothing. Bold text at the start of a line is no mark.
_STRUCTURE = re.compile(
    r"^[^\S\n]*(?:[-+>#|<=●•◆■▪➢➤‣⁃○◦◇□·・(（①-⑳]|\*(?!\*[^\s*])|_(?![^\s_]|_[^\s_])|```|~~~|\$\$|:-"
    r"|[0-9０-９]{1,9}\s*[.)、）．])|^(?: {4}|\t)|[\t\r\x00\ufeff]",
    re.MULTILINE,
)
_HEADING = re.compile(r"#{1,6} \S")
_LISTED = re.compile(r"(?P<mark>[-*+]|(?P<number>[0-9]{1,3})\.) (?=\S)")
_MARKS = re.compile(rf"^(?:{_HEADING.pattern}.*|{_LISTED.pattern})", re.MULTILINE)
_FENCED = re.compile(r"^```([^`\n]*)\n(.*?)^( {0,3}`{3,})[ \t]*$\n?", re.DOTALL | re.MULTILINE)
_FOLD_TAG = re.compile(r"</?(?:details|summary)\b", re.IGNORECASE)
_BLANK_LINE = re.compile(r"^[^\S\n]+$", re.MULTILINE)
_WIDE_BLANK_LINE = re.compile(r"^[ \t]*[^\S \t\n][^\S\n]*$", re.MULTILINE)  # CommonMark takes it for text
_WORD = re.compile(r"[\s{.]*([\w+#-]*)")
_HEADING_MARK = re.compile(r"(?<!\s)\s*\{#[\w.:-]+\}\s*$")


_LISTS = frozenset("-*+1")


@dataclass(frozen=True)
class _Marker:
    """A line that begins with a list mark of some kind."""

    line: int
    length: int  # of mark and white space
    number: int | None  # None: a bullet


def normalise(markdown: str) -> str:
    """Return the Markdown with its lists, blank lines and indentation made explicit. Never raises."""
    return normalise_checked(markdown)[0]


def normalise_checked(markdown: str) -> tuple[str, bool]:
    """Return the Markdown made explicit, and whether it is known to close whatever it opens."""
    if (plain := _flat(markdown)) is not None:
        return plain, not _FOLD_TAG.search(plain)
    document = _with_lists(markdown)
    lines = list(document.lines)
    blocks = [block for top in document.blocks for block in top.walk()]
    for block in blocks:
        if block.kind == "item":
            line = lines[block.start].expandtabs(4)
            lines[block.start] = " " * block.indent + line[block.indent :]
    for block in blocks:
        if block.kind == "fence":
            lines[block.start] = _FENCE.sub(rf"\g<1>{_word(block.info)}", lines[block.start], count=1)
    text = "\n".join(_emit(lines, document.blocks, 0, len(lines), 0, nested=False)).strip("\n")
    return text, not document.problems


def _flat(markdown: str) -> str | None:
    """Return Markdown of nothing but paragraphs, headings, flat lists and fences made explicit, else None."""
    if any(sign in markdown for sign in "\r\x00\ufeff"):
        return None
    parts: list[str] = []
    done = 0
    for fence in _FENCED.finditer(markdown):
        before = _flat_text(markdown[done : fence.start()])
        if fence[3] != "```" or before is None:
            return None
        body = _BLANK_LINE.sub("", fence[2])
        parts += [before, f"```{_word(fence[1])}\n{body}```"]
        done = fence.end()
    after = _flat_text(markdown[done:])
    if after is None:
        return None
    return "\n\n".join(part for part in [*parts, after] if part.strip())


def _flat_text(text: str) -> str | None:
    """Return text without fences, its blocks parted and its bullets hyphens, None where it is not flat."""
    if "){" in text or _WIDE_BLANK_LINE.search(text):
        return None
    text = _BLANK_LINE.sub("", text)
    if not _STRUCTURE.search(text):
        return text.strip("\n")
    if _STRUCTURE.search(_MARKS.sub("", text)):
        return None
    out: list[str] = []
    kind, last = "", ""  # of the line before, of the list that is open
    for line in text.split("\n"):
        before, kind = kind, _kind_of(line)
        if kind == "text" and (before in _LISTS or (last and line[0] == " ")):
            return None  # it may go on with the item
        if kind in _LISTS:
            if last not in ("", kind) or (before == "text" and kind == "1" and not line.startswith("1.")):
                return None
            line, last = ("-" + line[1:] if kind != "1" else line), kind
        elif kind:
            last = ""
        if before and kind and (kind != before or kind == "#"):
            out.append("")
        out.append(line if kind != "#" else _HEADING_MARK.sub("", line))
    return "\n".join(out).strip("\n")


def _kind_of(line: str) -> str:
    """Return "" for a blank line, "#" for a heading, the kind of its list for an item, else "text"."""
    if not line or line.isspace():
        return ""
    if listed := _LISTED.match(line):
        return "1" if listed["number"] else listed["mark"]
    return "#" if _HEADING.match(line) else "text"


def _word(info: str) -> str:
    """Return the first word of a fence's info."""
    word = _WORD.match(info)
    return word[1] if word else ""


def _with_lists(markdown: str) -> Document:
    """Read Markdown with `●`, `(1)`, `（1）`, `1、`, `1）`, `①` at the start of lines as list marks."""
    document = read_document(markdown, "")
    lines = list(document.lines)
    if "){" in markdown:
        lines = [_IMAGE_ATTRIBUTES.sub(r"\1", line) for line in lines]
    before: set[int] = set()  # lines that need a blank line before them
    blocks = [block for top in document.blocks for block in top.walk()]
    for block in blocks:
        if block.kind == "heading" and not block.html:
            lines[block.start] = _HEADING_MARK.sub("", lines[block.start])
    paragraphs = [block for block in blocks if block.kind == "paragraph"]
    markers = [m for block in paragraphs for m in _markers(lines, block)]
    kept = [m for m in markers if m.number is None] + _sequences([m for m in markers if m.number is not None])
    marked = {m.line for m in kept}
    inside = {line for block in paragraphs for line in range(block.start, block.end)}
    for marker in kept:
        rest = lines[marker.line][marker.length :]
        lead = re.match(r"\s*", lines[marker.line])
        indent = lead[0] if lead else ""
        lines[marker.line] = f"{indent}{'-' if marker.number is None else f'{marker.number}.'} {rest}"
        following = marker.line + 1
        if following in inside and following not in marked and _ENDS_SENTENCE.search(rest):
            before.add(following)
        if marker.line - 1 in inside and marker.line - 1 not in marked:
            before.add(marker.line)
    if tuple(lines) == document.lines:
        return document
    return read_document("\n".join(f"\n{line}" if i in before else line for i, line in enumerate(lines)), "")


def _markers(lines: Sequence[str], block: Block) -> list[_Marker]:
    """List the lines of a paragraph that begin with a mark."""
    found = []
    for number in range(block.start, block.end):
        line = lines[number]
        if match := _BULLET.match(line):
            found.append(_Marker(number, match.end(), None))
        elif match := _NUMBERED.match(line):
            found.append(_Marker(number, match.end(), int(match["a"] or match["b"])))
        elif match := _CIRCLED.match(line):
            found.append(_Marker(number, match.end(), ord(match[2]) - ord("①") + 1))
    return found


def _sequences(markers: Sequence[_Marker]) -> list[_Marker]:
    """Keep the numbers that count up with a neighbour: (1) alone may be the name of an equation."""
    kept: list[_Marker] = []
    run: list[_Marker] = []
    for marker in [*markers, _Marker(-1, 0, -9)]:
        if run and marker.number != (run[-1].number or 0) + 1:
            if len(run) > 1:
                kept += run
            run = []
        run.append(marker)
    return kept


def _emit(
    lines: Sequence[str], blocks: Sequence[Block], start: int, end: int, strip: int, *, nested: bool
) -> list[str]:
    """Return lines `start` to `end` less `strip` columns, blocks parted, lists indented by fours.

    The marks of list items are already blanks in `lines`. Inside items a list follows its text at once.
    """
    out: list[str] = []
    line = start
    for place, block in enumerate(blocks):
        between = _copy(lines, line, block.start, strip)
        out += between
        defined = bool(between and between[-1])  # a link right above, which needs no parting from text
        apart = block.kind != "paragraph" if defined and (place or not nested) else place > 0
        loose = block.kind != "list" or not nested or blocks[place - 1].kind != "paragraph"
        if apart and loose and out and out[-1]:
            out.append("")
        if block.kind == "list":
            for item in block.children:
                written = _emit_item(lines, item, "1." if block.ordered else "-", strip)
                out += written
                if "" in written and written[-1]:
                    out.append("")
        else:
            out += _copy(lines, block.start, block.end, strip)
        line = block.end
    return out + _copy(lines, line, end, strip)


def _emit_item(lines: Sequence[str], item: Block, mark: str, strip: int) -> list[str]:
    """Return a list item: its mark, then what it holds, four columns in."""
    inner = _emit(lines, item.children, item.start, item.end, max(item.indent, strip), nested=True)
    while inner and not inner[0].strip():
        inner.pop(0)
    if not inner:
        return [mark]
    if item.number:
        mark = f"{item.number}."
    return [f"{mark} {inner[0].lstrip()}", *(f"    {line}" if line else "" for line in inner[1:])]


def _copy(lines: Sequence[str], start: int, end: int, strip: int) -> list[str]:
    """Return lines without up to `strip` columns of white space; a tab counts as four."""
    out = []
    for line in lines[start:end]:
        column = 0
        while column < strip and line[:1] in (" ", "\t"):
            column += 4 if line[0] == "\t" else 1
            line = line[1:]
        out.append(line if line.strip() else "")
    return out
