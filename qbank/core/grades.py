"""Marks of difficulty and of frequency: 【难易度】⭐⭐, (Hard), <!-- difficulty: 2 --> …"""

import re
from dataclasses import dataclass

_SCALE = r"难易?程?度|难度(?:等级)?|(?:考察|出现)?频率|重要(?:性|程度)|热度|difficulty|level|frequency"
_STARS = "⭐🌟★☆✰\ufe0f"
_WORDS = (
    ("低", "较低", "简单", "初级", "基础", "入门", "easy", "beginner", "basic", "primary", "entry", "junior"),
    ("中", "中等", "中级", "进阶", "medium", "intermediate", "mid", "middle"),
    ("高", "较高", "困难", "高级", "hard", "difficult", "advanced", "expert", "senior"),
)
_LEVELS = "|".join(word for words in _WORDS for word in words if len(word) > 1)
_OFTEN = {"低频": 1, "中频": 2, "高频": 3}
_LINE = re.compile(
    rf"[\s>*_-]*(?:【\s*(?P<a>{_SCALE})\s*(?:[:：]\s*(?P<av>[^】]*))?】\s*[:：]?\s*(?P<bv>[高中低]|[{_STARS}\s]*)"
    rf"|(?:\*\*)?(?P<c>{_SCALE})(?:\*\*)?\s*[:：](?:\*\*)?\s*"
    rf"(?P<cv>[{_STARS}]+|[高中低]|较[高低]|中等|简单|困难|easy|medium|hard|[1-5])"
    rf"|<!--\s*(?P<d>{_SCALE})\s*[:：=]\s*(?P<dv>[^>]*?)\s*-->)[\s*_|/，,；;]*",
    re.IGNORECASE,
)
_BRACKET = r"[【\[(（`][^【】\[\]()（）`]{1,40}[】\])）`]"
_EDGES = re.compile(
    rf"^(?P<head>(?:[*_]{{0,3}}{_BRACKET}[*_]{{0,3}}\s*)*)(?P<title>.*?)(?P<tail>(?:\s*[*_]{{0,3}}{_BRACKET}[*_]{{0,3}})*)\s*$",
    re.DOTALL,
)
_MARK = re.compile(
    rf"\s*[*_]{{0,3}}(?:[【\[(（`]\s*(?:(?P<scale>{_SCALE})\s*(?:[:：]\s*(?P<value>[^】\])）`]*)|(?P<stars>[{_STARS}]+))"
    rf"|(?P<level>{_LEVELS})|(?P<often>{'|'.join(_OFTEN)})|(?P<only>[{_STARS}]+))\s*[】\])）`])[*_]{{0,3}}",
    re.IGNORECASE,
)
_KIND = (  # of question
    r"(?:单选|多选|单项选择|多项选择|不定项选择|选择|判断|填空|简答|问答|论述|名词解释|编程|计算|案例分析)题?|不定项"
    r"|(?:single|multiple)[ -]choice|true ?(?:/|or) ?false|mcq|short[ -]answer|essay"
)
_OPEN_KIND = re.compile(  # at the end of a title it says what to answer, and stays
    r"[(（](?:简答|问答|论述|名词解释|编程|计算|案例分析)题?[)）]$"
)
_POINTS = r"(?:每[题空小]{1,2}|本题|共|满分)?\s*\d+(?:\.\d+)?\s*(?:分|points?|pts?|marks?)"
_UNFOLDS = r"点击(?:此处)?(?:展开|查看)[^()（）]{0,6}|click (?:to|here)[^()（）]{0,20}|展开"
_PART = rf"(?:{_KIND}|{_POINTS}|{_UNFOLDS}|(?P<%s>{_LEVELS}))"
_REMARK = re.compile(
    rf"\s*[*_]{{0,3}}[【\[(（]\s*{_PART % 'first'}(?:\s*[·,，、/|;；:：]\s*{_PART % 'later'})*"
    r"\s*[】\])）][*_]{0,3}",
    re.IGNORECASE,
)
_KIND_BEFORE = re.compile(rf"^(?!true)(?:{_KIND})\s*[:：]\s*(?=\S)", re.IGNORECASE)
_FREQUENT = re.compile(r"频率|重要|热度|frequency", re.IGNORECASE)
LONGEST = 2000  # characters of a title that are looked at


@dataclass(frozen=True)
class Grades:
    """How hard a question is and how often it is asked, 1 to 3, and the text without these marks."""

    text: str
    difficulty: int | None = None
    frequency: int | None = None


def split_grades(text: str) -> Grades:
    """Cut marks of difficulty and frequency off the beginning of an answer."""
    values: dict[bool, int | None] = {True: None, False: None}
    position = 0
    while match := _LINE.match(text, position):
        name = next(n for n in (match["a"], match["c"], match["d"]) if n)
        value = next((v for v in (match["av"], match["bv"], match["cv"], match["dv"]) if v and v.strip()), "")
        values[bool(_FREQUENT.search(name))] = read_grade(value)
        position = match.end()
    if not position or (position < len(text) and "\n" not in text[:position]):
        return Grades(text)
    return Grades(text[position:].lstrip("\n"), values[False], values[True])


def split_title_grades(title: str) -> Grades:
    """Cut bracketed marks of difficulty and frequency off both ends of a title, and what says its kind.

    Brackets that say how many points it gives, or that it unfolds, go too; all others stay.
    """
    edges = _EDGES.match(title) if len(title) <= LONGEST else None
    if edges is None or not edges["title"]:
        return Grades(title)
    values: dict[bool, int | None] = {True: None, False: None}

    def cut(match: re.Match[str]) -> str:
        if match["often"]:
            values[True] = _OFTEN[match["often"]]
            return ""
        value = match["value"] or match["stars"] or match["level"] or match["only"]
        values[bool(match["scale"] and _FREQUENT.search(match["scale"]))] = read_grade(value)
        return ""

    def drop(match: re.Match[str]) -> str:
        if level := match["first"] or match["later"]:
            values[False] = read_grade(level)
        return ""

    head, tail = (_MARK.sub(cut, part) if part else "" for part in (edges["head"], edges["tail"]))
    head, tail = (_REMARK.sub(drop, part) if part else "" for part in (head, tail))
    if kind := _OPEN_KIND.search(edges["tail"]):
        tail = f"{tail}{kind[0]}"
    text = (head + _KIND_BEFORE.sub("", edges["title"]) + tail).strip()
    return Grades(text or title, values[False], values[True])


def read_grade(value: str) -> int | None:
    """Read stars (of five), a word or a number as 1 to 3."""
    value = value.strip().casefold()
    stars = sum(value.count(c) for c in "⭐🌟★")
    if stars or (value.isascii() and value.isdigit() and len(value) == 1):
        return min(3, stars or int(value)) or None
    return next((level for level, words in enumerate(_WORDS, 1) if value in words), None)
