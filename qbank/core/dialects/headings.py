"""Questions as headings: <hN>, ATX or setext, at any level, numbered or not, also inside list items.

One level of the file holds the questions: the shallowest one whose headings mostly ask something, or are
numbered where nothing deeper asks. Numbers that run on through several levels make all of these one. What
stands above are sections; what stands below belongs to the answers.
"""

import re
import textwrap
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from itertools import islice, pairwise

from qbank.core.answer_lists import find_seams, in_answer_list, listed_key, read_answer_lists
from qbank.core.answers import says_answer, says_placeholder
from qbank.core.blocks import Document
from qbank.core.choice import read_choice, with_choice
from qbank.core.document import ParsedQuestion, Problem
from qbank.core.labels import (
    heads_answer,
    holds_several,
    is_answered,
    opens_answer,
    read_body,
    says_only_options,
    says_only_question,
    states_question,
)
from qbank.core.titles import (
    Title,
    read_title,
    with_missing_numbers,
    with_running_numbers,
    without_glued_numbers,
)
from qbank.core.topics import are_listed, await_answers, may_await, read_contents
from qbank.core.tree import Block, Fold
from qbank.core.wrapped import title_below

NAME = "headings"
ASKING = 0.5  # a level whose headings ask at least this often holds questions
NUMBERED = 0.8
MOSTLY = 0.7  # a small level without numbers must ask so often where the file is not named for questions
SMALL = 8
INSISTING = 0.3  # of those that ask at least so many must do so in words that head no chapter
SOME = 0.2  # of numbered headings at least so many must ask, else they are the chapters of a note
OWN = 0.75  # a level whose headings ask about the file itself so often holds no questions
COMPANY = 4  # among more headings than these one that asks alone is a chapter of a note
WORDED = 2  # so many headings that say "question" make their level one of questions
STRICT = 5  # from so many numbered headings on, one without a number is no question unless it asks
REFRAIN = 3  # a heading without a body that comes so often is a refrain
LOOSE = 2  # so many deeper headings that ask and are no part of an answer make their level one of questions
COUNTED = 3  # so many numbered headings that ask are questions, whatever stands between them
BARE = -2  # stands for the level of headings without a number among these
RUNNING = -1  # stands for the level of headings whose numbers run on through several levels
_TARGET = re.compile(r"\]\((https?://[^)\s]+)")
_NAMED = re.compile(r"interview|questions?\b|quiz|\bfaq|面试|试题|题库|题目|问答|八股|面经", re.IGNORECASE)
_README = re.compile(  # parts of what a project says of itself
    r"install(?:ation|ing)?|usage|quick ?-?start|getting started|features|requirements|prerequisites"
    r"|安装|使用方法|快速(?:开始|上手)",
    re.IGNORECASE,
)
_CHAPTER = re.compile(
    r"第\s*[0-9一二三四五六七八九十]+\s*(?:部分|[章节讲课])|(?:part|chapter|lesson|module|unit)\s+\d",
    re.IGNORECASE,
)
_ABOUT_FILE = ("title", "description", "tags", "categories", "keywords")
_ASKED = re.compile(
    r"^(\*\*|__)(?:Q|Question|Problem|问|问题|题目(?:描述|内容)?|题干|题面)\s*(?:[:：]\s*\1|\1\s*[:：])\s*(?=\S)",
    re.IGNORECASE,
)

_FOLLOWS = re.compile(r"(?:follow[- ]?up|追问)\s*(?:Q|question|问题)?\s*\d*\s*[:：]\s*(?=\S)", re.IGNORECASE)
_FOLLOW_UPS = re.compile(r"꼬리\s?질문|follow[- ]?ups?(?: questions)?|追问|深掘り", re.IGNORECASE)
_BARE_NUMBER = re.compile(r"\d{1,3}\.?")

Group = tuple[int, int, bool]


@dataclass(frozen=True)
class Mark:
    """A heading with its title understood."""

    block: Block
    title: Title
    item: Block | None  # the numbered list item that it begins
    depth: int  # how many list items are around it
    aside: bool = False  # apparatus, a refrain or an advertisement: no question, and no part of an answer
    group: Group = (0, 0, False)  # what makes headings alike

    @property
    def number(self) -> str:
        """Return the number of the heading or of its list item."""
        return self.title.number or (self.item.number if self.item else "")

    @property
    def start(self) -> int:
        """Return the first line (0-based) of the heading or of the list item that it begins."""
        return self.item.start if self.item else self.block.start


