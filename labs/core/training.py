"""Training of adapters: yields what happens, knows neither database nor HTTP."""

from __future__ import annotations

import math
import platform
from collections.abc import Iterator
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from labs.core.data import Batch, draw_base, draw_task, stream
from labs.core.lora import trainable_parameters
from labs.core.model import Transformer


@dataclass(frozen=True)
class TrainConfig:
    """How to train an adapter."""

    task: str = "gap"
    seed: int = 0
    steps: int = 120
    batch_size: int = 32
    lr: float = 8e-3
    warm_up: int = 5  # steps
    evaluations: int = 6  # spread over the steps, beside the one before the first


@dataclass(frozen=True)
class TrainStep:
    """The model after `step` updates."""

    step: int
    loss: float  # of the batch that comes next, nats
    accuracy: float | None  # on held-out images, None at steps between evaluations


def train_adapter(model: Transformer, config: TrainConfig, held_out: Batch) -> Iterator[TrainStep]:
    """Train what is trainable with AdamW, yielding before the first update and after each one.

    Whoever iterates cancels by stopping. The bits depend on the configuration, the initial weights and torch.
    """
    use_one_thread()
    data = stream(config.seed, f"examples of {config.task}")
    optimizer = torch.optim.AdamW(trainable_parameters(model), lr=config.lr, weight_decay=0.0, fused=True)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: learning_rate(step, config))
    for step in range(config.steps + 1):
        evaluate = step % max(1, config.steps // config.evaluations) == 0 or step == config.steps
        accuracy = measure_accuracy(model, held_out) if evaluate else None
        loss = answer_loss(model, draw_task(config.task, config.batch_size, "train", data))
        yield TrainStep(step, loss.item(), accuracy)
        if step == config.steps:
            return
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        schedule.step()


def learning_rate(step: int, config: TrainConfig) -> float:
    """Return the factor on the learning rate: a short linear warm-up, then half a cosine to zero."""
    warm = min(1.0, (step + 1) / config.warm_up)
    return warm * 0.5 * (1 + math.cos(math.pi * step / config.steps))


def answer_loss(model: Transformer, batch: Batch) -> Tensor:
    """Return the cross-entropy of the right answers, nats."""
    return F.cross_entropy(model.next_word(batch.pictures, batch.words), batch.answers)


def gradient_norms(model: Transformer, batch: Batch) -> dict[str, float]:
    """Return the norm of the loss's gradient over all matrices of one name: {"lora_A": …, "lora_B": …}."""
    named = {name: p for name, p in model.named_parameters() if p.requires_grad}
    gradients = torch.autograd.grad(answer_loss(model, batch), list(named.values()))
    squares: dict[str, float] = {}
    for name, gradient in zip(named, gradients, strict=True):
        factor = next(part for part in name.split(".") if part.startswith("lora_"))
        squares[factor] = squares.get(factor, 0.0) + gradient.double().square().sum().item()
    return {factor: math.sqrt(total) for factor, total in squares.items()}


@torch.no_grad()
def predict(model: Transformer, batch: Batch, rows: int = 200) -> Tensor:
    """Return the logits behind each prompt (n, V), computed in chunks to bound memory."""
    words = torch.split(batch.words, rows)
    pictures = [None] * len(words) if batch.pictures is None else torch.split(batch.pictures, rows)
    return torch.cat([model.next_word(*chunk) for chunk in zip(pictures, words, strict=True)])


def measure_accuracy(model: Transformer, batch: Batch) -> float:
    """Return the share of right answers."""
    return share_right(predict(model, batch), batch)


def share_right(logits: Tensor, batch: Batch) -> float:
    """Return the share of rows whose likeliest word (n, V) is the answer."""
    return (logits.argmax(-1) == batch.answers).float().mean().item()


def held_out_task(task: str, rows: int = 400) -> Batch:
    """Return the examples of held-out images that every run of a task is measured on."""
    return draw_task(task, rows, "held_out", stream(0, f"held out of {task}"))


def held_out_base(rows: int = 400) -> Batch:
    """Return the questions of pre-training on held-out images that show what the base still knows."""
    return draw_base(rows, "held_out", stream(0, "held out of pre-training"))


def describe_environment() -> dict[str, str | int | bool]:
    """Say what the numbers of a run were computed on."""
    return {
        "torch": torch.__version__,
        "python": platform.python_version(),
        "machine": platform.machine(),
        "instructions": torch.backends.cpu.get_cpu_capability(),
        "threads": torch.get_num_threads(),
        "flush_denormal": True,
    }


def use_one_thread() -> None:
    """Fix what the bits of a run depend on beside its seed: one thread, denormals flushed to zero."""
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
