"""Part an item in two: the sheet that a learner sees, and the key that stays behind until they have answered.

Both halves are JSON, and `join` undoes `split`. Nothing in the sheet tells the key, which is why the
descriptions of a matching and the steps of an ordering are scrambled before they are parted.
"""

import hashlib
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from quizzes.core.items import (
    CLASSES,
    Cloze,
    Item,
    Kind,
    Matching,
    Multiple,
    Numeric,
    Open,
    OpenForm,
    Option,
    Ordering,
    Single,
    TrueFalse,
    shuffled_count,
)

JSON = dict[str, Any]


def stored_order(item: Item) -> tuple[int, ...]:
    """Return the order, as `arrange` takes it, in which an item is stored: away from the author's.

    It follows from the item as its author wrote it; never from HTML, which changes with the renderer.
    """
    if not isinstance(item, Matching | Ordering):
        return ()
    texts = item.descriptions if isinstance(item, Matching) else item.steps
    digests = [hashlib.sha256(text.encode()).digest() for text in texts]
    return tuple(sorted(range(shuffled_count(item)), key=lambda i: digests[i]))


def split(item: Item) -> tuple[JSON, JSON]:
    """Return the sheet (without the stem, which is kept by itself) and the key with its rationales."""
    sheet: JSON = {}
    key: JSON = {"rationale": item.rationale}
    match item:
        case Single() | Multiple():
            sheet["options"] = [option.text for option in item.options]
            key["key"] = item.key if isinstance(item, Single) else list(item.key)
            key["rationales"] = [option.rationale for option in item.options]
        case TrueFalse():
            key |= {"key": item.key, "rationales": list(item.rationales)}
        case Cloze():
            sheet["blanks"] = len(item.key)
            key["key"] = [list(accepted) for accepted in item.key]
        case Matching():
            sheet |= {"terms": list(item.terms), "descriptions": list(item.descriptions)}
            key["key"] = list(item.key)
        case Ordering():
            sheet["steps"] = list(item.steps)
            key["key"] = list(item.key)
        case Numeric():
            key |= {"key": str(item.key), "tolerance": str(item.tolerance)}
        case Open():
            sheet |= {"points": len(item.points), "form": item.form.value}
            key["points"] = list(item.points)
    return sheet, key


def arrange_sheet(sheet: Mapping[str, Any], order: Sequence[int]) -> JSON:
    """Return the sheet as shown; it is the sheet of the arranged item, found without its key."""
    shuffled = {"options", "descriptions", "steps"} if order else set()
    return {name: [value[i] for i in order] if name in shuffled else value for name, value in sheet.items()}


def join(*, kind: str, slug: str, stem: str, sheet: Mapping[str, Any], key: Mapping[str, Any]) -> Item:
    """Put an item together again from its two halves."""
    given: JSON = {"slug": slug, "stem": stem, "rationale": key["rationale"]}
    match Kind(kind):
        case Kind.SINGLE | Kind.MULTIPLE:
            given["options"] = tuple(map(Option, sheet["options"], key["rationales"]))
            given["key"] = key["key"] if kind == Kind.SINGLE else tuple(key["key"])
        case Kind.TRUE_FALSE:
            given |= {"key": key["key"], "rationales": tuple(key["rationales"])}
        case Kind.CLOZE:
            given["key"] = tuple(map(tuple, key["key"]))
        case Kind.MATCHING:
            given |= {name: tuple(sheet[name]) for name in ("terms", "descriptions")} | {
                "key": tuple(key["key"])
            }
        case Kind.ORDERING:
            given |= {"steps": tuple(sheet["steps"]), "key": tuple(key["key"])}
        case Kind.NUMERIC:
            given |= {name: Decimal(key[name]) for name in ("key", "tolerance")}
        case Kind.OPEN:
            given |= {"points": tuple(key["points"]), "form": OpenForm(sheet.get("form", OpenForm.ANSWER))}
    return CLASSES[Kind(kind)](**given)
