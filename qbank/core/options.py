"""The options of a choice question: their texts, the lines that hold them, the key where they are ticked."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from qbank.core.option_marks import (
    BOX,
    LABEL,
    LETTERS,
    emphasised,
    is_coloured,
    is_ticked,
    spelt,
    without_colours,
    without_ticks,
)


@dataclass(frozen=True)
class Options:
    """The options of a question as they stand between two lines (0-based, half open)."""

    texts: tuple[str, ...]
    start: int
    end: int
    key: tuple[str, ...] = ()  # of those that are ticked
    lead: str = ""  # what the block of the options says before the first of them
    shown: tuple[
        str, ...
    ] = ()  # those that stand out by colour, or the only bold one: the key where no line gives it
    told: str = ""  # what explains each of them, where that stands between them


def make_options(texts: Sequence[str], start: int, end: int, lead: str = "") -> Options:
    """Take box and letter off the texts; a tick at one is the key, or else a colour, or the only bold one."""
    every = "".join(texts)
    if "[" in every or "(" in every:
        texts = [BOX.sub("", text, count=1) for text in texts]
    if not every.isascii():
        texts = list(map(spelt, texts))
    key = _if_some(texts, is_ticked)
    if key:
        texts = list(map(without_ticks, texts))
    coloured: tuple[str, ...] = ()
    if any("<" in text or "==" in text for text in texts):
        coloured = _if_some(texts, is_coloured)
        texts = list(map(without_colours, texts))
    inner = list(map(emphasised, texts))
    bold = _if_some(inner, bool)
    bare = tuple(LABEL.sub("", mine or text).strip() for mine, text in zip(inner, texts, strict=True))
    return Options(bare, start, end, key, lead, coloured or (bold if len(bold) == 1 else ()))


def _if_some(texts: Sequence[str], shows: Callable[[str], bool]) -> tuple[str, ...]:
    """Return the letters of the texts that show something; none where all do."""
    letters = tuple(LETTERS[i] for i, text in enumerate(texts[: len(LETTERS)]) if shows(text))
    return letters if len(letters) < len(texts) else ()
