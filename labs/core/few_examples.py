"""Downstream training on a fixed number of examples."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor

from labs.core.data import Batch, draw_task, stream
from labs.core.lora import trainable_parameters
from labs.core.model import Transformer
from labs.core.training import TrainConfig, answer_loss, learning_rate, use_one_thread

POOL = 1024  # examples; the largest pool there is


def draw_pool(task: str, examples: int, seed: int) -> Batch:
    """Draw the examples that are all a run may learn from; a smaller pool is the start of a larger one."""
    full = draw_task(task, POOL, "train", stream(seed, f"pool of {task}"))
    return take(full, torch.arange(examples))


def take(batch: Batch, rows: Tensor) -> Batch:
    """Return some rows of a batch."""
    pictures = None if batch.pictures is None else batch.pictures[rows]
    return Batch(pictures, batch.words[rows], batch.answers[rows])


def train_on_pool(model: Transformer, config: TrainConfig, pool: Batch) -> Iterator[float]:
    """Train what is trainable with AdamW on batches drawn from the pool; yield the loss of each step."""
    use_one_thread()
    rows = stream(config.seed, f"rows of {config.task}")
    optimizer = torch.optim.AdamW(trainable_parameters(model), lr=config.lr, weight_decay=0.0, fused=True)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: learning_rate(step, config))
    for _ in range(config.steps):
        chosen = torch.randint(len(pool.answers), (config.batch_size,), generator=rows)
        loss = answer_loss(model, take(pool, chosen))
        yield loss.item()
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        schedule.step()
