"""The right answer to a question of the menu when the digits and colours of its picture are known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from labs.core.questions import CHINESE, NUMBERS, PARITIES, Question

Known = Literal["known", "drawn", "none"]
Mark = Literal["right", "numeral", "wrong"]
NUMBER_OF = dict(zip(CHINESE, NUMBERS, strict=True))
CHINESE_OF = dict(zip(NUMBERS, CHINESE, strict=True))


@dataclass(frozen=True)
class Seen:
    """What is known of a picture: a digit that somebody drew is None."""

    digits: Mapping[str, int | None]  # by side: left, right
    colours: Mapping[str, str]


@dataclass(frozen=True)
class Right:
    """The right words; without them a reason: drawn by hand, or a question without one right answer."""

    known: Known
    words: str = ""

    def mark(self, answer: str) -> Mark | None:
        """Mark an answer; a Chinese numeral in the place of a number is right in another notation."""
        if self.known != "known":
            return None
        if answer == self.words:
            return "right"
        plain = " ".join(NUMBER_OF.get(word, word) for word in answer.split())
        return "numeral" if plain == self.words else "wrong"


def find_right(question: Question, seen: Seen) -> Right:
    """Work out the right answer; "gap" and "wug" mean what the adapters were taught that they mean."""
    first, second, _ = question.words
    if second in ("chinese", "number"):
        return Right("known", {**CHINESE_OF, **NUMBER_OF}[first])
    if first in ("left", "right"):
        return _about_side(second, first, seen)
    if second == "digit" and first in ("larger", "sum", "gap"):
        return _about_both(first, seen)
    if first == "wug":
        return _about_both("larger", seen)
    if first == "caption":
        return _caption(seen)
    if second == "where":
        return _where(int(first), seen)
    sides = [side for side, colour in seen.colours.items() if colour == first]
    return _about_side("digit", sides[0], seen) if len(sides) == 1 else Right("none")


def _about_side(asked: str, side: str, seen: Seen) -> Right:
    """Answer with colour, digit or parity of one side."""
    if asked == "colour":
        return Right("known", seen.colours[side])
    digit = seen.digits[side]
    if digit is None:
        return Right("drawn")
    return Right("known", PARITIES[digit % 2] if asked == "parity" else str(digit))


def _about_both(asked: str, seen: Seen) -> Right:
    """Answer with the larger digit, the sum or the difference."""
    left, right = seen.digits["left"], seen.digits["right"]
    if left is None or right is None:
        return Right("drawn")
    numbers = {"larger": max(left, right), "sum": left + right, "gap": abs(left - right)}
    return Right("known", str(numbers[asked]))


def _caption(seen: Seen) -> Right:
    """Answer with colour and digit of each side."""
    if None in seen.digits.values():
        return Right("drawn")
    return Right("known", " ".join(f"{seen.colours[side]} {seen.digits[side]}" for side in ("left", "right")))


def _where(digit: int, seen: Seen) -> Right:
    """Answer with the side on which a digit stands."""
    if None in seen.digits.values():
        return Right("drawn")
    sides = [side for side in ("left", "right") if seen.digits[side] == digit]
    if not sides:
        return Right("none")
    return Right("known", sides[0] if len(sides) == 1 else "both")
