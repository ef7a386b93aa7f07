"""Low-rank adaptation, written to be read.

h = W₀x + scaling · B A x, with W₀ (d, k) frozen, A (r, k) and B (d, r) trained, r far below d and k, and
scaling lora_alpha / r: Hu et al. 2021, "LoRA: Low-Rank Adaptation of Large Language Models", arXiv
2106.09685, §4.1. The names are those of Hugging Face's PEFT, so that adapter files and readers can move
between the two.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, cast

import torch
import torch.nn.functional as F
from torch import Tensor, nn

ALL_LINEAR = ("q_proj", "k_proj", "v_proj", "o_proj", "fc1", "fc2")
Init = Literal["kaiming", "gaussian", "a_zero", "both_zero", "both_gaussian", "rows_tied"]


DEFAULT = "default"  # PEFT's name for an adapter that was given none


@dataclass(frozen=True)
class LoraConfig:
    """What to attach: PEFT's names and defaults, and the starts that the initialisation lab compares.

    `target_modules` and the keys of both patterns are ends of module paths: "v_proj" means every one,
    "blocks.0.attention.v_proj" one of them. The first key that fits a layer sets its r or lora_alpha.
    """

    r: int = 8
    lora_alpha: float = 8
    target_modules: tuple[str, ...] = ALL_LINEAR
    init_lora_weights: Init = "kaiming"
    init_scale: float = 1.0  # ‖ΔW‖/‖W₀‖ at the start, for "both_gaussian" only
    use_rslora: bool = False
    rank_pattern: Mapping[str, int] = field(default_factory=dict)
    alpha_pattern: Mapping[str, float] = field(default_factory=dict)

    @property
    def scaling(self) -> float:
        """Return lora_alpha / r of the layers that no pattern names."""
        return self.scaling_of("")

    def rank_of(self, path: str) -> int:
        """Return the rank of the layer at this path."""
        return next((r for end, r in self.rank_pattern.items() if fits(path, end)), self.r)

    def scaling_of(self, path: str) -> float:
        """Return lora_alpha / r, or lora_alpha / √r: rsLoRA, Kalajdzievski 2023, arXiv 2312.03732."""
        alpha = next((a for end, a in self.alpha_pattern.items() if fits(path, end)), self.lora_alpha)
        r = self.rank_of(path)
        return alpha / (math.sqrt(r) if self.use_rslora else r)


def fits(path: str, end: str) -> bool:
    """Tell whether `end` is the whole path of a module or ends it at a dot."""
    return path == end or path.endswith(f".{end}")


class LoRALinear(nn.Module):
    """A frozen linear with trainable low-rank updates beside it, each known by its adapter's name."""

    def __init__(self, base_layer: nn.Linear) -> None:
        super().__init__()
        self.base_layer = base_layer
        self.in_features, self.out_features = base_layer.in_features, base_layer.out_features
        self.lora_A = nn.ModuleDict()  # adapter's name → linear with weight (r, k)
        self.lora_B = nn.ModuleDict()  # adapter's name → linear with weight (d, r)
        self.scaling: dict[str, float] = {}
        self.active_adapters: tuple[str, ...] = ()
        self.merged_adapters: tuple[str, ...] = ()
        self.disabled = False

    def forward(self, x: Tensor) -> Tensor:
        h: Tensor = self.base_layer(x)  # (B, T, k) → (B, T, d)
        if self.merged_adapters or self.disabled:
            return h
        for name in self.active_adapters:
            a, b = self.factors(name)
            delta = F.linear(F.linear(x, a), b)  # (B, T, k) → (B, T, r) → (B, T, d)
            scaling = self.scaling[name]
            h = h + (delta if scaling == 1 else delta * scaling)  # times 1 would change no bit
        return h

    def update_layer(self, name: str, r: int, scaling: float) -> None:
        """Make room for an adapter's A and B, frozen until it is used; the caller fills them."""
        d, k = self.base_layer.weight.shape
        dtype = self.base_layer.weight.dtype
        self.lora_A[name] = _linear(k, r, dtype).requires_grad_(False)
        self.lora_B[name] = _linear(r, d, dtype).requires_grad_(False)
        self.scaling[name] = scaling

    def factors(self, name: str = DEFAULT) -> tuple[Tensor, Tensor]:
        """Return A (r, k) and B (d, r) of one adapter."""
        return cast(nn.Linear, self.lora_A[name]).weight, cast(nn.Linear, self.lora_B[name]).weight

    def delta_weight(self, name: str = DEFAULT) -> Tensor:
        """Return ΔW = scaling · B A, of the shape of W₀ (d, k) and of rank r at most."""
        a, b = self.factors(name)
        return b @ a * self.scaling[name]

    @torch.no_grad()
    def merge(self) -> None:
        """Add ΔW of every active adapter to W₀: from here on the layer costs what the base layer costs."""
        if not self.merged_adapters:
            for name in self.active_adapters:
                self.base_layer.weight += self.delta_weight(name).to(self.base_layer.weight.dtype)
            self.merged_adapters = self.active_adapters

    @torch.no_grad()
    def unmerge(self) -> None:
        """Take what was merged out of W₀ again, up to rounding."""
        for name in self.merged_adapters[::-1]:
            self.base_layer.weight -= self.delta_weight(name).to(self.base_layer.weight.dtype)
        self.merged_adapters = ()

    def set_adapter(self, names: Sequence[str]) -> None:
        """Compute with these adapters from now on, those that this layer has; only they are trainable."""
        self.unmerge()
        self.active_adapters = tuple(name for name in names if name in self.lora_A)
        for name in self.lora_A:
            for factor in self.factors(name):
                factor.requires_grad_(name in self.active_adapters)

    def delete_adapter(self, name: str) -> None:
        """Forget an adapter."""
        self.set_adapter([active for active in self.active_adapters if active != name])
        del self.lora_A[name], self.lora_B[name], self.scaling[name]

    @torch.no_grad()
    def rescale(self, ratio: float, name: str = DEFAULT) -> None:
        """Scale A and B alike until ‖ΔW‖ is `ratio` · ‖W₀‖ (Frobenius)."""
        factor = ratio * self.base_layer.weight.norm() / self.delta_weight(name).norm()
        for matrix in self.factors(name):
            matrix.mul_(factor.sqrt())


