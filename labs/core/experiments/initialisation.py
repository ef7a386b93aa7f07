"""Question 10: which starts of A and B leave the model alone, which of them learn, and why."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from torch import Tensor

from labs.core.config import Settings, Text, parse_settings
from labs.core.data import Batch, draw_task, stream
from labs.core.definitions.initialisation import INITIALISATION as LAB
from labs.core.events import Event, Outcome, join, note, point, progress, result
from labs.core.lora import Init, LoraConfig, attach, delta_ranks, relative_update
from labs.core.model import Transformer, checksum, load_model
from labs.core.training import (
    TrainConfig,
    TrainStep,
    describe_environment,
    gradient_norms,
    held_out_base,
    held_out_task,
    measure_accuracy,
    predict,
    share_right,
    train_adapter,
    use_one_thread,
)

ARMS: dict[str, Init] = {
    "b_zero": "kaiming",
    "a_zero": "a_zero",
    "both_zero": "both_zero",
    "both_gaussian": "both_gaussian",
    "both_gaussian_small": "both_gaussian",
    "rows_tied": "rows_tied",
}
CLAIMED = ("b_zero", "both_zero", "both_gaussian")
SMALL = 0.04  # ‖ΔW‖/‖W‖ of the arm that stands there for contrast
NOISE = 0.05  # differences of accuracy up to this decide nothing

COLUMNS: dict[str, Text] = {
    "arm": {"zh": "初始化", "en": "start"},
    "delta_logit": {"zh": "第 0 步最大 |Δlogit|", "en": "max |Δlogit| at step 0"},
    "gradient_a": {"zh": "第 0 步 ‖∂L/∂A‖", "en": "‖∂L/∂A‖ at step 0"},
    "gradient_b": {"zh": "第 0 步 ‖∂L/∂B‖", "en": "‖∂L/∂B‖ at step 0"},
    "relative_update": {"zh": "第 0 步 ‖ΔW‖/‖W‖", "en": "‖ΔW‖/‖W‖ at step 0"},
    "base_accuracy": {"zh": "第 0 步旧任务正确率", "en": "old tasks at step 0"},
    "accuracy": {"zh": "训练后新任务正确率", "en": "new task after training"},
    "base_accuracy_after": {"zh": "训练后旧任务正确率", "en": "old tasks after training"},
    "rank": {"zh": "训练后 ΔW 的秩（各层最大）", "en": "rank of ΔW after training (largest of the layers)"},
}


@dataclass(frozen=True)
class Ground:
    """What every arm starts from and is measured on."""

    base: Transformer
    old: Batch  # questions of pre-training
    logits: Tensor  # (n, V), the base's on them
    new: Batch  # the task to learn


@dataclass(frozen=True)
class Arm:
    """One start: its adapted model, its training, and what has been measured so far."""

    name: str
    model: Transformer
    training: Iterator[TrainStep]
    measured: dict[str, float]


def run(settings: Mapping[str, object], seed: int) -> Iterator[Event]:
    """Measure every start, then train all of them side by side on the same examples."""
    chosen = parse_settings(LAB.parameters, settings)
    names = tuple(ARMS) if chosen["arms"] == "all" else CLAIMED
    train = TrainConfig(str(chosen["task"]), seed, steps=int(chosen["steps"]), lr=float(chosen["lr"]))
    total = len(names) * (train.steps + 2)  # measure the start, then steps 0 … n
    yield progress(0, total, {"zh": "装入基座与图片", "en": "loading the base and the pictures"})
    use_one_thread()
    base, old, new = load_model(), held_out_base(), held_out_task(train.task)
    ground = Ground(base, old, predict(base, old), new)
    base_numbers = {
        "base_accuracy": share_right(ground.logits, old),
        "start_accuracy": measure_accuracy(base, new),
    }
    arms = []
    for name in names:
        arms.append(_start(name, chosen, train, ground))
        yield progress(len(arms), total, LAB.series[name])
    yield _note_start({arm.name: arm.measured for arm in arms})
    yield from _train(arms, train, total)
    for arm in arms:
        arm.measured["accuracy"] = measure_accuracy(arm.model, new)
        arm.measured["base_accuracy_after"] = measure_accuracy(arm.model, old)
        arm.measured["rank"] = max(delta_ranks(arm.model).values())
    yield _conclude({arm.name: arm.measured for arm in arms}, base_numbers)


def _start(name: str, chosen: Settings, train: TrainConfig, ground: Ground) -> Arm:
    """Attach an adapter with one start and measure it before any step."""
    config = LoraConfig(
        r=int(chosen["r"]),
        lora_alpha=int(chosen["lora_alpha"]),
        init_lora_weights=ARMS[name],
        init_scale=SMALL if name == "both_gaussian_small" else float(chosen["init_scale"]),
    )
    model = copy.deepcopy(ground.base)
    attach(model, config, stream(train.seed, "initial adapter"))
    examples = draw_task(train.task, 128, "train", stream(train.seed, "examples of the gradient"))
    gradient = gradient_norms(model, examples)
    logits = predict(model, ground.old)
    measured = {
        "delta_logit": (logits - ground.logits).abs().max().item(),
        "gradient_a": gradient["lora_A"],
        "gradient_b": gradient["lora_B"],
        "relative_update": relative_update(model),
        "base_accuracy": share_right(logits, ground.old),
    }
    return Arm(name, model, train_adapter(model, train, ground.new), measured)


def _train(arms: list[Arm], train: TrainConfig, total: int) -> Iterator[Event]:
    """Take one step of every arm in turn; a point carries the mean loss since the arm's last point."""
    losses: dict[str, list[float]] = {arm.name: [] for arm in arms}
    for step in range(train.steps + 1):
        for number, arm in enumerate(arms):
            taken = next(arm.training)
            losses[arm.name].append(taken.loss)
            if taken.accuracy is not None:
                mean = sum(losses[arm.name]) / len(losses[arm.name])
                losses[arm.name].clear()
                yield point(arm.name, step=taken.step, loss=mean, accuracy=taken.accuracy)
            yield progress((step + 1) * len(arms) + number + 1, total)


