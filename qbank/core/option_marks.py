"""What marks an option of a choice question: its letter, its box, its tick or cross."""

import re
import unicodedata
from collections.abc import Sequence

from qbank.core.tree import Block

LETTERS = "ABCDEFGH"
ABJAD = "أابجدهو"
BOX = re.compile(r"^\s*[\[(]([ xX✓✔])[\])](?:\s+|$)")
CYRILLIC = "АБВГДЕ"
_GLYPHS = r"(?:[☐○●◯◉⚪🔘▢□⬜🔲]\ufe0f?\s*|&(?:[en]msp|ensp|nbsp);|<(?:li|p)>\s*)*"  # before an option
_NAMED = r"(?:[Oo]ption|OPTION|[Cc]hoice|选项|選項)?\s*"
LABEL = re.compile(
    rf"^\s*{_GLYPHS}(?:\*{{1,3}}|__?|`)?{_NAMED}[(（\[【]?([A-Ha-h{ABJAD}{CYRILLIC}Ａ-Ｈ])"
    r"(?:[)）\]】》](?:\*\*|`)?\s*[:：.．、)）]?|(?:\*\*)?\s*\\?[:：.．、)），](?:\)|-(?=\s)|`)?|`|\s+[-–—]\s)"
    r"\s*(?:\*{1,3}(?=\s)|__?(?=\s)|\*\*)?\s*(?=\S)"
)
_MAY_BE_B = (
    r"(?<![A-Za-z])[BbبＢБ](?:[)）\]】》]|(?:\*\*)?\s*\\?(?:[:：.．、)），|]|</)|`|\s+[-–—]\s)"
    r"|[🅱🅑]|type=.A|^(?:[^\w\n]|_|<[^<>\n]*>)*[Bb](?:\*\*)?[^\S\n]+\S"
)
# Where none of these is there is no second option with a letter, or neither that nor a box.
MAY_LETTER = re.compile(_MAY_BE_B, re.MULTILINE)
MAY_MARK = re.compile(rf"[\[(][ xX✓✔][\])]|{_MAY_BE_B}", re.MULTILINE)
_AND = re.compile(r"\b(?:and|or|und|et)\b", re.IGNORECASE)  # between the letters of a key
_ABJAD = str.maketrans(ABJAD + CYRILLIC, "AABCDEFABCDEF")
_SQUARED = str.maketrans("🅰🅱🅲🅳🅴🅐🅑🅒🅓🅔", "ABCDEABCDE")
_TICK = r"✅|✔\ufe0f?|☑\ufe0f?|✓"
_RIGHT = r"(?:correct(?:\s+answer)?|right(?:\s+answer)?|正确(?:答案|选项)?|对)"
_WRONG = r"(?:incorrect|not\s+correct|wrong|false|错误(?:答案|选项)?|不正确|不对|错)"
_TICKED = re.compile(
    rf"\s*(?:(?:{_TICK}|√)(?:\s*[-–—:：]?\s*{_RIGHT}[.。!！]?)?|(?:\*{{1,3}}|__?)?[(（](?:correct(?:\s+answer)?|正确(?:答案)?)[)）](?:\*{{1,3}}|__?)?"
    rf"|(?:←|<-+)\s*correct(?:\s+answer)?)\s*$|^\s*(?:{_TICK})\s*",
    re.IGNORECASE,
)
MAY_TICK = re.compile(rf"{_TICK}|√|correct|正确|answer|答案", re.IGNORECASE)
_CROSSED = re.compile(
    rf"\s*[❌✗✘]\ufe0f?(?:\s*[-–—:：]?\s*{_WRONG}[.。!！]?)?\s*$|^\s*[❌✗✘]\ufe0f?\s*", re.IGNORECASE
)
_WHOLLY_MARKED = re.compile(r"^\s*(\*\*|__|==)((?:(?!\1).)+)\1\s*$")
_COLOUR = r"<(?:mark\b|u\b|ins\b|(?:font|span)\b[^>]*\bcolor)[^>]*>"
_COLOURED = re.compile(
    rf"^\W*(?:[A-Ha-h]\W{{1,6}})?{_COLOUR}|^\W*(?:[A-Ha-h]\W{{1,6}})?==.*==\W*$", re.IGNORECASE | re.DOTALL
)
_COLOURS = re.compile(r"</?(?:mark|u|ins|font|span)\b[^>]*>", re.IGNORECASE)
_ALONE = re.compile(r"^((?:[\W_]|<[^<>]*>)*)([A-Ha-h])(\*\*)?\s+(?![-–—:：]\s)(?=\S)")
_LETTER_BEFORE_BOLD = re.compile(r"^\W*[A-Ha-h]\W*?(?=\*\*|==)")


