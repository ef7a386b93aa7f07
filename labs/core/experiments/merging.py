"""Question 8: what an adapter costs at inference, merged and unmerged."""

from __future__ import annotations

import copy
import time
from collections.abc import Iterator, Mapping
from statistics import median
from typing import Any

import torch
from torch import Tensor

from labs.core.config import Text, parse_settings
from labs.core.data import Batch, draw_task, stream
from labs.core.definitions.merging import MERGING as LAB
from labs.core.events import Event, Outcome, join, note, point, progress, result
from labs.core.lora import (
    ALL_LINEAR,
    LoraConfig,
    attach,
    describe_parameters,
    lora_layers,
    merge,
    merge_and_unload,
    unmerge,
)
from labs.core.methods.bottleneck import add_bottlenecks
from labs.core.methods.prompts import add_soft_prompt
from labs.core.model import Transformer, checksum, load_model
from labs.core.training import (
    TrainConfig,
    describe_environment,
    held_out_task,
    measure_accuracy,
    predict,
    train_adapter,
    use_one_thread,
)

TARGETS = {
    "all": ALL_LINEAR,
    "attention": ALL_LINEAR[:4],
    "qv": ("q_proj", "v_proj"),
    "mlp": ("fc1", "fc2"),
}
BATCHES = (1, 16, 64)
UNITS, PROMPT = (
    8,
    10,
)  # of the bottleneck adapter, and vectors of the soft prompt, that are timed for contrast
SAME_LOGIT = 1e-3  # float32 rounding stays far below, another answer far above
FREE = 1.10  # a ratio of CPU time up to this is called no cost
NOISE = 0.05  # differences of accuracy up to this decide nothing

COLUMNS: dict[str, Text] = {
    "variant": {"zh": "怎样推理", "en": "inference with"},
    "accuracy": {"zh": "新任务正确率", "en": "accuracy on the task"},
    "delta_logit": {"zh": "与未合并相比最大 |Δlogit|", "en": "max |Δlogit| against unmerged"},
    "agreement": {"zh": "与未合并答案相同", "en": "same answer as unmerged"},
    **{
        f"latency_{batch}": {"zh": f"CPU 时间 ÷ 基座（批 {batch}）", "en": f"CPU time ÷ base (batch {batch})"}
        for batch in BATCHES
    },
}
VARIANTS: dict[str, Text] = {
    "base": {"zh": "基座，没有适配器", "en": "the base, no adapter"},
    "unmerged": {"zh": "未合并：W₀x + s·B(Ax)", "en": "unmerged: W₀x + s·B(Ax)"},
    "merged": {"zh": "已合并：(W₀ + s·BA)x", "en": "merged: (W₀ + s·BA)x"},
    "only_delta": {"zh": "去掉 W₀，只用 s·BA", "en": "s·BA alone, W₀ removed"},
    "merged_bf16": {"zh": "合并进 bf16 的权重", "en": "merged into bf16 weights"},
    "bottleneck": {
        "zh": "对照：瓶颈适配器（未训练）",
        "en": "for contrast: a bottleneck adapter (untrained)",
    },
    "soft_prompt": {
        "zh": "对照：10 个向量的软提示（未训练）",
        "en": "for contrast: a soft prompt of 10 vectors (untrained)",
    },
}


