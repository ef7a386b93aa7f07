"""Question 9: eight ways of fine-tuning, side by side on one task."""

from __future__ import annotations

import copy
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from safetensors.torch import save

from labs.core.config import Settings, Text, parse_settings
from labs.core.data import stream
from labs.core.definitions.methods import METHODS as LAB
from labs.core.events import Event, Outcome, join, point, progress, result
from labs.core.lora import LoraConfig, attach, disable
from labs.core.methods.bottleneck import add_bottlenecks
from labs.core.methods.prompts import add_p_tuning, add_prefix, add_soft_prompt
from labs.core.methods.selective import train_all, train_biases, train_head
from labs.core.model import Transformer, checksum, load_model
from labs.core.training import (
    TrainConfig,
    TrainStep,
    describe_environment,
    held_out_base,
    held_out_task,
    measure_accuracy,
    predict,
    train_adapter,
    use_one_thread,
)

UNITS = 8  # of a bottleneck
NOISE = 0.05  # differences of accuracy up to this decide nothing
RATES = {
    "lora": 8e-3,
    "full": 1e-3,
    "bottleneck": 5e-3,
    "prefix": 1e-2,
    "p_tuning": 5e-3,
    "soft_prompt": 1e-2,
    "biases": 1e-2,
    "head": 1e-2,
}
PREPARE: dict[str, Callable[[Transformer, Settings, int], Transformer]] = {
    "lora": lambda model, chosen, seed: _with_lora(model, int(chosen["r"]), seed),
    "full": lambda model, chosen, seed: train_all(model),
    "bottleneck": lambda model, chosen, seed: add_bottlenecks(model, UNITS, stream(seed, "bottlenecks")),
    "prefix": lambda model, chosen, seed: add_prefix(model, int(chosen["length"]), stream(seed, "prefix")),
    "p_tuning": lambda model, chosen, seed: add_p_tuning(
        model, int(chosen["length"]), stream(seed, "prompt")
    ),
    "soft_prompt": lambda model, chosen, seed: add_soft_prompt(
        model, int(chosen["length"]), stream(seed, "prompt")
    ),
    "biases": lambda model, chosen, seed: train_biases(model),
    "head": lambda model, chosen, seed: train_head(model),
}
PROMPTS = ("prefix", "p_tuning", "soft_prompt")

COLUMNS: dict[str, Text] = {
    "method": {"zh": "方法", "en": "method"},
    "accuracy": {"zh": "训练后新任务正确率", "en": "new task after training"},
    "base_accuracy_after": {"zh": "训练后旧任务正确率", "en": "old tasks after training"},
    "parameters": {"zh": "可训练参数", "en": "trainable parameters"},
    "gradient_bytes": {"zh": "梯度字节", "en": "gradient bytes"},
    "moment_bytes": {"zh": "优化器动量字节", "en": "bytes of the optimiser's moments"},
    "file_bytes": {"zh": "存成文件的字节", "en": "bytes of the saved file"},
    "step_ratio": {"zh": "一步的时间 ÷ 全参数", "en": "time of a step ÷ full"},
}


@dataclass(frozen=True)
class Arm:
    """One method in training."""

    name: str
    model: Transformer
    training: Iterator[TrainStep]
    losses: list[float] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)  # CPU time of the steps without an evaluation


def _with_lora(model: Transformer, r: int, seed: int) -> Transformer:
    attach(model, LoraConfig(r, r), stream(seed, "initial adapter"))
    return model


def run(settings: Mapping[str, object], seed: int) -> Iterator[Event]:
    """Train every method side by side on the same examples, then measure what each kept and cost."""
    chosen = parse_settings(LAB.parameters, settings)
    task, steps = str(chosen["task"]), int(chosen["steps"])
    total = len(PREPARE) * (steps + 2)
    yield progress(0, total, {"zh": "装入基座与图片", "en": "loading the base and the pictures"})
    use_one_thread()
    base, held_out, old = load_model(), held_out_task(task, 200), held_out_base(200)
    start = {"start_accuracy": measure_accuracy(base, held_out), "base_accuracy": measure_accuracy(base, old)}
    arms = []
    for name, prepare in PREPARE.items():
        model = prepare(copy.deepcopy(base), chosen, seed)
        train = TrainConfig(task, seed, steps=steps, lr=RATES[name], evaluations=4)
        arms.append(Arm(name, model, train_adapter(model, train, held_out)))
    yield from _train(arms, steps, total)
    measured = {}
    for number, arm in enumerate(arms):
        measured[arm.name] = {
            "accuracy": measure_accuracy(arm.model, held_out),
            "base_accuracy_after": measure_accuracy(arm.model, old),
            **_bytes(arm.model),
            "step_ratio": median(arm.seconds) / median(arms[1].seconds),
        }
        yield progress(total - len(arms) + number + 1, total)
    disable(arms[0].model)
    start["lora_off_difference"] = (predict(arms[0].model, old) - predict(base, old)).abs().max().item()
    yield _conclude(measured, start)


def _train(arms: list[Arm], steps: int, total: int) -> Iterator[Event]:
    """Take one step of every arm in turn; a point carries the mean loss since the arm's last one."""
    for step in range(steps + 1):
        for number, arm in enumerate(arms):
            began = time.thread_time()
            taken = next(arm.training)
            spent = time.thread_time() - began
            arm.losses.append(taken.loss)
            if taken.accuracy is None:
                arm.seconds.append(spent)
            else:
                mean = sum(arm.losses) / len(arm.losses)
                arm.losses.clear()
                yield point(arm.name, step=step, loss=mean, accuracy=taken.accuracy)
            yield progress(step * len(arms) + number + 1, total)


