"""The stored examples: complete, readable, and what a figure in a text resolves to."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from labs.core.config import Lab, SettingsError, parse_settings
from labs.core.examples import (
    SEEDS,
    STORE,
    Example,
    differences,
    dump_example,
    example_path,
    find_example,
    planned,
    read_example,
    save_example,
)
from labs.figures import FigureError, read_figure
from labs.registry import LABS
from tests.labs.conftest import make_lab
from tests.labs.experiments import counting

LAB = make_lab("counting", "counting")
EVERY = [(lab.slug, settings, seed) for lab in LABS.values() for settings in planned(lab) for seed in SEEDS]
MOST_BYTES = 64_000  # of one file; the largest, with six heat maps, has 41,000


def make_example(lab: Lab = LAB, seed: int = 0, best: float = 0.25, **settings: object) -> Example:
    result = {**counting.RESULT, "numbers": {"best": best, "seconds": 3.5}, "measured_times": ["seconds"]}
    events = [
        {"type": "point", "series": "first", "step": 1, "loss": 0.5},
        {"type": "note", "text": {"zh": "开始", "en": "begin"}},
    ]
    return Example(lab.slug, parse_settings(lab.parameters, settings), seed, 1.5, events, result)


def test_an_example_is_named_by_what_differs_from_the_defaults(tmp_path: Path) -> None:
    default = example_path(LAB, parse_settings(LAB.parameters, {}), 0, tmp_path)
    assert default == tmp_path / "counting" / "default.seed=0.json"
    changed = parse_settings(LAB.parameters, {"lr": 0.02, "mode": "down"})
    assert example_path(LAB, changed, 1, tmp_path).name == "lr=0.02,mode=down.seed=1.json"


def test_what_is_saved_is_read_again(tmp_path: Path) -> None:
    example = make_example(seed=1, steps=9)
    path = example_path(LAB, example.settings, 1, tmp_path)
    save_example(path, example)
    assert json.loads(path.read_text()) == vars(example)
    assert read_example(path) == example
    assert find_example(LAB, {"steps": "9"}, 1, tmp_path) == example
    assert find_example(LAB, {"steps": 9}, 0, tmp_path) is None
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_every_number_has_a_line_of_its_own() -> None:
    lines = dump_example(make_example()).splitlines()
    assert '   "best": 0.25,' in lines
    assert lines[0] == "{"
    assert lines[-1] == "}"


def test_settings_that_the_lab_does_not_take_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError):
        find_example(LAB, {"heat": 3}, 0, tmp_path)
    with pytest.raises(SettingsError):
        find_example(LAB, {}, -1, tmp_path)


def test_only_what_is_no_time_must_repeat() -> None:
    one = make_example()
    slower = replace(one, cpu_seconds=9.0, result={**one.result, "numbers": {"best": 0.25, "seconds": 9.9}})
    assert differences(LAB, one, slower) == []
    other = replace(one, result={**one.result, "numbers": {"best": 0.26, "seconds": 3.5, "more": 1}})
    assert differences(LAB, one, other) == ["number best", "number more"]
    moved = replace(one, events=[{**one.events[0], "loss": 0.6}])
    assert differences(LAB, one, moved) == ["points or matrices"]
    timed = replace(LAB, charts=tuple(replace(chart, timed=True) for chart in LAB.charts))
    assert differences(timed, one, moved) == []


@pytest.mark.parametrize(("slug", "chosen", "seed"), EVERY)
def test_every_planned_run_ships_with_the_project(slug: str, chosen: dict[str, object], seed: int) -> None:
    lab = LABS[slug]
    example = find_example(lab, chosen, seed)
    assert example is not None
    assert (example.lab, example.settings, example.seed) == (slug, chosen, seed)
    assert set(example.result["measured_times"]) <= set(example.result["numbers"])
    assert example.result["verdict"]["outcome"] in {"holds", "fails", "depends"}
    maps = [event["map"] for event in example.events if event["type"] == "matrix"]
    assert maps == [heat_map.name for heat_map in lab.maps]
    assert {event["type"] for event in example.events} <= {"point", "matrix", "node", "note"}


def test_nothing_else_ships() -> None:
    every = {example_path(LABS[slug], settings, seed) for slug, settings, seed in EVERY}
    assert set(STORE.rglob("*.*")) == {*every, STORE / "README.md"}


def test_what_ships_stays_small() -> None:
    sizes = [path.stat().st_size for path in STORE.rglob("*.json")]
    assert max(sizes) <= MOST_BYTES
    assert sum(sizes) <= 4_000_000


@pytest.mark.parametrize(("slug", "chosen", "seed"), EVERY)
def test_a_stored_run_has_the_limits_that_its_lab_has_today(
    slug: str, chosen: dict[str, object], seed: int
) -> None:
    example = find_example(LABS[slug], chosen, seed)
    assert example is not None
    assert tuple(example.result["limits"]) == LABS[slug].limits


def test_every_cell_of_every_grid_has_its_number() -> None:
    for lab in LABS.values():
        for grid in lab.grids:
            for value in grid.values:
                example = find_example(lab, {**grid.settings, grid.parameter: value}, 0)
                assert example is not None
                assert {f"{row}{grid.number}" for row in grid.rows} <= set(example.result["numbers"])


def test_a_figure_is_a_number_of_the_stored_runs() -> None:
    both = read_figure("methods?task=elicit#p_tuning_accuracy")
    stored = [find_example(LABS["methods"], {"task": "elicit"}, seed) for seed in SEEDS]
    assert list(both.values.values()) == [
        example.result["numbers"]["p_tuning_accuracy"] for example in stored if example
    ]
    assert both.mean == sum(both.values.values()) / 2
    assert both.address(0, "en") == "/en/labs/methods/?task=elicit&steps=80&r=8&length=10&seed=0"
    assert not both.timed
    one = read_figure("methods?task=elicit&seed=1#p_tuning_accuracy")
    assert one.values == {1: both.values[1]}
    assert read_figure("merging#unmerged_latency_1").timed


@pytest.mark.parametrize(
    ("reference", "said"),
    [
        ("rope#speed", "no lab 'rope'"),
        ("methods?task=poetry#lora_accuracy", "poetry"),
        ("methods?tusk=gap#lora_accuracy", "tusk"),
        ("methods?seed=-1#lora_accuracy", "seed"),
        ("methods?steps=99#lora_accuracy", "no stored run of steps=99"),
        ("methods?seed=7#lora_accuracy", "with seed 7"),
        ("methods#lora_acuracy", "near it: lora_accuracy"),
        ("methods", "no number ''"),
    ],
)
def test_a_figure_that_is_not_stored_says_what_is_wrong(reference: str, said: str) -> None:
    with pytest.raises(FigureError, match=said):
        read_figure(reference)
