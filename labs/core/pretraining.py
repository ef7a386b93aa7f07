"""Pre-training of the base model: many questions a picture, packed into one sequence."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from labs.core.data import (
    EASY_KINDS,
    PICTURE_KINDS,
    TEXT_KINDS,
    Scenes,
    caption,
    draw_kind,
    draw_scenes,
    stream,
)
from labs.core.model import ModelConfig, Transformer, build_model
from labs.core.questions import CAPTION_LENGTH, PROMPT_LENGTH
from labs.core.training import use_one_thread


@dataclass(frozen=True)
class PretrainConfig:
    """The recipe."""

    seed: int = 0
    steps: int = 4000
    scenes: int = 32  # a step
    questions: int = 9  # a scene: seven about the picture, one of text only, one caption
    lr: float = 3e-3
    betas: tuple[float, float] = (0.9, 0.98)
    weight_decay: float = 0.05
    clip: float = 1.0
    warm_up: int = 50
    easy: float = 0.12  # share of the steps that ask only for a side's digit and colour
    digit_loss: float = 0.5  # weight of the auxiliary loss; its head is dropped afterwards
    images: float = 1.0  # share of the training images it ever sees
    kinds: tuple[str, ...] = tuple(PICTURE_KINDS)  # of questions about pictures, beside the caption
    numerals: bool = True  # whether one question a scene is about Chinese numerals, without the picture


@dataclass(frozen=True)
class PretrainStep:
    """What one step measured."""

    step: int
    loss: float  # of the answers, nats


@dataclass(frozen=True)
class Packed:
    """Scenes with all their questions in one row of words."""

    scenes: Scenes
    words: Tensor  # (B, T)
    targets: Tensor  # (B, T): the next word where it is an answer, -100 elsewhere


@dataclass(frozen=True)
class Layout:
    """Where each question of a packed sequence lies."""

    lengths: tuple[int, ...]
    positions: Tensor  # (T,) of each word inside its own question
    mask: Tensor  # (8 + T, 8 + T) who sees whom


def pretrain(config: PretrainConfig, model: Transformer) -> Iterator[PretrainStep]:
    """Train the model in place, one step an iteration.

    An auxiliary head reads the digits off the picture's positions: without it the model learns colours and
    numerals long before it looks at shapes.
    """
    use_one_thread()
    data = stream(config.seed, "scenes and questions")
    digit_head = (
        torch.randn(10, model.config.width, generator=data) / model.config.width**0.5
    ).requires_grad_()
    parameters = [*model.parameters(), digit_head]
    optimizer = torch.optim.AdamW(
        parameters, lr=config.lr, betas=config.betas, weight_decay=config.weight_decay, fused=True
    )
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: learning_rate(step, config))
    layout = lay_out(config.questions, model.config.patches, config.numerals)
    model.train()
    for step in range(config.steps):
        scenes = draw_scenes(config.scenes, "train", data, share=config.images)
        kinds = EASY_KINDS if step < config.easy * config.steps else config.kinds
        packed = pack(scenes, kinds, config.questions, data, config.numerals)
        x = run_packed(model, packed, layout)  # (B, 8 + T, d)
        logits = model.head(x[:, model.config.patches :])  # (B, T, V)
        loss = F.cross_entropy(logits.flatten(0, 1), packed.targets.flatten(), ignore_index=-100)
        shapes = read_digits(x[:, : model.config.patches], digit_head)  # (B, 2, 10)
        auxiliary = F.cross_entropy(shapes.flatten(0, 1), scenes.digits.flatten())
        optimizer.zero_grad()
        (loss + config.digit_loss * auxiliary).backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(parameters, config.clip)
        optimizer.step()
        schedule.step()
        yield PretrainStep(step + 1, loss.item())
    model.eval()


def new_model(seed: int) -> Transformer:
    """Make the model that pre-training starts from."""
    return build_model(ModelConfig(), stream(seed, "initial weights"))


def learning_rate(step: int, config: PretrainConfig) -> float:
    """Return the factor on the learning rate: linear warm-up, then linear to zero."""
    return min((step + 1) / config.warm_up, 1 - step / config.steps)


def lay_out(questions: int, patches: int, numerals: bool = True) -> Layout:
    """Plan `questions` - 1 prompts and a caption behind the patches.

    Words see the earlier words of their own question, and the picture, which only the text question (with
    `numerals` the last before the caption) does not see.
    """
    lengths = (PROMPT_LENGTH,) * (questions - 1) + (PROMPT_LENGTH + CAPTION_LENGTH - 1,)
    question = torch.tensor([number for number, length in enumerate(lengths) for _ in range(length)])
    positions = torch.cat([torch.arange(length) for length in lengths])
    total = patches + len(question)
    mask = torch.zeros(total, total, dtype=torch.bool)
    mask[:patches, :patches] = True
    same = question[:, None] == question[None, :]
    mask[patches:, patches:] = same & (positions[:, None] >= positions[None, :])
    mask[patches:, :patches] = ((question != questions - 2) | torch.tensor(not numerals))[:, None]
    return Layout(lengths, positions, mask)


def pack(
    scenes: Scenes, kinds: tuple[str, ...], questions: int, generator: torch.Generator, numerals: bool = True
) -> Packed:
    """Ask questions of kinds drawn at random, then with `numerals` one of text only, then for a caption."""
    asked = [PICTURE_KINDS[kind](scenes, generator) for kind in kinds]
    written = [ask(scenes, generator) for ask in TEXT_KINDS.values()]
    rows = torch.arange(len(scenes))
    slots = [_choose(asked, rows, generator) for _ in range(questions - 1 - numerals)]
    slots += [_choose(written, rows, generator)] if numerals else []
    silent = torch.full((len(scenes), PROMPT_LENGTH - 1), -100)
    words, targets = [], []
    for prompt, answer in slots:
        words.append(prompt)
        targets += [silent, answer[:, None]]
    prompt, answers = caption(scenes)
    words += [prompt, answers[:, :-1]]
    targets += [silent, answers]
    return Packed(scenes, torch.cat(words, dim=1), torch.cat(targets, dim=1))


def _choose(
    asked: list[tuple[Tensor, Tensor]], rows: Tensor, generator: torch.Generator
) -> tuple[Tensor, Tensor]:
    """Pick one of the questions for each row: words (n, 3), answers (n,)."""
    kind = torch.randint(len(asked), (len(rows),), generator=generator)
    words = torch.stack([words for words, _ in asked])[kind, rows]
    return words, torch.stack([answers for _, answers in asked])[kind, rows]


def run_packed(model: Transformer, packed: Packed, layout: Layout) -> Tensor:
    """Return the normalised stream (B, 8 + T, d) of packed questions."""
    pictures = model.embed_pictures(packed.scenes.pictures)
    words = model.word_embedding(packed.words) + model.position[model.config.patches + layout.positions]
    x = torch.cat((pictures, words), dim=1)
    for block in model.blocks:
        x = block(x, layout.mask)
    normed: Tensor = model.norm(x)
    return normed


def read_digits(x: Tensor, head: Tensor) -> Tensor:
    """Classify left and right digit from the patches' mean: (B, 8, d) → (B, 2, 10)."""
    grid = x.view(len(x), 2, 2, 2, -1)  # (B, rows, sides, columns, d)
    return grid.mean(dim=(1, 3)) @ head.T


@torch.no_grad()
def held_out_accuracy(model: Transformer, rows: int = 1000) -> dict[str, float]:
    """Return held-out accuracy by kind of question; all four words of a caption must be right."""
    generator = stream(0, "held out by kind")
    model.eval()
    accuracy = {}
    for kind in (*PICTURE_KINDS, *TEXT_KINDS):
        batch = draw_kind(kind, rows, "held_out", generator)
        right = model.next_word(batch.pictures, batch.words).argmax(-1) == batch.answers
        accuracy[kind] = right.float().mean().item()
    scenes = draw_scenes(rows, "held_out", generator)
    words, answers = caption(scenes)
    for _ in range(CAPTION_LENGTH):
        words = torch.cat((words, model.next_word(scenes.pictures, words).argmax(-1, keepdim=True)), dim=1)
    accuracy["caption"] = (words[:, PROMPT_LENGTH:] == answers).all(dim=1).float().mean().item()
    return accuracy


def mean_accuracy(accuracy: dict[str, float]) -> float:
    """Return the mean over the kinds of question."""
    return math.fsum(accuracy.values()) / len(accuracy)
