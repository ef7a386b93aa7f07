"""The key of a choice question: the line that gives its letters, and the reason on it."""

import re
import unicodedata
from dataclasses import dataclass

from qbank.core.blocks import Document
from qbank.core.option_marks import ABJAD, LABEL, read_letters
from qbank.core.titles import plain_markdown
from qbank.core.tree import Fold

LONGEST = 2000  # characters of a line that gives the key and its reason
_SIGNS = re.compile(r"[✅✔☑✓👉➡💡🎯🔑]\ufe0f?")
WORD = (
    r"answers?|ans\b|solution|(?:correct|right)(?:\s+(?:answer|option|choice))?|key|答案|正确(?:答案|选项)?|[应故]?选|答"
    r"|odgovor|الاجابة|الإجابة|respuesta|réponse|antwort|ответ|resposta|risposta|正解|答え|정답"
)
_KEY_WORD = re.compile(WORD, re.IGNORECASE)
_LETTER = f"A-H{ABJAD}"
_LETTERS = r"(?:(?i:option|choice|选项)\s*[(（]?)?" + (
    rf"(?P<key>[{_LETTER}](?:\s*[,，、/和及&+]?\s*(?:and\s+)?[{_LETTER}])*)"
)
_KEY = re.compile(
    rf"^[\s#>*_-]*[^:：\n]{{0,40}}?(?:[:：\s]|(?<=[案选是为答]))[\s*_`（(\[-]*{_LETTERS}\s*[*_`）)\].。]*\s*$",
)
_KEY_THEN_REASON = re.compile(
    rf"^[\s#>*_-]*[^:：\n]{{0,12}}?(?:{WORD})\s*(?:is|为|是)?[\s:：*_`（(\[]*{_LETTERS}\s*[*_`）)\]]*"
    r"\s*[.。,，;；:：)）\]—–-][\s*_`]*(?P<reason>\S.*)$",
    re.IGNORECASE,
)
_BARE_KEY = re.compile(r"^[*_`(]*([A-H])[*_`]*\s*[.):：、—–-][*_`]*\s*(\S.*)$")
_COMMENT = re.compile(
    rf"<!--\s*(?:{WORD})\s*(?:is|为|是)?\s*[:：=]?\s*(?P<key>[A-H](?:\s*[,，、]?\s*[A-H])*)\s*-->",
    re.IGNORECASE,
)
_OPEN = re.compile(r"[你您]的(?:答案|选择)|\byour (?:answer|choice)\b", re.IGNORECASE)  # the reader's
_BLANK = re.compile(r"[(（]\s*([A-H](?:\s*[,，、]?\s*[A-H])*)\s*[)）](?=\s*[。.?？]?\s*$)")


@dataclass(frozen=True)
class Key:
    """The letters of the right options, the line that gives them (0-based), the reason given on it."""

    letters: tuple[str, ...]
    line: int
    reason: str = ""


def is_key_line(line: str) -> bool:
    """Tell whether a line begins with a word that gives the key."""
    text = unicodedata.normalize("NFKC", plain_markdown(_SIGNS.sub("", line[:LONGEST])))
    return bool(_KEY_WORD.search(text[:20]))


def filled_blank(text: str) -> tuple[str, ...]:
    """Return the letters that stand in the blank at the end of a question: "… is (B)."."""
    match = _BLANK.search(text)
    return read_letters(match[1]) if match else ()


def empty_blank(text: str) -> str:
    """Take the letters out of the blank at the end of a question."""
    return _BLANK.sub("( )", text)


def find_key(document: Document, fold: Fold | None, start: int, end: int) -> Key | None:
    """Find the line that gives the key: in the fold where there is one, else between the lines."""
    if fold and (key := _of_summary(fold)):
        return key
    places = range(fold.body_start, fold.end) if fold else range(start, end)
    lines = [(place, document.lines[place]) for place in places]
    if fold and fold.lead.strip():
        lines.insert(0, (fold.body_start - 1, fold.lead))
    for place, source in lines:
        if "<!--" in source and (told := _COMMENT.search(source)):
            return Key(read_letters(told["key"]), place)
        text = plain_markdown(source.lstrip("#> ")) if len(source) <= LONGEST else ""
        if not text or text.startswith("<"):
            continue
        text = unicodedata.normalize("NFKC", text).replace("ـ", "")
        signed = bool(_SIGNS.match(text))
        text = re.sub(r"^([*_]*)【([^】]*)】[:：]?", r"\1\2: ", _SIGNS.sub("", text).strip())
        if _OPEN.search(text):
            continue
        worded = bool(_KEY_WORD.search(text))
        match = _KEY.match(_raise_letter(text) if worded else text)
        if match and (fold or worded):
            return Key(read_letters(match["key"]), place)
        if (fold or signed) and re.fullmatch(r"[*_`(]*[A-H][*_`).]*", text):
            return Key(read_letters(text), place)
        if reasoned := _KEY_THEN_REASON.match(text):
            return Key(read_letters(reasoned["key"]), place, reasoned["reason"])
        if (bare := _BARE_KEY.match(text)) and fold and not LABEL.match(_next(document, place, fold.end)):
            return Key(read_letters(bare[1]), place, bare[2])
        if fold and len(text) > 60:
            return None
    return None


def _of_summary(fold: Fold) -> Key | None:
    """Read the key in the summary of a fold."""
    match = _KEY.match(_raise_letter(plain_markdown(fold.summary)))
    given = match and _KEY_WORD.search(fold.summary)
    return Key(read_letters(match["key"]), fold.summary_line) if match and given else None


def _next(document: Document, line: int, end: int) -> str:
    """Return the next line that is not blank, "" where there is none."""
    return next((text for text in document.lines[line + 1 : end] if text.strip()), "")


def _raise_letter(text: str) -> str:
    """Write the letters after the last colon large: "answer: b" says B."""
    head, colon, tail = text.rpartition(":")
    return head + colon + tail.upper() if len(tail) <= 12 else text
