"""Question 8: merging and latency."""

from __future__ import annotations

from dataclasses import replace

from labs.core.config import Chart, Grid, Lab, Parameter, Preset
from labs.core.definitions.shared import ALPHA, RANK, RATE, SMALL_MODEL, TARGETS, TASK

MERGING = Lab(
    slug="merging",
    number=8,
    questions=(8, 11),
    title={"zh": "合并之后还有没有代价", "en": "What merging costs, and what not merging costs"},
    claim={
        "zh": "LoRA 不增加推理延迟：新增参数很少、可以并行计算，推理时只用新增的参数。",
        "en": "LoRA adds no inference latency: the new parameters are few, are computed in parallel, "
        "and inference uses only them.",
    },
    parameters=(
        TASK,
        replace(
            TARGETS,
            why={
                "zh": "未合并的代价与被改矩阵的个数成正比。",
                "en": "The cost of not merging grows with the number of matrices changed.",
            },
        ),
        RANK,
        ALPHA,
        RATE,
        Parameter(
            name="steps",
            kind="int",
            default=120,
            minimum=20,
            maximum=240,
            label={"zh": "训练步数", "en": "Steps"},
            why={
                "zh": "少于 20 步还看不出曲线；多于 240 步会超过一次运行允许的时间。",
                "en": "Under 20 steps no curve shows; over 240 a run would exceed the time it may take.",
            },
        ),
        Parameter(
            name="trips",
            kind="int",
            default=100,
            minimum=1,
            maximum=500,
            label={"zh": "合并再拆开的次数", "en": "Merge and unmerge trips"},
            why={
                "zh": "每一趟都有舍入；500 趟已足以看出漂移是否累积。",
                "en": "Each trip rounds; 500 are enough to see whether the drift adds up.",
            },
        ),
        Parameter(
            name="repeats",
            kind="int",
            default=30,
            minimum=5,
            maximum=100,
            label={"zh": "每种批大小测多少轮", "en": "Timing rounds a batch size"},
            why={
                "zh": "少于 5 轮的中位数没有意义；多于 100 轮只是更久。",
                "en": "A median of fewer than 5 means nothing; more than 100 only takes longer.",
            },
        ),
    ),
    presets=(
        Preset(
            "textbook",
            {"zh": "教科书的选择：只改 q 与 v", "en": "What the textbook has: q and v only"},
            {"target_modules": "qv"},
        ),
        Preset(
            "breaks",
            {
                "zh": "不合并就不成立：全部矩阵，较大的秩",
                "en": "Where it breaks unmerged: all linears, a large rank",
            },
            {"r": 32, "lora_alpha": 32, "lr": 0.004},
        ),
        Preset("thin", {"zh": "最小的秩也要代价", "en": "Even the smallest rank"}, {"r": 1, "lora_alpha": 1}),
    ),
    experiment="labs.core.experiments.merging",
    series={
        "training": {"zh": "适配器（未合并）", "en": "the adapter (unmerged)"},
        "merged": {"zh": "已合并", "en": "merged"},
        "unmerged": {"zh": "未合并", "en": "unmerged"},
        "bottleneck": {"zh": "瓶颈适配器", "en": "bottleneck adapter"},
        "soft_prompt": {"zh": "软提示", "en": "soft prompt"},
    },
    charts=(
        Chart(
            name="accuracy",
            title={"zh": "训练适配器", "en": "Training the adapter"},
            x="step",
            y="accuracy",
            x_label={"zh": "训练步", "en": "step"},
            y_label={"zh": "正确率（没见过的图片）", "en": "accuracy (pictures never seen)"},
            series=("training",),
        ),
        Chart(
            name="latency",
            title={"zh": "延迟与基座之比", "en": "Latency over that of the base"},
            x="batch",
            y="ratio",
            x_label={"zh": "批大小", "en": "batch size"},
            y_label={"zh": "CPU 时间之比", "en": "ratio of CPU time"},
            series=("unmerged", "merged", "bottleneck", "soft_prompt"),
            kind="bar",
            even=1.0,
            timed=True,
        ),
    ),
    grids=(
        Grid(
            name="targets",
            title={"zh": "改的矩阵越少，不合并的代价越小", "en": "The fewer matrices, the cheaper unmerged"},
            parameter="target_modules",
            values=("all", "attention", "qv", "mlp"),
            rows={
                f"{way}_latency_{batch}": {"zh": f"{zh}，批 {batch}", "en": f"{en}, batch {batch}"}
                for way, zh, en in (("unmerged", "未合并", "unmerged"), ("merged", "已合并", "merged"))
                for batch in (1, 16, 64)
            },
            number="",
            value_label={"zh": "CPU 时间 ÷ 基座", "en": "CPU time ÷ base"},
            limit=2.0,
        ),
    ),
    limits=(
        SMALL_MODEL,
        {
            "zh": "延迟在一个 CPU 线程上测得；64 维时开销多在算子调用，矩阵越大，未合并的比值一般越小。时"
            "间不会逐位重复，其余数字会。",
            "en": "Latency was taken on one CPU thread; at 64 dimensions much of it is the calling of "
            "operators, and larger matrices usually lower "
            "the unmerged ratio. Times do not repeat to the bit; every other number does.",
        },
        {
            "zh": "低精度只看了 bf16 的权重，计算仍是 fp32；合并进 4 位或 8 位的基座舍入更大，这里没有测。",
            "en": "Of low precision only weights in bf16 were tried, computed in fp32; merging into a 4-bit "
            "or 8-bit base rounds more and is not measured here.",
        },
    ),
    reading=("labs/core/lora.py", "labs/core/experiments/merging.py"),
    cpu_seconds=6,
)
