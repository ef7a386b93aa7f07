"""A small causal Transformer for the labs whose models are made from nothing in seconds."""

from __future__ import annotations

from typing import TypeVar

import torch
from torch import Tensor, nn

from labs.core.model import Block, ModelConfig, prefix_mask

Module = TypeVar("Module", bound=nn.Module)


class Decoder(nn.Module):
    """Blocks over vectors (B, T, d), each position seeing those before it; the user embeds and reads off."""

    def __init__(self, width: int, layers: int, heads: int = 4, mlp: int = 4) -> None:
        super().__init__()
        config = ModelConfig(width=width, heads=heads, mlp=mlp)
        self.blocks = nn.ModuleList(Block(config) for _ in range(layers))
        self.norm = nn.LayerNorm(width)

    def forward(self, x: Tensor) -> Tensor:
        mask = prefix_mask(0, x.shape[1])
        for block in self.blocks:
            x = block(x, mask)
        out: Tensor = self.norm(x)
        return out


@torch.no_grad()
def initialise(module: Module, generator: torch.Generator) -> Module:
    """Draw fresh weights: matrices normal with variance 1/fan-in, embeddings 0.1, biases zero."""
    for name, parameter in module.named_parameters():
        if name.endswith("bias"):
            parameter.zero_()
        elif "norm" in name:
            parameter.fill_(1)
        elif "embedding" in name:
            parameter.normal_(0, 0.1, generator=generator)
        else:
            parameter.normal_(0, parameter.shape[-1] ** -0.5, generator=generator)
    return module
