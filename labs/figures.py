"""Figures in texts: a reference names one number of the stored examples, and cannot disagree with its lab."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from urllib.parse import parse_qsl, urlencode

from labs.core.config import SEED, Lab, Settings, SettingsError, Text, parse_settings
from labs.core.examples import SEEDS, STORE, find_example, write
from labs.registry import LABS


class FigureError(ValueError):
    """Raised for a reference that names no stored number, with what to write instead."""


@dataclass(frozen=True)
class StoredFigure:
    """One number of the stored examples, seed by seed."""

    lab: Lab
    settings: Settings  # every parameter present
    number: str
    values: Mapping[int, float]  # by seed
    timed: bool  # a measured time: another machine measures another

    @property
    def mean(self) -> float:
        """Return the mean of the seeds."""
        return sum(self.values.values()) / len(self.values)

    @property
    def query(self) -> str:
        """Return the query of the lab's address that runs the first of its seeds again."""
        changed = {name: write(value) for name, value in self.settings.items()}
        return urlencode({**changed, "seed": min(self.values)})

    @property
    def title(self) -> Text:
        """Return the lab's title."""
        return self.lab.title


def read_figure(reference: str, store: Path = STORE) -> StoredFigure:
    """Resolve "lab?setting=value&seed=0#number": the lab's address with a number's name behind it.

    Settings left out keep their defaults; without a seed the figure has every stored seed.
    Raises FigureError.
    """
    address, _, number = reference.partition("#")
    slug, _, query = address.partition("?")
    if slug not in LABS:
        raise FigureError(f"no lab {slug!r}: there are {', '.join(sorted(LABS))}")
    lab = LABS[slug]
    raw: dict[str, object] = dict(parse_qsl(query, keep_blank_values=True))
    seeds = (raw.pop("seed"),) if "seed" in raw else SEEDS
    try:
        settings = parse_settings(lab.parameters, raw)
        wanted = [int(parse_settings((SEED,), {"seed": seed})["seed"]) for seed in seeds]
    except SettingsError as error:
        raise FigureError(f"{slug}: {error}") from error
    values, timed = {}, False
    for seed in wanted:
        example = find_example(lab, settings, seed, store)
        if example is None:
            raise FigureError(f"{slug}: no stored run of {query or 'the defaults'} with seed {seed}")
        numbers = example.result["numbers"]
        if number not in numbers:
            near = ", ".join(get_close_matches(number, numbers, 3, 0.5)) or ", ".join(sorted(numbers)[:8])
            raise FigureError(f"{slug}: no number {number!r}; near it: {near}")
        values[seed] = numbers[number]
        timed = timed or number in example.result["measured_times"]
    return StoredFigure(lab, settings, number, values, timed)
