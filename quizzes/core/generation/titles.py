"""A question's title as a stem quotes it: its first sentence, in sentence case, or nothing."""

import re

from quizzes.core.generation.material import Text, bare_title
from quizzes.core.generation.words import width

LONGEST = 90
ENDS_BADLY = re.compile(r"(?:\.{2,}|…|[:：,，]|\b(?:explain|describe|discuss|why)\W*)$", re.IGNORECASE)
FIRST = re.compile(r".+?[?？](?=\s|$|[\u4e00-\u9fff])")
STRAY = re.compile(r"^(?:[\s，,。；;、：:！!·]|\.(?=\s))+")
ASKS = re.compile(
    r"(?:什么|怎么|怎样|如何|哪[些个]?|吗|呢|为何|多少)[^。？?]{0,6}$"
    r"|^(?:what|how|which|when|where|who|why|is|are|does|do|can)\b[^.?]*$",
    re.IGNORECASE,
)
SIMPLE = re.compile(r"[A-Z][a-z]*$")


def quoted_title(text: Text) -> str:
    """Return the title, or "" where it is too long, cut, or has a task in it."""
    title = STRAY.sub("", sentence_case(bare_title(text.title), text.answer))
    if found := FIRST.match(title):
        title = re.sub(r"[?？]+$", "？" if "？" in found[0] else "?", found[0].strip())
    elif ASKS.search(told := title.rstrip("。. ")):
        title = f"{told}{'?' if told.isascii() else '？'}"
    if width(title) > LONGEST or ENDS_BADLY.search(title) or re.search(r"\.\s+[A-Z]", title):
        return ""
    return title


def sentence_case(title: str, answer: str) -> str:
    """Return a title in Title Case as a sentence; names keep the capital that the answer gives them."""
    words = title.split(" ")
    rest = [word for word in words[1:] if re.match(r"[A-Za-z]", word)]
    capital = [word for word in rest if word[0].isupper()]
    if len(rest) < 3 or len(capital) * 3 < len(rest) * 2:
        return title
    return " ".join([words[0], *(_lowered(word, answer) for word in words[1:])])


def _lowered(word: str, answer: str) -> str:
    bare = re.sub(r"\W+$", "", word)
    if not SIMPLE.match(bare) or re.search(rf"[a-z,] {re.escape(bare)}\b", answer):
        return word
    return word[0].lower() + word[1:]
