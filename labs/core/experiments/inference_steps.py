"""Question 11: one real input through one adapted layer, then every way to use two adapters."""

from __future__ import annotations

import copy
import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from statistics import median
from typing import Any

import torch
from torch import Tensor

from labs.core.batched import batch_adapters, choose_adapters
from labs.core.config import Text, parse_settings
from labs.core.curves import follow_sweeps
from labs.core.data import Batch, draw_task, stream
from labs.core.definitions.inference_steps import INFERENCE_STEPS as LAB
from labs.core.events import Event, Outcome, join, matrix, note, point, progress, result
from labs.core.lora import (
    LoraConfig,
    LoRALinear,
    add_adapter,
    add_weighted_adapter,
    attach,
    delete_adapter,
    lora_layers,
    merge,
    set_adapter,
    unmerge,
)
from labs.core.model import Transformer, checksum, load_model
from labs.core.questions import VOCABULARY
from labs.core.sweep import Arm, Sweep
from labs.core.training import (
    TrainConfig,
    describe_environment,
    held_out_task,
    predict,
    share_right,
    use_one_thread,
)

TASKS = ("gap", "zh")
WEIGHTS = (0.0, 0.25, 0.5, 0.75, 1.0)
COUNTS = (1, 4, 8, 16, 32)
ROWS = 32
SAME_LOGIT = 1e-3  # float32 rounding stays far below, another answer far above

COLUMNS: dict[str, Text] = {
    "way": {"zh": "怎样推理", "en": "inference with"},
    "gap_accuracy": {"zh": "GAP 正确率", "en": "accuracy on GAP"},
    "zh_accuracy": {"zh": "ZH 正确率", "en": "accuracy on ZH"},
    "delta_logit": {"zh": "与 GAP 未合并相比最大 |Δlogit|", "en": "max |Δlogit| against GAP unmerged"},
}
WAYS: dict[str, Text] = {
    "base": {"zh": "只有基座", "en": "the base alone"},
    "gap": {"zh": "GAP 的适配器，未合并", "en": "the adapter for GAP, unmerged"},
    "unscaled": {"zh": "同上，漏乘 α/r", "en": "the same, α/r left out"},
    "switched": {"zh": "切换到 ZH", "en": "switched to ZH"},
    "back": {"zh": "再切换回 GAP", "en": "switched back to GAP"},
    "both": {"zh": "两个同时：ΣBᵢAᵢ", "en": "both at once: ΣBᵢAᵢ"},
    "factors": {"zh": "错误的相加：(ΣB)(ΣA)", "en": "the wrong sum: (ΣB)(ΣA)"},
    "merged": {"zh": "GAP 合并进权重", "en": "GAP merged"},
    "unmerged": {"zh": "再拆出来", "en": "and unmerged again"},
}


def run(settings: Mapping[str, object], seed: int) -> Iterator[Event]:
    """Train two adapters, look into one layer, use them in every way, then time mixed batches."""
    chosen = parse_settings(LAB.parameters, settings)
    train = TrainConfig("gap", seed, steps=int(chosen["steps"]), evaluations=5)
    r, repeats = int(chosen["r"]), int(chosen["repeats"])
    config = LoraConfig(r, r * float(chosen["scaling"]))
    total = train.steps + 1 + len(WEIGHTS) + len(COUNTS)
    yield progress(0, total, {"zh": "装入基座与图片", "en": "loading the base and the pictures"})
    use_one_thread()
    base, held_out = load_model(), {task: held_out_task(task, 200) for task in TASKS}
    sweep = Sweep(base, [Arm(task, config, 0.006, task) for task in TASKS], seed)
    yield from follow_sweeps((sweep,), train, held_out, total)
    model = join_adapters(sweep, config)
    numbers = yield from _look_inside(model, held_out["gap"], str(chosen["module"]), int(chosen["sample"]))
    measured = try_ways(model, held_out)
    yield _note_ways(measured)
    for done, weight in enumerate(WEIGHTS):
        yield from _draw_mix(weight, mix(model, weight, held_out))
        yield progress(train.steps + 2 + done, total)
    for done, count in enumerate(COUNTS):
        timed = time_batches(base, config, count, seed, repeats)
        for name in ("gathered", "loop"):
            yield point(name, adapters=count, ratio=timed[f"{name}_ratio"])
        numbers |= {f"{key}_{count}": value for key, value in timed.items()}
        yield progress(train.steps + 2 + len(WEIGHTS) + done, total)
    yield _conclude(measured, numbers, float(chosen["scaling"]))


