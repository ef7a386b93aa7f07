"""A question sets A against B: a statement from its answer, its subject masked. Of which is it said?"""

import random
import re
from collections.abc import Iterator

from quizzes.core.generation.choosing import is_plural, masked, single
from quizzes.core.generation.drafts import Candidate, Verdict
from quizzes.core.generation.filters import alike, fits, hygiene, leak, vague
from quizzes.core.generation.material import Material, Text
from quizzes.core.generation.phrases import between, say
from quizzes.core.generation.words import is_chinese, width
from quizzes.core.passages import plain

NAME = "contrast"
VERSION = 3
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
EITHER_NUMBER = frozenset(
    [
        "can",
        "cannot",
        "can't",
        "could",
        "may",
        "might",
        "must",
        "will",
        "won't",
        "would",
        "should",
        "had",
        "did",
        "didn't",
    ]
)
OF_ONE = frozenset(["is", "isn't", "was", "wasn't", "has", "hasn't", "does", "doesn't"])
OF_MANY = frozenset(
    [
        "are",
        "aren't",
        "were",
        "weren't",
        "have",
        "haven't",
        "do",
        "don't",
        "accept",
        "act",
        "allow",
        "apply",
        "contain",
        "create",
        "define",
        "describe",
        "enable",
        "exist",
        "follow",
        "give",
        "handle",
        "help",
        "hold",
        "keep",
        "let",
        "live",
        "manage",
        "need",
        "offer",
        "own",
        "provide",
        "receive",
        "refer",
        "render",
        "represent",
        "require",
        "return",
        "run",
        "share",
        "specify",
        "store",
        "support",
        "take",
        "use",
        "work",
    ]
)
ADVERB = re.compile(r"(?:also|always|never|only|often|not|just|both|\w+ly)$")


def fitting(candidate: Candidate) -> Verdict:
    """Object where the gap does not take both sides: by number, by the word after it, by a second gap."""
    shown = candidate.shown
    if shown.count(BLANK) > (2 if candidate.text.chinese else 1):
        return Verdict("fitting", False, "names its subject again and again")
    if is_chinese(shown) or shown.startswith((f"{BLANK}：", f"{BLANK}:")):
        return Verdict("fitting", True)
    words = [word for word in shown.split(" ")[1:] if not ADVERB.match(word)]
    verb = words[0].casefold().strip(",.") if words else ""
    if verb in EITHER_NUMBER:
        return Verdict("fitting", True)
    numbers = {is_plural(option) for option in (candidate.key, *candidate.distractors)}
    if len(numbers) > 1:
        return Verdict("fitting", False, f"only one side goes with “{verb}”")
    third = verb.endswith("s") and verb.isalpha()
    named = any(verb.rstrip("s") == word.rstrip("s") for word in candidate.text.title.casefold().split())
    if not (verb in OF_MANY if numbers == {True} else verb in OF_ONE or (third and not named)):
        return Verdict("fitting", False, f"“{verb}” does not read after both")
    return Verdict("fitting", True)


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


FILTERS = (fitting, hygiene.check, leak.check, vague.check, alike.check, fits.check, one_sided, long_enough)


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
        pair = shared_head(pair, text) if pair else None
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
        key, other = as_said(plain(sentence.text), side, pair[1] if side == pair[0] else pair[0])
        chinese = text.chinese
        first, second = (key, other) if side == pair[0] else (other, key)
        asked = say(
            "contrast",
            chinese=chinese,
            one=between(first, chinese=chinese),
            other=between(second, chinese=chinese),
        )
        stem = f"{asked}\n\n{said}"
        why = say("because", chinese=chinese, source=plain(sentence.text))
        rival = pair[1] if side == pair[0] else pair[0]
        yield Candidate(
            single(key, [other], stem, why, NAME, rng),
            text,
            sentence.span,
            said,
            side,
            key,
            (other,),
            (" ".join(statements[rival]),),
        )


def shared_head(pair: tuple[str, str], text: Text) -> tuple[str, str]:
    """Give the first side the noun that it shares with the second: "Functional and Class Components"."""
    first, second = pair
    head = second.rpartition(" ")[2]
    if " " in second and " " not in first:
        whole = f"{first} {head}"
        if re.search(rf"\b{re.escape(whole.rstrip('s'))}", f"{text.answer}", re.IGNORECASE):
            return whole, second
    return pair


def as_said(sentence: str, side: str, other: str) -> tuple[str, str]:
    """Return both sides as the sentence has its side, in number and article; else in the title's forms."""
    name = re.escape(side.removesuffix("s") if is_plural(side) else side)
    found = re.match(
        rf"(?P<article>The |An? )?[`“\"]?{name}(?P<ending>e?s)?\b",
        sentence,
        re.IGNORECASE,
    )
    if not found or is_chinese(sentence) or is_plural(side) != is_plural(other):
        return side, other
    plural = bool(found["ending"]) if is_common(side) and is_common(other) else is_plural(side)
    both = [_in_number(name, plural) for name in (side, other)]
    if not found["article"] or plural:
        return both[0], both[1]
    definite = found["article"].casefold() == "the "
    articles = ["the" if definite else "an" if name[0].casefold() in "aeiou" else "a" for name in both]
    return f"{articles[0]} {both[0]}", f"{articles[1]} {both[1]}"


def is_common(name: str) -> bool:
    """Tell whether a name is a common noun, which has a plural, and no code or abbreviation."""
    return bool(re.fullmatch(r"[A-Za-z]?[a-z]+(?:[ -][A-Za-z]?[a-z]+)*", name))


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
    colon = f"{BLANK}：" if found["sep"] in ("：", ":") else f"{BLANK} "
    return f"{colon}{rest}"