def run(settings: Mapping[str, object], seed: int) -> Iterator[Event]:
    """Train an adapter, compare what it answers merged and unmerged, then what either costs."""
    chosen = parse_settings(LAB.parameters, settings)
    train = TrainConfig(str(chosen["task"]), seed, steps=int(chosen["steps"]), lr=float(chosen["lr"]))
    trips, repeats = int(chosen["trips"]), int(chosen["repeats"])
    total = train.steps + 1 + 2 * trips + len(BATCHES) * repeats
    yield progress(0, total, {"zh": "装入基座与图片", "en": "loading the base and the pictures"})
    use_one_thread()
    base, held_out = load_model(), held_out_task(train.task)
    config = LoraConfig(int(chosen["r"]), int(chosen["lora_alpha"]), TARGETS[str(chosen["target_modules"])])
    unmerged = copy.deepcopy(base)
    attach(unmerged, config, stream(seed, "initial adapter"))
    words = describe_parameters(unmerged)
    yield note(words, words)
    yield from _train(unmerged, train, held_out, total)
    merged = copy.deepcopy(unmerged)
    merge_and_unload(merged)
    variants = {"base": base, "unmerged": unmerged, "merged": merged, "only_delta": without_base(unmerged)}
    measured = compare(variants, held_out)
    measured["merged_bf16"] = compare_low_precision(unmerged, held_out)
    yield _note_equality(measured["merged"])
    drift: dict[str, float] = {}
    for dtype, name in ((torch.float32, "fp32"), (torch.bfloat16, "bf16")):
        for done, value in round_trips(copy.deepcopy(unmerged).to(dtype), trips):
            drift[f"drift_{name}"] = value
            if done % 10 == 0:
                yield progress(train.steps + 1 + trips * (name == "bf16") + done, total)
    timed = {name: variants[name] for name in ("base", "merged", "unmerged")} | others(base, seed)
    measured |= {name: {} for name in timed if name not in measured}
    for number, batch in enumerate(BATCHES):
        examples = draw_task(train.task, batch, "held_out", stream(seed, "examples to time"))
        times: dict[str, list[float]] = {name: [] for name in timed}
        for done in range(repeats):
            for name, seconds in time_once(timed, examples).items():
                times[name].append(seconds)
            yield progress(total - (len(BATCHES) - number) * repeats + done + 1, total)
        for name in timed:
            ratio = median(times[name]) / median(times["base"])
            measured[name][f"latency_{batch}"] = ratio
            if name != "base":
                yield point(name, batch=batch, ratio=ratio)
    yield _conclude(measured, drift, trips)


def _train(model: Transformer, train: TrainConfig, held_out: Batch, total: int) -> Iterator[Event]:
    """Train the adapter; a point carries the mean loss since the last one."""
    losses: list[float] = []
    for taken in train_adapter(model, train, held_out):
        losses.append(taken.loss)
        if taken.accuracy is not None:
            yield point("training", step=taken.step, loss=sum(losses) / len(losses), accuracy=taken.accuracy)
            losses.clear()
        yield progress(taken.step + 1, total)


def without_base(model: Transformer) -> Transformer:
    """Return a copy whose adapted matrices have W₀ = 0, so that only s·BA (and the bias) is left of them."""
    copied = copy.deepcopy(model)
    with torch.no_grad():
        for _, layer in lora_layers(copied):
            layer.base_layer.weight.zero_()
    return copied


def compare(variants: Mapping[str, Transformer], held_out: Batch) -> dict[str, dict[str, float]]:
    """Measure each variant's accuracy and its distance from the unmerged adapter."""
    reference = predict(variants["unmerged"], held_out)
    measured = {}
    for name, model in variants.items():
        logits: Tensor = predict(model, held_out)
        measured[name] = {
            "accuracy": measure_accuracy(model, held_out),
            "delta_logit": (logits - reference).abs().max().item(),
            "agreement": (logits.argmax(-1) == reference.argmax(-1)).float().mean().item(),
        }
    return measured


@torch.no_grad()
def compare_low_precision(unmerged: Transformer, held_out: Batch) -> dict[str, float]:
    """Store W₀ in bf16, merge into it, and compare with the same adapter beside it.

    Everything is computed in fp32: what differs is that W₀ + s·BA, too, is rounded to bf16.
    """
    beside = copy.deepcopy(unmerged)
    for _, layer in lora_layers(beside):
        layer.base_layer.weight.copy_(layer.base_layer.weight.bfloat16())
    merged = copy.deepcopy(beside)
    merge(merged)
    for _, layer in lora_layers(merged):
        layer.base_layer.weight.copy_(layer.base_layer.weight.bfloat16())
    return compare({"unmerged": beside, "merged": merged}, held_out)["merged"]


def others(base: Transformer, seed: int) -> dict[str, Transformer]:
    """Return two other ways to adapt the base, untrained: time does not depend on what they know."""
    return {
        "bottleneck": add_bottlenecks(copy.deepcopy(base), UNITS, stream(seed, "bottlenecks")),
        "soft_prompt": add_soft_prompt(copy.deepcopy(base), PROMPT, stream(seed, "prompt")),
    }


