"""Question 12: one training step taken apart, at several widths."""

from __future__ import annotations

import copy
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from statistics import median
from typing import Any

import torch
from torch import Tensor

from labs.core.config import Text, parse_settings
from labs.core.data import Batch, draw_task, stream
from labs.core.definitions.training_cost import TRAINING_COST as LAB
from labs.core.events import Event, Outcome, join, matrix, point, progress, result
from labs.core.lora import ALL_LINEAR, LoraConfig, attach, trainable_parameters
from labs.core.model import ModelConfig, Transformer, build_model, checksum
from labs.core.training import answer_loss, describe_environment, use_one_thread

WIDTHS = (64, 128, 256, 512)
PARTS = ("forward", "backward", "optimiser")
SAME = 0.05  # a ratio of CPU time this near to 1 decides nothing

FULL: Text = {"zh": "全参数微调", "en": "full fine-tuning"}
SUM: Text = {"zh": "合计", "en": "whole step"}
METHODS = {"full": FULL, **{name: LAB.series[name] for name in ("lora_all", "lora_qv", "head")}}
COLUMNS: dict[str, Text] = {
    "method": {"zh": "方法", "en": "method"},
    "width": {"zh": "宽度", "en": "width"},
    "parameters": {"zh": "可训练参数", "en": "trainable parameters"},
    "gradient_bytes": {"zh": "梯度字节", "en": "gradient bytes"},
    "state_bytes": {"zh": "优化器状态字节", "en": "optimiser bytes"},
    "forward": {"zh": "前向 ms", "en": "forward ms"},
    "backward": {"zh": "反向 ms", "en": "backward ms"},
    "optimiser": {"zh": "优化器 ms", "en": "optimiser ms"},
    "ratio": {"zh": "一步 ÷ 全参数", "en": "step ÷ full"},
}


@dataclass(frozen=True)
class Trainee:
    """A model with what of it is trained, and its optimiser."""

    model: Transformer
    optimizer: torch.optim.Optimizer

    def step(self, batch: Batch) -> tuple[float, float, float]:
        """Take one step; return the CPU seconds of forward, backward and optimiser."""
        self.optimizer.zero_grad()
        began = time.thread_time()
        loss = answer_loss(self.model, batch)
        forward = time.thread_time()
        loss.backward()  # type: ignore[no-untyped-call]
        backward = time.thread_time()
        self.optimizer.step()
        return forward - began, backward - forward, time.thread_time() - backward

    def bytes(self) -> dict[str, int]:
        """Count, after a step, what is trained and the bytes of its gradients and of AdamW's state."""
        parameters = trainable_parameters(self.model)
        state = [v for s in self.optimizer.state.values() for v in s.values() if isinstance(v, Tensor)]
        return {
            "parameters": sum(p.numel() for p in parameters),
            "gradient_bytes": sum(_size(p.grad) for p in self.model.parameters() if p.grad is not None),
            "state_bytes": sum(_size(value) for value in state),
        }


def _size(tensor: Tensor) -> int:
    return tensor.numel() * tensor.element_size()


def run(settings: Mapping[str, object], seed: int) -> Iterator[Event]:
    """Take training steps with every method in turn, width after width."""
    chosen = parse_settings(LAB.parameters, settings)
    widths = [width for width in WIDTHS if width <= int(chosen["widest"])]
    rounds = int(chosen["rounds"])
    total = len(widths) * (rounds + 1)
    yield progress(0, total, {"zh": "装入图片", "en": "loading the pictures"})
    use_one_thread()
    batch = draw_task("gap", int(chosen["batch_size"]), "train", stream(seed, "examples of gap"))
    measured: dict[int, dict[str, dict[str, float]]] = {}
    for number, width in enumerate(widths):
        trainees = make_trainees(width, int(chosen["r"]), seed)
        for trainee in trainees.values():
            trainee.step(batch)  # not timed: it also makes the optimiser's state
        measured[width] = {name: dict(trainee.bytes()) for name, trainee in trainees.items()}
        yield from _draw_memory(width, measured[width])
        yield progress(number * (rounds + 1) + 1, total)
        times: dict[str, list[tuple[float, float, float]]] = {name: [] for name in trainees}
        for done in range(rounds):
            for name, trainee in trainees.items():
                times[name].append(trainee.step(batch))
            yield progress(number * (rounds + 1) + done + 2, total)
        for name, steps in times.items():
            measured[width][name] |= summarise(steps, times["full"])
        yield from _draw_times(width, measured[width])
    yield _draw_split(measured[widths[-1]])
    yield _conclude(measured)


