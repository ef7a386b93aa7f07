"""Where the model looks when it answers: the attention of the last position, layer by layer.

Attention weights say what a layer read from, not what decided the answer: Jain and Wallace 2019, arXiv
1902.10186. Heads are averaged; a layer's weights over all positions sum to one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from torch import Tensor

from labs.core.model import Attention, Block, Transformer

PATCH_ROWS = 2  # of 4×4 patches in a picture of 8×16


@dataclass(frozen=True)
class Look:
    """How much of its attention the last position of one row gives to each patch and to each word."""

    patches: tuple[tuple[float, ...], ...] | None  # 2 rows of 4; None without a picture
    words: tuple[float, ...]


@dataclass
class Watched:
    """What was recorded: one tensor for each layer of the first pass, then of the second, …"""

    count: int  # layers
    layers: list[Tensor] = field(default_factory=list)  # (B, T), heads averaged

    def looks(self, row: int, words: int) -> tuple[Look, ...]:
        """Return the looks of one row in the first pass, layer by layer; its last positions are words."""
        return tuple(_look(layer[row].tolist(), words) for layer in self.layers[: self.count])


@contextmanager
def watch_attention(model: Transformer) -> Iterator[Watched]:
    """Record where the last position looks in each layer of the passes within."""
    watched = Watched(len(model.blocks))

    def record(attention: Any, given: tuple[Tensor, Tensor, Tensor]) -> None:
        x, seen, mask = given
        weights = attention.weights(x[:, -1:], seen, mask[-1:])  # (B, H, 1, T)
        watched.layers.append(weights[:, :, 0].mean(1))

    hooks = []
    for block in model.blocks:
        assert isinstance(block, Block)
        assert isinstance(block.attention, Attention)
        hooks.append(block.attention.register_forward_pre_hook(record))
    try:
        yield watched
    finally:
        for hook in hooks:
            hook.remove()


def mean_look(looks: Sequence[Look]) -> Look:
    """Average the looks of several layers."""
    words = tuple(sum(parts) / len(looks) for parts in zip(*(look.words for look in looks), strict=True))
    flat = [sum(look.patches, ()) for look in looks if look.patches is not None]
    if not flat:
        return Look(None, words)
    return Look(_rows([sum(parts) / len(flat) for parts in zip(*flat, strict=True)]), words)


def _look(shares: list[float], words: int) -> Look:
    patches = shares[: len(shares) - words]
    return Look(_rows(patches) if patches else None, tuple(shares[len(shares) - words :]))


def _rows(patches: list[float]) -> tuple[tuple[float, ...], ...]:
    width = len(patches) // PATCH_ROWS
    return tuple(tuple(patches[row * width : (row + 1) * width]) for row in range(PATCH_ROWS))