@dataclass(frozen=True)
class Found:
    """A question heading, the lines that are its own, and the sections above."""

    mark: Mark
    start: int  # first line after the heading
    end: int
    section: tuple[str, ...]


def recognises(document: Document) -> float:
    """Weigh how many question headings there are and how many of them ask."""
    found = find_questions(document)
    sure = sum(1 for f in found if f.mark.title.asks or f.mark.title.number or f.mark.block.number)
    return sure / (len(found) + 2) if found else 0.0


def parse(document: Document) -> tuple[Sequence[ParsedQuestion], Sequence[Problem]]:
    """Cut the file at its question headings."""
    return [question_of(document, found) for found in find_questions(document)], []


def question_of(document: Document, found: Found) -> ParsedQuestion:
    """Make a question of a heading and the lines after it."""
    question = open_question(document, found)
    title, start = title_of(document, found)
    listed = listed_key(document, start, found.mark.number)
    choice = None
    if not found.mark.item:
        choice = read_choice(document, start, found.end, title=title, listed=listed)
    return with_choice(question, choice) if choice else question


def open_question(document: Document, found: Found) -> ParsedQuestion:
    """Make a question without looking for options."""
    mark = found.mark
    title, start = title_of(document, found)
    fold = _asking_fold(document, found)
    end, indent = fold.end if fold else found.end, mark.item.indent if mark.item else 0
    body = read_body(document, start, end, indent, title)
    return ParsedQuestion(
        line=mark.block.start + 1,
        end_line=found.end,
        answer_line=body.line + 1,
        title=title,
        number=(mark.item.number if mark.item else "") or mark.title.number,
        section=(*found.section, mark.title.text) if fold and mark.title.text else found.section,
        stem=body.stem,
        # an item's text is often indented too far
        answer=textwrap.dedent(body.answer) if mark.item else body.answer,
        difficulty=None if mark.title.starred else mark.title.difficulty,
        frequency=3 if mark.title.starred else None,
    )


@lru_cache(maxsize=1)
def find_questions(document: Document) -> tuple[Found, ...]:
    """Choose the level that holds the questions and list them with the lines that are theirs."""
    marks = _marks(document)
    named = is_named_for_questions(document)
    group = _choose(document, marks, named=named)
    if group is None:
        marks = _answered(document, marks)
        group = _choose(document, marks, named=False)
    if group is None:
        marks = _numbered_apart(marks, named=named)
        group = _choose(document, marks, named=named)
    if group is None and (topics := _topics(document, marks, named=named)):
        group = topics[0].group
        marks = [replace(m, title=replace(m.title, word=True)) if m in topics else m for m in marks]
    if group is None:
        return ()
    marks = [m for m in marks if not _is_label(m)]
    marks = [m if m.group != group or _may_ask(m) else replace(m, group=(0, BARE, False)) for m in marks]
    marks = _with_deeper(document, marks, group)
    return _cut(document, marks, group) or _cut(document, marks, group, below_apparatus=True)


@dataclass(frozen=True)
class Level:
    """The headings that hold the questions, asides left out, and what tells a question among them."""

    group: Group
    members: tuple[Mark, ...]

    @cached_property
    def top(self) -> int:
        """Return the level of the highest of them."""
        return min(m.block.level for m in self.members)

    @cached_property
    def deepest(self) -> int:
        """Return the level of the deepest of them, where they are no run of numbers."""
        return max(m.block.level for m in self.members) if self.group[1] > 0 else self.top

    @cached_property
    def strict(self) -> bool:
        """Tell whether one without a number is no question unless it asks."""
        return _is_strict(self.members)

    @cached_property
    def worded(self) -> bool:
        """Tell whether many say "question", so that one that does not is none."""
        return sum(m.title.word for m in self.members) >= max(WORDED, len(self.members) / 3)

    @cached_property
    def asking(self) -> bool:
        """Tell whether most of those that do not say so ask all the same."""
        return _share([m for m in self.members if not m.title.word]) >= MOSTLY

    def holds(self, mark: Mark) -> bool:
        """Tell whether a heading is a question as far as it says itself."""
        if mark.group != self.group or mark.aside or (self.strict and not _sure(mark)):
            return False
        return not self.worded or mark.title.word or (self.asking and mark.title.asks_plainly)

    def ends(self, mark: Mark, later: Mark) -> bool:
        """Tell whether a later heading ends what is a question's own."""
        if later.group == self.group:
            return True
        if later.depth:
            return False
        if later.block.level < min(self.top, mark.block.level) or (later.aside and _ends(later)):
            return True
        like = (later.block.level, later.block.html) == (self.top, self.members[0].block.html)
        return like and not mark.item