def _note_start(measured: Mapping[str, Mapping[str, float]]) -> Event:
    """Say which starts change the model before it has learnt anything."""
    same = [LAB.series[name] for name, values in measured.items() if values["delta_logit"] == 0]
    changed = [LAB.series[name] for name, values in measured.items() if values["delta_logit"] != 0]
    return note(
        f"训练前：与基座逐位相同的有 {_listed(same, 'zh')}；已经不同的有 {_listed(changed, 'zh')}。",
        f"Before any step: equal to the base to the bit: {_listed(same, 'en')}; "
        f"already different: {_listed(changed, 'en')}.",
    )


def _listed(labels: list[Text], language: str) -> str:
    """Join labels in one language."""
    words = [label["zh"] if language == "zh" else label["en"] for label in labels]
    return ("、" if language == "zh" else "; ").join(f"“{word}”" for word in words) or "—"


def _conclude(measured: Mapping[str, Mapping[str, float]], base: Mapping[str, float]) -> Event:
    """Build the result."""
    rows: list[dict[str, Any]] = [{"arm": LAB.series[name], **values} for name, values in measured.items()]
    numbers = {f"{name}_{key}": value for name, values in measured.items() for key, value in values.items()}
    outcome, verdict = judge(measured, base["start_accuracy"])
    return result(
        columns=COLUMNS,
        rows=rows,
        numbers={**base, **numbers},
        outcome=outcome,
        verdict=verdict,
        limits=LAB.limits,
        environment=describe_environment(),
        base=checksum(),
    )


def judge(measured: Mapping[str, Mapping[str, float]], start: float) -> tuple[Outcome, Text]:
    """Compare the claim's three parts with what was measured; `start` is the base's accuracy on the task."""
    b_zero, both_zero, gaussian = (measured[name] for name in CLAIMED)
    learns = b_zero["delta_logit"] == 0 and b_zero["accuracy"] > start + NOISE
    stuck = both_zero["gradient_a"] == both_zero["gradient_b"] == 0 and both_zero["rank"] == 0
    harms = gaussian["accuracy"] < b_zero["accuracy"] - NOISE
    small = measured.get("both_gaussian_small")
    size_decides = harms and small is not None and small["accuracy"] >= b_zero["accuracy"] - NOISE
    parts = [
        _say_b_zero(b_zero, start, learns),
        _say_both_zero(both_zero, stuck),
        _say_gaussian(gaussian, harms),
    ]
    if small is not None:
        parts.append(_say_small(small, b_zero))
    parts += [_say_a_zero(measured["a_zero"], start)] if "a_zero" in measured else []
    parts += [_say_tied(measured["rows_tied"])] if "rows_tied" in measured else []
    if not (learns and stuck and harms):
        return "fails", join(parts)
    return ("depends" if size_decides else "holds"), join(parts)