def _linear(inputs: int, outputs: int, dtype: torch.dtype) -> nn.Linear:
    """Make a linear without bias and without drawing from the global random state."""
    with torch.device("meta"):
        linear = nn.Linear(inputs, outputs, bias=False, dtype=dtype)
    return linear.to_empty(device="cpu")


# How A and B start. With one of them zero the update is zero and the model unchanged; that one gets a
# gradient, the other none yet: ∂L/∂B = s·G·(Ax)ᵀ, ∂L/∂A = s·Bᵀ·G·xᵀ. With both zero neither ever gets one.


def _kaiming(a: Tensor, b: Tensor, generator: torch.Generator) -> None:
    """A uniform ±1/√k, B zero: what loralib and PEFT do by default, not the paper's Gaussian."""
    nn.init.kaiming_uniform_(a, a=math.sqrt(5), generator=generator)
    nn.init.zeros_(b)


def _gaussian(a: Tensor, b: Tensor, generator: torch.Generator) -> None:
    """A normal with deviation 1/r, B zero: PEFT's "gaussian"; the paper names no deviation (§4.1)."""
    nn.init.normal_(a, std=1 / len(a), generator=generator)
    nn.init.zeros_(b)


def _a_zero(a: Tensor, b: Tensor, generator: torch.Generator) -> None:
    """A zero, B uniform ±1/√r: the side that Hayou, Ghosh and Yu 2024, arXiv 2406.08447, call Init[B]."""
    nn.init.zeros_(a)
    nn.init.kaiming_uniform_(b, a=math.sqrt(5), generator=generator)


def _both_zero(a: Tensor, b: Tensor, generator: torch.Generator) -> None:
    """A and B zero: a saddle that gradient descent cannot leave."""
    nn.init.zeros_(a)
    nn.init.zeros_(b)


