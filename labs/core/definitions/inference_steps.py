"""Question 11: inference step by step, and several adapters at once."""

from __future__ import annotations

from labs.core.config import Chart, Choice, Grid, HeatMap, Lab, Parameter, Preset, Text
from labs.core.definitions.shared import ONE_SEED, RANK, SMALL_MODEL

UNITS: Text = {"zh": "第几维", "en": "dimension"}
POSITIONS: Text = {"zh": "位置：8 个图块，3 个词", "en": "position: 8 patches, 3 words"}
VALUE: Text = {"zh": "值", "en": "value"}


def _map(name: str, title: Text, note: Text) -> HeatMap:
    """Return the map of one step."""
    return HeatMap(name, title, POSITIONS, UNITS, VALUE, note)


INFERENCE_STEPS = Lab(
    slug="inference-steps",
    number=11,
    questions=(11, 8),
    title={"zh": "一次推理，一步一步看", "en": "One inference, step by step"},
    claim={
        "zh": "推理就是把 BAx 直接加到 W₀x 上；训练好的矩阵要合并进权重、另存为新模型，才能使用。",
        "en": "Inference just adds BAx to W₀x; the trained matrices must be merged and stored as a new model "
        "before they can be used.",
    },
    parameters=(
        Parameter(
            name="module",
            kind="choice",
            default="o_proj",
            choices=tuple(
                Choice(name, {"zh": name, "en": name}) for name in ("q_proj", "k_proj", "v_proj", "o_proj")
            ),
            label={"zh": "看哪个矩阵（第二层）", "en": "Matrix to look into (second block)"},
            why={
                "zh": "注意力的四个投影都是 64 进 64 出，一张图就放得下。",
                "en": "The four projections of attention take 64 numbers and give 64: one chart holds them.",
            },
        ),
        Parameter(
            name="sample",
            kind="int",
            default=0,
            minimum=0,
            maximum=199,
            label={"zh": "第几个没见过的例子", "en": "Number of the held-out example"},
            why={
                "zh": "正确率也在这 200 个例子上测。",
                "en": "Accuracy is taken on the same 200 examples.",
            },
        ),
        RANK,
        Parameter(
            name="scaling",
            kind="float",
            default=2.0,
            minimum=0.5,
            maximum=4.0,
            label={"zh": "缩放因子 α/r", "en": "Scaling α/r"},
            why={
                "zh": "等于 1 时漏乘它也看不出；大于 4 时训练容易发散。",
                "en": "At 1 nobody notices when it is left out; above 4 training tends to diverge.",
            },
        ),
        Parameter(
            name="steps",
            kind="int",
            default=80,
            minimum=20,
            maximum=160,
            label={"zh": "训练步数", "en": "Steps"},
            why={
                "zh": "少于 20 步两个适配器都还没学会；多于 160 步只是更久。",
                "en": "Under 20 steps neither adapter has learnt; over 160 only takes longer.",
            },
        ),
        Parameter(
            name="repeats",
            kind="int",
            default=9,
            minimum=5,
            maximum=40,
            label={"zh": "测多少轮时间", "en": "Timing rounds"},
            why={
                "zh": "少于 5 轮的中位数没有意义；多于 40 轮只是更久。",
                "en": "A median of fewer than 5 means nothing; more than 40 only takes longer.",
            },
        ),
    ),
    presets=(
        Preset(
            "textbook", {"zh": "教科书的情形：α = r", "en": "What the textbook has: α = r"}, {"scaling": 1.0}
        ),
        Preset(
            "breaks",
            {"zh": "漏乘缩放因子就出错", "en": "Where leaving the scaling out breaks"},
            {"scaling": 4.0},
        ),
        Preset("queries", {"zh": "换一个矩阵看", "en": "Another matrix"}, {"module": "q_proj", "sample": 7}),
    ),
    experiment="labs.core.experiments.inference_steps",
    series={
        "gap": {"zh": "GAP 的适配器", "en": "the adapter for GAP"},
        "zh": {"zh": "ZH 的适配器", "en": "the adapter for ZH"},
        "mix_gap": {"zh": "在 GAP 上", "en": "on GAP"},
        "mix_zh": {"zh": "在 ZH 上", "en": "on ZH"},
        "gathered": {"zh": "收集后一次批量乘", "en": "one gathered product"},
        "loop": {"zh": "逐个适配器循环", "en": "a loop over the adapters"},
    },
    charts=(
        Chart(
            name="accuracy",
            title={"zh": "先训练两个适配器", "en": "First, two adapters are trained"},
            x="step",
            y="accuracy",
            x_label={"zh": "训练步", "en": "step"},
            y_label={"zh": "各自任务上的正确率", "en": "accuracy on its own task"},
            series=("gap", "zh"),
        ),
        Chart(
            name="mix",
            title={"zh": "混合两个适配器", "en": "Mixing the two adapters"},
            x="weight",
            y="accuracy",
            x_label={"zh": "GAP 的权重 w，ZH 的是 1 − w", "en": "weight w of GAP, 1 − w of ZH"},
            y_label={"zh": "正确率（没见过的图片）", "en": "accuracy (pictures never seen)"},
            series=("mix_gap", "mix_zh"),
        ),
        Chart(
            name="batch",
            title={"zh": "一批 32 行，各用各的适配器", "en": "A batch of 32 rows, each with its own adapter"},
            x="adapters",
            y="ratio",
            x_label={"zh": "批里有几个适配器", "en": "adapters in the batch"},
            y_label={"zh": "CPU 时间 ÷ 基座", "en": "CPU time ÷ base"},
            series=("gathered", "loop"),
            timed=True,
        ),
    ),
    maps=(
        _map(
            "input",
            {"zh": "① 输入 x", "en": "① The input x"},
            {
                "zh": "一张没见过的图片和它的问题，走到所选的矩阵面前：每个位置 64 个数。",
                "en": "A picture never seen and its question, at the door of the chosen matrix: 64 "
                "numbers a position.",
            },
        ),
        _map(
            "base_output",
            {"zh": "② 冻结的一路：W₀x", "en": "② The frozen path: W₀x"},
            {
                "zh": "与没有适配器时一样算。②与⑥用同一把色尺。",
                "en": "As without an adapter. ② and ⑥ share one scale.",
            },
        ),
        _map(
            "low",
            {"zh": "③ 降维：Ax", "en": "③ Down: Ax"},
            {"zh": "A 把 64 维压到 r 维。", "en": "A takes 64 dimensions to r."},
        ),
        _map(
            "delta",
            {"zh": "④ 升维：B(Ax)", "en": "④ Up: B(Ax)"},
            {
                "zh": "B 升回 64 维；各行都是 B 的 r 列的线性组合。④与⑤另用一把色尺。",
                "en": "B goes back to 64; every row is a combination of B's r columns. ④ and ⑤ share a "
                "scale of their own.",
            },
        ),
        _map(
            "update",
            {"zh": "⑤ 缩放：(α/r)·B(Ax)", "en": "⑤ Scale: (α/r)·B(Ax)"},
            {"zh": "整张图乘以同一个数 α/r。", "en": "One number, α/r, multiplies all of it."},
        ),
        _map(
            "sum",
            {"zh": "⑥ 相加：h = W₀x + (α/r)·B(Ax)", "en": "⑥ Add: h = W₀x + (α/r)·B(Ax)"},
            {
                "zh": "合并就是事先把 (α/r)·BA 加进 W₀，一步得到这张图。",
                "en": "Merging adds (α/r)·BA to W₀ beforehand and gets here in one step.",
            },
        ),
    ),
    grids=(
        Grid(
            name="scalings",
            title={"zh": "各种用法的正确率，按缩放因子", "en": "Accuracy of every way, by scaling"},
            parameter="scaling",
            values=(0.5, 1.0, 2.0, 4.0),
            rows={
                "gap_gap": {"zh": "GAP 的适配器，在 GAP 上", "en": "adapter for GAP, on GAP"},
                "unscaled_gap": {"zh": "漏乘 α/r，在 GAP 上", "en": "α/r left out, on GAP"},
                "merged_gap": {"zh": "合并后，在 GAP 上", "en": "merged, on GAP"},
                "switched_zh": {"zh": "切换到 ZH，在 ZH 上", "en": "switched to ZH, on ZH"},
                "both_gap": {"zh": "ΣBᵢAᵢ，在 GAP 上", "en": "ΣBᵢAᵢ, on GAP"},
                "both_zh": {"zh": "ΣBᵢAᵢ，在 ZH 上", "en": "ΣBᵢAᵢ, on ZH"},
                "factors_gap": {"zh": "(ΣB)(ΣA)，在 GAP 上", "en": "(ΣB)(ΣA), on GAP"},
                "factors_zh": {"zh": "(ΣB)(ΣA)，在 ZH 上", "en": "(ΣB)(ΣA), on ZH"},
            },
            number="_accuracy",
            value_label={"zh": "正确率", "en": "accuracy"},
        ),
    ),
    limits=(
        SMALL_MODEL,
        ONE_SEED,
        {
            "zh": "时间在一个 CPU 线程上测得，不会逐位重复，其余数字会；GPU "
            "上成批处理的好处更大还是更小，这里说不了。",
            "en": "Times were taken on one CPU thread and do not repeat to the bit, every other number "
            "does; whether "
            "batching pays more or less on a GPU cannot be told here.",
        },
        {
            "zh": "混合的好坏取决于两个任务像不像；这里只有一对任务。",
            "en": "How well a mix works depends on how alike the tasks are; this is one pair.",
        },
    ),
    reading=("labs/core/lora.py", "labs/core/batched.py", "labs/core/experiments/inference_steps.py"),
    cpu_seconds=7,
)
