"""Question 2: four ways of learning on the same digits, by number of labels and by errors among them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from statistics import fmean

import torch
from torch import Tensor

from labs.core.config import Text, parse_settings
from labs.core.data import Digits, load_split, stream
from labs.core.definitions.learning_mechanisms import CLEAR
from labs.core.definitions.learning_mechanisms import LEARNING_MECHANISMS as LAB
from labs.core.events import Event, Outcome, join, point, progress, result
from labs.core.mechanisms import (
    CLASSES,
    REGULARISED,
    Encoder,
    contrast,
    features_of,
    fit_linear,
    name_nearest,
    new_encoder,
    pick_labels,
    spoil,
    spread_labels,
)
from labs.core.training import describe_environment, use_one_thread

COUNTS = (10, 20, 50, 100)
SHARES = (0.0, 0.2, 0.4, 0.6, 0.8)
DRAWS = 3  # of the labelled rows; figures are their means
EVALUATIONS = 8
BEARABLE = 0.15  # a loss of accuracy by errors among the labels that still counts as borne

COLUMNS: dict[str, Text] = {
    "way": {"zh": "学法", "en": "way"},
    "signal": {"zh": "学习信号", "en": "signal"},
    "accuracy": {"zh": "正确率", "en": "accuracy"},
    "easiest": {"zh": "条件最好时", "en": "under the best conditions"},
    "hardest": {"zh": "条件最差时", "en": "under the worst"},
}


def run(settings: Mapping[str, object], seed: int) -> Iterator[Event]:
    """Learn from few labels, then from wrong ones, then without any; measure all on the same pictures."""
    chosen = parse_settings(LAB.parameters, settings)
    count, share, steps = int(chosen["labels"]), float(chosen["noise"]), int(chosen["steps"])
    counts, shares = sorted({*COUNTS, count}), sorted({*SHARES, share})
    total = steps + 3 * len(counts) + 2 * len(shares) + len(counts)
    yield progress(0, total)
    use_one_thread()
    train, tests = load_split("train"), load_split("held_out")
    curves: dict[str, dict[float, float]] = {}
    next_one: dict[float, float] = {}  # share called one too high
    done = 0
    for name in ("supervised", "nearest", "semi"):
        for number in counts:
            value = fmean(_few(name, train, tests, rows) for rows in _draws(train, number, seed))
            curves.setdefault(name, {})[number] = value
            done += 1
            yield point(name, labels=number, accuracy=value)
            yield progress(done, total)
    for name in ("uniform", "systematic"):
        for level in shares:
            said = _weak(train, tests, level, name == "systematic", seed)
            curves.setdefault(name, {})[level] = _share_right(said, tests)
            if name == "systematic":
                next_one[level] = torch.eq(said, (tests.labels + 1) % CLASSES).float().mean().item()
            done += 1
            yield point(name, noise=level, accuracy=curves[name][level])
            yield progress(done, total)
    encoder = new_encoder(stream(seed, "initial weights"))
    for event in _pretext(encoder, train.images, steps, seed):
        done += event["type"] == "progress"
        yield progress(done, total) if event["type"] == "progress" else event
    features, test_features = features_of(encoder, train.images), features_of(encoder, tests.images)
    for number in counts:
        value = fmean(
            _share_right(fit_linear(features[rows], train.labels[rows], test_features), tests)
            for rows in _draws(train, number, seed)
        )
        curves.setdefault("self", {})[number] = value
        done += 1
        yield point("self", labels=number, accuracy=value)
        yield progress(done, total)
    yield _conclude(curves, next_one, count, share)


def _draws(train: Digits, count: int, seed: int) -> list[Tensor]:
    """Draw the labelled rows; every way gets the same."""
    return [pick_labels(train.labels, count, stream(seed, f"labels {draw}")) for draw in range(DRAWS)]


def _few(name: str, train: Digits, tests: Digits, rows: Tensor) -> float:
    """Learn from a few labels, alone or with the unlabelled pictures around them."""
    if name == "nearest":
        return _share_right(name_nearest(train.images[rows], train.labels[rows], tests.images), tests)
    if name == "semi":
        return _share_right(spread_labels(train.images, rows, train.labels[rows], tests.images), tests)
    flat = train.images[rows].flatten(1)
    return _share_right(fit_linear(flat, train.labels[rows], tests.images.flatten(1)), tests)


def _weak(train: Digits, tests: Digits, share: float, systematic: bool, seed: int) -> Tensor:
    """Learn from labels for every picture, some of them wrong; return what that says of the tests (n,)."""
    labels = spoil(train.labels, share, systematic, stream(seed, f"errors {share} {systematic}"))
    return fit_linear(train.images.flatten(1), labels, tests.images.flatten(1), c=REGULARISED)


def _pretext(encoder: Encoder, pictures: Tensor, steps: int, seed: int) -> Iterator[Event]:
    """Train the encoder on its pretext task."""
    losses: list[float] = []
    for step, loss in enumerate(contrast(encoder, pictures, steps, stream(seed, "pairs")), start=1):
        losses.append(loss)
        if step == 1 or step % max(1, steps // EVALUATIONS) == 0 or step == steps:
            yield point("self", step=step, loss=fmean(losses))
            losses.clear()
        yield progress(step, steps)


def _share_right(said: Tensor, tests: Digits) -> float:
    return torch.eq(said, tests.labels).float().mean().item()


SIGNALS: dict[str, Text] = {
    "supervised": {"zh": "{count} 个可靠标签", "en": "{count} reliable labels"},
    "nearest": {"zh": "同样 {count} 个", "en": "the same {count}"},
    "semi": {"zh": "同样 {count} 个，加 1,437 张图片", "en": "the same {count}, and 1,437 pictures"},
    "self": {"zh": "图片自身，再用同样 {count} 个", "en": "the pictures themselves, then the same {count}"},
    "uniform": {"zh": "1,437 个标签，{share:.0%} 随机错", "en": "1,437 labels, {share:.0%} wrong at random"},
    "systematic": {
        "zh": "1,437 个标签，{share:.0%} 错成下一个",
        "en": "1,437 labels, {share:.0%} one too high",
    },
}


def _conclude(
    curves: Mapping[str, Mapping[float, float]], next_one: Mapping[float, float], count: int, share: float
) -> Event:
    """Build the result."""
    rows: list[dict[str, object]] = []
    numbers: dict[str, float] = {}
    for name, label in LAB.series.items():
        curve, weak = curves[name], name in ("uniform", "systematic")
        ordered = list(curve.values())
        signal: Text = {
            "zh": SIGNALS[name]["zh"].format(count=count, share=share),
            "en": SIGNALS[name]["en"].format(count=count, share=share),
        }
        best, worst = (ordered[0], ordered[-1]) if weak else (ordered[-1], ordered[0])
        value = curve[share if weak else count]
        rows.append({"way": label, "signal": signal, "accuracy": value, "easiest": best, "hardest": worst})
        numbers |= {f"{name}_{key:g}": accuracy for key, accuracy in curve.items()}
    numbers |= {f"one_too_high_{level:g}": told for level, told in next_one.items()}
    outcome, verdict = judge(curves, next_one[share], count, share)
    return result(
        columns=COLUMNS,
        rows=rows,
        numbers=numbers,
        outcome=outcome,
        verdict=verdict,
        limits=LAB.limits,
        environment=describe_environment(),
    )


def judge(
    curves: Mapping[str, Mapping[float, float]], next_one: float, count: int, share: float
) -> tuple[Outcome, Text]:
    """Compare the claim's parts with the accuracies at the chosen number of labels and share of errors.

    `next_one` is the share of the tests that systematic errors taught to call one too high.
    """
    linear, nearest, semi, own = (curves[name][count] for name in ("supervised", "nearest", "semi", "self"))
    helped = [value > max(linear, nearest) + CLEAR for value in (semi, own)]
    clean, uniform, systematic = (
        curves["uniform"][0.0],
        curves["uniform"][share],
        curves["systematic"][share],
    )
    bears, misled = uniform > clean - BEARABLE, systematic < uniform - BEARABLE
    parts = [
        _say_few(linear, nearest, semi, own, count, helped),
        _say_weak(curves, share, next_one, bears, misled),
    ]
    facts = [*helped, bears and misled]
    return ("holds" if all(facts) else "depends" if any(facts) else "fails"), join(parts)


def _say_few(linear: float, nearest: float, semi: float, own: float, count: int, helped: list[bool]) -> Text:
    """Compare the ways that have few reliable labels."""
    verdict_zh = {
        2: "无标签的图片两次都帮了忙。",
        1: "无标签的图片只帮了一次忙。",
        0: "无标签的图片没有明显帮上忙。",
    }
    verdict_en = {
        2: "Pictures without labels helped both times.",
        1: "Pictures without labels helped one of the two.",
        0: "Pictures without labels did not clearly help.",
    }
    return {
        "zh": f"{count} 个标签：有监督 {linear:.3f}（线性）、{nearest:.3f}（最近邻），半监督 {semi:.3f}，"
        f"自监督再加线性探针 {own:.3f}。" + verdict_zh[sum(helped)],
        "en": f"{count} labels: supervised {linear:.3f} (linear) and {nearest:.3f} (nearest picture), "
        f"semi-supervised {semi:.3f}, self-supervised with a linear probe {own:.3f}. "
        + verdict_en[sum(helped)],
    }


def _say_weak(
    curves: Mapping[str, Mapping[float, float]], share: float, next_one: float, bears: bool, misled: bool
) -> Text:
    """Compare uniform and systematic errors."""
    clean, uniform, systematic = (
        curves["uniform"][0.0],
        curves["uniform"][share],
        curves["systematic"][share],
    )
    return {
        "zh": f"弱监督：标签全对 {clean:.3f}；{share:.0%} 随机地错 {uniform:.3f}，同样多但系统地错 "
        f"{systematic:.3f}（{next_one:.0%} 的图片被说成下一个数字）。"
        + ("随机的错大半抵消" if bears else "随机的错也已经伤人")
        + ("，系统的错被学了去。" if misled else f"，系统的错在这个比例上多伤 {uniform - systematic:.3f}。"),
        "en": f"Weak supervision: all labels right {clean:.3f}; {share:.0%} wrong at random {uniform:.3f}, "
        f"as many wrong by system {systematic:.3f} (which calls {next_one:.0%} of the pictures one too "
        "high). "
        + ("Random errors mostly cancel" if bears else "Random errors do harm too")
        + (
            "; systematic ones are learnt."
            if misled
            else f"; systematic ones cost {uniform - systematic:.3f} more at this share."
        ),
    }
