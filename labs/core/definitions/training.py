"""Questions 3 and 11: train one adapter and keep it."""

from __future__ import annotations

from labs.core.config import Choice, Lab, Parameter, Preset
from labs.core.definitions.shared import (
    ALPHA,
    ONE_SEED,
    RANK,
    RATE,
    SMALL_MODEL,
    TARGETS,
    TASK,
    accuracy_chart,
    loss_chart,
)

CURVES = ("adapter",)

TRAINING = Lab(
    slug="training",
    number=3,
    questions=(3, 11),
    title={"zh": "训练一个适配器，带走它", "en": "Train an adapter and keep it"},
    claim={
        "zh": "一个小小的适配器就能让冻结的基座学会新任务；关掉它，基座丝毫未变。",
        "en": "A small adapter teaches the frozen base a new task; switched off, it leaves the base exactly "
        "as it was.",
    },
    parameters=(
        TASK,
        TARGETS,
        RANK,
        ALPHA,
        Parameter(
            name="scaling",
            kind="choice",
            default="standard",
            choices=(
                Choice("standard", {"zh": "alpha / r", "en": "alpha / r"}),
                Choice("rslora", {"zh": "alpha / √r", "en": "alpha / √r"}),
            ),
            label={"zh": "缩放规则", "en": "Scaling rule"},
            why={
                "zh": "rsLoRA 用 alpha / √r：秩大时更新不会随 r 缩小。",
                "en": "rsLoRA takes alpha / √r, so that at a large rank the update does not shrink with r.",
            },
        ),
        RATE,
        Parameter(
            name="steps",
            kind="int",
            default=160,
            minimum=20,
            maximum=400,
            label={"zh": "训练步数", "en": "Steps"},
            why={
                "zh": "少于 20 步什么也学不会；多于 400 步不再有用，还可能超过一次运行允许的时间。",
                "en": "Under 20 steps nothing is learnt; over 400 nothing is gained, and a run might exceed "
                "the time it may take.",
            },
        ),
    ),
    presets=(
        Preset("numerals", {"zh": "用中文数字作答", "en": "Answers in Chinese numerals"}, {"task": "zh"}),
        Preset("mirrored", {"zh": "认镜像数字", "en": "Mirrored digits"}, {"task": "flip", "steps": 240}),
        Preset(
            "smallest",
            {"zh": "最小的：r = 1，只改 q 与 v", "en": "The smallest: r = 1, q and v alone"},
            {"r": 1, "lora_alpha": 1, "target_modules": "qv"},
        ),
    ),
    experiment="labs.core.experiments.training",
    series={"adapter": {"zh": "适配器", "en": "the adapter"}},
    charts=(accuracy_chart(CURVES), loss_chart(CURVES)),
    limits=(
        SMALL_MODEL,
        ONE_SEED,
        {
            "zh": "这里的适配器占基座的百分之几到百分之十几；大模型上同样的秩只占千分之几。",
            "en": "Here an adapter is some per cent of the base; the same rank on a large model is some "
            "thousandths.",
        },
    ),
    reading=(
        "labs/core/lora.py",
        "labs/core/training.py",
        "labs/core/adapters.py",
        "labs/core/experiments/training.py",
    ),
    cpu_seconds=4,
)