def join_adapters(sweep: Sweep, config: LoraConfig) -> Transformer:
    """Put the trained adapters on one model, by name, the first in use."""
    model = copy.deepcopy(sweep.base)
    for number, arm in enumerate(sweep.arms):
        add_adapter(model, arm.name, config, stream(0, "initial adapter"))
        trained = dict(lora_layers(sweep.single(number)))
        with torch.no_grad():
            for path, layer in lora_layers(model):
                for mine, theirs in zip(layer.factors(arm.name), trained[path].factors(), strict=True):
                    mine.copy_(theirs)
    set_adapter(model, sweep.arms[0].name)
    return model.requires_grad_(False)


def _look_inside(
    model: Transformer, batch: Batch, module: str, sample: int
) -> Generator[Event, None, dict[str, float]]:
    """Show what the layer computes at every position of one example; return the sizes as numbers."""
    layer = model.get_submodule(f"blocks.1.attention.{module}")
    assert isinstance(layer, LoRALinear)
    seen: list[Tensor] = []
    hook = layer.register_forward_hook(lambda _, given, output: seen.extend((given[0], output)))
    assert batch.pictures is not None
    words = batch.words[sample : sample + 1]
    model.next_word(batch.pictures[sample : sample + 1], words)
    hook.remove()
    steps = take_steps(layer, seen[0][0], "gap")
    yield from _draw_steps(steps, [VOCABULARY[word] for word in words[0].tolist()])
    return {
        "layer_difference": (steps["sum"] - seen[1][0]).abs().max().item(),
        "update_share": (steps["update"].norm() / steps["base_output"].norm()).item(),
    }


def take_steps(layer: LoRALinear, x: Tensor, name: str) -> dict[str, Tensor]:
    """Compute one layer by hand for x (T, k): W₀x (with its bias), Ax, B(Ax), that scaled, and the sum."""
    a, b = layer.factors(name)
    base_output = layer.base_layer(x)  # (T, k) → (T, d)
    low = x @ a.T  # (T, r)
    delta = low @ b.T  # (T, d)
    update = layer.scaling[name] * delta
    return {
        "input": x,
        "base_output": base_output,
        "low": low,
        "delta": delta,
        "update": update,
        "sum": base_output + update,
    }


def _draw_steps(steps: Mapping[str, Tensor], words: Sequence[str]) -> Iterator[Event]:
    """Draw each step as a map, position by position: one scale for W₀x and the sum, one for the update."""
    positions = [_patch(number) for number in range(len(steps["input"]) - len(words))]
    positions += [{"zh": f"词 {word}", "en": f"word {word}"} for word in words]
    largest = {name: values.abs().max().item() for name, values in steps.items()}
    for names in (("base_output", "sum"), ("delta", "update")):
        largest |= dict.fromkeys(names, max(largest[name] for name in names))
    for name, values in steps.items():
        columns = [str(unit + 1) for unit in range(values.shape[1])]
        yield matrix(name, positions, columns, values.tolist(), largest[name])


def _patch(number: int) -> Text:
    """Name a patch by its row and column of the picture: two rows of four."""
    row, column = divmod(number, 4)
    return {"zh": f"图块 {row + 1}-{column + 1}", "en": f"patch {row + 1}-{column + 1}"}


def try_ways(model: Transformer, held_out: Mapping[str, Batch]) -> dict[str, dict[str, float]]:
    """Use the two adapters in every way and measure each; the model ends as it began, up to rounding."""
    reference = predict(model, held_out["gap"])

    def look() -> dict[str, float]:
        logits = {task: predict(model, batch) for task, batch in held_out.items()}
        shares = {f"{task}_accuracy": share_right(logits[task], held_out[task]) for task in TASKS}
        return {**shares, "delta_logit": (logits["gap"] - reference).abs().max().item()}

    measured = {}
    set_adapter(model, ())
    measured["base"] = look()
    set_adapter(model, "gap")
    measured["gap"] = look()
    with scaled_by(model, 1.0):
        measured["unscaled"] = look()
    set_adapter(model, "zh")
    measured["switched"] = look()
    set_adapter(model, "gap")
    measured["back"] = look()
    set_adapter(model, TASKS)
    measured["both"] = look()
    set_adapter(model, "gap")
    add_factors(model)
    measured["factors"] = look()
    delete_adapter(model, "factors")
    set_adapter(model, "gap")
    merge(model)
    measured["merged"] = look()
    unmerge(model)
    measured["unmerged"] = look()
    return measured


