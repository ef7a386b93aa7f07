"""Question 6: shipped models read prompts with more and more examples, and no weight changes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import torch
from torch import Tensor, nn

from labs.core.config import Text, parse_settings
from labs.core.data import stream
from labs.core.definitions.in_context_learning import CLEAR
from labs.core.definitions.in_context_learning import IN_CONTEXT_LEARNING as LAB
from labs.core.events import Event, Outcome, join, note, point, progress, result
from labs.core.in_context import (
    FILES,
    LABELS,
    PICTURES,
    POINTS,
    PicturePrompts,
    PictureReader,
    draw_lines,
    draw_pictures,
    least_squares,
    load_reader,
    load_regressor,
    nearest_label,
    weights_checksum,
    weights_path,
)
from labs.core.model import checksum
from labs.core.training import describe_environment, use_one_thread

CHUNK = 100  # prompts at once, to bound memory
UNSEEN = (8, 9)
LEARNT = 0.1  # of the variance of y: an error under it counts as learnt

COLUMNS: dict[str, Text] = {
    "learner": {"zh": "谁来学", "en": "learner"},
    "measure": {"zh": "量的是", "en": "measured"},
    "none": {"zh": "没有例子", "en": "no example"},
    "one": {"zh": "1 个", "en": "1"},
    "four": {"zh": "4 个", "en": "4"},
    "most": {"zh": "最多", "en": "most"},
}
ERROR: Text = {"zh": "误差", "en": "error"}
ACCURACY: Text = {"zh": "正确率", "en": "accuracy"}


def run(settings: Mapping[str, object], seed: int) -> Iterator[Event]:
    """Measure every learner after each number of examples."""
    chosen = parse_settings(LAB.parameters, settings)
    count, scale, noise = int(chosen["prompts"]), float(chosen["scale"]), float(chosen["noise"])
    total = 3 * POINTS + 4 * PICTURES
    yield progress(0, total, {"zh": "装入三个模型", "en": "loading the three models"})
    use_one_thread()
    regressor, readers = load_regressor(), {name: load_reader(name) for name in ("random", "fixed")}
    models: dict[str, nn.Module] = {"regressor": regressor, **readers}
    before = {name: weights_checksum(model) for name, model in models.items()}
    curves: dict[str, list[float]] = {}
    done = 0
    for name, times in (("transformer", 1.0), ("least_squares", 1.0), ("far", scale)):
        x, y = draw_lines(count, stream(seed, f"lines of {'far' if name == 'far' else 'near'}"), times)
        spoilt = y + noise * torch.randn(y.shape, generator=stream(seed, "noise"))
        with torch.no_grad():
            said = least_squares(x, spoilt) if name == "least_squares" else regressor(x, spoilt)
        curves[name] = ((said - y).square().mean(0) / y.square().mean(0)).tolist()
        for examples, error in enumerate(curves[name]):
            done += 1
            yield point(name, examples=examples, error=error)
            yield progress(done, total)
    for name, right in _read_pictures(readers, count, seed):
        curves[name] = right
        for examples, accuracy in enumerate(right):
            done += 1
            yield point(name, examples=examples, accuracy=accuracy)
            yield progress(done, total)
    after = {name: weights_checksum(model) for name, model in models.items()}
    unchanged = sum(before[name] == after[name] for name in models)
    yield note(
        f"{unchanged} 个模型（共 {len(models)} 个）的权重校验和前后相同。",
        f"{unchanged} of {len(models)} models have the same checksum of their weights before and after.",
    )
    yield _conclude(curves, unchanged, len(models), scale)


def _read_pictures(
    readers: Mapping[str, PictureReader], count: int, seed: int
) -> Iterator[tuple[str, list[float]]]:
    """Yield each learner's accuracy after 0, 1, … examples, on labels dealt anew in each prompt."""
    prompts = draw_pictures(count, "held_out", stream(seed, "prompts"))
    for name, reader in readers.items():
        yield name, _share_right(said_of(reader, prompts), prompts)
    yield "nearest", _share_right(nearest_label(prompts), prompts)
    strange = draw_pictures(count, "held_out", stream(seed, "unseen digits"), always=UNSEEN)
    asked = strange.digits >= UNSEEN[0]  # the others were seen in training
    yield "unseen", _share_right(said_of(readers["random"], strange), strange, asked)


@torch.no_grad()
def said_of(reader: PictureReader, prompts: PicturePrompts) -> Tensor:
    """Return the label that a model says at each picture (B, n), in chunks to bound memory."""
    pictures, labels = torch.split(prompts.pictures, CHUNK), torch.split(prompts.labels, CHUNK)
    return torch.cat(
        [reader(reader.look(p), said).argmax(-1) for p, said in zip(pictures, labels, strict=True)]
    )