def _cut(
    document: Document, marks: list[Mark], group: Group, below_apparatus: bool = False
) -> tuple[Found, ...]:
    """List the questions of a level; below the apparatus only a long numbered list that is all there."""
    level = Level(group, tuple(m for m in marks if m.group == group and not m.aside))
    if below_apparatus and not (level.strict and len(level.members) >= STRICT):
        return ()
    found: list[Found] = []
    sections: list[Mark] = []
    levels = Counter(m.block.level for m in marks)  # one first-level heading alone is the title of the file
    for position, mark in enumerate(marks):
        if mark.depth and mark.group != group:
            continue  # part of an answer inside a list item
        while sections and sections[-1].block.level >= mark.block.level:
            sections.pop()
        belongs = below_apparatus or not any(s.title.is_apparatus for s in sections)
        titles_file = position == 0 and _is_file_title(mark, level.members)
        if level.holds(mark) and belongs and not titles_file:
            titles = tuple(s.title.text for s in sections if s.block.level > 1 or levels[s.block.level] > 1)
            found.append(Found(mark, mark.block.end, _end(document, marks, position, level), titles))
        elif not position and _has_follow_ups(marks[:2]):
            found.append(Found(mark, mark.block.end, marks[position + 1].start, ()))
        elif mark.group != group and mark.block.level < level.deepest and not mark.title.is_contents:
            sections.append(mark)
    return tuple(found)


def _end(document: Document, marks: list[Mark], position: int, level: Level) -> int:
    """Return the line after what is the own of the question at a position."""
    mark = marks[position]
    later = (later.start for later in islice(marks, position + 1, None) if level.ends(mark, later))
    end = next(later, len(document.lines))
    return next((seam for seam in find_seams(document) if mark.start < seam < end), end)


def _with_deeper(document: Document, marks: list[Mark], group: Group) -> list[Mark]:
    """Take deeper headings into the group of the questions where their level holds questions as well.

    Most of such a level ask, and most of those that ask are no parts of an answer: they stand below no
    question, or have nothing below them. Headings of the group that only hold them are sections then. A
    heading that says "follow-up question" and has an answer of its own is a question at any level.
    """
    if group[1] <= 0 or group[2] or not [m for m in marks if m.group[1] > group[1] and m.title.asks]:
        return marks
    ends = [*(m.start for m in marks[1:]), len(document.lines)]
    empty = [
        not "".join(document.lines[m.block.end : end]).strip() for m, end in zip(marks, ends, strict=False)
    ]
    asked = [
        m.group == group and _sure(m) and not (bare and not m.title.asks)
        for m, bare in zip(marks, empty, strict=True)
    ]
    taken = _deeper_questions(document, marks, group, asked, empty)
    if not taken:
        return marks
    renewed = [replace(m, group=group) if p in taken else m for p, m in enumerate(marks)]
    for place in range(len(marks) - 1):
        if marks[place].group == group and empty[place] and not asked[place] and place + 1 in taken:
            renewed[place] = replace(marks[place], group=(0, BARE, False))
    return [_unfollowed(m) if p in taken else m for p, m in enumerate(renewed)]


def _deeper_questions(
    document: Document, marks: list[Mark], group: Group, asked: Sequence[bool], empty: Sequence[bool]
) -> set[int]:
    """Return the places of the deeper headings that are questions.

    `asked` tells of each heading whether it is a question of the group, `empty` whether nothing is below it.
    """
    ends = [*(m.start for m in marks[1:]), len(document.lines)]
    deeper: dict[int, list[int]] = defaultdict(list)
    orphans = set()
    above = False
    for place, mark in enumerate(marks):
        if mark.depth or mark.block.html:
            continue
        if mark.block.level <= group[1]:
            above = asked[place]
        elif _may_ask(mark):
            deeper[mark.block.level].append(place)
            if not above:
                orphans.add(place)
    taken: set[int] = set()
    for places in deeper.values():
        asking = {p for p in places if marks[p].title.insists}
        loose = {p for p in asking if p in orphans or empty[p]}
        if (
            loose & orphans
            and len(loose) >= max(LOOSE, len(asking) / 2)
            and len(asking) >= MOSTLY * len(places)
        ):
            taken |= asking | orphans.intersection(places)
        taken |= {
            p
            for p in places
            if _FOLLOWS.match(marks[p].title.text) and is_answered(document, marks[p].block.end, ends[p])
        }
    return taken


