"""Many adapters in one batch: every row names its own, and one gathered product serves them all.

Merging cannot do this (Hu et al. 2021, §4.2); a loop over the adapters costs a pass through each linear for
every one of them. Here all A and all B of a layer lie in one tensor, ranks padded with zeros, and a row picks
its pair by number: h = W₀x + B[i] A[i] x. Compare Chen et al. 2023, "Punica", arXiv 2310.18547.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import torch
from torch import Tensor, nn

from labs.core.lora import LoRALinear, adapter_names, lora_layers


class BatchedLoRALinear(nn.Module):
    """A linear whose rows each get the update of the adapter they name."""

    def __init__(self, base_layer: nn.Linear, a: Tensor, b: Tensor) -> None:
        super().__init__()
        self.base_layer = base_layer
        self.register_buffer("a", a)  # (n, k, r), transposed for the product below
        self.register_buffer("b", b)  # (n, r, d), the scaling multiplied in
        self.chosen: tuple[Tensor, Tensor] | None = None

    def choose(self, rows: Tensor) -> None:
        """Gather the pair of every row: rows (B,)."""
        a, b = self.get_buffer("a"), self.get_buffer("b")
        self.chosen = a.index_select(0, rows), b.index_select(0, rows)  # (B, k, r), (B, r, d)

    def forward(self, x: Tensor) -> Tensor:
        h: Tensor = self.base_layer(x)  # (B, T, k) → (B, T, d)
        if self.chosen is None:
            return h
        a, b = self.chosen
        return torch.baddbmm(h, torch.bmm(x, a), b)  # (B, T, k) → (B, T, r) → (B, T, d)


@torch.no_grad()
def batch_adapters(model: nn.Module) -> list[str]:
    """Replace the adapted layers by batched ones and return the adapters' names by number.

    Every adapter of the model takes part, active or not; raises ValueError when there is none.
    """
    names = adapter_names(model)
    if not names:
        raise ValueError("the model has no adapter: add some first")
    for path, layer in list(lora_layers(model)):
        layer.unmerge()
        parent, _, child = path.rpartition(".")
        batched = BatchedLoRALinear(layer.base_layer, *_stack(layer, names))
        setattr(model.get_submodule(parent), child, batched)
    return names


def _stack(layer: LoRALinear, names: Sequence[str]) -> tuple[Tensor, Tensor]:
    """Return A (n + 1, k, r) and B (n + 1, r, d), ranks padded; the last pair is zero: no adapter."""
    r = max(len(layer.factors(name)[0]) for name in layer.scaling)
    weight = layer.base_layer.weight
    a = weight.new_zeros(len(names) + 1, layer.in_features, r)
    b = weight.new_zeros(len(names) + 1, r, layer.out_features)
    for number, name in enumerate(names):
        if name in layer.scaling:
            down, up = layer.factors(name)
            a[number, :, : len(down)] = down.T
            b[number, : len(down)] = up.T * layer.scaling[name]
    return a, b


def choose_adapters(model: nn.Module, names: Sequence[str], rows: Iterable[str | None]) -> None:
    """Say which adapter each row of the next batches names, None for the base; `names` as numbered.

    Raises ValueError for a name that is none of them.
    """
    numbers = {name: number for number, name in enumerate(names)}
    wanted = list(rows)
    unknown = sorted({row for row in wanted if row is not None and row not in numbers})
    if unknown:
        raise ValueError(f"no adapter {', '.join(unknown)}: there are {', '.join(names)}")
    chosen = torch.tensor([len(names) if row is None else numbers[row] for row in wanted])
    for layer in model.modules():
        if isinstance(layer, BatchedLoRALinear):
            layer.choose(chosen)
