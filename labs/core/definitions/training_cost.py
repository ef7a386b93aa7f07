"""Question 12: where the time and the memory of a training step go."""

from __future__ import annotations

from labs.core.config import Chart, Choice, Grid, HeatMap, Lab, Parameter, Preset, Text
from labs.core.definitions.shared import RANK, SMALL_MODEL

RATIOS: dict[str, Text] = {
    f"{method}_{width}": {"zh": f"{zh}，宽度 {width}", "en": f"{en}, width {width}"}
    for method, zh, en in (("lora_all", "全部线性层", "all linears"), ("lora_qv", "q 与 v", "q and v"))
    for width in (64, 128, 256)
}

TRAINING_COST = Lab(
    slug="training-cost",
    number=12,
    questions=(12,),
    title={"zh": "训练一步，时间花在哪里", "en": "Where the time of a training step goes"},
    claim={
        "zh": "LoRA 能加速训练，因为只更新了部分参数。",
        "en": "LoRA speeds up training because only part of the parameters is updated.",
    },
    parameters=(
        Parameter(
            name="widest",
            kind="choice",
            default="256",
            choices=(
                Choice("128", {"zh": "64、128", "en": "64, 128"}),
                Choice("256", {"zh": "64、128、256", "en": "64, 128, 256"}),
                Choice("512", {"zh": "64–512", "en": "64–512"}),
            ),
            label={"zh": "模型的宽度", "en": "Widths of the model"},
            why={
                "zh": "宽度翻倍，矩阵的计算量大约翻四倍；再宽，一次运行就超时。",
                "en": "Twice the width is about four times the work; beyond 512 a run would exceed its time.",
            },
        ),
        RANK,
        Parameter(
            name="batch_size",
            kind="int",
            default=32,
            minimum=4,
            maximum=64,
            label={"zh": "批大小", "en": "Batch size"},
            why={
                "zh": "批越小，优化器占的比例越大；超过 64 一步太久。",
                "en": "The smaller the batch, the larger the optimiser's part; above 64 a step takes "
                "too long.",
            },
        ),
        Parameter(
            name="rounds",
            kind="int",
            default=10,
            minimum=5,
            maximum=20,
            label={"zh": "测多少轮", "en": "Timing rounds"},
            why={
                "zh": "少于 5 轮的中位数没有意义；多于 20 轮会超过一次运行允许的时间。",
                "en": "A median of fewer than 5 means nothing; over 20 a run would exceed the time it "
                "may take.",
            },
        ),
    ),
    presets=(
        Preset(
            "textbook",
            {"zh": "教科书的说法：宽的模型", "en": "What the textbook says: wide models"},
            {"widest": "512", "rounds": 6},
        ),
        Preset(
            "breaks",
            {"zh": "不成立的地方：窄的模型", "en": "Where it breaks: narrow models"},
            {"widest": "128"},
        ),
        Preset(
            "optimiser",
            {"zh": "小批量：优化器占得多", "en": "Small batches: the optimiser weighs more"},
            {"batch_size": 4},
        ),
    ),
    experiment="labs.core.experiments.training_cost",
    series={
        "lora_all": {"zh": "LoRA，全部线性层", "en": "LoRA on all linears"},
        "lora_qv": {"zh": "LoRA，只有 q 与 v", "en": "LoRA on q and v"},
        "head": {"zh": "只训练输出层", "en": "the output layer only"},
        "forward": {"zh": "前向", "en": "forward"},
        "backward": {"zh": "反向", "en": "backward"},
        "optimiser": {"zh": "优化器", "en": "optimiser"},
    },
    charts=(
        Chart(
            name="step",
            title={"zh": "一步的时间，除以全参数微调", "en": "Time of a step over that of full fine-tuning"},
            x="width",
            y="ratio",
            x_label={"zh": "模型宽度", "en": "width of the model"},
            y_label={"zh": "CPU 时间之比", "en": "ratio of CPU time"},
            series=("lora_all", "lora_qv", "head"),
            kind="bar",
            even=1.0,
            timed=True,
        ),
        Chart(
            name="parts",
            title={
                "zh": "LoRA（全部线性层）一步的三部分",
                "en": "The three parts of a LoRA step (all linears)",
            },
            x="width",
            y="part",
            x_label={"zh": "模型宽度", "en": "width of the model"},
            y_label={"zh": "与全参数微调同一部分之比", "en": "ratio to the same part of full fine-tuning"},
            series=("forward", "backward", "optimiser"),
            kind="bar",
            even=1.0,
            timed=True,
        ),
        Chart(
            name="memory",
            title={"zh": "梯度与优化器状态的字节数", "en": "Bytes of gradients and optimiser state"},
            x="width",
            y="memory",
            x_label={"zh": "模型宽度", "en": "width of the model"},
            y_label={"zh": "与全参数微调之比", "en": "ratio to full fine-tuning"},
            series=("lora_all", "lora_qv", "head"),
            kind="bar",
            even=1.0,
        ),
    ),
    maps=(
        HeatMap(
            name="split",
            title={"zh": "一步的时间花在哪里", "en": "Where the time of a step goes"},
            row_label={"zh": "方法", "en": "method"},
            column_label={"zh": "哪一部分", "en": "part"},
            value_label={"zh": "占全参数微调一步的份额", "en": "share of a step of full fine-tuning"},
            note={
                "zh": "最宽的模型。第一行是全参数微调自己，合计为 1；同一列往下比，看省在哪里。",
                "en": "The widest model. The first row is full fine-tuning itself and adds up to 1; compare "
                "down a column to see what is saved.",
            },
            timed=True,
        ),
    ),
    grids=(
        Grid(
            name="batches",
            title={"zh": "一步的时间 ÷ 全参数，按批大小", "en": "A step ÷ full fine-tuning, by batch size"},
            parameter="batch_size",
            values=(4, 16, 32, 64),
            rows=RATIOS,
            number="_ratio",
            value_label={"zh": "CPU 时间之比", "en": "ratio of CPU time"},
            limit=1.5,
        ),
    ),
    limits=(
        SMALL_MODEL,
        {
            "zh": "这里是一个 CPU 线程；GPU 上的比例不同，多卡之间的通信这里没有，也就没有测。",
            "en": "One CPU thread; a GPU has other proportions, and communication between cards does "
            "not occur "
            "here and is not measured.",
        },
        {
            "zh": "全程 fp32。低精度不是 LoRA 带来的：全参数微调同样可以用，所以这里没有比较。",
            "en": "Everything is fp32. Low precision is not LoRA's doing, full fine-tuning can use it too, "
            "so it is left out.",
        },
        {
            "zh": "字节数只算梯度与 AdamW 的状态；激活值没有算，LoRA 基本不省激活值。时间不会逐位重复，"
            "字节数会。",
            "en": "Bytes are those of gradients and AdamW's state; activations are not counted. "
            "Times do not repeat to the bit; bytes do.",
        },
    ),
    reading=("labs/core/lora.py", "labs/core/experiments/training_cost.py"),
    cpu_seconds=6,
)
