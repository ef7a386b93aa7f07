"""Question 14: rank, alpha and the learning rate."""

from __future__ import annotations

from labs.core.config import Chart, Grid, HeatMap, Lab, Parameter, Preset, Text
from labs.core.definitions.shared import ONE_SEED, SMALL_MODEL, TASK

RANKS = (1, 4, 8, 16, 64)
RATES = (0.001, 0.002, 0.004, 0.008, 0.016, 0.03)
ACCURACY: Text = {"zh": "正确率（没见过的图片）", "en": "accuracy (pictures never seen)"}
EQUAL: Text = {"zh": "alpha = r，缩放 1", "en": "alpha = r, scaling 1"}
FIXED: Text = {"zh": "alpha = 8，缩放 8/r", "en": "alpha = 8, scaling 8/r"}
RSLORA: Text = {"zh": "rsLoRA，缩放 √(8/r)", "en": "rsLoRA, scaling √(8/r)"}


def _rates(name: str, rule: Text) -> Grid:
    """Return the map of rank by learning rate under one rule of scaling; at r = 8 all rules are one."""
    return Grid(
        name=f"rates{name}",
        title={"zh": f"秩 × 学习率：{rule['zh']}", "en": f"Rank by learning rate: {rule['en']}"},
        parameter="lr",
        values=RATES,
        rows={f"r{r}{name if r != 8 else ''}": {"zh": f"r = {r}", "en": f"r = {r}"} for r in RANKS},
        number="_accuracy",
        value_label=ACCURACY,
    )


