"""Words of a text, folded so that two forms of a word compare equal: English stems, Chinese bigrams."""

import re
import unicodedata

LATIN = re.compile(r"[a-z][a-z0-9+#]*|\d+(?:\.\d+)?")
HAN = re.compile(r"[\u3400-\u9fff]+")
CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
STOP = frozenset(
    re.findall(
        r"\S+",
        "a an the of to in on at by for from with without and or not nor but if then else is are was were "
        "be been being it its this that these those there here as into than so such can could may might "
        "will would shall should must do does did done has have had which who whom whose what when where "
        "why how all any each both more most other some no only own same too very just also about between "
        "through during before after above below up down out over under again further once you your we "
        "our they their he she his her i me my use used using uses make makes one two way ways e g i.e "
        "etc via per let get set ",
    )
)
STOP_HAN = frozenset(
    re.findall(
        r"\S+",
        "的是 是一 一种 一个 可以 以及 或者 如果 因为 所以 但是 这个 那个 这种 我们 他们 "
        "它们 进行 通过 使用 用于 用来 主要 通常 一般 能够 需要 不同 其中 以下 如下 方法 "
        "方式 问题 区别 什么 如何 怎么 为什 哪些 之间 具有 对于 由于 没有 不能 不会 也是 "
        "都是 就是 还是 而是 并且 的一 称为 称作 指的 是指 作为 来说 时候 情况 部分 这些 "
        "那些 某些 一些 所有 每个 任何 相关 介绍 解释 简述 说明 ",
    )
)
ENDINGS = re.compile(
    r"(?:izations?|isations?|ations?|ingly|ings?|edly|ied|ies|ers?|ors?|ed|es|ly|ments?|s|e|y)$"
)


def stem(word: str) -> str:
    """Cut an English word down to what its forms share: at least its first four letters."""
    if len(word) <= 4 or not word.isascii():
        return word[:-1] if len(word) == 4 and word.endswith("s") else word
    cut = ENDINGS.sub("", word)
    if len(cut) > 4 and cut[-1] == cut[-2] and cut[-1] not in "aeiouls":
        cut = cut[:-1]
    return (cut if len(cut) >= 4 else word[:4])[:7]


def content_words(text: str) -> frozenset[str]:
    """Return the folded words of a text that carry meaning."""
    split = CAMEL.sub(" ", unicodedata.normalize("NFKC", text))
    folded = split.casefold()
    found = {stem(word) for word in LATIN.findall(folded) if word not in STOP and len(word) > 1}
    for run in HAN.findall(folded):
        pairs = [run[i : i + 2] for i in range(len(run) - 1)] or [run]
        found.update(pair for pair in pairs if pair not in STOP_HAN)
    return frozenset(found)


def is_chinese(text: str) -> bool:
    """Tell whether a tenth of a text's letters are Chinese."""
    letters = [c for c in text if c.isalpha()]
    return bool(letters) and sum("\u3400" <= c <= "\u9fff" for c in letters) * 10 >= len(letters)


def script_of(text: str) -> str:
    """Name the look of an option: "code", "number", "han", "mixed" or "latin"."""
    bare = text.strip()
    if bare.startswith("`") or re.search(
        r"[(){}<>;=]|\w\.\w|_\w|^--?\w|^[./~$]", re.sub(r"[（(].*?[)）]", "", bare)
    ):
        return "code"
    if re.fullmatch(r"[\d.,%+-]+", bare):
        return "number"
    han = sum("\u3400" <= c <= "\u9fff" for c in bare)
    latin = sum(c.isascii() and c.isalpha() for c in bare)
    if han and latin:
        return "mixed"
    return "han" if han else "latin"


def width(text: str) -> int:
    """Measure a text as a reader sees it: a Chinese character counts as two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def overlap(one: frozenset[str], other: frozenset[str]) -> float:
    """Return how much of the smaller set is in the other, 0..1."""
    smaller = min(len(one), len(other))
    return len(one & other) / smaller if smaller else 0.0
