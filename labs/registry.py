"""The labs there are: code, not rows, and no torch."""

from __future__ import annotations

from dataclasses import replace

from labs.core.config import Chart, Choice, Lab, Parameter, Preset, Text

TASK = Parameter(
    name="task",
    kind="choice",
    default="gap",
    choices=(
        Choice(
            "gap", {"zh": "GAP：新问题，两数之差 |a−b|", "en": "GAP: a new question, the difference |a−b|"}
        ),
        Choice("zh", {"zh": "ZH：看图，用中文数字作答", "en": "ZH: answer pictures in Chinese numerals"}),
        Choice("flip", {"zh": "FLIP：左右镜像的数字", "en": "FLIP: mirrored digits"}),
        Choice(
            "elicit",
            {"zh": "ELICIT：无意义的提示唤起旧技能", "en": "ELICIT: a meaningless prompt for an old skill"},
        ),
    ),
    label={"zh": "下游任务", "en": "Task"},
    why={
        "zh": "这四个任务在几百步内学得会；旋转或反色的数字在同样的步数内连全量微调也学不会。",
        "en": "These four can be learnt in some hundred steps; rotated or inverted digits cannot, even "
        "by full fine-tuning.",
    },
)
RANK = Parameter(
    name="r",
    kind="int",
    default=8,
    minimum=1,
    maximum=32,
    label={"zh": "秩 r", "en": "Rank r"},
    why={
        "zh": "矩阵只有 64 维；r 超过 32 时参数已超过所改的矩阵，学习率也必须另调。",
        "en": "The matrices have 64 dimensions; above r = 32 an adapter outweighs the matrix it changes "
        "and needs another learning rate.",
    },
)
ALPHA = Parameter(
    name="lora_alpha",
    kind="int",
    default=8,
    minimum=1,
    maximum=64,
    label={"zh": "缩放 lora_alpha", "en": "Scaling lora_alpha"},
    why={
        "zh": "ΔW 要乘以 lora_alpha / r；再大就等于把学习率推到发散。",
        "en": "ΔW is multiplied by lora_alpha / r; a larger value acts like a learning rate that diverges.",
    },
)
RATE = Parameter(
    name="lr",
    kind="float",
    default=0.008,
    minimum=0.0005,
    maximum=0.012,
    label={"zh": "学习率", "en": "Learning rate"},
    why={
        "zh": "可用的区间很窄：r = 8 时 0.004–0.008 学得好，0.03 时任何初始化都学不会，比较就没有意义。",
        "en": "The useful window is narrow: at r = 8, 0.004–0.008 learns well and 0.03 kills every arm, "
        "which would compare nothing.",
    },
)

SMALL_MODEL: Text = {
    "zh": "模型只有 16 万个参数、64 维、3 层，任务是两个 8×8 的数字；大模型上的数值会不同，能搬过去的只有"
    "机制。",
    "en": "The model has 0.16 million parameters, 64 dimensions, 3 layers, and looks at two 8×8 digits; "
    "large models give other figures. What carries over is the mechanism.",
}
ONE_SEED: Text = {
    "zh": "一次运行只有一个种子；2 个百分点以内的差别是噪声，请换种子再看。",
    "en": "One run is one seed; differences under 2 points are noise. Change the seed and look again.",
}

