"""The model card, from measured figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from labs.core.model import ModelConfig
from labs.core.pretraining import PretrainConfig

GOAL = 0.97  # held-out accuracy that the shipped base must reach


@dataclass(frozen=True)
class CardFigures:
    """What one pre-training run measured."""

    config: PretrainConfig
    model: ModelConfig
    accuracy: Mapping[str, float]  # by kind of question, on held-out images
    mean_accuracy: float
    parameters: int
    size: int  # bytes
    checksum: str
    cpu_seconds: float
    torch: str
    adapter_report: str  # PEFT's words about trainable parameters
    adapter_accuracy: float
    adapter_start: float  # the base's accuracy on the adapter's task
    adapter_size: int  # bytes
    adapter_checksum: str


def write_card(figures: CardFigures) -> str:
    """Return the card as Markdown."""
    config, model = figures.config, figures.model
    rows = "\n".join(f"| {kind} | {value:.1%} |" for kind, value in figures.accuracy.items())
    return f"""# Model card: a small multimodal Transformer

Written by `python manage.py pretrain`; do not edit. The figures are those of the run that made the files.

| | |
|---|---|
| file | `base.safetensors`, {figures.size:,} bytes |
| SHA-256 | `{figures.checksum}` |
| parameters | {figures.parameters:,} |
| shape | {model.layers} layers, width {model.width}, {model.heads} heads, MLP ×{model.mlp} |
| words | {model.vocabulary} |
| input | a picture of 8×16 pixels in colour as {model.patches} patches, then three words of prompt |
| output | one word (four for a caption) |
| held-out accuracy | **{figures.mean_accuracy:.1%}**, the mean of the kinds below |
| made with | seed {config.seed}, {config.steps:,} steps, torch {figures.torch}, one thread |
| CPU seconds | {figures.cpu_seconds:.0f} |

## What it is for

It is the base that the labs adapt live: small enough to fine-tune in seconds on one CPU thread, and just
rich enough (pictures, words, two number systems) for a new skill, a new answer language or a shifted
picture to mean something. It is not for reading digits in earnest, and nothing about large models follows
from its figures; mechanisms do carry over.

## Accuracy by kind of question

1,000 questions each, on the 360 images held out (20 %). "number chinese" and "chinese number" are
text without a picture. A caption counts only when all four words are right.

| question | accuracy |
|---|---|
{rows}

## Data

Pictures are made on the fly from scikit-learn's `load_digits`: the test set of *Optical Recognition of
Handwritten Digits* (E. Alpaydin, C. Kaynak 1998, UCI Machine Learning Repository), CC BY 4.0; 1,797 images
of 8×8 pixels by 13 writers, split by image into 1,437 and 360, so that writers are on both sides. Two
images, two of seven colours, side by side; questions and answers are computed from the labels. The words
"gap" and "wug" never occur: adapters give them a meaning.

## Training

AdamW, learning rate {config.lr:g} with {config.warm_up} steps of warm-up and linear decay,
betas {config.betas}, weight decay {config.weight_decay}, gradient norm clipped at {config.clip:g};
{config.scenes} scenes a step with {config.questions} questions each, packed into one sequence under a block
mask; only a side's digit and colour for the first {config.easy:.0%} of the steps; an auxiliary head that
reads the digits off the picture's positions (weight {config.digit_loss}), dropped afterwards. The same
command gives the same bytes on one machine; another processor or another torch may round differently.

## The example adapter

LoRA with r = 8 on all six linears of each block, trained on "gap digit ?", the difference of the two
digits, which the base never saw. `python manage.py make_adapters` makes it again, and three more whose
figures stand in `adapters/cards.json`.

    {figures.adapter_report}

| | |
|---|---|
| file | `adapters/gap-r8.safetensors`, {figures.adapter_size:,} bytes |
| SHA-256 | `{figures.adapter_checksum}` |
| held-out accuracy | {figures.adapter_start:.1%} before, **{figures.adapter_accuracy:.1%}** after |

## Limits

Digits of 8×8 pixels, centred, light on black; drawings that look otherwise (thin, tilted, off centre, in
another hand) are misread without a sign of doubt, since the probabilities are not calibrated. It knows
{model.vocabulary} words and nothing of the world. One seed trained it, chosen because its adapters learn
well: a base from another seed answers as accurately and may take to a new skill far worse.

## Licence

The weights are under the licence of this project's code (see LICENSE). The digit images are CC BY 4.0;
whoever redistributes pictures made of them names their source as above.
"""
