"""Question 1: the same adaptation from bases that saw more and less."""

from __future__ import annotations

from dataclasses import replace

from labs.core.config import Chart, Lab, Parameter, Preset
from labs.core.definitions.shared import SMALL_MODEL, TASK, accuracy_chart, one_seed

AMOUNTS = {"images_2": 2, "images_5": 5, "images_20": 20, "full": 100}  # per cent of the digit images
CLEAR = 0.05  # a difference of accuracy that decides
CURVES = ("full", "images_20", "images_5", "images_2", "no_numerals", "few_kinds", "other_seed", "nothing")

PRETRAINING_SCALE = Lab(
    slug="pretraining-scale",
    number=1,
    questions=(1,),
    title={"zh": "预训练的数据：多少，多杂", "en": "Data for pre-training: how much, how varied"},
    claim={
        "zh": "预训练的数据越多、越多样，下游任务用少量例子就学得越好。",
        "en": "The more data in pre-training, and the more varied, the better a downstream task is learnt "
        "from "
        "few examples.",
    },
    parameters=(
        replace(
            TASK,
            default="zh",
            choices=tuple(choice for choice in TASK.choices if choice.value != "elicit"),
        ),
        Parameter(
            name="examples",
            kind="int",
            default=512,
            minimum=16,
            maximum=1024,
            label={"zh": "下游例子数", "en": "Downstream examples"},
            why={
                "zh": "16 个是半批，1024 个是全部例子；步数不变，例子少就反复看。",
                "en": "16 are half a batch, 1024 all there are; with equal steps fewer are seen more often.",
            },
        ),
        Parameter(
            name="steps",
            kind="int",
            default=100,
            minimum=20,
            maximum=200,
            label={"zh": "适配的训练步数", "en": "Steps of adaptation"},
            why={
                "zh": "少于 20 步还看不出曲线；八个模型都要训练，多于 200 步会超过一次运行允许的时间。",
                "en": "Under 20 steps no curve shows; eight models train, and over 200 steps a run would "
                "exceed "
                "the time it may take.",
            },
        ),
    ),
    presets=(
        Preset("textbook", {"zh": "教科书的说法", "en": "What the textbook says"}, {"task": "zh"}),
        Preset(
            "breaks", {"zh": "说不通之处：一项新技能", "en": "Where it breaks: a new skill"}, {"task": "gap"}
        ),
        Preset("shift", {"zh": "换了样子的图片", "en": "Pictures that look otherwise"}, {"task": "flip"}),
        Preset("few", {"zh": "只有很少的例子", "en": "Very few examples"}, {"examples": 32}),
    ),
    experiment="labs.core.experiments.pretraining_scale",
    series={
        "full": {"zh": "全部图片、全部题型", "en": "all images, all kinds"},
        "images_20": {"zh": "20% 的图片", "en": "20 % of the images"},
        "images_5": {"zh": "5% 的图片", "en": "5 % of the images"},
        "images_2": {"zh": "2% 的图片", "en": "2 % of the images"},
        "no_numerals": {"zh": "没有中文数字", "en": "no Chinese numerals"},
        "few_kinds": {"zh": "只有四种看图题", "en": "four kinds of picture question"},
        "other_seed": {"zh": "全部，另一个种子", "en": "all, another seed"},
        "nothing": {"zh": "没有预训练", "en": "no pre-training"},
        "amount": {"zh": "适配之后", "en": "after adaptation"},
        "amount_before": {"zh": "预训练的题，适配之前", "en": "pre-training's questions, before it"},
    },
    charts=(
        Chart(
            name="amount",
            title={"zh": "图片的数量", "en": "Amount of images"},
            x="images",
            y="accuracy",
            x_label={"zh": "预训练看过的图片，%", "en": "images seen in pre-training, %"},
            y_label={"zh": "正确率（没见过的图片）", "en": "accuracy (pictures never seen)"},
            series=("amount", "amount_before"),
        ),
        accuracy_chart(CURVES),
    ),
    limits=(
        SMALL_MODEL,
        {
            "zh": "“多”在这里指不同的图片：最多 1,437 张，步数都是 4,000，少的只是反复看；"
            "不是大模型的缩放定律。",
            "en": "“More” means different images here, 1,437 at most; all took 4,000 steps, the small sets "
            "only "
            "more often. These are no scaling laws of large models.",
        },
        {
            "zh": "每种数据只有一个预训练种子（全部数据有两个）；两个种子的差别就是误差的尺度。",
            "en": "One pre-training seed for each kind of data, two for all of it; how far those two "
            "differ is the "
            "measure of error.",
        },
        {
            "zh": "没有预训练的那一个训练全部权重，学习率也不同；其余都是秩 8 的 LoRA。",
            "en": "The model without pre-training trains all of its weights at another learning rate; the "
            "others train LoRA of rank 8.",
        },
        one_seed(CLEAR),
    ),
    reading=(
        "labs/core/pretraining.py",
        "labs/core/checkpoints.py",
        "labs/core/few_examples.py",
        "labs/core/experiments/pretraining_scale.py",
    ),
    cpu_seconds=12,
)
