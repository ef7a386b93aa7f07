"""Heat maps: a matrix in, coloured cells out; a wide one as SVG, each with its values as a table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from labs.charts import Tick, number
from labs.core.config import HeatMap, Text

LEVELS = 10  # steps of colour on either side of zero
WIDE = 12  # columns; more are drawn as SVG, without numbers in the cells
Value = float | None


@dataclass(frozen=True)
class Cell:
    """One value as it is shown."""

    text: str
    style: str  # its CSS class


@dataclass(frozen=True)
class Row:
    """One row with its name and its height, in per cent, where a wide map labels it."""

    label: Text | str
    cells: list[Cell]
    place: float


@dataclass(frozen=True)
class DrawnMap:
    """A heat map ready to be written."""

    chart: HeatMap
    columns: list[Text | str]
    rows: list[Row]
    limit: str
    layers: list[tuple[str, str]]  # of a wide map: CSS class and SVG path of its cells, one unit each

    template = "labs/_map.html"
    live = False  # the server draws it again
    drawn = True

    @property
    def wide(self) -> bool:
        """Tell whether there are too many columns for numbers in the cells."""
        return len(self.columns) > WIDE

    @property
    def ticks(self) -> list[Tick]:
        """Return the marks of some columns: the first, the last and three between."""
        last = len(self.columns) - 1
        shown = sorted({round(last * part / 4) for part in range(5)})
        return [
            Tick(round((i + 0.5) / (last + 1) * 100, 2), str(self.columns[i]), _anchor(i, last))
            for i in shown
        ]

    @property
    def signed(self) -> bool:
        """Tell whether any value is below zero."""
        return any(
            cell.style.startswith("n") and cell.style != "nan" for row in self.rows for cell in row.cells
        )


def _anchor(place: int, last: int) -> str:
    return "start" if place == 0 else "end" if place == last else "middle"


def draw_map(heat_map: HeatMap, events: Iterable[Mapping[str, Any]]) -> DrawnMap | None:
    """Draw the last matrix of this name; None when the run has reported none."""
    found = [e for e in events if e.get("type") == "matrix" and e.get("map") == heat_map.name]
    if not found:
        return None
    values, limit = found[-1]["values"], found[-1]["limit"] or 1.0
    rows = [
        Row(label, [cell(value, limit) for value in row], round((i + 0.5) / len(values) * 100, 2))
        for i, (label, row) in enumerate(zip(found[-1]["rows"], values, strict=True))
    ]
    columns = found[-1]["columns"]
    return DrawnMap(
        heat_map, columns, rows, number(limit), layers(values, limit) if len(columns) > WIDE else []
    )


def cell(value: Value, limit: float) -> Cell:
    """Show one value: exactly zero is "0", what is no number a dash in red."""
    return Cell("–" if value is None else compact(value), style(value, limit))


def compact(value: float) -> str:
    """Write a number with three figures, a small one with two, a tiny one as 1.8e-8."""
    if value == 0 or abs(value) >= 0.1:
        return number(value)
    if abs(value) >= 1e-4:
        return f"{value:.2g}"
    digits, _, power = f"{value:.1e}".partition("e")
    return f"{digits}e{int(power)}"


def style(value: Value, limit: float) -> str:
    """Return the class of a value: v0 … v9 up to the limit, n0 … n9 below zero, nan for no number."""
    if value is None:
        return "nan"
    level = min(LEVELS - 1, int(abs(value) / limit * LEVELS))
    return f"{'n' if value < 0 else 'v'}{level}"


def layers(values: Sequence[Sequence[Value]], limit: float) -> list[tuple[str, str]]:
    """Return one path of unit squares for each class that occurs."""
    paths: dict[str, list[str]] = {}
    for y, row in enumerate(values):
        for x, value in enumerate(row):
            paths.setdefault(style(value, limit), []).append(f"M{x} {y}h1v1h-1z")
    return [(name, "".join(parts)) for name, parts in sorted(paths.items())]
