"""Question 4: the same small Transformer answers at once, after dots, and step by step."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from torch import Tensor

from labs.core.config import Text, parse_settings
from labs.core.data import stream
from labs.core.decoder import initialise
from labs.core.definitions.chain_of_thought import CHAIN_OF_THOUGHT as LAB
from labs.core.definitions.chain_of_thought import CLEAR
from labs.core.events import Event, Outcome, join, note, point, progress, result
from labs.core.parity import (
    WAYS,
    ParityModel,
    ParityTraining,
    Way,
    answer,
    draw_bits,
    every_row,
    measure_answers,
    running_parity,
    train_parity,
)
from labs.core.training import describe_environment, use_one_thread

ROWS = 256  # to measure on; up to 8 bits that is every row there is
BEYOND = 2  # lengths past those of training
EVALUATIONS = 8
MASTERED = 0.95
STEPPED: tuple[Way, ...] = ("steps", "unshared")

COLUMNS: dict[str, Text] = {
    "way": {"zh": "怎样回答", "en": "how it answers"},
    "accuracy": {"zh": "n 比特的正确率", "en": "accuracy at n bits"},
    "reach": {"zh": "几比特以内都在 95% 以上", "en": "95 % and more up to this many bits"},
    "beyond": {"zh": "n+1 比特（没练过）", "en": "n + 1 bits (never trained)"},
    "follows": {"zh": "把一步改反后答案跟着变", "en": "answer follows a step turned round"},
    "sample": {"zh": "一个输入及它自己写的", "en": "one input and what it wrote"},
}


@dataclass
class Arm:
    """One way of answering, with its model and its training."""

    way: Way
    model: ParityModel
    training: Iterator[float]
    losses: list[float] = field(default_factory=list)


def run(settings: Mapping[str, object], seed: int) -> Iterator[Event]:
    """Train the four models side by side, then ask each rows of every length."""
    chosen = parse_settings(LAB.parameters, settings)
    config = ParityTraining(int(chosen["length"]), int(chosen["steps"]), float(chosen["lr"]))
    lengths = range(1, config.longest + BEYOND + 1)
    total = len(WAYS) * (config.steps + 1 + len(lengths))
    yield progress(0, total)
    use_one_thread()
    places = 2 * lengths[-1] + 1
    arms = [
        Arm(way, model, train_parity(model, way, config, stream(seed, "bits")))
        for way in WAYS
        for model in [initialise(ParityModel(places), stream(seed, "initial weights"))]
    ]
    yield from _train(arms, config, total)
    measured: dict[Way, dict[str, float]] = {}
    for number, arm in enumerate(arms):
        accuracies: dict[int, float] = {}
        for length in lengths:
            accuracies[length] = measure_answers(arm.model, _held_out(length), arm.way)
            yield point(arm.way, bits=length, accuracy=accuracies[length])
            yield progress(total - len(lengths) * (len(arms) - number) + length, total)
        measured[arm.way] = summarise(accuracies, config.longest)
        if arm.way in STEPPED:
            measured[arm.way]["follows"] = share_following(arm.model, _held_out(config.longest), arm.way)
    row = draw_bits(1, config.longest, stream(seed, "the row to show"))
    samples = {arm.way: answer(arm.model, row, arm.way)[0].tolist() for arm in arms}
    yield _show(row[0], samples)
    yield _conclude(measured, samples, row[0], config.longest)


def _train(arms: list[Arm], config: ParityTraining, total: int) -> Iterator[Event]:
    """Take one step of every model in turn; a point carries the mean loss since the model's last one."""
    every = max(1, config.steps // EVALUATIONS)
    held_out = _held_out(config.longest)
    for step in range(config.steps + 1):
        for number, arm in enumerate(arms):
            arm.losses.append(next(arm.training))
            if step % every == 0 or step == config.steps:
                mean = sum(arm.losses) / len(arm.losses)
                arm.losses.clear()
                accuracy = measure_answers(arm.model, held_out, arm.way)
                yield point(arm.way, step=step, loss=mean, accuracy=accuracy)
            yield progress(step * len(arms) + number + 1, total)


def _held_out(length: int) -> Tensor:
    """Return the rows that every run is measured on."""
    return every_row(length, ROWS, stream(0, f"rows of {length} bits"))


def summarise(accuracies: Mapping[int, float], longest: int) -> dict[str, float]:
    """Reduce the accuracies by length to those at n and n + 1 bits and to how far they stay above 95 %."""
    failed = [length for length, accuracy in accuracies.items() if accuracy < MASTERED]
    return {
        "accuracy": accuracies[longest],
        "reach": min(failed, default=max(accuracies) + 1) - 1,
        "beyond": accuracies[longest + 1],
    }


def share_following(model: ParityModel, bits: Tensor, way: Way) -> float:
    """Return how often the answer changes when the model reads its middle step turned round."""
    middle = bits.shape[1] // 2 - 1
    plain, turned = (answer(model, bits, way, flipped)[:, -1] for flipped in (None, middle))
    return (plain != turned).float().mean().item()


def _show(row: Tensor, samples: Mapping[Way, list[int]]) -> Event:
    """Say what the step-by-step model wrote for one row, beside the truth."""
    bits, right = _digits(row.tolist()), _digits(running_parity(row[None])[0].tolist())
    said = _digits(samples["steps"])
    return note(
        f"输入 {bits}：逐步模型自己写的是 {said}，正确的步骤是 {right}。",
        f"Input {bits}: the step-by-step model wrote {said}; the right steps are {right}.",
    )


def _digits(values: list[int]) -> str:
    return "".join(map(str, values))


def _conclude(
    measured: Mapping[Way, Mapping[str, float]], samples: Mapping[Way, list[int]], row: Tensor, longest: int
) -> Event:
    """Build the result."""
    bits = _digits(row.tolist())
    rows = [
        {"way": LAB.series[way], **values, "sample": f"{bits} → {_digits(samples[way])}"}
        for way, values in measured.items()
    ]
    outcome, verdict = judge(measured, longest)
    return result(
        columns=COLUMNS,
        rows=rows,
        numbers={f"{way}_{key}": value for way, values in measured.items() for key, value in values.items()},
        outcome=outcome,
        verdict=verdict,
        limits=LAB.limits,
        environment=describe_environment(),
    )


def judge(measured: Mapping[Way, Mapping[str, float]], longest: int) -> tuple[Outcome, Text]:
    """Compare the claim with the accuracies at n bits: steps answer what answering at once does not."""
    steps, direct, dots, unshared = (measured[way]["accuracy"] for way in WAYS)
    helps = steps > direct + CLEAR
    always = helps and unshared > direct + CLEAR
    parts = [
        _say_steps(steps, direct, dots, longest),
        _say_places(measured, helps and not always),
        _say_use(measured["steps"], longest),
    ]
    if direct >= MASTERED and not helps:  # no question here that it cannot answer at once
        return "depends", join(parts)
    return ("holds" if always else "depends" if helps else "fails"), join(parts)


def _say_steps(steps: float, direct: float, dots: float, longest: int) -> Text:
    """Compare the three ways with shared places."""
    content = steps > dots + CLEAR
    zh = f"{longest} 比特：直接回答 {direct:.3f}，逐步 {steps:.3f}，先写同样多的省略号再答 {dots:.3f}。"
    en = f"{longest} bits: at once {direct:.3f}, step by step {steps:.3f}, after as many dots {dots:.3f}. "
    if steps <= direct + CLEAR:
        if direct >= MASTERED:
            return {
                "zh": f"{zh}直接回答就能答对，步骤没有用武之地。",
                "en": f"{en}It can answer at once; there is nothing for the steps to do.",
            }
        return {"zh": f"{zh}步骤在这里没有明显的用处。", "en": f"{en}The steps are of no clear use here."}
    return {
        "zh": zh + ("起作用的是写下的内容，不是多出来的计算。" if content else "省略号也有同样的作用。"),
        "en": en
        + (
            "What helps is what was written, not the extra computation."
            if content
            else "The dots do as much."
        ),
    }


def _say_places(measured: Mapping[Way, Mapping[str, float]], fails: bool) -> Text:
    """Say what becomes of the steps when a step does not share its bit's place."""
    accuracy, reach = measured["unshared"]["accuracy"], measured["unshared"]["reach"]
    return {
        "zh": f"步骤照写，但位置编号不与比特共用：{accuracy:.3f}，{reach:.0f} 比特以内可靠。"
        + ("在这样的训练里，写步骤本身不够，每一步还要找得到它该看的那一位。" if fails else ""),
        "en": f"The same steps at places of their own: {accuracy:.3f}, reliable up to {reach:.0f} bits."
        + (
            " Trained like this, writing steps is not enough: each must find the bit it is about."
            if fails
            else ""
        ),
    }


def _say_use(values: Mapping[str, float], longest: int) -> Text:
    """Say whether the answer rests on the steps, and what happens past the trained lengths."""
    beyond = values["beyond"]
    fails = beyond < MASTERED <= values["accuracy"]
    return {
        "zh": f"把它写下的一步改反，{values['follows']:.0%} 的最终答案跟着变。{longest + 1} 比特，"
        f"长度与最后一位的位置都没有练过：{beyond:.3f}" + ("，步骤推广不到那里。" if fails else "。"),
        "en": f"Turn one of its own steps round, and {values['follows']:.0%} of the final answers change "
        f"with "
        f"it. At {longest + 1} bits, a length and a last place never trained: {beyond:.3f}"
        + (", the steps do not carry over." if fails else "."),
    }
