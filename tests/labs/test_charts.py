"""The geometry of charts, in Python and in the browser's own words."""

from __future__ import annotations

import json
import re
import subprocess
from itertools import pairwise
from pathlib import Path
from shutil import which

import pytest
from django.template.loader import render_to_string
from hypothesis import given
from hypothesis import strategies as st

from labs import charts
from tests.conftest import ROOT, missing
from tests.labs.conftest import make_lab

LAB = make_lab("counting", "counting")
CHART = LAB.charts[0]
finite = st.floats(-1e6, 1e6, allow_nan=False)
heights = st.lists(st.floats(0, 100), max_size=8)


def point(series: str, step: float, loss: float | None) -> dict[str, object]:
    return {"type": "point", "series": series, "step": step, "loss": loss}


def test_a_line_goes_through_its_points_and_ends_with_a_dot() -> None:
    events = [point("first", 0, 0.0), point("first", 5, 5.0), point("first", 10, 10.0)]
    figure = charts.draw(LAB, CHART, events, {"steps": 10})
    (line,) = figure.drawn
    assert line.path == "M0 100L50 50L100 0"
    assert (line.style, line.end, line.first, line.last) == ("you", (100.0, 0.0), "0", "10")
    assert [tick.text for tick in figure.x_ticks] == ["0", "2.5", "5", "7.5", "10"]


def test_a_series_that_diverged_is_red_and_its_line_stops() -> None:
    figure = charts.draw(LAB, CHART, [point("second", 1, 2.0), point("second", 2, None)], {"steps": 3})
    (line,) = figure.drawn
    assert (line.style, line.last) == ("bad", "–")
    assert "L" not in line.path
    assert figure.rows == [["1", "2"], ["2", "–"]]


def test_events_that_are_no_points_of_the_chart_are_left_out() -> None:
    events = [{"type": "note"}, point("third", 1, 1.0), {"type": "point", "series": "first", "step": 1}]
    assert charts.draw(LAB, CHART, events, {}).drawn == []


def test_the_table_keeps_the_first_and_the_last_value() -> None:
    events = [point("first", step, float(step)) for step in range(101)]
    rows = charts.draw(LAB, CHART, events, {}).rows
    assert len(rows) == charts.TABLE_ROWS
    assert (rows[0], rows[-1]) == (["0", "0"], ["100", "100"])


@given(finite, finite)
def test_ticks_are_few_and_inside(a: float, b: float) -> None:
    low, high = sorted((a, b))
    if high - low < 1e-6:
        return
    found = charts.ticks(low, high)
    assert len(found) <= 6
    margin = (high - low) * 1e-6
    assert all(low - margin <= tick <= high + margin for tick in found)


@given(heights)
def test_marks_keep_their_order_and_their_distance(values: list[float]) -> None:
    placed = charts.spread(values)
    order = sorted(range(len(values)), key=lambda i: values[i])
    gaps = [placed[b] - placed[a] for a, b in pairwise(order)]
    assert all(gap >= charts.LABEL_GAP - 0.02 for gap in gaps)
    assert all(place <= 100 for place in placed)


def test_a_label_that_had_to_move_is_led_to_from_the_end_of_its_curve() -> None:
    events = [point(key, x, y) for key, y in (("first", 0.0), ("second", 0.1)) for x in (0, 1)]
    events += [
        point("first", 2, 0.0),
        point("second", 2, 8.0),
        point("second", 3, 0.1),
        point("first", 3, 0.0),
    ]
    figure = charts.draw(LAB, CHART, events, {"steps": 3})
    shown = render_to_string("labs/_chart.html", {"figure": figure})
    second = figure.drawn[1]
    assert second.end is not None
    assert second.mark_at < second.end[1]
    leads = re.findall(r'<line x1="4" y1="([\d.]+)%" x2="12" y2="([\d.]+)%"/>', shown)
    assert [(float(a), float(b)) for a, b in leads] == [
        (round(line.end[1], 2), line.mark_at) for line in figure.drawn if line.end
    ]


@given(st.lists(st.floats(0.001, 1e5), min_size=1, max_size=20))
def test_the_vertical_axis_holds_every_value(values: list[float]) -> None:
    low, high, step = charts.y_domain(CHART, values)
    assert low <= min(values) + step / 1000
    assert high >= max(values) - step / 1000
    assert 1 <= round((high - low) / step) <= 6


def test_values_that_differ_by_rounding_share_an_axis() -> None:
    assert charts.y_domain(CHART, [100000.0, 99999.99999999999]) == (100000.0, 125000.0, 25000.0)


SERIES = [[[0, 2.25], [5, 1.5], [10, 0.75]], [[0, 2.0], [5, None]], []]
SCRIPT = """
const {{ draw }} = await import({module});
console.log(JSON.stringify(draw({series}, "loss", 10)));
"""


def test_the_browser_draws_what_the_server_draws(tmp_path: Path) -> None:
    node = which("node")
    if node is None:
        missing("node")
    module = (ROOT / "static" / "js" / "lib" / "chart.js").as_uri()
    script = tmp_path / "draw.mjs"
    script.write_text(SCRIPT.format(module=json.dumps(module), series=json.dumps(SERIES)))
    done = subprocess.run([str(node), str(script)], capture_output=True, text=True, check=True)
    found = json.loads(done.stdout)
    events = [
        point(key, x, y) for key, line in zip(("first", "second"), SERIES, strict=False) for x, y in line
    ]
    figure = charts.draw(LAB, CHART, events, {"steps": 10})
    assert [line["d"] for line in found["lines"] if line["d"]] == [line.path for line in figure.drawn]
    assert [line["markAt"] for line in found["lines"] if line["end"]] == [
        line.mark_at for line in figure.drawn
    ]
    assert [tick["text"] for tick in found["yTicks"]] == [tick.text for tick in figure.y_ticks]
    assert [tick["text"] for tick in found["xTicks"]] == [tick.text for tick in figure.x_ticks]


@pytest.mark.parametrize(
    ("value", "shown"), [(0.123456, "0.123"), (12345.6, "12346"), (2.0, "2"), (5.7e-6, "5.7e-06")]
)
def test_numbers_are_short(value: float, shown: str) -> None:
    assert charts.number(value) == shown
