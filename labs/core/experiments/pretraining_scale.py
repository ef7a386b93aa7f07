"""Question 1: adapt eight bases to one task, on the same examples, side by side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from labs.core.checkpoints import CHECKPOINTS, checkpoint_path
from labs.core.config import Text, parse_settings
from labs.core.data import Batch, stream
from labs.core.definitions.pretraining_scale import AMOUNTS, CLEAR, CURVES
from labs.core.definitions.pretraining_scale import PRETRAINING_SCALE as LAB
from labs.core.events import Event, Outcome, join, point, progress, result
from labs.core.few_examples import draw_pool, train_on_pool
from labs.core.lora import LoraConfig, attach
from labs.core.methods.selective import train_all
from labs.core.model import Transformer, checksum, load_model
from labs.core.pretraining import new_model
from labs.core.training import (
    TrainConfig,
    describe_environment,
    held_out_base,
    held_out_task,
    measure_accuracy,
    use_one_thread,
)

ROWS = 200  # held out
EVALUATIONS = 5
LACKING = ("no_numerals", "few_kinds")  # all of the images, without some kinds of question
LORA_RATE, FULL_RATE = 8e-3, 1e-3

COLUMNS: dict[str, Text] = {
    "base": {"zh": "基座", "en": "base"},
    "before": {"zh": "预训练的题，适配之前", "en": "pre-training's questions, before"},
    "start": {"zh": "新任务，适配之前", "en": "new task, before"},
    "accuracy": {"zh": "新任务，适配之后", "en": "new task, after"},
}


@dataclass
class Arm:
    """One base on its way to the task."""

    name: str
    model: Transformer
    training: Iterator[float]
    measured: dict[str, float]
    losses: list[float] = field(default_factory=list)


def run(settings: Mapping[str, object], seed: int) -> Iterator[Event]:
    """Adapt every base with LoRA r = 8 (a fresh model with all its weights) on the same examples."""
    chosen = parse_settings(LAB.parameters, settings)
    task, steps = str(chosen["task"]), int(chosen["steps"])
    total = len(CURVES) * (steps + 1)
    yield progress(0, total, {"zh": "装入各个基座", "en": "loading the bases"})
    use_one_thread()
    pool = draw_pool(task, int(chosen["examples"]), seed)
    held_out, old = held_out_task(task, ROWS), held_out_base(ROWS)
    arms = []
    for name in CURVES:
        arms.append(_start(name, TrainConfig(task, seed, steps=steps), pool, held_out, old))
        yield point(name, step=0, accuracy=arms[-1].measured["start"])
        yield progress(len(arms), total, LAB.series[name])
    yield from _train(arms, steps, held_out, total)
    measured = {arm.name: arm.measured for arm in arms}
    for name, share in AMOUNTS.items():
        yield point("amount", images=share, accuracy=measured[name]["accuracy"])
        yield point("amount_before", images=share, accuracy=measured[name]["before"])
    yield _conclude(measured)


def load_base(name: str) -> Transformer:
    """Return a shipped base, or for "nothing" a fresh model."""
    if name == "nothing":
        return new_model(0).eval()
    return load_model(checkpoint_path(name.replace("_", "-")))


def _start(name: str, train: TrainConfig, pool: Batch, held_out: Batch, old: Batch) -> Arm:
    """Measure one base and make it ready to learn."""
    model = load_base(name)
    measured = {"before": measure_accuracy(model, old), "start": measure_accuracy(model, held_out)}
    measured["accuracy"] = measured["start"]
    if name == "nothing":
        train_all(model)
        rate = FULL_RATE
    else:
        attach(model, LoraConfig(), stream(train.seed, "initial adapter"))
        rate = LORA_RATE
    config = TrainConfig(train.task, train.seed, steps=train.steps, lr=rate)
    return Arm(name, model, train_on_pool(model, config, pool), measured)


def _train(arms: list[Arm], steps: int, held_out: Batch, total: int) -> Iterator[Event]:
    """Take one step of every arm in turn."""
    every = max(1, steps // EVALUATIONS)
    for step in range(1, steps + 1):
        for number, arm in enumerate(arms):
            arm.losses.append(next(arm.training))
            if step == steps:
                next(arm.training, None)  # the last update comes behind the last loss
            if step % every == 0 or step == steps:
                arm.measured["accuracy"] = measure_accuracy(arm.model, held_out)
                yield point(arm.name, step=step, accuracy=arm.measured["accuracy"])
            yield progress(step * len(arms) + number + 1, total)


def _conclude(measured: Mapping[str, Mapping[str, float]]) -> Event:
    """Build the result."""
    outcome, verdict = judge(measured)
    return result(
        columns=COLUMNS,
        rows=[{"base": LAB.series[name], **values} for name, values in measured.items()],
        numbers={
            f"{name}_{key}": value for name, values in measured.items() for key, value in values.items()
        },
        outcome=outcome,
        verdict=verdict,
        limits=LAB.limits,
        environment=describe_environment(),
        base=checksum(),
        weights={name: checksum(checkpoint_path(name)) for name in CHECKPOINTS},
    )


def judge(measured: Mapping[str, Mapping[str, float]]) -> tuple[Outcome, Text]:
    """Compare the claim's two parts with the accuracies: amount helps, and so does every kind of question.

    Of the two bases with all the data the worse one counts, so that luck with a seed proves nothing.
    """
    after = {name: values["accuracy"] for name, values in measured.items()}
    amount = _rises(after, min(after["full"], after["other_seed"]))
    missed = [name for name in LACKING if _loses(after, name)]
    parts = [_say_amount(after, amount), _say_variety(after, missed), _say_seed(after)]
    if amount and len(missed) == len(LACKING):
        return "holds", join(parts)
    return ("depends" if amount or missed else "fails"), join(parts)


def _rises(after: Mapping[str, float], full: float) -> bool:
    """Tell whether accuracy grows with the images, `full` being what all of them give."""
    amounts = [*(after[name] for name in AMOUNTS if name != "full"), full]
    steady = all(more >= less - CLEAR for less, more in pairwise(amounts))
    return steady and full > amounts[0] + CLEAR


def _loses(after: Mapping[str, float], name: str) -> bool:
    """Tell whether a base is clearly behind both that had all the data."""
    return min(after["full"], after["other_seed"]) > after[name] + CLEAR


def _say_amount(after: Mapping[str, float], helps: bool) -> Text:
    """Say what the amount of images did."""
    listed = " → ".join(f"{after[name]:.3f}" for name in AMOUNTS)
    zh, en = (
        ("，越多越好。", ": more is better.")
        if helps
        else ("，但换一个种子就不成立了。", ": but not so with another seed.")
        if _rises(after, after["full"])
        else ("，在这个任务上多并不明显更好。", ": more is not clearly better on this task.")
    )
    return {
        "zh": f"没有预训练 {after['nothing']:.3f}；看过 2%、5%、20%、100% 的图片：{listed}{zh}",
        "en": f"Without pre-training {after['nothing']:.3f}; after 2, 5, 20, 100 % of the images: {listed}"
        f"{en}",
    }


def _say_variety(after: Mapping[str, float], missed: list[str]) -> Text:
    """Say what the kinds of question did, and which of those left out were missed."""
    full, numerals, few = after["full"], after["no_numerals"], after["few_kinds"]
    unsure = any(full > after[name] + CLEAR for name in LACKING if name not in missed)
    zh, en = "少几种在这里没有明显的损失。", "missing kinds cost nothing clear here."
    if len(missed) == len(LACKING):
        zh, en = "图片再多，也补不上没见过的题型。", "images do not make up for kinds never seen."
    elif missed:
        label = LAB.series[missed[0]]
        zh = f"两个种子都明显胜过的只有“{label['zh']}”" + ("。" if unsure else "，要紧的是少了哪一种。")
        en = f"both seeds clearly beat “{label['en']}” alone" + (
            "." if unsure else ", so what counts is which kind was missing."
        )
    elif unsure:
        zh, en = "差别不比换一个种子大。", "that is no more than another seed changes."
    return {
        "zh": f"图片一样多：全部题型 {full:.3f}，去掉中文数字 {numerals:.3f}，看图题只留四种 {few:.3f}：{zh}",
        "en": f"With as many images: all kinds of question {full:.3f}, no Chinese numerals {numerals:.3f}, "
        f"four kinds of picture question {few:.3f}: {en}",
    }


def _say_seed(after: Mapping[str, float]) -> Text:
    """Say how far two seeds of the same pre-training lie apart, and what is counted as a difference."""
    spread = abs(after["full"] - after["other_seed"])
    return {
        "zh": f"同样的数据换一个预训练种子：{after['other_seed']:.3f}，相差 {spread:.3f}；"
        f"两个里较差的那个也比得过 {CLEAR:g} 以上，才算数。",
        "en": f"The same data with another seed of pre-training: {after['other_seed']:.3f}, {spread:.3f} "
        f"away; what counts is what the worse of the two shows too, by more than {CLEAR:g}.",
    }
