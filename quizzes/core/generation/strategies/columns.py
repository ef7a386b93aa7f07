"""A table that compares things in words: one of its cells, and which of the things it belongs to."""

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass

from quizzes.core.generation.choosing import DISTRACTORS, single
from quizzes.core.generation.drafts import Candidate, Verdict
from quizzes.core.generation.filters import alike, hygiene, leak
from quizzes.core.generation.material import Material, Text
from quizzes.core.generation.phrases import between, say
from quizzes.core.generation.words import content_words, overlap, script_of, width
from quizzes.core.labels import is_label
from quizzes.core.passages import Cell, Table, plain

NAME = "columns"
VERSION = 5
MOST_THINGS = 6
NARROW = 12  # columns of a cell that says little by itself
A_TABLE = 6  # rows of a table that are tried
NOTE = re.compile(
    r"^(?:说明|描述|备注|含义|解释|示例|例子|作用|用途|优点|缺点|场景|适用场景|特点|类型|默认值|公式"
    r"|名称|方法|语法|命令|参数|版本|描述信息|序号|编号|区别|字段|值|占用|大小|意义|功能"
    r"|description|notes?|meaning|example|usage|use case|pros|cons|advantages?|disadvantages?|type"
    r"|default|formula|name|method|syntax|command|version|purpose|value|parameter|feature|no\.?|#"
    r"|explanation|details?|result|output)s?$",
    re.IGNORECASE,
)
ASPECT_CORNER = re.compile(
    r"|(?:对比|比较|不同|区别|特[性征点]|维度|方面|指标|项目?|属性|角度|内容|类别|比较项|对比项|对比维度"
    r"|比较维度|features?|aspects?|property|properties"
    r"|characteristics?|criteri(?:a|on)|comparison|parameters?|attributes?|basis|dimension|factor"
    r"|category|point)",
    re.IGNORECASE,
)
THING_CORNER = re.compile(
    r"方法|算法|模型|类型|名称|机制|策略|模式|协议|结构|框架|技术|种类|method|algorithm|model|type|name"
    r"|strategy|mode|protocol|technique|approach|kind"
    r"|hook|component|tool|library|framework|operator|command|structure",
    re.IGNORECASE,
)
ASPECT = re.compile(
    r"^(?:what|where|when|how|why|which|who)\b|\b(?:strengths?|weakness(?:es)?|costs?|structure|signal"
    r"|conditions?|conclusions?|difference|complexity|speed|size|memory|support"
    r"|performance|since|year|paper)\b|什么|哪里|何时|优点|缺点|优势|劣势|特点|条件|结论|代价|复杂度"
    r"|年份|论文|信号|性能|速度|占用|是否|吗$|的是$|怎样|怎么|如何|多少|哪",
    re.IGNORECASE,
)
YES_NO = re.compile(
    r"(?:是|否|有|无|支持|不支持|可以|不可以|yes|no|true|false|n/a|none|[✓✔✗✘×√xX❌✅-]+|高|低|快|慢|大"
    r"|小|中|多|少|high|low|fast|slow|medium|good|bad)(?:\s*[（(].*)?$",
    re.IGNORECASE,
)
CLAUSE = re.compile(
    r"(?:when|how|why|what|where|who|which|if|is|are|does|do|can|should|has)\b|.*(?:时|的时候|之后|之前|如何|怎么|怎样"
    r"|为什么|是否|何时|吗)[？?]?$|.*[?？]$",
    re.IGNORECASE,
)
JUDGING_LABEL = re.compile(
    r"\b(?:pros?|cons?|advantages?|disadvantages?|strengths?|weakness(?:es)?|benefits?|drawbacks?|limitations?"
    r"|when|suitability|recommendation|performance|causes?|reasons?)\b|原因|优缺点|优点|缺点|优势|劣势|特点|特性|评价|性能|适用|推荐",
    re.IGNORECASE,
)
VERB = re.compile(
    r"(?:uses?|has|have|is|are|was|does|do|can|cannot|can't|doesn't|don't|must|may|needs?|requires?|allows?"
    r"|supports?|provides?|makes?|takes?|gives?|gets?|keeps?|works?|runs?|stores?|returns?|creates?|lets?"
    r"|depends?|happens?|tends?|helps?|enables?|handles?|should|will|when|while|if|because|as|once|only|every|each)\b",
    re.IGNORECASE,
)
JUDGED = re.compile(
    r"\b(?:mainly|mostly|usually|typically|often|generally|commonly|sometimes|large|huge|small|simpl[ey]r?|eas(?:y"
    r"|ier|ily)|hard(?:er)?|better|best|good|great|bad|worse|popular|powerful|suitable|ideal|recommended"
    r"|preferred|faster|slower|highly|very|too|more|less|relatively|medium|complex|limited|minimal"
    r"|(?:strictly|loosely|clearly|rigidly|well)[ -]\w+ed|strict|clear|rigid)\b"
    r"|主要|通常|一般|往往|常常|经常|更|较|最好|适合|大型|小型|良好|方便|简单|容易|复杂|灵活|强大|高效|严格|清晰|明确|完善|推荐|建议|可能|略|有限"
    r"|非常|很|不错",
    re.IGNORECASE,
)


