"""What the pages of labs and runs show: settings, curves, log and result put together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from labs import bars, charts, controls, grids, maps, results, services, shown, trees
from labs.core.config import SEED, HeatMap, Lab, Settings, SettingsError, Text, Tree
from labs.core.examples import SEEDS, find_example
from labs.models import LabRun
from labs.registry import LABS
from labs.shown import Shown

LOG_LINES = 8
Event = Mapping[str, object]
Drawn = charts.Figure | bars.Bars | maps.DrawnMap | trees.DrawnTree


def lab_page(lab: Lab, raw: Mapping[str, object], error: SettingsError | None = None) -> dict[str, object]:
    """Put together the page of a lab: its controls, a finished run of these settings or of the defaults."""
    given = controls.known_settings(lab, raw)
    values: Settings = {}
    if error is None:
        try:
            settings = {name: value for name, value in given.items() if name != "seed"}
            values, seed = services.read_settings(lab, settings, given.get("seed", 0))
        except SettingsError as caught:
            error = caught
    example = finished_run(lab, values, seed) if error is None else None
    exact = example is not None
    drawn = [grids.draw_grid(lab, grid, values) for grid in lab.grids]
    return {
        "lab": lab,
        "controls": controls.list_controls(lab, given, error),
        "problems": labelled(lab, error) if error else [],
        "presets": controls.preset_links(lab),
        "exact": exact,
        "grids": [grid for grid in drawn if grid is not None],
        **example_of(lab, example or default_run(lab)),
    }


def finished_run(lab: Lab, values: Settings, seed: int) -> Shown | None:
    """Return the stored example of these settings, else the latest run of them that succeeded."""
    example = find_example(lab, values, seed)
    if example is not None:
        return shown.of_example(example)
    run = LabRun.objects.examples(services.settings_key(lab, values, seed)).first()
    return None if run is None else shown.of_run(run, events_of(run))


def default_run(lab: Lab) -> Shown | None:
    """Return a finished run of the default settings and seed."""
    return finished_run(lab, *services.read_settings(lab, {}, 0))


def other_seeds(lab: Lab, example: Shown) -> list[tuple[int, str]]:
    """List the stored seeds of the same settings with the query that shows them."""
    if not example.stored:
        return []
    stored = [seed for seed in SEEDS if find_example(lab, example.settings, seed) is not None]
    return [(seed, controls.query(example.settings, seed)) for seed in stored]


def labelled(lab: Lab, error: SettingsError) -> list[tuple[Text | str, Text]]:
    """List what is wrong, each with the label of its control; a setting that the lab lacks keeps its name."""
    labels = {parameter.name: parameter.label for parameter in (*lab.parameters, SEED)}
    return [(labels.get(problem.name, problem.name), problem.message) for problem in error.problems]


def example_of(lab: Lab, example: Shown | None) -> dict[str, object]:
    """Show a run that already succeeded, if there is one."""
    if example is None:
        return {"example": None}
    return {"example": example, "seeds": other_seeds(lab, example), **finished(lab, example)}


def panel(lab: Lab) -> dict[str, object]:
    """Show beside a question a finished run of the defaults, with its first chart."""
    example = default_run(lab)
    if example is None:
        return {"example": None}
    return {"example": example, "figure": next(iter(figures(lab, example)), None)}


def run_page(run: LabRun, *, mine: bool) -> dict[str, object]:
    """Put together the page of a run, whatever its state; a lab that is gone leaves settings and result."""
    lab = LABS.get(run.lab)
    events = list(events_of(run))
    page: dict[str, object] = {
        "run": run,
        "lab": lab,
        "mine": mine,
        "controls": controls.list_controls(lab, {**run.settings, "seed": run.seed}) if lab else [],
        "progress": latest(events, "progress"),
        "log": log_lines(events)[:LOG_LINES],
    }
    of_run = shown.of_run(run, events)
    reported = {event.get("map", event.get("tree")) for event in events}
    expected: list[HeatMap | Tree] = [*lab.maps, *lab.trees] if lab else []
    page["waiting"] = [chart for chart in expected if chart.name not in reported]
    return {**page, "shown": of_run, **finished(lab, of_run, live=not run.is_over)}


def finished(lab: Lab | None, example: Shown, *, live: bool = False) -> dict[str, object]:
    """Show the curves so far and, after success, verdict, table, numbers and limits."""
    page: dict[str, object] = {"figures": figures(lab, example, live=live) if lab else []}
    if example.result is not None:
        page |= {
            "result": example.result,
            "table": results.read_table(example.result),
            "numbers": results.read_numbers(example.result),
        }
    return page


def figures(lab: Lab, example: Shown, *, live: bool = False) -> list[Drawn]:
    """Draw the charts and maps of the lab; one without points is left out once the run is over."""
    drawn: list[Drawn] = []
    for chart in lab.charts:
        if chart.kind == "bar":
            drawn.append(bars.draw_bars(lab, chart, example.events))
        else:
            drawn.append(charts.draw(lab, chart, example.events, example.settings))
    drawn += [found for heat_map in lab.maps if (found := maps.draw_map(heat_map, example.events))]
    drawn += [grown for tree in lab.trees if (grown := trees.draw_tree(tree, example.events))]
    return [figure for figure in drawn if figure.drawn or live]


def figure_of(run: LabRun, name: str) -> Drawn | None:
    """Draw one chart or map of a run as far as it is, None when the lab has none of this name."""
    lab = LABS.get(run.lab)
    drawn = figures(lab, shown.of_run(run, events_of(run)), live=True) if lab else []
    return next((figure for figure in drawn if figure.chart.name == name), None)


def events_of(run: LabRun) -> Iterable[Event]:
    """Return what the present attempt reported."""
    return run.events.order_by("sequence").values_list("data", flat=True)


def latest(events: Iterable[Event], kind: str) -> Event | None:
    """Return the last event of a kind."""
    return next((event for event in reversed(list(events)) if event.get("type") == kind), None)


def log_lines(events: Iterable[Event]) -> list[Event]:
    """List notes and points, the newest first."""
    return [event for event in reversed(list(events)) if event.get("type") in ("note", "point")]
