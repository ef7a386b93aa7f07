"""Files of choice questions, put together from every form of mark, options and key that authors write."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import product
from textwrap import indent

from tests.qbank.core.choice_forms import KEY_LISTS, KEYS, MARKS, OPTIONS, Key, Mark, Options
from tests.qbank.core.choice_samples import LETTERS, SAMPLES


@dataclass(frozen=True)
class Expected:
    """What is to be read of one question."""

    line: int
    title: str
    choices: tuple[str, ...]
    key: tuple[str, ...]
    why: str


@dataclass(frozen=True)
class Combination:
    """A file of one form, with what is to be read in it."""

    mark: Mark
    options: Options
    key: Key
    samples: str
    apart: str  # what stands between two questions
    text: str = field(repr=False)
    expected: tuple[Expected, ...] = field(repr=False)


CHINESE_NUMBERS = "〇一二三四五六"
EMPHASIS = ("**{}**", "**{}** ✅", "__{}__")
APART = ("\n\n", "\n\n---\n\n", "\n\n<br>\n\n")
TOPS = {"en": "# Ropes and hulls\n\nA quiz for sailors.", "zh": "# 水手测验\n\n每题做完以后再看答案。"}


def combine() -> Iterator[tuple[Mark, Options, Key, str]]:
    """Yield every sensible combination with the name of its samples."""
    for mark, options, key, samples in product(MARKS, OPTIONS, (*KEYS, *KEY_LISTS), SAMPLES):
        if is_sensible(mark, options, key, samples):
            yield mark, options, key, samples


def is_sensible(mark: Mark, options: Options, key: Key, samples: str) -> bool:
    """Leave out what no author writes, or what says nothing."""
    language, _, kind = samples.partition(" ")
    return (
        language in mark.languages
        and language in key.languages
        and not (kind == "several" and (not key.several or key.mark in EMPHASIS))
        and not (kind and key.entry)  # keys of one letter show it
        and not (key.entry and not mark.counts)
        and not (key.entry and mark.form.startswith("{n} "))  # such numbers count only beside their keys
        and not ("######" in mark.form and "#### " in key.form)  # an answer above its question
        and not (mark.joint != "\n\n" and options.table)  # a table in a paragraph
        and not (options.lead.strip() == "" and options.lead and (mark.joint != "\n\n" or key.marks))  # code
        and not (options.lead == "    " and (mark.inside or mark.is_item))
        and not (key.joined == "\n" and (options.table or options.lead or options.joint == "\n\n"))
        and not ("<br>" in mark.joint and not options.running)
        and not (mark.joint == "  \n" and not options.running)
        and _letters_fit(mark, options, key, kind)
        and _marks_fit(options, key, kind)
        and not (options.table and any("|" in text for s in SAMPLES[samples] for text in s.options))
        and not (kind in ("code", "truth") and options.joint == " ")
        and not (options.letters != "letters" and (key.mark in EMPHASIS or "<" in key.mark))
        and not (options.letters != "letters" and kind == "several" and key.mark != "{}")
        and not (options.fence and (key.marks or kind == "code" or key.joined == "\n" or mark.is_item))
        and not ("```" in key.form and "<" not in key.form and mark.is_item and not mark.key_inside)
        and not (kind == "stated" and not options.letters)
        and not (kind == "stated" and not (mark.counts or "Q:" in mark.form or "题目" in mark.form))
        and not (kind == "code" and mark.joint != "\n\n")  # the stem stands between
        and not (kind == "code" and mark.is_item and not mark.inside)  # code ends the list
    )


def _letters_fit(mark: Mark, options: Options, key: Key, kind: str) -> bool:
    """Tell whether the key speaks of what the options begin with."""
    speaks = "{k}" in key.form + key.entry or re.search(r"\{[salz]\}", key.form)
    if options.letters == "numbers":
        return not speaks and not mark.is_item and (key.marks or "{x}" in key.form)
    if not options.letters:
        return (not speaks or "[{b}]" in options.lead) and (key.marks or "{x}" in key.form or speaks)
    return True


def _marks_fit(options: Options, key: Key, kind: str) -> bool:
    """Tell whether the right option can be marked so."""
    if "[{b}]" in options.lead:
        return key.boxes or (not key.marks and not key.entry)
    if key.boxes:
        return False
    if key.mark in EMPHASIS and "*" in options.body:
        return False
    return not (key.marks and "\n" not in options.joint)


def write(mark: Mark, options: Options, key: Key, samples: str, apart: str = "\n\n") -> Combination:
    """Write a file of one combination."""
    text = TOPS[samples[:2]] + "\n\n"
    expected = []
    entries = []
    for number, sample in enumerate(SAMPLES[samples], 1):
        line = text.count("\n") + 1
        names = {
            "k": sample.right,
            "s": ("、" if samples.startswith("zh") else ", ").join(sample.right),
            "a": (" 和 " if samples.startswith("zh") else " and ").join(sample.right),
            "l": sample.right.lower(),
            "x": sample.options[LETTERS.index(sample.right[0])],
            "z": "; ".join(f"{k}. {sample.options[LETTERS.index(k)]}" for k in sample.right),
            "y": sample.why,
            "n": number,
        }
        head = mark.form.format(n=number, c=CHINESE_NUMBERS[number], t=sample.title, p=sample.topic)
        boxed = options if key.boxes else replace(options, lead=options.lead.replace("{b}", " "))
        block = boxed.write(sample, key.mark)
        if sample.stem:
            block = f"{sample.stem}\n\n{block}"
        tail = key.form.format(**names)
        whole = head + mark.joint + indent(block, " " * mark.inside)
        if tail:
            whole += key.joined + indent(tail, " " * mark.key_inside)
        text += whole + apart
        if key.entry:
            entries.append(key.entry.format(**names))
        expected.append(
            Expected(
                line,
                (sample.topic if mark.topical else sample.title) + mark.tail,
                sample.options,
                tuple(sample.right),
                key.explanation(sample.why),
            )
        )
    text += key.head + key.joint.join(entries)
    return Combination(mark, options, key, samples, apart, text.rstrip() + "\n", tuple(expected))


def plain(text: str) -> str:
    """Return the letters and digits of a text."""
    text = re.sub(r"</?[A-Za-z][^<>]*>", "", text)
    return "".join(c for c in unicodedata.normalize("NFKC", text).casefold() if c.isalnum())
