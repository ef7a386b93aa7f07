"""Write an item as authors do (content/README.md, "Items"): `parse_item` reads it back."""

from collections.abc import Iterator
from itertools import chain

from quizzes.core.items import (
    BLANK,
    Cloze,
    Item,
    Kind,
    Matching,
    Multiple,
    Numeric,
    Open,
    OpenForm,
    Ordering,
    Single,
    TrueFalse,
)

WORDS = {
    Kind.SINGLE: ("单选", "Single"),
    Kind.MULTIPLE: ("多选", "Multiple"),
    Kind.TRUE_FALSE: ("判断", "True/false"),
    Kind.CLOZE: ("填空", "Cloze"),
    Kind.NUMERIC: ("数值", "Numeric"),
    Kind.MATCHING: ("连线", "Matching"),
    Kind.ORDERING: ("排序", "Ordering"),
    Kind.OPEN: ("简答", "Open"),
}
VERDICTS = (("对", "True"), ("错", "False"))


class Unwritable(ValueError):
    """An item that has no authored form: the self-graded ones that are made of an answer itself."""


def write_item(item: Item, *, chinese: bool) -> str:
    """Return the Markdown of one item, heading first, with a newline at its end; raises Unwritable."""
    if isinstance(item, Open) and item.form != OpenForm.ANSWER:
        raise Unwritable(item.form)
    word = WORDS[item.kind][not chinese]
    head, _, body = _filled(item).partition("\n")
    colon = "：" if chinese else ": "
    parts = [f"### {word}{colon}{head} {{#{item.slug}}}"]
    if body.strip("\n"):
        parts += ["", body.strip("\n"), ""]
    parts += _entries(item, chinese)
    why = [f"> {line}".rstrip() for line in item.rationale.split("\n")]
    return "\n".join([*parts, "", *why]) + "\n"


def _filled(item: Item) -> str:
    """Return the stem with what its blanks accept."""
    if not isinstance(item, Cloze):
        return item.stem
    texts = item.stem.split(BLANK)
    blanks = [f"[[{'|'.join(accepted)}]]" for accepted in item.key]
    return "".join(chain.from_iterable(zip(texts, [*blanks, ""], strict=True)))


def _entries(item: Item, chinese: bool) -> list[str]:
    """Return the lines of the list that belongs to the kind."""
    match item:
        case Single() | Multiple():
            keys = {item.key} if isinstance(item, Single) else set(item.key)
            options = ((option.text, option.rationale, i in keys) for i, option in enumerate(item.options))
            return [line for option in options for line in _task(*option)]
        case TrueFalse():
            verdicts = zip(VERDICTS, item.rationales, (item.key, not item.key), strict=True)
            return [line for words, why, key in verdicts for line in _task(words[not chinese], why, key)]
        case Matching():
            pairs = zip(item.terms, item.key, strict=True)
            return [f"- {term} :: {item.descriptions[key]}" for term, key in pairs]
        case Ordering():
            return [f"{place}. {_indented(item.steps[i], 3)}" for place, i in enumerate(item.key, 1)]
        case Numeric():
            within = f" ± {item.tolerance}" if item.tolerance else ""
            return [f"= {item.key}{within}"]
        case Open():
            return [f"- {_indented(point, 2)}" for point in item.points]
    return []


def _task(text: str, why: str, is_key: bool) -> Iterator[str]:
    yield f"- [{'x' if is_key else ' '}] {_indented(text, 2)}"
    for line in why.split("\n") if why else ():
        yield f"  > {line}"


def _indented(text: str, columns: int) -> str:
    return text.replace("\n", "\n" + " " * columns)
