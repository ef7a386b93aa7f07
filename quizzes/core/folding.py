"""Fold what people type: texts to one form for comparing, numbers to decimals."""

import re
import unicodedata
from decimal import Decimal, InvalidOperation

PUNCTUATION = str.maketrans(
    {
        "。": ".",
        "、": ",",
        "“": '"',
        "”": '"',
        "‘": "'",
        "’": "'",
        "「": '"',
        "」": '"',
        "–": "-",
        "—": "-",
        "−": "-",
        "‐": "-",
        "‑": "-",
        "·": "",
        "×": "*",
        "⁄": "/",
        "∕": "/",
    }
)
UNSTORABLE = re.compile(r"[\0\ud800-\udfff]")  # PostgreSQL keeps no NUL, UTF-8 no lone surrogate
SPACE_BESIDE_WIDE = re.compile(r"(?<=[^\x00-\x7f])\s+|\s+(?=[^\x00-\x7f])")
SPACE_BESIDE_OPERATOR = re.compile(r"\s*([-+*/^=<>])\s*")
SPACES = re.compile(r"\s+")
GROUPED = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?|[+-]?\d{1,3}(?: \d{3})+(?:\.\d+)?")
PLAIN = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d{1,3})?", re.IGNORECASE)
LONGEST = 40


class NotANumber(ValueError):
    """Tell why a text is no number: `code` is "empty", "unit", "comma" or "number"."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def fold_text(text: str) -> str:
    """Fold width, case, punctuation and spacing, so that texts that read the same compare equal."""
    folded = unicodedata.normalize("NFKC", text).translate(PUNCTUATION).casefold()
    folded = SPACE_BESIDE_WIDE.sub("", SPACES.sub(" ", folded).strip())
    folded = SPACE_BESIDE_OPERATOR.sub(r"\1", folded)
    return folded.rstrip(".,;!? ") or folded


def is_storable(text: str) -> bool:
    """Tell whether every database can keep a text."""
    return not UNSTORABLE.search(text)


def read_number(text: str) -> Decimal:
    """Read `1024`, `1,024`, `1 024`, `1.0e3`, full-width digits; refuse units; raises NotANumber."""
    folded = unicodedata.normalize("NFKC", text).replace("−", "-").replace("–", "-").strip()
    folded = SPACES.sub(" ", folded)
    folded = (
        re.sub(r"\s*[×*]\s*10\s*\^?\s*(?=[+-]?\d)", "e", folded)
        if "10^" in folded.replace(" ", "")
        else folded
    )
    if not folded:
        raise NotANumber("empty")
    if len(folded) > LONGEST:
        raise NotANumber("number")
    if GROUPED.fullmatch(folded):
        folded = folded.replace(",", "").replace(" ", "")
    if not PLAIN.fullmatch(folded):
        raise NotANumber(_why(folded))
    try:
        return Decimal(folded)
    except InvalidOperation:
        raise NotANumber("number") from None


def _why(folded: str) -> str:
    """Tell a unit after a number from a comma used as a point and from anything else."""
    if re.fullmatch(r"[+-]?\d+,\d+", folded):
        return "comma"
    number = re.match(r"[+-]?[\d., ]*\d(?:e[+-]?\d+)?", folded)
    rest = folded[number.end() :].strip() if number else ""
    return "unit" if rest and not re.search(r"\d", rest) else "number"
