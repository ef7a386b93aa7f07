"""Adapter files in PEFT's own format: a folder of ours loads in PEFT, and one of PEFT's here.

A folder holds adapter_config.json and adapter_model.safetensors. The safetensors file carries the
configuration in its metadata too, so that it can also travel alone.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor, nn

from labs.core.adapter_file import CONFIG_FILE, WEIGHTS_FILE, AdapterError, config_file, header_of
from labs.core.batched import Updates
from labs.core.lora import DEFAULT, LoraConfig, add_adapter, lora_layers, set_adapter, target_layers

PREFIX = "base_model.model."
PATH_END = re.compile(r"\w+(\.\w+)*")
# What PEFT can also do and these layers do not: a file that asks for it would compute something else here.
UNSUPPORTED: dict[str, tuple[object, ...]] = {
    "bias": ("none",),
    "fan_in_fan_out": (False,),
    "init_lora_weights": (True, False, "gaussian"),  # others change the base's weights
    "use_dora": (False,),
    "use_qalora": (False,),
    "use_bdlora": (None, False),
    "lora_bias": (False,),
    "modules_to_save": (None, []),
    "layer_replication": (None,),
    "layers_to_transform": (None, []),
    "exclude_modules": (None, []),
    "target_parameters": (None, []),
    "trainable_token_indices": (None, []),
    "alora_invocation_tokens": (None, []),
}


@dataclass(frozen=True)
class Adapter:
    """The trained matrices of one adapter and what is needed to attach them."""

    config: LoraConfig
    weights: dict[str, Tensor]  # "base_model.model.<path>.lora_A.weight" → (r, k), "….lora_B.weight" → (d, r)
    task: str
    base: str  # SHA-256 of the base it was trained on
    checksum: str  # SHA-256 of the file


def adapter_config(config: LoraConfig, base: str) -> dict[str, Any]:
    """Return what PEFT calls adapter_config.json."""
    return {
        "peft_type": "LORA",
        "r": config.r,
        "lora_alpha": config.lora_alpha,
        "lora_dropout": 0.0,
        "target_modules": list(config.target_modules),
        "rank_pattern": dict(config.rank_pattern),
        "alpha_pattern": dict(config.alpha_pattern),
        "use_rslora": config.use_rslora,
        "init_lora_weights": True,
        "bias": "none",
        "fan_in_fan_out": False,
        "inference_mode": True,
        "base_model_name_or_path": f"sha256:{base}",
    }


def adapter_weights(model: nn.Module, name: str = DEFAULT) -> dict[str, Tensor]:
    """Collect the matrices of an attached adapter under PEFT's names."""
    return {
        f"{PREFIX}{path}.{factor}.weight": matrix.detach().clone()
        for path, layer in lora_layers(model)
        if name in layer.scaling
        for factor, matrix in zip(("lora_A", "lora_B"), layer.factors(name), strict=True)
    }


def dump_adapter(model: nn.Module, config: LoraConfig, *, task: str, base: str, name: str = DEFAULT) -> bytes:
    """Return an attached adapter as the bytes of a safetensors file."""
    stored = {**adapter_config(config, base), "task": task}
    return save(adapter_weights(model, name), {"adapter_config": json.dumps(stored, sort_keys=True)})


