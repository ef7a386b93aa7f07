"""Many adapters in one batch: every row names its own, and one gathered product serves them all.

Merging cannot do this (Hu et al. 2021, §4.2); a loop over the adapters costs a pass through each linear for
every one of them. Here all A and all B of a layer lie in one tensor, ranks padded with zeros, and a row picks
its pair by number: h = W₀x + B[i] A[i] x. Compare Chen et al. 2023, "Punica", arXiv 2310.18547.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import torch
from torch import Tensor, nn

from labs.core.lora import LoRALinear, adapter_names, lora_layers

Updates = Mapping[str, tuple[Tensor, Tensor]]  # path of a layer → A (r, k) and scaling · B (d, r)


class BatchedLoRALinear(nn.Module):
    """A linear whose rows each get the update of the adapter they name."""

    def __init__(self, base_layer: nn.Linear) -> None:
        super().__init__()
        self.base_layer = base_layer
        self.pairs: tuple[Tensor, Tensor] | None = None  # A (n + 1, k, r) and B (n + 1, r, d), the last zero
        self.rows: Tensor | None = None  # number of each row's pair (B,)

    def load(self, updates: Sequence[tuple[Tensor, Tensor] | None]) -> None:
        """Lay the pairs of n adapters into one tensor, ranks padded; None leaves this layer alone."""
        self.rows = self.pairs = None
        r = max((len(pair[0]) for pair in updates if pair is not None), default=0)
        if not r:
            return
        d, k = self.base_layer.weight.shape
        a = self.base_layer.weight.new_zeros(len(updates) + 1, k, r)
        b = self.base_layer.weight.new_zeros(len(updates) + 1, r, d)
        for number, pair in enumerate(updates):
            if pair is not None:
                down, up = pair
                a[number, :, : len(down)] = down.T
                b[number, : len(down)] = up.T
        self.pairs = a, b

    def choose(self, rows: Tensor) -> None:
        """Say which pair each row of the next batches gets: rows (B,)."""
        self.rows = rows

    def forward(self, x: Tensor) -> Tensor:
        h: Tensor = self.base_layer(x)  # (B, T, k) → (B, T, d)
        if self.pairs is None or self.rows is None:
            return h
        # Gathered layer by layer, the pairs are in the cache when they are multiplied: gathering those of all
        # layers before the pass took longer. In place, h is not copied.
        a, b = (factor.index_select(0, self.rows) for factor in self.pairs)  # (B, k, r), (B, r, d)
        return h.baddbmm_(torch.bmm(x, a), b)  # (B, T, k) → (B, T, r) → (B, T, d)


def wrap_linears(model: nn.Module, targets: Iterable[str]) -> None:
    """Put batched layers, still without adapters, in the place of the model's linears at these paths."""
    for path in targets:
        layer = model.get_submodule(path)
        parent, _, child = path.rpartition(".")
        base_layer = layer.base_layer if isinstance(layer, LoRALinear) else layer
        assert isinstance(base_layer, nn.Linear)
        setattr(model.get_submodule(parent), child, BatchedLoRALinear(base_layer))


@torch.no_grad()
def load_updates(model: nn.Module, adapters: Sequence[Updates]) -> None:
    """Load the updates of n adapters, to be named by number from now on."""
    for path, layer in model.named_modules():
        if isinstance(layer, BatchedLoRALinear):
            layer.load([updates.get(path) for updates in adapters])


def choose_rows(model: nn.Module, rows: Sequence[int | None], count: int) -> None:
    """Say which of the `count` adapters each row of the next batches names, None for the base."""
    chosen = torch.tensor([count if row is None else row for row in rows])
    for layer in model.modules():
        if isinstance(layer, BatchedLoRALinear):
            layer.choose(chosen)


def mix_updates(parts: Sequence[tuple[Updates, float]]) -> Updates:
    """Return Σ wᵢ ΔWᵢ as one adapter: A = [A₁; A₂; …], B = [w₁B₁ w₂B₂ …], so that no Bᵢ meets an Aⱼ."""
    paths = sorted({path for updates, _ in parts for path in updates})
    mixed = {}
    for path in paths:
        pairs = [(*updates[path], weight) for updates, weight in parts if path in updates]
        mixed[path] = (
            torch.cat([a for a, _, _ in pairs]),  # (r₁ + r₂ + …, k)
            torch.cat([b * weight for _, b, weight in pairs], dim=1),  # (d, r₁ + r₂ + …)
        )
    return mixed


@torch.no_grad()
def batch_adapters(model: nn.Module) -> list[str]:
    """Replace the adapted layers by batched ones and return the adapters' names by number.

    Every adapter of the model takes part, active or not; raises ValueError when there is none.
    """
    names = adapter_names(model)
    if not names:
        raise ValueError("the model has no adapter: add some first")
    layers = dict(lora_layers(model))
    for layer in layers.values():
        layer.unmerge()
    updates = [_updates_of(layers, name) for name in names]
    wrap_linears(model, layers)
    load_updates(model, updates)
    return names


def _updates_of(layers: Mapping[str, LoRALinear], name: str) -> Updates:
    """Return the updates of one adapter of a model."""
    found = {}
    for path, layer in layers.items():
        if name in layer.scaling:
            a, b = layer.factors(name)
            found[path] = a.detach(), b.detach() * layer.scaling[name]
    return found


def choose_adapters(model: nn.Module, names: Sequence[str], rows: Iterable[str | None]) -> None:
    """Say which adapter each row of the next batches names, None for the base; `names` as numbered.

    Raises ValueError for a name that is none of them.
    """
    numbers = {name: number for number, name in enumerate(names)}
    wanted = list(rows)
    unknown = sorted({row for row in wanted if row is not None and row not in numbers})
    if unknown:
        raise ValueError(f"no adapter {', '.join(unknown)}: there are {', '.join(names)}")
    choose_rows(model, [None if row is None else numbers[row] for row in wanted], len(names))
