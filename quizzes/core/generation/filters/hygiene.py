"""The stretch does not stand by itself: it points elsewhere, is cut, or says too little."""

import re

from quizzes.core.generation.drafts import Candidate, Verdict
from quizzes.core.generation.words import content_words, width

NAME = "hygiene"
SHORTEST = 24
LONGEST = 420
FEWEST_WORDS = 4
ANAPHORIC = re.compile(
    r"^[\W_]*(?:this|that|these|those|it|they|he|she|its|their|such|here|there|then|however|but|so|also"
    r"|and|or|because|thus|hence"
    r"|therefore|moreover|furthermore|in addition|additionally|as (?:mentioned|above|you can see|shown)"
    r"|in (?:this|that|the above) "
    r"|for example|for instance|e\.g|similarly|on the other hand|another|both|the (?:above|following"
    r"|former|latter|first|second|other)\b"
    r"|we\b|i\b|let's|let us|note)\b"
    r"|^[\W_]*(?:这|那|该|此|它|其|他们|上述|上面|下面|以上|以下|如上|如下|因此|所以|但|而|并|同时|另外"
    r"|此外|例如|比如|换句话说|也就是说|"
    r"总之|综上|首先|其次|然后|最后|前者|后者|两者|二者|我们|同样|相反|当然|不过|然而|还|也)",
    re.IGNORECASE,
)
POINTS = re.compile(
    r"\b(?:as follows|following|shown (?:below|above)|(?:see|shown|listed|described|mentioned) (?:below"
    r"|above)|above|below|figure \d|table \d"
    r"|click here|in this (?:article|post|chapter|section|example))\b|如下|下图|上图|见图|如图|下表|上表"
    r"|以下|上文|下文|前面|后面提到|本章|本节|这里的?|点击",
    re.IGNORECASE,
)
SLOPPY = re.compile(
    r"\b[Aa] (?!one\b|uni|use|eu)[aeiou]\w|\b[Aa]n (?!hour|honest|heir)[bcdgjkpqtvwyz][a-z]"
    r"|\s[.,;](?=\s?[A-Za-z])|[\u4e00-\u9fff]\.\s*$|[\u4e00-\u9fff]{2},[\u4e00-\u9fff]{2}"
    r"|\b(the|a|an|is|of|to|in|and|are) \1\b|[a-z]\)?\.[A-Z][a-z]+ [a-z]"
)
CHATTY = re.compile(
    r"[!！😀-🙏🤣-🥺😂👍]|哈哈|嘿|啦|嘛|呗|恐怖如斯|划重点|小伙伴|咱|大白话|敲黑板|\b(?:gonna|wanna|kinda|stuff|guys?|cool"
    r"|awesome|lol|btw|imho|super)\b",
    re.IGNORECASE,
)
TODAY = re.compile(
    r"\b(?:currently|nowadays|these days|today|recently)\b|目前|当前(?=广泛|主流|流行|最)|如今|现如今", re.I
)
ADDRESS = re.compile(r"https?://|www\.|\]\(|<[a-z/]")


def check(candidate: Candidate) -> Verdict:
    """Object to what cannot be understood alone; the half of a contrast may be short."""
    if reason := _objection(candidate.shown, brief="parted" in candidate.marks):
        return Verdict(NAME, False, reason)
    return Verdict(NAME, True)


def is_balanced(text: str) -> bool:
    """Tell whether no bracket, quotation, code or formula was cut in two."""
    pairs = (("(", ")"), ("（", "）"), ("[", "]"), ("“", "”"), ("「", "」"), ("{", "}"))
    uneven = any(text.count(a) != text.count(b) for a, b in pairs)
    return not (uneven or text.count("`") % 2 or text.count("$") % 2)


def is_sloppy(text: str) -> bool:
    """Tell whether a text has a slip to stumble over: a wrong article, a loose point, a word twice."""
    return bool(SLOPPY.search(text))


def _objection(shown: str, *, brief: bool) -> str:
    if ANAPHORIC.search(shown):
        return "begins by pointing back"
    if POINTS.search(shown):
        return "points to something that is not shown"
    if ADDRESS.search(shown):
        return "holds an address or raw HTML"
    if shown.rstrip().endswith((":", "：", ",", "，", "、")):
        return "is cut off"
    if shown.rstrip().endswith(("?", "？")):
        return "is a question"
    if is_sloppy(shown):
        return "is carelessly written"
    if CHATTY.search(shown):
        return "is chat"
    if TODAY.search(shown):
        return "speaks of its own time"
    if not is_balanced(shown):
        return "a bracket is left open"
    if not brief and (width(shown) < SHORTEST or len(content_words(shown)) < FEWEST_WORDS):
        return "says too little"
    if width(shown) > LONGEST:
        return "is too long to read in a quiz"
    return ""
