"""Question 14: what the rank buys, and whether alpha is only a learning rate."""

from __future__ import annotations

import copy
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

import torch
import torch.nn.functional as F
from torch import Tensor

from labs.core.config import Text, parse_settings
from labs.core.curves import follow_sweeps
from labs.core.data import Batch, draw_task, stream
from labs.core.definitions.rank_and_alpha import RANK_AND_ALPHA as LAB
from labs.core.events import Event, Outcome, join, matrix, note, point, progress, result
from labs.core.lora import LoraConfig, attach, lora_layers, relative_update, trainable_parameters
from labs.core.model import Transformer, checksum, load_model
from labs.core.sweep import Arm, Sweep
from labs.core.training import (
    TrainConfig,
    describe_environment,
    held_out_task,
    measure_accuracy,
    use_one_thread,
)

ALPHA = 8  # of the rules that keep it
EQUAL = (1, 4, 8, 16, 64)  # ranks that train with alpha = r
NOISE = 0.05  # differences of accuracy up to this decide nothing
LEARNT = 0.2  # with less gain than this the order of the ranks is chance
EXACT = 1e-6  # relative gap in float64 up to which two runs count as one
EXACT_STEPS = 4
DIRECTIONS = 8  # singular directions that the maps show

COLUMNS: dict[str, Text] = {
    "arm": {"zh": "适配器", "en": "adapter"},
    "scaling": {"zh": "缩放因子", "en": "scaling"},
    "accuracy": {"zh": "训练后正确率", "en": "accuracy after training"},
    "relative_update": {"zh": "训练后 ‖ΔW‖/‖W‖", "en": "‖ΔW‖/‖W‖ after training"},
    "directions": {
        "zh": "占 90% 能量的方向数（各层平均）",
        "en": "directions with 90 % of the energy (mean)",
    },
}


def configs() -> dict[str, LoraConfig]:
    """Return what trains, by the name of its curve; the three rules agree at r = 8."""
    equal = {f"r{r}": LoraConfig(r, r) for r in EQUAL}
    others = [r for r in EQUAL if r != ALPHA]
    fixed = {f"r{r}_fixed": LoraConfig(r, ALPHA) for r in others}
    rslora = {f"r{r}_rslora": LoraConfig(r, math.sqrt(ALPHA), use_rslora=True) for r in others}
    return equal | fixed | rslora


RULES: dict[str, Text] = {
    "": {"zh": "alpha = r", "en": "alpha = r"},
    "_fixed": {"zh": "alpha = 8", "en": "alpha = 8"},
    "_rslora": {"zh": "rsLoRA", "en": "rsLoRA"},
}


def run(settings: Mapping[str, object], seed: int) -> Iterator[Event]:
    """Train thirteen adapters side by side, compare their updates, then check the identities in float64."""
    chosen = parse_settings(LAB.parameters, settings)
    task, lr, factor = str(chosen["task"]), float(chosen["lr"]), float(chosen["factor"])
    train = TrainConfig(task, seed, steps=int(chosen["steps"]), evaluations=4)
    yield progress(0, 1, {"zh": "装入基座与图片", "en": "loading the base and the pictures"})
    use_one_thread()
    base, held_out = load_model(), held_out_task(task, 200)
    arms = [Arm(name, config, lr, task) for name, config in configs().items()]
    sweeps = [  # padding small ranks to r = 64 would cost
        Sweep(base, [arm for arm in arms if low < arm.config.r <= high], seed)
        for low, high in ((0, 8), (8, 16), (16, 64))
    ]
    total = len(sweeps) * (train.steps + 1) + 1
    start = measure_accuracy(base, held_out)
    accuracies = yield from follow_sweeps(sweeps, train, {task: held_out}, total)
    yield _draw_sweep(accuracies)
    models = {arm.name: sweep.single(i) for sweep in sweeps for i, arm in enumerate(sweep.arms)}
    measured = {arm.name: measure(arm, models[arm.name], accuracies[arm.name]) for arm in arms}
    overlaps = compare_directions(models["r8"], models["r64_rslora"])
    shared = {f"overlap_{i}": overlaps[i - 1][i - 1] for i in (1, 2, 4, 8)}
    shared["overlap_1_chance"] = chance_overlap(models["r8"])
    yield from _draw_directions(models, overlaps)
    gaps = identity_gaps(base, task, seed, factor)
    yield _note_identities(gaps, factor)
    yield progress(total, total)
    yield _conclude(measured, {"start_accuracy": start, **shared}, gaps, factor)


