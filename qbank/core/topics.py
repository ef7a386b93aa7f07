"""Headings that are questions though they ask nothing: a contents list or placeholders tell so.

A contents list over a tutorial looks like one over questions. The first lists chapters, of which at most a
few ask, and those mostly as tasks ("How to install"); they count once through the file. Over questions a
share of the entries insist on an answer while the rest are terms; a few do where they count anew in every
section and one of these is called "interview questions" or the like; or the file says itself that it holds
what has to be known.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from qbank.core.answers import is_placeholder
from qbank.core.blocks import Document
from qbank.core.counters import RUNNING
from qbank.core.titles import Title, plain_markdown, read_title

FEWEST = 3  # entries of a contents list
LISTED = 0.8  # of the headings at least so many must be listed
SOME = 0.2  # of the entries at least so many must insist
HALF = 0.5  # or so many must ask at all, where the file is of things to know
AWAITING = 0.5  # of the answers at least so many must be placeholders
STUBS = 8  # headings above placeholders
INSISTING = 2  # so many titles must insist
_LINK = re.compile(
    r"\[(?P<text>(?:[^\[\]\n]|\[[^\[\]\n]*\]){1,300})\]\(<?#|<a\s+href=[\"']#[^\"'\n]*[\"'][^<>\n]*>(?P<html>[^<\n]{1,300})</a>",
    re.IGNORECASE,
)
_KNOWLEDGE = re.compile(
    r"知识点|知識點|考点|考點|要点|必[知会背考问]|高频|常[考问]|速查|复习|備考|备考|冲刺"
    r"|cheat[- ]?sheet|study[- ]?guide|must[- ]know|flash[- ]?cards?|exam|revision",
    re.IGNORECASE,
)
_OF_QUESTIONS = re.compile(  # not "exercises", "quiz", "FAQ", which chapters of books and manuals have too
    r"面试|面試|面经|[笔筆考试試]试?题|(?:编程|算法|手写|选择|问答|简答)题|题库|\binterview", re.IGNORECASE
)
_PROMISES = re.compile(
    r"to-?do|tbd|tba|tbc|fixme|coming soon|wip|to be |work in progress|answer"
    r"|待|略|敬请期待|建设中|暂无|未完|尚无|还没|补充|整理中|更新中",
    re.IGNORECASE,
)
_SKELETON = re.compile(  # parts of a document that is yet to be written
    r"overview|background|motivation|(?:non-)?goals?|scope|design|architecture|data model|api|requirements"
    r"|roadmap|configuration|deployment|testing|security|performance|monitoring|migration|rollout|timeline"
    r"|open questions|alternatives|dependencies|usage|getting started|faq|troubleshooting|summary"
    r"|概[述览要]|背景|目标|范围|架构|设计|接口|需求|路线图|配置|部署|测试|安全|监控|迁移|排期|里程碑|依赖|用法|常见问题",
    re.IGNORECASE,
)
_BOX = re.compile(r"^\s*[-*+]\s+\[[ xX]?\]\s+", re.MULTILINE)


@dataclass(frozen=True)
class Entries:
    """What a contents list links to within the file."""

    keys: frozenset[str]  # letters and digits of the texts, with their numbers and without
    titles: tuple[Title, ...]  # those that count, all where none does
    anew: bool  # their numbers begin more than once
    of_questions: bool  # a text says "questions"


@lru_cache(maxsize=1)
def read_contents(document: Document) -> Entries | None:
    """Read the links to places in the file; None where there are too few for a contents list."""
    text = "\n".join(document.lines)
    if text.count("](#") + text.count("](<#") + text.count("<a href") < FEWEST:
        return None
    sources = dict.fromkeys([(m["text"] or m["html"]) for m in _LINK.finditer(text)], None)
    read = [(source, _counted(read_title(source))) for source in sources]
    keys = {_key(plain_markdown(source)) for source, _ in read} | {_key(title.text) for _, title in read}
    counting = [title for _, title in read if title.number.isdigit()]
    first = sum(title.number == "1" for title in counting)
    titles = counting if len(counting) >= FEWEST else [title for _, title in read]
    if len(titles) < FEWEST:
        return None
    of_questions = any(map(_OF_QUESTIONS.search, sources))
    return Entries(frozenset(keys - {""}), tuple(titles), first > 1, of_questions)


def _counted(title: Title) -> Title:
    """Split off a number that only a space parts from the text."""
    match = None if title.number else RUNNING.match(title.text)
    return Title(title.text[match.end() :], match["number"]) if match else title


def _key(text: str) -> str:
    return "".join(filter(str.isalnum, text)).lower()


def are_listed(
    document: Document,
    heads: Sequence[str],
    titles: Sequence[Title],
    *,
    named: bool = False,
    html: bool = False,
) -> bool:
    """Tell whether headings are what a contents list over questions links to.

    `heads` are their sources and `titles` what these say, `named` tells that the file is named for questions,
    `html` that all are written as HTML: their author made the contents by hand.
    """
    contents = read_contents(document)
    if contents is None:
        return False
    keys = contents.keys
    listed = sum(
        _key(title.text) in keys or _key(plain_markdown(head)) in keys
        for head, title in zip(heads, titles, strict=True)
    )
    if listed < LISTED * len(heads):
        return False
    whole, asks = len(contents.titles), sum(title.asks for title in contents.titles)
    insists = sum(title.insists for title in contents.titles)
    least = 0.0 if contents.of_questions and contents.anew else SOME
    if whole >= STUBS and insists >= max(INSISTING, least * whole):
        return True
    if html and len(contents.titles) == len(heads) and all(title.number for title in contents.titles):
        return insists >= max(1, SOME * whole)
    to_know = named or html or _is_to_know(document)
    return to_know and insists > 0 and asks >= max(INSISTING, HALF * whole)


def _is_to_know(document: Document) -> bool:
    """Tell whether the name of the file or its title says that it holds what one has to know."""
    heads = [block.text for block, _ in document.headings[:1] if block.level == 1]
    return any(map(_KNOWLEDGE.search, [document.path.rsplit("/", 1)[-1], *heads]))


def may_await(document: Document) -> bool:
    """Tell, cheaply, whether a file may hold placeholders."""
    return bool(_PROMISES.search("\n".join(document.lines)))


def await_answers(
    document: Document, spans: Sequence[tuple[Title, int, int]], *, named: bool = False
) -> bool:
    """Tell whether most headings have placeholders below, and some of their titles insist.

    `spans` are the titles with the first line below and the line after (0-based). A plan of things to do
    asks nothing; and a few stubs in a manual are no bank, unless the file is named for questions.
    """
    fewest, insisting = (FEWEST, 1) if named else (STUBS, INSISTING)
    if not named and any(_SKELETON.fullmatch(title.text) for title, _, _ in spans):
        return False
    if len(spans) < fewest or sum(title.insists for title, _, _ in spans) < insisting:
        return False
    texts = [_BOX.sub("", document.cut(start, end)).strip() for _, start, end in spans]
    promised = sum(bool(text) and is_placeholder(text) for text in texts)
    return promised >= AWAITING * len(spans)
