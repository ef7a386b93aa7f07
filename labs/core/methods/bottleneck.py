"""Bottleneck adapters: Houlsby et al. 2019, arXiv 1902.00751."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from labs.core.model import Block, Transformer


class Bottleneck(nn.Module):
    """A module followed by x + up(gelu(down(x))): depth is added, and no merging takes it away again."""

    def __init__(self, inner: nn.Module, width: int, size: int, generator: torch.Generator) -> None:
        super().__init__()
        self.inner = inner
        self.down = nn.Parameter(torch.randn(size, width, generator=generator) * width**-0.5)  # (m, d)
        self.down_bias = nn.Parameter(torch.zeros(size))
        self.up = nn.Parameter(torch.zeros(width, size))  # (d, m); zero: a fresh adapter changes nothing
        self.up_bias = nn.Parameter(torch.zeros(width))

    def forward(self, *given: Tensor) -> Tensor:
        x: Tensor = self.inner(*given)  # (B, T, d)
        low = F.gelu(F.linear(x, self.down, self.down_bias))  # (B, T, m)
        return x + F.linear(low, self.up, self.up_bias)


def add_bottlenecks(model: Transformer, size: int, generator: torch.Generator) -> Transformer:
    """Freeze the model and put an adapter of `size` units behind attention and MLP of every block."""
    model.requires_grad_(False)
    width = model.config.width
    for block in model.blocks:
        assert isinstance(block, Block)
        for name in ("attention", "mlp"):
            setattr(block, name, Bottleneck(getattr(block, name), width, size, generator))
    return model
