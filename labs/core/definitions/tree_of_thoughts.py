"""Question 7: Game of 24 by chains, beams and depth-first search."""

from __future__ import annotations

from labs.core.config import Chart, Lab, Parameter, Preset, Tree
from labs.core.definitions.shared import one_seed

CLEAR = 0.1  # a difference of success that decides; 100 hands give ± .05
CURVES = (
    "beam",
    "depth_first",
    "chains",
    "beam_unseen",
    "depth_first_unseen",
    "beam_seen",
    "depth_first_seen",
    "beam_blind",
)

TREE_OF_THOUGHTS = Lab(
    slug="tree-of-thoughts",
    number=7,
    questions=(7,),
    title={"zh": "24 点：一条链，还是一棵树", "en": "Game of 24: a chain or a tree"},
    claim={
        "zh": "思维树边走边评估、能剪枝也能回退，比只走一条链更容易找到答案。",
        "en": "A tree of thoughts judges its partial solutions, prunes and goes back, and so finds answers "
        "that "
        "a single chain misses.",
    },
    parameters=(
        Parameter(
            name="accuracy",
            kind="float",
            default=0.8,
            minimum=0.5,
            maximum=1.0,
            label={"zh": "模拟评估者的准确率", "en": "Accuracy of the simulated judge"},
            why={
                "zh": "0.5 等于乱猜，1 等于从不看错；低于 0.5 把它的话反过来就行。",
                "en": "0.5 is guessing and 1 never errs; under 0.5 one would believe the opposite.",
            },
        ),
        Parameter(
            name="hands",
            kind="int",
            default=100,
            minimum=20,
            maximum=200,
            label={"zh": "测试的牌局数", "en": "Hands to solve"},
            why={
                "zh": "少于 20 局，成功率的误差超过 10 个百分点；1 到 10 的有解牌局只有 566 个，"
                "还要留一些来训练。",
                "en": "Under 20 hands the success rate is off by more than 10 points; there are only 566 "
                "solvable "
                "hands of 1 to 10, and some must be left to train on.",
            },
        ),
        Parameter(
            name="steps",
            kind="int",
            default=600,
            minimum=100,
            maximum=1500,
            label={"zh": "学来的评估者，训练步数", "en": "Training steps of each learned judge"},
            why={
                "zh": "每步 CPU 时间一定，1500 步约 10 秒；练到 1500 步时，没见过的状态上反而比 600 步差。",
                "en": "A run with 1500 takes some 10 CPU seconds; on states unseen it already does worse "
                "than with 600.",
            },
        ),
    ),
    presets=(
        Preset("textbook", {"zh": "教科书的说法", "en": "What the textbook says"}, {"accuracy": 0.9}),
        Preset(
            "breaks",
            {"zh": "说不通之处：评估者在乱猜", "en": "Where it breaks: a judge that guesses"},
            {"accuracy": 0.5},
        ),
        Preset(
            "trained", {"zh": "评估者练得更久", "en": "Learned judges trained for longer"}, {"steps": 1500}
        ),
    ),
    experiment="labs.core.experiments.tree_of_thoughts",
    series={
        "beam": {"zh": "束搜索，模拟评估", "en": "beam, simulated judge"},
        "depth_first": {"zh": "深度优先，模拟评估", "en": "depth first, simulated judge"},
        "chains": {"zh": "随机的链，不评估", "en": "random chains, no judge"},
        "beam_unseen": {"zh": "束搜索，学来的评估，状态没见过", "en": "beam, learned judge, states unseen"},
        "depth_first_unseen": {
            "zh": "深度优先，学来的评估，状态没见过",
            "en": "depth first, learned judge, states unseen",
        },
        "beam_seen": {"zh": "束搜索，学来的评估，状态见过", "en": "beam, learned judge, states seen"},
        "depth_first_seen": {
            "zh": "深度优先，学来的评估，状态见过",
            "en": "depth first, learned judge, states seen",
        },
        "beam_blind": {"zh": "束搜索，乱猜的评估", "en": "beam, guessing judge"},
    },
    charts=(
        Chart(
            name="success",
            title={"zh": "成功率与看过的状态数", "en": "Success by states looked at"},
            x="nodes",
            y="accuracy",
            x_label={"zh": "每局看过的状态", "en": "states looked at, a hand"},
            y_label={"zh": "解出的牌局", "en": "hands solved"},
            series=CURVES,
        ),
    ),
    trees=(
        Tree(
            name="search",
            title={"zh": "一局牌的搜索树（深度优先）", "en": "The tree of one hand, searched depth first"},
            note={
                "zh": "从上到下就是走过的次序；没有走下去的只记个数。",
                "en": "From top to bottom is the order of the search; what was not followed is only counted.",
            },
        ),
    ),
    limits=(
        {
            "zh": "模拟的评估者并不是模型：程序算出真相，再按所选的准确率说真话或假话，"
            "对每个状态只拿一次主意。"
            "真正的语言模型未必这样各错各的。",
            "en": "The simulated judge is no model: a program computes the truth and tells it or its "
            "opposite with "
            "the chosen probability, once for each state. A language model need not err so independently.",
        },
        {
            "zh": "每一步的候选由规则列全，没有“想不到”的步骤；语言模型的候选要自己生成。",
            "en": "The rules list every step there is; a language model has to think of its candidates "
            "itself.",
        },
        {
            "zh": "学来的评估者是一个两层小网络，只看数的大小；它的平衡准确率与模拟的相近时，"
            "搜索结果仍可以差很多。“见过”的那一个，训练状态里多了测试牌局的全部状态，其余都一样：它的成绩"
            "是背下来的上限，不是本领。",
            "en": "The learned judge is a two-layer network that sees only the numbers; with the same "
            "balanced "
            "accuracy as the simulated one its searches may go quite differently. The one that has seen the "
            "states differs only in that all of the test's are among its training's: what it reaches is "
            "learnt by heart, no skill.",
        },
        {
            "zh": "只有 1 到 10 的牌，且都有解；成功率不能与论文里的 1–13 难题集相比。",
            "en": "Hands are of 1 to 10 and all solvable; the rates do not compare with the harder set of "
            "the paper.",
        },
        one_seed(CLEAR),
    ),
    reading=(
        "labs/core/game24.py",
        "labs/core/tree_search.py",
        "labs/core/state_judge.py",
        "labs/core/experiments/tree_of_thoughts.py",
    ),
    cpu_seconds=7,
    on_base=False,
)
