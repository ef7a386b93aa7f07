"""Question 4: parity of n bits, answered at once or step by step."""

from __future__ import annotations

from labs.core.config import Chart, Lab, Parameter, Preset
from labs.core.definitions.shared import loss_chart, one_seed

CLEAR = 0.15  # a difference of accuracy that decides: chance alone gives .5 ± .03
CURVES = ("steps", "direct", "dots", "unshared")

CHAIN_OF_THOUGHT = Lab(
    slug="chain-of-thought",
    number=4,
    questions=(4,),
    title={"zh": "先写步骤，再给答案", "en": "Steps first, then the answer"},
    claim={
        "zh": "写出中间步骤，模型就能答对直接回答时答不对的多步问题。",
        "en": "By writing out intermediate steps a model answers questions of many steps that it cannot "
        "answer at once.",
    },
    parameters=(
        Parameter(
            name="length",
            kind="int",
            default=8,
            minimum=3,
            maximum=10,
            label={"zh": "训练时最长的比特数 n", "en": "Longest row in training, n bits"},
            why={
                "zh": "少于 3 比特不算多步；10 比特、400 步在繁忙的机器上用了 31 秒 CPU，"
                "是一次运行允许时间的一半，再长就没有余地了。",
                "en": "Under 3 bits there are no many steps; 10 bits with 400 steps took 31 CPU seconds on a "
                "busy machine, half of the time a run may take, and more would leave no room.",
            },
        ),
        Parameter(
            name="steps",
            kind="int",
            default=340,
            minimum=20,
            maximum=400,
            label={"zh": "训练步数", "en": "Training steps"},
            why={
                "zh": "少于 20 步还看不出曲线；四个模型都要训练，多于 400 步会超过一次运行允许的时间。",
                "en": "Under 20 steps no curve shows; four models train, and over 400 steps a run would "
                "exceed "
                "the time it may take.",
            },
        ),
        Parameter(
            name="lr",
            kind="float",
            default=0.003,
            minimum=0.0005,
            maximum=0.008,
            label={"zh": "学习率", "en": "Learning rate"},
            why={
                "zh": "两端都不如中间：8 比特、340 步、两个种子，"
                "0.0005 时逐步到 0.84 与 0.90，0.008 时 0.88 与 1.00。",
                "en": "Either end does worse than the middle: with 8 bits, 340 steps and two seeds "
                "the steps reach 0.84 and 0.90 at 0.0005, 0.88 and 1.00 at 0.008.",
            },
        ),
    ),
    presets=(
        Preset(
            "textbook", {"zh": "教科书的说法", "en": "What the textbook says"}, {"length": 8, "steps": 340}
        ),
        Preset(
            "breaks",
            {"zh": "说不通之处：练得太少", "en": "Where it breaks: too little training"},
            {"steps": 80},
        ),
        Preset(
            "easy", {"zh": "题目很短时没有用处", "en": "Of no use where the question is short"}, {"length": 3}
        ),
        Preset("long", {"zh": "更长的题", "en": "Longer questions"}, {"length": 10, "steps": 400}),
    ),
    experiment="labs.core.experiments.chain_of_thought",
    series={
        "steps": {"zh": "逐步", "en": "step by step"},
        "direct": {"zh": "直接回答", "en": "at once"},
        "dots": {"zh": "先写省略号", "en": "dots first"},
        "unshared": {"zh": "逐步，位置不共用", "en": "steps, places not shared"},
    },
    charts=(
        Chart(
            name="lengths",
            title={"zh": "训练之后：不同长度上的正确率", "en": "After training: accuracy by length"},
            x="bits",
            y="accuracy",
            x_label={"zh": "比特数", "en": "bits"},
            y_label={"zh": "最终答案的正确率", "en": "accuracy of the final answer"},
            series=CURVES,
        ),
        Chart(
            name="accuracy",
            title={"zh": "训练过程：n 比特上的正确率", "en": "During training: accuracy at n bits"},
            x="step",
            y="accuracy",
            x_label={"zh": "训练步", "en": "step"},
            y_label={"zh": "最终答案的正确率", "en": "accuracy of the final answer"},
            series=CURVES,
        ),
        loss_chart(CURVES),
    ),
    limits=(
        {
            "zh": "模型从零开始训练（两层、64 维），步骤是练出来的；大语言模型的思维链靠提示引出已有的能力，"
            "这里没有提示可言。能搬过去的只有一点：写下的结果可以再读。",
            "en": "These models (two layers, 64 dimensions) start from nothing and are trained on the steps; "
            "with a large language model a prompt calls up what it already can do. All that carries over is "
            "that what was written can be read again.",
        },
        {
            "zh": "奇偶校验是对直接回答最不利的题：少看一个比特就等于乱猜。多数题目没有这么极端。",
            "en": "Parity is the worst case for answering at once: miss one bit and the answer is a guess. "
            "Most questions are less extreme.",
        },
        {
            "zh": "每批只有一种长度，步骤全部给出作监督；没有监督的步骤要难学得多。"
            "直接回答练得更久也许也能学会，"
            "这里只比同样的步数。",
            "en": "Each batch has one length, and every step is supervised; unsupervised steps are far "
            "harder. "
            "Trained for longer, answering at once might be learnt too: equal steps are compared here.",
        },
        {
            "zh": "“位置不共用就学不会”只对这种训练成立：各种长度一样多。试过一半的批次用最长的一行，"
            "不共用的模型在 n 比特上也学会了（四个种子 0.99 到 1.00），更短的题反而不可靠。",
            "en": "That steps fail without shared places is true of this training, with all lengths equally "
            "often. When half of the batches had the longest row, the model without them learnt n bits too "
            "(0.99 to 1.00 over four seeds) and was unreliable on shorter rows.",
        },
        {
            "zh": "n+1 比特不只是更长：多出的那一位的位置编号也从未练过，所以推广不到那里并不意外。",
            "en": "A row of n + 1 bits is not only longer: its last place was never trained either, so that "
            "failing there is no surprise.",
        },
        one_seed(CLEAR),
    ),
    reading=("labs/core/parity.py", "labs/core/decoder.py", "labs/core/experiments/chain_of_thought.py"),
    cpu_seconds=15,
    on_base=False,
)
