"""A question sets A against B: a statement from its answer, its subject masked. Of which is it said?"""

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass

from quizzes.core.generation.choosing import is_plural, masked, single
from quizzes.core.generation.described import NUMBER
from quizzes.core.generation.drafts import Candidate, Verdict
from quizzes.core.generation.filters import alike, fits, hygiene, leak, vague
from quizzes.core.generation.material import Material, Text, bare_title
from quizzes.core.generation.phrases import between, say
from quizzes.core.generation.words import is_chinese, width
from quizzes.core.passages import Sentence, plain

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
    r"(?:之间)?(?:的|有什么|有何|有啥|有哪些|是什么|什么|到底|是)*(?:区别|不同|异同|差异|对比|比较).*",
)
AGAINST = re.compile(
    r",?\s+(?:whereas|while|but|on the other hand,?)\s+|;\s+(?:on the other hand,?\s+)?"
    r"|[，；。]\s*而(?:且)?\s*|；\s*",
    re.IGNORECASE,
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
    if BLANK not in shown or is_chinese(shown) or shown.startswith((f"{BLANK}：", f"{BLANK}:")):
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
    """Object to a statement that speaks of the other side too, or compares with what is not said."""
    shown = candidate.shown.casefold()
    for other in candidate.distractors:
        if other.casefold().strip("`()") in shown:
            return Verdict("one_sided", False, f"speaks of {other} too")
    if re.search(
        r"\b(?:more|less|better|faster|slower|\w+er than|unlike|whereas|while|both|then|also"
        r"|therefore)\b|相比|而言|更|比较|不如|两者|(?<!从)(?<!反)而(?!且)|不行|另一",
        shown,
    ):
        return Verdict("one_sided", False, "compares")
    return Verdict("one_sided", True)


def long_enough(candidate: Candidate) -> Verdict:
    """Object to statements too short to tell one side from the other."""
    if width(candidate.shown) < (18 if "parted" in candidate.marks else 48):
        return Verdict("long_enough", False, "says too little to tell the sides apart")
    return Verdict("long_enough", True)


def told_apart(candidate: Candidate) -> Verdict:
    """Object to statements that are vague or fit both sides, unless the author sets both apart in them."""
    if "parted" in candidate.marks:
        return Verdict("told_apart", True)
    failed = next(
        (said for check in (vague.check, fits.check) if not (said := check(candidate)).passed), None
    )
    return Verdict("told_apart", not failed, failed.reason if failed else "")


FILTERS = (fitting, hygiene.check, leak.check, alike.check, told_apart, one_sided, long_enough)


def pair_of(title: str) -> tuple[str, str] | None:
    """Return the two things that a title sets against each other."""
    text = re.sub(r"\s*[（(][^（）()]*[)）]", "", bare_title(title))
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


@dataclass(frozen=True)
class Statement:
    """What a sentence or half of one says of a side: `clause` as it stands, `said` without its subject."""

    side: str
    said: str
    clause: str
    parted: bool  # the author sets both sides against each other here
    sentence: Sentence


def _candidates(text: Text, pair: tuple[str, str], rng: random.Random) -> Iterator[Candidate]:
    """Yield one candidate a sentence: of the half that the filters pass, else of the first."""
    statements = [*_said(text, pair), *_listed(text, pair)]
    spoken = {side: " ".join(one.said for one in statements if one.side == side) for side in pair}
    if not all(spoken.values()):
        return
    by_sentence: dict[int, list[Statement]] = {}
    for statement in statements:
        by_sentence.setdefault(statement.sentence.span.start, []).append(statement)
    for halves in list(by_sentence.values())[: MOST * 2]:
        tried = [_candidate(text, pair, half, spoken, rng) for half in halves]
        yield next((one for one in tried if all(check(one).passed for check in FILTERS)), tried[0])


def _candidate(
    text: Text, pair: tuple[str, str], one: Statement, spoken: dict[str, str], rng: random.Random
) -> Candidate:
    rival = pair[1] if one.side == pair[0] else pair[0]
    key, other = as_said(one.clause, one.side, rival, text.answer)
    first, second = (key, other) if one.side == pair[0] else (other, key)
    chinese = text.chinese
    asked = say(
        "contrast",
        chinese=chinese,
        one=between(first, chinese=chinese),
        other=between(second, chinese=chinese),
    )
    stem = f"{asked.replace(' ？', '？')}\n\n{one.said}"
    why = say("because", chinese=chinese, source=plain(one.sentence.text))
    return Candidate(
        single(key, [other], stem, why, NAME, rng),
        text,
        one.sentence.span,
        one.said,
        one.side,
        key,
        (other,),
        (spoken[rival],),
        frozenset({"parted"} if one.parted else ()),
    )


def _said(text: Text, pair: tuple[str, str]) -> Iterator[Statement]:
    """Yield the sentences, and halves of sentences, that begin with a side."""
    sentences = text.passages.sentences
    for place, sentence in enumerate(sentences):
        several = clauses(plain(sentence.text), pair)
        parted = len(several) > 1 or _answers(sentences, place, pair)
        for clause in several:
            for side in pair:
                if said := mask_subject(clause, side):
                    yield Statement(side, said, clause, parted, sentence)


def _listed(text: Text, pair: tuple[str, str]) -> Iterator[Statement]:
    """Yield the entries of lists that stand below one of the sides, as "Heap:" above what is said of it."""
    for sentence in text.passages.sentences:
        if sentence.first and sentence.passage.kind in ("bullet", "numbered") and not sentence.passage.indent:
            lead = NUMBER.sub("", plain(text.passages.before(sentence.passage))).strip(" :：")
            lead = re.sub(r"\s*[（(][^（）()]*[)）]$", "", lead)
            for side in pair:
                if lead.casefold().removesuffix("s") == side.casefold().removesuffix("s"):
                    said = NUMBER.sub("", plain(sentence.text))
                    yield Statement(side, said, said, parted=False, sentence=sentence)


def _answers(sentences: tuple[Sentence, ...], place: int, pair: tuple[str, str]) -> bool:
    """Tell whether a sentence and its neighbour in the same passage begin with the two sides."""
    here = sentences[place]
    beside = [other for other in sentences[max(0, place - 1) : place + 2] if other is not here]
    near = [other for other in beside if other.passage is here.passage]
    opening = [opens_with(NUMBER.sub("", plain(each.text)), pair) for each in (here, *near)]
    return len(near) == 1 and all(opening) and opening[0] != opening[1]


def opens_with(text: str, pair: tuple[str, str]) -> str:
    """Return the side that a text begins with, "" for neither."""
    return next(
        (s for s in pair if re.match(rf"(?:the |an? )?[`“\"]?{re.escape(s)}", text, re.IGNORECASE)), ""
    )


def clauses(sentence: str, pair: tuple[str, str]) -> list[str]:
    """Return a sentence, its number left out; where it sets both sides against each other, its two halves."""
    bare = NUMBER.sub("", sentence)
    halves = [half.strip() for half in AGAINST.split(bare)]
    if len(halves) == 2 and all(halves):
        opening = [opens_with(half, pair) for half in halves]
        if all(opening) and opening[0] != opening[1]:
            stop = "。" if is_chinese(bare) else "."
            return [f"{half.rstrip('，,；;。.')}{stop}" for half in halves]
    return [bare]


def shared_head(pair: tuple[str, str], text: Text) -> tuple[str, str]:
    """Give the first side the noun that it shares with the second: "Functional and Class Components"."""
    first, second = pair
    bare, _, head = second.rpartition(" ")
    bare_sides = bare and head.islower() and " " not in first and not _opens_anything(second, text)
    if bare_sides and _opens_anything(bare, text) and _opens_anything(first, text):
        return first, bare
    if " " in second and " " not in first:
        whole = f"{first} {head}"
        if re.search(rf"\b{re.escape(whole.rstrip('s'))}", f"{text.answer}", re.IGNORECASE):
            return whole, second
    return pair


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


def as_said(sentence: str, side: str, other: str, answer: str) -> tuple[str, str]:
    """Return both sides as the sentence has its side, in number and article; else in the title's forms."""
    name = re.escape(side.removesuffix("s") if is_plural(side) else side)
    found = re.match(
        rf"(?P<article>The |An? )?[`“\"]?{name}(?P<ending>e?s)?\b",
        sentence,
        re.IGNORECASE,
    )
    if is_chinese(sentence):
        return _spelled(side, answer), _spelled(other, answer)
    if not found or is_plural(side) != is_plural(other):
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
