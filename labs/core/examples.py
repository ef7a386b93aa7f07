"""The stored examples: finished runs that ship with the project, one file a run. No torch, no Django.

`labs/examples/README.md` describes the format. `python manage.py make_examples` writes the files; pages read
them, and a figure in a text names one number of one of them.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from labs.core.config import SEED, Grid, Lab, Settings, parse_settings

STORE = Path(__file__).resolve().parent.parent / "examples"
SEEDS = (0, 1)
Event = Mapping[str, Any]


@dataclass(frozen=True)
class Example:
    """A finished run: what was set, what it reported on its way, and its result."""

    lab: str
    settings: Settings  # every parameter present
    seed: int
    cpu_seconds: float
    events: list[Event]  # points, matrices and notes, in order
    result: Mapping[str, Any]


def planned(lab: Lab) -> list[Settings]:
    """List what is run for a lab, each once: the defaults, the presets, and what its grids show."""
    wanted: list[Mapping[str, object]] = [{}, *(preset.settings for preset in lab.presets)]
    wanted += [cell for grid in lab.grids for cell in cells(grid)]
    complete = [parse_settings(lab.parameters, settings) for settings in wanted]
    return [settings for number, settings in enumerate(complete) if settings not in complete[:number]]


def cells(grid: Grid) -> list[Settings]:
    """Return the settings of the runs behind each column of a grid."""
    return [{**grid.settings, grid.parameter: value} for value in grid.values]


def example_path(lab: Lab, settings: Mapping[str, object], seed: int, store: Path = STORE) -> Path:
    """Return where an example lies: its folder is the lab, its name what differs from the defaults."""
    defaults = parse_settings(lab.parameters, {})
    changed = [f"{name}={write(value)}" for name, value in settings.items() if defaults[name] != value]
    return store / lab.slug / f"{','.join(changed) or 'default'}.seed={seed}.json"


def write(value: object) -> str:
    """Write the value of a setting as an address holds it."""
    return f"{value:.12g}" if isinstance(value, float) else str(value)


def find_example(lab: Lab, settings: Mapping[str, object], seed: int, store: Path = STORE) -> Example | None:
    """Return the stored run of exactly these settings and seed, None when there is none.

    Raises SettingsError for settings that the lab does not take.
    """
    complete = parse_settings(lab.parameters, settings)
    seed = int(parse_settings((SEED,), {"seed": seed})["seed"])
    path = example_path(lab, complete, seed, store)
    return read_example(path) if path.is_file() else None


@lru_cache(maxsize=512)
def read_example(path: Path) -> Example:
    """Read one file; it is read once a process, for a run never changes."""
    stored = json.loads(path.read_text(encoding="utf-8"))
    return Example(
        stored["lab"],
        stored["settings"],
        stored["seed"],
        stored["cpu_seconds"],
        stored["events"],
        stored["result"],
    )


def dump_example(example: Example) -> str:
    """Write an example as JSON, one line for each part, event and number: readable, and small in a diff."""
    return "".join(_lines(vars(example)))


def _lines(parts: Mapping[str, Any], indent: str = "") -> Iterator[str]:
    yield "{\n"
    for number, (key, value) in enumerate(parts.items()):
        comma = "," if number + 1 < len(parts) else ""
        yield f"{indent} {json.dumps(key)}: "
        if key in ("result", "numbers"):
            yield from _lines(value, f"{indent} ")
        elif key == "events":
            yield "[\n" + ",\n".join(f"{indent}  {_compact(event)}" for event in value) + f"\n{indent} ]"
        else:
            yield _compact(value)
        yield f"{comma}\n"
    yield indent + "}" + ("\n" if not indent else "")


def _compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def save_example(path: Path, example: Example) -> None:
    """Write a file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".part")
    unfinished.write_text(dump_example(example), encoding="utf-8")
    os.replace(unfinished, path)


def differences(lab: Lab, one: Example, other: Example) -> list[str]:
    """Name what differs between two runs of the same settings and seed, measured times left out."""
    timed = set(one.result["measured_times"])
    numbers, others = one.result["numbers"], other.result["numbers"]
    found = [
        f"number {name}"
        for name in {**numbers, **others}
        if name not in timed and (name not in numbers or name not in others or numbers[name] != others[name])
    ]
    if one.result["verdict"]["outcome"] != other.result["verdict"]["outcome"] and not timed:
        found.append("outcome")
    if _repeatable(lab, one) != _repeatable(lab, other):
        found.append("points or matrices")
    return found


def _repeatable(lab: Lab, example: Example) -> list[Event]:
    """Return the points and matrices without the values that are times."""
    times = {chart.y for chart in lab.charts if chart.timed}
    timed_maps = {heat_map.name for heat_map in lab.maps if heat_map.timed}
    return [
        {key: value for key, value in event.items() if key not in times}
        for event in example.events
        if event["type"] in ("point", "matrix") and event.get("map") not in timed_maps
    ]
