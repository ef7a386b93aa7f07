"""Train many adapters in one pass: they share the frozen base, so their batches are stacked into one.

Every adapter has its own rows, factors, scaling and learning rate; no gradient leads from one to another, so
each learns what it would learn alone, up to rounding. Ranks are padded with zeros, and an adapter that
leaves a layer alone has zeros for both factors there: the saddle of `both_zero` keeps them at zero exactly.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from labs.core.data import Batch, draw_task, stream
from labs.core.lora import LoraConfig, attach, lora_layers
from labs.core.model import Transformer
from labs.core.training import TrainConfig, learning_rate, use_one_thread

BETAS, EPS = (0.9, 0.999), 1e-8  # AdamW's, without weight decay


@dataclass(frozen=True)
class Arm:
    """One adapter of a sweep."""

    name: str
    config: LoraConfig
    lr: float
    task: str


@dataclass(frozen=True)
class SweepStep:
    """All adapters after `step` updates, in the order of the arms."""

    step: int
    losses: list[float]  # of the batch that comes next, nats
    accuracies: list[float] | None  # on held-out images, None before training and between evaluations


class StackedLoRALinear(nn.Module):
    """A frozen linear with K adapters; rows come in K equal groups, one for each."""

    def __init__(self, base_layer: nn.Linear, a: Tensor, b: Tensor, scaling: Tensor) -> None:
        super().__init__()
        self.base_layer = base_layer
        self.a = nn.Parameter(a)  # (K, r, k)
        self.b = nn.Parameter(b)  # (K, d, r)
        self.register_buffer("scaling", scaling)  # (K, 1, 1)

    def forward(self, x: Tensor) -> Tensor:
        h: Tensor = self.base_layer(x)  # (K·B, T, k) → (K·B, T, d)
        groups = x.reshape(len(self.a), -1, x.shape[-1])  # (K, B·T, k)
        low = torch.bmm(groups, self.a.mT) * self.get_buffer("scaling")  # (K, B·T, r)
        return torch.baddbmm(h.view(*groups.shape[:2], -1), low, self.b.mT).view_as(h)


class Sweep:
    """A base with K adapters that train side by side."""

    def __init__(self, base: Transformer, arms: Sequence[Arm], seed: int) -> None:
        self.base, self.arms = base, tuple(arms)
        singles = [self._fresh(arm, seed) for arm in arms]
        self.model = copy.deepcopy(base).requires_grad_(False)
        adapted = sorted({path for single in singles for path in single})
        self.layers = {path: _stack(self.model, path, singles) for path in adapted}
        self._flatten()

    def _fresh(self, arm: Arm, seed: int) -> dict[str, tuple[Tensor, Tensor, float]]:
        """Return A, B and the scaling of each layer of an adapter as `attach` makes it."""
        model = copy.deepcopy(self.base)
        attach(model, arm.config, stream(seed, "initial adapter"))
        return {path: (*layer.factors(), layer.scaling["default"]) for path, layer in lora_layers(model)}

    def _flatten(self) -> None:
        """Lay all parameters end to end in one tensor, and all gradients in another: one update for all."""
        parameters = [p for layer in self.layers.values() for p in (layer.a, layer.b)]
        rates = torch.tensor([arm.lr for arm in self.arms])
        self.rates = torch.cat([rates.repeat_interleave(p[0].numel()) for p in parameters])
        self.values = torch.cat([p.detach().flatten() for p in parameters])
        self.gradients, self.mean, self.square = (torch.zeros_like(self.values) for _ in range(3))
        self.updates = 0
        sizes = [p.numel() for p in parameters]
        for parameter, value, gradient in zip(
            parameters, torch.split(self.values, sizes), torch.split(self.gradients, sizes), strict=True
        ):
            parameter.data = value.view_as(parameter)
            parameter.grad = gradient.view_as(parameter)

    def losses(self, batches: Mapping[str, Batch]) -> Tensor:
        """Return the mean cross-entropy of each adapter on its task's batch (K,)."""
        logits = self._logits(batches)  # (K, B, V)
        answers = torch.stack([batches[arm.task].answers for arm in self.arms])
        return (
            F.cross_entropy(logits.flatten(0, 1), answers.flatten(), reduction="none")
            .view(logits.shape[:2])
            .mean(1)
        )

    def _logits(self, batches: Mapping[str, Batch]) -> Tensor:
        words = torch.cat([batches[arm.task].words for arm in self.arms])
        pictures = torch.cat([_pictures(batches[arm.task]) for arm in self.arms])
        logits = self.model.next_word(pictures, words)
        return logits.view(len(self.arms), -1, logits.shape[-1])

    @torch.no_grad()
    def accuracies(self, held_out: Mapping[str, Batch], rows: int = 50) -> list[float]:
        """Return the share of right answers of each adapter, computed in chunks to bound memory."""
        right = torch.zeros(len(self.arms))
        total = len(next(iter(held_out.values())).words)
        for first in range(0, total, rows):
            chunk = {task: _slice(batch, first, first + rows) for task, batch in held_out.items()}
            answers = torch.stack([chunk[arm.task].answers for arm in self.arms])
            right += (self._logits(chunk).argmax(-1) == answers).sum(1)
        return [count / total for count in right.tolist()]

    @torch.no_grad()
    def update(self, factor: float) -> None:
        """Take one step of AdamW, every adapter with its own learning rate times `factor`."""
        self.updates += 1
        first, second = BETAS
        self.mean.lerp_(self.gradients, 1 - first)
        self.square.mul_(second).addcmul_(self.gradients, self.gradients, value=1 - second)
        root = (self.square / (1 - second**self.updates)).sqrt_().add_(EPS)
        self.values -= self.rates * (factor / (1 - first**self.updates)) * (self.mean / root)

    def single(self, number: int) -> Transformer:
        """Return the base with one of the adapters attached."""
        arm, model = self.arms[number], copy.deepcopy(self.base)
        attach(model, arm.config, stream(0, "initial adapter"))  # every value is overwritten below
        with torch.no_grad():
            for path, layer in lora_layers(model):
                a, b = layer.factors()
                a.copy_(self.layers[path].a[number, : len(a)])
                b.copy_(self.layers[path].b[number, :, : len(a)])
        return model


