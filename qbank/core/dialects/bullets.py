"""Questions as list items, nested ones being follow-ups or the answer; and lines that say "question:".

Where the items stand apart, each in a list of its own, what follows an item outside of its list is its
answer.
"""

import re
import textwrap
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import takewhile

from qbank.core.answer_lists import find_seams, in_answer_list
from qbank.core.answers import trim_answer
from qbank.core.blocks import Document, dedent, read_document
from qbank.core.bodies import with_inner_body
from qbank.core.choice import is_choice, read_choice
from qbank.core.dialects.headings import is_named_for_questions
from qbank.core.document import ParsedQuestion, Problem
from qbank.core.labels import heads_answer, is_answered, offers_choice, opens_answer
from qbank.core.marks import next_stop, section_above
from qbank.core.option_marks import BOX, LETTERS, MAY_LETTER, box_of, letter_of, with_dots
from qbank.core.section_heads import find_section_starts
from qbank.core.titles import Title, plain_markdown, read_title, split_bold, with_running_numbers
from qbank.core.tree import Block
from qbank.core.wrapped import count_title_lines

NAME = "bullets"
SUREST = 0.7  # confidence that it never exceeds
ASKING = 0.6
FEWEST_TOLD = 2  # items that stand alone above a paragraph, from which on such paragraphs answer
FEWEST = 3  # items that have neither a question mark nor anything below them
INSISTING = 0.3  # of those that ask at least so many must be no mere tasks
_LINKED = r"^\s*(?:\*\*|__)?\[(?:[^\[\]]|\[[^\[\]]*\])*\]\([^)]*\)(?:\*\*|__)?\s*"
_ADDRESS = re.compile(r"^(?:[\w -]{1,40}[:：]\s*)?<?https?://\S+>?$")  # "PDF: https://…"
_LINK_ONLY = re.compile(rf"{_LINKED}[.:：。]?\s*$")
_RESOURCE = re.compile(rf"{_LINKED}(?:[-–—:：]\s*|by\s)\S.{{2,}}")  # a link and what is to be found there
_BROKEN = re.compile(r"(?P<asked>[^<]*[?？][\s*_]*)<br\s*/?>\s*(?=\S)", re.IGNORECASE)
_QUOTED = re.compile(r"[\s*_]*[“\"«「].*[”\"»」][\s*_.。]*$", re.DOTALL)
_SAYS = re.compile(r"[?？][\s*_]*$")
_MARKED = re.compile(r"[?？؟（(_]")
_LEADS = re.compile(r"[:：][\s*_]*$")
_OF_QUESTIONS = re.compile(r"question|\bask|interview|[问题]", re.IGNORECASE)
_INTERVIEWS = re.compile(r"interview questions|面试[题问]|面经", re.IGNORECASE)
_NAMED = re.compile(
    r"question|quiz|exam\b|\btest\b|测验|[试考习客主观选择判断编程填空]题|题[目库集]|[单多]选",
    re.IGNORECASE,
)
_OF_OPTION = re.compile(  # "Why B is wrong": it explains an option
    r"^\W*why\s+(?:is\s+|not\s+)*(?:the\s+)?(?:option\s+|choice\s+|answer\s+)?\W*(?-i:[A-H])\b\W*"
    r"(?:(?:is|was|are|isn['’]t)\s+)?(?:not\s+)?(?:(?:in)?correct|wrong|right|false|invalid)\b"
    r"|^\W*(?:为什么|为何)?\s*(?:选项?|答案)?\s*(?-i:[A-H])\s*项?\s*(?:为什么|为何)?\s*是?(?:不对|不选|不正确|错|正确)",
    re.IGNORECASE,
)
_CODE = ("fence", "code")
_PROSE = re.compile(
    r"[\u3400-\u9fff][^\n]{0,8}[\u3400-\u9fff]|^[ \t]*[A-Z]\w*(?:,? [\w'’()-]+){5}", re.MULTILINE
)
_SHOWN = re.compile(
    r"下面|下列|以下|如下|这段|程序|代码|输出|打印|结果|运行|\b(?:output|prints?|logs?|following|below|snippet|code)\b",
    re.IGNORECASE,
)
IN_CODE = 5  # items with an answer in code each, from which on few of them need ask
SOME = 0.2  # of such items so many must ask
MOST = 0.8  # of a list's items so many hold nothing but such code