def _bytes(model: Transformer) -> dict[str, int]:
    """Count what is trained, and the bytes of its gradients, of Adam's two moments and of its file."""
    named = {name: p for name, p in model.named_parameters() if p.requires_grad}
    parameters = list(named.values())
    size = sum(p.numel() * p.element_size() for p in parameters)
    return {
        "parameters": sum(p.numel() for p in parameters),
        "gradient_bytes": size,
        "moment_bytes": 2 * size,
        "file_bytes": len(save({name: p.detach() for name, p in named.items()})),
    }


def _conclude(measured: Mapping[str, Mapping[str, float]], start: Mapping[str, float]) -> Event:
    """Build the result."""
    rows: list[dict[str, Any]] = [{"method": LAB.series[name], **values} for name, values in measured.items()]
    numbers = {f"{name}_{key}": value for name, values in measured.items() for key, value in values.items()}
    outcome, verdict = judge(measured, start)
    return result(
        columns=COLUMNS,
        rows=rows,
        numbers={**start, **numbers},
        outcome=outcome,
        verdict=verdict,
        limits=LAB.limits,
        environment=describe_environment(),
        base=checksum(),
        measured_times=tuple(name for name in numbers if name.endswith("_step_ratio")),
    )


def judge(measured: Mapping[str, Mapping[str, float]], start: Mapping[str, float]) -> tuple[Outcome, Text]:
    """Compare the claim with the accuracies: LoRA and P-tuning do as well as full fine-tuning."""
    full = measured["full"]["accuracy"]
    learnt = full > start["start_accuracy"] + NOISE
    lora = measured["lora"]["accuracy"] >= full - NOISE
    p_tuning = measured["p_tuning"]["accuracy"] >= full - NOISE
    parts = [
        _say_accuracy(measured, learnt),
        _say_prompts(measured, start["start_accuracy"]),
        _say_forgetting(measured, start),
    ]
    if learnt and lora and p_tuning:
        return "holds", join(parts)
    return ("depends" if not learnt or lora or p_tuning else "fails"), join(parts)


def _say_accuracy(measured: Mapping[str, Mapping[str, float]], learnt: bool) -> Text:
    """Compare LoRA and P-tuning with full fine-tuning."""
    full, lora, p_tuning = (measured[name]["accuracy"] for name in ("full", "lora", "p_tuning"))
    share = measured["lora"]["parameters"] / measured["full"]["parameters"]
    prompt_share = measured["p_tuning"]["parameters"] / measured["full"]["parameters"]
    note_zh = "" if learnt else "全参数微调自己也没有学会，比较说明不了什么。"
    note_en = "" if learnt else " Full fine-tuning itself did not learn, so the comparison shows little."
    return {
        "zh": f"正确率：全参数微调 {full:.3f}，LoRA {lora:.3f}（参数是它的 {share:.1%}），P-tuning "
        f"{p_tuning:.3f}"
        f"（{prompt_share:.1%}）。{note_zh}",
        "en": f"Accuracy: full fine-tuning {full:.3f}, LoRA {lora:.3f} (with {share:.1%} of its parameters), "
        f"P-tuning {p_tuning:.3f} ({prompt_share:.1%}).{note_en}",
    }


def _say_prompts(measured: Mapping[str, Mapping[str, float]], start: float) -> Text:
    """Compare the best of the prompt methods with LoRA."""
    best = max(PROMPTS, key=lambda name: measured[name]["accuracy"])
    accuracy, label = measured[best]["accuracy"], LAB.series[best]
    if accuracy >= measured["lora"]["accuracy"] - NOISE:
        zh, en = "不比 LoRA 差", "no worse than LoRA"
    elif accuracy <= start + 2 * NOISE:
        zh, en = "在这里几乎没有学会", "which learnt next to nothing here"
    else:
        zh, en = "学会了一部分，落后于 LoRA", "which learnt some of it and lies behind LoRA"
    return {
        "zh": f"提示类方法里最好的是{label['zh']}（{start:.3f} → {accuracy:.3f}），{zh}。",
        "en": f"The best of the prompt methods is the {label['en']} ({start:.3f} → {accuracy:.3f}), {en}.",
    }


def _say_forgetting(measured: Mapping[str, Mapping[str, float]], start: Mapping[str, float]) -> Text:
    """Say what became of the old tasks, and that LoRA can be switched off."""
    before = start["base_accuracy"]
    full, lora = (measured[name]["base_accuracy_after"] for name in ("full", "lora"))
    off = start["lora_off_difference"]
    return {
        "zh": f"旧任务从 {before:.3f} 变为：全参数微调 {full:.3f}，LoRA {lora:.3f}。关掉 LoRA，"
        f"输出与基座相差 {off:.1g}，"
        "全参数微调没有这个开关。",
        "en": f"Old tasks went from {before:.3f} to {full:.3f} (full fine-tuning) and {lora:.3f} "
        "(LoRA). Switched "
        f"off, LoRA leaves a difference of {off:.1g} from the base; full fine-tuning has no such switch.",
    }
