"""Write published items back into the Markdown files that their texts came from."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from qbank.core.parser import parse_file
from quizzes.core.authored import parse_items
from quizzes.models import Item

SECTION = re.compile(r"^##[ \t]+(?:练习|Exercises)[ \t]*$", re.MULTILINE)
NEXT = re.compile(r"^##?[ \t]+\S", re.MULTILINE)
OWN_FORMAT = "front-matter"


class NotWritten(Exception):
    """A file that cannot take items; the message says why."""


def write_back(file: Path, items: Iterable[Item]) -> int:
    """Put items at the end of a file's exercises, and return how many; those that stand there already stay.

    Only files of this project's own format can hold items. The file is read back before anything is kept:
    raises NotWritten, the file as before, where an item does not come out as it went in.
    """
    before = file.read_text(encoding="utf-8")
    wanted = {item.key: item.provenance.markdown.strip("\n") for item in items}
    known = _items_in(before, file)
    fresh = [markdown for key, markdown in wanted.items() if key not in known]
    if not fresh:
        return 0
    after = insert_items(before, fresh, chinese=file.stem.endswith("zh-hans"))
    found = _items_in(after, file)
    if set(found) != {*known, *wanted}:
        raise NotWritten(f"{file.name}: the items do not come out as they went in.")
    file.write_text(after, encoding="utf-8")
    return len(fresh)


def insert_items(text: str, blocks: Iterable[str], *, chinese: bool) -> str:
    """Return a text with items at the end of its exercises; their heading is made where it is missing."""
    block = "\n\n".join(blocks)
    section = SECTION.search(text)
    if not section:
        head = "## 练习" if chinese else "## Exercises"
        return f"{text.rstrip()}\n\n{head}\n\n{block}\n"
    following = NEXT.search(text, section.end())
    end = following.start() if following else len(text)
    rest = f"\n\n{text[end:]}" if following else "\n"
    return f"{text[:end].rstrip()}\n\n{block}{rest}"


def _items_in(text: str, file: Path) -> dict[str, object]:
    """Return the items of a file by their marks; raises NotWritten where it cannot hold any."""
    parsed = parse_file(text, file.name)
    if parsed.dialect != OWN_FORMAT or len(parsed.questions) != 1:
        raise NotWritten(f"{file.name}: only files of the format of content/README.md can hold items.")
    items, problems = parse_items(parsed.questions[0].items, path=file.name)
    if problems:
        raise NotWritten("; ".join(map(str, problems)))
    return {item.slug: item for item in items.values()}