def round_trips(model: Transformer, trips: int) -> Iterator[tuple[int, float]]:
    """Merge and unmerge again and again; yield (trips done, largest |W − W₀| so far left behind)."""
    before = [layer.base_layer.weight.detach().clone() for _, layer in lora_layers(model)]
    for done in range(1, trips + 1):
        merge(model)
        unmerge(model)
        after = [layer.base_layer.weight for _, layer in lora_layers(model)]
        yield done, max((b - a).abs().max().item() for b, a in zip(before, after, strict=True))


@torch.inference_mode()
def time_once(models: Mapping[str, Transformer], batch: Batch) -> dict[str, float]:
    """Answer one batch with each model in turn; return CPU seconds of this thread."""
    seconds = {}
    for name, model in models.items():
        started = time.thread_time()
        model.next_word(batch.pictures, batch.words)
        seconds[name] = time.thread_time() - started
    return seconds


def _note_equality(merged: Mapping[str, float]) -> Event:
    """Say how far merged and unmerged lie apart."""
    return note(
        f"合并与未合并：logit 最多差 {merged['delta_logit']:.1e}，{merged['agreement']:.1%} 的答案相同。",
        f"Merged against unmerged: logits differ by {merged['delta_logit']:.1e} at most, "
        f"{merged['agreement']:.1%} of the answers agree.",
    )


def _conclude(measured: dict[str, dict[str, float]], drift: dict[str, float], trips: int) -> Event:
    """Build the result."""
    rows: list[dict[str, Any]] = [{"variant": VARIANTS[name], **values} for name, values in measured.items()]
    numbers = {f"{name}_{key}": value for name, values in measured.items() for key, value in values.items()}
    outcome, verdict = judge(measured)
    return result(
        columns=COLUMNS,
        rows=rows,
        numbers={**numbers, **drift, "trips": trips},
        outcome=outcome,
        verdict=join([verdict, _say_drift(drift, trips)]),
        limits=LAB.limits,
        environment=describe_environment(),
        base=checksum(),
        measured_times=tuple(name for name in numbers if "_latency_" in name),
    )


def judge(measured: Mapping[str, Mapping[str, float]]) -> tuple[Outcome, Text]:
    """Compare what was measured with the claim: no latency, and only the new parameters at work."""
    merged, unmerged, alone = measured["merged"], measured["unmerged"], measured["only_delta"]
    same = merged["delta_logit"] <= SAME_LOGIT  # an answer may still flip, where two words tie within it
    free = max(merged[f"latency_{batch}"] for batch in BATCHES) <= FREE
    costs = max(unmerged[f"latency_{batch}"] for batch in BATCHES) > FREE
    needs_base = alone["accuracy"] < unmerged["accuracy"] - NOISE
    parts = [
        _say_merged(merged, same, free),
        _say_unmerged(unmerged, costs),
        _say_others(measured),
        _say_alone(alone, unmerged, needs_base),
        _say_low_precision(measured["merged_bf16"], merged),
    ]
    if not (same and free):
        return "fails", join(parts)
    return ("depends" if costs or needs_base else "holds"), join(parts)


def _ratios(values: Mapping[str, float]) -> str:
    """List the latency ratios by batch size."""
    return " / ".join(f"{values[f'latency_{batch}']:.2f}" for batch in BATCHES)


def _say_merged(values: Mapping[str, float], same: bool, free: bool) -> Text:
    """Judge: merged costs nothing and answers the same."""
    sizes = "/".join(str(batch) for batch in BATCHES)
    if same and values["agreement"] == 1:
        answers_zh, answers_en = "答案不变", "the same answers"
    elif same:
        answers_zh = f"结果不变，只有舍入误差（{values['agreement']:.2%} 的答案相同，其余是舍入之内的平局）"
        answers_en = (
            f"the same up to rounding ({values['agreement']:.2%} of the answers agree, the others were ties "
            "within it)"
        )
    else:
        answers_zh, answers_en = "答案变了", "other answers"
    cost_zh, cost_en = (
        ("没有额外延迟", "no added latency") if free else ("仍测出额外延迟", "added latency all the same")
    )
    return {
        "zh": f"合并之后：{answers_zh}（|Δlogit| ≤ {values['delta_logit']:.1e}），{cost_zh}"
        f"（批 {sizes} 时是基座的 {_ratios(values)} 倍）。",
        "en": f"Merged: {answers_en} (|Δlogit| ≤ {values['delta_logit']:.1e}) and {cost_en} "
        f"({_ratios(values)} times the base at batch {sizes}).",
    }


