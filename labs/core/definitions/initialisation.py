"""Question 10: where A and B start."""

from __future__ import annotations

from dataclasses import replace

from labs.core.config import Choice, Grid, HeatMap, Lab, Parameter, Preset, Text
from labs.core.definitions.shared import (
    ALPHA,
    ONE_SEED,
    RANK,
    RATE,
    SMALL_MODEL,
    TASK,
    accuracy_chart,
    loss_chart,
)

START: Text = {"zh": "初始化", "en": "start"}
MATRIX: Text = {"zh": "矩阵（三层合计）", "en": "matrix (all three blocks)"}
GRADIENT: Text = {"zh": "梯度的范数", "en": "norm of the gradient"}
ARMS: dict[str, Text] = {
    "b_zero": {"zh": "A 随机，B 为零", "en": "A random, B zero"},
    "a_zero": {"zh": "A 为零，B 随机", "en": "A zero, B random"},
    "both_zero": {"zh": "都为零", "en": "both zero"},
    "both_gaussian": {"zh": "都为高斯，按所选大小", "en": "both Gaussian, at the chosen size"},
    "both_gaussian_small": {"zh": "都为高斯，‖ΔW‖/‖W‖ = 0.04", "en": "both Gaussian, ‖ΔW‖/‖W‖ = 0.04"},
    "rows_tied": {"zh": "A 的各行相同，B 为零", "en": "rows of A equal, B zero"},
}

