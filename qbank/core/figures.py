"""Figures in texts: `[0.95](lab:methods?task=elicit#p_tuning_accuracy)` is a number of a stored run."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Protocol

from qbank.core.document import Problem
from qbank.core.maths import find_code

SCHEME = "lab:"
FIGURE = re.compile(r"(?<![!\\])\[(?P<written>[^\[\]\n]*)\]\(lab:(?P<reference>[^\s()]*)\)")
Description = Mapping[str, object]  # of a stored number for a page: JSON, in one language

_NUMBER = re.compile(
    r"(?P<sign>[-−+]?)(?P<whole>\d{1,3}(?:,\d{3})+|\d+)(?:\.(?P<part>\d+))?"
    r"(?P<power>[eE][-+]?\d+|(?P<times>\s*×\s*10)[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)?(?P<percent>\s*%)?"
)
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


class Reading(Protocol):
    """What a reference reads."""

    @property
    def mean(self) -> float:
        """Return the number."""

    def describe(self, language: str) -> Description:
        """Return where it is from."""


Read = Callable[[str], Reading]  # raises ValueError, saying what is wrong with a reference


@dataclass(frozen=True)
class Settled:
    """A file whose figures are the stored ones, the references it makes, and what was wrong with them."""

    text: str
    references: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()


def settle_figures(text: str, path: str, read: Read) -> Settled:
    """Write the stored number in the place of each figure, with as many digits as the author's; lines stay.

    A figure that cannot be read is left as the author's words, without the reference.
    """
    problems: list[Problem] = []
    figures = _find(text)
    parts: list[str] = []
    done = 0
    for figure in figures:
        shown, problem = _settle(figure["written"], figure["reference"], read)
        if problem:
            problems.append(Problem(path, text.count("\n", 0, figure.start()) + 1, *problem))
        new = figure["written"] if shown is None else f"[{shown}]({SCHEME}{figure['reference']})"
        parts += [text[done : figure.start()], new]
        done = figure.end()
    references = tuple(figure["reference"] for figure in figures)
    return Settled("".join([*parts, text[done:]]), references, tuple(problems))


def correct_figures(text: str, read: Read) -> str:
    """Write the stored number in the place of each figure that can be read, and leave the others."""
    for figure in reversed(_find(text)):
        shown, _ = _settle(figure["written"], figure["reference"], read)
        if shown is not None:
            text = text[: figure.start("written")] + shown + text[figure.end("written") :]
    return text


def _find(text: str) -> list[re.Match[str]]:
    """Find the figures of a text, not looking into code."""
    if SCHEME not in text:
        return []
    code = find_code(text) if FIGURE.search(text) else []
    return [f for f in FIGURE.finditer(text) if not any(start <= f.start() < end for start, end in code)]


def _settle(written: str, reference: str, read: Read) -> tuple[str | None, tuple[str, str, str] | None]:
    """Return the number to show, None when there is none, and what is wrong: code, message, remedy."""
    try:
        value = read(reference).mean
    except ValueError as error:
        remedy = "Name a number of a stored run: lab?setting=value&seed=0#number."
        return None, ("unknown-figure", f"The figure {reference} is not stored: {error}.", remedy)
    shown = write_like(written, value)
    if shown is None:
        remedy = "Write the number alone between the brackets, its unit behind them."
        return None, ("unreadable-figure", f"“{written}” is no number.", remedy)
    if shown != written:
        message = f"The text says {written}, the stored run {shown} ({reference})."
        return shown, ("figure-differs", message, "Correct it: python manage.py check_content PATH --fix.")
    return shown, None


def write_like(written: str, value: float) -> str | None:
    """Write a value with the digits, the percent sign or the power of ten of a written number.

    None when what is written is no number.
    """
    form = _NUMBER.fullmatch(written.strip())
    if form is None:
        return None
    digits = len(form["part"] or "")
    size = _decimal(abs(value)) * (100 if form["percent"] else 1)
    if form["power"] and size:
        mantissa, power = f"{size:.{digits}e}".split("e")
        raised = str(int(power)).translate(_RAISED)
        shown = mantissa + (f"{form['times']}{raised}" if form["times"] else f"e{int(power)}")
    else:
        rounded = size.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
        shown = f"{rounded:{',' if ',' in form['whole'] else ''}f}"
    minus = form["sign"] if form["sign"] in ("-", "−") else "−"
    sign = minus if value < 0 else "+" if form["sign"] == "+" else ""
    return (sign if re.search("[1-9]", shown) else "") + shown + (form["percent"] or "")


def _decimal(value: float) -> Decimal:
    """Return a number as it was meant: of 0.23499999940395355, a 0.235 in single precision, the 0.235."""
    return Decimal(int(value)) if float(value).is_integer() else Decimal(f"{value:.7g}")
