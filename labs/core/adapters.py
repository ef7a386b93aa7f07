"""Adapter files: PEFT's parameter names and configuration, in one safetensors file."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor, nn

from labs.core.lora import ALL_LINEAR, LoraConfig, attach, lora_layers

PREFIX = "base_model.model."


class AdapterError(ValueError):
    """Raised with everything that keeps a file from being an adapter of this model."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("; ".join(problems))


@dataclass(frozen=True)
class Adapter:
    """The trained matrices of one adapter and what is needed to attach them."""

    config: LoraConfig
    weights: dict[str, Tensor]  # "base_model.model.<path>.lora_A.weight" → (r, k), "….lora_B.weight" → (d, r)
    task: str
    base: str  # SHA-256 of the base it was trained on
    checksum: str  # SHA-256 of the file


def adapter_config(config: LoraConfig, task: str, base: str) -> dict[str, Any]:
    """Return what PEFT calls adapter_config.json."""
    return {
        "peft_type": "LORA",
        "r": config.r,
        "lora_alpha": config.lora_alpha,
        "lora_dropout": 0.0,
        "target_modules": list(config.target_modules),
        "use_rslora": config.use_rslora,
        "init_lora_weights": True,
        "bias": "none",
        "fan_in_fan_out": False,
        "inference_mode": True,
        "base_model_name_or_path": f"sha256:{base}",
        "task": task,
    }


def adapter_weights(model: nn.Module) -> dict[str, Tensor]:
    """Collect the matrices of the attached adapter under PEFT's names."""
    return {
        f"{PREFIX}{path}.{factor}.weight": getattr(layer, factor).weight.detach().clone()
        for path, layer in lora_layers(model)
        for factor in ("lora_A", "lora_B")
    }


def dump_adapter(model: nn.Module, config: LoraConfig, *, task: str, base: str) -> bytes:
    """Return the attached adapter as the bytes of a safetensors file."""
    metadata = {"adapter_config": json.dumps(adapter_config(config, task, base), sort_keys=True)}
    return save(adapter_weights(model), metadata)


def read_adapter(data: bytes) -> Adapter:
    """Read an adapter file; raise AdapterError when it is none."""
    try:
        weights = load(data)
        header = json.loads(data[8 : 8 + int.from_bytes(data[:8], "little")])
        stored = json.loads(header.get("__metadata__", {})["adapter_config"])
        config = LoraConfig(
            r=int(stored["r"]),
            lora_alpha=float(stored["lora_alpha"]),
            target_modules=tuple(name for name in ALL_LINEAR if name in stored["target_modules"]),
            use_rslora=bool(stored["use_rslora"]),
        )
        base = str(stored["base_model_name_or_path"]).removeprefix("sha256:")
        task = str(stored["task"])
    except (SafetensorError, KeyError, TypeError, ValueError) as error:
        raise AdapterError([f"not an adapter file: {error!r}"]) from error
    return Adapter(config, weights, task, base, hashlib.sha256(data).hexdigest())


def attach_adapter(model: nn.Module, adapter: Adapter) -> None:
    """Attach a stored adapter; raise AdapterError, with the model as it was, when it does not fit."""
    if adapter.config.r < 1 or not adapter.config.target_modules:
        raise AdapterError(["r must be at least 1 and target_modules name at least one layer"])
    problems = _misfits(model, adapter)
    if problems:
        raise AdapterError(problems)
    attach(model, adapter.config, torch.Generator().manual_seed(0))  # every value is overwritten below
    with torch.no_grad():
        for path, layer in lora_layers(model):
            layer.lora_A.weight.copy_(adapter.weights[f"{PREFIX}{path}.lora_A.weight"])
            layer.lora_B.weight.copy_(adapter.weights[f"{PREFIX}{path}.lora_B.weight"])


def _misfits(model: nn.Module, adapter: Adapter) -> list[str]:
    """List the matrices that are missing, left over, of another shape or not finite."""
    expected: dict[str, tuple[int, int]] = {}
    for path, module in model.named_modules():
        if isinstance(module, nn.Linear) and path.rsplit(".", 1)[-1] in adapter.config.target_modules:
            outputs, inputs = module.weight.shape
            expected[f"{PREFIX}{path}.lora_A.weight"] = (adapter.config.r, inputs)
            expected[f"{PREFIX}{path}.lora_B.weight"] = (outputs, adapter.config.r)
    problems = [f"missing: {name}" for name in expected if name not in adapter.weights]
    for name, value in adapter.weights.items():
        if name not in expected:
            problems.append(f"unknown: {name}")
        elif tuple(value.shape) != expected[name]:
            problems.append(f"{name}: shape {tuple(value.shape)}, expected {expected[name]}")
        elif not value.is_floating_point() or not torch.isfinite(value).all():
            problems.append(f"{name}: values must be finite numbers")
    return problems