INITIALISATION = Lab(
    slug="initialisation",
    number=10,
    questions=(10, 11),
    title={"zh": "A 和 B 从哪里开始", "en": "Where A and B start"},
    claim={
        "zh": "B 从零开始、A 高斯初始化；两个都为零会梯度消失，两个都用高斯会因初始 ΔW 过大而难以收敛。",
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
        Preset("usual", {"zh": "常见答案的三种", "en": "The three of the usual answer"}, {"arms": "claimed"}),
        Preset(
            "harmless", {"zh": "都为高斯，但很小", "en": "Both Gaussian, but small"}, {"init_scale": 0.02}
        ),
        Preset("flood", {"zh": "都为高斯，而且很大", "en": "Both Gaussian, and large"}, {"init_scale": 3.0}),
        Preset(
            "skill", {"zh": "更难：一项新技能", "en": "Harder: a new skill"}, {"task": "gap", "steps": 120}
        ),
        Preset("mirror", {"zh": "镜像的数字", "en": "Mirrored digits"}, {"task": "flip", "steps": 80}),
    ),
    experiment="labs.core.experiments.initialisation",
    series={
        "b_zero": {"zh": "A 随机，B 为零", "en": "A random, B zero"},
        "a_zero": {"zh": "A 为零，B 随机", "en": "A zero, B random"},
        "both_zero": {"zh": "都为零", "en": "both zero"},
        "both_gaussian": {"zh": "都为高斯，按所选大小", "en": "both Gaussian, at the chosen size"},
        "both_gaussian_small": {"zh": "都为高斯，‖ΔW‖/‖W‖ = 0.04", "en": "both Gaussian, ‖ΔW‖/‖W‖ = 0.04"},
        "rows_tied": {"zh": "A 的各行相同，B 为零", "en": "rows of A equal, B zero"},
    },
    charts=(
        Chart(
            name="accuracy",
            title={"zh": "新任务上的正确率", "en": "Accuracy on the new task"},
            x="step",
            y="accuracy",
            x_label={"zh": "训练步", "en": "step"},
            y_label={"zh": "正确率（没见过的图片）", "en": "accuracy (pictures never seen)"},
            series=("b_zero", "a_zero", "both_zero", "both_gaussian", "both_gaussian_small", "rows_tied"),
        ),
        Chart(
            name="loss",
            title={"zh": "训练损失", "en": "Training loss"},
            x="step",
            y="loss",
            x_label={"zh": "训练步", "en": "step"},
            y_label={"zh": "交叉熵，近几步平均（nat）", "en": "cross-entropy, mean of the last steps (nats)"},
            series=("b_zero", "a_zero", "both_zero", "both_gaussian", "both_gaussian_small", "rows_tied"),
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
    cpu_seconds=12,
)

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
        Parameter(
            name="target_modules",
            kind="choice",
            default="all",
            choices=(
                Choice("all", {"zh": "每层全部六个线性层", "en": "all six linears of a block"}),
                Choice("attention", {"zh": "注意力的四个", "en": "the four of attention"}),
                Choice("qv", {"zh": "只有 q_proj 与 v_proj", "en": "only q_proj and v_proj"}),
                Choice("mlp", {"zh": "MLP 的两个", "en": "the two of the MLP"}),
            ),
            label={"zh": "改哪些矩阵 target_modules", "en": "target_modules"},
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
            "usual",
            {"zh": "论文的选择：只改 q 与 v", "en": "The paper's choice: q and v"},
            {"target_modules": "qv"},
        ),
        Preset("thin", {"zh": "最小的秩", "en": "The smallest rank"}, {"r": 1, "lora_alpha": 1}),
        Preset("thick", {"zh": "较大的秩", "en": "A large rank"}, {"r": 32, "lora_alpha": 32, "lr": 0.004}),
    ),
    experiment="labs.core.experiments.merging",
    series={
        "training": {"zh": "适配器（未合并）", "en": "the adapter (unmerged)"},
        "merged": {"zh": "已合并", "en": "merged"},
        "unmerged": {"zh": "未合并", "en": "unmerged"},
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
            series=("merged", "unmerged"),
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
            "zh": "这里的基座是 fp32。合并进 4 位或 8 位的基座会因舍入改变输出，这个实验没有测。",
            "en": "The base here is fp32. Merging into a 4-bit or 8-bit base changes outputs by "
            "rounding; this experiment does not measure that.",
        },
    ),
    reading=("labs/core/lora.py", "labs/core/experiments/merging.py"),
    cpu_seconds=5,
)

LABS: dict[str, Lab] = {lab.slug: lab for lab in (INITIALISATION, MERGING)}


def get_lab(slug: str) -> Lab:
    """Return the lab with this slug; raise KeyError when there is none."""
    return LABS[slug]
