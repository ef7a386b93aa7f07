"""A question sets things beside each other: of which of them is a statement from its answer true?"""

import random
import re
from collections.abc import Iterator

from quizzes.core.generation.choosing import is_plural, single
from quizzes.core.generation.drafts import Candidate, Verdict
from quizzes.core.generation.filters import alike, fits, hygiene, leak, vague
from quizzes.core.generation.material import Material, Text
from quizzes.core.generation.phrases import between, say
from quizzes.core.generation.sides import BLANK, Sides, Statement, as_said, sides_in, statements
from quizzes.core.generation.words import is_chinese, width
from quizzes.core.passages import plain

NAME = "contrast"
VERSION = 5
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

EXCEPTION = re.compile(
    r"除了|除非|例外|(?:以后|之后|起|现在|新版|后来)[^，。；]{0,12}(?:也|已|才|开始|不再)"
    r"|\b(?:except|exceptions?|unless|apart from|other than|but (?:since|from|newer|now|recent)"
    r"|although|though|nowadays|since (?:version )?v?\d)\b",
    re.IGNORECASE,
)
DATED = re.compile(
    r"版本|\bversions?\b|(?:19|20)\d\d\s*年|\b(?:in|since|from|by|until) (?:19|20)\d\d\b"
    r"|(?<![\d.])\d+\.(?:\d+|x)(?!\d*\s*(?:%|倍|ms|[KMG]B))"
)
ABSOLUTE = re.compile(
    r"必须|一定|只能|从不|永远|绝对|总是|不支持|不能|无法|不可以|不会"
    r"|\b(?:must|never|always|cannot|can't|can not|(?:not|n't) (?:support|allow|have)|impossible"
    r"|no support)\b",
    re.IGNORECASE,
)
REASON = re.compile(r"因为|由于|的话|所以|\bbecause\b|\bas a result\b|\bhence\b", re.IGNORECASE)
JOINED = r"(?:^|[，,；;。]\s*而?\s*){}\s*(?:[和与及、]|以及|(?:and|or|as well as)\b)"  # after a side
BARE_FIGURE = re.compile(
    rf"{BLANK}[：:]?\s*(?:的?(?:最[大多高小少低]|至[多少]|上限|可以?|能|达到?|只有|仅|有|为|是|约|默认)|is|has|takes"
    r"|can be|up to|at (?:most|least)|only|about)[^，。,.;；]{0,8}?\d+(?:\.\d+)?\s*"
    r"(?:[KMGT]i?B?\b|bits?\b|bytes?\b|m?s\b|字节|个?字符|位|倍|%|个(?![\u4e00-\u9fff])|$|[，。,.])",
    re.IGNORECASE,
)
DEFINES = re.compile(rf"{BLANK}\s*(?:就?是(?:指|一)?|指的?是?|is an?\b|are\b|refers? to\b|means\b)")
NOT_BUT = re.compile(r"(?:不|并?非)[^，。；]{1,20}[，,]\s*而")
LIBRARY_NAME = re.compile(r"\b[A-Z][a-z]+(?:[A-Z][a-z]+){2,}\b")
LONGEST = 150  # columns of a statement
MOST_COMMAS = 3
CLAUSE = 10  # columns of a clause that says something


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
        NOT_BUT.sub("", shown),
    ):
        return Verdict("one_sided", False, "compares")
    if re.search(
        r"常用|适用|适合|成为了?可能|得以实现|\bmak(?:es?|ing) (?:it )?possible\b"
        r"|\b(?:commonly|often|mainly|widely|typically) used|suitable|ideal for",
        shown,
    ):
        return Verdict("one_sided", False, "tells what it is good for")
    return Verdict("one_sided", True)


def long_enough(candidate: Candidate) -> Verdict:
    """Object to statements too short to tell one side from the other."""
    least = 18 if "parted" in candidate.marks else 30 if DEFINES.match(candidate.shown) else 48
    if width(candidate.shown) < least:
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