def _unfollowed(mark: Mark) -> Mark:
    """Drop "follow-up question" before the title of a heading."""
    text = _FOLLOWS.sub("", mark.title.text)
    return mark if text == mark.title.text else replace(mark, title=replace(mark.title, text=text, word=True))


def _is_strict(members: Sequence[Mark]) -> bool:
    """Tell whether a heading without a number is no question unless it asks: most have one, or these ask."""
    numbered = [m for m in members if m.number]
    if len(members) >= STRICT and len(numbered) >= NUMBERED * len(members):
        return True
    asking = len(numbered) >= COUNTED and all(m.title.insists for m in numbered)
    return asking and 2 * len(numbered) >= len(members)


def _has_follow_ups(marks: Sequence[Mark]) -> bool:
    """Tell whether the first heading asks, and the next one, below it, says that follow-ups come."""
    first, *rest = marks
    return first.title.insists and any(
        m.block.level > first.block.level and _FOLLOW_UPS.fullmatch(m.title.text) for m in rest
    )


def _is_label(mark: Mark) -> bool:
    """Tell whether a heading begins an answer or its explanation, or says only "question" or "options"."""
    text = mark.block.text
    return heads_answer(text) or says_only_question(text) or says_only_options(text)


def _may_ask(mark: Mark) -> bool:
    """Tell whether a heading may be a question: no aside, no label, no section "questions"."""
    if mark.aside or not (mark.title.text or mark.title.word or mark.number) or _is_label(mark):
        return False
    text = mark.title.text or mark.block.text
    return not says_only_question(text, several=True)


def _ends(mark: Mark) -> bool:
    """Tell whether an aside ends an answer at any level: a refrain does, "References" does not."""
    return not mark.title.is_apparatus


def title_of(document: Document, found: Found) -> tuple[str, int]:
    """Return the title of a question, and the first line after it.

    A heading that only counts has it in the first paragraph below, or in the first one under "question".
    """
    title = found.mark.title
    if fold := _asking_fold(document, found):
        return read_title(fold.summary).text, fold.body_start
    if not title.is_empty:
        return title.text, found.start
    blocks = document.between(found.start, found.end)
    under = (n for n, b in enumerate(blocks) if b.kind == "heading")
    first_heading = next(under, None)
    if first_heading is not None and says_only_question(blocks[first_heading].text):
        blocks = blocks[first_heading + 1 :]
    for block in blocks:
        if block.kind == "paragraph" and "\n" not in block.text and says_only_question(block.text):
            continue
        if below := title_below(block):
            return read_title(_ASKED.sub("", below[0])).text, below[1]
        break
    return title.text or found.mark.number, found.start


def _asking_fold(document: Document, found: Found) -> Fold | None:
    """Return the fold that asks in its summary and is all that stands below "Question 3: a topic"."""
    if not (document.folds and found.mark.title.only_counts) or found.mark.item:
        return None
    fold = document.first_fold(found.start, found.end)
    if fold is None or says_answer(fold.summary) or not read_title(fold.summary).asks_plainly:
        return None
    around = (*document.lines[found.start : fold.start], *document.lines[fold.end + 1 : found.end])
    return None if any(c.isalnum() for line in around for c in line) else fold


