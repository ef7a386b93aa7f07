"""A finished run as pages show it: of a learner, or a stored example."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from labs import controls
from labs.core.examples import Example
from labs.models import LabRun

Event = Mapping[str, object]


@dataclass(frozen=True)
class Shown:
    """What ran, what it found, and where its data are."""

    lab: str
    settings: Mapping[str, object]
    seed: int
    events: list[Event]
    result: Mapping[str, object] | None
    json: str
    csv: str
    points: str  # address of all points; empty where the JSON holds them
    page: str  # address of the run's page; empty for a stored example
    finished_at: datetime | None
    seconds: float | None
    stored: bool = False

    @property
    def query(self) -> str:
        """Return settings and seed as the query of the lab's address."""
        return controls.query(self.settings, self.seed)

    @property
    def address(self) -> str:
        """Return the lab's address with every setting and the seed."""
        return f"{reverse('lab', args=[self.lab])}?{self.query}"


def of_run(run: LabRun, events: Iterable[Event]) -> Shown:
    """Show a run."""
    return Shown(
        run.lab,
        run.settings,
        run.seed,
        list(events),
        run.result,
        reverse("api-run", args=[run.id]),
        reverse("run-csv", args=[run.id]),
        f"{reverse('api-run-events', args=[run.id])}?format=json",
        run.get_absolute_url(),
        run.finished_at,
        run.seconds,
    )


def of_example(example: Example) -> Shown:
    """Show a stored example."""
    query = controls.query(example.settings, example.seed)
    return Shown(
        example.lab,
        example.settings,
        example.seed,
        list(example.events),
        example.result,
        f"{reverse('example-json', args=[example.lab])}?{query}",
        f"{reverse('example-csv', args=[example.lab])}?{query}",
        "",
        "",
        None,
        example.cpu_seconds,
        stored=True,
    )
