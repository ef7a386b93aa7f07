"""Read what the pages' forms post."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import QueryDict

from quizzes.core.grading import ResponseError
from quizzes.core.items import Kind

MOVES = {"up": -1, "down": 1}


def read_response(kind: str, sheet: Mapping[str, Any], post: QueryDict) -> Any:
    """Return the response that a form holds, in the shape that `grade` takes; raises ResponseError."""
    match Kind(kind):
        case Kind.SINGLE:
            return _integer(post.get("choice"))
        case Kind.MULTIPLE:
            return [_integer(value) for value in post.getlist("choice")]
        case Kind.TRUE_FALSE:
            return {"true": True, "false": False}.get(post.get("choice", ""))
        case Kind.CLOZE:
            return [post.get(f"blank{i}", "") for i in range(sheet["blanks"])]
        case Kind.MATCHING:
            return [_integer(post.get(f"term{i}")) for i in range(len(sheet["terms"]))]
        case Kind.ORDERING:
            return read_order(post.getlist("order"), len(sheet["steps"]))
        case Kind.NUMERIC:
            return post.get("number", "")
        case Kind.OPEN:
            ticked = [_integer(value) for value in post.getlist("point")]
            return {"points": ticked, "grade": post.get("grade", "")}


def read_saved(kind: str, sheet: Mapping[str, Any], post: QueryDict, *, stored: Any) -> Any:
    """Return what an exam's form holds, which may be incomplete: None for nothing, `stored` for no change.

    An ordering that nobody has touched is no answer, unless it was saved on purpose. Raises ResponseError.
    """
    if "clear" in post:
        return None
    match Kind(kind):
        case Kind.SINGLE | Kind.TRUE_FALSE:
            return read_response(kind, sheet, post) if post.get("choice") else stored
        case Kind.MULTIPLE:
            return read_response(kind, sheet, post) or None
        case Kind.CLOZE:
            given = read_response(kind, sheet, post)
            return given if any(text.strip() for text in given) else None
        case Kind.MATCHING:
            terms = [post.get(f"term{i}") or None for i in range(len(sheet["terms"]))]
            chosen = [None if value is None else _integer(value) for value in terms]
            return chosen if any(value is not None for value in chosen) else None
        case Kind.ORDERING:
            order = read_order(post.getlist("order"), len(sheet["steps"]))
            touched = "save" in post or "move" in post or order != sorted(order)
            return order if touched else stored
        case Kind.NUMERIC:
            return post.get("number", "").strip() or None
        case Kind.OPEN:
            text = post.get("text", "")
            return {"text": text} if text.strip() else None


def fill_form(kind: str, response: Any) -> QueryDict:
    """Return the form as it would be posted for a stored response, to show it filled."""
    filled = QueryDict(mutable=True)
    match Kind(kind):
        case _ if response is None:
            pass
        case Kind.SINGLE:
            filled["choice"] = str(response)
        case Kind.MULTIPLE:
            filled.setlist("choice", list(map(str, response)))
        case Kind.TRUE_FALSE:
            filled["choice"] = "true" if response else "false"
        case Kind.CLOZE:
            filled.update({f"blank{i}": text for i, text in enumerate(response)})
        case Kind.MATCHING:
            filled.update({f"term{i}": str(v) for i, v in enumerate(response) if v is not None})
        case Kind.ORDERING:
            filled.setlist("order", list(map(str, response)))
        case Kind.NUMERIC:
            filled["number"] = str(response)
        case Kind.OPEN:
            filled["text"] = response.get("text", "")
    return filled


def read_order(values: list[str], size: int) -> list[int]:
    """Return an order of the steps as the page holds it; raises ResponseError when it is none."""
    order = [_integer(value) for value in values]
    if sorted(order) != list(range(size)):
        raise ResponseError("order")
    return order


def move_step(order: list[int], move: str) -> tuple[list[int], int]:
    """Move a step one place, as "2:up" or "2:down" asks; return the new order and the step that moved."""
    name, _, direction = move.partition(":")
    step = _integer(name)
    if step not in order or direction not in MOVES:
        raise ResponseError("order")
    moved = list(order)
    place = moved.index(step)
    other = min(max(place + MOVES[direction], 0), len(moved) - 1)
    moved[place], moved[other] = moved[other], moved[place]
    return moved, step


def _integer(value: str | None) -> int:
    """Return a small whole number written in plain digits; raises ResponseError."""
    if value is None or not (value.isascii() and value.isdigit() and len(value) < 4):
        raise ResponseError("choose")
    return int(value)