@dataclass(frozen=True)
class Entry:
    """An item of a list with its title understood, and the lines below the title that are its own."""

    item: Block
    title: Title
    start: int  # 0-based
    end: int
    after: tuple[Block, ...] = ()  # the code right after its list
    answered: bool = False  # a fold or a label below it says so

    @property
    def asks(self) -> bool:
        """Tell whether its title asks, or an answer is given to it."""
        return self.title.asks or self.answered

    @property
    def nested(self) -> list[Block]:
        """Return the items of the lists in it, options left out."""
        lists = [b for b in self.item.children[1:] if b.kind == "list"]
        items = [i for b in lists for i in b.children if i.children]
        texts = [i.children[0].text for i in items]
        return [] if any(t.startswith("[") or letter_of(t) == "A" for t in texts) else items


def recognises(document: Document) -> float:
    """Weigh how many of the outermost items ask."""
    entries = find_entries(document)
    asking = sum(entry.asks for entry in entries)
    if not entries or asking < ASKING * len(entries):
        return 0.0
    if len(entries) < FEWEST and not any(_stands_alone(document, entry) for entry in entries):
        return 0.0
    insisting = sum(entry.title.insists or entry.answered for entry in entries)
    if insisting < INSISTING * asking and not (insisting and _is_of_interviews(document)):
        return 0.0  # tasks, which need not be questions
    return SUREST * asking / (len(entries) + 2)


def _is_of_interviews(document: Document) -> bool:
    """Tell whether the title of the file says that its items were asked."""
    first = next((block for block, _ in document.headings), None)
    return first is not None and first.level == 1 and bool(_INTERVIEWS.search(first.text))


def _stands_alone(document: Document, entry: Entry) -> bool:
    """Tell whether an entry is a question by its signs, or by something that stands below it."""
    if entry.after or _MARKED.search(entry.title.text):
        return True
    return any(map(str.isalnum, document.cut(entry.start, entry.end)))


def parse(document: Document) -> tuple[Sequence[ParsedQuestion], Sequence[Problem]]:
    """Take every item of the lists that ask; code right after an item belongs to it."""
    entries = find_entries(document)
    nested = [read_title(item.children[0].text) for entry in entries for item in entry.nested]
    follow_up = bool(nested) and 2 * sum(title.asks for title in nested) >= len(nested)
    found = [_question(document, entry, follow_up=follow_up) for entry in entries]
    found += [*_of_lines(document), *_of_headings(document)] if found else _of_lines(document)
    return sorted(found, key=lambda q: q.line), []


def _of_headings(document: Document) -> Iterator[ParsedQuestion]:
    """Yield the headings that ask by a question mark and have nothing below them: they head no list."""
    heads = [b for b, around in document.headings if not around]
    ends = [*(b.start for b in heads[1:]), len(document.lines)]
    for head, end in zip(heads, ends, strict=False):
        title = read_title(head.text)
        asks = head.level > 1 and title.insists and _SAYS.search(title.text) and not title.is_about_file
        if asks and not any(line.strip() for line in document.lines[head.end : end]):
            yield ParsedQuestion(
                line=head.start + 1,
                end_line=end,
                answer_line=end,
                title=title.text,
                number=title.number,
                section=section_above(document, head.start),
                answer="",
            )


