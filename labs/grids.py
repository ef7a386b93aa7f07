"""Grids: many stored runs as one map, the mean of the seeds in each cell."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from labs.charts import number
from labs.controls import query
from labs.core.config import Grid, Lab, Text, parse_settings
from labs.core.examples import SEEDS, STORE, cells, find_example, write
from labs.maps import style


@dataclass(frozen=True)
class GridCell:
    """The runs behind one cell: their mean, and what each seed gave."""

    text: str
    style: str
    seeds: list[str]
    here: bool  # whether the page shows these settings


@dataclass(frozen=True)
class Column:
    """One setting: its label and the query that runs it again."""

    label: Text | str
    query: str


@dataclass(frozen=True)
class DrawnGrid:
    """A grid ready to be written."""

    grid: Grid
    parameter: Text
    columns: list[Column]
    rows: list[tuple[Text, list[GridCell]]]
    seeds: tuple[int, ...]
    others: str  # settings that differ from the defaults in every run


def draw_grid(lab: Lab, grid: Grid, here: Mapping[str, object], store: Path = STORE) -> DrawnGrid | None:
    """Draw a grid from the stored examples, None when one of its runs is not stored."""
    parameter = next(parameter for parameter in lab.parameters if parameter.name == grid.parameter)
    labels: dict[object, Text] = {choice.value: short(choice.label) for choice in parameter.choices}
    columns, results = [], []
    for settings in cells(grid):
        complete = parse_settings(lab.parameters, settings)
        examples = [find_example(lab, complete, seed, store) for seed in SEEDS]
        found = [example.result["numbers"] for example in examples if example is not None]
        if len(found) < len(SEEDS):
            return None
        value = settings[grid.parameter]
        columns.append(Column(labels.get(value, write(value)), query(complete, SEEDS[0])))
        results.append((found, complete == here))
    rows = [
        (
            label,
            [_cell([n[f"{key}{grid.number}"] for n in found], grid.limit, mine) for found, mine in results],
        )
        for key, label in grid.rows.items()
    ]
    others = ", ".join(f"{name} = {write(value)}" for name, value in grid.settings.items())
    return DrawnGrid(grid, parameter.label, columns, rows, SEEDS, others)


def short(label: Text) -> Text:
    """Keep what stands before the colon of a long label: the name of a task."""
    return {"zh": label["zh"].partition("：")[0], "en": label["en"].partition(":")[0]}


def write_grid(lab: Lab, grid: Grid, store: Path = STORE) -> str:
    """Write a grid as CSV with every digit: number, setting, seed, value."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(["number", grid.parameter, "seed", "value"])
    for settings in cells(grid):
        for seed in SEEDS:
            example = find_example(lab, settings, seed, store)
            for key in grid.rows if example else ():
                assert example is not None
                name = f"{key}{grid.number}"
                writer.writerow(
                    [name, write(settings[grid.parameter]), seed, example.result["numbers"][name]]
                )
    return file.getvalue()


def _cell(values: list[float | None], limit: float, here: bool) -> GridCell:
    """Show the mean of the seeds, a dash where one of them is no number."""
    known = [value for value in values if value is not None]
    mean = sum(known) / len(known) if len(known) == len(values) else None
    shown = ["–" if value is None else number(value) for value in values]
    return GridCell("–" if mean is None else f"{mean:.2f}", style(mean, limit), shown, here)
