"""Question 6: learning from the examples in a prompt, with no weight changing."""

from __future__ import annotations

from labs.core.config import Chart, Lab, Parameter, Preset, Text
from labs.core.definitions.shared import one_seed

CLEAR = 0.1  # a difference of accuracy that decides
EXAMPLES: Text = {"zh": "提示里的例子数", "en": "examples in the prompt"}

IN_CONTEXT_LEARNING = Lab(
    slug="in-context-learning",
    number=6,
    questions=(6,),
    title={"zh": "从提示里的例子学，权重不动", "en": "Learning from the prompt, weights untouched"},
    claim={
        "zh": "把例子放进提示，模型一个权重不改就学会新任务。",
        "en": "Given examples in its prompt, a model learns a new task without changing a weight.",
    },
    parameters=(
        Parameter(
            name="prompts",
            kind="int",
            default=500,
            minimum=50,
            maximum=2000,
            label={"zh": "测试的提示数", "en": "Prompts to measure on"},
            why={
                "zh": "50 个时正确率的误差有 7 个百分点，2000 个时约 1 个，再多已看不出差别。",
                "en": "With 50 an accuracy is off by some 7 points, with 2000 by about 1; more would "
                "not show.",
            },
        ),
        Parameter(
            name="scale",
            kind="float",
            default=3.0,
            minimum=0.1,
            maximum=10.0,
            label={
                "zh": "“训练范围之外”的斜率是几倍",
                "en": "Slopes “out of range”, times those of training",
            },
            why={
                "zh": "训练里的斜率是标准正态；0.1 时几乎都是很平的线，10 时多数比见过的都陡。",
                "en": "Slopes in training are standard normal; at 0.1 nearly all lines are flat, at 10 "
                "most are steeper than any seen.",
            },
        ),
        Parameter(
            name="noise",
            kind="float",
            default=0.0,
            minimum=0.0,
            maximum=2.0,
            label={"zh": "例子里 y 的噪声", "en": "Noise on y in the examples"},
            why={
                "zh": "y 的方差是 1；噪声为 2 时，已是直线本身的两倍。",
                "en": "y has variance 1; noise of 2 is twice as large as the line itself.",
            },
        ),
    ),
    presets=(
        Preset(
            "textbook",
            {"zh": "教科书的说法：训练范围之内", "en": "What the textbook says: in range"},
            {"scale": 1.0},
        ),
        Preset(
            "breaks", {"zh": "说不通之处：范围之外", "en": "Where it breaks: out of range"}, {"scale": 6.0}
        ),
        Preset("noise", {"zh": "例子里有噪声", "en": "Noisy examples"}, {"noise": 0.5}),
    ),
    experiment="labs.core.experiments.in_context_learning",
    series={
        "transformer": {"zh": "Transformer，范围内", "en": "Transformer, in range"},
        "least_squares": {"zh": "最小二乘", "en": "least squares"},
        "far": {"zh": "Transformer，范围外", "en": "Transformer, out of range"},
        "random": {"zh": "标签随机练成", "en": "trained on random labels"},
        "fixed": {"zh": "标签固定练成", "en": "trained on fixed labels"},
        "nearest": {"zh": "像素最近邻", "en": "nearest in pixels"},
        "unseen": {"zh": "随机练成，没见过的数字", "en": "random labels, unseen digits"},
    },
    charts=(
        Chart(
            name="pictures",
            title={"zh": "看图：标签随提示随机指派", "en": "Pictures: labels dealt anew in each prompt"},
            x="examples",
            y="accuracy",
            x_label=EXAMPLES,
            y_label={"zh": "正确率（没见过的图片）", "en": "accuracy (pictures never seen)"},
            series=("random", "fixed", "nearest", "unseen"),
        ),
        Chart(
            name="regression",
            title={
                "zh": "回归：y = w x，w 随提示而变",
                "en": "Regression: y = w x, another w in each prompt",
            },
            x="examples",
            y="error",
            x_label=EXAMPLES,
            y_label={"zh": "平方误差 ÷ y 的方差", "en": "squared error ÷ variance of y"},
            series=("transformer", "least_squares", "far"),
        ),
    ),
    limits=(
        {
            "zh": "这三个小模型（每个不到 40 万字节）专为从例子里学而训练；"
            "大语言模型的上下文学习是顺带得来的，是否同一回事尚无定论。",
            "en": "These three small models (under 0.4 MB each) were trained to learn from examples; large "
            "language models "
            "come by it on the side, and whether it is the same thing is open.",
        },
        {
            "zh": "“新任务”是见过的一族任务里没见过的一个：新的斜率、新的标签指派。跑出这一族，就不保证了。",
            "en": "A “new task” is an unseen member of a family seen in training: another slope, another "
            "deal of labels. "
            "Outside the family nothing is promised.",
        },
        {
            "zh": "看图的提示里每次只有五个数字、五个标签；0 到 7 在训练里见过，8 和 9 没有。",
            "en": "A picture prompt has five digits and five labels; training showed 0 to 7, never 8 or 9.",
        },
        one_seed(CLEAR),
    ),
    reading=(
        "labs/core/in_context.py",
        "labs/core/decoder.py",
        "labs/core/experiments/in_context_learning.py",
    ),
    cpu_seconds=3,
    on_base=False,
)
