"""Trained prompts: vectors before the input, or keys and values before those of every layer.

Soft prompt: Lester et al. 2021, arXiv 2104.08691. P-tuning: Liu et al. 2021, arXiv 2103.10385, the same
vectors out of a small encoder. Prefix: Li and Liang 2021, arXiv 2101.00190. All of them lengthen the context.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from labs.core.model import Attention, Block, Transformer, prefix_mask


class SoftPrompt(nn.Module):
    """Vectors that are trained themselves."""

    def __init__(self, length: int, width: int, generator: torch.Generator) -> None:
        super().__init__()
        self.vectors = nn.Parameter(torch.randn(length, width, generator=generator) * 0.1)  # (m, d)

    def forward(self) -> Tensor:
        return self.vectors


class PromptEncoder(SoftPrompt):
    """Vectors that a two-layer network makes: P-tuning trains the network with them."""

    def __init__(self, length: int, width: int, generator: torch.Generator) -> None:
        super().__init__(length, width, generator)
        draw = [torch.randn(width, width, generator=generator) * width**-0.5 for _ in range(2)]
        self.first, self.second = nn.Parameter(draw[0]), nn.Parameter(draw[1])  # (d, d)
        self.first_bias, self.second_bias = nn.Parameter(torch.zeros(width)), nn.Parameter(torch.zeros(width))

    def forward(self) -> Tensor:
        hidden = F.gelu(F.linear(self.vectors, self.first, self.first_bias))
        return F.linear(hidden, self.second, self.second_bias)  # (m, d)


class PromptedTransformer(Transformer):
    """A frozen model whose input begins with a trained prompt."""

    def __init__(self, base: Transformer, prompt: SoftPrompt) -> None:
        nn.Module.__init__(self)  # the parts are those of the base: none is made anew
        self.config = base.config
        base.requires_grad_(False)
        for name, part in base.named_children():
            self.add_module(name, part)
        self.position = base.position
        self.prompt = prompt

    def embed(self, pictures: Tensor | None, words: Tensor) -> tuple[Tensor, Tensor]:
        """Return the input stream (B, m + 8 + T, d) and its mask, where a prompt counts as patches do."""
        x, _ = super().embed(pictures, words)
        prompt: Tensor = self.prompt()
        x = torch.cat((prompt.expand(len(x), -1, -1), x), dim=1)
        return x, prefix_mask(x.shape[1] - words.shape[1], words.shape[1])


class PrefixAttention(Attention):
    """A frozen attention with trained keys and values before the others."""

    def __init__(self, base: Attention, length: int, generator: torch.Generator) -> None:
        nn.Module.__init__(self)
        self.heads = base.heads
        for name, part in base.named_children():
            self.add_module(name, part)
        width = base.q_proj.in_features
        draw = torch.randn(2, length, width, generator=generator) * 0.1
        self.keys, self.values = nn.Parameter(draw[0].clone()), nn.Parameter(draw[1].clone())  # (m, d)

    def forward(self, x: Tensor, seen: Tensor, mask: Tensor) -> Tensor:
        keys, values = (part.expand(len(x), -1, -1) for part in (self.keys, self.values))
        q = self._split(self.q_proj(x))
        k = self._split(torch.cat((keys, self.k_proj(seen)), dim=1))  # (B, H, m + T, d/H)
        v = self._split(torch.cat((values, self.v_proj(seen)), dim=1))
        every = mask.new_ones(len(mask), len(self.keys))
        y = F.scaled_dot_product_attention(q, k, v, attn_mask=torch.cat((every, mask), dim=1))
        out: Tensor = self.o_proj(y.transpose(1, 2).flatten(2))
        return out


def add_soft_prompt(model: Transformer, length: int, generator: torch.Generator) -> Transformer:
    """Freeze the model and train `length` vectors before its input."""
    return PromptedTransformer(model, SoftPrompt(length, model.config.width, generator))


def add_p_tuning(model: Transformer, length: int, generator: torch.Generator) -> Transformer:
    """Freeze the model and train an encoder that makes `length` vectors before its input."""
    return PromptedTransformer(model, PromptEncoder(length, model.config.width, generator))


def add_prefix(model: Transformer, length: int, generator: torch.Generator) -> Transformer:
    """Freeze the model and train `length` keys and values before those of every layer."""
    model.requires_grad_(False)
    for block in model.blocks:
        assert isinstance(block, Block)
        block.attention = PrefixAttention(block.attention, length, generator)
    return model
