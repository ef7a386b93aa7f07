"""Question 5: pre-train, learn a reward from comparisons, chase it; beside it DPO on the same comparisons."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass

import torch

from labs.core.config import Text, parse_settings
from labs.core.data import stream
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
CLEAR = 0.2  # a difference of true reward that decides; 256 texts give ± .07

COLUMNS: dict[str, Text] = {
    "policy": {"zh": "策略", "en": "policy"},
    "true": {"zh": "真实奖励", "en": "true reward"},
    "best": {"zh": "途中最高", "en": "highest on the way"},
    "proxy": {"zh": "奖励模型的分", "en": "score of the reward model"},
    "kl": {"zh": "KL，nat", "en": "KL, nats"},
    "distinct": {"zh": "不同的文本", "en": "different texts"},
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
    for step, _ in enumerate(imitate(reference, IMITATION, stream(seed, "texts of people"))):
        yield progress(step, total, {"zh": "预训练语言模型", "en": "pre-training the language model"})
    pairs = compare(reference, int(chosen["pairs"]), stream(seed, "comparisons"))
    reward = RewardModel(pairs)
    yield note(
        f"奖励模型在它自己的偏好对上说对 {reward.accuracy:.1%}。",
        f"The reward model is right about {reward.accuracy:.1%} of its own pairs.",
    )
    arms = [_start(name, reference, reward, pairs, chosen, seed) for name in LAB.series]
    start = measure_policy(reference, reference, reward)
    for step in range(steps + 1):
        for number, arm in enumerate(arms):
            next(arm.training, None)
            if step % max(1, steps // EVALUATIONS) == 0 or step == steps:
                now = measure_policy(arm.model, reference, reward)
                arm.best = max(arm.best, now.true)
                yield point(arm.name, step=step, true=now.true, proxy=now.proxy, kl=now.kl)
            yield progress(IMITATION + 3 * step + number + 1, total)
    yield _conclude(arms, reference, reward, pairs, start, float(chosen["beta"]))


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
def _shift(model: LanguageModel, reference: LanguageModel, pairs: Pairs) -> float:
    """Return how far the log-probability of the chosen texts moved, nats."""
    moved = log_probabilities(model, pairs.chosen) - log_probabilities(reference, pairs.chosen)
    return moved.mean().item()


def _conclude(
    arms: list[Arm],
    reference: LanguageModel,
    reward: RewardModel,
    pairs: Pairs,
    start: Standing,
    beta: float,
) -> Event:
    """Build the result."""
    measured = {"reference": {**asdict(start), "best": start.true}}
    rows = [{"policy": REFERENCE, **measured["reference"], "sample": _write(reference)}]
    for arm in arms:
        standing = measure_policy(arm.model, reference, reward)
        measured[arm.name] = {**asdict(standing), "best": arm.best}
        rows.append({"policy": LAB.series[arm.name], **measured[arm.name], "sample": _write(arm.model)})
    extra = {
        "reward_model_accuracy": reward.accuracy,
        "dpo_chosen_shift": _shift(arms[2].model, reference, pairs),
    }
    outcome, verdict = judge(measured, extra, beta)
    return result(
        columns=COLUMNS,
        rows=rows,
        numbers=extra
        | {f"{name}_{key}": value for name, values in measured.items() for key, value in values.items()},
        outcome=outcome,
        verdict=verdict,
        limits=LAB.limits,
        environment=describe_environment(),
    )


def judge(
    measured: Mapping[str, Mapping[str, float]], extra: Mapping[str, float], beta: float
) -> tuple[Outcome, Text]:
    """Compare the claim with the true reward: the penalised policy pleases more, and it takes the penalty."""
    start = measured["reference"]["true"]
    pleases = measured["penalty"]["true"] > start + CLEAR
    hacked = (
        measured["no_penalty"]["proxy"] > measured["reference"]["proxy"]
        and measured["no_penalty"]["true"] < start - CLEAR
    )
    parts = [
        _say_penalty(measured, beta, pleases),
        _say_hacking(measured, hacked),
        _say_dpo(measured, extra),
    ]
    return ("holds" if pleases and hacked else "depends" if pleases else "fails"), join(parts)


def _say_penalty(measured: Mapping[str, Mapping[str, float]], beta: float, pleases: bool) -> Text:
    """Say what the penalised policy reached."""
    start, now = measured["reference"]["true"], measured["penalty"]
    return {
        "zh": f"β = {beta:g}：真实奖励 {start:.2f} → {now['true']:.2f}（途中最高 {now['best']:.2f}），"
        f"奖励模型的分升到 "
        f"{now['proxy']:.2f}。" + ("确实更合人意。" if pleases else "并没有更合人意：分涨了，人没有更满意。"),
        "en": f"β = {beta:g}: true reward {start:.2f} → {now['true']:.2f} (highest on the way "
        f"{now['best']:.2f}), the "
        f"reward model's score rose to {now['proxy']:.2f}. "
        + ("People do like it better." if pleases else "People do not like it better: only the score rose."),
    }


def _say_hacking(measured: Mapping[str, Mapping[str, float]], hacked: bool) -> Text:
    """Say what became of the policy without a penalty."""
    now = measured["no_penalty"]
    return {
        "zh": f"没有惩罚：奖励模型的分高达 {now['proxy']:.2f}，真实奖励却是 {now['true']:.2f}，离参考 "
        f"{now['kl']:.0f} nat，"
        f"256 篇里不同的占 {now['distinct']:.0%}"
        + ("：它钻了奖励模型的空子。" if hacked else "：在这里没有走火入魔。"),
        "en": f"Without it the score reaches {now['proxy']:.2f} and the true reward {now['true']:.2f}, "
        f"{now['kl']:.0f} nats from the reference, with {now['distinct']:.0%} of 256 texts different"
        + (": it exploits the reward model." if hacked else ": it does not run wild here."),
    }


def _say_dpo(measured: Mapping[str, Mapping[str, float]], extra: Mapping[str, float]) -> Text:
    """Say what DPO did on the same pairs."""
    now, shift = measured["dpo"], extra["dpo_chosen_shift"]
    return {
        "zh": f"DPO 不用奖励模型，在同样的偏好对上到 {now['true']:.2f}（途中最高 {now['best']:.2f}）；"
        f"被选中的文本的对数概率"
        f"变化 {shift:+.1f} nat" + ("，它抬高的是差距，不是被选中的那一篇。" if shift < 0 else "。"),
        "en": f"DPO, without a reward model, reaches {now['true']:.2f} on the same pairs (highest on the way "
        f"{now['best']:.2f}); the log-probability of the chosen texts moves by {shift:+.1f} nats"
        + (": it widens the gap rather than raise what was chosen." if shift < 0 else "."),
    }
