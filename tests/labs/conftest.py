"""Labs that need no torch, learners, and runs."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache as kept
from pytest_django.fixtures import Settings

from accounts.models import Learner
from labs import client, services, storage
from labs.core.config import Chart, Choice, Lab, Parameter, Preset, Text
from labs.models import LabRun
from labs.registry import LABS
from labs.runner import supervisor


def both(words: str) -> Text:
    return {"zh": f"{words}（中文）", "en": words}


def make_lab(slug: str, experiment: str) -> Lab:
    return Lab(
        slug=slug,
        number=10,
        questions=(10,),
        title=both("Counting"),
        claim=both("Counting takes time"),
        parameters=(
            Parameter("steps", "int", 3, both("Steps"), both("More would take too long."), 1, 1000),
            Parameter("lr", "float", 0.01, both("Learning rate"), both("It diverges."), 0.001, 0.1),
            Parameter(
                "mode",
                "choice",
                "up",
                both("Mode"),
                both("There are two."),
                choices=(Choice("up", both("up")), Choice("down", both("down"))),
            ),
        ),
        presets=(Preset("long", both("Long"), {"steps": 100}),),
        experiment=f"tests.labs.experiments.{experiment}",
        series={"first": both("first"), "second": both("second")},
        charts=(
            Chart("loss", both("Loss"), "step", "loss", both("step"), both("loss"), ("first", "second")),
        ),
        limits=(both("It only counts."),),
        reading=("labs/core/lora.py",),
        cpu_seconds=1,
    )


@pytest.fixture(autouse=True)
def cold_children(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Fork children from a process without torch: these labs need none."""
    monkeypatch.setattr(supervisor, "PRELOAD", [])
    yield
    supervisor.stopping.clear()


@pytest.fixture(autouse=True)
def exact_denormals() -> Iterator[None]:
    """Undo what a model changes in its thread: with denormals flushed, hypothesis refuses to work."""
    yield
    if torch := sys.modules.get("torch"):
        torch.set_flush_denormal(False)


def register(monkeypatch: pytest.MonkeyPatch, slug: str, experiment: str) -> Lab:
    lab = make_lab(slug, experiment)
    monkeypatch.setitem(LABS, slug, lab)
    return lab


@pytest.fixture
def lab(monkeypatch: pytest.MonkeyPatch) -> Lab:
    """A lab that counts `steps` and is done at once."""
    return register(monkeypatch, "counting", "counting")


@pytest.fixture
def endless_lab(monkeypatch: pytest.MonkeyPatch) -> Lab:
    """A lab that reports one step and then works for ever."""
    return register(monkeypatch, "endless", "endless")


@pytest.fixture
def failing_lab(monkeypatch: pytest.MonkeyPatch) -> Lab:
    """A lab that raises an error after its first step."""
    return register(monkeypatch, "failing", "failing")


@pytest.fixture
def learner(db: None) -> Learner:
    return Learner.objects.create()


@pytest.fixture
def other_learner(db: None) -> Learner:
    return Learner.objects.create()


@pytest.fixture
def queued(learner: Learner, lab: Lab) -> LabRun:
    """A run of the counting lab that waits."""
    return services.start_run(learner=learner, lab=lab, raw_settings={})


@pytest.fixture(autouse=True)
def adapter_folder(settings: Settings, tmp_path: Path) -> Path:
    """A folder of kept adapters for each test."""
    folder = tmp_path / "adapters"
    settings.LABS_ADAPTER_DIR = folder
    return folder


@pytest.fixture
def down(settings: Settings) -> None:
    """Point the web side to where nobody listens."""
    settings.LABS_INFERENCE_URL = "http://127.0.0.1:9"
    kept.clear()


@cache
def load() -> Any:
    """Load the model that the inference process serves, once for all tests."""
    from labs.core import serving

    return serving.Loaded.from_folders(Path())


@pytest.fixture
def up(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Answer the web side in this process, with the real model."""
    from labs.core import serving

    loaded = load()
    loaded.shelf.folder = storage.path_of("").parent
    answers = {
        "/answer": loaded.answer,
        "/merge-check": loaded.check_merge,
        "/parameters": loaded.report_parameters,
    }

    def call(method: str, path: str, body: dict[str, object] | None) -> dict[str, object]:
        if path == "/model":
            return loaded.description
        try:
            return answers[path](body or {})
        except serving.Problems as error:
            raise client.Refused(error.problems) from error

    kept.clear()
    monkeypatch.setattr(client, "_call", call)
    return loaded
