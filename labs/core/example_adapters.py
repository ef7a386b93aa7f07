"""The adapters that ship with the base: how each is made, and what it does to old skills."""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch

from labs.core.adapters import dump_adapter, read_adapter
from labs.core.answering import make_variants
from labs.core.data import CHINESE_WORDS, NUMBER_WORDS, stream
from labs.core.lora import LoraConfig, attach, describe_parameters
from labs.core.model import ADAPTERS, BASE, checksum, load_model
from labs.core.pretraining import held_out_accuracy
from labs.core.questions import VOCABULARY
from labs.core.training import (
    TrainConfig,
    held_out_task,
    measure_accuracy,
    predict,
    train_adapter,
    use_one_thread,
)

CARDS = "cards.json"  # beside the files
ROWS = 1000  # held-out questions that an accuracy is measured on

RECIPES: Mapping[str, TrainConfig] = {
    f"{task}-r8": TrainConfig(task=task, steps=300, lr=6e-3) for task in ("gap", "zh", "flip", "elicit")
}


# Two that get along and two that do not: (names, weights, task whose held-out questions are asked).
MIXES = (
    (("flip-r8", "zh-r8"), (1.0, 1.0), "flip"),
    (("flip-r8", "zh-r8"), (1.0, 0.5), "flip"),
    (("gap-r8", "zh-r8"), (1.0, 1.0), "gap"),
    (("gap-r8", "zh-r8"), (1.0, 0.3), "gap"),
)


@dataclass(frozen=True)
class Made:
    """The file of an adapter, and what was measured with it."""

    data: bytes
    card: dict[str, Any]


def make_adapter(recipe: TrainConfig, base_path: Path = BASE, rows: int = ROWS) -> Made:
    """Train LoRA with r = 8 on all six linears of a block, and measure the new task and every old skill.

    The same base, recipe and build of torch give the same bytes.
    """
    base = load_model(base_path)
    model = copy.deepcopy(base)
    config = LoraConfig()
    attach(model, config, stream(recipe.seed, "initial adapter"))
    for _ in train_adapter(model, recipe, held_out_task(recipe.task)):
        pass
    base_checksum = checksum(base_path)
    data = dump_adapter(model, config, task=recipe.task, base=base_checksum)
    new = held_out_task(recipe.task, rows)
    before, after = held_out_accuracy(base, rows), held_out_accuracy(model, rows)
    card = {
        **asdict(recipe),
        "r": config.r,
        "lora_alpha": config.lora_alpha,
        "target_modules": list(config.target_modules),
        "report": describe_parameters(model),
        "rows": rows,
        "task_accuracy": {"base": measure_accuracy(base, new), "adapted": measure_accuracy(model, new)},
        "old_skills": {kind: {"base": before[kind], "adapted": after[kind]} for kind in before},
        "base": base_checksum,
        "checksum": hashlib.sha256(data).hexdigest(),
        "torch": torch.__version__,
    }
    return Made(data, card)


def write_adapters(folder: Path, names: Iterable[str] = tuple(RECIPES)) -> Iterator[tuple[str, Made]]:
    """Make adapters of the base in a folder and write them into a folder beside it, with the cards of all."""
    path = folder / ADAPTERS / CARDS
    path.parent.mkdir(exist_ok=True)
    cards: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))["adapters"] if path.exists() else {}
    for name in names:
        made = make_adapter(RECIPES[name], folder / BASE.name)
        (folder / ADAPTERS / f"{name}.safetensors").write_bytes(made.data)
        cards[name] = made.card
        yield name, made
    cards = {name: cards[name] for name in RECIPES if name in cards}
    mixes = measure_mixes(folder) if len(cards) == len(RECIPES) else []
    path.write_text(json.dumps({"adapters": cards, "mixes": mixes}, indent=1) + "\n", encoding="utf-8")


def measure_mixes(folder: Path, rows: int = ROWS) -> list[dict[str, Any]]:
    """Measure what some mixes answer: right in either notation, and in Chinese numerals."""
    use_one_thread()
    base = load_model(folder / BASE.name).requires_grad_(False)
    plain = torch.arange(len(VOCABULARY))
    plain[CHINESE_WORDS] = NUMBER_WORDS[: len(CHINESE_WORDS)]
    found = []
    for names, weights, task in MIXES:
        adapters = [read_adapter((folder / ADAPTERS / f"{name}.safetensors").read_bytes()) for name in names]
        model = make_variants(base, list(zip(adapters, weights, strict=True))).unmerged
        batch = held_out_task(task, rows)
        said = predict(model, batch).argmax(-1)
        right = plain[said] == plain[batch.answers]
        chinese = torch.isin(said, CHINESE_WORDS)
        found.append(
            {
                "adapters": list(names),
                "weights": list(weights),
                "task": task,
                "rows": rows,
                "right": right.float().mean().item(),
                "chinese": chinese.float().mean().item(),
            }
        )
    return found
