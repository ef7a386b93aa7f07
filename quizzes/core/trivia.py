"""Items in the shape of the Open Trivia DB (opentdb.com/api_config.php), for clients that speak it."""

from __future__ import annotations

import base64
import html
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, quote_plus

from quizzes.core.items import Item, Kind, Single, TrueFalse

MOST = 50
TYPES = {"multiple": Kind.SINGLE, "boolean": Kind.TRUE_FALSE}
LEVELS = {"easy": 1, "medium": 2, "hard": 3}
LEVEL_NAMES = {level: name for name, level in LEVELS.items()}
OK, TOO_FEW, BAD_PARAMETER, NO_TOKEN, USED_UP, TOO_OFTEN = range(6)
ENCODINGS: dict[str, Callable[[str], str]] = {
    "": html.escape,
    "url3986": lambda text: quote(text, safe=""),
    "urlLegacy": quote_plus,
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
}


class TriviaError(Exception):
    """A request that gets no results; `code` is the response code of the Open Trivia DB, 1 … 5."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Wish:
    """What a client asks for; 0 and "" leave that side open."""

    amount: int
    category: int = 0
    level: int = 0
    type: str = ""
    encode: str = ""
    token: str = ""

    @property
    def kinds(self) -> Sequence[Kind]:
        """The kinds of items that fit."""
        return [TYPES[self.type]] if self.type else list(TYPES.values())


def read_wish(query: Mapping[str, str]) -> Wish:
    """Read the query of a request; raises TriviaError(BAD_PARAMETER)."""
    amount, category = query.get("amount", ""), query.get("category") or "0"
    level, kind = query.get("difficulty", ""), query.get("type", "")
    encode = query.get("encode", "")
    encode = "" if encode == "default" else encode
    if not all(number.isascii() and number.isdigit() and len(number) < 10 for number in (amount, category)):
        raise TriviaError(BAD_PARAMETER)
    known = level in ("", *LEVELS) and kind in ("", *TYPES) and encode in ENCODINGS
    if not known or not 1 <= int(amount) <= MOST:
        raise TriviaError(BAD_PARAMETER)
    return Wish(int(amount), int(category), LEVELS.get(level, 0), kind, encode, query.get("token", ""))


def result_of(
    item: Item, *, category: str, level: int | None, encode: str, plain: Callable[[str], str]
) -> dict[str, Any]:
    """Return a single choice or a true/false item as a result; `plain` takes the text out of HTML."""
    code = ENCODINGS[encode]
    match item:
        case Single():
            kind, options = "multiple", [plain(option.text) for option in item.options]
            right, wrong = options[item.key], options[: item.key] + options[item.key + 1 :]
        case TrueFalse():
            kind, right, wrong = "boolean", str(item.key), [str(not item.key)]
        case _:
            raise TypeError(f"not a kind of the Open Trivia DB: {type(item).__name__}")
    return {
        "type": code(kind),
        "difficulty": code(LEVEL_NAMES.get(level or 0, "medium")),
        "category": code(category),
        "question": code(plain(item.stem)),
        "correct_answer": code(right),
        "incorrect_answers": [code(text) for text in wrong],
    }