def make_trainees(width: int, r: int, seed: int) -> dict[str, Trainee]:
    """Return one freshly drawn model of this width, prepared for each method."""
    base = build_model(ModelConfig(width=width), stream(seed, f"model of width {width}"))
    models = {name: copy.deepcopy(base) for name in METHODS}
    attach(models["lora_all"], LoraConfig(r, r, ALL_LINEAR), stream(seed, "initial adapter"))
    attach(models["lora_qv"], LoraConfig(r, r, ("q_proj", "v_proj")), stream(seed, "initial adapter"))
    models["head"].requires_grad_(False).head.requires_grad_(True)
    return {
        name: Trainee(model, torch.optim.AdamW(trainable_parameters(model), lr=1e-4, fused=True))
        for name, model in models.items()
    }


def summarise(
    steps: list[tuple[float, float, float]], full: list[tuple[float, float, float]]
) -> dict[str, float]:
    """Return the median milliseconds of each part, the ratio of each to full fine-tuning, and of the step."""
    parts = {part: median(step[i] for step in steps) for i, part in enumerate(PARTS)}
    whole = {part: median(step[i] for step in full) for i, part in enumerate(PARTS)}
    return {
        **{part: seconds * 1000 for part, seconds in parts.items()},
        **{f"{part}_ratio": parts[part] / whole[part] for part in PARTS},
        "ratio": sum(parts.values()) / sum(whole.values()),
    }


def _memory(values: Mapping[str, float]) -> float:
    return values["gradient_bytes"] + values["state_bytes"]


def _draw_memory(width: int, measured: Mapping[str, Mapping[str, float]]) -> Iterator[Event]:
    """Draw the bytes as shares of those of full fine-tuning."""
    for name, values in measured.items():
        if name != "full":
            yield point(name, width=width, memory=_memory(values) / _memory(measured["full"]))


def _draw_times(width: int, measured: Mapping[str, Mapping[str, float]]) -> Iterator[Event]:
    """Draw the ratios of the step and of its parts."""
    for name, values in measured.items():
        if name != "full":
            yield point(name, width=width, ratio=values["ratio"])
    for part in PARTS:
        yield point(part, width=width, part=measured["lora_all"][f"{part}_ratio"])


def _draw_split(measured: Mapping[str, Mapping[str, float]]) -> Event:
    """Draw each part of each method's step as a share of the whole step of full fine-tuning."""
    whole = sum(measured["full"][part] for part in PARTS)
    rows = [[values[part] / whole for part in PARTS] for values in measured.values()]
    totals = [[*row, sum(row)] for row in rows]
    columns = [*(LAB.series[part] for part in PARTS), SUM]
    return matrix("split", [METHODS[name] for name in measured], columns, totals, max(map(max, totals)))


def _conclude(measured: Mapping[int, Mapping[str, Mapping[str, float]]]) -> Event:
    """Build the result."""
    rows: list[dict[str, Any]] = [
        {"method": METHODS[name], "width": width, **{key: values[key] for key in COLUMNS if key in values}}
        for width, methods in measured.items()
        for name, values in methods.items()
    ]
    numbers = {
        f"{name}_{width}_{key}": value
        for width, methods in measured.items()
        for name, values in methods.items()
        for key, value in values.items()
    }
    outcome, verdict = judge(measured)
    return result(
        columns=COLUMNS,
        rows=rows,
        numbers=numbers,
        outcome=outcome,
        verdict=verdict,
        limits=LAB.limits,
        environment=describe_environment(),
        base=checksum(),
        measured_times=tuple(n for n in numbers if not n.endswith(("_parameters", "_bytes"))),
    )