def _share_right(said: Tensor, prompts: PicturePrompts, asked: Tensor | None = None) -> list[float]:
    """Return the share of right labels at each place of the prompt, of all pictures or of those asked for."""
    right = (said == prompts.labels).float()
    weight = torch.ones_like(right) if asked is None else asked.float()
    shares: list[float] = ((right * weight).sum(0) / weight.sum(0).clamp(min=1)).tolist()
    return shares


def _conclude(curves: Mapping[str, list[float]], unchanged: int, models: int, scale: float) -> Event:
    """Build the result."""
    measures = {name: ERROR if len(curve) == POINTS else ACCURACY for name, curve in curves.items()}
    rows = [
        {
            "learner": LAB.series[name],
            "none": curve[0],
            "one": curve[1],
            "four": curve[4],
            "most": curve[-1],
            "measure": measures[name],
        }
        for name, curve in curves.items()
    ]
    numbers = {
        f"{name}_{count}": value for name, curve in curves.items() for count, value in enumerate(curve)
    }
    outcome, verdict = judge(curves, unchanged == models, scale)
    return result(
        columns=COLUMNS,
        rows=rows,
        numbers={"models_unchanged": float(unchanged), **numbers},
        outcome=outcome,
        verdict=verdict,
        limits=LAB.limits,
        environment=describe_environment(),
        weights={FILES[name]: checksum(weights_path(name)) for name in FILES},
    )


def judge(curves: Mapping[str, list[float]], unchanged: bool, scale: float) -> tuple[Outcome, Text]:
    """Compare the claim with the figures: weights stay, examples teach, and not only where training went."""
    regression, random = curves["transformer"], curves["random"]
    learns = (regression[-1] < LEARNT < regression[0], random[-1] > random[0] + CLEAR)
    anywhere = (
        curves["far"][-1] < LEARNT
        and curves["unseen"][-1] >= random[-1] - CLEAR
        and curves["fixed"][-1] >= random[-1] - CLEAR
    )
    parts = [
        _say_weights(unchanged),
        _say_regression(curves, scale),
        _say_pictures(curves),
    ]
    if not (unchanged and any(learns)):
        return "fails", join(parts)
    return ("holds" if anywhere and all(learns) else "depends"), join(parts)


def _say_weights(unchanged: bool) -> Text:
    """Say whether a weight changed."""
    if unchanged:
        return {
            "zh": "三个模型的权重前后逐位相同。",
            "en": "The weights of all three models are the same to the bit before and after.",
        }
    return {"zh": "有模型的权重变了。", "en": "Some model's weights changed."}


def _say_regression(curves: Mapping[str, list[float]], scale: float) -> Text:
    """Compare the regression model with least squares, in range and out of it."""
    inside, squares, far = (curves[name] for name in ("transformer", "least_squares", "far"))
    return {
        "zh": f"回归的误差：没有例子 {inside[0]:.2g}，1 个 {inside[1]:.2g}，{POINTS - 1} 个 {inside[-1]:.2g}"
        f"（最小二乘 {squares[-1]:.2g}）；斜率是训练时的 {scale:g} 倍，{POINTS - 1} 个例子后 {far[-1]:.2g}。"
        + ("" if inside[-1] < LEARNT else f"误差高于 {LEARNT:g}，不算学会。"),
        "en": f"Error of regression: {inside[0]:.2g} without examples, {inside[1]:.2g} with one, "
        f"{inside[-1]:.2g} with {POINTS - 1} (least squares {squares[-1]:.2g}); with slopes {scale:g} times "
        f"those of training {far[-1]:.2g} after {POINTS - 1}."
        + ("" if inside[-1] < LEARNT else f" An error over {LEARNT:g} does not count as learnt."),
    }


def _say_pictures(curves: Mapping[str, list[float]]) -> Text:
    """Compare the picture models on labels dealt at random."""
    random, fixed, nearest, unseen = (curves[name] for name in ("random", "fixed", "nearest", "unseen"))
    lost = fixed[-1] < random[-1] - CLEAR
    return {
        "zh": f"看图，标签随机指派：{PICTURES - 1} 个例子之后，用随机标签练成的模型 {random[-1]:.3f}，"
        f"像素最近邻 "
        f"{nearest[-1]:.3f}，用固定标签练成的只有 {fixed[-1]:.3f}（乱猜是 {1 / LABELS:.2f}）。没见过的数字 "
        f"{unseen[-1]:.3f}。"
        + (
            "大小相同的两个模型，只有训练时非看例子不可的那个会从例子里学。"
            if lost
            else "固定标签也学会了看例子。"
        ),
        "en": f"Pictures with labels dealt at random: after {PICTURES - 1} examples the model trained on "
        f"random labels "
        f"has {random[-1]:.3f}, the nearest neighbour in pixels {nearest[-1]:.3f}, the model trained on "
        f"fixed "
        f"labels {fixed[-1]:.3f} (chance is {1 / LABELS:.2f}). Unseen digits: {unseen[-1]:.3f}. "
        + (
            "Of two models of one size only the one that training left no other way learns from examples."
            if lost
            else "The model trained on fixed labels reads the examples too."
        ),
    }
