"""Question 3: prompts against fine-tuning, by the number of examples."""

from __future__ import annotations

from labs.core.config import Chart, Choice, Lab, Parameter, Preset
from labs.core.definitions.shared import SMALL_MODEL, one_seed

CLEAR = 0.1  # a difference of accuracy that decides
CURVES = ("chosen_old", "prefix_old", "lora_old", "chosen_new", "prefix_new", "lora_new")

PROMPTING = Lab(
    slug="prompting",
    number=3,
    questions=(3,),
    title={"zh": "提示，还是微调：要几个例子", "en": "Prompt or fine-tune: how many examples"},
    claim={
        "zh": "例子少时提示就够用；要学模型不会的新本领，得用微调。",
        "en": "With few examples a prompt suffices; a skill that the model lacks needs fine-tuning.",
    },
    parameters=(
        Parameter(
            name="task",
            kind="choice",
            default="gap",
            choices=(
                Choice("gap", {"zh": "GAP：两数之差", "en": "GAP: the difference"}),
                Choice("zh", {"zh": "ZH：用中文数字作答", "en": "ZH: answers in Chinese numerals"}),
                Choice("flip", {"zh": "FLIP：镜像的数字", "en": "FLIP: mirrored digits"}),
            ),
            label={"zh": "新本领", "en": "The new skill"},
            why={
                "zh": "旧本领固定为“较大的数”，换成一个没有意义的问法；新本领可以在这三个里选，"
                "都是几百步内学得会的。",
                "en": "The old skill is always the larger digit, asked for in meaningless words; the new "
                "one is one of "
                "three that can be learnt in some hundred steps.",
            },
        ),
        Parameter(
            name="most",
            kind="int",
            default=256,
            minimum=16,
            maximum=1024,
            label={"zh": "最多的例子数", "en": "Most examples"},
            why={
                "zh": "横轴取它的 1/16、1/4 和全部；少于 16 个就不足一个例子；1024 个是全部例子。",
                "en": "The axis has a sixteenth, a quarter and all of it; under 16 a sixteenth is none, and "
                "1024 are all there are.",
            },
        ),
        Parameter(
            name="steps",
            kind="int",
            default=100,
            minimum=20,
            maximum=160,
            label={"zh": "训练步数", "en": "Steps"},
            why={
                "zh": "少于 20 步什么也学不会；要训练十二次，多于 160 步会超过一次运行允许的时间。",
                "en": "Under 20 steps nothing is learnt; twelve trainings follow one another, and over 160 "
                "steps a "
                "run would exceed the time it may take.",
            },
        ),
    ),
    presets=(
        Preset("textbook", {"zh": "教科书的说法", "en": "What the textbook says"}, {"task": "gap"}),
        Preset(
            "breaks",
            {"zh": "说不通之处：例子极少", "en": "Where it breaks: very few examples"},
            {"task": "gap", "most": 16},
        ),
        Preset("numerals", {"zh": "换一种说法作答", "en": "Answers in other words"}, {"task": "zh"}),
        Preset("mirror", {"zh": "镜像的数字", "en": "Mirrored digits"}, {"task": "flip"}),
    ),
    experiment="labs.core.experiments.prompting",
    series={
        "chosen_old": {"zh": "旧本领：挑一句问法", "en": "old skill, a chosen prompt"},
        "prefix_old": {"zh": "旧本领：训练前缀", "en": "old skill, trained prefix"},
        "lora_old": {"zh": "旧本领：LoRA 微调", "en": "old skill, LoRA"},
        "chosen_new": {"zh": "新本领：挑一句问法", "en": "new skill, a chosen prompt"},
        "prefix_new": {"zh": "新本领：训练前缀", "en": "new skill, trained prefix"},
        "lora_new": {"zh": "新本领：LoRA 微调", "en": "new skill, LoRA"},
    },
    charts=(
        Chart(
            name="examples",
            title={"zh": "例子数与正确率", "en": "Accuracy by number of examples"},
            x="examples",
            y="accuracy",
            x_label={"zh": "例子数", "en": "examples"},
            y_label={"zh": "正确率（没见过的图片）", "en": "accuracy (pictures never seen)"},
            series=CURVES,
        ),
    ),
    limits=(
        SMALL_MODEL,
        {
            "zh": "这个模型不会读指令，也不会从上下文里学；“挑一句问法”是从它学过的二十五句里选，"
            "大语言模型的提示灵活得多。",
            "en": "This model follows no instructions and learns nothing from its context: a chosen prompt "
            "is one of "
            "the 25 questions it was taught. Prompts of large language models are far more flexible.",
        },
        {
            "zh": "“旧本领”的问法本来就在那二十五句里，挑得到；真实任务未必有这样现成的一句。",
            "en": "For the old skill the right prompt is among the 25; a real task may have none.",
        },
        {
            "zh": "前缀与 LoRA 各只有一个学习率，步数相同，例子少时也不提前停。",
            "en": "The prefix and LoRA have one learning rate each and equal steps, without early stopping "
            "on few "
            "examples.",
        },
        one_seed(CLEAR),
    ),
    reading=(
        "labs/core/methods/prompts.py",
        "labs/core/few_examples.py",
        "labs/core/experiments/prompting.py",
    ),
    cpu_seconds=12,
)