@lru_cache(maxsize=1)
def find_entries(document: Document) -> list[Entry]:
    """List the items of the lists that ask, each with the lines that are its own."""
    lists = [(listing, _titles(listing)) for listing in _lists(document)]
    asking = [(b, titles) for b, titles in lists if any(t.asks for _, t in titles) or _is_told(document, b)]
    if apart := _apart(document, lists):
        return _spread(document, apart)
    blocks = list(document.blocks)
    below = {listing.start: blocks[n + 1 :] for n, listing in enumerate(blocks) if listing.kind == "list"}
    alone = [b for b, titles in asking if len(titles) == 1 and _told_below(below.get(b.start, []))]
    entries = []
    for listing, titles in asking:
        after = _after(below.get(listing.start, []))
        if not after and len(alone) >= FEWEST_TOLD and listing in alone:
            after = _told_below(below[listing.start])
        below_each = _is_told_below(document, listing)
        for outer, title in titles:
            item = _unwrapped(outer)
            last = outer is listing.children[-1]
            told = below_each or _is_answered(document, item)
            entries.append(Entry(item, title, _below(item), item.end, after if last else (), told))
    return entries


def _titles(listing: Block) -> list[tuple[Block, Title]]:
    """Return the items that may be questions: not bare dots, and no link that neither asks nor tells."""
    items = [_unwrapped(item) for item in listing.children]
    texts = [BOX.sub("", _split(item)[0]) for item in items]
    titles = with_running_numbers([read_title(text) for text in texts])
    return [
        (outer, replace(title, number=title.number or item.number))
        for outer, item, text, title in zip(listing.children, items, texts, titles, strict=True)
        if any(c.isalnum() for c in title.text)
        and not _ADDRESS.match(text)
        and (title.asks or not _LINK_ONLY.match(text))
        and not (title.asks and _OF_OPTION.match(text))
    ]


def _is_told(document: Document, listing: Block) -> bool:
    """Tell whether each of several items holds options, or an answer: labelled, quoted or set as code."""
    items = list(map(_unwrapped, listing.children))
    if len(items) == 1:
        return _offers(document, items[0])
    if _is_told_below(document, listing):
        return True
    return bool(items) and all(_is_answered(document, item) for item in items)


def _is_answered(document: Document, item: Block) -> bool:
    """Tell whether an item holds the label of an answer, options, or quotes that answer."""
    return _tells(document, item) or _offers(document, item) or _quoted_from(item) is not None


def _is_told_below(document: Document, listing: Block) -> bool:
    """Tell whether the items of a counting list each hold an answer set apart, and some of them insist.

    It is prose in a fence or a quote; or whatever, where the file is named for interviews.
    """
    if not listing.ordered or len(listing.children) < IN_CODE:
        return False
    told = sum(map(_holds_prose, listing.children))
    if told < MOST * len(listing.children) and is_named_for_questions(document):
        told = sum(len(i.children) > 1 and not _SHOWN.search(i.children[0].text) for i in listing.children)
    if told < MOST * len(listing.children):
        return False
    insisting = sum(read_title(i.children[0].text).insists for i in listing.children if i.children)
    return insisting >= max(FEWEST_TOLD, SOME * len(listing.children))


def _holds_prose(item: Block) -> bool:
    """Tell whether an item is a line that asks about no code, with fences below that hold prose."""
    first, *rest = item.children or (item,)
    if first.kind != "paragraph" or not rest or any(b.kind not in ("fence", "quote") for b in rest):
        return False
    texts = (b.children[0].text if b.kind == "quote" and b.children else b.text for b in rest)
    return not _SHOWN.search(first.text) and any(map(_PROSE.search, texts))


def _offers(document: Document, item: Block) -> bool:
    """Tell whether an item with a number holds options: in a file that speaks of questions, or with a key."""
    if item.end - item.start < FEWEST or not _counts(item):
        return False
    if _speaks_of_questions(document) and offers_choice(document, item.start + 1, item.end):
        return True
    lines = document.lines[item.start + 1 : item.end]
    if not MAY_LETTER.search("\n".join(lines)):
        return False
    inner = read_document("\n".join(dedent(line, item.indent) for line in lines), document.path)
    return is_choice(inner, 0, len(inner.lines))


