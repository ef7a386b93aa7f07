"""The card of the weights that single labs use, written from the files themselves."""

from __future__ import annotations

from pathlib import Path

import torch

from labs.core.checkpoints import CHECKPOINTS, checkpoint_path
from labs.core.data import stream
from labs.core.in_context import (
    FILES,
    draw_lines,
    draw_pictures,
    load_reader,
    load_regressor,
    weights_path,
)
from labs.core.model import checksum, load_model
from labs.core.pretraining import PretrainConfig, held_out_accuracy, mean_accuracy

CARD = "LAB_WEIGHTS.md"


def write_lab_card(folder: Path) -> str:
    """Measure the files of a folder and return the card as Markdown; the same files give the same card."""
    scale = "\n".join(_scale_row(name, folder) for name in CHECKPOINTS)
    version = torch.__version__.partition("+")[0]
    context = "\n".join(_context_row(name, folder) for name in FILES)
    return f"""# Model card: weights of single labs

Written by `python manage.py build_weights`; do not edit. Every file is rebuilt by that command,
to the byte on one machine with torch {version} and one thread; `build_weights NAME …` makes single ones.

## Bases of the lab on pre-training (question 1)

Built like the shipped base (see MODEL_CARD.md: shape, recipe, data, licence), each with one thing changed.
`held out` is the mean accuracy over all kinds of question, also those a base was never taught; what it lacks
is the point of it.

| file | bytes | changed | held out | SHA-256 |
|---|---|---|---|---|
{scale}

## Models that learn from their prompt (question 6)

Causal Transformers that read examples and questions in turn (`labs/core/in_context.py`). The regression
model has 3 blocks of width 32 and saw lines y = w x with w and x standard normal. The picture models have 2
blocks of width 64 and saw prompts of five of the digits 0 to 7 under five labels: dealt anew for each prompt,
or digit d always under d mod 5. An auxiliary head that named the digits was dropped. `measured` is on 1,000
fresh prompts of the kind a model was trained on, after the most examples: squared error over the variance of
y, or accuracy on held-out pictures.

| file | bytes | trained on | measured | SHA-256 |
|---|---|---|---|---|
{context}

## What they are for, and not

They are material for experiments on mechanisms. They read 8×8 digits and nothing else, and no figure of
theirs says anything about large models.

## Licence

The weights are under the licence of this project's code (see LICENSE). The digit images behind them are
CC BY 4.0: E. Alpaydin, C. Kaynak 1998, *Optical Recognition of Handwritten Digits*, UCI Machine Learning
Repository.
"""


def _scale_row(name: str, folder: Path) -> str:
    path = checkpoint_path(name, folder)
    held_out = mean_accuracy(held_out_accuracy(load_model(path)))
    changed = describe_change(CHECKPOINTS[name])
    return f"| `{path.name}` | {path.stat().st_size:,} | {changed} | {held_out:.1%} | `{checksum(path)}` |"


def describe_change(config: PretrainConfig) -> str:
    """Say in what a recipe differs from the base's."""
    usual = PretrainConfig()
    if config.images != usual.images:
        return f"{config.images:.0%} of the training images"
    if config.numerals != usual.numerals:
        return "no Chinese numerals"
    if config.kinds != usual.kinds:
        return f"{len(config.kinds)} of {len(usual.kinds)} kinds of picture question"
    return f"seed {config.seed}"


@torch.no_grad()
def _context_row(name: str, folder: Path) -> str:
    path = weights_path(name, folder)
    generator = stream(0, "prompts of the card")
    if name == "regressor":
        x, y = draw_lines(1000, generator)
        error = (load_regressor(folder)(x, y) - y)[:, -1].square().mean() / y[:, -1].square().mean()
        trained, measured = "lines", f"error {error.item():.4f}"
    else:
        model = load_reader(name, folder)
        prompts = draw_pictures(1000, "held_out", generator, fixed=name == "fixed")
        said = model(model.look(prompts.pictures), prompts.labels)[:, -1].argmax(-1)
        right = (said == prompts.labels[:, -1]).float().mean().item()
        trained, measured = f"{name} labels", f"accuracy {right:.1%}"
    return f"| `{path.name}` | {path.stat().st_size:,} | {trained} | {measured} | `{checksum(path)}` |"