def _both_gaussian(a: Tensor, b: Tensor, generator: torch.Generator) -> None:
    """A and B normal; `rescale` sets the size of ΔW. Li et al. 2025, arXiv 2505.23194, study small ones."""
    nn.init.normal_(a, generator=generator)
    nn.init.normal_(b, generator=generator)


def _rows_tied(a: Tensor, b: Tensor, generator: torch.Generator) -> None:
    """Every row of A the same, B zero: r equal units stay equal, so ΔW keeps rank one. This is symmetry."""
    _kaiming(a, b, generator)
    with torch.no_grad():
        a.copy_(a[:1].expand_as(a))


INITS: dict[Init, Callable[[Tensor, Tensor, torch.Generator], None]] = {
    "kaiming": _kaiming,
    "gaussian": _gaussian,
    "a_zero": _a_zero,
    "both_zero": _both_zero,
    "both_gaussian": _both_gaussian,
    "rows_tied": _rows_tied,
}


def attach(model: nn.Module, config: LoraConfig, generator: torch.Generator, name: str = DEFAULT) -> None:
    """Freeze the model, add its first adapter and use it; ValueError when it has one or nothing matches."""
    if any(True for _ in lora_layers(model)):
        raise ValueError("an adapter is attached already: detach it first, or add another by name")
    add_adapter(model, name, config, generator)
    set_adapter(model, name)


def add_adapter(model: nn.Module, name: str, config: LoraConfig, generator: torch.Generator) -> None:
    """Freeze the model and put an adapter beside every target, not yet in use.

    Raises ValueError when the name cannot be used or is taken, or when a target is not there.
    """
    if not name or "." in name or hasattr(nn.ModuleDict, name):
        raise ValueError(f"{name!r} cannot name an adapter: a word without dots is needed")
    if name in adapter_names(model):
        raise ValueError(f"an adapter {name!r} is there already: delete it first")
    targets = target_layers(model, config.target_modules)
    if not any(True for _ in lora_layers(model)):
        model.requires_grad_(False)
    for path, layer in targets.items():
        wrapped = layer if isinstance(layer, LoRALinear) else _wrap(model, path, layer)
        wrapped.update_layer(name, config.rank_of(path), config.scaling_of(path))
        INITS[config.init_lora_weights](*wrapped.factors(name), generator)
        if config.init_lora_weights == "both_gaussian":
            wrapped.rescale(config.init_scale, name)


def target_layers(model: nn.Module, target_modules: Sequence[str]) -> dict[str, nn.Linear | LoRALinear]:
    """Return the linears that the targets name, by path, adapted or not; ValueError when one names none."""
    layers = {path: module for path, module in _linears(model) if any(fits(path, t) for t in target_modules)}
    missing = sorted(t for t in set(target_modules) if not any(fits(path, t) for path in layers))
    if missing or not layers:
        raise ValueError(f"no linear layer is called {', '.join(missing) or '(nothing)'}")
    return layers


def _linears(model: nn.Module) -> Iterator[tuple[str, nn.Linear | LoRALinear]]:
    """List the linears of a model, an adapted one as one, not its parts."""
    adapted = tuple(f"{path}." for path, _ in lora_layers(model))
    for path, module in model.named_modules():
        if isinstance(module, nn.Linear | LoRALinear) and not path.startswith(adapted):
            yield path, module


def _wrap(model: nn.Module, path: str, base_layer: nn.Linear) -> LoRALinear:
    """Put a LoRALinear in the place of a linear."""
    parent, _, child = path.rpartition(".")
    wrapped = LoRALinear(base_layer).train(base_layer.training)
    setattr(model.get_submodule(parent), child, wrapped)
    return wrapped


def adapter_names(model: nn.Module) -> list[str]:
    """List the names of the model's adapters in alphabetical order."""
    return sorted({name for _, layer in lora_layers(model) for name in layer.scaling})