def undisputed(candidate: Candidate) -> Verdict:
    """Object to what authors get wrong: absolutes, reasons, versions, and what an exception takes back."""
    said, shown = plain(candidate.source), candidate.shown
    if found := EXCEPTION.search(said):
        return Verdict("undisputed", False, f"an exception beside it: {found[0]}")
    if found := DATED.search(said):
        return Verdict("undisputed", False, f"a version or a year: {found[0]}")
    first = said if "parted" in candidate.marks else re.split(r"[，；。,;]", shown, maxsplit=1)[0]
    if found := ABSOLUTE.search(first):
        return Verdict("undisputed", False, f"an absolute: {found[0]}")
    if found := REASON.search(shown):
        return Verdict("undisputed", False, f"gives a reason, or is talk: {found[0]}")
    return Verdict("undisputed", True)


def of_one_only(candidate: Candidate) -> Verdict:
    """Object where the author says a clause of the statement, word for word, of another side too."""
    said = [part.strip().casefold() for part in re.split(r"[，；。,;.：:]", candidate.shown)]
    for name, rival in zip(candidate.distractors, candidate.rivals, strict=True):
        if twice := [part for part in said if width(part) >= CLAUSE and part in rival.casefold()]:
            return Verdict("of_one_only", False, f"said of {name} too: {twice[0]}")
    return Verdict("of_one_only", True)


def alone(candidate: Candidate) -> Verdict:
    """Object where the gap is half of a subject, a figure has none, or the sentence runs on."""
    shown, said = candidate.shown, plain(candidate.source)
    if any(re.search(JOINED.format(re.escape(n)), said) for n in (candidate.key, *candidate.distractors)):
        return Verdict("alone", False, "the gap is one of two subjects")
    if found := BARE_FIGURE.match(shown):
        return Verdict("alone", False, f"does not say of what the figure is: {found[0]}")
    if width(shown) > LONGEST or len(re.findall(r"[，；,;]", shown)) > MOST_COMMAS:
        return Verdict("alone", False, "runs on")
    return Verdict("alone", True)


def known_names(candidate: Candidate) -> Verdict:
    """Object to identifiers of three and more words: they belong to one library, which no stem names."""
    for name in (candidate.key, *candidate.distractors):
        if LIBRARY_NAME.search(name):
            return Verdict("known_names", False, f"a name of one library: {name}")
    return Verdict("known_names", True)


FILTERS = (
    fitting,
    hygiene.check,
    leak.check,
    alike.check,
    told_apart,
    one_sided,
    long_enough,
    undisputed,
    of_one_only,
    alone,
    known_names,
)


def propose(material: Material, rng: random.Random) -> Iterator[Candidate]:
    """Yield the statements whose subject is one side, where the answer speaks of every side."""
    for text in material.texts:
        if sides := sides_in(text):
            yield from _candidates(text, sides, rng)


def _candidates(text: Text, sides: Sides, rng: random.Random) -> Iterator[Candidate]:
    """Yield one candidate a sentence: of the half that the filters pass, else of the first."""
    found = statements(text, sides)
    spoken = {side: " ".join(one.said for one in found if one.side == side) for side in sides}
    if not all(spoken.values()):
        return
    by_sentence: dict[int, list[Statement]] = {}
    for statement in found:
        by_sentence.setdefault(statement.sentence.span.start, []).append(statement)
    for halves in list(by_sentence.values())[: MOST * 2]:
        tried = [_candidate(text, sides, half, spoken, rng) for half in halves]
        yield next((one for one in tried if all(check(one).passed for check in FILTERS)), tried[0])


def _candidate(
    text: Text, sides: Sides, one: Statement, spoken: dict[str, str], rng: random.Random
) -> Candidate:
    chinese, place = text.chinese, sides.index(one.side)
    said = re.sub(r"[；;]$", "。" if is_chinese(one.said) else ".", one.said)
    named = as_said(one.clause, one.side, sides, text.answer)
    others = [i for i in range(len(sides)) if i != place]
    distractors = tuple(named[i] for i in others)
    if len(sides) == 2:
        first, second = (between(name, chinese=chinese) for name in named)
        asked = say("contrast", chinese=chinese, one=first, other=second).replace(" ？", "？")
    else:
        asked = say("contrast_several", chinese=chinese)
    why = say("because", chinese=chinese, source=plain(one.sentence.text))
    return Candidate(
        single(named[place], distractors, f"{asked}\n\n{said}", why, NAME, rng),
        text,
        one.sentence.span,
        said,
        one.side,
        named[place],
        distractors,
        tuple(spoken[sides[i]] for i in others),
        frozenset({"parted"} if one.parted else ()),
    )