def _counts(item: Block) -> bool:
    """Tell whether an item has a number, its own or that of its title."""
    return bool(item.number or (item.children and read_title(_title_lines(item)[0]).number))


@lru_cache(maxsize=1)
def _speaks_of_questions(document: Document) -> bool:
    """Tell whether the file's name or one of its headings says that it holds questions."""
    return any(map(_NAMED.search, [document.path, *(block.text for block, _ in document.headings)]))


def _tells(document: Document, item: Block) -> bool:
    """Tell whether the label of an answer, or options in a file of questions, stand below a title."""
    first = item.children[0] if item.children else None
    if first is None or first.kind != "paragraph":
        return False
    below = first.text.partition("\n")[2] or (item.children[1].text if len(item.children) > 1 else "")
    if below and opens_answer(below):
        return True
    return any(map(_is_of_options, item.children[1:2])) and _speaks_of_questions(document)


def _quoted_from(item: Block) -> int | None:
    """Return where the quotes begin that end an item and answer what asks above them, code passed over."""
    quotes = tuple(takewhile(lambda block: block.kind == "quote", reversed(item.children)))
    above = item.children[: len(item.children) - len(quotes)]
    if not quotes or not above or any(b.kind not in ("paragraph", *_CODE) for b in above):
        return None
    asks = any(b.kind == "paragraph" and _SAYS.search(b.text) for b in above)
    return quotes[-1].start if asks or read_title(above[0].text).asks else None


def _is_of_options(block: Block) -> bool:
    """Tell whether a block is a list whose items are lettered from A on, boxes aside."""
    texts = [item.children[0].text for item in block.children if item.children]
    texts = [BOX.sub("", text, count=1) for text in texts]
    texts = with_dots(texts) or texts
    letters = "".join(map(letter_of, texts)) if block.kind == "list" else ""
    return len(letters) > 1 and len(letters) == len(texts) and LETTERS.startswith(letters)


def _title_lines(item: Block) -> list[str]:
    """Return the lines of an item's first paragraph that ask: the first, and what it is wrapped into."""
    lines = item.children[0].text.split("\n") if item.children else []
    return lines[: count_title_lines(lines)]


def _split(item: Block) -> tuple[str, str]:
    """Part the title of an item from the answer on its lines: after bold text, after a break; "" for none."""
    line = " ".join(_title_lines(item))
    if (parted := _BROKEN.match(line)) and read_title(parted["asked"]).asks:
        return parted["asked"], line[parted.end() :]
    return split_bold(line)


def _below(item: Block) -> int:
    """Return the line after an item's title."""
    first = item.children[0].start if item.children else item.start
    return first + len(_title_lines(item))


def _apart(
    document: Document, lists: Sequence[tuple[Block, list[tuple[Block, Title]]]]
) -> list[tuple[Block, Title]]:
    """Return the entries where most stand apart, something else than code after each; else none."""
    boxes = _speaks_of_questions(document)
    lists = [
        (b, titles)
        for b, titles in lists
        if titles
        and not _is_of_options(b)
        and not opens_answer(document.lines[b.start].lstrip("-*+ "))
        and not (boxes and all(map(box_of, b.children)))
    ]
    ends = [*(b.start for b, _ in lists[1:]), len(document.lines)][: len(lists)]
    asking = [
        any(title.asks for _, title in titles)
        or is_answered(document, b.end, end)
        or (b.ordered and len(titles) == 1 and _chooses(document, b.start + 1, end))
        for (b, titles), end in zip(lists, ends, strict=True)
    ]
    single = [b.ordered for (b, titles), asks in zip(lists, asking, strict=True) if asks and len(titles) == 1]
    if not single:
        return []
    ordered = Counter(single).most_common(1)[0][0]
    chosen: list[tuple[Block, Title]] = []
    followed = sure = before = 0
    for (listing, titles), asks in zip(lists, asking, strict=True):
        first = int(titles[0][0].number or 0)
        goes_on = ordered and first == before + 1 and len(titles) == 1
        many = sum(title.asks for _, title in titles)
        if listing.ordered == ordered and (
            2 * many > len(titles) or (asks and len(titles) == 1) or (goes_on and chosen)
        ):
            chosen += titles
            followed += _is_followed(document, listing)
            sure += max(many, int(asks and len(titles) == 1))
            before = int(titles[-1][0].number or 0)
    return chosen if followed > 1 and 2 * followed >= len(chosen) and sure >= ASKING * len(chosen) else []


