"""Figures in texts: a reference names one number of the stored examples, and cannot disagree with its lab."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Literal
from urllib.parse import parse_qsl, urlencode

from django.conf import settings as site
from django.urls import reverse
from django.utils import translation

from labs.core.config import SEED, Lab, Parameter, Settings, SettingsError, Value, parse_settings
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

    def address(self, seed: int, language: str) -> str:
        """Return the permanent link of the lab's page with these settings and a seed: it runs them again."""
        query = urlencode({**{name: write(value) for name, value in self.settings.items()}, "seed": seed})
        with translation.override(language if language in dict(site.LANGUAGES) else None):
            return f"{reverse('lab', args=[self.lab.slug])}?{query}"

    def setting(self, language: str) -> str:
        """Say in words what differs from the defaults."""
        said = [
            f"{parameter.label[_side(language)]} = {_say(parameter, self.settings[parameter.name], language)}"
            for parameter in self.lab.parameters
            if self.settings[parameter.name] != parameter.default
        ]
        chinese = _side(language) == "zh"
        return ("，" if chinese else ", ").join(said) or ("默认设置" if chinese else "default settings")

    def describe(self, language: str) -> dict[str, object]:
        """Return what a page says beside the number, as JSON, in Chinese or else in English."""
        seeds = sorted(self.values)
        return {
            "lab": self.lab.slug,
            "title": self.lab.title[_side(language)],
            "setting": self.setting(language),
            "number": self.number,
            "timed": self.timed,
            "note": self._note(seeds, language),
            "runs": [
                {"seed": seed, "value": self.values[seed], "address": self.address(seed, language)}
                for seed in seeds
            ],
        }

    def _note(self, seeds: list[int], language: str) -> str:
        """Say in one line where the number is from."""
        listed = ", ".join(map(str, seeds))
        if _side(language) == "zh":
            seed = f"种子 {listed} 的均值" if len(seeds) > 1 else f"种子 {listed}"
            timed = "；实测用时" if self.timed else ""
            return f"实验“{self.lab.title['zh']}”；{self.setting(language)}；{seed}{timed}"
        seed = f"mean of seeds {listed}" if len(seeds) > 1 else f"seed {listed}"
        timed = "; a measured time" if self.timed else ""
        return f"Lab “{self.lab.title['en']}”; {self.setting(language)}; {seed}{timed}"


def _side(language: str) -> Literal["zh", "en"]:
    return "zh" if language.startswith("zh") else "en"


def _say(parameter: Parameter, value: Value, language: str) -> str:
    """Say a value as the lab's page does."""
    labels = {choice.value: choice.label[_side(language)] for choice in parameter.choices}
    return labels.get(str(value), write(value))


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
