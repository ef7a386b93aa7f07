"""Questions 3 and 11: train one adapter, show that the base beneath it is untouched, and hand it over."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import Any

import torch

from labs.core.adapters import dump_adapter
from labs.core.config import Settings, Text, parse_settings
from labs.core.data import Batch, stream
from labs.core.definitions.training import TRAINING as LAB
from labs.core.events import Event, Outcome, adapter, note, point, progress, result
from labs.core.experiments.merging import TARGETS
from labs.core.lora import (
    LoraConfig,
    attach,
    count_parameters,
    describe_parameters,
    disable,
    enable,
    lora_layers,
    relative_update,
)
from labs.core.model import Transformer, checksum, load_model
from labs.core.training import (
    TrainConfig,
    describe_environment,
    held_out_base,
    held_out_task,
    predict,
    share_right,
    train_adapter,
    use_one_thread,
)

LEARNT = 0.10  # more accuracy than the base has: below this nothing worth keeping was learnt

COLUMNS: dict[str, Text] = {
    "state": {"zh": "模型", "en": "model"},
    "accuracy": {"zh": "新任务正确率", "en": "accuracy on the task"},
    "base_accuracy": {"zh": "旧任务正确率", "en": "accuracy on the old tasks"},
    "delta_logit": {"zh": "与基座相比最大 |Δlogit|", "en": "max |Δlogit| against the base"},
}
STATES: dict[str, Text] = {
    "base": {"zh": "基座", "en": "the base"},
    "adapted": {"zh": "带上适配器", "en": "with the adapter"},
    "off": {"zh": "适配器关掉", "en": "the adapter switched off"},
}


def run(settings: Mapping[str, object], seed: int) -> Iterator[Event]:
    """Train an adapter, measure the model with it and without it again, and hand it over."""
    chosen = parse_settings(LAB.parameters, settings)
    train = TrainConfig(str(chosen["task"]), seed, steps=int(chosen["steps"]), lr=float(chosen["lr"]))
    total = train.steps + 2
    yield progress(0, total, {"zh": "装入基座与图片", "en": "loading the base and the pictures"})
    use_one_thread()
    base, new, old = load_model(), held_out_task(train.task), held_out_base()
    config = read_config(chosen)
    model = copy.deepcopy(base)
    attach(model, config, stream(seed, "initial adapter"))
    words = describe_parameters(model)
    yield note(words, words)
    yield from _train(model, train, new, total)
    states = {"adapted": measure(model, base, new, old)}
    disable(model)
    states = {"base": measure(base, base, new, old), **states, "off": measure(model, base, new, old)}
    enable(model)
    yield progress(total, total)
    data = dump_adapter(model, config, task=train.task, base=checksum())
    yield adapter(data, states["adapted"]["accuracy"])
    yield _conclude(model, base, states, len(data))


def read_config(chosen: Settings) -> LoraConfig:
    """Return what to attach."""
    return LoraConfig(
        r=int(chosen["r"]),
        lora_alpha=int(chosen["lora_alpha"]),
        target_modules=TARGETS[str(chosen["target_modules"])],
        use_rslora=chosen["scaling"] == "rslora",
    )


def _train(model: Transformer, train: TrainConfig, held_out: Batch, total: int) -> Iterator[Event]:
    """Train; a point carries the mean loss since the last one."""
    losses: list[float] = []
    for taken in train_adapter(model, train, held_out):
        losses.append(taken.loss)
        if taken.accuracy is not None:
            yield point("adapter", step=taken.step, loss=sum(losses) / len(losses), accuracy=taken.accuracy)
            losses.clear()
        yield progress(taken.step + 1, total)


def measure(model: Transformer, base: Transformer, new: Batch, old: Batch) -> dict[str, float]:
    """Measure accuracy on the new task and on the old ones, and the distance from the base's logits."""
    logits = {"accuracy": (predict(model, new), new), "base_accuracy": (predict(model, old), old)}
    gaps = [(given - predict(base, batch)).abs().max() for given, batch in logits.values()]
    shares = {name: share_right(given, batch) for name, (given, batch) in logits.items()}
    return {**shares, "delta_logit": torch.stack(gaps).max().item()}


def _same_base(model: Transformer, base: Transformer) -> bool:
    """Tell whether every adapted matrix still holds the base's values, to the bit."""
    return all(
        torch.equal(layer.base_layer.weight, base.get_parameter(f"{path}.weight"))
        for path, layer in lora_layers(model)
    )


def _conclude(
    model: Transformer, base: Transformer, states: Mapping[str, Mapping[str, float]], size: int
) -> Event:
    """Build the result."""
    rows: list[dict[str, Any]] = [{"state": STATES[name], **values} for name, values in states.items()]
    numbers = {f"{name}_{key}": value for name, values in states.items() for key, value in values.items()}
    numbers |= {
        "parameters": count_parameters(model)[0],
        "bytes": size,
        "relative_update": relative_update(model),
        "base_untouched": float(_same_base(model, base)),
    }
    outcome, verdict = judge(numbers)
    return result(
        columns=COLUMNS,
        rows=rows,
        numbers=numbers,
        outcome=outcome,
        verdict=verdict,
        limits=LAB.limits,
        environment=describe_environment(),
        base=checksum(),
    )


def judge(numbers: Mapping[str, float]) -> tuple[Outcome, Text]:
    """Compare what was measured with the claim: a new skill, and a base that did not change."""
    before, after = numbers["base_accuracy"], numbers["adapted_accuracy"]
    learnt = after >= before + LEARNT
    untouched = numbers["base_untouched"] == 1 and numbers["off_delta_logit"] == 0
    size = f"{numbers['bytes'] / 1000:.0f}"
    outcome: Outcome = "holds" if learnt and untouched else "fails"
    return outcome, {
        "zh": f"适配器 {size} KB：新任务正确率 {before:.3f} → {after:.3f}，"
        f"{'学会了' if learnt else '没有学会'}；"
        f"旧任务 {numbers['base_base_accuracy']:.3f} → {numbers['adapted_base_accuracy']:.3f}。"
        f"关掉之后，logit 与基座最多差 {numbers['off_delta_logit']:.1g}，"
        f"{'基座丝毫未变' if untouched else '基座变了'}。",
        "en": f"An adapter of {size} KB: the new task goes from {before:.3f} to {after:.3f}, "
        f"{'it was learnt' if learnt else 'it was not learnt'}; the old tasks from "
        f"{numbers['base_base_accuracy']:.3f} to {numbers['adapted_base_accuracy']:.3f}. Switched off, "
        f"logits differ from the base's by {numbers['off_delta_logit']:.1g}: "
        f"{'the base is exactly as it was' if untouched else 'the base has changed'}.",
    }