TRIVIA_LABEL = re.compile(
    r"\b(?:author|company|years?|released?|origin|written in|programming|language|popularity|community"
    r"|learning curve|maintain\w*|stars?|vendor|developer|examples?)\b"
    r"|年份|年代|作者|公司|厂商|开发者|发布|论文|社区|学习曲线|流行|代表|示例|例子|开发语言|备注|说明|其他",
    re.IGNORECASE,
)
PLACE_NAME = re.compile(
    r"^\W*(?:stage|step|phase|level|type|option|case|part|group|class|version|plan|method|scheme)\s*[\dA-Z]?\b"
    r"|^\W*\d|\s?v?\d+\.[\dx]+$|^第|^(?:阶段|方案|类型|方法|情况|步骤|版本)|^(?:this|that|other|others|before|after|old|new|ours?"
    r"|default|normal|traditional|其他|其它|传统|以前|之前|之后|现在|旧|新|普通|默认|我们)",
    re.IGNORECASE,
)
ALREADY = re.compile(
    r"(?:yes|no|not|none|true|false|same|similar|n/a|是|否|有|无|不|没有|支持|同|相同|一样|类似)(?:[\s,，;；(（:：]|$|不|同)",
    re.IGNORECASE,
)
COUNTED = re.compile(
    r"(?:model|address|protocol|pattern|architecture|algorithm|key|index|tree|table|component)$",
    re.IGNORECASE,
)


def in_phrase(name: str) -> str:
    """Return a thing as an English question names it: "OSI Model" is "the OSI model", "Primary Key" stays."""
    *first, last = name.split(" ")
    if not COUNTED.match(last) or not first or any(word.istitle() or word in ("the", "a") for word in first):
        return name
    return f"the {' '.join([*first, last.lower()])}"


def cell_of(candidate: Candidate) -> str:
    """Return the cell that is asked about, without its row's label."""
    return plain(candidate.source)


def labelled(candidate: Candidate) -> Verdict:
    """Object to row labels that are a clause or a question, and to cells that open with a verb."""
    label = candidate.hidden.removesuffix(f":{candidate.key}")
    if CLAUSE.match(label) or width(label) > 40:
        return Verdict("labelled", False, f"a clause, not a label: {label}")
    if JUDGING_LABEL.search(label):
        return Verdict("labelled", False, f"a row of judgements: {label}")
    if TRIVIA_LABEL.search(label):
        return Verdict("labelled", False, f"trivia: {label}")
    if VERB.match(cell_of(candidate)):
        return Verdict("labelled", False, "the cell does not read after its label")
    return Verdict("labelled", True)


