"""What a pad does with ink, asked of the module itself in a browser."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from labs import drawing

pytestmark = pytest.mark.browser
SOURCE = Path(__file__).resolve().parents[2] / "static" / "js" / "lib" / "ink.js"
DRAWN = "".join(drawing.INK[n % 17] for n in range(64))


@pytest.fixture(scope="module")
def run(browser: Browser) -> Iterator[Callable[[str], object]]:
    """Run an expression that sees the module as `ink`."""
    address = "data:text/javascript;base64," + base64.b64encode(SOURCE.read_bytes()).decode()
    page = browser.new_page()
    yield lambda expression: page.evaluate(f"import('{address}').then((ink) => {expression})")
    page.close()


def test_signs_are_those_of_the_server(run: Callable[[str], object]) -> None:
    assert run(f"ink.write(ink.read('{DRAWN}'))") == DRAWN
    assert run(f"ink.read('{drawing.INK}')") == list(range(17))
    assert run(f"ink.write(ink.mirror(ink.read('{DRAWN}')))") == drawing.mirror(DRAWN)


def test_a_dab_is_full_in_its_cell_and_soft_beside_it(run: Callable[[str], object]) -> None:
    rows = str(run(f"ink.write(ink.dab(ink.read('{drawing.BLANK}'), 3, 3, 16))"))
    assert rows[16:24] == "00060000"
    assert rows[24:32] == "006g6000"
    assert rows[32:40] == "00060000"
    assert rows.count("0") == 64 - 5


def test_a_dab_never_thins_what_is_there_and_none_rubs_out(run: Callable[[str], object]) -> None:
    full = "g" * 64
    assert run(f"ink.write(ink.dab(ink.read('{full}'), 0, 0, 4))") == full
    assert run(f"ink.write(ink.dab(ink.read('{full}'), 0, 0, 0))") == "0" + full[1:]


def test_ink_at_the_edge_stays_on_the_pad(run: Callable[[str], object]) -> None:
    corner = str(run(f"ink.write(ink.dab(ink.read('{drawing.BLANK}'), 7, 0, 16))"))
    assert corner[:16] == "0000006g" + "00000006"
    assert run(f"ink.write(ink.dab(ink.read('{drawing.BLANK}'), 8, 0, 16))") == drawing.BLANK


@pytest.mark.parametrize("end", [[0, 0], [7, 0], [7, 7], [2, 7], [0, 3]])
def test_a_stroke_has_no_gap(run: Callable[[str], object], end: list[int]) -> None:
    cells = run(f"ink.stroke([0, 0], {end})")
    assert isinstance(cells, list)
    assert cells[-1] == end
    for (x, y), (next_x, next_y) in zip([[0, 0], *cells], cells, strict=False):
        assert max(abs(next_x - x), abs(next_y - y)) <= 1


def test_tints_go_from_none_to_full(run: Callable[[str], object]) -> None:
    assert run("[0, 1, 4, 5, 16].map(ink.tint)") == [0, 1, 1, 2, 4]
