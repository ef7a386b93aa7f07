"""Low-rank adaptation, written to be read.

h = W₀x + scaling · B A x, with W₀ (d, k) frozen, A (r, k) and B (d, r) trained, r far below d and k, and
scaling lora_alpha / r: Hu et al. 2021, "LoRA: Low-Rank Adaptation of Large Language Models", arXiv
2106.09685, §4.1. The names are those of Hugging Face's PEFT, so that adapter files and readers can move
between the two.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor, nn

ALL_LINEAR = ("q_proj", "k_proj", "v_proj", "o_proj", "fc1", "fc2")
Init = Literal["kaiming", "gaussian", "a_zero", "both_zero", "both_gaussian", "rows_tied"]


@dataclass(frozen=True)
class LoraConfig:
    """What to attach: PEFT's names and defaults, and the starts that the initialisation lab compares."""

    r: int = 8
    lora_alpha: float = 8
    target_modules: tuple[str, ...] = ALL_LINEAR
    init_lora_weights: Init = "kaiming"
    init_scale: float = 1.0  # ‖ΔW‖/‖W₀‖ at the start, for "both_gaussian" only
    use_rslora: bool = False

    @property
    def scaling(self) -> float:
        """Return lora_alpha / r, or lora_alpha / √r: rsLoRA, Kalajdzievski 2023, arXiv 2312.03732."""
        return self.lora_alpha / (math.sqrt(self.r) if self.use_rslora else self.r)


class LoRALinear(nn.Module):
    """A frozen linear with a trainable low-rank update beside it."""

    def __init__(self, base_layer: nn.Linear, config: LoraConfig, generator: torch.Generator) -> None:
        super().__init__()
        d, k = base_layer.weight.shape
        self.base_layer = base_layer
        self.lora_A = _linear(k, config.r)  # weight (r, k)
        self.lora_B = _linear(config.r, d)  # weight (d, r)
        self.scaling = config.scaling
        self.merged = False
        self.disabled = False
        INITS[config.init_lora_weights](self, generator)
        if config.init_lora_weights == "both_gaussian":
            self.rescale(config.init_scale)

    def forward(self, x: Tensor) -> Tensor:
        h: Tensor = self.base_layer(x)  # (B, T, k) → (B, T, d)
        if self.merged or self.disabled:
            return h
        delta: Tensor = self.lora_B(self.lora_A(x))  # (B, T, k) → (B, T, r) → (B, T, d)
        return h + delta * self.scaling

    def delta_weight(self) -> Tensor:
        """Return ΔW = scaling · B A, of the shape of W₀ (d, k) and of rank r at most."""
        delta: Tensor = self.lora_B.weight @ self.lora_A.weight * self.scaling
        return delta

    @torch.no_grad()
    def merge(self) -> None:
        """Add ΔW to W₀: from here on the layer costs what the base layer costs."""
        if not self.merged:
            self.base_layer.weight += self.delta_weight().to(self.base_layer.weight.dtype)
            self.merged = True

    @torch.no_grad()
    def unmerge(self) -> None:
        """Take ΔW out of W₀ again, up to rounding."""
        if self.merged:
            self.base_layer.weight -= self.delta_weight().to(self.base_layer.weight.dtype)
            self.merged = False

    @torch.no_grad()
    def rescale(self, ratio: float) -> None:
        """Scale A and B alike until ‖ΔW‖ is `ratio` · ‖W₀‖ (Frobenius)."""
        factor = ratio * self.base_layer.weight.norm() / self.delta_weight().norm()
        self.lora_A.weight *= factor.sqrt()
        self.lora_B.weight *= factor.sqrt()


def _linear(inputs: int, outputs: int) -> nn.Linear:
    """Make a linear without bias and without drawing from the global random state."""
    with torch.device("meta"):
        linear = nn.Linear(inputs, outputs, bias=False)
    return linear.to_empty(device="cpu")


# How A and B start. With one of them zero the update is zero and the model unchanged; that one gets a
# gradient, the other none yet: ∂L/∂B = s·G·(Ax)ᵀ, ∂L/∂A = s·Bᵀ·G·xᵀ. With both zero neither ever gets one.


def _kaiming(layer: LoRALinear, generator: torch.Generator) -> None:
    """A uniform ±1/√k, B zero: what loralib and PEFT do by default, not the paper's Gaussian."""
    nn.init.kaiming_uniform_(layer.lora_A.weight, a=math.sqrt(5), generator=generator)
    nn.init.zeros_(layer.lora_B.weight)


def _gaussian(layer: LoRALinear, generator: torch.Generator) -> None:
    """A normal with deviation 1/r, B zero: PEFT's "gaussian"; the paper names no deviation (§4.1)."""
    nn.init.normal_(layer.lora_A.weight, std=1 / len(layer.lora_A.weight), generator=generator)
    nn.init.zeros_(layer.lora_B.weight)


def _a_zero(layer: LoRALinear, generator: torch.Generator) -> None:
    """A zero, B uniform ±1/√r: the side that Hayou, Ghosh and Yu 2024, arXiv 2406.08447, call Init[B]."""
    nn.init.zeros_(layer.lora_A.weight)
    nn.init.kaiming_uniform_(layer.lora_B.weight, a=math.sqrt(5), generator=generator)