def factual(candidate: Candidate) -> Verdict:
    """Object to cells that judge or weigh instead of stating."""
    if found := JUDGED.search(cell_of(candidate)):
        return Verdict("factual", False, f"a judgement: {found[0]}")
    return Verdict("factual", True)


def textual(candidate: Candidate) -> Verdict:
    """Object to cells that are a number, a mark or a single word, or that point elsewhere."""
    shown = cell_of(candidate).lstrip("✓✔✗✘✅❌☑ ")
    if YES_NO.match(shown) or script_of(shown) == "number":
        return Verdict("textual", False, "a mark, a grade or a number")
    words = [word for word in content_words(shown) if not word[0].isdigit()]
    together = content_words(candidate.shown)
    if (
        width(shown) < 5
        or not words
        or len(together) < (3 if candidate.text.chinese else 4)
        or "$" in candidate.shown
    ):
        return Verdict("textual", False, "says too little")
    if width(shown) > 240 or "![" in shown or "](" in shown or "<br" in shown:
        return Verdict("textual", False, "too long, or holds a picture or a break")
    if hygiene.ANAPHORIC.search(shown) or hygiene.POINTS.search(shown) or not hygiene.is_balanced(shown):
        return Verdict("textual", False, "points elsewhere, or is cut")
    if hygiene.is_sloppy(shown) or ALREADY.match(shown):
        return Verdict("textual", False, "carelessly written, or the answer to a yes-or-no")
    return Verdict("textual", True)


def told(candidate: Candidate) -> Verdict:
    """Object to a cell of a few characters where the stem does not say what is compared."""
    cell = cell_of(candidate)
    if len(candidate.distractors) > 1 and width(cell) < NARROW and not re.search(r"\d|`", cell):
        return Verdict("told", False, "a few characters, and nothing says of what")
    return Verdict("told", True)


def standing(candidate: Candidate) -> Verdict:
    """Object where a thing is named by number or by a phrase: it means nothing outside its table."""
    for name in (candidate.key, *candidate.distractors):
        if PLACE_NAME.search(name) or len(name.split()) > 4 or re.search(r"[:：;；,，、?？]", name):
            return Verdict("standing", False, f"says nothing outside the table: {name}")
    return Verdict("standing", True)


def apart(candidate: Candidate) -> Verdict:
    """Object where another column says nearly the same, or only more of it."""
    cell = cell_of(candidate)
    words = content_words(cell)
    for name, rival in zip(candidate.distractors, candidate.rivals, strict=True):
        if not rival.strip(" -–—/"):
            return Verdict("apart", False, f"nothing is said of {name}")
        figures = [set(re.findall(r"\d+(?:\.\d+)?", text)) for text in (cell, rival)]
        if all(figures) and not figures[0] & figures[1]:
            continue
        if overlap(words, content_words(rival)) > 0.67 or rival in cell or cell in rival:
            return Verdict("apart", False, f"{name} says nearly the same")
    return Verdict("apart", True)


def named(candidate: Candidate) -> Verdict:
    """Object where the stem names another column's thing, as "more than X" does."""
    shown = candidate.shown.casefold()
    for name in candidate.distractors:
        if name.casefold().strip("`()") in shown:
            return Verdict("named", False, f"the cell names {name}")
    return Verdict("named", True)


FILTERS = (labelled, factual, textual, told, standing, leak.check, alike.check, apart, named)


def propose(material: Material, rng: random.Random) -> Iterator[Candidate]:
    """Yield candidates of the comparison tables, whichever way round they stand."""
    for text in material.texts:
        for table in text.passages.tables:
            for grid in comparisons(table, text):
                yield from _candidates(text, grid, rng)


@dataclass(frozen=True)
class Grid:
    """A comparison: things, the aspects they are compared in, and a cell for each pair."""

    things: tuple[str, ...]
    aspects: tuple[str, ...]
    cells: tuple[tuple[Cell, ...], ...]  # [aspect][thing]


