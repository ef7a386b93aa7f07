"""Question 5: a tiny language model, a learned reward, and what a penalty on the distance does."""

from __future__ import annotations

from labs.core.config import Chart, Lab, Parameter, Preset, Text

CLEAR = 0.2  # a difference of true reward that decides; 256 texts give ± .07
CURVES = ("penalty", "no_penalty", "dpo")
STEP: Text = {"zh": "训练步", "en": "step"}
TRUE: Text = {"zh": "真实奖励，每篇", "en": "true reward, a text"}

RLHF = Lab(
    slug="rlhf",
    number=5,
    questions=(5,),
    title={"zh": "RLHF：奖励模型与真实的奖励", "en": "RLHF: the reward model and the true reward"},
    claim={
        "zh": "先从人的比较里学一个奖励模型，再用强化学习去追它的分；有 KL 惩罚，写出来的就更合人意。",
        "en": "Learn a reward model from people's comparisons, chase its score by reinforcement learning "
        "with a KL "
        "penalty, and the texts become more to people's liking.",
    },
    parameters=(
        Parameter(
            name="beta",
            kind="float",
            default=1.0,
            minimum=0.0,
            maximum=5.0,
            label={"zh": "KL 惩罚 β", "en": "KL penalty β"},
            why={
                "zh": "0 就是没有惩罚；奖励以标准差计，超过 5 策略几乎一步不动。",
                "en": "0 is no penalty; the reward is in standard deviations, and over 5 the policy hardly "
                "moves.",
            },
        ),
        Parameter(
            name="dpo_beta",
            kind="float",
            default=0.5,
            minimum=0.02,
            maximum=2.0,
            label={"zh": "DPO 的 β", "en": "β of DPO"},
            why={
                "zh": "低于 0.02 约束形同虚设；高于 2 一步走得太小，看不出变化。",
                "en": "Under 0.02 it binds nothing; over 2 a step is too small to see.",
            },
        ),
        Parameter(
            name="pairs",
            kind="int",
            default=500,
            minimum=50,
            maximum=2000,
            label={"zh": "偏好对数", "en": "Preference pairs"},
            why={
                "zh": "在 4,000 个新的偏好对上量（两个种子）：用 50 对学出的奖励模型说对 0.67 到 0.68，"
                "500 对 0.69 到 0.70，2000 对与 4000 对都是 0.70。",
                "en": "On 4,000 new pairs, two seeds: a reward model learnt from 50 is right about 0.67 to "
                "0.68, from 500 about 0.69 to 0.70, from 2000 as from 4000 about 0.70.",
            },
        ),
        Parameter(
            name="steps",
            kind="int",
            default=120,
            minimum=20,
            maximum=300,
            label={"zh": "强化学习与 DPO 的步数", "en": "Steps of reinforcement learning and of DPO"},
            why={
                "zh": "少于 20 步还看不出曲线；三个策略都要训练，多于 300 步会超过一次运行允许的时间。",
                "en": "Under 20 steps no curve shows; three policies train, and over 300 steps a run would "
                "exceed the "
                "time it may take.",
            },
        ),
    ),
    presets=(
        Preset("textbook", {"zh": "教科书的说法", "en": "What the textbook says"}, {"beta": 1.0}),
        Preset(
            "breaks",
            {"zh": "说不通之处：惩罚太小", "en": "Where it breaks: too small a penalty"},
            {"beta": 0.2},
        ),
        Preset("stiff", {"zh": "惩罚太大", "en": "Too large a penalty"}, {"beta": 5.0}),
        Preset("few", {"zh": "比较很少", "en": "Few comparisons"}, {"pairs": 50}),
        Preset(
            "dpo", {"zh": "DPO 的 β 很小", "en": "A very small β for DPO"}, {"dpo_beta": 0.05, "steps": 200}
        ),
    ),
    experiment="labs.core.experiments.rlhf",
    series={
        "penalty": {"zh": "有惩罚，β 如所选", "en": "with the penalty chosen"},
        "no_penalty": {"zh": "没有惩罚，β = 0", "en": "no penalty, β = 0"},
        "dpo": {"zh": "DPO，同样的偏好对", "en": "DPO on the same pairs"},
        "imitation": {"zh": "参考模型", "en": "the reference"},
    },
    charts=(
        Chart(
            name="true",
            title={"zh": "人怎么看", "en": "What people think"},
            x="step",
            y="true",
            x_label=STEP,
            y_label=TRUE,
            series=CURVES,
        ),
        Chart(
            name="proxy",
            title={"zh": "奖励模型怎么看", "en": "What the reward model thinks"},
            x="step",
            y="proxy",
            x_label=STEP,
            y_label={"zh": "分，以标准差计", "en": "score, standard deviations"},
            series=CURVES,
        ),
        Chart(
            name="distance",
            title={"zh": "离参考模型多远", "en": "Distance from the reference"},
            x="step",
            y="kl",
            x_label=STEP,
            y_label={"zh": "KL，nat 每篇", "en": "KL, nats a text"},
            series=CURVES,
        ),
        Chart(
            name="imitation",
            title={"zh": "第一步：在人写的文本上预训练", "en": "Step one: pre-training on people's texts"},
            x="step",
            y="loss",
            x_label=STEP,
            y_label={
                "zh": "交叉熵，近几步平均（nat 每词）",
                "en": "cross-entropy, mean of the last steps (nats a word)",
            },
            series=("imitation",),
        ),
    ),
    limits=(
        {
            "zh": "语言只有 12 个词、每篇 10 个词；“人”是一条公式：四个好词各说一次得 1 分，第三次起每次扣 "
            "1 分。真人的偏好没有公式。",
            "en": "The language has 12 words, a text 10; “people” are a formula: each of four pleasant "
            "words counts 1 "
            "once, and every time from the third on costs 1. Real people have no formula.",
        },
        {
            "zh": "奖励模型是线性的，故意装不下“重复太多”；大的奖励模型也有看不到的地方，只是更难找。",
            "en": "The reward model is linear and by design cannot hold “too often”; large ones have blind "
            "spots too, "
            "only harder to find.",
        },
        {
            "zh": "用的是 REINFORCE，不是 PPO：没有价值网络，没有裁剪，也不在偏好数据上重新采样比较。",
            "en": "It is REINFORCE, not PPO: no value network, no clipping, and no new comparisons on the "
            "way.",
        },
        {
            "zh": "三种做法的学习率各只有一个，DPO 与 REINFORCE 的先后不算排名。",
            "en": "Each way has one learning rate; the order of DPO and REINFORCE is no ranking.",
        },
        {
            "zh": f"一次运行只有一个种子；真实奖励相差不到 {CLEAR:g} 的不算数，请换种子再看。",
            "en": f"One run is one seed; differences of true reward under {CLEAR:g} do not count. Change the "
            "seed and look again.",
        },
    ),
    reading=("labs/core/preferences.py", "labs/core/decoder.py", "labs/core/experiments/rlhf.py"),
    cpu_seconds=8,
    on_base=False,
)
