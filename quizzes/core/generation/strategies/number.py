"""A sentence that states a default, a size or a limit as a number: fill the number in."""

import random
import re
from collections.abc import Iterator
from decimal import Decimal

from quizzes.core.generation.drafts import Candidate, Verdict
from quizzes.core.generation.filters import hygiene
from quizzes.core.generation.material import Material, Text
from quizzes.core.generation.phrases import say
from quizzes.core.generation.strategies.port import service_of
from quizzes.core.generation.words import content_words, width
from quizzes.core.items import BLANK, Cloze
from quizzes.core.passages import Span, plain

NAME = "number"
VERSION = 3
VALUE = r"(?<![<>≤≥~≈.\d-])(?P<value>\d{1,7}(?:\.\d+)?)"
UNIT = (
    r"(?:\s*(?:bits?|bytes?|KB|MB|GB|ms|seconds?|minutes?"
    r"|字节|比特|位|毫秒|秒|分钟|个字节|%|字符|characters))"
)
PATTERNS = (
    re.compile(rf"\b(?:default|standard)\b[^.,;]{{0,50}}?\b(?:is|of|to|:)\s+`?{VALUE}`?", re.IGNORECASE),
    re.compile(rf"\b(?:port)\s+(?:number\s+)?(?:is\s+)?`?{VALUE}`?", re.IGNORECASE),
    re.compile(rf"(?:默认|缺省)[^，。；]{{0,24}}?(?:为|是|等于|：)\s*`?{VALUE}`?"),
    re.compile(
        rf"(?:固定|长度|大小|最大|最小|最多|至少|上限|占用?|端口号?)[^，。；\d]{{0,14}}?(?:为|是"
        rf"|占)?\s*`?{VALUE}`?(?={UNIT})"
    ),
    re.compile(
        rf"\b(?:maximum|minimum|at most|at least|exactly|size|length|occup(?:y|ies)|takes?|consists? "
        rf"of)\b[^.,;\d]{{0,40}}?`?{VALUE}`?(?={UNIT})",
        re.IGNORECASE,
    ),
)
NO_SUBJECT = re.compile(
    r"(?:the )?(?:default|standard|maximum|minimum)(?: (?:value|size|length|number|port))? (?:is|of|to)\b"
    r"|(?:(?:默认|缺省|最[大多小少])(?:值|大小|长度|端口|为|是|占)|长度|大小|上限|至少|占用?)",
    re.IGNORECASE,
)
LONGEST = 110  # columns of a stem
ABOUT = re.compile(
    r"about|around|roughly|approximately|nearly|for (?:example|instance)|e\.?g\b|such as|suppose|let'?s"
    r"|version|大约|约|左右|将近|例如|比如|诸如|譬如|如\s*(?=\d)|假设|版本|示例|一般|占比|挑战|案例|场景",
    re.IGNORECASE,
)
DEFAULT = re.compile(r"\bdefaults?\b|默认|缺省", re.IGNORECASE)
SETTING = re.compile(
    r"\b[a-z]+(?:[._-][a-z]+){2,}\b|\b[a-z]+_[a-z]+\b|\s--?[A-Za-z][\w:-]+"
    r"|\b(?:re)?configur\w+|\b(?:settings?|options?|parameters?|propert(?:y|ies)|tunable|adjust\w*|overrid\w+)\b"
    r"|配置|参数|可调|调整|修改|设置",
    re.IGNORECASE,
)


def exact(candidate: Candidate) -> Verdict:
    """Object to rough figures, examples and versions, and where the number stands twice."""
    if found := ABOUT.search(candidate.source):
        return Verdict("exact", False, f"not a fixed figure: {found[0]}")
    if len(re.findall(r"\d+(?:\.\d+)?", candidate.source)) > 2:
        return Verdict("exact", False, "several numbers")
    if candidate.key in ("1", "0") and not re.search(r"default|默认", candidate.source, re.IGNORECASE):
        return Verdict("exact", False, "0 or 1 can be guessed")
    return Verdict("exact", True)


def short(candidate: Candidate) -> Verdict:
    """Object to a stem of more than one clause: what surrounds a figure belongs to its text."""
    if width(candidate.shown) > LONGEST:
        return Verdict("short", False, "runs on")
    if re.search(r"[，；;]|,\s", candidate.shown.rstrip("。. ")):
        return Verdict("short", False, "more than one clause")
    return Verdict("short", True)


def once(candidate: Candidate) -> Verdict:
    """Object to the port of a service: another rule asks for it."""
    if service := service_of(candidate.source, candidate.key):
        return Verdict("once", False, f"the port of {service} is asked by itself")
    return Verdict("once", True)


def named(candidate: Candidate) -> Verdict:
    """Object where the sentence does not say of what it gives the figure."""
    if re.match(r"\W*(?:\d+[.、)）]\s*)?[^，。,.:：]{1,24}[:：]", candidate.shown):
        return Verdict("named", False, "a label that belongs to a list")
    if NO_SUBJECT.match(candidate.shown):
        return Verdict("named", False, "the clause has no subject")
    if len(content_words(candidate.shown)) < 4:
        return Verdict("named", False, "does not say of what")
    return Verdict("named", True)


def lasting(candidate: Candidate) -> Verdict:
    """Object to the default of a setting: it belongs to one version of one product."""
    said = f"{candidate.source}\n{plain(candidate.text.title)}"
    if DEFAULT.search(candidate.source) and (found := SETTING.search(said)):
        return Verdict("lasting", False, f"the default of a setting: {found[0].strip()}")
    return Verdict("lasting", True)


FILTERS = (hygiene.check, exact, lasting, named, short, once)


def propose(material: Material, rng: random.Random) -> Iterator[Candidate]:
    """Yield a candidate for each such sentence."""
    for text in material.texts:
        for sentence in text.passages.sentences:
            shown = plain(sentence.text)
            for pattern in PATTERNS:
                if found := pattern.search(shown):
                    yield _candidate(text, sentence.span, shown, found)
                    break


def first_clause(blanked: str, *, chinese: bool) -> str:
    """Cut a sentence behind its first clause where the gap is in that, the full stop put back."""
    head, mark, _ = re.split(r"([，；;]|,\s)", f"{blanked}，", maxsplit=1)
    if BLANK not in head or head == blanked:
        return blanked
    return f"{head.rstrip()}{'。' if chinese else '.'}" if mark else blanked


def _candidate(text: Text, span: Span, shown: str, found: re.Match[str]) -> Candidate:
    value = found["value"]
    blanked = shown[: found.start("value")] + BLANK + shown[found.end("value") :]
    blanked = first_clause(re.sub(rf"`{BLANK}`", BLANK, blanked), chinese=text.chinese)
    chinese = text.chinese
    stem = f"{say('number', chinese=chinese)}\n\n{blanked}"
    item = Cloze(
        slug=NAME,
        stem=stem,
        rationale=say("because", chinese=chinese, source=shown),
        key=((str(Decimal(value)),),),
    )
    return Candidate(item, text, span, blanked.replace(BLANK, "____"), value, value)
