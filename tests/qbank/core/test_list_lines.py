"""No line that its author wrote as part of a list is shown as running text."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import markdown
import pytest

from qbank.core import render as renderer
from qbank.core.maths import find_code, find_maths
from qbank.core.parser import parse_file
from qbank.core.render import render
from qbank.core.rewrite import MARK

_MARK = re.compile(
    r"^\s*(?:[-*+●•◆■]\s+|[(（]?[0-9０-９]{1,2}[)）][、.]?\s*|[0-9]{1,2}[.、]\s*|[①-⑳]\s*)(?=\S)"
)


class Paragraphs(HTMLParser):
    """Gather the lines of text that stand in paragraphs, not in code, tables or headings."""

    def __init__(self) -> None:
        super().__init__()
        self.lines = [""]
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("pre", "code", "table", "math", "h1", "h2", "h3", "h4", "h5", "h6", "summary"):
            self.hidden += 1
        if tag in ("p", "br", "div", "li", "details"):
            self.lines.append("")
        if tag in ("strong", "b"):  # a bold number heads a part, it is no list
            self.lines[-1] += "\ufffc"

    def handle_endtag(self, tag: str) -> None:
        if tag in ("pre", "code", "table", "math", "h1", "h2", "h3", "h4", "h5", "h6", "summary"):
            self.hidden -= 1
            self.lines[-1] += "\ufffc"
        if tag in ("p", "div", "li", "details"):
            self.lines.append("")

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            first, *rest = data.split("\n")
            self.lines[-1] += first
            self.lines += rest


def left_as_text(html: str) -> list[str]:
    """Return the lines of running text that begin with a list mark: bullets, and numbers that count up."""
    reader = Paragraphs()
    reader.feed(html)
    found = [line.strip() for line in reader.lines if _MARK.match(line)]
    bullets = [line for line in found if not re.match(r"[(（]?[0-9０-９①-⑳]", line)]
    numbered = [line for line in found if line not in bullets]
    return bullets + (numbered if len(numbered) > 1 else [])


def has_lists(answer: str) -> bool:
    """Tell whether an answer has a line with a list mark outside of code and formulas."""
    text = list(answer)
    for start, end in [*find_code(answer), *((m.start, m.end) for m in find_maths(answer))]:
        text[start:end] = [" " if c != "\n" else c for c in text[start:end]]
    return any(_MARK.match(line) for line in "".join(text).split("\n"))


def answers(corpora: Path) -> Iterator[tuple[str, str]]:
    """Yield path and Markdown of every stem and answer of the corpora that has a list."""
    for path in sorted(corpora.rglob("*.md")):
        name = path.relative_to(corpora).as_posix()
        for question in parse_file(path.read_bytes(), name).questions:
            yield from ((name, text) for text in (question.stem, question.answer) if has_lists(text))


def test_no_list_line_of_the_corpora_is_running_text(
    corpora: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plain = markdown.Markdown(extensions=renderer._EXTENSIONS, extension_configs=renderer._CONFIGS)
    before: list[tuple[str, str]] = []
    after: list[tuple[str, str]] = []
    for name, text in answers(corpora):
        before += [(name, line) for line in left_as_text(plain.reset().convert(text))]
        after += [(name, line) for line in left_as_text(MARK.sub("x", render(text).html))]
    with capsys.disabled():
        print(
            f"\nlist lines shown as running text: {len(before)} by Python-Markdown alone, {len(after)} here"
        )
    assert after == []