def _marks(document: Document) -> list[Mark]:
    """Read the headings, tell the asides among them, and group those that are alike."""
    heads = list(document.headings)
    if read_answer_lists(document):
        heads = [(b, around) for b, around in heads if not in_answer_list(document, b.start)]
    marks = [_mark(block, around) for block, around in heads]
    ends = [*(m.start for m in marks[1:]), len(document.lines)][: len(marks)]
    empty = [
        not any(line.strip() for line in document.lines[m.block.end : end])
        for m, end in zip(marks, ends, strict=True)
    ]
    often = Counter(
        m.title.text
        for m, bare in zip(marks, empty, strict=True)
        if bare and not m.number and not opens_answer(m.title.text)
    )
    filled = {m.title.text for m, bare in zip(marks, empty, strict=True) if not bare}
    refrains = {text for text, times in often.items() if times >= REFRAIN and text not in filled}
    advertised = _advertised(marks)
    marks = [
        replace(
            m,
            aside=m.title.is_apparatus
            or m.title.text in refrains
            or (place > 0 and bool(advertised & set(_TARGET.findall(m.block.text)))),
        )
        for place, m in enumerate(marks)
    ]
    marks = _renumbered(marks)
    if group := _running(marks):
        return [replace(m, group=group if _counts(m) else m.group) for m in marks]
    return _with_strays(marks, empty)


def _advertised(marks: Sequence[Mark]) -> set[str]:
    """Return the addresses that headings link to again and again: they sell something."""
    targets = Counter(url for m in marks for url in set(_TARGET.findall(m.block.text)) if not m.number)
    return {url for url, times in targets.items() if times > 1}


def _renumbered(marks: Sequence[Mark]) -> list[Mark]:
    """Split off numbers without a sign after them, and glued ones right, group by group."""
    groups: dict[Group, list[int]] = defaultdict(list)
    for place, mark in enumerate(marks):
        groups[mark.group].append(place)
    renewed = list(marks)
    for places in groups.values():
        if len(places) > 1 and all(_BARE_NUMBER.fullmatch(marks[p].title.text) for p in places):
            for place in places:
                number = str(int(marks[place].title.text.rstrip(".")))
                renewed[place] = replace(marks[place], title=Title("", number, word=True))
            continue
        bare = [p for p in places if _BARE_NUMBER.fullmatch(marks[p].title.text) and not marks[p].number]
        places = [p for p in places if p not in bare] if bare else places
        titles = without_glued_numbers(with_running_numbers([marks[p].title for p in places]))
        titles = with_missing_numbers(titles)
        for place, title in zip(places, titles, strict=True):
            renewed[place] = replace(marks[place], title=title)
        if bare and len(counts := {int(t.number) for t in titles if t.number.isdecimal()}) >= COUNTED:
            own = {place: int(marks[place].title.text.rstrip(".")) for place in bare}
            counts |= set(own.values())
            for place, counted in own.items():
                if counts & {counted - 1, counted + 1}:
                    renewed[place] = replace(marks[place], title=Title("", str(counted)))
    return renewed


def _counts(mark: Mark) -> bool:
    return mark.depth == 0 and not mark.aside and mark.title.number.isdigit()


def _running(marks: Sequence[Mark]) -> Group | None:
    """Return a group for headings of several levels whose numbers run on from one to the next."""
    counting = [m for m in marks if _counts(m)]
    levels = Counter(m.block.level for m in counting)
    numbers = [int(m.title.number) for m in counting]
    steps = sum(0 < later - earlier <= 3 for earlier, later in pairwise(numbers))
    least = 3 if all(m.title.word for m in counting) else STRICT
    if len(levels) < 2 or len(numbers) < least or steps < 0.95 * (len(numbers) - 1):
        return None
    return (0, RUNNING, counting[0].block.html)


def _with_strays(marks: Sequence[Mark], empty: Sequence[bool]) -> list[Mark]:
    """Take a lone heading of a wrong level into the group of its predecessor where its number goes on."""
    times = Counter(m.group for m in marks if m.title.number)
    renewed = list(marks)
    before: Mark | None = None  # the last with a number
    for place, mark in enumerate(marks):
        if (
            before is not None
            and mark.group != before.group
            and mark.block.html == before.block.html
            and not mark.depth
            and not empty[place]
            and times[mark.group] == 1
            and times[before.group] >= STRICT
            and mark.title.asks
            and mark.title.number.isdigit()
            and before.title.number.isdigit()
            and int(mark.title.number) == int(before.title.number) + 1
        ):
            renewed[place] = replace(mark, group=before.group)
        before = renewed[place] if mark.title.number else before
    return renewed


def _mark(block: Block, around: Sequence[Block]) -> Mark:
    items = [b for b in around if b.kind == "item" and b.number]
    item = items[-1] if items and items[-1].start == block.start else None
    depth = sum(b.kind == "item" for b in around)
    group = (depth, 0, False) if item else (0, block.level, block.html)
    return Mark(block, read_title(block.text), item, depth, group=group)


