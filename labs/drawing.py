"""Digits as an address writes them: a sample's number, mirrored or not, or 64 signs of a drawing."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence

from labs.core.questions import COLOURS
from labs.model_serializers import SIDE

INK = "0123456789abcdefg"  # 0 … 16
BLANK = INK[0] * SIDE * SIDE
SAMPLE = re.compile(r"([0-9]{1,3})(m?)")
ORDER_SEED = 0  # of the samples, when one asks for the next
Rows = list[list[int]]
Samples = Mapping[int, Rows]


def encode(rows: Sequence[Sequence[int]]) -> str:
    """Write 8 rows of 8 values as 64 signs."""
    return "".join(INK[value] for row in rows for value in row)


def read_digit(raw: str, samples: Samples) -> int | str | Rows:
    """Read what an address says of one side; what cannot be read stays, to be refused with a reason."""
    if found := SAMPLE.fullmatch(raw):
        index = int(found[1])
        if not found[2]:
            return index
        return mirrored(samples[index]) if index in samples else raw
    if is_drawing(raw):
        return [[INK.index(sign) for sign in raw[start : start + SIDE]] for start in range(0, len(raw), SIDE)]
    return raw


def is_drawing(raw: str) -> bool:
    """Tell whether these are the signs of a drawing."""
    return len(raw) == SIDE * SIDE and set(raw) <= set(INK)


def sample_number(raw: str) -> int | None:
    """Return the number of a sample, mirrored or not; None for a drawing."""
    found = SAMPLE.fullmatch(raw)
    return int(found[1]) if found else None


def mirrored(rows: Rows) -> Rows:
    """Flip a digit left to right."""
    return [row[::-1] for row in rows]


def mirror(raw: str) -> str:
    """Flip what an address says of one side."""
    if found := SAMPLE.fullmatch(raw):
        return found[1] if found[2] else f"{found[1]}m"
    if is_drawing(raw):
        return "".join(raw[start : start + SIDE][::-1] for start in range(0, len(raw), SIDE))
    return raw


def next_sample(raw: str, samples: Samples) -> str:
    """Return the sample that follows in a fixed random order, mirrored if this one is."""
    order = shuffled(samples)
    number = sample_number(raw)
    place = order.index(number) if number in order else -1
    following = order[(place + 1) % len(order)]
    return f"{following}m" if raw.endswith("m") else str(following)


def shuffled(samples: Samples) -> list[int]:
    """Return the samples' numbers in a random order that never changes."""
    order = sorted(samples)
    random.Random(ORDER_SEED).shuffle(order)
    return order


def pixels(picture: Mapping[str, object]) -> list[tuple[int, int, str]]:
    """List (x, y, colour) of every pixel that is not black, as the model saw them."""
    found = []
    for offset, side in ((0, "left"), (SIDE, "right")):
        rows, tint = picture[side], COLOURS[str(picture[f"{side}_colour"])]
        assert isinstance(rows, list)
        for y, row in enumerate(rows):
            for x, value in enumerate(row):
                if value:
                    red, green, blue = (round(255 * part * value / 16) for part in tint)
                    found.append((x + offset, y, f"#{red:02x}{green:02x}{blue:02x}"))
    return found
