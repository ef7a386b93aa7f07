"""What can be asked: eight kinds of items as plain values, and how an order shuffles what they show."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar

BLANK = "\ue00b"  # stands in a cloze's stem once for each blank; private use, so renderers leave it alone


class Kind(StrEnum):
    """How an item is answered; `open` alone is marked by the learner."""

    SINGLE = "single"
    MULTIPLE = "multiple"
    TRUE_FALSE = "true_false"
    CLOZE = "cloze"
    MATCHING = "matching"
    ORDERING = "ordering"
    NUMERIC = "numeric"
    OPEN = "open"


@dataclass(frozen=True)
class Option:
    """One thing to choose, and why it is right or wrong."""

    text: str
    rationale: str = ""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What every kind has: a name that never changes within its question, the stem, why the key is right."""

    kind: ClassVar[Kind]
    slug: str
    stem: str
    rationale: str = ""


@dataclass(frozen=True, kw_only=True)
class Single(Asked):
    """Choose one: `key` is the index of the right option."""

    kind: ClassVar[Kind] = Kind.SINGLE
    options: tuple[Option, ...]
    key: int


@dataclass(frozen=True, kw_only=True)
class Multiple(Asked):
    """Choose all that are right: `key` holds their indices, ascending."""

    kind: ClassVar[Kind] = Kind.MULTIPLE
    options: tuple[Option, ...]
    key: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class TrueFalse(Asked):
    """Judge the stem; `rationales` belong to the verdicts true and false, in this order."""

    kind: ClassVar[Kind] = Kind.TRUE_FALSE
    key: bool
    rationales: tuple[str, str] = ("", "")


@dataclass(frozen=True, kw_only=True)
class Cloze(Asked):
    """Fill the blanks: `key` holds what each accepts, the first form being the one to show."""

    kind: ClassVar[Kind] = Kind.CLOZE
    key: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, kw_only=True)
class Matching(Asked):
    """Join terms to descriptions: `key[i]` is the index of the description of term i."""

    kind: ClassVar[Kind] = Kind.MATCHING
    terms: tuple[str, ...]
    descriptions: tuple[str, ...]
    key: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class Ordering(Asked):
    """Put steps in order: `key` holds their indices in the right order."""

    kind: ClassVar[Kind] = Kind.ORDERING
    steps: tuple[str, ...]
    key: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class Numeric(Asked):
    """Give a number: right when within `tolerance` of `key`."""

    kind: ClassVar[Kind] = Kind.NUMERIC
    key: Decimal
    tolerance: Decimal = Decimal(0)


class OpenForm(StrEnum):
    """What an open item asks for: the whole answer, its key points, or the term hidden in a sentence."""

    ANSWER = "answer"
    POINTS = "points"
    TERM = "term"


@dataclass(frozen=True, kw_only=True)
class Open(Asked):
    """Answer freely and mark oneself against the key points; `rationale` is the model answer.

    In the form "term" the stem holds BLANK wherever the term stood, and `rationale` is the whole sentence.
    """

    kind: ClassVar[Kind] = Kind.OPEN
    points: tuple[str, ...] = ()
    form: OpenForm = OpenForm.ANSWER


Item = Single | Multiple | TrueFalse | Cloze | Matching | Ordering | Numeric | Open
CLASSES: dict[Kind, type[Item]] = {
    cls.kind: cls for cls in (Single, Multiple, TrueFalse, Cloze, Matching, Ordering, Numeric, Open)
}


def shuffled_count(item: Item) -> int:
    """Count what may be shown in another order: options, descriptions or steps; 0 for the other kinds."""
    match item:
        case Single() | Multiple():
            return len(item.options)
        case Matching():
            return len(item.descriptions)
        case Ordering():
            return len(item.steps)
    return 0


def arrange(item: Item, order: Sequence[int]) -> Item:
    """Return the item as shown: position p holds what stood at `order[p]`, and the key follows.

    An empty order leaves the item alone; any other must be a permutation of `shuffled_count(item)`.
    """
    if not order:
        return item
    if sorted(order) != list(range(shuffled_count(item))):
        raise ValueError(f"{list(order)} is not an order of {shuffled_count(item)} things.")
    place = {old: new for new, old in enumerate(order)}
    match item:
        case Single():
            return replace(item, options=tuple(item.options[i] for i in order), key=place[item.key])
        case Multiple():
            key = tuple(sorted(place[i] for i in item.key))
            return replace(item, options=tuple(item.options[i] for i in order), key=key)
        case Matching():
            described = tuple(item.descriptions[i] for i in order)
            return replace(item, descriptions=described, key=tuple(place[i] for i in item.key))
        case Ordering():
            return replace(
                item, steps=tuple(item.steps[i] for i in order), key=tuple(place[i] for i in item.key)
            )
    return item


def is_solved(item: Item) -> bool:
    """Tell whether an ordering item stands in its right order already."""
    return isinstance(item, Ordering) and item.key == tuple(range(len(item.steps)))


def map_text(item: Item, render: Callable[[str], str], render_line: Callable[[str], str]) -> Item:
    """Return the item with its texts rendered: stem and rationale as blocks, all else as single lines."""
    changes: dict[str, object] = {
        "stem": render(item.stem),
        "rationale": item.rationale and render(item.rationale),
    }
    match item:
        case Single() | Multiple():
            changes["options"] = tuple(
                Option(render_line(o.text), o.rationale and render_line(o.rationale)) for o in item.options
            )
        case TrueFalse():
            changes["rationales"] = tuple(text and render_line(text) for text in item.rationales)
        case Matching():
            changes["terms"] = tuple(map(render_line, item.terms))
            changes["descriptions"] = tuple(map(render_line, item.descriptions))
        case Ordering():
            changes["steps"] = tuple(map(render_line, item.steps))
        case Open():
            changes["points"] = tuple(map(render_line, item.points))
    return replace(item, **changes)  # type: ignore[arg-type]


def canonical(item: Item) -> str:
    """Write the item down in one way only, for checksums; its slug does not count."""
    values = {f.name: getattr(item, f.name) for f in fields(item) if f.name != "slug"}
    if values.get("form") == OpenForm.ANSWER:
        del values["form"]  # as before there were other forms: their checksums stand
    return f"{item.kind}:{sorted(values.items())!r}"
