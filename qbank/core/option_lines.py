"""Options as lines of running text: one a line, or several side by side."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from qbank.core.blocks import Document
from qbank.core.keys import LONGEST, is_key_line
from qbank.core.option_marks import LETTERS, is_judged, letter_of, read_letters, with_dot
from qbank.core.options import Options, make_options
from qbank.core.tree import Block

_INLINE = re.compile(
    r"(?:^|(?<=[\s|;,；，])|(?=（))(?:\*\*)?[(（\[]?([A-Ha-hＡ-Ｈ])(?:[)）\].、．:：](?:\*\*)?|\*\*[).、．:：])\s*(?=\S)"
)
_CODE = re.compile(r"`([^`]*)`")
_GAP = re.compile(r"<br\s*/?>|&(?:emsp|ensp|nbsp|#160);", re.IGNORECASE)
_APART = re.compile(r"(?:\s{2}|\t|　|[|;；,，]\s*)$")  # before the second of only two options on a line
_LEAD = re.compile(r"^\W*(?:options|choices|选项|選項)\W*[:：]\W*(?=\(?A\W)", re.IGNORECASE)
_TAG = re.compile(r"</?(?:ol|ul|li|p|div|br)\b[^<>]*>", re.IGNORECASE)
_BREAK = re.compile(r"\s*(?:<br\s*/?>|\\)\s*$", re.IGNORECASE)


def find_lines(blocks: Sequence[Block]) -> Options | None:
    """Take the last run of lines A, B, C … in paragraphs or indented code; other lines may lead into it."""
    rows = _rows(blocks)
    run = _last_run([text for text, *_ in rows])
    if not run:
        rows = [(with_dot(text), block, end) for text, block, end in rows]
        run = _last_run([text for text, *_ in rows])
    if not run:
        return None
    first, last = rows[run[0]][1], rows[run[-1]][1]
    follows = run[-1] + 1 < len(rows) and rows[run[-1] + 1][1] is last
    if follows and not is_key_line(rows[run[-1] + 1][0]):
        return None  # the run is part of running text
    lead = "\n".join(text for text, block, _ in rows[: run[0]] if block is first)
    end = rows[run[-1]][2] if follows else last.end
    return make_options([rows[place][0] for place in run], first.start, end, lead)


def find_judged(blocks: Sequence[Block], document: Document) -> Options | None:
    """Take the paragraphs A, B, C … that a tick or a cross judges; what stands below each explains it."""
    judged = [b for b in blocks if b.kind == "paragraph" and letter_of(b.text) and is_judged(b.text)]
    letters = "".join(letter_of(block.text) for block in judged)
    if len(judged) < 2 or not LETTERS.startswith(letters) or any("\n" in block.text for block in judged):
        return None
    options = make_options([block.text for block in judged], judged[0].start, judged[-1].end)
    between = [document.cut(a.end, b.start) for a, b in pairwise(judged)]
    if not options.key or not any(between):
        return None
    told = [f"**{letter}.**\n\n{text}" for letter, text in zip(letters, between, strict=False) if text]
    after = next((b for b in blocks if b.start >= options.end), None)
    if after is not None and after.kind not in ("rule", "heading"):
        told.append(f"**{letters[-1]}.**")  # what explains the last one follows
    return replace(options, told="\n\n".join(told))


def _rows(blocks: Sequence[Block]) -> list[tuple[str, Block, int]]:
    """Return each line, or part of one, with its block and the line after it (0-based); "" for others."""
    rows: list[tuple[str, Block, int]] = []
    for block in blocks:
        if block.kind == "quote" and len(block.children) == 1 and block.children[0].kind == "paragraph":
            block = replace(block.children[0], end=block.end)
        if block.kind in ("paragraph", "code") or (block.kind == "fence" and _begins(block.text)):
            for end, line in enumerate(block.text.split("\n"), block.start + 1):
                rows += [(part, block, end) for part in split_line(_LEAD.sub("", line)) if part.strip()]
        elif block.kind == "html" and not block.children:
            texts = _TAG.sub("\n", block.text).split("\n")
            rows += [(text, block, block.end) for text in texts if text.strip()]
        elif block.kind == "list" and any(map(is_parted, block.children)):
            lines = [(line, item) for item in block.children for line in lines_of(item)]
            rows += [(part, block, item.end) for line, item in lines for part in split_line(line)]
        else:
            rows.append(("", block, block.end))
    return rows


def _begins(code: str) -> bool:
    """Tell whether a block of code begins with an option A, with or without a sign after the letter."""
    first = code.lstrip().split("\n", 1)[0]
    return letter_of(first) == "A" or letter_of(with_dot(first)) == "A"


def _last_run(texts: Sequence[str]) -> list[int]:
    """Return the places of the last texts that are lettered A, B, C …; a text without a letter may go on."""
    best: list[int] = []
    run: list[int] = []
    for place, text in enumerate(texts):
        letter = letter_of(text)
        if letter == "A":
            run = [place]
        elif run and len(run) < len(LETTERS) and letter == LETTERS[len(run)]:
            run.append(place)
        elif (run and run[-1] != place - 1) or letter:
            run = []
        if len(run) >= 2:
            best = list(run)
    return best


def lines_of(item: Block) -> list[str]:
    """Return the lines of an item's first paragraph."""
    return item.children[0].text.split("\n") if item.children and item.children[0].kind == "paragraph" else []


def is_parted(item: Block) -> bool:
    """Tell whether a line of an item holds several options."""
    return any(len(split_line(line)) > 1 for line in lines_of(item))


def _masked(code: re.Match[str]) -> str:
    """Cover code that is not the letter of an option."""
    return code[0] if len(code[1]) == 1 and code[1] in LETTERS else "x" * len(code[0])


def split_line(line: str) -> list[str]:
    """Part a line that holds the options A, B, C … side by side."""
    text = _GAP.sub("  ", _BREAK.sub("", line)) if len(line) <= LONGEST else ""
    marks = list(_INLINE.finditer(text))
    if len(marks) > 1 and "`" in text:
        marks = list(_INLINE.finditer(_CODE.sub(_masked, text)))
    found = "".join(read_letters(mark[1])[0] for mark in marks)
    if len(marks) < 2 or text[: marks[0].start()].strip() or found not in LETTERS:
        return [_BREAK.sub("", line)]
    starts = [mark.start() for mark in marks]
    if (len(marks) < 3 or found[0] != "A") and not all(_APART.search(text[:start]) for start in starts[1:]):
        return [line]
    parts = [text[a:b].strip() for a, b in zip(starts, [*starts[1:], len(text)], strict=True)]
    sign = parts[0][-1]
    if sign in "|;,；，" and all(part.endswith(sign) for part in parts[:-1]):
        parts = [part.rstrip(f"{sign} ") for part in parts]
    return parts
