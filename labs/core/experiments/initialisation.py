"""Question 10: which starts of A and B leave the model alone, which of them learn, and why."""

from __future__ import annotations

import copy
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from labs.core.config import Text, parse_settings
from labs.core.curves import follow_sweeps
from labs.core.data import Batch, draw_task, stream
from labs.core.definitions.initialisation import INITIALISATION as LAB
from labs.core.events import Event, Outcome, join, matrix, note, point, progress, result
from labs.core.lora import (
    ALL_LINEAR,
    Init,
    LoraConfig,
    attach,
    delta_ranks,
    lora_layers,
    relative_update,
)
from labs.core.model import Transformer, checksum, load_model
from labs.core.sweep import Arm, Sweep
from labs.core.training import (
    TrainConfig,
    answer_loss,
    describe_environment,
    held_out_base,
    held_out_task,
    measure_accuracy,
    predict,
    share_right,
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
DIRECTIONS = 8  # singular values that the map shows
SMALL = 0.04  # ‖ΔW‖/‖W‖ of the arm that stands there for contrast
NOISE = 0.05  # differences of accuracy up to this decide nothing

COLUMNS: dict[str, Text] = {
    "arm": {"zh": "初始化", "en": "start"},
    "delta_logit": {"zh": "第 0 步最大 |Δlogit|", "en": "max |Δlogit| at step 0"},
    "gradient_a": {"zh": "第 0 步 ‖∂L/∂A‖", "en": "‖∂L/∂A‖ at step 0"},
    "gradient_b": {"zh": "第 0 步 ‖∂L/∂B‖", "en": "‖∂L/∂B‖ at step 0"},
    "relative_update": {"zh": "第 0 步 ‖ΔW‖/‖W‖", "en": "‖ΔW‖/‖W‖ at step 0"},
    "base_accuracy": {"zh": "第 0 步旧任务正确率", "en": "old tasks at step 0"},
    "new_accuracy": {"zh": "第 0 步新任务正确率", "en": "new task at step 0"},
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


def run(settings: Mapping[str, object], seed: int) -> Iterator[Event]:
    """Measure every start, then train all of them side by side on the same examples."""
    chosen = parse_settings(LAB.parameters, settings)
    names = tuple(ARMS) if chosen["arms"] == "all" else CLAIMED
    train = TrainConfig(str(chosen["task"]), seed, steps=int(chosen["steps"]), lr=float(chosen["lr"]))
    total = 2 * len(names) + train.steps + 1  # measure the starts, take steps 0 … n, measure the ends
    yield progress(0, total, {"zh": "装入基座与图片", "en": "loading the base and the pictures"})
    use_one_thread()
    base, old, new = load_model(), held_out_base(), held_out_task(train.task)
    ground = Ground(base, old, predict(base, old), new)
    base_numbers = {
        "base_accuracy": share_right(ground.logits, old),
        "start_accuracy": measure_accuracy(base, new),
    }
    arms = []
    measured: dict[str, dict[str, float]] = {}
    gradients = {}
    for name in names:
        scale = SMALL if name == "both_gaussian_small" else float(chosen["init_scale"])
        config = LoraConfig(
            int(chosen["r"]), int(chosen["lora_alpha"]), init_lora_weights=ARMS[name], init_scale=scale
        )
        arms.append(Arm(name, config, train.lr, train.task))
        measured[name], gradients[name] = measure_start(config, train, ground)
        yield point(name, step=0, accuracy=measured[name]["new_accuracy"])
        yield progress(len(arms), total, LAB.series[name])
    yield _note_start(measured)
    yield from _draw_gradients(gradients)
    sweep = Sweep(base, arms, seed)
    starts = {name: values["new_accuracy"] for name, values in measured.items()}
    reached = yield from follow_sweeps(
        (sweep,), train, {train.task: new}, total, starts=starts, done=len(names)
    )
    spectra = {}
    for number, arm in enumerate(arms):
        model = sweep.single(number)
        measured[arm.name]["accuracy"] = reached[arm.name]
        measured[arm.name]["base_accuracy_after"] = measure_accuracy(model, old)
        measured[arm.name]["rank"] = max(delta_ranks(model).values())
        spectra[arm.name] = singular_values(model)
        yield progress(total - len(arms) + number + 1, total)
    yield _draw_spectra(spectra)
    yield _conclude(measured, base_numbers)


def measure_start(
    config: LoraConfig, train: TrainConfig, ground: Ground
) -> tuple[dict[str, float], dict[str, dict[str, float]]]:
    """Attach an adapter with one start and measure it before any step: numbers, and gradients by matrix."""
    model = copy.deepcopy(ground.base)
    attach(model, config, stream(train.seed, "initial adapter"))
    examples = draw_task(train.task, 128, "train", stream(train.seed, "examples of the gradient"))
    gradients = gradient_norms_by_matrix(model, examples)
    logits = predict(model, ground.old)
    measured = {
        "delta_logit": (logits - ground.logits).abs().max().item(),
        "gradient_a": math.hypot(*gradients["lora_A"].values()),
        "gradient_b": math.hypot(*gradients["lora_B"].values()),
        "relative_update": relative_update(model),
        "base_accuracy": share_right(logits, ground.old),
        "new_accuracy": measure_accuracy(model, ground.new),
    }
    return measured, gradients


def gradient_norms_by_matrix(model: Transformer, batch: Batch) -> dict[str, dict[str, float]]:
    """Return the norm of the loss's gradient: {"lora_A": {"q_proj": …}, "lora_B": …}, all blocks together."""
    norms = {factor: dict.fromkeys(ALL_LINEAR, 0.0) for factor in ("lora_A", "lora_B")}
    named = {name: p for name, p in model.named_parameters() if p.requires_grad}
    found = torch.autograd.grad(answer_loss(model, batch), list(named.values()))
    for name, gradient in zip(named, found, strict=True):
        parts = name.split(".")
        factor = "lora_A" if "lora_A" in parts else "lora_B"
        target = next(part for part in parts if part in ALL_LINEAR)
        norms[factor][target] = math.hypot(norms[factor][target], gradient.double().norm().item())
    return norms


@torch.no_grad()
def singular_values(model: Transformer) -> list[float]:
    """Return the first singular values of ΔW over the largest, mean of the layers; zeros where ΔW is zero."""
    shares = []
    for _, layer in lora_layers(model):
        values = torch.linalg.svdvals(layer.delta_weight().double().nan_to_num())[:DIRECTIONS]
        shares.append(values / values[0] if values[0] > 0 else torch.zeros_like(values))
    mean: list[float] = torch.stack(shares).mean(0).tolist()
    return mean


def _draw_gradients(gradients: Mapping[str, Mapping[str, Mapping[str, float]]]) -> Iterator[Event]:
    """Draw the gradients of A and of B at step 0, one row a start, on one scale."""
    largest = max(v for factors in gradients.values() for norms in factors.values() for v in norms.values())
    for name, factor in (("gradient_a", "lora_A"), ("gradient_b", "lora_B")):
        rows = [list(factors[factor].values()) for factors in gradients.values()]
        yield matrix(name, _labels(gradients), ALL_LINEAR, rows, largest)


def _draw_spectra(spectra: Mapping[str, Sequence[float]]) -> Event:
    """Draw the singular values of ΔW after training, one row a start."""
    columns = [str(number + 1) for number in range(DIRECTIONS)]
    return matrix("spectra", _labels(spectra), columns, list(spectra.values()), 1.0)


def _labels(arms: Mapping[str, object]) -> list[Text]:
    return [LAB.series[name] for name in arms]


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
    parts += [_say_tied(measured["rows_tied"], start)] if "rows_tied" in measured else []
    if not learns:
        return "depends", join(parts)
    if not (stuck and harms):
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


def _say_tied(values: Mapping[str, float], start: float) -> Text:
    """Judge: what symmetry really looks like."""
    learns = values["accuracy"] > start + NOISE
    return {
        "zh": f"真正的对称性是 A 的各行相同：它{'学得动' if learns else '在这里没有学会'}，训练后 ΔW 的秩是 "
        f"{values['rank']:.0f}（正确率 {values['accuracy']:.3f}）。",
        "en": "Symmetry proper is A with equal rows: it "
        f"{'does learn' if learns else 'did not learn here'}, and ΔW ends at rank {values['rank']:.0f} "
        f"(accuracy {values['accuracy']:.3f}).",
    }