def _chooses(document: Document, start: int, end: int) -> bool:
    """Tell whether options and a key stand on lines; boxes need a letter, but in a file of questions."""
    if _speaks_of_questions(document) and offers_choice(document, start, end):
        return read_choice(document, start, end) is not None
    return is_choice(document, start, end)


def _is_followed(document: Document, listing: Block) -> bool:
    """Tell whether text, or a list of the other kind, stands right after a list, code left out."""
    after = [b for b in document.between(listing.end, len(document.lines))[:2] if b.kind not in _CODE][:1]
    other = [b for b in after if b.kind != "rule" and (b.kind != "heading" or heads_answer(b.text))]
    return any(b.kind != "list" or b.ordered != listing.ordered for b in other)


def _spread(document: Document, entries: Sequence[tuple[Block, Title]]) -> list[Entry]:
    """Give each entry what follows it, up to the next or a heading of a section."""
    starts = [item.start for item, _ in entries]
    stops = sorted([*starts, *find_section_starts(document, starts), *find_seams(document)])
    found = []
    for outer, title in entries:
        item = _unwrapped(outer)
        end = next_stop(document, stops, outer.start)
        answered = is_answered(document, outer.end, end) or (
            not title.asks and _chooses(document, outer.start + 1, end)
        )
        found.append(Entry(item, title, _below(item), end, answered=answered))
    return found


def _unwrapped(item: Block) -> Block:
    """Return the inner item of "- 1. text", which is a list in a list."""
    while item.children and item.children[0].kind == "list" and len(item.children[0].children) == 1:
        inner = item.children[0].children[0]
        if len(item.children) > 1:
            inner = replace(
                inner, end=item.end, indent=item.indent, children=(*inner.children, *item.children[1:])
            )
        item = inner
    first = item.children[0] if item.children else None
    if first is not None and first.kind == "quote" and len(first.children) == 1:  # 1. > text
        item = replace(item, children=(replace(first.children[0], end=first.end), *item.children[1:]))
    return item


def _lists(document: Document) -> Iterator[Block]:
    """Yield the outermost lists that are not lists of links."""
    for block in document.blocks:
        if block.kind != "list" or document.in_fold(block.start) or in_answer_list(document, block.start):
            continue
        items = [_unwrapped(item) for item in block.children]
        texts = [item.children[0].text for item in items if item.children]
        if inner := _inner_lists(block):
            yield from inner
            continue
        linked = sum(bool(_LINK_ONLY.match(t) or _RESOURCE.match(t)) for t in texts)
        if texts and 2 * linked < len(texts) and not _are_examples(document, block, texts):
            yield block


def _are_examples(document: Document, listing: Block, texts: Sequence[str]) -> bool:
    """Tell whether a list of quotations follows a line that leads to it and speaks of no questions."""
    if not all(map(_QUOTED.match, texts)):
        return False
    before = [b for b in document.blocks if b.end <= listing.start][-1:]
    return any(
        b.kind == "paragraph" and _LEADS.search(b.text) and not _OF_QUESTIONS.search(b.text) for b in before
    )


def _inner_lists(listing: Block) -> list[Block]:
    """Return the lists in the items of a list of topics, where those ask and the topics do not."""
    inner = [b for item in listing.children for b in item.children[1:] if b.kind == "list"]
    if not inner or any(read_title(item.children[0].text).asks for item in listing.children if item.children):
        return []
    titles = [read_title(i.children[0].text) for b in inner for i in b.children if i.children]
    return inner if len(titles) > 1 and sum(t.insists for t in titles) >= ASKING * len(titles) else []