def _both_zero(layer: LoRALinear, generator: torch.Generator) -> None:
    """A and B zero: a saddle that gradient descent cannot leave."""
    nn.init.zeros_(layer.lora_A.weight)
    nn.init.zeros_(layer.lora_B.weight)


def _both_gaussian(layer: LoRALinear, generator: torch.Generator) -> None:
    """A and B normal; `rescale` sets the size of ΔW. Li et al. 2025, arXiv 2505.23194, study small ones."""
    nn.init.normal_(layer.lora_A.weight, generator=generator)
    nn.init.normal_(layer.lora_B.weight, generator=generator)


def _rows_tied(layer: LoRALinear, generator: torch.Generator) -> None:
    """Every row of A the same, B zero: r equal units stay equal, so ΔW keeps rank one. This is symmetry."""
    _kaiming(layer, generator)
    with torch.no_grad():
        layer.lora_A.weight.copy_(layer.lora_A.weight[:1].expand_as(layer.lora_A.weight))


INITS: dict[Init, Callable[[LoRALinear, torch.Generator], None]] = {
    "kaiming": _kaiming,
    "gaussian": _gaussian,
    "a_zero": _a_zero,
    "both_zero": _both_zero,
    "both_gaussian": _both_gaussian,
    "rows_tied": _rows_tied,
}


def attach(model: nn.Module, config: LoraConfig, generator: torch.Generator) -> None:
    """Freeze the model and put a LoRALinear around every target; raise ValueError when nothing matches."""
    if any(True for _ in lora_layers(model)):
        raise ValueError("an adapter is attached already: detach it first")
    targets = [
        (parent, name, child)
        for parent in model.modules()
        for name, child in parent.named_children()
        if name in config.target_modules and isinstance(child, nn.Linear)
    ]
    missing = set(config.target_modules) - {name for _, name, _ in targets}
    if missing or not targets:
        raise ValueError(f"no linear layer is called {', '.join(sorted(missing)) or '(nothing)'}")
    model.requires_grad_(False)
    for parent, name, child in targets:
        setattr(parent, name, LoRALinear(child, config, generator))


def detach(model: nn.Module) -> None:
    """Take the adapter off and thaw the base; what was merged is unmerged first."""
    unmerge(model)
    _unload(model)
    model.requires_grad_(True)


def merge_and_unload(model: nn.Module) -> None:
    """Merge the adapter and leave plain linears: the model runs exactly the operations of its base."""
    merge(model)
    _unload(model)


def _unload(model: nn.Module) -> None:
    """Put every base layer back in its place, with the weights it has now."""
    for parent in list(model.modules()):
        for name, child in list(parent.named_children()):
            if isinstance(child, LoRALinear):
                setattr(parent, name, child.base_layer)


def lora_layers(model: nn.Module) -> Iterator[tuple[str, LoRALinear]]:
    """List the adapted layers with their paths."""
    for name, module in model.named_modules():
        if isinstance(module, LoRALinear):
            yield name, module


def merge(model: nn.Module) -> None:
    """Merge every adapted layer (§4.1: no added latency, because W₀ + BA is stored)."""
    for _, layer in lora_layers(model):
        layer.merge()


def unmerge(model: nn.Module) -> None:
    """Unmerge every adapted layer."""
    for _, layer in lora_layers(model):
        layer.unmerge()


def disable(model: nn.Module) -> None:
    """Answer as the base: unmerge what is merged and leave every update out."""
    unmerge(model)
    for _, layer in lora_layers(model):
        layer.disabled = True


def enable(model: nn.Module) -> None:
    """Put the updates back in."""
    for _, layer in lora_layers(model):
        layer.disabled = False


def trainable_parameters(model: nn.Module) -> list[nn.Parameter]:
    """List the parameters that training changes."""
    return [parameter for parameter in model.parameters() if parameter.requires_grad]


def count_parameters(model: nn.Module) -> tuple[int, int]:
    """Return (trainable, all) parameters."""
    return sum(p.numel() for p in trainable_parameters(model)), sum(p.numel() for p in model.parameters())


def describe_parameters(model: nn.Module) -> str:
    """Say how many parameters are trainable, in PEFT's words."""
    trainable, total = count_parameters(model)
    share = 100 * trainable / total
    return f"trainable params: {trainable:,d} || all params: {total:,d} || trainable%: {share:.4f}"


@torch.no_grad()
def delta_ranks(model: nn.Module) -> dict[str, int]:
    """Return the numerical rank of each layer's ΔW, by path.

    Counted are singular values above 1e-5 of the largest, in float64: float32 products leave noise near 1e-7.
    """
    ranks = {}
    for name, layer in lora_layers(model):
        values = torch.linalg.svdvals(layer.delta_weight().double())
        ranks[name] = int((values > 1e-5 * values[0]).sum()) if values[0] > 0 else 0
    return ranks


@torch.no_grad()
def relative_update(model: nn.Module) -> float:
    """Return ‖ΔW‖/‖W₀‖ over all adapted layers together (Frobenius), unmerged."""
    deltas = math.fsum(layer.delta_weight().double().square().sum().item() for _, layer in lora_layers(model))
    bases = math.fsum(
        layer.base_layer.weight.double().square().sum().item() for _, layer in lora_layers(model)
    )
    return math.sqrt(deltas / bases)
