"""What a lab is and what a reader may set, without torch."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypedDict

Value = int | float | str
Settings = dict[str, Value]


class Text(TypedDict):
    """The same words in Chinese and in English."""

    zh: str
    en: str


@dataclass(frozen=True)
class Choice:
    """One value of a parameter of kind "choice"."""

    value: str
    label: Text


@dataclass(frozen=True)
class Parameter:
    """Something a reader may set, its bounds, and why they lie there."""

    name: str
    kind: Literal["int", "float", "choice"]
    default: Value
    label: Text
    why: Text
    minimum: float | None = None
    maximum: float | None = None
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True)
class Preset:
    """Settings worth a click; what they leave out keeps its default."""

    name: str
    label: Text
    settings: Mapping[str, Value]


@dataclass(frozen=True)
class Chart:
    """Which fields of the points one chart draws; `x` and `y` are keys of a point event."""

    name: str
    title: Text
    x: str
    y: str
    x_label: Text
    y_label: Text
    series: tuple[str, ...]
    kind: Literal["line", "bar"] = "line"  # bars: one a series, in a group for each x
    even: float | None = None  # the y at which two things are equal, marked among bars
    timed: bool = False  # its y is a measured time and does not repeat to the bit


@dataclass(frozen=True)
class HeatMap:
    """A matrix that a run reports by this name."""

    name: str
    title: Text
    row_label: Text
    column_label: Text
    value_label: Text
    note: Text  # what to look at
    timed: bool = False


@dataclass(frozen=True)
class Tree:
    """A tree that a run reports by this name, node after node."""

    name: str
    title: Text
    note: Text  # what to look at


@dataclass(frozen=True)
class Grid:
    """Many stored runs as one map: a setting varies along the columns, each row is a number of the result."""

    name: str
    title: Text
    parameter: str  # whose values head the columns
    values: tuple[Value, ...]
    rows: Mapping[str, Text]  # the number `{row}{number}` of a result fills the row
    number: str  # end of the numbers' names, such as "_accuracy"
    value_label: Text
    settings: Mapping[str, Value] = field(default_factory=dict)  # the same in every run
    limit: float = 1.0  # the value of the darkest cell


@dataclass(frozen=True)
class Lab:
    """An experiment a reader can run: the claim it tests, what may be set, what it can and cannot show."""

    slug: str
    number: int  # of the question it belongs to
    questions: tuple[int, ...]  # every question it helps to answer
    title: Text
    claim: Text  # the usual answer in one sentence
    parameters: tuple[Parameter, ...]
    presets: tuple[Preset, ...]
    experiment: str  # dotted path of a module with `run`; imported by whoever runs it
    series: Mapping[str, Text]  # labels of the curves by the key that point events carry
    charts: tuple[Chart, ...]
    limits: tuple[Text, ...]  # what a small model cannot tell
    reading: tuple[str, ...]  # code to read beside it, paths from the project's root
    cpu_seconds: float  # about, with the defaults, on one thread
    on_base: bool = True  # works on the shipped multimodal base
    maps: tuple[HeatMap, ...] = ()
    trees: tuple[Tree, ...] = ()
    grids: tuple[Grid, ...] = ()  # from the stored examples


@dataclass(frozen=True)
class Problem:
    """One setting that cannot be used, and why."""

    name: str
    message: Text


class SettingsError(ValueError):
    """Raised with every problem of the settings at once."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = list(problems)
        super().__init__("; ".join(f"{problem.name}: {problem.message['en']}" for problem in self.problems))


SEED = Parameter(
    name="seed",
    kind="int",
    default=0,
    minimum=0,
    maximum=2**31 - 1,
    label={"zh": "随机种子", "en": "Seed"},
    why={
        "zh": "同一个种子给出同样的初始权重与同样的数据；上限是 31 位整数，任何数据库都放得下。",
        "en": "One seed gives the same initial weights and data; 31 bits fit every database.",
    },
)


def parse_settings(parameters: Iterable[Parameter], raw: Mapping[str, object]) -> Settings:
    """Fill in defaults, check every value, and raise SettingsError with all problems."""
    known = {parameter.name: parameter for parameter in parameters}
    settings: Settings = {}
    problems = [_unknown(name, known) for name in raw if name not in known]
    for name, parameter in known.items():
        value = _read(parameter, raw[name]) if name in raw else parameter.default
        if isinstance(value, Problem):
            problems.append(value)
        else:
            settings[name] = value
    if problems:
        raise SettingsError(problems)
    return settings


def _read(parameter: Parameter, raw: object) -> Value | Problem:
    """Return the value of one parameter, or what is wrong with it."""
    if parameter.kind == "choice":
        return _read_choice(parameter, raw)
    number = _as_number(raw)
    if number is None or not math.isfinite(number):
        return Problem(
            parameter.name,
            {"zh": f"应为数字，收到的是 {_quoted(raw)}。", "en": f"expected a number, got {_quoted(raw)}."},
        )
    if parameter.kind == "int":
        if number != int(number):
            return Problem(
                parameter.name,
                {
                    "zh": f"应为整数，收到的是 {_quoted(raw)}。",
                    "en": f"expected a whole number, got {_quoted(raw)}.",
                },
            )
        number = int(number)
    if _outside(parameter, number):
        low, high = f"{parameter.minimum:.12g}", f"{parameter.maximum:.12g}"
        return Problem(
            parameter.name,
            {
                "zh": f"{number:.12g} 不在 {low} 到 {high} 之间。{parameter.why['zh']}",
                "en": f"{number:.12g} is not between {low} and {high}. {parameter.why['en']}",
            },
        )
    return number


def _read_choice(parameter: Parameter, raw: object) -> str | Problem:
    """Return the chosen value, or a problem that names the choices."""
    values = [choice.value for choice in parameter.choices]
    if isinstance(raw, str) and raw in values:
        return raw
    listed = ", ".join(values)
    return Problem(
        parameter.name,
        {"zh": f"{_quoted(raw)} 不在可选值之内：{listed}。", "en": f"{_quoted(raw)} is none of {listed}."},
    )


def _as_number(raw: object) -> int | float | None:
    """Read a number from JSON or from a form field; None when it is none."""
    if isinstance(raw, bool) or not isinstance(raw, int | float | str):
        return None
    if isinstance(raw, int | float):
        return raw if abs(raw) < 1e300 else math.inf
    if "_" in raw or len(raw) > 40:
        return None
    for kind in (int, float):
        try:
            return kind(raw)
        except ValueError:
            continue
    return None


def _outside(parameter: Parameter, number: float) -> bool:
    """Tell whether a number leaves the bounds of its parameter."""
    below = parameter.minimum is not None and number < parameter.minimum
    above = parameter.maximum is not None and number > parameter.maximum
    return below or above


def _unknown(name: str, known: Mapping[str, Parameter]) -> Problem:
    """Say that no parameter has this name, and which ones exist."""
    listed = ", ".join(known)
    return Problem(
        name[:40],
        {"zh": f"没有这个参数；可设置的有：{listed}。", "en": f"no such parameter; there are {listed}."},
    )


def _quoted(raw: object) -> str:
    """Show what was received, shortened."""
    shown = repr(raw)
    return shown if len(shown) <= 40 else shown[:39] + "…"
