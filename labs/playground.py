"""Asking the model from a page: the form in an address, the answers beside each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from labs import client
from labs.adapters import find_adapters
from labs.core.questions import COLOURS, MENU
from labs.model_serializers import SIDE, PromptSerializer

INK = "0123456789abcdefg"  # 0 … 16: an address carries a drawing as 64 of them
DEFAULTS = {
    "left": "",
    "right": "",
    "left_colour": "red",
    "right_colour": "blue",
    "question": "left-digit",
    "adapter": "gap-r8",
}
COLOUR_NAMES = {
    "red": _("red"),
    "green": _("green"),
    "blue": _("blue"),
    "yellow": _("yellow"),
    "magenta": _("magenta"),
    "cyan": _("cyan"),
    "white": _("white"),
}
FIELD_NAMES = {
    "picture": _("Picture"),
    "left": _("Left digit"),
    "right": _("Right digit"),
    "left_colour": _("Colour of the left digit"),
    "right_colour": _("Colour of the right digit"),
    "question": _("Question to the model"),
    "adapter": _("Adapter"),
}
VARIANTS = ("base", "unmerged", "merged")


def form(query: Mapping[str, str]) -> dict[str, object]:
    """Fill the form from an address; without a model there is no form."""
    try:
        model = client.describe()
    except client.InferenceDown:
        return {"model": None}
    asked = {name: query.get(name, default) for name, default in DEFAULTS.items()}
    samples = model["samples"]
    assert isinstance(samples, list)
    for side, digit in (("left", 3), ("right", 7)):
        asked[side] = asked[side] or str(next(s["index"] for s in samples if s["digit"] == digit))
    return {
        "model": model,
        "asked": asked,
        "samples": [
            {**sample, "pixels": encode(sample["pixels"])}
            for sample in sorted(samples, key=lambda s: s["digit"])
        ],
        "drawn": {
            side: asked[side] for side in ("left", "right") if isinstance(read_digit(asked[side]), list)
        },
        "questions": list(MENU.values()),
        "colours": COLOUR_NAMES,
    }


def answered(query: Mapping[str, str]) -> tuple[int, dict[str, object]]:
    """Ask what the address says; return 200, 400 with what is wrong, or 503, and the page."""
    page = form(query)
    if page["model"] is None:
        return 503, page
    asked = page["asked"]
    assert isinstance(asked, dict)
    picture = {name: asked[name] for name in ("left_colour", "right_colour")}
    picture |= {side: read_digit(asked[side]) for side in ("left", "right")}
    checked = PromptSerializer(data={"picture": picture, "question": asked["question"]})
    if not checked.is_valid():
        return 400, {**page, "problems": [_labelled(*problem) for problem in _flat(checked.errors)]}
    try:
        adapter = find_adapters([asked["adapter"]])[asked["adapter"]]
    except KeyError:
        missing = _labelled("adapter", str(client.REFUSALS["adapter"]))
        return 400, {**page, "problems": [missing]}
    try:
        compared = client.check_merge(
            {"adapters": [{"checksum": adapter.checksum}], "inputs": [checked.validated_data]}
        )
    except client.Refused as error:
        return 400, {**page, "problems": [_labelled(*problem) for problem in error.explain()]}
    except client.InferenceDown:
        return 503, page
    rows = compared["rows"]
    assert isinstance(rows, list)
    found = {**rows[0], "seconds": compared["seconds"]}
    answers = found["answers"]
    shown = [(variant, answers[variant]) for variant in VARIANTS]
    return 200, {**page, "found": found, "answers": shown, "pixels": pixels(found["picture"])}


def pixels(picture: object) -> list[tuple[int, int, str]]:
    """List (x, y, colour) of every pixel that is not black, as the model saw them."""
    assert isinstance(picture, Mapping)
    found = []
    for offset, side in ((0, "left"), (8, "right")):
        tint = COLOURS[picture[f"{side}_colour"]]
        for y, row in enumerate(picture[side]):
            for x, value in enumerate(row):
                if value:
                    red, green, blue = (round(255 * part * value / 16) for part in tint)
                    found.append((x + offset, y, f"#{red:02x}{green:02x}{blue:02x}"))
    return found


def encode(rows: Sequence[Sequence[int]]) -> str:
    """Write 8 rows of 8 values as 64 signs."""
    return "".join(INK[value] for row in rows for value in row)


def read_digit(raw: str) -> int | str | list[list[int]]:
    """Read a sample's number or 64 signs of a drawing; anything else stays, to be refused with a reason."""
    if raw.isascii() and raw.isdigit() and len(raw) <= 3:
        return int(raw)
    if len(raw) == SIDE * SIDE and set(raw) <= set(INK):
        return [[INK.index(sign) for sign in raw[start : start + SIDE]] for start in range(0, len(raw), SIDE)]
    return raw


def _flat(errors: object, name: str = "") -> list[tuple[str, str]]:
    """List nested validation errors as (innermost field, message)."""
    if isinstance(errors, Mapping):
        return [line for key, value in errors.items() for line in _flat(value, str(key))]
    if isinstance(errors, list):
        return [line for value in errors for line in _flat(value, name)]
    return [(name, str(errors))]


def _labelled(name: str, message: str) -> str:
    """Write a problem with the label that its field has on the page."""
    return gettext("%(label)s: %(message)s") % {"label": FIELD_NAMES.get(name, name), "message": message}