def save_adapter(
    model: nn.Module, folder: Path, config: LoraConfig, *, task: str, base: str, name: str = DEFAULT
) -> None:
    """Write an attached adapter as a folder that PEFT's `PeftModel.from_pretrained` loads."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / CONFIG_FILE).write_bytes(config_file(adapter_config(config, base)))
    (folder / WEIGHTS_FILE).write_bytes(dump_adapter(model, config, task=task, base=base, name=name))


def load_adapter(folder: Path) -> Adapter:
    """Read a folder that `save_adapter` or PEFT wrote; raise AdapterError when it is none."""
    try:
        stored = json.loads((folder / CONFIG_FILE).read_text(encoding="utf-8"))
        data = (folder / WEIGHTS_FILE).read_bytes()
    except (OSError, ValueError) as error:
        raise AdapterError([f"not an adapter folder: {error!r}"]) from error
    return read_adapter(data, stored)


def read_adapter(data: bytes, stored: object = None) -> Adapter:
    """Read a safetensors file, its configuration from beside it or else from its metadata.

    Raises AdapterError when it is no adapter, or one that these layers cannot compute.
    """
    try:
        weights = load(data)
        inside = json.loads(header_of(data).get("__metadata__", {}).get("adapter_config", "{}"))
        stored = stored or inside
        if not isinstance(stored, dict) or not isinstance(inside, dict):
            raise TypeError("the configuration is no object")
        config = LoraConfig(
            r=int(stored["r"]),
            lora_alpha=float(stored["lora_alpha"]),
            target_modules=_target_modules(stored["target_modules"]),
            use_rslora=bool(stored.get("use_rslora", False)),
            rank_pattern={str(end): int(r) for end, r in (stored.get("rank_pattern") or {}).items()},
            alpha_pattern={str(end): float(a) for end, a in (stored.get("alpha_pattern") or {}).items()},
        )
        base = str(stored.get("base_model_name_or_path") or "").removeprefix("sha256:")
        task = str(inside.get("task", ""))
    except (SafetensorError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise AdapterError([f"not an adapter file: {error!r}"]) from error
    problems = _unsupported(stored, config)
    if problems:
        raise AdapterError(problems)
    return Adapter(config, weights, task, base, hashlib.sha256(data).hexdigest())


def _target_modules(stored: object) -> tuple[str, ...]:
    """Return the targets in an order of their own: PEFT keeps a set."""
    if not isinstance(stored, list) or not all(isinstance(name, str) for name in stored):
        raise TypeError("target_modules must be a list of names")
    return tuple(sorted(stored))


def _unsupported(stored: Mapping[str, object], config: LoraConfig) -> list[str]:
    """List what a configuration asks for that would compute something else here."""
    problems = [
        f"{key} = {stored[key]!r} is not supported"
        for key, allowed in UNSUPPORTED.items()
        if key in stored and stored[key] not in allowed
    ]
    variants = sorted(key for key, value in stored.items() if key.endswith("_config") and value)
    problems += [f"{key} asks for a variant of LoRA that is not supported" for key in variants]
    if stored.get("peft_type", "LORA") != "LORA":
        problems.append(f"peft_type is {stored['peft_type']!r}, expected 'LORA'")
    ends = (*config.target_modules, *config.rank_pattern, *config.alpha_pattern)
    problems += [f"{end!r} is no end of a module path" for end in ends if not PATH_END.fullmatch(end)]
    if not config.target_modules or min((config.r, *config.rank_pattern.values())) < 1:
        problems.append("r must be at least 1 and target_modules name at least one layer")
    return problems


def check_fit(model: nn.Module, adapter: Adapter) -> None:
    """Raise AdapterError with every matrix that keeps an adapter from being attached to the model."""
    problems = _misfits(model, adapter)
    if problems:
        raise AdapterError(problems)


def updates_of(adapter: Adapter) -> Updates:
    """Return A and scaling · B by the path of their layer, as a batch of many adapters takes them."""
    suffix = ".lora_A.weight"
    paths = [name[len(PREFIX) : -len(suffix)] for name in adapter.weights if name.endswith(suffix)]
    return {
        path: (
            adapter.weights[f"{PREFIX}{path}.lora_A.weight"],
            adapter.weights[f"{PREFIX}{path}.lora_B.weight"] * adapter.config.scaling_of(path),
        )
        for path in paths
    }


def attach_adapter(model: nn.Module, adapter: Adapter, name: str = DEFAULT) -> None:
    """Add a stored adapter beside those there are, and use it.

    Raises AdapterError, with the model as it was, when it does not fit.
    """
    check_fit(model, adapter)
    add_adapter(model, name, adapter.config, torch.Generator().manual_seed(0))  # all overwritten below
    with torch.no_grad():
        for path, layer in lora_layers(model):
            if name in layer.scaling:
                for factor, matrix in zip(("lora_A", "lora_B"), layer.factors(name), strict=True):
                    matrix.copy_(adapter.weights[f"{PREFIX}{path}.{factor}.weight"])
    set_adapter(model, name)


def _misfits(model: nn.Module, adapter: Adapter) -> list[str]:
    """List the matrices that are missing, left over, of another shape or not finite."""
    try:
        targets = target_layers(model, adapter.config.target_modules)
    except ValueError as error:
        return [str(error)]
    expected: dict[str, tuple[int, int]] = {}
    for path, layer in targets.items():
        r = adapter.config.rank_of(path)
        expected[f"{PREFIX}{path}.lora_A.weight"] = (r, layer.in_features)
        expected[f"{PREFIX}{path}.lora_B.weight"] = (layer.out_features, r)
    problems = [f"missing: {name}" for name in expected if name not in adapter.weights]
    for name, value in adapter.weights.items():
        if name not in expected:
            problems.append(f"unknown: {name}")
        elif tuple(value.shape) != expected[name]:
            problems.append(f"{name}: shape {tuple(value.shape)}, expected {expected[name]}")
        elif not value.is_floating_point() or not torch.isfinite(value).all():
            problems.append(f"{name}: values must be finite numbers")
    return problems