RANK_AND_ALPHA = Lab(
    slug="rank-and-alpha",
    number=14,
    questions=(14,),
    title={"zh": "秩、alpha 与学习率", "en": "Rank, alpha and the learning rate"},
    claim={
        "zh": "秩取 4–8 效果最好，再高没有提升；alpha 本质上就是学习率，所以令 alpha = r，只调学习率即可。",
        "en": "A rank of 4 to 8 is best and more brings nothing; alpha is in essence the learning rate, "
        "so set alpha = r and tune the learning rate only.",
    },
    parameters=(
        TASK,
        Parameter(
            name="lr",
            kind="float",
            default=0.008,
            minimum=0.0005,
            maximum=0.03,
            label={"zh": "学习率（所有适配器相同）", "en": "Learning rate (the same for every adapter)"},
            why={
                "zh": "0.004–0.008 是小秩学得好的区间；上限放到 0.03，好让人看到哪些秩先发散。",
                "en": "0.004–0.008 suits small ranks; the bound of 0.03 shows which ranks diverge first.",
            },
        ),
        Parameter(
            name="steps",
            kind="int",
            default=80,
            minimum=20,
            maximum=140,
            label={"zh": "训练步数", "en": "Steps"},
            why={
                "zh": "少于 20 步还看不出曲线；十三个适配器一起训练，多于 140 步会超过一次运行允许的时间。",
                "en": "Under 20 steps no curve shows; thirteen adapters train side by side, and over 140 "
                "steps a run would exceed the time it may take.",
            },
        ),
        Parameter(
            name="factor",
            kind="float",
            default=4.0,
            minimum=1.5,
            maximum=16.0,
            label={"zh": "恒等式里的倍数 c", "en": "Factor c of the identities"},
            why={
                "zh": "alpha 乘以 c；小于 1.5 时差别不明显，大于 16 时几步就发散，什么也比较不了。",
                "en": "alpha is multiplied by c; under 1.5 little differs, above 16 a few steps diverge "
                "and nothing can be compared.",
            },
        ),
    ),
    presets=(
        Preset(
            "textbook",
            {"zh": "教科书的任务：窄而容易", "en": "The textbook's: a narrow, easy task"},
            {"task": "zh"},
        ),
        Preset(
            "breaks",
            {
                "zh": "说不通的地方：学习率小，大秩更好",
                "en": "Where it breaks: a small rate, large ranks do better",
            },
            {"lr": 0.002},
        ),
        Preset(
            "large",
            {"zh": "学习率大一倍：大秩先坏", "en": "Twice the rate: large ranks fall first"},
            {"lr": 0.016},
        ),
        Preset("mirror", {"zh": "镜像的数字", "en": "Mirrored digits"}, {"task": "flip"}),
    ),
    experiment="labs.core.experiments.rank_and_alpha",
    series={
        "r1": {"zh": "r = 1，alpha = r", "en": "r = 1, alpha = r"},
        "r4": {"zh": "r = 4，alpha = r", "en": "r = 4, alpha = r"},
        "r8": {"zh": "r = 8，alpha = r", "en": "r = 8, alpha = r"},
        "r16": {"zh": "r = 16，alpha = r", "en": "r = 16, alpha = r"},
        "r64": {"zh": "r = 64，alpha = r", "en": "r = 64, alpha = r"},
        **{f"r{r}_fixed": {"zh": f"r = {r}，alpha = 8", "en": f"r = {r}, alpha = 8"} for r in (1, 4, 16, 64)},
        **{f"r{r}_rslora": {"zh": f"r = {r}，rsLoRA", "en": f"r = {r}, rsLoRA"} for r in (1, 4, 16, 64)},
        "spectrum_r8": {"zh": "r = 8", "en": "r = 8"},
        "spectrum_r64": {"zh": "r = 64（rsLoRA）", "en": "r = 64 (rsLoRA)"},
    },
    charts=(
        Chart(
            name="accuracy",
            title={"zh": "不同的秩，alpha = r", "en": "Ranks, with alpha = r"},
            x="step",
            y="accuracy",
            x_label={"zh": "训练步", "en": "step"},
            y_label={"zh": "正确率（没见过的图片）", "en": "accuracy (pictures never seen)"},
            series=("r1", "r4", "r8", "r16", "r64"),
        ),
        Chart(
            name="scalings",
            title={"zh": "同样的秩，不同的缩放", "en": "The same ranks, other scalings"},
            x="step",
            y="accuracy",
            x_label={"zh": "训练步", "en": "step"},
            y_label={"zh": "正确率（没见过的图片）", "en": "accuracy (pictures never seen)"},
            series=("r64", "r64_fixed", "r64_rslora", "r1_fixed", "r1_rslora"),
        ),
        Chart(
            name="spectrum",
            title={"zh": "ΔW 的能量集中在几个方向", "en": "How few directions hold the energy of ΔW"},
            x="directions",
            y="energy",
            x_label={"zh": "前几个奇异方向", "en": "leading singular directions"},
            y_label={"zh": "占 ‖ΔW‖² 的份额（各层平均）", "en": "share of ‖ΔW‖² (mean of the layers)"},
            series=("spectrum_r8", "spectrum_r64"),
        ),
    ),
    maps=(
        HeatMap(
            name="sweep",
            title={
                "zh": "秩 × 缩放规则：训练后的正确率",
                "en": "Rank by rule of scaling: accuracy after training",
            },
            row_label={"zh": "秩", "en": "rank"},
            column_label={"zh": "缩放规则", "en": "rule of scaling"},
            value_label=ACCURACY,
            note={
                "zh": "同一个学习率、同样的例子。缩放因子依次是 1、8/r、√(8/r)；r = 8 时三者相同。",
                "en": "One learning rate, the same examples. The scalings are 1, 8/r and √(8/r); at r = 8 "
                "they agree.",
            },
        ),
        HeatMap(
            name="spectra",
            title={
                "zh": "每个矩阵的 ΔW：各奇异方向的能量",
                "en": "ΔW of each matrix: energy of its singular directions",
            },
            row_label={"zh": "矩阵", "en": "matrix"},
            column_label={"zh": "第几个奇异方向", "en": "singular direction"},
            value_label={"zh": "占 ‖ΔW‖² 的份额", "en": "share of ‖ΔW‖²"},
            note={
                "zh": "r = 64（rsLoRA）：允许用 64 个方向，能量却集中在头几个。",
                "en": "r = 64 (rsLoRA): 64 directions are allowed, and the first few hold the energy.",
            },
        ),
        HeatMap(
            name="overlap",
            title={
                "zh": "r = 8 与 r = 64 学到的方向有多少相同",
                "en": "How far r = 8 and r = 64 learn the same directions",
            },
            row_label={"zh": "r = 8 的前 i 个左奇异方向", "en": "first i left singular directions of r = 8"},
            column_label={"zh": "r = 64（rsLoRA）的前 j 个", "en": "first j of r = 64 (rsLoRA)"},
            value_label={"zh": "重合 φ(i, j)", "en": "overlap φ(i, j)"},
            note={
                "zh": "φ = ‖UᵢᵀVⱼ‖² / min(i, j)，各层平均；随机的子空间约为 max(i, j)/64，不到 0.13。",
                "en": "φ = ‖UᵢᵀVⱼ‖² / min(i, j), mean of the layers; random subspaces have about "
                "max(i, j)/64, under 0.13.",
            },
        ),
    ),
    grids=(
        *(_rates(name, rule) for name, rule in (("", EQUAL), ("_fixed", FIXED), ("_rslora", RSLORA))),
        Grid(
            name="tasks",
            title={"zh": "四个任务，alpha = r", "en": "Four tasks, alpha = r"},
            parameter="task",
            values=("gap", "zh", "flip", "elicit"),
            rows={f"r{r}": {"zh": f"r = {r}", "en": f"r = {r}"} for r in RANKS},
            number="_accuracy",
            value_label=ACCURACY,
        ),
    ),
    limits=(
        SMALL_MODEL,
        ONE_SEED,
        {
            "zh": "矩阵只有 64 维，r = 64 已经不低秩；大模型上它最多占宽度的百分之几，不会在同样的地方发散。",
            "en": "The matrices have 64 dimensions, so r = 64 is no low rank here; in a large model it is "
            "a few per cent of the width at most, and does not diverge where it does here.",
        },
        {
            "zh": "训练很短，没有到收敛；秩大的起步快，先后里有一部分只是快慢。请加步数、换任务再看。",
            "en": "Training is short and does not converge; large ranks start faster, so part of the "
            "order is "
            "speed. Take more steps and another task.",
        },
        {
            "zh": "一次运行里所有适配器用同一个学习率；每个秩最合适的学习率并不同，见下面的“秩 × 学习率”。",
            "en": "In one run every adapter gets the same learning rate; each rank has a best one of "
            "its own, as the maps of rank by learning rate show.",
        },
    ),
    reading=("labs/core/lora.py", "labs/core/sweep.py", "labs/core/experiments/rank_and_alpha.py"),
    cpu_seconds=12,
)