def read_letters(text: str) -> tuple[str, ...]:
    """Return the letters of a text that can be keys, large, in order; Arabic ones by their place."""
    text = _AND.sub(" ", text) if len(text) > 3 else text
    large = unicodedata.normalize("NFKC", text).translate(_ABJAD).upper()
    return tuple(sorted({c for c in large if c in LETTERS}))


def letter_of(text: str) -> str:
    """Return the letter that an option begins with, "" where it has none."""
    match = _label_of(text)
    return (match[1] if match[1] in LETTERS else read_letters(match[1])[0]) if match else ""


def _label_of(text: str) -> re.Match[str] | None:
    """Match the letter that an option begins with, with or without signs before it."""
    match = LABEL.match(text)
    return match if match or text[:1].isalnum() else LABEL.match(without_signs(text))


def box_of(item: Block) -> str:
    """Return what stands in the tick box of a list item, "" where it has none."""
    match = BOX.match(item.children[0].text if item.children else "")
    return match[1] if match else ""


def is_lettered(item: Block) -> bool:
    """Tell whether a list item begins with a letter, box, tick and emphasis aside."""
    return bool(item.children and _label_of(item.children[0].text))


def is_ticked(text: str) -> bool:
    """Tell whether an option is marked as right beside its text."""
    return bool(_TICKED.search(text))


def is_judged(text: str) -> bool:
    """Tell whether a tick or a cross says of an option whether it is right."""
    return bool(_TICKED.search(text) or _CROSSED.search(text))


def without_ticks(text: str) -> str:
    """Return an option without tick and cross."""
    return _CROSSED.sub("", _TICKED.sub("", text))


def is_coloured(text: str) -> bool:
    """Tell whether an option is coloured or highlighted, its letter aside."""
    return bool(_COLOURED.match(text))


def without_colours(text: str) -> str:
    """Return an option without the tags that colour it."""
    return _COLOURS.sub("", text)


def with_dot(text: str) -> str:
    """Write a full stop after the letter that stands alone before an option: "A tar", "**B** wax"."""
    match = _ALONE.match(text)
    return f"{match[1]}{match[2]}.{match[3] or ''} {text[match.end() :]}" if match else text


def with_dots(texts: Sequence[str]) -> list[str]:
    """Do so in all texts where the letters run from A; else return none."""
    marks = [_ALONE.match(text) for text in texts]
    letters = "".join(mark[2].upper() for mark in marks if mark)
    runs = 1 < len(letters) == len(texts) and LETTERS.startswith(letters)
    return list(map(with_dot, texts)) if runs else []


def spelt(text: str) -> str:
    """Return an option with a plain letter where it begins with one in a square or a disc."""
    letter = text[:1].translate(_SQUARED) if text[:1] > "🅀" else text[:1]
    return text if letter == text[:1] else letter + ". " + text[1:].lstrip(" \ufe0f.:)")


def without_signs(text: str) -> str:
    """Return an option without its box, tick, cross, colour and emphasis, so that its letter comes first."""
    text = without_ticks(BOX.sub("", spelt(text), count=1))
    text = without_colours(text) if "<" in text else text
    return match[2] if (match := _WHOLLY_MARKED.match(text)) else text


def emphasised(text: str) -> str:
    """Return the inside of an option that is bold from end to end, its letter aside; "" where it is not."""
    match = _WHOLLY_MARKED.match(text) or _WHOLLY_MARKED.match(_LETTER_BEFORE_BOLD.sub("", text))
    return match[2] if match else ""
