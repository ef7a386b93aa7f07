"""Things that a title sets beside each other, and what the sentences of its answer say of each."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from quizzes.core.generation.choosing import is_plural, masked
from quizzes.core.generation.described import NUMBER
from quizzes.core.generation.material import UNFIT_TERM, Text, bare_title
from quizzes.core.generation.words import is_chinese
from quizzes.core.labels import is_label
from quizzes.core.passages import Sentence, plain

BLANK = "____"
MOST_SIDES = 4
EN_SIDES = re.compile(
    r".*?\b(?:differences?|distinction|comparison) between (?P<between>.+?)"
    r"(?:\s+(?:in|using|when|components?|methods?|attributes?)\s.*)?\s*[?.]?\s*"
    r"|(?:Compare |Explain )?(?P<versus>[\w.`(), -]{2,40}?(?: (?:vs\.?"
    r"|versus) [\w.`() -]{2,40}?)+)\s*[?.]?\s*"
    r"|(?:What (?:is|are)|Explain|Define|Describe"
    r"|Compare)(?: the terms?)? (?P<named>[^?.]{3,80}? and [^?.]{2,40}?)\s*[?.]?\s*",
    re.IGNORECASE,
)
ZH_SIDES = re.compile(
    r"(?:请)?(?:简述|比较|对比|谈谈|说说|解释|介绍|说一下|什么是)?(?:一下)?\s*(?P<sides>[^？?，,；;]{3,60}?)\s*"
    r"(?:之间)?(?:各|分别)?(?:的|有什么|有何|有啥|有哪些|是什么|什么|到底|是|各是什么|了解)*"
    r"(?:区别|不同|异同|差异|对比|比较|是什么|[？?]).*"
)
EN_AND = re.compile(r"\s*,\s*(?:and\s+)?|\s+and\s+|\s+vs\.?\s+|\s+versus\s+", re.IGNORECASE)
ZH_AND = re.compile(r"\s*(?:、|和|与|跟|以及|及|\bvs\.?|\bVS)\s*")
AGAINST = re.compile(
    r",?\s+(?:whereas|while|but|on the other hand,?)\s+|;\s+(?:on the other hand,?\s+)?"
    r"|[，；。]\s*而(?:且)?\s*|；\s*",
    re.IGNORECASE,
)
Sides = tuple[str, ...]


@dataclass(frozen=True)
class Statement:
    """What a sentence or half of one says of a side: `clause` as it stands, `said` without its subject."""

    side: str
    said: str
    clause: str
    parted: bool  # the author sets the sides against each other here
    sentence: Sentence


def sides_of(title: str) -> Sides:
    """Return the two to four things that a title sets beside each other, () for another title."""
    text = re.sub(r"\s*[（(][^（）()]*[)）]", "", bare_title(title))
    for pattern, joined in ((EN_SIDES, EN_AND), (ZH_SIDES, ZH_AND)):
        if found := pattern.fullmatch(text):
            listed = next(value for value in found.groups() if value)
            parts = [
                re.sub(r"^(?:an?|the) ", "", part.strip(' `“”"'), flags=re.IGNORECASE)
                for part in joined.split(listed)
            ]
            fit = all(1 < len(p) <= 40 and len(p.split()) <= 4 and _is_thing(p) for p in parts)
            if fit and 2 <= len(parts) <= MOST_SIDES:
                return tuple(parts)
    return ()


def _is_thing(name: str) -> bool:
    """Tell whether a name may be a side: no aspect of something, no label."""
    return not UNFIT_TERM.search(name) and not is_label(name) and "的" not in name


def sides_in(text: Text) -> Sides:
    """Return the sides of a text's title as its answer calls them; () where one holds another."""
    sides = shared_head(sides_of(text.title), text)
    folded = [side.casefold() for side in sides]
    nested = any(i != j and a in b for i, a in enumerate(folded) for j, b in enumerate(folded))
    return () if nested else sides


def statements(text: Text, sides: Sides) -> list[Statement]:
    """Return the sentences, and halves of sentences, that begin with a side, and the lists below one."""
    return [*_said(text, sides), *_listed(text, sides)]


def _said(text: Text, sides: Sides) -> Iterator[Statement]:
    sentences = text.passages.sentences
    for place, sentence in enumerate(sentences):
        several = clauses(plain(sentence.text), sides)
        parted = len(several) > 1 or _answers(sentences, place, sides)
        for clause in several:
            for side in sides:
                if said := mask_subject(clause, side):
                    yield Statement(side, said, clause, parted and len(sides) == 2, sentence)


def _listed(text: Text, sides: Sides) -> Iterator[Statement]:
    """Yield the entries of lists that stand below a side, as "Heap:" above what is said of it."""
    for sentence in text.passages.sentences:
        if sentence.first and sentence.passage.kind in ("bullet", "numbered") and not sentence.passage.indent:
            lead = NUMBER.sub("", plain(text.passages.before(sentence.passage))).strip(" :：")
            lead = re.sub(r"\s*[（(][^（）()]*[)）]$", "", lead)
            for side in sides:
                if lead.casefold().removesuffix("s") == side.casefold().removesuffix("s"):
                    said = NUMBER.sub("", plain(sentence.text))
                    yield Statement(side, said, said, parted=False, sentence=sentence)


