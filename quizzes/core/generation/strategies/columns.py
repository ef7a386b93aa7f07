"""A table that compares things in words: one of its cells, and which column it belongs to."""

import random
import re
from collections.abc import Iterator

from quizzes.core.generation.choosing import single
from quizzes.core.generation.drafts import Candidate, Verdict
from quizzes.core.generation.filters import alike, leak
from quizzes.core.generation.material import Material, Text
from quizzes.core.generation.phrases import say
from quizzes.core.generation.words import content_words, overlap, script_of, width
from quizzes.core.passages import Table, plain

NAME = "columns"
VERSION = 1
MOST_COLUMNS = 5
A_TABLE = 6  # rows of a table that are tried
NOTE = re.compile(
    r"^(?:说明|描述|备注|含义|解释|示例|例子|作用|用途|优点|缺点|场景|适用场景|特点|类型|默认值|公式"
    r"|名称|方法|语法|命令|参数|版本|描述信息|序号|编号|区别|字段|值|占用|大小|意义|功能"
    r"|description|notes?|meaning|example|usage|use case|pros|cons|advantages?|disadvantages?|type"
    r"|default|formula|name|method|syntax|command|version|purpose|value|parameter|feature|no\.?|#"
    r"|explanation|details?|result|output)s?$",
    re.IGNORECASE,
)
YES_NO = re.compile(
    r"(?:是|否|有|无|支持|不支持|可以|不可以|yes|no|true|false|n/a|none|[✓✔✗✘×√xX❌✅-]+|高|低|快|慢|大"
    r"|小|中|多|少|high|low|fast|slow|medium|good|bad)(?:\s*[（(].*)?$",
    re.IGNORECASE,
)


def textual(candidate: Candidate) -> Verdict:
    """Object to cells that are a number, a mark or a single word."""
    shown = candidate.shown
    if YES_NO.match(shown) or script_of(shown) == "number":
        return Verdict("textual", False, "a mark, a grade or a number")
    if width(shown) < 8 or len(content_words(shown)) < 2:
        return Verdict("textual", False, "says too little")
    if width(shown) > 240 or "![" in shown or "](" in shown or "<br" in shown:
        return Verdict("textual", False, "too long, or holds a picture or a break")
    return Verdict("textual", True)


def apart(candidate: Candidate) -> Verdict:
    """Object where another column says nearly the same, or only more of it."""
    words = content_words(candidate.shown)
    for name, rival in zip(candidate.distractors, candidate.rivals, strict=True):
        if not rival.strip(" -–—/"):
            return Verdict("apart", False, f"nothing is said of {name}")
        if (
            overlap(words, content_words(rival)) > 0.67
            or rival in candidate.shown
            or candidate.shown in rival
        ):
            return Verdict("apart", False, f"{name} says nearly the same")
    return Verdict("apart", True)


def named(candidate: Candidate) -> Verdict:
    """Object where the stem names another column's thing, as "more than X" does."""
    shown = candidate.shown.casefold()
    for name in candidate.distractors:
        if name.casefold().strip("`()") in shown:
            return Verdict("named", False, f"the cell names {name}")
    return Verdict("named", True)


FILTERS = (textual, leak.check, alike.check, apart, named)


def propose(material: Material, rng: random.Random) -> Iterator[Candidate]:
    """Yield candidates of the comparison tables, the cells that differ most first."""
    for text in material.texts:
        for table in text.passages.tables:
            if is_comparison(table):
                yield from _candidates(text, table, rng)


def is_comparison(table: Table) -> bool:
    """Tell whether the columns, but for the first, are things that the rows compare."""
    heads = [plain(cell.text) for cell in table.head]
    if not 3 <= len(heads) <= MOST_COLUMNS or len(table.rows) < 2:
        return False
    things = heads[1:]
    if any(not head or NOTE.match(head.strip("*` ")) for head in things):
        return False
    aspects = [plain(row[0].text) for row in table.rows]
    return all(aspects) and len(set(aspects)) == len(aspects) and not any(a.isdigit() for a in aspects)


def _candidates(text: Text, table: Table, rng: random.Random) -> Iterator[Candidate]:
    things = [plain(cell.text) for cell in table.head][1:]
    if len({thing.casefold() for thing in things}) < len(things):
        return
    chinese, title = text.chinese, plain(text.title)
    rows = list(table.rows)
    rng.shuffle(rows)
    for row in rows[:A_TABLE]:
        aspect, *cells = (plain(cell.text) for cell in row)
        column = rng.randrange(len(cells))
        others = [i for i in range(len(cells)) if i != column]
        rivals = tuple(cells[i] for i in others)
        shown = cells[column]
        stem = f"{say('column_in', chinese=chinese, title=title, row=aspect)}\n\n{shown}"
        said = (
            "；".join(f"{thing}：{cell}" for thing, cell in zip(things, cells, strict=True))
            if chinese
            else "; ".join(f"{thing}: {cell}" for thing, cell in zip(things, cells, strict=True))
        )
        item = single(
            things[column],
            [things[i] for i in others],
            stem,
            say("because", chinese=chinese, source=f"{aspect}：{said}" if chinese else f"{aspect}: {said}"),
            NAME,
            rng,
        )
        yield Candidate(
            item,
            text,
            row[column + 1].span,
            shown,
            f"{aspect}:{things[column]}",
            things[column],
            tuple(things[i] for i in others),
            rivals,
        )
