"""What a reader may set, ready for a form: one control a parameter, filled from an address or a form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from labs.charts import words
from labs.core.config import SEED, Lab, Parameter, Preset, SettingsError, Text

SEGMENTS = 4  # this many short choices stand side by side; more or longer ones become a menu
SHORT = 8  # characters


@dataclass(frozen=True)
class Control:
    """One parameter with the value to show and what is wrong with it."""

    parameter: Parameter
    value: str
    problems: list[Text] = field(default_factory=list)

    @property
    def segmented(self) -> bool:
        """Tell whether the choices are few and short enough to stand side by side."""
        choices = self.parameter.choices
        return 0 < len(choices) <= SEGMENTS and all(len(t) <= SHORT for c in choices for t in words(c.label))

    @property
    def minimum(self) -> str:
        return plain(self.parameter.minimum)

    @property
    def maximum(self) -> str:
        return plain(self.parameter.maximum)

    @property
    def step(self) -> str:
        return "1" if self.parameter.kind == "int" else "any"


def list_controls(lab: Lab, raw: Mapping[str, object], error: SettingsError | None = None) -> list[Control]:
    """List a control for each parameter and the seed, with what was given or the default."""
    problems: dict[str, list[Text]] = {}
    for problem in error.problems if error else []:
        problems.setdefault(problem.name, []).append(problem.message)
    return [
        Control(
            parameter, plain(raw.get(parameter.name, parameter.default)), problems.get(parameter.name, [])
        )
        for parameter in (*lab.parameters, SEED)
    ]


def known_settings(lab: Lab, raw: Mapping[str, object]) -> dict[str, object]:
    """Keep what names a parameter or the seed: an address may carry other words, and they change nothing."""
    names = {parameter.name for parameter in (*lab.parameters, SEED)}
    return {name: value for name, value in raw.items() if name in names}


def query(settings: Mapping[str, object], seed: int) -> str:
    """Write settings and seed as the query of the lab's address."""
    return urlencode({**{name: plain(value) for name, value in settings.items()}, "seed": seed})


def preset_links(lab: Lab) -> list[tuple[Preset, str]]:
    """List the presets with the query that fills the form."""
    return [
        (preset, urlencode({name: plain(v) for name, v in preset.settings.items()})) for preset in lab.presets
    ]


def plain(value: object) -> str:
    """Write a value as a form field holds it."""
    return f"{value:.12g}" if isinstance(value, float) else "" if value is None else str(value)
