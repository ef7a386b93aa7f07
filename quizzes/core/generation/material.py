"""What items are made from: the texts of one bank in one language, and what they are about."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from quizzes.core.generation.words import content_words, is_chinese
from quizzes.core.passages import Passages, plain

EN_SUBJECT = re.compile(
    r"(?:What(?:'s|’s| is| are| was| does| do)(?: meant by| the (?:meaning|definition|concept|idea) of)?"
    r"|(?:Explain|Define|Describe)(?: what(?: is| are)?)?(?: the (?:meaning|definition|concept|idea) of)?)"
    r"\s+(?:the\s+|an?\s+)?(?P<term>.+?)"
    r"(?:\s+(?:mean|stand for)s?)?"
    r"(?:\s+(?:in|and)\s.*)?\s*[?？.:]?\s*",
    re.IGNORECASE,
)
ZH_SUBJECT = re.compile(
    r"(?:请)?(?:(?:简述|简单|解释|介绍|说明|谈谈|说说|讲讲|了解|描述|概述)(?:一下|下)?)?(?:机器学习中的"
    r"|深度学习中的)?"
    r"(?:什么是\s*(?P<a>[^？?，,。的与和]{2,24})|(?P<b>[^？?，,。的与和]{2,24}?)\s*(?:是什么"
    r"|是指什么)(?:意思)?"
    r"|(?P<c>[^？?，,。的与和]{2,24}?)的?(?:相关)?(?:概念|定义|含义)(?:[和与及].{1,8})?)\s*[？?。.]*"
)
UNFIT_TERM = re.compile(
    r"\b(?:you|your|i|we|it|this|that|these|those|difference|differences|advantages?|disadvantages?"
    r"|ways?|types?|purpose|use"
    r"|benefits?|features?|limitations?|steps?|pros|cons|main|best|main|role|approach|rules?|equivalent"
    r"|output|result"
    r"|different|various|following|some|most|meaning|reasons?|example|examples|problem|problems|of|for"
    r"|on|with|when|to|effects?|behaviou?r|support|principles?|goals?"
    r"|requirements?|phases|components of|point|significance|importance|interpretation|consequences?"
    r"|drawbacks?|downsides?|how|why|what|not|no)\b"
    r"|区别|哪些|优缺点|优点|缺点|作用|为什么|如何|怎么|不同|关系|这|那|常用|常见|几",
    re.IGNORECASE,
)


LABELLED = re.compile(
    r"^\W*(?:Q(?:uestion)?\s*\d*|问题?"
    r"|(?:scenario|case|exercise|task|problem|part|场景|案例|例|题目?)\s*[\d一二三四五六七八九十]+)\s*[:：.]\s*"
    r"|^\s*\d+\s*[.、]\s*",
    re.IGNORECASE,
)
QUOTED = re.compile(r"[“\"「](?P<said>[^“”\"「」]+)[”\"」][.。]?")


def bare_title(title: str) -> str:
    """Return a title without its markup, number, "Q:" or "Scenario 2:", and quotes around the whole."""
    bare = LABELLED.sub("", plain(title)).strip()
    whole = QUOTED.fullmatch(bare)
    return whole["said"].strip() if whole else bare


def subject_of(title: str) -> str:
    """Return the one thing that a title asks about ("What is X?"), else ""."""
    text = bare_title(title)
    match = EN_SUBJECT.fullmatch(text)
    term = match["term"] if match else ""
    if not term and (chinese := ZH_SUBJECT.fullmatch(text)):
        term = chinese["a"] or chinese["b"] or chinese["c"] or ""
    term = term.strip(" ?？\"“”'’.")
    if (
        not term
        or re.search(r"[\"“”]", term)
        or UNFIT_TERM.search(term)
        or len(term.split()) > 5
        or len(term) > 40
        or "," in term
    ):
        return ""
    return term


@dataclass(frozen=True)
class Text:
    """One question in one language; `question` names it, `section` the part of the bank it stands in."""

    question: str
    title: str
    answer: str
    language: str
    section: str = ""

    @cached_property
    def passages(self) -> Passages:
        """Its answer, read."""
        return Passages(self.answer)

    @cached_property
    def subject(self) -> str:
        """The one thing that it is about, else ""."""
        return subject_of(self.title)

    @cached_property
    def words(self) -> frozenset[str]:
        """The words of title and answer."""
        return content_words(f"{self.title}\n{self.answer}")

    @property
    def chinese(self) -> bool:
        """Tell whether items about it are worded in Chinese."""
        return self.language.startswith("zh") or (
            self.language not in ("en",) and is_chinese(f"{self.title} {self.answer[:200]}")
        )


@dataclass(frozen=True)
class Material:
    """The texts to make items from, in the order of the bank."""

    texts: tuple[Text, ...]

    @cached_property
    def subjects(self) -> dict[str, Text]:
        """What there are questions about, each with its text."""
        found: dict[str, Text] = {}
        for text in self.texts:
            if text.subject:
                found.setdefault(text.subject, text)
        return found

    @cached_property
    def places(self) -> dict[str, int]:
        """The place of each question in the bank."""
        return {text.question: place for place, text in enumerate(self.texts)}


def material_of(texts: Iterable[Text]) -> Material:
    """Gather texts."""
    return Material(tuple(texts))