def train_sweep(sweep: Sweep, train: TrainConfig, held_out: Mapping[str, Batch]) -> Iterator[SweepStep]:
    """Train all adapters, yielding before the first update and after each one; each task's examples are those
    that `train_adapter` draws. `train.task` and `train.lr` are not used: the arms say them.
    """
    use_one_thread()
    data = {task: stream(train.seed, f"examples of {task}") for task in held_out}
    for step in range(train.steps + 1):
        evaluate = step and (step % max(1, train.steps // train.evaluations) == 0 or step == train.steps)
        accuracies = sweep.accuracies(held_out) if evaluate else None
        batches = {task: draw_task(task, train.batch_size, "train", data[task]) for task in data}
        losses = sweep.losses(batches)
        yield SweepStep(step, losses.tolist(), accuracies)
        if step == train.steps:
            return
        sweep.gradients.zero_()
        losses.sum().backward()  # type: ignore[no-untyped-call]
        sweep.update(learning_rate(step, train))


def _stack(
    model: Transformer, path: str, singles: Sequence[Mapping[str, tuple[Tensor, Tensor, float]]]
) -> StackedLoRALinear:
    """Put the adapters' factors of one layer into one, in the place of the linear."""
    base_layer = model.get_submodule(path)
    assert isinstance(base_layer, nn.Linear)
    r = max(len(single[path][0]) for single in singles if path in single)
    a = torch.zeros(len(singles), r, base_layer.in_features)
    b = torch.zeros(len(singles), base_layer.out_features, r)
    scaling = torch.zeros(len(singles), 1, 1)
    for number, single in enumerate(singles):
        if path in single:
            down, up, scale = single[path]
            a[number, : len(down)], b[number, :, : len(down)] = down.detach(), up.detach()
            scaling[number] = scale
    parent, _, child = path.rpartition(".")
    stacked = StackedLoRALinear(base_layer, a, b, scaling)
    setattr(model.get_submodule(parent), child, stacked)
    return stacked


def _pictures(batch: Batch) -> Tensor:
    assert batch.pictures is not None  # every downstream task has them
    return batch.pictures


def _slice(batch: Batch, first: int, last: int) -> Batch:
    return Batch(_pictures(batch)[first:last], batch.words[first:last], batch.answers[first:last])
