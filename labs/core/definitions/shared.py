"""Parameters, charts and limits that several labs share."""

from __future__ import annotations

from labs.core.config import Chart, Choice, Parameter, Text

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
TARGETS = Parameter(
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
        "zh": "改的矩阵越多，参数越多；任务不同，该改的也不同（见第 13 题的实验）。",
        "en": "More matrices, more parameters; which ones help depends on the task (see lab 13).",
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


def one_seed(clear: float) -> Text:
    """Return the limit of a lab that counts no difference of accuracy up to `clear`."""
    return {
        "zh": f"一次运行只有一个种子；相差不到 {100 * clear:.0f} 个百分点的不算数，请换种子再看。",
        "en": f"One run is one seed; differences under {100 * clear:.0f} points do not count. Change the "
        "seed and look again.",
    }


def accuracy_chart(series: tuple[str, ...]) -> Chart:
    """Return the chart of accuracy on held-out pictures by training step."""
    return Chart(
        name="accuracy",
        title={"zh": "新任务上的正确率", "en": "Accuracy on the new task"},
        x="step",
        y="accuracy",
        x_label={"zh": "训练步", "en": "step"},
        y_label={"zh": "正确率（没见过的图片）", "en": "accuracy (pictures never seen)"},
        series=series,
    )


def loss_chart(series: tuple[str, ...]) -> Chart:
    """Return the chart of the training loss by step."""
    return Chart(
        name="loss",
        title={"zh": "训练损失", "en": "Training loss"},
        x="step",
        y="loss",
        x_label={"zh": "训练步", "en": "step"},
        y_label={"zh": "交叉熵，近几步平均（nat）", "en": "cross-entropy, mean of the last steps (nats)"},
        series=series,
    )
