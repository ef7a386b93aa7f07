"""Question 13: which matrices, at an equal budget."""

from __future__ import annotations

from dataclasses import replace

from labs.core.config import Grid, Lab, Parameter, Preset, Text
from labs.core.definitions.shared import ONE_SEED, RATE, SMALL_MODEL, TASK, accuracy_chart, loss_chart

PLACES: dict[str, Text] = {
    "q": {"zh": "Wq，r = 10", "en": "Wq, r = 10"},
    "k": {"zh": "Wk，r = 10", "en": "Wk, r = 10"},
    "v": {"zh": "Wv，r = 10", "en": "Wv, r = 10"},
    "o": {"zh": "Wo，r = 10", "en": "Wo, r = 10"},
    "qk": {"zh": "Wq + Wk，r = 5", "en": "Wq + Wk, r = 5"},
    "qv": {"zh": "Wq + Wv，r = 5", "en": "Wq + Wv, r = 5"},
    "attention": {"zh": "注意力四个，r = 2–3", "en": "all four of attention, r = 2–3"},
    "mlp": {"zh": "MLP 两个，r = 2", "en": "both of the MLP, r = 2"},
    "all": {"zh": "全部六个，r = 1–2", "en": "all six, r = 1–2"},
}
CURVES = tuple(PLACES)

TARGET_MATRICES = Lab(
    slug="target-matrices",
    number=13,
    questions=(13,),
    title={"zh": "同样的预算，改哪些矩阵", "en": "Which matrices, at an equal budget"},
    claim={
        "zh": "把全部参数放到注意力的某一个矩阵上效果不好，平均分给 Wq 和 Wk 效果最好。",
        "en": "Putting all parameters on one matrix of attention works badly; "
        "sharing them between Wq and Wk works best.",
    },
    parameters=(
        replace(TASK, default="zh"),
        replace(RATE, default=0.008),
        Parameter(
            name="steps",
            kind="int",
            default=60,
            minimum=20,
            maximum=140,
            label={"zh": "训练步数", "en": "Steps"},
            why={
                "zh": "少于 20 步还看不出曲线；九个适配器一起训练，多于 140 步会超过一次运行允许的时间。",
                "en": "Under 20 steps no curve shows; nine adapters train side by side, and over 140 steps "
                "a run would exceed the time it may take.",
            },
        ),
    ),
    presets=(
        Preset(
            "textbook",
            {"zh": "教科书的规模：多训练一会儿", "en": "The textbook's: train longer"},
            {"steps": 120},
        ),
        Preset(
            "breaks",
            {"zh": "画面变了：镜像的数字", "en": "Where it breaks: mirrored digits"},
            {"task": "flip"},
        ),
        Preset(
            "skill", {"zh": "更难：一项新技能", "en": "Harder: a new skill"}, {"task": "gap", "steps": 120}
        ),
    ),
    experiment="labs.core.experiments.target_matrices",
    series=PLACES,
    charts=(
        accuracy_chart(CURVES),
        loss_chart(CURVES),
    ),
    grids=(
        Grid(
            name="tasks",
            title={"zh": "四个任务，同样的预算", "en": "Four tasks, one budget"},
            parameter="task",
            values=("zh", "gap", "flip", "elicit"),
            rows=PLACES,
            number="_accuracy",
            value_label={"zh": "新任务正确率", "en": "accuracy on the new task"},
        ),
        Grid(
            name="kept",
            title={"zh": "同样的运行：旧任务还剩多少", "en": "The same runs: what was kept of the old tasks"},
            parameter="task",
            values=("zh", "gap", "flip", "elicit"),
            rows=PLACES,
            number="_base_accuracy_after",
            value_label={"zh": "旧任务正确率", "en": "accuracy on the old tasks"},
        ),
    ),
    limits=(
        SMALL_MODEL,
        ONE_SEED,
        {
            "zh": "预算固定为 3,840 个参数；预算大得多时会怎样，这里没有测。各种放法用同一个学习率。",
            "en": "The budget is fixed at 3,840 parameters; what far more would do is not measured. "
            "One learning rate serves every placement.",
        },
        {
            "zh": "哪个矩阵要紧取决于任务要改什么：换答案的词改 Wv、Wo、MLP 就够，换看哪里才要动 Wq、Wk。"
            "这里没有长文本的任务。",
            "en": "Which matrix matters depends on what the task changes: other words for the answer "
            "need Wv, Wo "
            "or the MLP, looking elsewhere needs Wq and Wk. No task here has a long text.",
        },
    ),
    reading=("labs/core/lora.py", "labs/core/sweep.py", "labs/core/experiments/target_matrices.py"),
    cpu_seconds=7,
)