def _answers(sentences: tuple[Sentence, ...], place: int, sides: Sides) -> bool:
    """Tell whether a sentence and its neighbour in the same passage begin with two sides."""
    here = sentences[place]
    beside = [other for other in sentences[max(0, place - 1) : place + 2] if other is not here]
    near = [other for other in beside if other.passage is here.passage]
    opening = [opens_with(NUMBER.sub("", plain(each.text)), sides) for each in (here, *near)]
    return len(near) == 1 and all(opening) and opening[0] != opening[1]


def opens_with(text: str, sides: Sides) -> str:
    """Return the side that a text begins with, "" for none."""
    return next(
        (s for s in sides if re.match(rf"(?:the |an? )?[`“\"]?{re.escape(s)}", text, re.IGNORECASE)), ""
    )


def clauses(sentence: str, sides: Sides) -> list[str]:
    """Return a sentence, its number left out; where it sets two sides against each other, its two halves."""
    bare = NUMBER.sub("", sentence)
    halves = [half.strip() for half in AGAINST.split(bare)]
    if len(halves) == 2 and all(halves):
        opening = [opens_with(half, sides) for half in halves]
        if all(opening) and opening[0] != opening[1]:
            stop = "。" if is_chinese(bare) else "."
            return [f"{half.rstrip('，,；;。.')}{stop}" for half in halves]
    return [bare]


def shared_head(sides: Sides, text: Text) -> Sides:
    """Give each side the noun that the last one ends in, or take it away, as the answer speaks of them.

    "Functional and Class Components" are Functional Components; "OLTP and OLAP systems" OLTP and OLAP.
    """
    if not sides:
        return ()
    bare, _, head = sides[-1].rpartition(" ")
    firsts = sides[:-1]
    if not bare or any(" " in first for first in firsts):
        return sides
    without = (*firsts, bare)
    if (
        head.islower()
        and not _opens_anything(sides[-1], text)
        and all(_opens_anything(s, text) for s in without)
    ):
        return without
    whole = [f"{first} {head}" for first in firsts]
    if all(re.search(rf"\b{re.escape(each.rstrip('s'))}", text.answer, re.IGNORECASE) for each in whole):
        return (*whole, sides[-1])
    return sides


def _opens_anything(name: str, text: Text) -> bool:
    """Tell whether a sentence or a heading of the answer begins with a name."""
    passages = text.passages
    return any(
        opens_with(NUMBER.sub("", plain(each)), (name, name))
        for each in [sentence.text for sentence in passages.sentences]
        + [passage.text for passage in passages.passages]
    )


def _spelled(name: str, answer: str) -> str:
    """Return a name with the capitals that the answer gives it: titles are careless."""
    found = re.search(re.escape(name), answer, re.IGNORECASE)
    return found[0] if found else name


def as_said(clause: str, side: str, sides: Sides, answer: str) -> Sides:
    """Return all sides as the clause has its own, in number and article; else in the title's forms."""
    name = re.escape(side.removesuffix("s") if is_plural(side) else side)
    found = re.match(
        rf"(?P<article>The |An? )?[`“\"]?{name}(?P<ending>e?s)?\b",
        clause,
        re.IGNORECASE,
    )
    if is_chinese(clause):
        return tuple(_spelled(each, answer) for each in sides)
    if not found or len(set(map(is_plural, sides))) > 1:
        return sides
    plural = bool(found["ending"]) if all(map(is_common, sides)) else is_plural(side)
    named = tuple(_in_number(each, plural) for each in sides)
    if not found["article"] or plural:
        return named
    definite = found["article"].casefold() == "the "
    articles = ["the" if definite else "an" if name[0].casefold() in "aeiou" else "a" for name in named]
    return tuple(f"{article} {each}" for article, each in zip(articles, named, strict=True))


def is_common(name: str) -> bool:
    """Tell whether a name is a common noun, which has a plural, and no code or abbreviation."""
    return bool(re.fullmatch(r"[A-Za-z]?[a-z]+(?:[ -][A-Za-z]?[a-z]+)*(?<!ing)", name))


def _in_number(name: str, plural: bool) -> str:
    if plural == is_plural(name):
        return name
    if not plural:
        return name.removesuffix("s")
    return f"{name}es" if name.endswith(("s", "x", "ch", "sh")) else f"{name}s"


def mask_subject(sentence: str, side: str) -> str | None:
    """Return a sentence that begins with a side, that side masked; None for another sentence."""
    name = re.escape(side)
    found = re.match(
        rf"(?:The |An? )?[`“\"]?{name}(?:s"
        rf"|es)?(?:\(\))?[`”\"]?(?![A-Za-z0-9_])(?:\s*[（(][^（）()]{{1,60}}[)）])?\s*(?P<sep>[：:,，]"
        rf"|\s[-–—]\s)?\s*(?P<rest>\S.*)",
        sentence,
        re.IGNORECASE,
    )
    if not found:
        return None
    rest = masked(found["rest"], side)
    if found["sep"] in ("：", ":") and rest.startswith(BLANK):
        return rest
    colon = "：" if is_chinese(rest) else ": "
    return f"{BLANK}{colon if found['sep'] in ('：', ':') else ' '}{rest}"
