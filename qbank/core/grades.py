"""Marks of difficulty and of frequency: 【难易度】⭐⭐, (Hard), <!-- difficulty: 2 --> …"""

import re
from dataclasses import dataclass

_SCALE = r"难易?程?度|难度(?:等级)?|(?:考察|出现)?频率|重要(?:性|程度)|热度|difficulty|level|frequency"
_STARS = "⭐🌟★☆✰\ufe0f"
_WORDS = (
    ("低", "较低", "简单", "初级", "easy", "beginner", "basic", "entry", "junior"),
    ("中", "中等", "中级", "medium", "intermediate", "mid", "middle"),
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
    rf"^(?P<head>(?:{_BRACKET}\s*)*)(?P<title>.*?)(?P<tail>(?:\s*[*_]{{0,3}}{_BRACKET}[*_]{{0,3}})*)\s*$",
    re.DOTALL,
)
_MARK = re.compile(
    rf"\s*[*_]{{0,3}}(?:[【\[(（`]\s*(?:(?P<scale>{_SCALE})\s*(?:[:：]\s*(?P<value>[^】\])）`]*)|(?P<stars>[{_STARS}]+))"
    rf"|(?P<level>{_LEVELS})|(?P<often>{'|'.join(_OFTEN)})|(?P<only>[{_STARS}]+))\s*[】\])）`])[*_]{{0,3}}",
    re.IGNORECASE,
)
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
    """Cut bracketed marks of difficulty and frequency off both ends of a title; other brackets stay."""
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

    text = _MARK.sub(cut, edges["head"]) + edges["title"] + _MARK.sub(cut, edges["tail"])
    return Grades(text.strip(), values[False], values[True])


def read_grade(value: str) -> int | None:
    """Read stars (of five), a word or a number as 1 to 3."""
    value = value.strip().casefold()
    stars = sum(value.count(c) for c in "⭐🌟★")
    if stars or (value.isascii() and value.isdigit() and len(value) == 1):
        return min(3, stars or int(value)) or None
    return next((level for level, words in enumerate(_WORDS, 1) if value in words), None)