def comparisons(table: Table, text: Text) -> Iterator[Grid]:
    """Yield a table as a comparison of its columns or of its rows, where it shows which it is."""
    corner, *heads = (plain(cell.text) for cell in table.head)
    sides = [plain(row[0].text) for row in table.rows]
    if not all(heads) or not all(sides) or len(heads) < 2 or len(sides) < 2:
        return
    said = f"{text.title} {table.before} {table.heading}".casefold()
    by_column = Grid(tuple(heads), tuple(sides), tuple(tuple(row[1:]) for row in table.rows))
    places = range(1, len(table.head))
    by_row = Grid(tuple(sides), tuple(heads), tuple(tuple(row[i] for row in table.rows) for i in places))
    if _is_sound(by_column) and (ASPECT_CORNER.fullmatch(corner) or _named_in(heads, said)):
        yield by_column
    elif _is_sound(by_row) and (THING_CORNER.search(corner) or not corner or _named_in(sides, said)):
        yield by_row


def _named_in(heads: list[str], said: str) -> bool:
    """Tell whether the title or the lead speaks of at least two of the heads."""
    bare = [head.casefold().strip("`*() ") for head in heads]
    return sum(len(head) > 1 and head in said for head in bare) >= 2


def _is_sound(grid: Grid) -> bool:
    """Tell whether things and aspects are what they seem to be: distinct, named, not too many."""
    things = [thing.casefold() for thing in grid.things]
    return (
        2 <= len(things) <= MOST_THINGS
        and len(set(things)) == len(things)
        and len(set(grid.aspects)) == len(grid.aspects)
        and all(width(thing) > 1 and not is_label(thing) and not NOTE.match(thing) for thing in things)
        and not any(ASPECT.search(thing) for thing in things)
        and not any(aspect.isdigit() for aspect in grid.aspects)
    )


def _candidates(text: Text, grid: Grid, rng: random.Random) -> Iterator[Candidate]:
    """Yield one candidate a row: of the cell that the filters pass, else of any."""
    rows = list(zip(grid.aspects, grid.cells, strict=True))
    rng.shuffle(rows)
    for aspect, row in rows[:A_TABLE]:
        places = list(range(len(row)))
        rng.shuffle(places)
        tried = [_candidate(text, grid, aspect, row, place, rng) for place in places]
        yield next((one for one in tried if all(check(one).passed for check in FILTERS)), tried[0])


def _candidate(
    text: Text, grid: Grid, aspect: str, row: tuple[Cell, ...], place: int, rng: random.Random
) -> Candidate:
    chinese = text.chinese
    colon, semicolon = ("：", "；") if chinese else (": ", "; ")
    cells = [plain(cell.text) for cell in row]
    others = [i for i in range(len(cells)) if i != place]
    rng.shuffle(others)
    others = others[:DISTRACTORS]
    key, distractors = grid.things[place], tuple(grid.things[i] for i in others)
    if len(grid.things) == 2:
        names = grid.things if chinese else map(in_phrase, grid.things)
        one, other = (between(name, chinese=chinese) for name in names)
        asked = say("column_pair", chinese=chinese, one=one, other=other).strip()
    else:
        asked = say("column", chinese=chinese)
    shown = f"{aspect}{colon}{cells[place]}"
    said = semicolon.join(f"{thing}{colon}{cell}" for thing, cell in zip(grid.things, cells, strict=True))
    why = say("because", chinese=chinese, source=f"{aspect}{colon}{said}")
    return Candidate(
        item=single(key, distractors, f"{asked}\n\n{shown}", why, NAME, rng),
        text=text,
        span=row[place].span,
        shown=shown,
        hidden=f"{aspect}:{key}",
        key=key,
        distractors=distractors,
        rivals=tuple(cells[i] for i in others),
    )
