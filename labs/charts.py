"""Geometry of the charts: points in, SVG paths and labels out; static/js/lib/chart.js does it live."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from labs.core.config import Chart, Lab, Text

STYLES = ("you", "", "dash", "dot", "long", "dots")  # CSS classes in the order of the chart's series
TABLE_ROWS = 40
LABEL_GAP = 8.0  # per cent of the plot's height
SHORT_LABEL = 12  # columns; longer ones go under the chart, and numbers stand at the line ends
Point = tuple[float, float | None]
Place = Callable[[float, float], tuple[float, float]]


@dataclass(frozen=True)
class Tick:
    """A mark on an axis, in per cent of its length."""

    place: float
    text: str
    anchor: str = "middle"


@dataclass(frozen=True)
class Line:
    """One curve; without points yet its path is empty."""

    key: str
    label: Text
    number: int
    style: str
    path: str = ""
    end: tuple[float, float] | None = None  # of the last point, in per cent
    mark_at: float = 0.0  # height of the mark at its end, kept clear of the others
    first: str = "–"  # value of the first point
    last: str = "–"  # value of the last one


@dataclass(frozen=True)
class Figure:
    """A chart ready to be written as SVG, with the same values as words and as a table."""

    chart: Chart
    lines: list[Line]  # one a series, in the chart's order
    x_ticks: list[Tick]
    y_ticks: list[Tick]
    x_end: float
    numbered: bool  # numbers at the line ends, labels below
    rows: list[list[str]]  # x, then the y of each line that has points
    places: list[float]  # of the rows on the x axis, in per cent

    template = "labs/_chart.html"
    live = True  # the browser draws it while points come in

    @property
    def table(self) -> list[tuple[float, list[str]]]:
        """The rows with their places."""
        return list(zip(self.places, self.rows, strict=True))

    @property
    def drawn(self) -> list[Line]:
        """The lines that have points."""
        return [line for line in self.lines if line.path]

    @property
    def layers(self) -> list[Line]:
        """The lines in the order of painting: the first series last, over the others."""
        return self.drawn[::-1]


def draw(
    lab: Lab, chart: Chart, events: Iterable[Mapping[str, object]], settings: Mapping[str, object]
) -> Figure:
    """Draw one chart of a lab from the events of a run."""
    points = collect(chart, events)
    x_low, x_high = x_domain(chart, points, settings)
    y_low, y_high, y_step = y_domain(chart, [y for line in points.values() for _, y in line if y is not None])

    def place(x: float, y: float) -> tuple[float, float]:
        return scale(x, x_low, x_high), 100 - scale(y, y_low, y_high)

    lines = [_line(lab, chart, key, points.get(key, []), place) for key in chart.series]
    ended = [i for i, line in enumerate(lines) if line.end]
    for i, height in zip(ended, spread([lines[i].mark_at for i in ended]), strict=True):
        lines[i] = replace(lines[i], mark_at=height)
    steps = round((y_high - y_low) / y_step)
    shown = [dict(points[line.key]) for line in lines if line.path]
    table = table_places(shown)
    return Figure(
        chart=chart,
        lines=lines,
        x_ticks=[_x_tick(x, x_low, x_high) for x in ticks(x_low, x_high)],
        y_ticks=[_y_tick(y_low + i * y_step, y_low, y_high) for i in range(steps + 1)],
        x_end=x_high,
        numbered=len(lines) > 4
        or any(width(text) > SHORT_LABEL for line in lines for text in words(line.label)),
        rows=[[number(x), *(_cell(line, x) for line in shown)] for x in table],
        places=[round(scale(x, x_low, x_high), 2) for x in table],
    )


def _line(lab: Lab, chart: Chart, key: str, points: Sequence[Point], place: Place) -> Line:
    """Draw one series; red when its last value is no number."""
    order = chart.series.index(key)
    known = [(x, y) for x, y in points if y is not None]
    line = Line(key, lab.series.get(key, {"zh": key, "en": key}), order + 1, style_of(order))
    if not known:
        return line
    end = place(*known[-1])
    return replace(
        line,
        style="bad" if points[-1][1] is None else line.style,
        path=path(points, place),
        end=end,
        mark_at=end[1],
        first=number(known[0][1]),
        last=number(known[-1][1]) if points[-1][1] is not None else "–",
    )


def style_of(order: int) -> str:
    """Return the class of a series by its place; only the first stands out, however many there are."""
    return STYLES[order] if order < len(STYLES) else STYLES[1 + (order - 1) % (len(STYLES) - 1)]


def collect(chart: Chart, events: Iterable[Mapping[str, object]]) -> dict[str, list[Point]]:
    """Sort the points that this chart draws by series; a value that is no number (it diverged) is None."""
    points: dict[str, list[Point]] = {}
    for event in events:
        if event.get("type") == "point" and event.get("series") in chart.series and chart.y in event:
            x, y = event.get(chart.x), event[chart.y]
            if isinstance(x, int | float):
                points.setdefault(str(event["series"]), []).append(
                    (x, y if isinstance(y, int | float) else None)
                )
    return points


def x_domain(
    chart: Chart, points: Mapping[str, Sequence[Point]], settings: Mapping[str, object]
) -> tuple[float, float]:
    """Reach from 0 (or the first x, where that is far away) to the last x there will be."""
    values = [x for line in points.values() for x, _ in line]
    planned = settings.get(f"{chart.x}s")
    high = max([*values, planned if isinstance(planned, int | float) else 1])
    low = min(values, default=0)
    return (0.0, float(high)) if low < high / 5 or low == high else (float(low), float(high))


def y_domain(chart: Chart, values: Sequence[float]) -> tuple[float, float, float]:
    """Return low, high and the step of the ticks; accuracies always reach from 0 to 1."""
    if chart.y == "accuracy" or not values:
        return 0.0, 1.0, 0.25
    low, high = min(values), max(values)
    if low > 0 and low < high / 2:
        low = 0.0
    span = high - low if high - low > 1e-9 * abs(high) else 0.0  # values that differ by rounding are one
    step = nice_step(span or abs(high) or 1.0)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return first * step, max(last, first + 1) * step, step


def nice_step(span: float, parts: int = 4) -> float:
    """Return 1, 2, 2.5 or 5 times a power of ten, so that about `parts` steps cover the span."""
    rough = span / parts
    power = 10.0 ** math.floor(math.log10(rough))
    return next(n * power for n in (1, 2, 2.5, 5, 10) if n * power >= rough - 1e-12)


def ticks(low: float, high: float) -> list[float]:
    """Return the round numbers between two numbers."""
    step = nice_step(high - low)
    first = math.ceil(low / step - 1e-9)
    return [i * step for i in range(first, math.floor(high / step + 1e-9) + 1)]


def scale(value: float, low: float, high: float) -> float:
    """Return where a value stands between two others, in per cent."""
    return (value - low) / (high - low) * 100


def path(points: Sequence[Point], place: Place) -> str:
    """Write a path through the points, broken where a value is missing."""
    parts, pen = [], "M"
    for x, y in points:
        if y is None:
            pen = "M"
            continue
        at_x, at_y = place(x, y)
        parts.append(f"{pen}{round(at_x, 1):g} {round(at_y, 1):g}")
        pen = "L"
    return "".join(parts)


def spread(heights: Sequence[float]) -> list[float]:
    """Move marks LABEL_GAP apart, inside the plot where they fit, their order kept."""
    order = sorted(range(len(heights)), key=lambda i: heights[i])
    placed = list(heights)
    for above, i in zip([None, *order], order, strict=False):
        placed[i] = max(heights[i], 0.0 if above is None else placed[above] + LABEL_GAP)
    limit = 100.0
    for i in reversed(order):
        placed[i] = min(placed[i], limit)
        limit = placed[i] - LABEL_GAP
    return [round(height, 2) for height in placed]


def number(value: float) -> str:
    """Write a number with three or so figures."""
    return f"{value:.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def words(text: Text) -> tuple[str, str]:
    """Return both languages of a text."""
    return text["zh"], text["en"]


def width(text: str) -> int:
    """Return about how many columns a text takes; a Chinese character takes two."""
    return sum(2 if ord(character) > 0x2E80 else 1 for character in text)


def _x_tick(x: float, low: float, high: float) -> Tick:
    place = round(scale(x, low, high), 2)
    anchor = "start" if place < 2 else "end" if place > 98 else "middle"
    return Tick(place, number(x), anchor)


def _y_tick(y: float, low: float, high: float) -> Tick:
    return Tick(round(100 - scale(y, low, high), 2), number(y))


def table_places(series: Sequence[Mapping[float, float | None]]) -> list[float]:
    """Return TABLE_ROWS values of x at most, the first and the last among them."""
    places = sorted({x for line in series for x in line})
    if len(places) > TABLE_ROWS:
        last = len(places) - 1
        places = [places[round(i * last / (TABLE_ROWS - 1))] for i in range(TABLE_ROWS)]
    return places


def _cell(line: Mapping[float, float | None], x: float) -> str:
    if x not in line:
        return ""
    value = line[x]
    return "–" if value is None else number(value)