def _draw_sweep(accuracies: Mapping[str, float]) -> Event:
    """Draw the accuracies by rank and rule; at r = 8 the rules are one."""
    rows = [[accuracies[f"r{r}{rule if r != ALPHA else ''}"] for rule in RULES] for r in EQUAL]
    return matrix("sweep", [f"r = {r}" for r in EQUAL], list(RULES.values()), rows, 1.0)


def measure(arm: Arm, model: Transformer, accuracy: float) -> dict[str, float]:
    """Measure one trained adapter."""
    shares = energy(model)
    return {
        "scaling": arm.config.scaling,
        "accuracy": accuracy,
        "relative_update": relative_update(model),
        "directions": math.fsum(int((layer < 0.9).sum()) + 1 for layer in shares) / len(shares),
    }


@torch.no_grad()
def energy(model: Transformer) -> list[Tensor]:
    """Return, layer by layer, the share of ‖ΔW‖² that the first 1, 2, … singular directions hold."""
    shares = []
    for _, layer in lora_layers(model):
        squares = torch.linalg.svdvals(layer.delta_weight().double().nan_to_num()).square()
        shares.append(squares.cumsum(0) / squares.sum().clamp_min(1e-300))
    return shares


@torch.no_grad()
def compare_directions(one: Transformer, other: Transformer) -> list[list[float]]:
    """Return φ(i, j) of the left singular vectors of ΔW, i of `one` and j of `other`, mean of the layers.

    φ = ‖Uᵢᵀ Vⱼ‖² / min(i, j) (Hu et al. 2021, §7.2); subspaces drawn at random give max(i, j) / d. Left
    vectors: what the layer writes. A, and with it the right ones, hardly leaves its start in a short run.
    """
    squares = []
    for (_, a), (_, b) in zip(lora_layers(one), lora_layers(other), strict=True):
        u, v = (torch.linalg.svd(x.delta_weight().double().nan_to_num()).U[:, :DIRECTIONS] for x in (a, b))
        squares.append((u.T @ v).square().cumsum(0).cumsum(1))  # (i, j)
    together = torch.stack(squares).mean(0)
    return [[together[i, j].item() / (min(i, j) + 1) for j in range(DIRECTIONS)] for i in range(DIRECTIONS)]


@torch.no_grad()
def chance_overlap(model: Transformer) -> float:
    """Return φ(1, 1) of random directions: 1 / d, mean of the layers."""
    widths = [layer.out_features for _, layer in lora_layers(model)]
    return math.fsum(1 / width for width in widths) / len(widths)


def _draw_directions(
    models: Mapping[str, Transformer], overlaps: Sequence[Sequence[float]]
) -> Iterator[Event]:
    """Draw the spectra, mean and layer by layer, and the overlaps."""
    for series, name in (("spectrum_r8", "r8"), ("spectrum_r64", "r64_rslora")):
        shares = torch.stack([layer[:32] for layer in energy(models[name])]).mean(0).tolist()
        yield point(series, directions=0, energy=0.0)
        for i, share in enumerate(shares):
            yield point(series, directions=i + 1, energy=share)
    numbers = [str(i + 1) for i in range(DIRECTIONS)]
    layers = [path.removeprefix("blocks.") for path, _ in lora_layers(models["r64_rslora"])]
    each = [
        shares[:DIRECTIONS].diff(prepend=shares.new_zeros(1)).tolist()
        for shares in energy(models["r64_rslora"])
    ]
    yield matrix("spectra", [_layer(path) for path in layers], numbers, each, 1.0)
    yield matrix("overlap", numbers, numbers, overlaps, 1.0)


def _layer(path: str) -> Text:
    """Name a layer by the number of its block, from 1, and its matrix."""
    block, *_, name = path.split(".")
    return {"zh": f"第 {int(block) + 1} 层 {name}", "en": f"block {int(block) + 1} {name}"}


def identity_gaps(base: Transformer, task: str, seed: int, c: float) -> dict[str, float]:
    """Train alpha × c in float64 against what should equal it, and return the relative gaps of ΔW.

    SGD: learning rate × c and A₀ × √c. Adam: learning rate × √c and A₀ × √c (its steps forget the size of the
    gradient). For contrast the learning rate alone, times c. B starts at zero; ε shrinks with the gradients.
    """
    exact = copy.deepcopy(base).double()
    data = stream(seed, "examples of the identities")
    batches = [draw_task(task, 16, "train", data) for _ in range(EXACT_STEPS)]
    gaps = {}
    for optimizer, lr, power in (("sgd", 0.02, 1.0), ("adam", 1e-3, 0.5)):
        scaled = _deltas(exact, batches, seed, optimizer, alpha=8 * c, lr=lr, start=1.0)
        equal = _deltas(exact, batches, seed, optimizer, alpha=8, lr=lr * c**power, start=math.sqrt(c))
        rate_only = _deltas(exact, batches, seed, optimizer, alpha=8, lr=lr * c, start=1.0)
        gaps[f"{optimizer}_identity"] = _relative_gap(scaled, equal)
        gaps[f"{optimizer}_rate_only"] = _relative_gap(scaled, rate_only)
    return gaps


