"""Items of every kind, drawn at random."""

from decimal import Decimal

from hypothesis import strategies as st

from quizzes.core.folding import fold_text
from quizzes.core.items import (
    BLANK,
    Cloze,
    Item,
    Matching,
    Multiple,
    Numeric,
    Open,
    Option,
    Ordering,
    Single,
    TrueFalse,
)

LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789 秩低层训练矩阵合并推理不为零"
texts = st.text(LETTERS, min_size=1, max_size=20).map(lambda text: f"w{text}w".replace("  ", " "))
slugs = st.from_regex(r"[a-z]{1,8}(-[a-z]{1,8})?", fullmatch=True)


def several(least: int = 2, most: int = 6) -> st.SearchStrategy[tuple[str, ...]]:
    """Texts that differ even when folded."""
    return st.lists(texts, min_size=least, max_size=most, unique_by=fold_text).map(tuple)


@st.composite
def singles(draw: st.DrawFn) -> Single:
    options = tuple(Option(text, draw(st.just("") | texts)) for text in draw(several()))
    key = draw(st.integers(0, len(options) - 1))
    return Single(slug=draw(slugs), stem=draw(texts), rationale=draw(texts), options=options, key=key)


@st.composite
def multiples(draw: st.DrawFn) -> Multiple:
    options = tuple(Option(text, draw(st.just("") | texts)) for text in draw(several()))
    key = tuple(sorted(draw(st.sets(st.integers(0, len(options) - 1), min_size=1))))
    return Multiple(slug=draw(slugs), stem=draw(texts), rationale=draw(texts), options=options, key=key)


@st.composite
def verdicts(draw: st.DrawFn) -> TrueFalse:
    reasons = (draw(st.just("") | texts), draw(st.just("") | texts))
    return TrueFalse(
        slug=draw(slugs), stem=draw(texts), rationale=draw(texts), key=draw(st.booleans()), rationales=reasons
    )


@st.composite
def clozes(draw: st.DrawFn) -> Cloze:
    key = tuple(draw(st.lists(several(1, 3), min_size=1, max_size=3)))
    return Cloze(slug=draw(slugs), stem=f"{draw(texts)}{BLANK}" * len(key), rationale=draw(texts), key=key)


@st.composite
def matchings(draw: st.DrawFn) -> Matching:
    terms = draw(several(2, 5))
    descriptions = draw(several(len(terms), len(terms)))
    return Matching(
        slug=draw(slugs),
        stem=draw(texts),
        rationale=draw(texts),
        terms=terms,
        descriptions=descriptions,
        key=tuple(range(len(terms))),
    )


@st.composite
def orderings(draw: st.DrawFn) -> Ordering:
    steps = draw(several())
    return Ordering(
        slug=draw(slugs), stem=draw(texts), rationale=draw(texts), steps=steps, key=tuple(range(len(steps)))
    )


@st.composite
def numerics(draw: st.DrawFn) -> Numeric:
    value = draw(st.decimals("-1e6", "1e6", places=3))
    tolerance = draw(st.sampled_from([Decimal(0), Decimal("0.01"), Decimal(5)]))
    return Numeric(slug=draw(slugs), stem=draw(texts), rationale=draw(texts), key=value, tolerance=tolerance)


@st.composite
def opens(draw: st.DrawFn) -> Open:
    return Open(slug=draw(slugs), stem=draw(texts), rationale=draw(texts), points=draw(several(1, 5)))


def items() -> st.SearchStrategy[Item]:
    """Any item."""
    return st.one_of(
        singles(), multiples(), verdicts(), clozes(), matchings(), orderings(), numerics(), opens()
    )


WORDS = {
    "zh": {
        "single": "单选：",
        "multiple": "多选：",
        "true_false": "判断：",
        "cloze": "填空：",
        "matching": "连线：",
        "ordering": "排序：",
        "numeric": "数值：",
        "open": "简答：",
        "true": "对",
        "false": "错",
    },
    "en": {
        "single": "Single: ",
        "multiple": "Multiple: ",
        "true_false": "True/false: ",
        "cloze": "Cloze: ",
        "matching": "Matching: ",
        "ordering": "Ordering: ",
        "numeric": "Numeric: ",
        "open": "Open: ",
        "true": "True",
        "false": "False",
    },
}


def write(item: Item, language: str) -> str:
    """Write an item the way an author would."""
    words = WORDS[language]
    stem, lines = item.stem, []
    match item:
        case Single() | Multiple():
            keys = {item.key} if isinstance(item, Single) else set(item.key)
            for i, option in enumerate(item.options):
                lines.append(f"- [{'x' if i in keys else ' '}] {option.text}")
                lines += [f"  > {option.rationale}"] if option.rationale else []
        case TrueFalse():
            for verdict, reason in zip((True, False), item.rationales, strict=True):
                lines.append(f"- [{'x' if item.key is verdict else ' '}] {words[str(verdict).lower()]}")
                lines += [f"  > {reason}"] if reason else []
        case Cloze():
            for accepted in item.key:
                stem = stem.replace(BLANK, f"[[{'|'.join(accepted)}]]", 1)
        case Matching():
            lines = [f"- {a} :: {b}" for a, b in zip(item.terms, item.descriptions, strict=True)]
        case Ordering():
            lines = [f"{i}. {step}" for i, step in enumerate(item.steps, 1)]
        case Numeric():
            lines = [f"= {item.key}" + (f" ± {item.tolerance}" if item.tolerance else "")]
        case Open():
            lines = [f"- {point}" for point in item.points]
    return "\n".join(
        [f"### {words[item.kind.value]}{stem} {{#{item.slug}}}", *lines, "", f"> {item.rationale}", ""]
    )