def _after(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """Return what follows a list at once and belongs to its last item: code, or quotes, which answer."""
    return _code_after(blocks) or tuple(takewhile(lambda block: block.kind == "quote", blocks))


def _told_below(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """Return the paragraphs and code between a list and the next or a heading, where text comes first."""
    told = tuple(takewhile(lambda block: block.kind in ("paragraph", *_CODE), blocks))
    return told if told and told[0].kind == "paragraph" else ()


def _code_after(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """Return the code blocks that follow at once."""
    taken: list[Block] = []
    for block in blocks:
        if block.kind not in _CODE:
            break
        taken.append(block)
    return tuple(taken)


def _question(document: Document, entry: Entry, *, follow_up: bool) -> ParsedQuestion:
    """Make a question of an entry: code alone is its stem, all else its answer, but for follow-ups."""
    question = ParsedQuestion(
        line=entry.item.start + 1,
        end_line=entry.end,
        answer_line=entry.end,
        title=entry.title.text,
        number=entry.title.number,
        section=section_above(document, entry.item.start),
        answer="",
        difficulty=None if entry.title.starred else entry.title.difficulty,
    )
    nested = entry.nested if follow_up and not entry.answered else []
    if nested:
        rest = [b for b in entry.item.children[1:] if b.kind != "list"]
        stem = [document.cut(b.start, b.end, entry.item.indent) for b in rest]
        asked = tuple((plain_markdown(i.children[0].text), "") for i in nested)
        question = replace(question, stem="\n\n".join(stem), follow_ups=asked)
    elif (lead := _split(entry.item)[1]) or entry.start < entry.end:
        indent = entry.item.indent
        question = with_inner_body(question, document, entry.start, entry.end, indent=indent, lead=lead)
        if (quoted := _quoted_from(entry.item)) is not None and not question.stem and not question.choices:
            question = _with_quotes(document, question, entry, quoted)
        inner = [b.kind for b in entry.item.children[1:]]
        shown = not (entry.answered and _holds_prose(entry.item))
        if shown and inner and set(inner) <= set(_CODE) and entry.end <= entry.item.end:
            question = replace(question, stem=question.answer, answer="")
    return _with_code(document, question, entry.after)


def _with_quotes(document: Document, question: ParsedQuestion, entry: Entry, line: int) -> ParsedQuestion:
    """Part the stem of an entry from the quotes that answer it, which lose their signs."""
    stem = textwrap.dedent(document.cut(entry.start, line))
    told = [re.sub(r"^\s*>\s?", "", text) for text in document.lines[line : entry.end]]
    answer = trim_answer("\n".join(told))
    return replace(question, stem=trim_answer(stem), answer=answer, answer_line=line + 1)


def _with_code(document: Document, question: ParsedQuestion, code: Sequence[Block]) -> ParsedQuestion:
    """Add the code after a list to the stem of its last question; text is its answer."""
    if not code or question.answer:
        return question
    start, end = code[0].start, code[-1].end
    if code[0].kind not in _CODE:
        told = trim_answer(document.cut(start, end))
        return replace(question, answer=told, answer_line=start + 1, end_line=end)
    stem = "\n\n".join(part for part in (question.stem, document.cut(start, end)) if part)
    return replace(question, stem=stem, end_line=end, answer_line=end)


def _of_lines(document: Document) -> Iterator[ParsedQuestion]:
    """Yield the emphasised paragraphs that begin with "question:", with the code after them."""
    for place, block in enumerate(document.blocks):
        if block.kind != "paragraph" or not re.match(r"^(\*\*|__|\*|_)", block.text):
            continue
        title = read_title(block.text.split("\n", 1)[0])
        if title.word and title.text:
            question = ParsedQuestion(
                line=block.start + 1,
                end_line=block.end,
                answer_line=block.end,
                title=title.text,
                number=title.number,
                section=section_above(document, block.start),
                answer="",
            )
            yield _with_code(document, question, _code_after(document.blocks[place + 1 :]))