@contextmanager
def scaled_by(model: Transformer, value: float) -> Iterator[None]:
    """Give every adapter this scaling for the length of a `with`."""
    layers = [layer for _, layer in lora_layers(model)]
    before = [layer.scaling for layer in layers]
    for layer in layers:
        layer.scaling = dict.fromkeys(layer.scaling, value)
    yield
    for layer, scaling in zip(layers, before, strict=True):
        layer.scaling = scaling


@torch.no_grad()
def add_factors(model: Transformer) -> None:
    """Add and use an adapter with A = ΣAᵢ and B = ΣBᵢ: its product has cross terms B₁A₂ and B₂A₁."""
    layers = dict(lora_layers(model))
    first = next(iter(layers.values()))
    r = len(first.factors("gap")[0])
    add_adapter(model, "factors", LoraConfig(r, r * first.scaling["gap"]), stream(0, "overwritten"))
    for layer in layers.values():
        for target, *parts in zip(*(layer.factors(name) for name in ("factors", *TASKS)), strict=True):
            target.copy_(sum(parts))
    set_adapter(model, "factors")


def mix(model: Transformer, weight: float, held_out: Mapping[str, Batch]) -> dict[str, float]:
    """Return the accuracies of ΔW = w·ΔW_gap + (1 − w)·ΔW_zh."""
    add_weighted_adapter(model, TASKS, (weight, 1 - weight), "mix")
    set_adapter(model, "mix")
    found = {task: share_right(predict(model, batch), batch) for task, batch in held_out.items()}
    delete_adapter(model, "mix")
    set_adapter(model, "gap")
    return found


def _draw_mix(weight: float, accuracies: Mapping[str, float]) -> Iterator[Event]:
    for task, accuracy in accuracies.items():
        yield point(f"mix_{task}", weight=weight, accuracy=accuracy)


@torch.inference_mode()
def time_batches(
    base: Transformer, config: LoraConfig, count: int, seed: int, repeats: int
) -> dict[str, float]:
    """Time 32 rows over `count` adapters: gathered and in a loop, over the base alone; compare the logits.

    The adapters hold random numbers: time does not depend on what they know.
    """
    random = LoraConfig(config.r, config.lora_alpha, init_lora_weights="both_gaussian", init_scale=0.1)
    names = [f"a{number}" for number in range(count)]
    gathered, alone = copy.deepcopy(base), []
    for name in names:
        add_adapter(gathered, name, random, stream(seed, name))
        alone.append(copy.deepcopy(base))
        attach(alone[-1], random, stream(seed, name))
    order = batch_adapters(gathered)
    batch = draw_task("gap", ROWS, "held_out", stream(seed, "examples to time"))
    rows = [names[number % count] for number in range(ROWS)]

    def together() -> Tensor:
        choose_adapters(gathered, order, rows)
        return gathered.next_word(batch.pictures, batch.words)

    def one_by_one() -> Tensor:
        assert batch.pictures is not None
        logits = torch.empty(ROWS, base.config.vocabulary)
        for number, model in enumerate(alone):
            logits[number::count] = model.next_word(batch.pictures[number::count], batch.words[number::count])
        return logits

    tasks = {
        "base": lambda: base.next_word(batch.pictures, batch.words),
        "gathered": together,
        "loop": one_by_one,
    }
    difference = (together() - one_by_one()).abs().max().item()
    seconds = _medians(tasks, repeats)
    return {
        "batch_difference": difference,
        "gathered_ratio": seconds["gathered"] / seconds["base"],
        "loop_ratio": seconds["loop"] / seconds["base"],
    }


def _medians(tasks: Mapping[str, Callable[[], Tensor]], repeats: int) -> dict[str, float]:
    """Return the median CPU seconds of each task, taken in turns."""
    times: dict[str, list[float]] = {name: [] for name in tasks}
    for _ in range(repeats):
        for name, task in tasks.items():
            started = time.thread_time()
            task()
            times[name].append(time.thread_time() - started)
    return {name: median(values) for name, values in times.items()}


def _note_ways(measured: Mapping[str, Mapping[str, float]]) -> Event:
    """Say what switching and merging changed."""
    return note(
        f"切换到 ZH 再切换回来：logit 差 {measured['back']['delta_logit']:.1g}；合并："
        f"{measured['merged']['delta_logit']:.1g}。",
        f"Switched to ZH and back: logits differ by {measured['back']['delta_logit']:.1g}; merged: "
        f"{measured['merged']['delta_logit']:.1g}.",
    )


