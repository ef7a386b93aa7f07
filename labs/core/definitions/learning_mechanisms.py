"""Question 2: supervised, semi-supervised, weakly and self-supervised learning on the same digits."""

from __future__ import annotations

from labs.core.config import Chart, Lab, Parameter, Preset
from labs.core.definitions.shared import loss_chart, one_seed

CLEAR = 0.03  # a difference of mean accuracy that decides

LEARNING_MECHANISMS = Lab(
    slug="learning-mechanisms",
    number=2,
    questions=(2,),
    title={"zh": "同样二十个标签，四种学法", "en": "Twenty labels, four ways of learning"},
    claim={
        "zh": "标签很少时，半监督与自监督靠无标签的数据胜过有监督；弱监督容得下噪声，但有系统性的错会学偏。",
        "en": "With few labels, semi-supervised and self-supervised learning beat supervised learning by "
        "data without "
        "labels; weak supervision bears noise, but learns systematic errors.",
    },
    parameters=(
        Parameter(
            name="labels",
            kind="int",
            default=20,
            minimum=10,
            maximum=400,
            label={"zh": "可靠标签数", "en": "Reliable labels"},
            why={
                "zh": "少于 10 个就有数字没有标签；400 个时，按像素找最近邻的有监督学习已经追上半监督。",
                "en": "Under 10 some digit has no label; with 400 supervised learning by the nearest picture "
                "has caught up with semi-supervised.",
            },
        ),
        Parameter(
            name="noise",
            kind="float",
            default=0.6,
            minimum=0.0,
            maximum=0.8,
            label={"zh": "弱标签的错误率", "en": "Errors among the weak labels"},
            why={
                "zh": "均匀的错到 0.9 就等于没有标签；0.8 时对的只比任何一种错的多一点。",
                "en": "Uniform errors of 0.9 are no labels at all; at 0.8 a right label is a little likelier "
                "than any wrong one.",
            },
        ),
        Parameter(
            name="steps",
            kind="int",
            default=120,
            minimum=20,
            maximum=400,
            label={"zh": "自监督的训练步数", "en": "Steps of the pretext task"},
            why={
                "zh": "少于 20 步还没有可用的表示；多于 400 步会超过一次运行允许的时间。",
                "en": "Under 20 steps there is no representation to speak of; over 400 a run would exceed "
                "the time it "
                "may take.",
            },
        ),
    ),
    presets=(
        Preset("textbook", {"zh": "教科书的说法", "en": "What the textbook says"}, {"labels": 20}),
        Preset(
            "breaks", {"zh": "说不通之处：标签够多", "en": "Where it breaks: labels enough"}, {"labels": 400}
        ),
        Preset("mild", {"zh": "错得不多", "en": "Mild errors"}, {"noise": 0.2}),
        Preset("short", {"zh": "自监督练得太少", "en": "Too little pretext"}, {"steps": 20}),
    ),
    experiment="labs.core.experiments.learning_mechanisms",
    series={
        "supervised": {"zh": "有监督，线性", "en": "supervised, linear"},
        "nearest": {"zh": "有监督，最近邻", "en": "supervised, nearest picture"},
        "semi": {"zh": "半监督", "en": "semi-supervised"},
        "self": {"zh": "自监督", "en": "self-supervised"},
        "uniform": {"zh": "弱监督，均匀的错", "en": "weak, uniform errors"},
        "systematic": {"zh": "弱监督，系统的错", "en": "weak, systematic errors"},
    },
    charts=(
        Chart(
            name="labels",
            title={"zh": "可靠标签数与正确率", "en": "Accuracy by number of reliable labels"},
            x="labels",
            y="accuracy",
            x_label={"zh": "可靠标签数", "en": "reliable labels"},
            y_label={"zh": "正确率（没见过的图片）", "en": "accuracy (pictures never seen)"},
            series=("supervised", "nearest", "semi", "self"),
        ),
        Chart(
            name="noise",
            title={"zh": "弱标签的错误率与正确率", "en": "Accuracy by errors among weak labels"},
            x="noise",
            y="accuracy",
            x_label={"zh": "弱标签的错误率", "en": "share of wrong labels"},
            y_label={"zh": "正确率（没见过的图片）", "en": "accuracy (pictures never seen)"},
            series=("uniform", "systematic"),
        ),
        loss_chart(("self",)),
    ),
    limits=(
        {
            "zh": "图片是 8×8 的数字，同类的图在像素上就靠得近；这正是半监督与近邻对比所依赖的假设，"
            "换一种数据未必成立。",
            "en": "The pictures are digits of 8×8 pixels, and those of one class lie near one another in "
            "pixels: just what "
            "semi-supervised learning and contrasting neighbours assume. Other data may not be so kind.",
        },
        {
            "zh": "自监督的正例取自最近邻，带一点平移；同样大小的网络遮块重建与认旋转在试验里都更差，"
            "代理任务的选择很要紧。",
            "en": "Positives of the pretext task are nearest neighbours, slightly shifted; filling in "
            "patches and naming "
            "rotations did worse in trials with a network of this size. The choice of pretext matters.",
        },
        {
            "zh": "弱监督用的是全部 1,437 张图的标签，有错但数量多，不与“二十个标签”比代价；系统的错是 d "
            "错成 d+1。",
            "en": "Weak supervision gets labels for all 1,437 pictures, wrong ones among them: it is not "
            "compared at the "
            "price of twenty. A systematic error turns d into d + 1.",
        },
        one_seed(CLEAR),
    ),
    reading=("labs/core/mechanisms.py", "labs/core/experiments/learning_mechanisms.py"),
    cpu_seconds=4,
    on_base=False,
)
