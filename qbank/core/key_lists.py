"""Keys that stand together at the end of a file, by the number of the question: `1. B | 2. C`."""

import re
from collections.abc import Mapping
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
_MAY_HOLD = re.compile(r"\d\s*[题*_]?\s*[.:：)）、\s-]+\s*[*_(（]*[A-Ha-h]\b")


@lru_cache(maxsize=1)
def read_key_list(document: Document) -> Mapping[str, tuple[str, ...]]:
    """Return the keys by number, empty where there is no list of them; a number given two keys has none."""
    if len(_MAY_HOLD.findall("\n".join(document.lines))) < FEWEST:
        return {}
    found: dict[str, set[tuple[str, ...]]] = {}
    code = [range(b.start, b.end) for b in document.blocks if b.kind in ("fence", "code")]
    for place, line in enumerate(document.lines):
        if not _MAY_HOLD.search(line) or any(place in lines for lines in code):
            continue
        for part in _SPLIT.split(line):
            if entry := _ENTRY.match(part):
                found.setdefault(str(int(entry["number"])), set()).add(read_letters(entry["key"]))
    keys = {number: next(iter(given)) for number, given in found.items() if len(given) == 1}
    return keys if len(keys) >= FEWEST else {}