def judge(measured: Mapping[int, Mapping[str, Mapping[str, float]]]) -> tuple[Outcome, Text]:
    """Compare the claim with the step times of LoRA on all linears and on q and v."""
    ratios = [methods[name]["ratio"] for methods in measured.values() for name in ("lora_all", "lora_qv")]
    faster = [ratio < 1 - SAME for ratio in ratios]
    outcome: Outcome = "holds" if all(faster) else "depends" if any(faster) else "fails"
    return outcome, join([_say_ratios(measured), _say_parts(measured), _say_memory(measured)])


def _say_ratios(measured: Mapping[int, Mapping[str, Mapping[str, float]]]) -> Text:
    """List the ratios by width, and say where LoRA is slower."""
    widths = "/".join(str(width) for width in measured)
    everywhere, qv = (
        " / ".join(f"{methods[name]['ratio']:.2f}" for methods in measured.values())
        for name in ("lora_all", "lora_qv")
    )
    slower = [str(w) for w, methods in measured.items() if methods["lora_all"]["ratio"] >= 1 - SAME]
    zh = f"宽度 {'、'.join(slower)} 时全部线性层上的 LoRA 并不更快。" if slower else "各个宽度上都更快。"
    en = (
        f"LoRA on all linears is no faster at width {', '.join(slower)}."
        if slower
        else "It is faster at every width."
    )
    return {
        "zh": f"宽度 {widths}：一步的时间是全参数微调的 {everywhere} 倍（全部线性层）、{qv} 倍（q 与 "
        f"v）。{zh}",
        "en": f"At width {widths} a step takes {everywhere} times full fine-tuning (all linears), "
        f"{qv} times (q and v). {en}",
    }


def _say_parts(measured: Mapping[int, Mapping[str, Mapping[str, float]]]) -> Text:
    """Say where the time goes at the largest width."""
    width = max(measured)
    ratios = {part: measured[width]["lora_all"][f"{part}_ratio"] for part in PARTS}
    forward, backward, optimiser = (f"{ratio - 1:+.0%}" for ratio in ratios.values())
    if ratios["backward"] < 1 - SAME:
        zh = "省下的是冻结权重的梯度；激活值的梯度仍要一路传回去，反向没有消失。"
        en = "What is saved are the gradients of frozen weights; those of activations still flow back."
    else:
        zh = "反向没有省：激活值的梯度仍要一路传回去，冻结权重的那一份抵不过 LoRA 多出的矩阵。"
        en = (
            "Backward saves nothing here: gradients of activations still flow, and those of frozen weights "
            "do not outweigh LoRA's extra products."
        )
    return {
        "zh": f"宽度 {width}，全部线性层：前向 {forward}，反向 {backward}，优化器 {optimiser}。{zh}",
        "en": f"At width {width}, all linears: forward {forward}, backward {backward}, optimiser "
        f"{optimiser}. {en}",
    }


def _say_memory(measured: Mapping[int, Mapping[str, Mapping[str, float]]]) -> Text:
    """Say what memory LoRA takes."""
    shares = [_memory(methods["lora_all"]) / _memory(methods["full"]) for methods in measured.values()]
    listed = " / ".join(f"{share:.1%}" for share in shares)
    saved_zh, saved_en = (
        ("每个宽度都省下的是内存", "What every width saves is memory")
        if max(shares) < 1
        else ("内存", "Memory")
    )
    return {
        "zh": f"{saved_zh}：梯度与优化器状态是全参数微调的 {listed}。",
        "en": f"{saved_en}: gradients and optimiser state are {listed} of full fine-tuning's.",
    }