def _sure(mark: Mark) -> bool:
    return bool(mark.number) or mark.title.asks


def _is_file_title(mark: Mark, members: Sequence[Mark]) -> bool:
    """Tell whether the first heading only names the file: it alone neither asks nor has a number."""
    others = [m for m in members if m is not mark]
    return mark.block.level == 1 and not _sure(mark) and bool(others) and all(map(_sure, others))


def _share(marks: Sequence[Mark], *, numbered: bool = False) -> float:
    """Return how many of the headings ask, or are numbered."""
    return sum(bool(m.number) if numbered else m.title.asks for m in marks) / len(marks) if marks else 0.0


def _answered(document: Document, marks: Sequence[Mark]) -> list[Mark]:
    """Take headings for questions, whatever they say, where an answer is given right below several."""
    marks = [m for m in marks if not (heads_answer(m.block.text) or says_only_options(m.block.text))]
    ends = [*(m.start for m in marks[1:]), len(document.lines)][: len(marks)]
    told = [
        is_answered(document, m.block.end, end) or _is_choice(document, m, end)
        for m, end in zip(marks, ends, strict=True)
    ]
    blocks = [m.block for m in marks]
    for place, (mark, below) in enumerate(pairwise(marks)):
        if below.block.level > mark.block.level and states_question(
            below.block, blocks[place + 2 : place + 3]
        ):
            told[place] = True
    if sum(told) < 2:
        return list(marks)
    worded = [replace(m, title=replace(m.title, word=True)) for m in marks]
    told = [answered and not _CHAPTER.match(m.title.text) for m, answered in zip(marks, told, strict=True)]
    return [word if answered else m for m, word, answered in zip(marks, worded, told, strict=True)]


def _is_choice(document: Document, mark: Mark, end: int) -> bool:
    """Tell whether options and a key stand below a heading."""
    listed = listed_key(document, mark.block.end, mark.number)
    return read_choice(document, mark.block.end, end, listed=listed) is not None


def is_named_for_questions(document: Document) -> bool:
    """Tell whether the file's name, title or front matter says that it holds questions."""
    titles = [read_title(b.text).text for b, _ in islice(document.headings, 1) if b.level == 1]
    said = [str(document.meta[key]) for key in _ABOUT_FILE if document.meta.get(key)]
    return any(map(_NAMED.search, ["/".join(document.path.split("/")[-2:]), *titles, *said]))


def _asks_enough(marks: Sequence[Mark], *, named: bool) -> bool:
    """Tell whether headings ask often enough, and insistently enough, to be questions."""
    asks, insists = _share(marks), sum(m.title.insists for m in marks)
    if named and (len(marks) >= SMALL or insists or _share(marks, numbered=True) >= NUMBERED):
        return asks >= ASKING
    if len(marks) >= SMALL:
        return asks >= ASKING and insists >= INSISTING * asks * len(marks)
    if asks >= MOSTLY:
        return insists >= INSISTING * asks * len(marks)
    return (_share(marks, numbered=True) >= NUMBERED) and insists >= ASKING * len(marks)


def _numbered_apart(marks: Sequence[Mark], *, named: bool) -> list[Mark]:
    """Part the headings without a number from those of their group that have one, where these ask."""
    groups: dict[Group, list[Mark]] = defaultdict(list)
    for mark in marks:
        groups[mark.group].append(mark)
    bare = set()
    for group, members in groups.items():
        numbered = [m for m in members if m.number and not m.aside]
        if COUNTED <= len(numbered) < len(members) and _asks_enough(numbered, named=named):
            bare.add(group)
    return [
        replace(m, group=(m.group[0], BARE, m.group[2])) if m.group in bare and not m.number else m
        for m in marks
    ]


