"""What the pages of labs and runs show: settings, curves, log and result put together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from labs import charts, controls, results, services
from labs.core.config import SEED, Lab, SettingsError, Text
from labs.models import LabRun
from labs.registry import LABS

LOG_LINES = 8
Event = Mapping[str, object]


def lab_page(lab: Lab, raw: Mapping[str, object], error: SettingsError | None = None) -> dict[str, object]:
    """Put together the page of a lab: its controls, and the latest run of these settings or the defaults."""
    given = controls.known_settings(lab, raw)
    if error is None:
        try:
            settings = {name: value for name, value in given.items() if name != "seed"}
            values, seed = services.read_settings(lab, settings, given.get("seed", 0))
        except SettingsError as caught:
            error = caught
    example = None
    exact = False
    if error is None:
        example = LabRun.objects.examples(services.settings_key(lab, values, seed)).first()
        exact = example is not None
    return {
        "lab": lab,
        "controls": controls.list_controls(lab, given, error),
        "problems": labelled(lab, error) if error else [],
        "presets": controls.preset_links(lab),
        "exact": exact,
        **example_of(lab, example or latest_default(lab)),
    }


def labelled(lab: Lab, error: SettingsError) -> list[tuple[Text | str, Text]]:
    """List what is wrong, each with the label of its control; a setting that the lab lacks keeps its name."""
    labels = {parameter.name: parameter.label for parameter in (*lab.parameters, SEED)}
    return [(labels.get(problem.name, problem.name), problem.message) for problem in error.problems]


def latest_default(lab: Lab) -> LabRun | None:
    """Return the latest succeeded run with the default settings and seed."""
    values, seed = services.read_settings(lab, {}, 0)
    return LabRun.objects.examples(services.settings_key(lab, values, seed)).first()


def example_of(lab: Lab, run: LabRun | None) -> dict[str, object]:
    """Show a run that already succeeded, if there is one."""
    return {"example": None} if run is None else {"example": run, **finished(lab, run, list(events_of(run)))}


def panel(lab: Lab) -> dict[str, object]:
    """Show beside a question the latest default run, with its first chart."""
    run = latest_default(lab)
    if run is None:
        return {"example": None}
    drawn = figures(lab, run, events_of(run))
    return {"example": run, "figure": drawn[0] if drawn else None}


def run_page(run: LabRun, *, mine: bool) -> dict[str, object]:
    """Put together the page of a run, whatever its state; a lab that is gone leaves settings and result."""
    lab = LABS.get(run.lab)
    events = list(events_of(run))
    page: dict[str, object] = {
        "run": run,
        "lab": lab,
        "mine": mine,
        "controls": controls.list_controls(lab, {**run.settings, "seed": run.seed}) if lab else [],
        "query": controls.query(run.settings, run.seed),
        "progress": latest(events, "progress"),
        "log": log_lines(events)[:LOG_LINES],
    }
    return {**page, **finished(lab, run, events)}


def finished(lab: Lab | None, run: LabRun, events: list[Event]) -> dict[str, object]:
    """Show the curves so far and, after success, verdict, table, numbers and limits."""
    page: dict[str, object] = {"figures": figures(lab, run, events) if lab else []}
    if run.result is not None:
        page |= {
            "result": run.result,
            "table": results.read_table(run.result),
            "numbers": results.read_numbers(run.result),
            "query": controls.query(run.settings, run.seed),
        }
    return page


def figures(lab: Lab, run: LabRun, events: Iterable[Event]) -> list[charts.Figure]:
    """Draw every chart of the lab; one without points is left out once the run is over."""
    known = list(events)
    drawn = [charts.draw(lab, chart, known, run.settings) for chart in lab.charts]
    return [figure for figure in drawn if figure.drawn or not run.is_over]


def events_of(run: LabRun) -> Iterable[Event]:
    """Return what the present attempt reported."""
    return run.events.order_by("sequence").values_list("data", flat=True)


def latest(events: Iterable[Event], kind: str) -> Event | None:
    """Return the last event of a kind."""
    return next((event for event in reversed(list(events)) if event.get("type") == kind), None)


def log_lines(events: Iterable[Event]) -> list[Event]:
    """List notes and points, the newest first."""
    return [event for event in reversed(list(events)) if event.get("type") in ("note", "point")]
