"""Labs that need no torch, learners, and runs."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from accounts.models import Learner
from labs import services
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
