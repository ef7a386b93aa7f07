"""Mark a response against an item as it was shown. Free answers are marked by the learners themselves."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from quizzes.core.folding import NotANumber, fold_text, is_storable, read_number
from quizzes.core.items import Cloze, Item, Matching, Multiple, Numeric, Open, Ordering, Single, TrueFalse

LONGEST_TEXT = 20_000
LONGEST_LEAD = 24
SELF_SCORES = {"missed": 0.0, "partly": 0.5, "got": 1.0}


class ResponseError(ValueError):
    """A response that cannot be marked; `code` says why: "choose", "number", "unit", "comma", "long" …"""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Mark:
    """What a response is worth.

    `score` 0..1 counts; `correct` tells a full score; `parts` tells right from wrong part by part (options,
    blanks, terms, places in the order; key points ticked); `fraction` is the share of right parts, for
    feedback; a mark that the learner gave is `self_graded`.
    """

    score: float
    correct: bool
    parts: tuple[bool, ...]
    fraction: float
    self_graded: bool = False


def grade(item: Item, response: Any) -> Mark:
    """Mark one response; raises ResponseError when it has not the shape that the item's kind asks for.

    A term of a matching may be left open (null), which is wrong; `has_gaps` finds that out.
    Shapes: single 2 · multiple [0, 2] · true_false true · cloze ["…", "…"] · matching [1, 0] (a description
    for each term) · ordering [2, 0, 1] (steps as first, second …) · numeric "1,024" ·
    open {"points": [0], "grade": "partly"}.
    """
    match item:
        case Single():
            chosen = _index(response, len(item.options))
            return _whole(chosen == item.key, _ticks({chosen}, {item.key}, len(item.options)))
        case Multiple():
            return _multiple(item, response)
        case TrueFalse():
            if not isinstance(response, bool):
                raise ResponseError("choose")
            return _whole(response is item.key)
        case Cloze():
            return _cloze(item, response)
        case Matching():
            chosen_all = _with_gaps(response, len(item.terms), len(item.descriptions))
            return _fraction(tuple(given == key for given, key in zip(chosen_all, item.key, strict=True)))
        case Ordering():
            return _ordering(item, response)
        case Numeric():
            return _whole(abs(_number(response) - item.key) <= item.tolerance)
        case Open():
            return _self_graded(item, response)


def tidy(item: Item, response: Any) -> Any:
    """Return a response that `grade` accepted in the one form in which it is stored and compared."""
    match item:
        case Multiple():
            return sorted(set(response))
        case Numeric():
            return str(response).strip()
        case Open():
            ticked = sorted(set(response.get("points", [])))
            chosen = response.get("grade") or suggest_grade(len(ticked), len(item.points))
            return {"points": ticked, "grade": chosen}
    return response


def likely_points(text: str, points: Sequence[str]) -> tuple[int, ...]:
    """Return the points whose leading words a free answer has, to be ticked beforehand and looked at again.

    Words tell nothing about what was said of them: this is a help for the eye, never a mark. `points` are
    plain text; what stands before a colon leads.
    """
    said = fold_text(text)
    leads = [fold_text(re.split("[:：]", point, maxsplit=1)[0]) for point in points]
    return tuple(i for i, lead in enumerate(leads) if 1 < len(lead) <= LONGEST_LEAD and lead in said)


def has_gaps(response: Any) -> bool:
    """Tell whether a response that `grade` accepted leaves a term open."""
    return isinstance(response, list) and None in response


def suggest_grade(ticked: int, points: int) -> str:
    """Suggest a self-grade from the key points that the learner ticked; they may choose another."""
    if not points:
        return "partly"
    share = ticked / points
    return "got" if share >= 0.8 else "partly" if share >= 0.4 else "missed"


def _whole(correct: bool, parts: tuple[bool, ...] = ()) -> Mark:
    return Mark(float(correct), correct, parts or (correct,), float(correct))


def _fraction(parts: tuple[bool, ...]) -> Mark:
    share = sum(parts) / len(parts)
    return Mark(share, all(parts), parts, share)


def _multiple(item: Multiple, response: Any) -> Mark:
    """All or nothing; the fraction counts options that are rightly ticked or rightly left alone."""
    if not isinstance(response, list) or not response:
        raise ResponseError("choose")
    chosen = {_index(value, len(item.options)) for value in response}
    parts = _ticks(chosen, set(item.key), len(item.options))
    correct = all(parts)
    return Mark(float(correct), correct, parts, sum(parts) / len(parts))


def _ticks(chosen: set[int], key: set[int], size: int) -> tuple[bool, ...]:
    """Tell of each option whether it was rightly ticked or rightly left alone."""
    return tuple((i in chosen) == (i in key) for i in range(size))


def _cloze(item: Cloze, response: Any) -> Mark:
    if not isinstance(response, list) or len(response) != len(item.key) or not all(map(_is_text, response)):
        raise ResponseError("blanks")
    if not any(text.strip() for text in response):
        raise ResponseError("empty")
    return _fraction(
        tuple(
            fold_text(text) in {fold_text(form) for form in accepted}
            for text, accepted in zip(response, item.key, strict=True)
        )
    )


def _ordering(item: Ordering, response: Any) -> Mark:
    given = _indices(response, len(item.steps), len(item.steps))
    if len(set(given)) != len(given):
        raise ResponseError("order")
    return _fraction(tuple(one == right for one, right in zip(given, item.key, strict=True)))


def _number(response: Any) -> Any:
    text = str(response) if isinstance(response, int | float) and not isinstance(response, bool) else response
    if not _is_text(text):
        raise ResponseError("number")
    try:
        return read_number(text)
    except NotANumber as error:
        raise ResponseError(error.code) from None


def _self_graded(item: Open, response: Any) -> Mark:
    if not isinstance(response, Mapping) or not isinstance(response.get("points", []), list):
        raise ResponseError("points")
    ticked = {_index(value, len(item.points)) for value in response.get("points", [])}
    chosen = response.get("grade") or suggest_grade(len(ticked), len(item.points))
    if not isinstance(chosen, str) or chosen not in SELF_SCORES:
        raise ResponseError("grade")
    score = SELF_SCORES[chosen]
    parts = tuple(i in ticked for i in range(len(item.points)))
    return Mark(score, score == 1, parts, len(ticked) / len(parts) if parts else score, self_graded=True)


def check_text(text: str) -> None:
    """Refuse a text that is too long or that cannot be stored; raises ResponseError."""
    if len(text) > LONGEST_TEXT:
        raise ResponseError("long")
    if not is_storable(text):
        raise ResponseError("characters")


def _is_text(value: Any) -> bool:
    if isinstance(value, str):
        check_text(value)
    return isinstance(value, str)


def _index(value: Any, size: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < size:
        raise ResponseError("choose")
    return value


def _indices(values: Any, length: int, size: int) -> Sequence[int]:
    if not isinstance(values, list) or len(values) != length:
        raise ResponseError("choose")
    return [_index(value, size) for value in values]


def _with_gaps(values: Any, length: int, size: int) -> Sequence[int | None]:
    """Return indices of which some, not all, may be None."""
    if (
        not isinstance(values, list)
        or len(values) != length
        or not any(value is not None for value in values)
    ):
        raise ResponseError("choose")
    return [None if value is None else _index(value, size) for value in values]
