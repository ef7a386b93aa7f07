"""Keys that stand together at the end of a file, by number: `1. B | 2. C`, `1-5 ABCDA`."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from qbank.core.blocks import Document
from qbank.core.option_marks import read_letters

FEWEST = 3  # keys that make a list
_SPLIT = re.compile(r"[|,，;；\t]|\s{2,}|(?<=[A-H])\s+(?=\d)")
_ENTRY = re.compile(
    r"^[\s#>*_|-]*(?:第|(?:Question|Q|问题|题目|题)\s*)?(?P<number>\d{1,3})\s*(?:题|[*_]*)\s*[.:：)）、\s-]+\s*[*_(（]*"
    r"(?P<key>[A-H](?:\s*[,，、&]?\s*[A-H]){0,5})[)）*_.。\s]*$",
    re.IGNORECASE,
)
_ROW = re.compile(
    r"^\s*\|?\s*(?:Q|Question|第)?\s*(?P<number>\d{1,3})\s*题?\s*\|\s*[*_]*(?P<key>[A-H](?:\s*[,，、]?\s*[A-H]){0,5})[*_]*\s*(?:\||$)"
)
_RANGE = re.compile(
    r"(?P<first>\d(?<!\d\d)\d{0,2})\s*[-~～—–至]\s*(?P<last>\d{1,3})\s*题?\s*[:：.、)）]?\s*(?P<keys>[A-H](?:[\s,，、]*[A-H])+)(?![A-Za-z])"
)
_MAY_HOLD = re.compile(r"\d\s*[题*_]?\s*[.:：)）、\s|-]+\s*[*_(（]*[A-Ha-h](?![a-z])")


def keys_of(lines: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Return the keys that lines give by number; a number given two keys has none."""
    found: dict[str, set[tuple[str, ...]]] = {}
    for line in lines:
        if not _MAY_HOLD.search(line):
            continue
        if row := _ROW.match(line):
            found.setdefault(str(int(row["number"])), set()).add(read_letters(row["key"]))
            continue
        ranged = list(_RANGE.finditer(line))
        for match in ranged:
            keys = re.findall(r"[A-H]", match["keys"])
            first, last = int(match["first"]), int(match["last"])
            if len(keys) == last - first + 1:
                for number, key in enumerate(keys, first):
                    found.setdefault(str(number), set()).add((key,))
        for part in [] if ranged else _SPLIT.split(line):
            if entry := _ENTRY.match(part):
                found.setdefault(str(int(entry["number"])), set()).add(read_letters(entry["key"]))
    return {number: next(iter(given)) for number, given in found.items() if len(given) == 1}


@lru_cache(maxsize=4)  # a file, and what an item of it holds
def read_key_list(document: Document) -> Mapping[str, tuple[str, ...]]:
    """Return the keys of a file by number, empty where there is no list of them."""
    text = "\n".join(document.lines)
    if len(_MAY_HOLD.findall(text)) < FEWEST and not _RANGE.search(text):
        return {}
    code = [range(b.start, b.end) for b in document.blocks if b.kind in ("fence", "code")]
    able = [(place, line) for place, line in enumerate(document.lines) if _MAY_HOLD.search(line)]
    keys = keys_of([line for place, line in able if not any(place in lines for lines in code)])
    return keys if len(keys) >= FEWEST else {}
