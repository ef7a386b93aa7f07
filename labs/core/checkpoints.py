"""Bases that differ in nothing but what they were pre-trained on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from labs.core.data import EASY_KINDS
from labs.core.model import BASE, WEIGHTS, Transformer
from labs.core.pretraining import PretrainConfig, new_model, pretrain

FULL = PretrainConfig()
CHECKPOINTS: dict[str, PretrainConfig] = {  # by name, in the order of building
    "images-2": replace(FULL, images=0.02),
    "images-5": replace(FULL, images=0.05),
    "images-20": replace(FULL, images=0.20),
    "no-numerals": replace(FULL, numerals=False),
    "few-kinds": replace(FULL, kinds=EASY_KINDS),
    "other-seed": replace(FULL, seed=1),
}


def checkpoint_path(name: str, folder: Path = WEIGHTS) -> Path:
    """Return the file of a checkpoint; "full" is the shipped base itself."""
    return BASE if name == "full" else folder / f"scale-{name}.safetensors"


def train_checkpoint(name: str, steps: int) -> Iterator[Transformer]:
    """Pre-train one of the checkpoints; yield the model after each step."""
    config = replace(CHECKPOINTS[name], steps=steps)
    model = new_model(config.seed)
    for _ in pretrain(config, model):
        yield model
