"""The key of a choice question: the line that gives its letters, and the reason on it."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from qbank.core.blocks import Document
from qbank.core.labels import WHY, says_only_answer
from qbank.core.option_marks import ABJAD, LETTERS, letter_of, read_letters
from qbank.core.titles import plain_markdown
from qbank.core.tree import Fold

NEAR = 20  # characters of a line that begins with the word
FIRST = 200  # characters of a line that may hold the word, marks and tags before it included
FENCED = 8  # lines after the options among which a fence may give it
LONGEST = 2000  # characters of a line that gives the key and its reason
_SIGNS = re.compile(r"[✅✔☑✓👉➡💡🎯🔑]\ufe0f?")
WORD = (
    r"answers?|ans\b|solution|\b(?:correct|right)(?![a-z])(?:\s+(?:answer|option|choice))?|\bkey\b|答案|正确(?:答案|选项)?|[应故]?选|答"
    r"|odgovor|الاجابة|الإجابة|respuesta(?:\s+correcta)?|réponse(?:\s+correcte)?|antwort|ответ|resposta(?:\s+corr?eta)?|risposta(?:\s+corretta)?|正解|答え|정답"
)
_KEY_WORD = re.compile(WORD, re.IGNORECASE)
_LETTER = f"A-H{ABJAD}"
_LETTERS = r"(?:(?i:option|choice|选项)\s*[(（]?)?" + (
    rf"(?P<key>[{_LETTER}](?:\s*[,，、;；/和与及&+]?\s*(?:(?i:and)\s+)?[{_LETTER}])*)"
)
_KEY = re.compile(
    rf"^[\s#>*_-]*[^:：\n]{{0,40}}?(?:[:：\s]|(?<=[案选是为答]))[\s*_`（(\[-]*{_LETTERS}\s*[*_`）)\].。]*"
    rf"\s*(?:[*_【]*(?:{WHY})[】*_]*\s*[:：】][*_\s]*)?$",
)
_KEY_THEN_REASON = re.compile(
    rf"^[\s#>*_-]*[^:：\n]{{0,12}}?(?:{WORD})\s*(?:is|为|是)?[\s:：*_`（(\[]*{_LETTERS}\s*[*_`）)\]]*"
    rf"(?:\s*[*_【]*(?:{WHY})[】*_]*\s*[:：】]|\s*[.。,，、;；:：(（)）\]—–-]|\s+(?=because\b|since\b)|(?=因为))"
    r"[\s*_`]*(?![A-H](?:[^\sA-Za-z']|\s*$))(?P<reason>\S.*)$",
    re.IGNORECASE,
)
_BARE_KEY = re.compile(r"^(?:[-*+]\s+)?[*_`(]*([A-Ha-h]|[A-H]{2,6})[*_`]*\s*[.。):、—–-][*_`]*\s*(\S.*)$")
_BOLD_KEY = re.compile(r"^(?:\*\*|__)([A-H](?:[\s,、]*[A-H])*)(?:\*\*|__)\s+(\S.*)$")
_CALLED = re.compile(r"^\s*[-*+]\s+\**([A-H])\**\s*[-–—:：]\s*(?:[Cc]orrect|正确|[✅✓✔]\ufe0f?)[\s.*]*$")
_LETTER_ITEM = re.compile(r"^\s*[-*+]\s+\W*[A-H]\W*(?:\w+\W*)?$")
_ONLY_KEY = re.compile(r"(?:[-*+]\s+)?[*_`(\[]*([A-Ha-h]|[A-H](?:[\s,、&]*[A-H])*)[*_`)\].。]*")
_SAYS = re.compile(
    rf"^[^:\n]{{0,12}}?(?:{WORD})[^:\n]{{0,12}}?(?:[:为是]|\bis\b)\s*(?P<text>\S.*)$", re.IGNORECASE
)
_FENCE = re.compile(r"\s*(?:```+|~~~+)\s*[\w-]*\s*$")
_FRAMED = re.compile(r"^([*_]*)【([^】]*)】:?")
_BULLET = re.compile(r"^[-*+]\s+")
_HIDDEN = re.compile(r"^\s*<!--\s*(.*?)\s*-->\s*$")
_COMMENT = re.compile(
    rf"<!--\s*(?:{WORD})\s*(?:is|为|是)?\s*[:：=]?\s*(?P<key>[A-H](?:\s*[,，、]?\s*[A-H])*)\s*-->",
    re.IGNORECASE,
)
_LETTER_AND_TEXT = re.compile(r"^[*_(]*([A-H])[)*_]*[\s.:、]+(\S.*)$")
_LETTER_GLUED = re.compile(r"(?:[,;、.&+]|and|[和与及])*\(?([a-h])[.):、(]")  # of several, in bare text
_OPEN = re.compile(r"[你您]的(?:答案|选择)|\byour (?:answer|choice)\b", re.IGNORECASE)  # the reader's
_MINE = re.compile(r"我的(?:答案|选择)|\bmy (?:answer|choice)\b|(?:考生|学生)(?:答案|作答)", re.IGNORECASE)
_RIGHT = re.compile(r"(?:正确|标准|参考)答案|\b(?:correct|right) (?:answer|option|choice)\b", re.IGNORECASE)
_AFTER = re.compile(r"(?:[:：]\s*|[)）_]\s*(?=[A-H]))([A-Ha-h](?:[,，、]?[A-Ha-h]){0,4})[。.]?$")  # "… is: c"
_BLANK = re.compile(r"[(（]\s*([A-H](?:\s*[,，、]?\s*[A-H])*)\s*[)）](?=\s*[。.?？]?\s*$)")


@dataclass(frozen=True)
class Key:
    """The letters of the right options, the line that gives them (0-based), the reason given on it."""

    letters: tuple[str, ...]
    line: int
    reason: str = ""
    repeats: bool = False  # the text of an option stands there, not its letter
    around: int = 0  # lines before and after it that belong to it: those of a fence


def is_key_line(line: str) -> bool:
    """Tell whether a line begins with a word that gives the key."""
    if not _KEY_WORD.search(line, 0, FIRST):
        return False
    text = unicodedata.normalize("NFKC", plain_markdown(_SIGNS.sub("", line[:LONGEST])))
    return bool(_KEY_WORD.search(text, 0, NEAR))


def filled_blank(text: str) -> tuple[str, ...]:
    """Return the letters that stand in or after the blank at the end of a question: "… is (B)."."""
    match = _BLANK.search(text) or _AFTER.search(text)
    return read_letters(match[1]) if match else ()


def empty_blank(text: str) -> str:
    """Take the letters out of the blank at the end of a question."""
    return _BLANK.sub("( )", text) if _BLANK.search(text) else _without_letters(text)


def _without_letters(text: str) -> str:
    """Cut off the letters that follow a title: "… is: c"."""
    match = _AFTER.search(text)
    return text[: match.start(1)].rstrip() if match else text


def find_key(
    document: Document, fold: Fold | None, start: int, end: int, options: Sequence[str] = ()
) -> Key | None:
    """Find the line that gives the key: in the fold where there is one, else between the lines.

    `options` are the texts of the options: a key may repeat one of them instead of its letter.
    """
    if fold and (key := _of_summary(fold)):
        return key
    if not fold and (key := _of_marked_letters(document, start, end)):
        return key
    if fold:
        lines = [(place, document.lines[place]) for place in range(fold.body_start, fold.end)]
        lines = [(fold.body_start - 1, fold.lead), *lines, (fold.end, fold.tail)]
        if key := _of_fence(lines) or _in_lines(lines, options, folded=True):
            return key
    outside = (place for place in range(start, end) if not (fold and fold.start <= place <= fold.end))
    lines = [(place, document.lines[place]) for place in outside]
    return _of_fence(lines) or _in_lines(lines, options, folded=False)


def _of_fence(lines: Sequence[tuple[int, str]]) -> Key | None:
    """Read the key that is all a fence holds, where nothing but a label stands before it."""
    said = [(place, line) for place, line in lines[:FENCED] if line.strip()]
    if said and not _FENCE.match(said[0][1]) and says_only_answer(said[0][1]):
        said = said[1:]
    if len(said) < 3 or not (_FENCE.match(said[0][1]) and _FENCE.match(said[2][1])):
        return None
    place, text = said[1]
    match = _KEY.match(text) if _KEY_WORD.search(text) else _ONLY_KEY.fullmatch(text.strip())
    together = said[0][0] + 1 == place == said[2][0] - 1
    return Key(read_letters(match[match.lastindex or 0]), place, around=1) if match and together else None


def told_key(answer: str, options: Sequence[str]) -> Key | None:
    """Read the key on the first line of an answer (line 0)."""
    return _in_lines([(0, answer.split("\n", 1)[0])], options, folded=True)


def _of_marked_letters(document: Document, start: int, end: int) -> Key | None:
    """Read the letters that a list calls correct: "- A", "- B - Correct"."""
    found = [(n, match[1]) for n in range(start, end) if (match := _CALLED.match(document.lines[n]))]
    if not found:
        return None
    last = found[-1][0]
    while last + 1 < end and _LETTER_ITEM.match(document.lines[last + 1]):
        last += 1
    return Key(read_letters("".join(letter for _, letter in found)), last)


def _in_lines(lines: Sequence[tuple[int, str]], options: Sequence[str], *, folded: bool) -> Key | None:
    """Return the key of the first line that gives one.

    One that only gives a letter, or repeats an option, does so at the beginning and below "Answer:" alone.
    """
    expected = True  # the line is the first, or below a label
    told = folded  # a letter with a reason is the key
    for number, (place, line) in enumerate(lines):
        if "<!--" in line and (hidden := _COMMENT.search(line)):
            return Key(read_letters(hidden["key"]), place)
        source = _plain(line)
        if not source or _OPEN.search(source):
            continue
        if _MINE.search(source) and any(_RIGHT.search(after) for _, after in lines[number : number + FENCED]):
            right = _RIGHT.search(source)
            if right is None:
                continue  # it follows
            source = source[right.start() :]
        signed = bool(_SIGNS.match(source))
        text = _SIGNS.sub("", source).strip()
        text = _FRAMED.sub(r"\1\2: ", text) if "【" in text else text
        worded = bool(_KEY_WORD.search(text) if expected or not folded else _KEY_WORD.search(text, 0, NEAR))
        match = _KEY.match(_raise_letter(text) if worded else text)
        if match and (worded or (folded and expected)):
            return Key(read_letters(match["key"]), place)
        if (expected or signed) and (only := _ONLY_KEY.fullmatch(text)):
            return Key(read_letters(only[1]), place)
        if reasoned := _KEY_THEN_REASON.match(text):
            if several := _letters_with_texts(text, options):
                return Key(several, place, repeats=True)
            return Key(read_letters(reasoned["key"]), place, _unbracketed(reasoned["reason"]))
        if (bare := _BARE_KEY.match(text)) and expected and told:
            following = next((text for _, rest in lines[number + 1 :] if (text := _plain(rest))), "")
            if not letter_of(_BULLET.sub("", following)):
                return Key(read_letters(bare[1]), place, bare[2])
        if expected and folded and (bold := _BOLD_KEY.match(text)):
            return Key(read_letters(bold[1]), place, bold[2])
        said = text if expected else ""
        if worded and (says := _SAYS.match(text)):
            said = says["text"]
        if letters := _letters_of_text(said, options):
            return Key(letters, place, repeats=True)
        if says_only_answer(text):
            expected = told = True
        else:
            expected = folded and expected and len(text) <= 60
    return None


def _plain(source: str) -> str:
    """Return what a line of text says, "" for tags, code in width and what is too long."""
    if len(source) > LONGEST:
        return ""
    if comment := _HIDDEN.match(source):
        source = comment[1]
    text = plain_markdown(source.lstrip("#> "))
    if not text or text.startswith("<"):
        return ""
    return unicodedata.normalize("NFKC", text).replace("ـ", "")


def _letters_of_text(said: str, options: Sequence[str]) -> tuple[str, ...]:
    """Return the letter of the only option that says the same."""
    text = bare_text(said)
    if lettered := _LETTER_AND_TEXT.match(said):
        letter, told = lettered[1].upper(), bare_text(lettered[2])
        return (letter,) if told and told in map(bare_text, options[LETTERS.index(letter) :][:1]) else ()
    same = [
        place for place, option in enumerate(options[: len(LETTERS)]) if text and bare_text(option) == text
    ]
    return (LETTERS[same[0]],) if len(same) == 1 else _letters_of_texts(text, options)


def _letters_with_texts(text: str, options: Sequence[str]) -> tuple[str, ...]:
    """Return the letters of several options that a line gives with their texts: "A. rope; C. hook"."""
    says = _SAYS.match(text)
    rest = bare_text(says["text"]) if says else ""
    bare = dict(zip(LETTERS.lower(), map(bare_text, options), strict=False))
    letters = ""
    while match := _LETTER_GLUED.match(rest):
        option, rest = bare.get(match[1], ""), rest[match.end() :]
        if not option or not rest.startswith(option):
            return ()
        rest = rest[len(option) :].removeprefix(")" if match[0].endswith("(") else "")
        letters += match[1]
    return read_letters(letters) if len(set(letters)) > 1 and not rest.strip(",;.)") else ()


def _letters_of_texts(text: str, options: Sequence[str]) -> tuple[str, ...]:
    """Return the letters of several options that a bare text repeats one after the other, commas between."""
    if "," not in text and "、" not in text and ";" not in text:
        return ()
    bare = sorted(((bare_text(option), n) for n, option in enumerate(options[: len(LETTERS)])), reverse=True)
    places: set[int] = set()
    while text:
        begins = (
            (o, n) for o, n in bare if o and text.startswith(o) and text[len(o) :][:1] in (*",;、.", "")
        )
        option, place = next(begins, ("", -1))
        if not option or place in places:
            return ()
        places.add(place)
        text = text[len(option) :].lstrip(",;、.")
    return tuple(LETTERS[n] for n in sorted(places)) if len(places) > 1 else ()


def bare_text(text: str) -> str:
    """Return what tells a text from another: no marks, no case, no space, no full stop."""
    text = unicodedata.normalize("NFKC", plain_markdown(text)).casefold()
    return re.sub(r"^[-*+]\s+|[\s*_`]|[.。]\s*$", "", text)


def _unbracketed(reason: str) -> str:
    """Return a reason without the bracket that closes one before it."""
    return reason.removesuffix(")") if reason.count(")") > reason.count("(") else reason


def _of_summary(fold: Fold) -> Key | None:
    """Read the key in the summary of a fold."""
    match = _KEY.match(_raise_letter(plain_markdown(fold.summary)))
    given = match and _KEY_WORD.search(fold.summary)
    return Key(read_letters(match["key"]), fold.summary_line) if match and given else None


def _raise_letter(text: str) -> str:
    """Write the letters after the last colon large: "answer: b" says B."""
    head, colon, tail = text.rpartition(":")
    return head + colon + tail.upper() if len(tail) <= 12 else text
