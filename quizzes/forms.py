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