def _deltas(
    base: Transformer,
    batches: Sequence[Batch],
    seed: int,
    optimizer: Literal["sgd", "adam"] | str,
    *,
    alpha: float,
    lr: float,
    start: float,
) -> list[Tensor]:
    """Train a few steps in float64 from A₀ · start and return every ΔW."""
    model = copy.deepcopy(base)
    attach(model, LoraConfig(8, alpha), stream(seed, "initial adapter"))
    with torch.no_grad():
        for _, layer in lora_layers(model):
            layer.factors()[0].mul_(start)
    parameters = trainable_parameters(model)
    steps: torch.optim.Optimizer = (
        torch.optim.SGD(parameters, lr=lr)
        if optimizer == "sgd"
        else torch.optim.Adam(parameters, lr=lr, eps=1e-12 / start)
    )
    for batch in batches:
        assert batch.pictures is not None
        steps.zero_grad()
        loss = F.cross_entropy(model.next_word(batch.pictures.double(), batch.words), batch.answers)
        loss.backward()  # type: ignore[no-untyped-call]
        steps.step()
    return [layer.delta_weight().detach() for _, layer in lora_layers(model)]


def _relative_gap(ones: Sequence[Tensor], others: Sequence[Tensor]) -> float:
    """Return ‖ΔW − ΔW'‖/‖ΔW‖ over all layers."""
    difference = math.fsum((a - b).square().sum().item() for a, b in zip(ones, others, strict=True))
    return math.sqrt(difference / math.fsum(a.square().sum().item() for a in ones))


def _note_identities(gaps: Mapping[str, float], c: float) -> Event:
    """Say how exact the identities are."""
    return note(
        f"float64，alpha × {c:g}：与“学习率与 A₀ 一起改”相差 {gaps['sgd_identity']:.1g}（SGD）、"
        f"{gaps['adam_identity']:.1g}（Adam）。",
        f"float64, alpha × {c:g}: against learning rate and A₀ changed together the gap is "
        f"{gaps['sgd_identity']:.1g} (SGD), {gaps['adam_identity']:.1g} (Adam).",
    )


def _conclude(
    measured: Mapping[str, Mapping[str, float]],
    shared: Mapping[str, float],
    gaps: Mapping[str, float],
    factor: float,
) -> Event:
    """Build the result."""
    rows: list[dict[str, Any]] = [{"arm": LAB.series[name], **values} for name, values in measured.items()]
    numbers = {f"{name}_{key}": value for name, values in measured.items() for key, value in values.items()}
    outcome, verdict = judge(measured, gaps, factor, shared["start_accuracy"])
    return result(
        columns=COLUMNS,
        rows=rows,
        numbers={**shared, **numbers, **gaps},
        outcome=outcome,
        verdict=join([verdict, _say_directions(measured, shared)]),
        limits=LAB.limits,
        environment=describe_environment(),
        base=checksum(),
    )


def judge(
    measured: Mapping[str, Mapping[str, float]], gaps: Mapping[str, float], factor: float, start: float
) -> tuple[Outcome, Text]:
    """Compare the claim's two parts with what was measured; `start` is the base's accuracy on the task."""
    accuracy = {r: measured[f"r{r}"]["accuracy"] for r in EQUAL}
    usual = max(accuracy[4], accuracy[8])
    learnt = max(accuracy.values()) >= start + LEARNT
    enough = learnt and all(usual >= other - NOISE for other in accuracy.values())
    needed = all(accuracy[r] < usual - NOISE for r in EQUAL if r < 4)
    only_rate = gaps["sgd_rate_only"] <= EXACT and gaps["adam_rate_only"] <= EXACT
    parts = [
        _say_ranks(accuracy, learnt, enough, needed),
        _say_scaling(measured, max(accuracy.values())),
        _say_alpha(gaps, factor, only_rate),
    ]
    if enough and only_rate:
        return "holds", join(parts)
    return ("depends" if enough or only_rate or not learnt else "fails"), join(parts)


