"""A question sets A against B: a statement from its answer, its subject masked. Of which is it said?"""

import random
import re
from collections.abc import Iterator

from quizzes.core.generation.choosing import masked, single
from quizzes.core.generation.drafts import Candidate, Verdict
from quizzes.core.generation.filters import alike, fits, hygiene, leak, vague
from quizzes.core.generation.material import Material, Text
from quizzes.core.generation.phrases import say
from quizzes.core.generation.words import width
from quizzes.core.passages import plain

NAME = "contrast"
VERSION = 1
BLANK = "____"
EN_PAIR = re.compile(
    r".*?\b(?:differences?|distinction|comparison) between (?:an? |the )?(?P<a>.+?) (?:and|vs\.?|versus) "
    r"(?:an? |the )?(?P<b>.+?)"
    r"(?:\s+(?:in|using|when|components?|methods?|attributes?)\s.*)?\s*[?.]?\s*"
    r"|(?:Compare |Explain )?(?P<c>[\w.`() -]{2,40}?) (?:vs\.?|versus) (?P<d>[\w.`() -]{2,40}?)\s*[?.]?\s*",
    re.IGNORECASE,
)
ZH_PAIR = re.compile(
    r"(?:请)?(?:简述|比较|对比|谈谈|说说|解释|介绍|说一下)?(?:一下)?\s*(?P<a>[^？?，,、]{1,24}?)\s*(?:和"
    r"|与|跟|及|vs\.?|VS)\s*(?P<b>[^？?，,、]{1,24}?)\s*"
    r"(?:之间)?(?:的|有什么|有何|有哪些|是什么|是)*(?:区别|不同|异同|差异|对比|比较).*",
)
MOST = 3  # a question


def one_sided(candidate: Candidate) -> Verdict:
    """Object to a statement that speaks of the other side too, or compares without saying with what."""
    shown = candidate.shown.casefold()
    for other in candidate.distractors:
        if other.casefold().strip("`()") in shown:
            return Verdict("one_sided", False, f"speaks of {other} too")
    if re.search(
        r"\b(?:more|less|better|faster|slower|\w+er than|unlike|whereas|while|both|then|also"
        r"|therefore)\b|相比|而言|更|比较|不如|两者",
        shown,
    ):
        return Verdict("one_sided", False, "compares")
    return Verdict("one_sided", True)


def long_enough(candidate: Candidate) -> Verdict:
    """Object to statements too short to tell one side from the other."""
    if width(candidate.shown) < 48:
        return Verdict("long_enough", False, "says too little to tell the sides apart")
    return Verdict("long_enough", True)


FILTERS = (hygiene.check, leak.check, vague.check, alike.check, fits.check, one_sided, long_enough)


def pair_of(title: str) -> tuple[str, str] | None:
    """Return the two things that a title sets against each other."""
    text = plain(title).strip()
    for pattern in (EN_PAIR, ZH_PAIR):
        if found := pattern.fullmatch(text):
            parts = [value.strip(' `“”"') for value in found.groupdict().values() if value]
            if len(parts) == 2 and all(1 < len(p) <= 40 and len(p.split()) <= 4 for p in parts):
                return parts[0], parts[1]
    return None


def propose(material: Material, rng: random.Random) -> Iterator[Candidate]:
    """Yield the statements whose subject is one side, where the answer speaks of both."""
    for text in material.texts:
        pair = pair_of(text.title)
        if pair and not any(a.casefold() in b.casefold() for a, b in (pair, pair[::-1])):
            yield from _candidates(text, pair, rng)


def _candidates(text: Text, pair: tuple[str, str], rng: random.Random) -> Iterator[Candidate]:
    statements: dict[str, list[str]] = {side: [] for side in pair}
    found = []
    for sentence in text.passages.sentences:
        shown = plain(sentence.text)
        for side in pair:
            if said := mask_subject(shown, side):
                statements[side].append(said)
                found.append((side, said, sentence))
    if not all(statements.values()):
        return
    for side, said, sentence in found[: MOST * 2]:
        other = pair[1] if side == pair[0] else pair[0]
        chinese = text.chinese
        stem = f"{say('contrast', chinese=chinese)}\n\n{said}"
        why = say("because", chinese=chinese, source=plain(sentence.text))
        yield Candidate(
            single(side, [other], stem, why, NAME, rng),
            text,
            sentence.span,
            said,
            side,
            side,
            (other,),
            (" ".join(statements[other]),),
        )


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
    colon = f"{BLANK}：" if found["sep"] in ("：", ":") else f"{BLANK} "
    return f"{colon}{rest}"
