"""Take the key points of an answer from its structure, where the author has not listed them."""

import re
from collections.abc import Iterator

from quizzes.core.labels import is_label
from quizzes.core.passages import ABBREVIATION, APART, CODE, FENCE, LINK, NUMBERED, TAG

MOST = 8
LONGEST = 160

BULLET = re.compile(r"\s{0,3}(?:[-*+]\s+|[•●◆▪]\s*)(?P<text>\S.*)")
BOLD = re.compile(r"(?P<head>\*\*[^*]+\*\*|__[^_]+__)\s*(?P<rest>.*)")
LED = re.compile(r"(?P<head>[^\s：:。，,.!?！？|#>`$][^：:。，,!?！？|`$]{0,24})[：:]\s*(?P<rest>\S.*)")
HEADING = re.compile(r"#{2,6}\s+(?P<text>.*?)\s*#*")
SENTENCE = re.compile(r".*?(?:[。！？；;]|[.!?](?=\s|$)|$)")
ONLY_LINK = re.compile(r"\W*!?\[[^\]]*\]\([^)]*\)\W*")
RANKS = ("bold", "numbered", "bullet", "led", "heading")


def key_points(answer: str) -> tuple[str, ...]:
    """Return up to eight checkable points of a Markdown answer, as inline Markdown, or none.

    Bold leads (`**term**: …`, or a list whose lines begin in bold) are taken first, else numbered points,
    else a list, else paragraphs led by a colon, else headings: the first of these that occurs at least
    twice. Code, tables, quotations and lines that are only a link do not count.
    """
    found: dict[str, dict[str, None]] = {rank: {} for rank in RANKS}
    for line in _prose(answer):
        rank, text = _classify(line)
        if rank and (point := _point(text)):
            found[rank].setdefault(point)
    points = next((found[rank] for rank in RANKS if len(found[rank]) > 1), {})
    return tuple(points)[:MOST]


def _prose(answer: str) -> Iterator[str]:
    """Yield the lines that are neither code, table, quotation nor formula."""
    closing = ""
    for line in answer.splitlines():
        opened = FENCE.match(line)
        if closing:
            closing = "" if line.strip().startswith(closing) else closing
        elif opened:
            closing = opened[1]
        elif line.strip() and not line.lstrip().startswith(APART) and not ONLY_LINK.fullmatch(line):
            yield line


def _classify(line: str) -> tuple[str, str]:
    """Tell of which rank a line is, and what it says."""
    if heading := HEADING.fullmatch(line):
        return "heading", heading["text"]
    numbered = NUMBERED.fullmatch(line)
    listed = numbered or BULLET.fullmatch(line)
    text = listed["text"] if listed else line.strip()
    if bold := BOLD.fullmatch(text):
        if listed or LED.fullmatch(_plain(text)):
            return "bold", text
        return ("", "") if bold["rest"] else ("heading", text)
    if listed:
        return ("numbered" if numbered else "bullet"), text
    return ("led", text) if LED.fullmatch(text) else ("", "")


def _plain(text: str) -> str:
    return text.replace("**", "").replace("__", "")


def _point(text: str) -> str:
    """Shorten a line to its head and first sentence; return "" when nothing checkable is left."""
    text = _without_links(text).strip().rstrip("：:")
    plain = _plain(text).strip()
    head = re.split(r"[：:]", plain, maxsplit=1)[0].strip()
    if plain.endswith(("?", "？")) or is_label(plain) or not re.search(r"\w", plain):
        return ""
    sentence = SENTENCE.match(text)
    first = (sentence[0] if sentence else text).rstrip("。；;")
    if ABBREVIATION.search(first):
        first = text.rstrip("。；;")
    if len(first) <= LONGEST and _balanced(first):
        return first
    return head if len(head) <= LONGEST and _balanced(head) else ""


def _without_links(text: str) -> str:
    """Leave the words of links, and drop tags; what stands in code is no tag."""
    parts = re.split(f"({CODE.pattern})", text)
    parts[::2] = [TAG.sub("", part) for part in parts[::2]]
    return LINK.sub(lambda link: link["text"], "".join(parts))


def _balanced(text: str) -> bool:
    """Tell whether no code, formula, bracket or emphasis was cut in two."""
    if text.count("(") != text.count(")") or text.count("（") != text.count("）"):
        return False
    return not (text.count("`") % 2 or text.count("$") % 2 or text.count("**") % 2)
