"""The options of a choice question: their texts, the lines that hold them, the key where they are ticked."""

from collections.abc import Sequence
from dataclasses import dataclass

from qbank.core.option_marks import BOX, LABEL, LETTERS, emphasised, is_ticked, without_ticks


@dataclass(frozen=True)
class Options:
    """The options of a question as they stand between two lines (0-based, half open)."""

    texts: tuple[str, ...]
    start: int
    end: int
    key: tuple[str, ...] = ()  # of those that are ticked
    lead: str = ""  # what the block of the options says before the first of them
    bold: tuple[str, ...] = ()  # the only one that is bold from end to end: the key where no line gives it


def make_options(texts: Sequence[str], start: int, end: int, lead: str = "") -> Options:
    """Take box and letter off the texts; a tick at one is the key, or else the only bold one."""
    texts = [BOX.sub("", text, count=1) for text in texts]
    key = tuple(LETTERS[i] for i, text in enumerate(texts[: len(LETTERS)]) if is_ticked(text))
    if len(key) == len(texts):
        key = ()
    if key:
        texts = list(map(without_ticks, texts))
    inner = list(map(emphasised, texts))
    bold = [LETTERS[i] for i, text in enumerate(inner[: len(LETTERS)]) if text]
    bare = tuple(LABEL.sub("", mine or text).strip() for mine, text in zip(inner, texts, strict=True))
    return Options(bare, start, end, key, lead, tuple(bold) if len(bold) == 1 else ())