INITIALISATION = Lab(
    slug="initialisation",
    number=10,
    questions=(10, 11),
    title={"zh": "A 和 B 从哪里开始", "en": "Where A and B start"},
    claim={
        "zh": "B 从零开始、A 高斯初始化；两个都为零会梯度消失；两个都用高斯，会因初始 ΔW 过大而难以收敛。",
        "en": "B starts at zero and A is Gaussian; with both at zero the gradient vanishes, "
        "and with both Gaussian the initial ΔW is so large that training hardly converges.",
    },
    parameters=(
        replace(TASK, default="zh"),
        Parameter(
            name="arms",
            kind="choice",
            default="all",
            choices=(
                Choice("all", {"zh": "全部六种", "en": "all six"}),
                Choice(
                    "claimed", {"zh": "只看常见答案里的三种", "en": "only the three the usual answer names"}
                ),
            ),
            label={"zh": "比较哪些初始化", "en": "Starts to compare"},
            why={"zh": "每多一种就多训练一个适配器。", "en": "Each one more trains one more adapter."},
        ),
        Parameter(
            name="init_scale",
            kind="float",
            default=1.5,
            minimum=0.005,
            maximum=4.0,
            label={"zh": "“都为高斯”的初始 ‖ΔW‖/‖W‖", "en": "‖ΔW‖/‖W‖ at the start of “both Gaussian”"},
            why={
                "zh": "以被改矩阵的范数为单位：0.04 只是一点扰动，1 与原权重一样大，4 已把原权重淹没。",
                "en": "In units of the norm of the matrix it changes: 0.04 is a slight disturbance, 1 as "
                "large as the weights, 4 drowns them.",
            },
        ),
        RANK,
        ALPHA,
        RATE,
        Parameter(
            name="steps",
            kind="int",
            default=60,
            minimum=20,
            maximum=160,
            label={"zh": "训练步数", "en": "Steps"},
            why={
                "zh": "少于 20 步还看不出曲线；六个适配器一起训练，多于 160 步会超过一次运行允许的时间。",
                "en": "Under 20 steps no curve shows; six adapters train side by side, and over 160 steps "
                "a run would exceed the time it may take.",
            },
        ),
    ),
    presets=(
        Preset(
            "textbook",
            {"zh": "教科书的三种", "en": "What the textbook says: its three starts"},
            {"arms": "claimed"},
        ),
        Preset(
            "breaks",
            {"zh": "说不通的地方：都为高斯但很小", "en": "Where it breaks: both Gaussian, but small"},
            {"init_scale": 0.02},
        ),
        Preset("flood", {"zh": "都为高斯，而且很大", "en": "Both Gaussian, and large"}, {"init_scale": 3.0}),
        Preset(
            "skill", {"zh": "更难：一项新技能", "en": "Harder: a new skill"}, {"task": "gap", "steps": 120}
        ),
        Preset("mirror", {"zh": "镜像的数字", "en": "Mirrored digits"}, {"task": "flip", "steps": 80}),
    ),
    experiment="labs.core.experiments.initialisation",
    series=ARMS,
    charts=(
        accuracy_chart(tuple(ARMS)),
        loss_chart(tuple(ARMS)),
    ),
    maps=(
        HeatMap(
            name="gradient_a",
            title={"zh": "训练前 A 的梯度 ‖∂L/∂A‖", "en": "Gradient of A before training, ‖∂L/∂A‖"},
            row_label=START,
            column_label=MATRIX,
            value_label=GRADIENT,
            note={
                "zh": "∂L/∂A 带着因子 B：B 为零的各行恰好是 0。两张梯度图用同一把色尺。",
                "en": "∂L/∂A carries the factor B: where B is zero it is exactly 0. Both maps of gradients "
                "share one scale.",
            },
        ),
        HeatMap(
            name="gradient_b",
            title={"zh": "训练前 B 的梯度 ‖∂L/∂B‖", "en": "Gradient of B before training, ‖∂L/∂B‖"},
            row_label=START,
            column_label=MATRIX,
            value_label=GRADIENT,
            note={
                "zh": "∂L/∂B 带着因子 A。两张图里都是 0 的那一行动不了。",
                "en": "∂L/∂B carries the factor A. The row that is 0 in both maps cannot move.",
            },
        ),
        HeatMap(
            name="spectra",
            title={
                "zh": "训练后 ΔW 的奇异值 ÷ 最大的",
                "en": "Singular values of ΔW after training ÷ the largest",
            },
            row_label=START,
            column_label={"zh": "第几个奇异值", "en": "singular value"},
            value_label={"zh": "与最大者之比（各层平均）", "en": "ratio to the largest (mean of the layers)"},
            note={
                "zh": "对称（各行相同）的一行只有第一个不为零：它学的 ΔW 秩为 1。",
                "en": "Where the rows of A are tied, only the first is not zero: its ΔW has rank 1.",
            },
        ),
    ),
    grids=(
        Grid(
            name="tasks",
            title={"zh": "四个任务，六种初始化", "en": "Four tasks, six starts"},
            parameter="task",
            values=("zh", "gap", "flip", "elicit"),
            rows=ARMS,
            number="_accuracy",
            value_label={"zh": "训练后正确率", "en": "accuracy after training"},
        ),
        Grid(
            name="sizes",
            title={
                "zh": "都为高斯：初始 ‖ΔW‖/‖W‖ 多大才有害",
                "en": "Both Gaussian: which size at the start harms",
            },
            parameter="init_scale",
            values=(0.02, 0.1, 0.3, 0.7, 1.5, 3.0),
            settings={"arms": "claimed"},
            rows={
                "both_gaussian_base_accuracy": {"zh": "旧任务，训练前", "en": "old tasks, before training"},
                "both_gaussian_accuracy": {"zh": "新任务，训练后", "en": "new task, after training"},
                "both_gaussian_base_accuracy_after": {
                    "zh": "旧任务，训练后",
                    "en": "old tasks, after training",
                },
                "b_zero_accuracy": {
                    "zh": "B 为零的新任务（对照）",
                    "en": "B zero on the new task, for contrast",
                },
            },
            number="",
            value_label={"zh": "正确率", "en": "accuracy"},
        ),
    ),
    limits=(
        SMALL_MODEL,
        ONE_SEED,
        {
            "zh": "学习率只有一个，对每种初始化都一样；A 为零与 B 为零的最佳学习率可以不同，这里的先后不"
            "是排名。",
            "en": "Every start gets the same learning rate; the best one may differ between A zero and B "
            "zero, so their order here is no ranking.",
        },
    ),
    reading=("labs/core/lora.py", "labs/core/training.py", "labs/core/experiments/initialisation.py"),
    cpu_seconds=5,
)