def _say_ranks(accuracy: Mapping[int, float], learnt: bool, enough: bool, needed: bool) -> Text:
    """Judge: 4 to 8 is best, and more brings nothing."""
    listed = " / ".join(f"{accuracy[r]:.3f}" for r in EQUAL)
    ranks = "/".join(str(r) for r in EQUAL)
    best = max(accuracy, key=lambda r: accuracy[r])
    if not learnt:
        zh, en = (
            "哪个秩都没有真正学会，先后不算数",
            "no rank really learnt, so their order means nothing",
        )
    elif enough and needed:
        zh, en = "在这里取 4–8 确实够了，再小就差", "here 4 to 8 is enough indeed, and less is worse"
    elif enough:
        zh, en = "取 4–8 够了，但更小的秩一样好", "4 to 8 is enough, and so is less"
    elif best > 8:
        zh, en = f"取 4–8 不够，r = {best} 更好", f"4 to 8 is not enough, r = {best} does better"
    else:
        zh, en = f"取 4–8 反而太大，r = {best} 更好", f"4 to 8 is too much, r = {best} does better"
    return {
        "zh": f"alpha = r 时，秩 {ranks} 的正确率是 {listed}：{zh}。",
        "en": f"With alpha = r, ranks {ranks} reach {listed}: {en}.",
    }


def _say_scaling(measured: Mapping[str, Mapping[str, float]], top: float) -> Text:
    """Say what the scaling does at the largest rank; `top` is the best of alpha = r."""
    equal, fixed, rslora = (measured[name]["accuracy"] for name in ("r64", "r64_fixed", "r64_rslora"))
    best = max(fixed, rslora)
    if equal >= top - NOISE:
        zh, en = "在这个学习率下，alpha = r 并没有坏", "at this learning rate alpha = r does not break"
    elif best >= top - NOISE:
        zh = "同一个学习率下，alpha = r 在大秩上坏了，换小一些的缩放因子就不坏"
        en = "at one learning rate alpha = r breaks the large rank, and a smaller scaling does not"
    elif best > equal + NOISE:
        zh = "alpha = r 在大秩上坏了，小一些的缩放因子好些，但没有完全救回来"
        en = "alpha = r breaks the large rank; a smaller scaling does better, if not as well as the best"
    else:
        zh, en = "三种缩放都坏了", "all three scalings break"
    figures = f"{equal:.3f} / {fixed:.3f} / {rslora:.3f}"
    return {
        "zh": f"r = 64 时，缩放 1、1/8、√(1/8) 得到 {figures}：{zh}。",
        "en": f"At r = 64, scalings 1, 1/8 and √(1/8) give {figures}: {en}.",
    }


def _say_alpha(gaps: Mapping[str, float], c: float, only_rate: bool) -> Text:
    """Judge: alpha is the learning rate."""
    same = gaps["sgd_identity"] == gaps["adam_identity"] == 0
    left = f"{gaps['sgd_identity']:.1g} / {gaps['adam_identity']:.1g}"
    identity_zh = "两者逐位相同" if same else f"只差 {left}"
    identity_en = "the two are equal to the bit" if same else f"only {left} is left"
    rate = f"{gaps['sgd_rate_only']:.2f} / {gaps['adam_rate_only']:.2f}"
    if only_rate:
        return {
            "zh": f"alpha × {c:g} 与学习率 × {c:g} 在这里没有差别。",
            "en": f"alpha × {c:g} and learning rate × {c:g} do not differ here.",
        }
    return {
        "zh": f"alpha 不只是学习率：alpha × {c:g} 与学习率 × {c:g} 走几步后，ΔW 相差 {rate}"
        f"（SGD / Adam，相对值）；要相等，SGD 须学习率 × {c:g}、Adam 须学习率 × {math.sqrt(c):.3g}，"
        f"并且 A 的初值都 × {math.sqrt(c):.3g}，那时{identity_zh}。",
        "en": f"alpha is not just a learning rate: a few steps after alpha × {c:g} against learning "
        f"rate × {c:g}, ΔW differs by {rate} (SGD / Adam, relative). To be equal, SGD needs learning rate "
        f"× {c:g}, Adam × {math.sqrt(c):.3g}, and both A's start × {math.sqrt(c):.3g}; then {identity_en}.",
    }


def _say_directions(measured: Mapping[str, Mapping[str, float]], shared: Mapping[str, float]) -> Text:
    """Say how few directions an update uses, and how far two ranks share them."""
    used = measured["r64_rslora"]["directions"]
    phi, chance = shared["overlap_1"], shared["overlap_1_chance"]
    return {
        "zh": f"r = 64 的 ΔW 平均只有 {used:.1f} 个方向占去 90% 的能量；它的第一个左奇异方向与 r = 8 的重合 "
        f"{phi:.2f}（随机是 {chance:.2f}）。",
        "en": f"At r = 64, {used:.1f} directions hold 90 % of the energy of ΔW on average; its first left "
        f"singular direction overlaps that of r = 8 by {phi:.2f} (chance: {chance:.2f}).",
    }
