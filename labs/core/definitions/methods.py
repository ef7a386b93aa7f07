"""Question 9: LoRA, prompts, adapters and full fine-tuning on one task."""

from __future__ import annotations

from labs.core.config import Grid, Lab, Parameter, Preset, Text
from labs.core.definitions.shared import ONE_SEED, SMALL_MODEL, TASK, accuracy_chart, loss_chart

NAMES: dict[str, Text] = {
    "lora": {"zh": "LoRA", "en": "LoRA"},
    "full": {"zh": "全参数微调", "en": "full fine-tuning"},
    "bottleneck": {"zh": "瓶颈适配器", "en": "bottleneck adapter"},
    "prefix": {"zh": "前缀", "en": "prefix"},
    "p_tuning": {"zh": "P-tuning", "en": "P-tuning"},
    "soft_prompt": {"zh": "软提示", "en": "soft prompt"},
    "biases": {"zh": "只训练偏置（BitFit）", "en": "biases only (BitFit)"},
    "head": {"zh": "只训练输出层", "en": "output layer only"},
}
CURVES = tuple(NAMES)
TASKS = ("gap", "zh", "flip", "elicit")

METHODS = Lab(
    slug="methods",
    number=9,
    questions=(9, 3),
    title={"zh": "同一个任务，八种微调", "en": "One task, eight ways of fine-tuning"},
    claim={
        "zh": "LoRA 与 P-tuning 只更新少量参数，效果与全参数微调相当。",
        "en": "LoRA and P-tuning update few parameters and do as well as full fine-tuning.",
    },
    parameters=(
        TASK,
        Parameter(
            name="steps",
            kind="int",
            default=80,
            minimum=20,
            maximum=160,
            label={"zh": "训练步数", "en": "Steps"},
            why={
                "zh": "少于 20 步还看不出曲线；八种方法都要训练，多于 160 步会超过一次运行允许的时间。",
                "en": "Under 20 steps no curve shows; eight methods train, and over 160 steps "
                "a run would exceed the time it may take.",
            },
        ),
        Parameter(
            name="r",
            kind="int",
            default=8,
            minimum=1,
            maximum=16,
            label={"zh": "LoRA 的秩 r", "en": "LoRA's rank r"},
            why={
                "zh": "学习率固定为 0.008，r 超过 16 就不再合适。",
                "en": "The learning rate is fixed at 0.008, which no longer suits r above 16.",
            },
        ),
        Parameter(
            name="length",
            kind="int",
            default=10,
            minimum=1,
            maximum=20,
            label={"zh": "提示与前缀的长度", "en": "Length of prompts and prefixes"},
            why={
                "zh": "输入只有 11 个位置；多于 20 个提示向量，一步的时间就要翻倍。",
                "en": "The input has 11 positions; with more than 20 prompt vectors a step takes twice "
                "as long.",
            },
        ),
    ),
    presets=(
        Preset(
            "textbook",
            {"zh": "教科书说得通的任务：唤起旧技能", "en": "Where the textbook is right: an old skill"},
            {"task": "elicit"},
        ),
        Preset(
            "breaks", {"zh": "说不通的任务：新技能", "en": "Where it breaks: a new skill"}, {"task": "gap"}
        ),
        Preset("numerals", {"zh": "换一种说法作答", "en": "Answers in other words"}, {"task": "zh"}),
    ),
    experiment="labs.core.experiments.methods",
    series=NAMES,
    charts=(
        accuracy_chart(CURVES),
        loss_chart(CURVES),
    ),
    grids=(
        Grid(
            name="tasks",
            title={"zh": "四个任务：学会了多少", "en": "Four tasks: what was learnt"},
            parameter="task",
            values=TASKS,
            rows=NAMES,
            number="_accuracy",
            value_label={"zh": "新任务正确率", "en": "accuracy on the new task"},
        ),
        Grid(
            name="kept",
            title={"zh": "四个任务：旧任务还剩多少", "en": "Four tasks: what was kept of the old ones"},
            parameter="task",
            values=TASKS,
            rows=NAMES,
            number="_base_accuracy_after",
            value_label={"zh": "旧任务正确率", "en": "accuracy on the old tasks"},
        ),
    ),
    limits=(
        SMALL_MODEL,
        ONE_SEED,
        {
            "zh": "基座很小：提示能唤起的旧技能也少，大模型上的提示类方法比这里强。",
            "en": "The base is tiny and has few skills for a prompt to call up; prompt methods do better "
            "on large models than here.",
        },
        {
            "zh": "每种方法只有一个学习率（取自事先的试验），步数也相同；没有逐一调优，2–5 "
            "个百分点的先后不算数。",
            "en": "Each method has one learning rate, from earlier trials, and the same steps; "
            "none was tuned further, and an order within 5 points means nothing.",
        },
    ),
    reading=(
        "labs/core/methods/selective.py",
        "labs/core/methods/bottleneck.py",
        "labs/core/methods/prompts.py",
        "labs/core/experiments/methods.py",
    ),
    cpu_seconds=9,
)
