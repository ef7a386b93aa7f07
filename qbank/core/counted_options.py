"""Options that are counted or bare, with a key that gives a number or the text of one: `Answer: 2`."""

import re
import unicodedata
from collections.abc import Sequence

from qbank.core.blocks import Document
from qbank.core.keys import WORD, Key, bare_text, find_key
from qbank.core.option_lists import texts_of
from qbank.core.option_marks import LETTERS, read_letters
from qbank.core.options import Options
from qbank.core.titles import plain_markdown
from qbank.core.tree import Block, Fold

LONGEST = 200  # characters of an option
_COUNTS = re.compile(r"^\s*(?:[(（\[]?[1-8１-８][)）\].．、:：]|[①-⑧])\s*(?=\S)")
_FIRST = re.compile(r"^\s*(?:[(（\[]?[1１][)）\].．、:：]|①)", re.MULTILINE)
_SPLIT = re.compile(r"(?:\s{2,}|\t|　|(?<=\S)\s)(?=[①-⑧]|[(（][1-8][)）])")
_NUMBERS = r"(?P<key>[1-8](?:\s*[,，、&和及]\s*(?:and\s+)?[1-8])*)(?![\d%])(?!\.\d)"
_COUNTED = re.compile(
    rf"^\W*(?:the\s+)?(?:{WORD})\s*(?:is|are|为|是)?\W{{0,6}}(?:(?:option|choice|选项|number|no\.?)\W{{0,3}})?{_NUMBERS}"
    r"[\s).、:—–\]*_-]*(?P<rest>.*)$",
    re.IGNORECASE,
)
_KEY_LINE = re.compile(rf"^[^\w\n]*+(?:the\s+)?(?:{WORD})", re.IGNORECASE | re.MULTILINE)
_ALONE = re.compile(
    rf"^\W*(?:(?:option|choice|选项)\W{{0,3}})?{_NUMBERS}[\s).、:—–\]*_-]*(?P<rest>.*)$", re.IGNORECASE
)
_LETTERED = re.compile(
    rf"^\W*(?i:(?:the\s+)?(?:{WORD}))\s*(?:is|are|为|是)?\W{{0,6}}(?i:option\s*)?(?P<key>[A-H](?:[,，、\s]*[A-H])*)\W*$"
)
_LETTER_ALONE = re.compile(r"^\W*(?i:option\s*)?(?P<key>[A-H](?:[,，、\s]*[A-H])*)\W*$")
_NAMED = re.compile(
    rf"^\W*(?:the\s+)?(?:{WORD})\s*(?:is|are|为|是)?\s*[:\s*_—–-]+(?P<rest>.+)$", re.IGNORECASE
)


def read_counted(
    document: Document, blocks: Sequence[Block], fold: Fold | None
) -> tuple[Options, Key] | None:
    """Return the last list, or the last lines that count, where the key comes right after it."""
    if not blocks:
        return None
    if fold:
        if not (options := _options(document, blocks[-1])):
            return None
        lines = [(fold.body_start - 1, fold.lead)] if fold.lead.strip() else []
        lines += [(n, document.lines[n]) for n in range(fold.body_start, fold.end)]
        key = _key([*lines, (fold.end, fold.tail)], options.texts, folded=True)
        key = key or find_key(document, fold, fold.start, fold.end)
        able = key and key.letters and LETTERS.index(key.letters[-1]) < len(options.texts)
        return (options, key) if key and able else None
    for block, after in zip(blocks, [*blocks[1:], None], strict=True):
        if block.kind == "paragraph" and _KEY_LINE.search(block.text):
            after = block  # options and key in one paragraph
        if block.kind not in ("list", "paragraph") or after is None or not _KEY_LINE.search(_text(after)):
            continue
        if options := _options(document, block):
            lines = [(n, document.lines[n]) for n in range(options.end, after.end)]
            if key := _key(lines, options.texts, folded=False):
                return options, key
    return None


def _text(block: Block) -> str:
    """Return the text of a paragraph, a heading or the first paragraph of a quote."""
    return block.children[0].text if block.kind == "quote" and block.children else block.text


def _options(document: Document, block: Block) -> Options | None:
    """Return the items of a list, or the lines of a paragraph that count from 1."""
    if block.kind == "list":
        if not 2 <= len(block.children) <= len(LETTERS):
            return None
        texts = texts_of(document, block)
        end = block.end
        while end > block.start and not document.lines[end - 1].strip():
            end -= 1
        start, lead = block.start, ""
    elif block.kind in ("paragraph", "html"):
        if not _FIRST.search(block.text):
            return None
        rows = [(n, part) for n, line in enumerate(block.text.split("\n")) for part in _SPLIT.split(line)]
        first = next((i for i, (_, part) in enumerate(rows) if _number(part) == 1), None)
        if first is None:
            return None
        run = [row for i, row in enumerate(rows[first:]) if _number(row[1]) == i + 1]
        texts = tuple(_COUNTS.sub("", part).strip() for _, part in run)
        start, end = block.start, block.start + run[-1][0] + 1
        lead = "\n".join(part for _, part in rows[:first])
    else:
        return None
    if not 2 <= len(texts) <= len(LETTERS) or any(len(text) > LONGEST for text in texts):
        return None
    return Options(tuple(texts), start, end, lead=lead)


def _number(text: str) -> int:
    """Return the number that a line counts with, 0 where it does not count."""
    match = _COUNTS.match(text)
    return int(re.sub(r"\D", "", unicodedata.normalize("NFKC", match[0]))) if match else 0


def _key(lines: Sequence[tuple[int, str]], texts: Sequence[str], *, folded: bool) -> Key | None:
    """Read the key on the first line that says something: numbers, or the text of one option."""
    for place, source in lines:
        text = unicodedata.normalize("NFKC", plain_markdown(source.lstrip("#> ")))
        if not any(c.isalnum() for c in text):
            continue
        bare = list(map(bare_text, texts))
        named = _NAMED.match(text)
        said = bare_text(named["rest"] if named else text if folded else "")
        repeated = bool(said) and bare.count(said) == 1
        if repeated and not said.isdecimal():
            return Key((LETTERS[bare.index(said)],), place)
        if lettered := _LETTERED.match(text) or (_LETTER_ALONE.match(text) if folded else None):
            letters = read_letters(lettered["key"])
            if LETTERS.index(letters[-1]) < len(texts):
                return Key(letters, place)
        counted = _COUNTED.match(text) or (_ALONE.match(text) if folded else None)
        if counted:
            numbers = sorted({int(n) for n in re.findall(r"\d", counted["key"])})
            if numbers[-1] <= len(texts):
                same = bare_text(counted["rest"]) == bare[numbers[0] - 1]
                return Key(
                    tuple(LETTERS[n - 1] for n in numbers),
                    place,
                    "" if same else counted["rest"].strip("*_ "),
                )
        if repeated:
            return Key((LETTERS[bare.index(said)],), place)
        if not (folded and named is None and re.fullmatch(rf"\W*(?:{WORD})\W*", text, re.IGNORECASE)):
            return None
    return None
