"""Question 5: pre-train, learn a reward from comparisons, chase it; beside it DPO on the same comparisons."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from statistics import fmean

import torch
from torch import Tensor

from labs.core.config import Text, parse_settings
from labs.core.data import stream
from labs.core.definitions.rlhf import CLEAR, CURVES
from labs.core.definitions.rlhf import RLHF as LAB
from labs.core.events import Event, Outcome, join, note, point, progress, result
from labs.core.preferences import (
    WORDS_EN,
    WORDS_ZH,
    LanguageModel,
    Pairs,
    RewardModel,
    Standing,
    compare,
    imitate,
    log_probabilities,
    measure_policy,
    new_language_model,
    prefer_directly,
    reinforce,
    sample_texts,
)
from labs.core.training import describe_environment, use_one_thread

IMITATION = 120  # steps of pre-training
EVALUATIONS = 12
TEXTS = 256  # to measure a policy on
FRESH = 1000  # pairs that the reward model has not seen

COLUMNS: dict[str, Text] = {
    "policy": {"zh": "策略", "en": "policy"},
    "true": {"zh": "真实奖励", "en": "true reward"},
    "best": {"zh": "途中最高", "en": "highest on the way"},
    "proxy": {"zh": "奖励模型的分", "en": "score of the reward model"},
    "kl": {"zh": "KL，nat", "en": "KL, nats"},
    "distinct": {"zh": "不同文本的占比", "en": "share of different texts"},
    "sample": {"zh": "写出的一篇", "en": "one of its texts"},
}
REFERENCE: Text = {"zh": "参考模型（预训练之后）", "en": "the reference, after pre-training"}


@dataclass
class Arm:
    """One policy in training."""

    name: str
    model: LanguageModel
    training: Iterator[None]
    best: float = float("-inf")


def run(settings: Mapping[str, object], seed: int) -> Iterator[Event]:
    """Take the three steps of RLHF, without and with the penalty, and DPO beside them."""
    chosen = parse_settings(LAB.parameters, settings)
    steps = int(chosen["steps"])
    total = IMITATION + 3 * (steps + 1)
    yield progress(0, total)
    use_one_thread()
    reference = new_language_model(seed)
    yield from _pretrain(reference, seed, total)
    pairs = compare(reference, int(chosen["pairs"]), stream(seed, "comparisons"))
    reward = RewardModel(pairs)
    fresh = reward.share_right(compare(reference, FRESH, stream(seed, "new comparisons")))
    yield note(
        f"奖励模型在它自己的偏好对上说对 {reward.accuracy:.1%}，在新的 {FRESH} 对上 {fresh:.1%}。",
        f"The reward model is right about {reward.accuracy:.1%} of its own pairs and {fresh:.1%} of {FRESH} "
        "new ones.",
    )
    arms = [_start(name, reference, reward, pairs, chosen, seed) for name in CURVES]
    start = measure_policy(reference, reference, reward, TEXTS)
    for step in range(steps + 1):
        for number, arm in enumerate(arms):
            next(arm.training, None)
            if step % max(1, steps // EVALUATIONS) == 0 or step == steps:
                now = measure_policy(arm.model, reference, reward, TEXTS)
                arm.best = max(arm.best, now.true)
                yield point(arm.name, step=step, true=now.true, proxy=now.proxy, kl=now.kl)
            yield progress(IMITATION + 3 * step + number + 1, total)
    accuracy = {"reward_model_accuracy": reward.accuracy, "reward_model_new_pairs": fresh}
    yield _conclude(arms, reference, reward, pairs, start, accuracy, float(chosen["beta"]))


def _pretrain(model: LanguageModel, seed: int, total: int) -> Iterator[Event]:
    """Take the first step: imitate what people write."""
    losses: list[float] = []
    for step, loss in enumerate(imitate(model, IMITATION, stream(seed, "texts of people")), start=1):
        losses.append(loss)
        if step == 1 or step % (IMITATION // EVALUATIONS) == 0:
            yield point("imitation", step=step, loss=fmean(losses))
            losses.clear()
        yield progress(step, total, {"zh": "预训练语言模型", "en": "pre-training the language model"})


def _start(
    name: str,
    reference: LanguageModel,
    reward: RewardModel,
    pairs: Pairs,
    chosen: Mapping[str, float | int | str],
    seed: int,
) -> Arm:
    """Make a policy, a copy of the reference, ready to learn."""
    model, generator = copy.deepcopy(reference), stream(seed, f"training of {name}")
    steps = int(chosen["steps"])
    if name == "dpo":
        return Arm(name, model, prefer_directly(model, pairs, float(chosen["dpo_beta"]), steps, generator))
    beta = 0.0 if name == "no_penalty" else float(chosen["beta"])
    return Arm(name, model, reinforce(model, reward, beta, steps, generator))


def _write(model: LanguageModel) -> Text:
    """Sample one text, the same draw for every policy, in both languages."""
    words = sample_texts(model, 1, stream(0, "the text to show"))[0].tolist()
    return {
        "zh": "".join(WORDS_ZH[word] for word in words),
        "en": " ".join(WORDS_EN[word] for word in words),
    }


@torch.no_grad()
def _shift(model: LanguageModel, reference: LanguageModel, texts: Tensor) -> float:
    """Return how far the log-probability of texts moved on average, nats."""
    moved = log_probabilities(model, texts) - log_probabilities(reference, texts)
    return moved.mean().item()


def _conclude(
    arms: list[Arm],
    reference: LanguageModel,
    reward: RewardModel,
    pairs: Pairs,
    start: Standing,
    accuracy: Mapping[str, float],
    beta: float,
) -> Event:
    """Build the result."""
    measured = {"reference": {**asdict(start), "best": start.true}}
    rows = [{"policy": REFERENCE, **measured["reference"], "sample": _write(reference)}]
    for arm in arms:
        standing = measure_policy(arm.model, reference, reward, TEXTS)
        measured[arm.name] = {**asdict(standing), "best": arm.best}
        rows.append({"policy": LAB.series[arm.name], **measured[arm.name], "sample": _write(arm.model)})
    shifts = {
        f"dpo_{name}_shift": _shift(arms[2].model, reference, texts)
        for name, texts in (("chosen", pairs.chosen), ("rejected", pairs.rejected))
    }
    outcome, verdict = judge(measured, shifts, beta)
    return result(
        columns=COLUMNS,
        rows=rows,
        numbers={**accuracy, **shifts}
        | {f"{name}_{key}": value for name, values in measured.items() for key, value in values.items()},
        outcome=outcome,
        verdict=verdict,
        limits=LAB.limits,
        environment=describe_environment(),
    )


def judge(
    measured: Mapping[str, Mapping[str, float]], shifts: Mapping[str, float], beta: float
) -> tuple[Outcome, Text]:
    """Compare the claim with the true reward: the penalised policy pleases more, and it takes the penalty."""
    start = measured["reference"]["true"]
    pleases = measured["penalty"]["true"] > start + CLEAR
    hacked = (
        measured["no_penalty"]["proxy"] > measured["reference"]["proxy"]
        and measured["no_penalty"]["true"] < start - CLEAR
    )
    parts = [
        _say_penalty(measured, beta),
        _say_hacking(measured, hacked),
        _say_dpo(measured["dpo"], shifts),
    ]
    return ("holds" if pleases and hacked else "depends" if pleases else "fails"), join(parts)


def _say_penalty(measured: Mapping[str, Mapping[str, float]], beta: float) -> Text:
    """Say what the penalised policy reached."""
    start, now = measured["reference"], measured["penalty"]
    gain = now["true"] - start["true"]
    zh, en = (
        ("确实更合人意。", "People do like it better.")
        if gain > CLEAR
        else ("反而更不合人意。", "People like it less.")
        if gain < -CLEAR
        else ("并没有明显更合人意。", "People do not clearly like it better.")
    )
    return {
        "zh": f"β = {beta:g}：真实奖励 {start['true']:.2f} → {now['true']:.2f}"
        f"（途中最高 {now['best']:.2f}），奖励模型的分 {start['proxy']:.2f} → {now['proxy']:.2f}。{zh}",
        "en": f"β = {beta:g}: true reward {start['true']:.2f} → {now['true']:.2f} (highest on the way "
        f"{now['best']:.2f}), the reward model's score {start['proxy']:.2f} → {now['proxy']:.2f}. {en}",
    }


def _say_hacking(measured: Mapping[str, Mapping[str, float]], hacked: bool) -> Text:
    """Say what became of the policy without a penalty."""
    now = measured["no_penalty"]
    different = round(now["distinct"] * TEXTS)
    return {
        "zh": f"没有惩罚：奖励模型的分到 {now['proxy']:.2f}，真实奖励却是 {now['true']:.2f}，离参考 "
        f"{now['kl']:.0f} nat，{TEXTS} 篇里不同的有 {different} 篇"
        + ("：它钻了奖励模型的空子。" if hacked else "：在这里没有明显变坏。"),
        "en": f"Without it the score reaches {now['proxy']:.2f} and the true reward {now['true']:.2f}, "
        f"{now['kl']:.0f} nats from the reference, with {different} different "
        f"text{'s' if different > 1 else ''} among {TEXTS}"
        + (": it exploits the reward model." if hacked else ": it gets no clearly worse here."),
    }


def _say_dpo(now: Mapping[str, float], shifts: Mapping[str, float]) -> Text:
    """Say what DPO did on the same pairs, and whether it went past its best."""
    chosen, rejected = shifts["dpo_chosen_shift"], shifts["dpo_rejected_shift"]
    past = now["true"] < now["best"] - CLEAR
    return {
        "zh": f"DPO 不用奖励模型，在同样的偏好对上到 {now['true']:.2f}（途中最高 {now['best']:.2f}"
        + ("，走过了头）；" if past else "）；")
        + f"被选中的文本的对数概率变化 {chosen:+.1f} nat，落选的 {rejected:+.1f}"
        + ("：两边都降，落选的降得更多。" if rejected < chosen < 0 else "。"),
        "en": f"DPO, without a reward model, reaches {now['true']:.2f} on the same pairs (highest on the way "
        f"{now['best']:.2f}"
        + ("; it went too far); " if past else "); ")
        + f"the log-probability of the chosen texts moves by {chosen:+.1f} nats, of the rejected by "
        f"{rejected:+.1f}" + (": both fall, the rejected further." if rejected < chosen < 0 else "."),
    }
