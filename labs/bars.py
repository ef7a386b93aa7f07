"""Bar charts: one bar a series, in a group for each x; lengths in per cent of the longest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from labs.charts import collect, number, style_of
from labs.core.config import Chart, Lab, Text


@dataclass(frozen=True)
class Bar:
    """One bar."""

    label: Text
    style: str
    text: str
    length: float  # per cent


@dataclass(frozen=True)
class Group:
    """The bars of one x."""

    text: str
    bars: list[Bar]


@dataclass(frozen=True)
class Bars:
    """A bar chart ready to be written: the numbers stand beside the bars, so it needs no table."""

    chart: Chart
    groups: list[Group]
    even: float | None  # where the mark stands, in per cent

    template = "labs/_bars.html"
    live = False  # the server draws it again

    @property
    def drawn(self) -> bool:
        """Tell whether there is anything to show."""
        return bool(self.groups)


def draw_bars(lab: Lab, chart: Chart, events: Iterable[Mapping[str, object]]) -> Bars:
    """Draw one bar chart of a lab from the points of a run; the last point of a series at an x counts."""
    points = {key: dict(line) for key, line in collect(chart, events).items()}
    known = [y for line in points.values() for y in line.values() if y is not None]
    longest = max([*known, chart.even or 0.0]) or 1.0
    groups = [
        Group(
            number(x),
            [
                _bar(lab, chart, key, points[key][x], longest)
                for key in chart.series
                if x in points.get(key, {})
            ],
        )
        for x in sorted({x for line in points.values() for x in line})
    ]
    return Bars(chart, groups, None if chart.even is None else round(chart.even / longest * 100, 2))


def _bar(lab: Lab, chart: Chart, key: str, value: float | None, longest: float) -> Bar:
    """Draw one bar; no length and a dash when the value is no number."""
    order = chart.series.index(key)
    return Bar(
        lab.series[key],
        "bad" if value is None else style_of(order),
        "–" if value is None else number(value),
        0.0 if value is None else round(max(value, 0.0) / longest * 100, 2),
    )