def _say_unmerged(values: Mapping[str, float], costs: bool) -> Text:
    """Judge: unmerged costs, however few the parameters."""
    if costs:
        return {
            "zh": f"不合并：{_ratios(values)} 倍。参数少、可以并行，并不能免掉这份代价；“无延迟”只在合并之"
            "后成立。",
            "en": f"Unmerged: {_ratios(values)} times. Few parameters, or computing them in parallel, do "
            "not remove "
            "that cost: “no latency” holds only once merged.",
        }
    return {
        "zh": f"不合并：{_ratios(values)} 倍，在这组设置下测不出代价。",
        "en": f"Unmerged: {_ratios(values)} times; with these settings no cost shows.",
    }


def _say_others(measured: Mapping[str, Mapping[str, float]]) -> Text:
    """Say what two methods that cannot be merged cost."""
    bottleneck, prompt = (_ratios(measured[name]) for name in ("bottleneck", "soft_prompt"))
    return {
        "zh": f"没有合并这条路的方法：瓶颈适配器 {bottleneck} 倍，{PROMPT} 个向量的软提示 {prompt} 倍。",
        "en": f"Methods that cannot be merged: a bottleneck adapter takes {bottleneck} times, a soft prompt "
        f"of {PROMPT} vectors {prompt} times.",
    }


def _say_low_precision(low: Mapping[str, float], full: Mapping[str, float]) -> Text:
    """Say what merging into bf16 weights changes."""
    more = low["delta_logit"] > SAME_LOGIT
    return {
        "zh": f"“结果不变”要看精度：权重存成 bf16 时，合并使 logit 最多差 {low['delta_logit']:.2g}，"
        f"{low['agreement']:.1%} 的答案相同（fp32：{full['delta_logit']:.1e}）。"
        if more
        else f"权重存成 bf16，合并也没有改变结果（|Δlogit| ≤ {low['delta_logit']:.1e}）。",
        "en": f"“The same” depends on precision: with weights in bf16, merging moves logits by up to "
        f"{low['delta_logit']:.2g} and {low['agreement']:.1%} of the answers agree "
        f"(fp32: {full['delta_logit']:.1e})."
        if more
        else f"With weights in bf16, merging changes nothing either (|Δlogit| ≤ {low['delta_logit']:.1e}).",
    }


def _say_alone(alone: Mapping[str, float], unmerged: Mapping[str, float], needs_base: bool) -> Text:
    """Judge: the new parameters alone answer."""
    figures = f"{alone['accuracy']:.3f}", f"{unmerged['accuracy']:.3f}"
    if needs_base:
        return {
            "zh": f"只用新增的参数（去掉 W₀）：正确率 {figures[0]}，带上 W₀ 是 {figures[1]}。推理离不开原"
            "来的权重。",
            "en": f"The new parameters alone (W₀ removed): accuracy {figures[0]} against {figures[1]} "
            "with W₀. "
            "Inference needs the old weights.",
        }
    return {
        "zh": f"只用新增的参数（去掉 W₀）：正确率 {figures[0]}，带上 W₀ 是 {figures[1]}，在这里分不出高下。",
        "en": f"The new parameters alone (W₀ removed): accuracy {figures[0]} against {figures[1]} with W₀, "
        "no difference to speak of here.",
    }


def _say_drift(drift: Mapping[str, float], trips: int) -> Text:
    """Say what merging and unmerging again and again leaves behind."""
    return {
        "zh": f"合并再拆开 {trips} 趟后，权重最多偏离 {drift['drift_fp32']:.1e}（fp32）、"
        f"{drift['drift_bf16']:.1e}（bf16）。",
        "en": f"After {trips} trips of merging and unmerging, weights are off by {drift['drift_fp32']:.1e}"
        " at most "
        f"in fp32 and {drift['drift_bf16']:.1e} in bf16.",
    }
