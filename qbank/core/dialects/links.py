"""Questions as lists or tables that only link to the answers, or tables that hold them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from qbank.core.blocks import Document
from qbank.core.document import ParsedQuestion, Problem
from qbank.core.labels import says_only_answer
from qbank.core.marks import open_question
from qbank.core.titles import Title, plain_markdown, read_title
from qbank.core.tree import Block

NAME = "links"
SUREST = 0.75  # confidence that it never exceeds
ASKING = 0.6
HEADED = 0.3  # of the rows of a column headed "question" so many must ask
LONGEST = 5000  # characters of an entry
_LINK = r"\[(?P<text>(?:[^\[\]]|\[[^\[\]]*\])+)\]\((?P<url>[^)\s]*)[^)]*\)"
_CELL_LINK = re.compile(_LINK)
_ITEM = re.compile(
    rf"^\s*(?:\[(?P<tag>[^\]\[]{{1,12}})\]\s*(?!\())?(?:\*\*|__)?{_LINK}(?:\*\*|__)?(?P<rest>.*)$"
)
_ASKED = re.compile(  # heads of a column
    r"^\W*(?:问题?|题目?|面试题|题干|問題?|題目?|質問|질문|(?:interview\s+)?questions?|q|вопросы?|preguntas?|perguntas?"
    r"|questões|questão|fragen?|domand[ae]|pytani[ae]|sorular|soru|câu\s+hỏi|pertanyaan|vrag(?:en)?|питання)\W*$",
    re.IGNORECASE,
)
_ANSWERED = re.compile(r"^\W*a\W*$", re.IGNORECASE)
_COUNTS = re.compile(r"\W*([A-Z]{0,2}-?\d{1,4})\W*")
_LEADS = re.compile(
    r"^(?:点击|查看|答案|解析|详情|链接|answer|solution|view|link|see|here|read)", re.IGNORECASE
)


@dataclass(frozen=True)
class Entry:
    """A question with the address of its answer, or with the answer itself."""

    line: int  # 0-based
    title: Title
    url: str
    tag: str = ""
    answer: str = ""


def recognises(document: Document) -> float:
    """Weigh how many entries ask."""
    entries = find_entries(document)
    asking = sum(e.title.asks for e in entries)
    held = sum(bool(e.answer) and e.title.word for e in entries)
    if held > 1:
        return SUREST * held / (len(entries) + 1)
    return SUREST * asking / (len(entries) + 2) if len(entries) >= 3 else 0.0


def parse(document: Document) -> tuple[Sequence[ParsedQuestion], Sequence[Problem]]:
    """Make a question of every entry."""
    return [_question(document, entry) for entry in find_entries(document)], []


@lru_cache(maxsize=1)
def find_entries(document: Document) -> list[Entry]:
    """List the entries of the lists and tables in which most ask; links within the file are contents."""
    found: list[Entry] = []
    for block in document.blocks:
        if document.in_fold(block.start):
            continue
        if block.kind == "list":
            for entries in _lists(block):
                found += _if_asking(entries)
        elif block.kind == "table":
            headed, column = _asked_column(document, block)
            rows = _rows(document, block, headed=headed, column=column)
            found += _if_asking(list(rows), HEADED if headed else ASKING)
    return found


def _if_asking(entries: Sequence[Entry], least: float = ASKING) -> list[Entry]:
    """Return the entries where so many ask, and no contents of the file."""
    asking = sum(e.title.asks for e in entries)
    inside = sum(e.url.startswith("#") for e in entries)
    if not entries or asking < least * len(entries) or 2 * inside > len(entries):
        return []
    return list(entries)


def _lists(listing: Block) -> Iterator[list[Entry]]:
    """Yield the entries of a list and of each list in it."""
    own = []
    for item in listing.children:
        for child in item.children:
            if child.kind == "list":
                yield from _lists(child)
        text = item.children[0].text if item.children and item.children[0].kind == "paragraph" else ""
        match = _ITEM.match(text) if len(text) <= LONGEST else None
        if match and not re.search(r"\w{4,}", match["rest"]):
            title = read_title(match["text"])
            title = replace(title, number=title.number or item.number)
            if title.text:
                own.append(Entry(item.start, title, match["url"], match["tag"] or ""))
    yield own


def held_rows(document: Document) -> list[int]:
    """List the lines (0-based) of tables that have a column of questions and one of answers."""
    tables = [b for b in document.blocks if b.kind == "table" and not document.in_fold(b.start)]
    found: list[int] = []
    for table in tables:
        if _answer_columns(_cells(document.lines[table.start])) and _asked_column(document, table)[0]:
            found += range(table.start + 2, table.end)
    return found


def _answer_columns(heads: Sequence[str]) -> set[int]:
    return {i for i, head in enumerate(heads) if says_only_answer(head) or _ANSWERED.match(head)}


def _asked_column(document: Document, table: Block) -> tuple[bool, int | None]:
    """Tell whether a column is headed "question", and return which, none where its cells only count."""
    heads = _cells(document.lines[table.start])
    asked = next((i for i, head in enumerate(heads) if _ASKED.match(plain_markdown(head))), None)
    if asked is None:
        return False, None
    rows = [_cells(document.lines[line]) for line in range(table.start + 2, table.end)]
    counting = [row for row in rows if asked < len(row) and _COUNTS.fullmatch(row[asked])]
    return True, asked if 2 * len(counting) < len(rows) else None


def _rows(document: Document, table: Block, *, headed: bool, column: int | None) -> Iterator[Entry]:
    """Yield a table's rows that ask: the cell that asks is the title, a link or another cell the answer."""
    heads = _cells(document.lines[table.start])
    answers = _answer_columns(heads)
    for line in range(table.start + 2, table.end):
        if len(document.lines[line]) > LONGEST:
            continue
        cells = _cells(document.lines[line])
        telling = [
            i for i, cell in enumerate(cells) if i not in answers and not _LEADS.match(plain_markdown(cell))
        ]
        asking = [i for i in telling if read_title(cells[i]).asks]
        linked = [i for i in telling if _CELL_LINK.search(cells[i])]
        place = column if column in telling else next(iter(asking + linked), None)
        if place is None:
            continue
        title = read_title(cells[place])
        link = _CELL_LINK.search(" ".join(cells))
        texts = [cells[i] for i in answers if i < len(cells) and not _CELL_LINK.fullmatch(cells[i])]
        if (link or texts or headed) and any(map(str.isalpha, title.text)):
            counts = _COUNTS.fullmatch(cells[0])
            number = title.number or (counts[1] if counts else "")
            title = replace(title, number=number, word=title.word or (place == column and bool(texts)))
            yield Entry(line, title, link["url"] if link else "", answer=next(iter(texts), ""))


def _cells(row: str) -> list[str]:
    """Split a row at the bars that stand neither in code nor after a backslash."""
    cells = re.findall(r"(?:`[^`]*`|\\.|[^|\\`]|`)+|(?<=\|)(?=\|)", row.strip().strip("|"))
    return [cell.strip() for cell in cells]


def _question(document: Document, entry: Entry) -> ParsedQuestion:
    return replace(
        open_question(document, entry.line, entry.title),
        end_line=entry.line + 1,
        answer_line=entry.line + 1,
        answer=entry.answer,
        tags=(entry.tag,) if entry.tag else (),
        sources=(f"<{entry.url}>",) if entry.url.startswith("http") else (),
    )