def _conclude(
    measured: Mapping[str, Mapping[str, float]], numbers: Mapping[str, float], scaling: float
) -> Event:
    """Build the result."""
    rows: list[dict[str, Any]] = [{"way": WAYS[name], **values} for name, values in measured.items()]
    flat = {f"{name}_{key}": value for name, values in measured.items() for key, value in values.items()}
    outcome, verdict = judge(measured, numbers, scaling)
    return result(
        columns=COLUMNS,
        rows=rows,
        numbers={**flat, **numbers},
        outcome=outcome,
        verdict=verdict,
        limits=LAB.limits,
        environment=describe_environment(),
        base=checksum(),
        measured_times=tuple(name for name in numbers if "_ratio_" in name),
    )


def judge(
    measured: Mapping[str, Mapping[str, float]], numbers: Mapping[str, float], scaling: float
) -> tuple[Outcome, Text]:
    """Compare the claim's two parts with what was measured: BAx is just added, and merging is needed."""
    just_added = measured["unscaled"]["delta_logit"] <= SAME_LOGIT
    needed = measured["merged"]["delta_logit"] > SAME_LOGIT
    parts = [
        _say_scaling(measured, scaling, just_added),
        _say_merging(measured, needed),
        _say_sum(measured),
        _say_batch(numbers, COUNTS),
    ]
    if just_added and needed:
        return "holds", join(parts)
    return ("depends" if just_added or needed else "fails"), join(parts)


def _say_scaling(measured: Mapping[str, Mapping[str, float]], scaling: float, just_added: bool) -> Text:
    """Judge: BAx is just added."""
    off = measured["unscaled"]
    figures = f"{measured['gap']['gap_accuracy']:.3f} → {off['gap_accuracy']:.3f}"
    if just_added:
        return {
            "zh": f"缩放因子 α/r 在这里是 {scaling:g}，漏乘它没有差别。",
            "en": f"The scaling α/r is {scaling:g} here, and leaving it out makes no difference.",
        }
    return {
        "zh": f"不是直接相加：要乘 α/r = {scaling:g}；漏乘它，logit 最多差 {off['delta_logit']:.1f}，"
        f"GAP 正确率 {figures}。",
        "en": f"Not just added: α/r = {scaling:g} multiplies it; left out, logits move by up to "
        f"{off['delta_logit']:.1f} and accuracy on GAP goes {figures}.",
    }


def _say_merging(measured: Mapping[str, Mapping[str, float]], needed: bool) -> Text:
    """Judge: merging is needed."""
    difference = f"{measured['merged']['delta_logit']:.1g}"
    if needed:
        return {
            "zh": f"合并改变了输出（|Δlogit| = {difference}）。",
            "en": f"Merging changes the output (|Δlogit| = {difference}).",
        }
    back = measured["back"]["delta_logit"]
    return {
        "zh": f"不必合并：合并前后 |Δlogit| 只有 {difference}；切换到另一个适配器再切回来，相差 {back:.1g}。",
        "en": f"Merging is not needed: |Δlogit| is {difference} with and without; switching to the "
        "other adapter "
        f"and back leaves {back:.1g}.",
    }


def _say_sum(measured: Mapping[str, Mapping[str, float]]) -> Text:
    """Say what adding two adapters does, rightly and wrongly."""
    both, factors = (
        f"{measured[name]['gap_accuracy']:.3f} / {measured[name]['zh_accuracy']:.3f}"
        for name in ("both", "factors")
    )
    return {
        "zh": f"两个适配器相加（GAP / ZH 正确率）：ΣBᵢAᵢ 是 {both}；把因子相加 (ΣB)(ΣA) 是另一回事，是 "
        f"{factors}。",
        "en": f"Two adapters added (accuracy on GAP / ZH): ΣBᵢAᵢ gives {both}; adding the factors, "
        "(ΣB)(ΣA), is "
        f"something else and gives {factors}.",
    }


def _say_batch(numbers: Mapping[str, float], counts: Sequence[int]) -> Text:
    """Say what a batch with many adapters costs."""
    listed = "/".join(str(count) for count in counts)
    gathered, loop = (
        " / ".join(f"{numbers[f'{name}_ratio_{count}']:.1f}" for count in counts)
        for name in ("gathered", "loop")
    )
    return {
        "zh": f"一批 {ROWS} 行分属 {listed} 个适配器：收集后一次批量乘是基座的 {gathered} 倍时间，"
        f"逐个循环是 {loop} 倍。",
        "en": f"{ROWS} rows over {listed} adapters: one gathered product takes {gathered} times the base, "
        f"a loop {loop} times.",
    }
