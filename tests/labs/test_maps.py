"""Heat maps, bars and grids, before they are written as pages."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest
from django.template.loader import render_to_string
from hypothesis import given
from hypothesis import strategies as st

from labs import bars, grids, maps
from labs.core.config import Grid, HeatMap, parse_settings
from labs.core.examples import example_path, save_example
from tests.labs.conftest import both, make_lab
from tests.labs.core.test_examples import make_example

LAB = make_lab("counting", "counting")
MAP = HeatMap("heat", both("Heat"), both("row"), both("column"), both("value"), both("Look."))
GRID = Grid("steps", both("By steps"), "steps", (3, 9), {"be": both("best")}, "st", both("loss"))


def matrix(values: list[list[float | None]], limit: float = 1.0) -> list[dict[str, object]]:
    columns = [str(number) for number in range(len(values[0]))]
    rows = [both(f"row {number}") for number in range(len(values))]
    return [
        {"type": "matrix", "map": "other"},
        {
            "type": "matrix",
            "map": "heat",
            "rows": rows,
            "columns": columns,
            "values": values,
            "limit": limit,
        },
    ]


@pytest.mark.parametrize(
    ("value", "style"),
    [
        (0.0, "v0"),
        (0.0999, "v0"),
        (0.1, "v1"),
        (1.0, "v9"),
        (7.0, "v9"),
        (-0.05, "n0"),
        (-1.0, "n9"),
        (None, "nan"),
    ],
)
def test_colour_says_sign_and_size(value: float | None, style: str) -> None:
    assert maps.style(value, 1.0) == style


def test_a_narrow_map_is_a_table_with_its_numbers_in_coloured_cells() -> None:
    drawn = maps.draw_map(MAP, matrix([[0.0, 0.965], [-0.5, None]]))
    assert drawn is not None
    assert [[(cell.text, cell.style) for cell in row.cells] for row in drawn.rows] == [
        [("0", "v0"), ("0.965", "v9")],
        [("-0.5", "n5"), ("–", "nan")],
    ]
    shown = render_to_string("labs/_map.html", {"figure": drawn})
    assert '<td class="v9">0.965</td>' in shown
    assert "<svg" not in shown


@given(st.lists(st.lists(st.floats(-2, 2), min_size=20, max_size=20), min_size=1, max_size=5))
def test_a_wide_map_paints_every_cell_once(values: list[list[float]]) -> None:
    painted = "".join(path for _, path in maps.layers(values, 2.0))
    squares = painted.split("M")[1:]
    assert sorted(squares) == sorted(f"{x} {y}h1v1h-1z" for y in range(len(values)) for x in range(20))


def test_a_wide_map_keeps_its_values_in_a_table_behind_it() -> None:
    drawn = maps.draw_map(MAP, matrix([[column / 10 - 1 for column in range(20)]]))
    assert drawn is not None
    assert [tick.text for tick in drawn.ticks] == ["0", "5", "10", "14", "19"]
    shown = render_to_string("labs/_map.html", {"figure": drawn})
    assert shown.count('<td class="r">') == 20
    assert 'aria-label="Heat（中文）' in shown
    assert ElementTree.fromstring(f"<div>{shown}</div>".replace("&nbsp;", " ")) is not None


def test_without_its_matrix_there_is_no_map() -> None:
    assert maps.draw_map(replace(MAP, name="another"), matrix([[1.0]])) is None


@pytest.mark.parametrize(
    ("value", "text"),
    [(1.79e-8, "1.8e-8"), (-2e-5, "-2.0e-5"), (0.0, "0"), (0.00425, "0.0043"), (0.965, "0.965")],
)
def test_tiny_numbers_stay_short(value: float, text: str) -> None:
    assert maps.compact(value) == text


def test_bars_stand_in_groups_with_the_even_mark() -> None:
    chart = replace(LAB.charts[0], kind="bar", even=1.0)
    points = [
        ("first", 1, 2.0),
        ("second", 1, 0.5),
        ("first", 16, 1.0),
        ("first", 16, 1.5),
        ("second", 16, None),
    ]
    events = [{"type": "point", "series": s, "step": x, "loss": y} for s, x, y in points]
    drawn = bars.draw_bars(LAB, chart, events)
    assert [(group.text, [(bar.text, bar.length) for bar in group.bars]) for group in drawn.groups] == [
        ("1", [("2", 100.0), ("0.5", 25.0)]),
        ("16", [("1.5", 75.0), ("–", 0.0)]),
    ]
    assert drawn.even == 50.0
    shown = render_to_string("labs/_bars.html", {"figure": drawn})
    assert 'width="25.0"' in shown
    assert "M50.0 -2V12" in shown


def test_without_points_there_are_no_bars() -> None:
    assert not bars.draw_bars(LAB, replace(LAB.charts[0], kind="bar"), []).drawn


def test_a_grid_shows_the_mean_of_the_seeds_and_frames_the_settings_of_the_page(tmp_path: Path) -> None:
    for steps in (3, 9):
        for seed in (0, 1):
            example = make_example(seed=seed, best=steps / 10 + seed / 5, steps=steps)
            save_example(example_path(LAB, example.settings, seed, tmp_path), example)
    drawn = grids.draw_grid(LAB, GRID, parse_settings(LAB.parameters, {}), tmp_path)
    assert drawn is not None
    ((label, cells),) = drawn.rows
    assert label["en"] == "best"
    assert [(cell.text, cell.seeds, cell.here) for cell in cells] == [
        ("0.40", ["0.3", "0.5"], True),
        ("1.00", ["0.9", "1.1"], False),
    ]
    assert drawn.columns[1].query == "steps=9&lr=0.01&mode=up&seed=0"
    rows = list(csv.reader(io.StringIO(grids.write_grid(LAB, GRID, tmp_path))))
    assert rows[0] == ["number", "steps", "seed", "value"]
    assert rows[1:3] == [["best", "3", "0", "0.3"], ["best", "3", "1", "0.5"]]
    assert len(rows) == 5


def test_a_grid_with_a_run_missing_is_left_out(tmp_path: Path) -> None:
    assert grids.draw_grid(LAB, GRID, {}, tmp_path) is None