def _is_of_sections(document: Document, marks: Sequence[Mark], members: Sequence[Mark]) -> bool:
    """Tell whether the headings of a group head sections: each holds several questions that are marked.

    These are headings with a number, in sections that ask nothing themselves; or the same label of an
    answer, or options from A on, come more than once below most headings.
    """
    group, level = members[0].group, min([m.block.level for m in members])
    tops = [m for m in marks if m.block.level <= level or m.group == group]
    ends = {m.start: after.start for m, after in pairwise(tops)}
    spans = [(m, m.block.end, ends.get(m.start, len(document.lines))) for m in members]
    several = sum([holds_several(document, start, end) for _, start, end in spans])
    if several and 2 * several >= len(members):
        return True
    bare = [span for span in spans if not span[0].number and not span[0].title.insists]
    if not bare:
        return False
    below = [m for m in marks if m.block.level > level and m.group != group and _is_marked(m)]
    held = []
    for _, start, end in bare:
        own = Counter([m.group for m in below if start <= m.start < end])
        held += [times for times in own.values() if times >= WORDED]
    return bool(held) and sum(held) >= sum([m.title.asks for m in members])


def _topics(document: Document, marks: Sequence[Mark], *, named: bool) -> list[Mark]:
    """Return the headings that a contents list or placeholders make questions, whatever they say."""
    awaiting = may_await(document)
    if not awaiting and read_contents(document) is None:
        return []
    groups: dict[Group, list[Mark]] = defaultdict(list)
    for mark in marks:
        if _may_ask(mark) and not mark.depth and not says_placeholder(mark.title.text):
            groups[mark.group].append(mark)
    for members in groups.values():
        heads, titles = [m.block.text for m in members], [m.title for m in members]
        if len(members) < COUNTED or any(_README.fullmatch(t.text) or _CHAPTER.match(t.text) for t in titles):
            continue
        html = all(m.block.html for m in members)
        counting = named or sum(m.number.isdigit() for m in members) >= NUMBERED * len(members)
        if not (counting and are_listed(document, heads, titles, named=named, html=html)):
            ends = [*(m.start for m in members[1:]), len(document.lines)]
            spans = [(m.title, m.block.end, end) for m, end in zip(members, ends, strict=True)]
            if not (awaiting and await_answers(document, spans, named=named)):
                continue
        if not _is_of_sections(document, marks, members):
            return members
    return []


def _is_marked(mark: Mark) -> bool:
    """Tell whether a heading says "question", or asks and has a number."""
    return mark.title.word or (bool(mark.title.number) and mark.title.insists)


def _choose(document: Document, marks: Sequence[Mark], *, named: bool) -> Group | None:
    """Return the group of headings that are the questions; a file named for them may number mere topics."""
    if running := next((m.group for m in marks if m.group[1] == RUNNING), None):
        return running
    groups: dict[Group, list[Mark]] = defaultdict(list)
    for mark in marks:
        if _may_ask(mark):
            groups[mark.group].append(mark)
    depth = {group: min(m.block.level for m in groups[group]) for group in groups}
    order = sorted(groups, key=lambda g: (depth[g], not g[2], -g[0]))
    able = [g for g in order if len(groups[g]) > 1]
    if not named:
        readme = {m.group for m in marks if not m.number and _README.fullmatch(m.title.text)}
        able = [
            g for g in able if g not in readme or sum(m.title.word or bool(m.number) for m in groups[g]) > 1
        ]
    able = [g for g in able if sum(m.title.is_about_file for m in groups[g]) < OWN * len(groups[g])]
    asking = [
        g
        for g in able
        if _asks_enough(groups[g], named=named) or sum(m.title.word for m in groups[g]) >= WORDED
    ]
    numbered = [g for g in able if _share(groups[g], numbered=True) >= NUMBERED]
    for group in able:
        if group in asking and not _is_of_sections(document, marks, groups[group]):
            return group
        if group in numbered and group not in asking:
            deeper = [g for g in asking if depth[g] > depth[group] and len(groups[g]) > len(groups[group])]
            asks = sum(m.title.insists if not named else m.title.asks for m in groups[group])
            some = SOME if named or len(groups[group]) >= SMALL else MOSTLY
            topics = named and len(groups[group]) >= max([STRICT, *(2 * len(groups[g]) for g in asking)])
            enough = topics or asks >= max(2, some * len(groups[group]))
            if enough and not deeper and not _is_of_sections(document, marks, groups[group]):
                return group
    lonely = [g for g in order if len(groups[g]) == 1 and groups[g][0].title.insists]
    if sum(map(len, groups.values())) > COMPANY:
        lonely = [g for g in lonely if groups[g][0].title.word]
    lonely.sort(key=lambda g: groups[g][0].title.only_counts)
    return lonely[0] if lonely else None
