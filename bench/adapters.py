"""LoRA here against PEFT on the same model (where PEFT can be imported), and many adapters in one batch."""

import copy
import importlib
import tempfile
import warnings
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F

from bench.interleave import interleaved
from labs.core.adapters import save_adapter
from labs.core.batched import batch_adapters, choose_adapters
from labs.core.data import Batch, draw_task, stream
from labs.core.lora import (
    LoraConfig,
    add_adapter,
    attach,
    merge_and_unload,
    trainable_parameters,
)
from labs.core.model import Transformer, load_model
from labs.core.training import use_one_thread

ROWS = 32
COUNTS = (1, 4, 8, 16, 32)
CONFIG = LoraConfig(init_lora_weights="both_gaussian", init_scale=0.2)


def main() -> None:
    """Print the figures."""
    use_one_thread()
    batch = draw_task("gap", ROWS, "held_out", stream(0, "bench"))
    peft = find_peft()
    for count in COUNTS:
        compare_batches(batch, count, peft)
    base, unmerged = load_model().requires_grad_(False), adapted(load_model())
    merged = copy.deepcopy(unmerged)
    merge_and_unload(merged)
    tasks = {"base": asker(base, batch), "merged": asker(merged, batch), "unmerged": asker(unmerged, batch)}
    seconds = interleaved(tasks, rounds=30, calls=5)
    for name, goal in (("merged", "; goal: 1.00 ± 0.03"), ("unmerged", "")):
        print(f"adapters: {name} inference {seconds[name] / seconds['base']:.2f} × base ({ROWS} rows{goal})")
    if peft is None:
        print("adapters: PEFT is not installed: nothing to compare with")
    else:
        compare_one(batch, peft)


def find_peft() -> Any:
    """Import PEFT, or return None."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return importlib.import_module("peft")
    except ImportError:
        return None


def adapted(model: Transformer) -> Transformer:
    """Attach an adapter that changes what the model says."""
    attach(model, CONFIG, stream(0, "initial adapter"))
    return model


def asker(model: Transformer, batch: Batch) -> Callable[[], object]:
    """Make a call that answers the batch."""

    def ask() -> torch.Tensor:
        with torch.inference_mode():
            return model.next_word(batch.pictures, batch.words)

    return ask


def stepper(model: Transformer, batch: Batch) -> Callable[[], object]:
    """Make a call that takes one training step; the learning rate is zero, so that nothing drifts."""
    optimizer = torch.optim.AdamW(trainable_parameters(model), lr=0.0, weight_decay=0.0, fused=True)

    def step() -> None:
        optimizer.zero_grad()
        F.cross_entropy(model.next_word(batch.pictures, batch.words), batch.answers).backward()
        optimizer.step()

    return step


def compare_one(batch: Batch, peft: Any) -> None:
    """Compare one adapter here and in PEFT: forward pass and training step, equal logits."""
    ours = adapted(load_model())
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        save_adapter(ours, Path(folder), CONFIG, task="gap", base="")
        wrapped = peft.PeftModel.from_pretrained(load_model(), folder, is_trainable=True)
    theirs = wrapped.base_model.model
    difference = (asker(ours, batch)() - asker(theirs, batch)()).abs().max().item()  # type: ignore[operator]
    forward = interleaved({"ours": asker(ours, batch), "peft": asker(theirs, batch)}, rounds=30, calls=5)
    step = interleaved({"ours": stepper(ours, batch), "peft": stepper(theirs, batch)}, rounds=30, calls=3)
    print(f"adapters: PEFT {peft.__version__}, largest difference of logits {difference:g} (goal: 0)")
    print(f"adapters: forward {forward['ours'] / forward['peft']:.2f} × PEFT (goal: ≤ 0.92)")
    print(f"adapters: training step {step['ours'] / step['peft']:.2f} × PEFT (goal: ≤ 1.00)")


def compare_batches(batch: Batch, count: int, peft: Any) -> None:
    """Answer rows that name `count` adapters: in one gathered pass, in a loop, in PEFT's mixed batch."""
    names = [f"a{number}" for number in range(count)]
    rows = [names[number % count] for number in range(ROWS)]
    gathered = load_model()
    alone = {}
    for name in names:
        add_adapter(gathered, name, CONFIG, stream(0, name))
        alone[name] = load_model()
        attach(alone[name], CONFIG, stream(0, name))
    order = batch_adapters(gathered)

    def serve() -> torch.Tensor:
        with torch.inference_mode():
            choose_adapters(gathered, order, rows)
            return gathered.next_word(batch.pictures, batch.words)

    def loop() -> torch.Tensor:
        logits = []
        with torch.inference_mode():
            for number, name in enumerate(names):
                pictures = None if batch.pictures is None else batch.pictures[number::count]
                logits.append(alone[name].next_word(pictures, batch.words[number::count]))
        return torch.cat(logits)

    tasks = {"base": asker(load_model().requires_grad_(False), batch), "gathered": serve, "loop": loop}
    answers = {"gathered": serve(), "loop": torch.empty_like(serve())}
    answers["loop"][[row for first in range(count) for row in range(first, ROWS, count)]] = loop()
    if peft is not None:
        tasks["peft"] = mixed_batch(batch, rows, alone, peft)
        answers["peft"] = tasks["peft"]()
    apart = max((found - answers["gathered"]).abs().max().item() for found in answers.values())
    seconds = interleaved(tasks, rounds=15, calls=3)
    ratios = [
        f"{seconds[name] / seconds['gathered']:.2f} × by {name}"
        for name in tasks
        if name not in ("base", "gathered")
    ]
    goals = " (goals at 16: ≤ 1.6; ≥ 3; ≥ 4)" if count == 16 else ""
    print(
        f"adapters: {ROWS} rows over {count:2} adapters: gathered {seconds['gathered'] / seconds['base']:.2f}"
        f" × base; the same takes {', '.join(ratios)}{goals}; logits at most {apart:.0e} apart"
    )


def mixed_batch(
    batch: Batch, rows: list[str], alone: Mapping[str, Transformer], peft: Any
) -> Callable[[], object]:
    """Make a call that answers the rows through PEFT's `adapter_names`."""
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name, model in alone.items():
            save_adapter(model, Path(folder) / name, CONFIG, task="gap", base="")
        first, *others = alone
        wrapped = peft.PeftModel.from_pretrained(load_model(), f"{folder}/{first}", adapter_name=first)
        for name in others:
            wrapped.load_adapter(f"{folder}/{name}", adapter_name=name)
    wrapped.eval()
    inner = wrapped.base_model.model

    def ask() -> torch.Tensor:
        with torch.inference_mode(), wrapped.base_model._enable_peft_forward_hooks(adapter_names=rows):
            return inner.next_word(batch.pictures, batch.words)  # type: ignore[no-any-return]

    return ask