def _say_b_zero(values: Mapping[str, float], start: float, learns: bool) -> Text:
    """Judge: B zero starts from the base and learns."""
    change = f"{start:.3f} → {values['accuracy']:.3f}"
    if learns:
        return {
            "zh": f"B 为零：训练前与基座逐位相同，之后学会了（{change}）。",
            "en": f"B zero: equal to the base to the bit before training, and it learns ({change}).",
        }
    return {
        "zh": f"B 为零：在这组设置下没有学会（{change}），其余比较也就说明不了什么。",
        "en": f"B zero: with these settings it does not learn ({change}), so the other comparisons show "
        "little.",
    }


def _say_both_zero(values: Mapping[str, float], stuck: bool) -> Text:
    """Judge: both at zero cannot learn."""
    if stuck:
        return {
            "zh": "都为零：两个梯度恰好是 0，一步也没有动。这不是逐渐变小的“梯度消失”，也不是对称性，而是"
            "一个鞍点："
            "∂L/∂A 带着因子 B，∂L/∂B 带着因子 A。",
            "en": "Both zero: both gradients are exactly 0 and nothing ever moved. That is no gradient that "
            "fades, and not symmetry, but a saddle: ∂L/∂A carries the factor B, ∂L/∂B the factor A.",
        }
    return {
        "zh": f"都为零：却动了（‖∂L/∂A‖ = {values['gradient_a']:.3g}，‖∂L/∂B‖ = {values['gradient_b']:.3g}"
        "）。",
        "en": f"Both zero: yet it moved (‖∂L/∂A‖ = {values['gradient_a']:.3g}, "
        f"‖∂L/∂B‖ = {values['gradient_b']:.3g}).",
    }


def _say_gaussian(values: Mapping[str, float], harms: bool) -> Text:
    """Judge: both Gaussian at the chosen size harm."""
    zh = (
        f"都为高斯，‖ΔW‖/‖W‖ = {values['relative_update']:.3g}：训练前旧任务正确率 "
        f"{values['base_accuracy']:.3f}，"
        f"训练后新任务 {values['accuracy']:.3f}"
    )
    en = (
        f"Both Gaussian at ‖ΔW‖/‖W‖ = {values['relative_update']:.3g}: old tasks "
        f"{values['base_accuracy']:.3f} before "
        f"training, new task {values['accuracy']:.3f} after it"
    )
    if harms:
        return {"zh": f"{zh}，确实受损。", "en": f"{en}: harmed indeed."}
    return {"zh": f"{zh}，没有受损。", "en": f"{en}: not harmed."}


def _say_small(values: Mapping[str, float], b_zero: Mapping[str, float]) -> Text:
    """Judge: the same start, small."""
    same = values["accuracy"] >= b_zero["accuracy"] - NOISE
    return {
        "zh": f"同样都为高斯，但 ‖ΔW‖/‖W‖ = {SMALL}：{values['accuracy']:.3f}，"
        + ("并不比 B 为零差：起作用的是大小，不是“都随机”。" if same else "也比 B 为零差。"),
        "en": f"The same at ‖ΔW‖/‖W‖ = {SMALL}: {values['accuracy']:.3f}, "
        + (
            "no worse than B zero: the size decides, not that both are random."
            if same
            else "worse than B zero too."
        ),
    }


def _say_a_zero(values: Mapping[str, float], start: float) -> Text:
    """Judge: which of the two is zero."""
    works = values["delta_logit"] == 0 and values["accuracy"] > start + NOISE
    return {
        "zh": f"A 为零、B 随机：{values['accuracy']:.3f}，"
        + (
            "起点同样不变，也学得会：要不动起点，有一个为零就够，不一定是 B。"
            if works
            else "在这里没有学会。"
        ),
        "en": f"A zero and B random: {values['accuracy']:.3f}, "
        + (
            "the same untouched start, and it learns: one zero is enough for that, and it need not be B."
            if works
            else "which did not learn here."
        ),
    }


def _say_tied(values: Mapping[str, float]) -> Text:
    """Judge: what symmetry really looks like."""
    return {
        "zh": f"真正的对称性是 A 的各行相同：它学得动，但训练后 ΔW 的秩是 {values['rank']:.0f}"
        f"（正确率 {values['accuracy']:.3f}）。",
        "en": "Symmetry proper is A with equal rows: it does learn, but ΔW ends at rank "
        f"{values['rank']:.0f} "
        f"(accuracy {values['accuracy']:.3f}).",
    }
