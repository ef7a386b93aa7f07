"""The noun that names of one kind end in: "merge sort, quick sort" are sorts, 强引用与弱引用都是引用."""

import re
from collections.abc import Iterable, Sequence

GLOSS = re.compile(r"\s*[（(][^（）()]*[)）]\s*$")
HAN_TAIL = re.compile(r"[\u4e00-\u9fff]+$")
LONGEST = 4  # characters of a Chinese noun
NO_KIND = re.compile(
    r"(?:性|问题|特点|特性|优势|优点|缺点|阶段|步骤|能力|区别|方面|场景|情况|作用|原因|因素|要求|目标|内容|部分|效果|成本|影响"
    r"|优化|处理|管理|支持|使用|应用|设计|分析|实现|需求|建议|技巧|思想|流程|过程|时间|大小|数量|质量|程度|关系|名称"
    r"|提升|降低|增强|减少|增加|提高)$"
    r"|^(?:issues?|problems?|features?|benefits?|advantages?|steps?|stages?|phases?|concerns?|cases?|examples?"
    r"|support|usage|use|time|size|cost|costs|quality|considerations?|rate|needs?|requirements?|optimi[sz]ation"
    r"|performance|management|handling|complexity|safety|efficiency|ability|overhead|control|design|analysis"
    r"|and|of|the|in|for|to|with|is|are|s|one|two|it|data|based|only|up|out|on|off)$",
    re.IGNORECASE,
)


def head_nouns(term: str) -> tuple[str, ...]:
    """Return the nouns that a name may end in, the longest first; never the whole name."""
    bare = GLOSS.sub("", term).strip('`*“”" ')
    if tail := HAN_TAIL.search(bare):
        ends = (tail[0][-size:] for size in range(min(LONGEST, len(tail[0])), 1, -1))
        return tuple(end for end in ends if end != bare and not NO_KIND.search(end))
    words = bare.split(" ")
    if len(words) < 2 or not re.fullmatch(r"[A-Za-z]{3,}", words[-1]):
        return ()
    noun = singular(words[-1])
    return () if NO_KIND.search(noun) else (noun,)


def singular(noun: str) -> str:
    """Return an English noun in lower case and in the singular."""
    word = noun.lower()
    if word.endswith("ies"):
        return f"{word[:-3]}y"
    if re.search(r"(?:ch|sh|x|ss)es$", word):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith(("ss", "us", "is")) else word


def shared_noun(term: str, others: Iterable[str], *, fewest: int) -> tuple[str, tuple[str, ...]]:
    """Return the longest noun that a name shares with so many others or more, and those."""
    several: Sequence[str] = tuple(others)
    for noun in head_nouns(term):
        akin = tuple(other for other in several if noun in head_nouns(other))
        if len(akin) >= fewest:
            return noun, akin
    return "", ()