def set_adapter(model: nn.Module, names: str | Sequence[str]) -> None:
    """Compute with one adapter or with the sum of several, Σ scalingᵢ Bᵢ Aᵢ; ValueError for unknown names."""
    wanted = [names] if isinstance(names, str) else list(names)
    unknown = [name for name in wanted if name not in adapter_names(model)]
    if unknown:
        raise ValueError(f"no adapter {', '.join(unknown)}: there are {', '.join(adapter_names(model))}")
    for _, layer in lora_layers(model):
        layer.set_adapter(wanted)


def delete_adapter(model: nn.Module, name: str) -> None:
    """Forget an adapter; what was merged is unmerged first. Raises ValueError for an unknown name."""
    if name not in adapter_names(model):
        raise ValueError(f"no adapter {name}: there are {', '.join(adapter_names(model))}")
    unmerge(model)
    for _, layer in lora_layers(model):
        if name in layer.scaling:
            layer.delete_adapter(name)


@torch.no_grad()
def add_weighted_adapter(
    model: nn.Module, adapters: Sequence[str], weights: Sequence[float], name: str
) -> LoraConfig:
    """Add the mix ΔW = Σ wᵢ·scalingᵢ·BᵢAᵢ as one adapter, and return its configuration.

    The factors are put side by side, A = [w₁s₁A₁; w₂s₂A₂; …] and B = [B₁ B₂ …], so that ranks add up and no
    Bᵢ ever meets an Aⱼ: PEFT's combination_type "cat". Its "linear" forms (ΣB)(ΣA), with cross terms.
    """
    unknown = [adapter for adapter in adapters if adapter not in adapter_names(model)]
    if unknown or not adapters or len(set(adapters)) != len(adapters):
        raise ValueError(f"cannot mix {', '.join(adapters) or 'nothing'}: name each existing adapter once")
    mixed = {
        path: [
            (layer, adapter, w)
            for adapter, w in zip(adapters, weights, strict=True)
            if adapter in layer.scaling
        ]
        for path, layer in lora_layers(model)
    }
    ranks = {
        path: sum(len(layer.factors(adapter)[0]) for layer, adapter, _ in parts)
        for path, parts in mixed.items()
        if parts
    }
    largest = max(ranks.values())
    smaller = {path: r for path, r in ranks.items() if r < largest}
    config = LoraConfig(largest, largest, tuple(ranks), rank_pattern=smaller, alpha_pattern=smaller)
    add_adapter(model, name, config, torch.Generator().manual_seed(0))  # every value is overwritten below
    for path in ranks:
        a, b = mixed[path][0][0].factors(name)
        a.copy_(torch.cat([w * layer.scaling[n] * layer.factors(n)[0] for layer, n, w in mixed[path]]))
        b.copy_(torch.cat([layer.factors(n)[1] for layer, n, _ in mixed[path]], dim=1))
    return config


def detach(model: nn.Module) -> None:
    """Take all adapters off and thaw the base; what was merged is unmerged first."""
    unmerge(model)
    _unload(model)
    model.requires_grad_(True)


def merge_and_unload(model: nn.Module) -> None:
    """Merge what is active and leave plain linears: the model runs exactly the operations of its base."""
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
def delta_ranks(model: nn.Module, name: str = DEFAULT) -> dict[str, int]:
    """Return the numerical rank of each layer's ΔW of one adapter, by path.

    Counted are singular values above 1e-5 of the largest, in float64: float32 products leave noise near 1e-7.
    """
    ranks = {}
    for path, layer in lora_layers(model):
        values = torch.linalg.svdvals(layer.delta_weight(name).double())
        ranks[path] = int((values > 1e-5 * values[0]).sum()) if values[0] > 0 else 0
    return ranks


@torch.no_grad()
def relative_update(model: nn.Module, name: str = DEFAULT) -> float:
    """Return ‖ΔW‖/‖W₀‖ over all layers of one adapter together (Frobenius), unmerged."""
    deltas = math.fsum(
        layer.delta_weight(name).double().square().sum().item() for _, layer in lora_layers(model)
    )
    bases = math.fsum(
        layer.base_layer.weight.double().square().sum().item() for _, layer in lora_layers(model)
    )
    return math.sqrt(deltas / bases)
