"""Question 7: Game of 24 by chains, beams and depth-first search, under judges of known quality."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count, islice

import torch

from labs.core.config import Text, parse_settings
from labs.core.data import stream
from labs.core.decoder import initialise
from labs.core.definitions.tree_of_thoughts import CLEAR
from labs.core.definitions.tree_of_thoughts import TREE_OF_THOUGHTS as LAB
from labs.core.events import Event, Outcome, join, node, note, point, progress, result
from labs.core.game24 import State, can_reach, deal_hands, write
from labs.core.state_judge import StateJudge, balanced_accuracy, learned_judge, list_states, train_judge
from labs.core.training import describe_environment, use_one_thread
from labs.core.tree_search import Judge, Node, beam, chains, count_nodes, depth_first, simulated_judge, solve

HIGHEST = 10  # number dealt
WIDTHS = (1, 3, 5, 10, 20)
BUDGETS = (25, 50, 100, 150, 200, 300)  # states a hand
SHARED_BUDGET = 100  # at which chains and depth-first search are compared
SHOWN = {"few": (1, 25), "some": (5, 100), "most": (20, 300)}  # width of a beam, budget of the others

COLUMNS: dict[str, Text] = {
    "search": {"zh": "搜索", "en": "search"},
    "judge": {"zh": "评估者的准确率", "en": "judge’s accuracy"},
    **{
        key: {"zh": f"解出：宽 {width} / {budget} 状态", "en": f"solved: width {width} / {budget} states"}
        for key, (width, budget) in SHOWN.items()
    },
}
Measured = dict[str, dict[str, float]]  # "beam_5" → success, nodes


@dataclass(frozen=True)
class Deal:
    """The hands to solve, and what two judges learn from: one meets no state of the test, one all of them."""

    test: list[State]
    unseen: list[State]  # states under the other hands, without the test's
    seen: list[State]  # states under every hand
    test_states: list[State]
    overlap: float  # share of the test's states that also lie under other hands


def run(settings: Mapping[str, object], seed: int) -> Iterator[Event]:
    """Solve the same hands by every search, first with simulated judges, then with two learned ones."""
    chosen = parse_settings(LAB.parameters, settings)
    steps, accuracy = int(chosen["steps"]), float(chosen["accuracy"])
    total = 2 * steps + 100
    yield progress(0, total, {"zh": "发牌", "en": "dealing the hands"})
    use_one_thread()
    hands = filter(can_reach, _shuffle(deal_hands(HIGHEST), seed))
    test = list(islice(hands, int(chosen["hands"])))
    measured: Measured = {}

    def judge(hand: State) -> Judge:  # a mind of its own for each hand, or a few states would decide for all
        return simulated_judge(accuracy, f"{seed} {hand}")

    searches = (
        _beams("beam", test, judge, measured),
        _by_budget("depth_first", test, lambda hand: depth_first(hand, judge(hand), prune=True), measured),
        _by_budget("chains", test, lambda hand: chains(hand, random.Random(f"{seed} {hand}")), measured),
        _beams("beam_blind", test, lambda hand: simulated_judge(0.5, f"blind {seed} {hand}"), measured),
    )
    for done, search in enumerate(searches, start=1):
        yield from search
        yield progress(10 * done, total)
    yield progress(40, total, {"zh": "收集评估者的训练状态", "en": "collecting states to learn from"})
    deal = _deal(test, list(hands))
    growth = grow_tree(*pick_search(test, judge))
    quality = {"overlap": deal.overlap}
    yield from _learn("unseen", deal, steps, seed, growth, measured, quality)
    yield from _learn("seen", deal, steps, seed, growth, measured, quality)
    yield note(*_say_quality(quality))
    yield progress(total, total)
    yield _conclude(measured, quality, accuracy)


def _shuffle(hands: Sequence[State], seed: int) -> list[State]:
    order = torch.randperm(len(hands), generator=stream(seed, "hands")).tolist()
    return [hands[number] for number in order]


def _deal(test: list[State], others: list[State]) -> Deal:
    """Collect the states under the test's hands and under the others."""
    test_states, states = list_states(test), list_states(others)
    own = set(test_states)
    unseen = [state for state in states if state not in own]
    overlap = (len(states) - len(unseen)) / len(own)
    return Deal(test, unseen, unseen + test_states, test_states, overlap)


def _learn(
    name: str,
    deal: Deal,
    steps: int,
    seed: int,
    growth: Iterator[Event],
    measured: Measured,
    quality: dict[str, float],
) -> Iterator[Event]:
    """Train a judge with the test's states or without, and search with it; the tree grows beside."""
    states = deal.seen if name == "seen" else deal.unseen
    start, total = (50 + steps if name == "seen" else 50), 2 * steps + 100
    label: Text = {"zh": "训练评估者", "en": "training the judge"}
    network = initialise(StateJudge(), stream(seed, "initial weights"))
    for step, _ in enumerate(train_judge(network, states, steps, stream(seed, "batches"))):
        if step % 5 == 4 and (grown := next(growth, None)):
            yield grown
        if step % 10 == 9:
            yield progress(start + step, total, label)
    yield from growth
    learned = learned_judge(network)
    yield from _beams(f"beam_{name}", deal.test, lambda hand: learned, measured)
    yield from _by_budget(
        f"depth_first_{name}", deal.test, lambda hand: depth_first(hand, learned, prune=True), measured
    )
    quality[f"judge_{name}"] = balanced_accuracy(network, deal.test_states)
    if name == "unseen":
        quality["judge_training"] = balanced_accuracy(network, states)


def _say_quality(quality: Mapping[str, float]) -> tuple[str, str]:
    """Say how well the judges know states that they have seen, and that they have not."""
    overlap, own = quality["overlap"], quality["judge_training"]
    unseen, seen = quality["judge_unseen"], quality["judge_seen"]
    return (
        f"测试牌局的状态有 {overlap:.0%} 也出现在别的牌局里。同样的测试状态，平衡准确率：训练里没有见过 "
        f"{unseen:.3f}，见过 {seen:.3f}（没见过的那一个，在自己的训练状态上是 {own:.3f}）。",
        f"{overlap:.0%} of the states of the test's hands also lie under other hands. Balanced accuracy on "
        f"the same states of the test: {unseen:.3f} where training had none of them, {seen:.3f} where it had "
        f"all (the former on its own training's states: {own:.3f}).",
    )


def _beams(
    series: str, test: list[State], judge: Callable[[State], Judge], measured: Measured
) -> Iterator[Event]:
    """Solve the hands by beams of each width."""
    for width in WIDTHS:
        found = [count_nodes(beam(hand, width, judge(hand))) for hand in test]
        success = sum(solved for solved, _ in found) / len(test)
        nodes = sum(count for _, count in found) / len(test)
        measured[f"{series}_{width}"] = {"success": success, "nodes": nodes}
        yield point(series, nodes=nodes, accuracy=success)


def _by_budget(
    series: str, test: list[State], search: Callable[[State], Iterator[Node]], measured: Measured
) -> Iterator[Event]:
    """Solve the hands by a search that may be stopped after any number of states."""
    found = [solve(search(hand), BUDGETS[-1]) for hand in test]
    for budget in BUDGETS:
        success = sum(count is not None and count <= budget for count in found) / len(test)
        measured[f"{series}_{budget}"] = {"success": success, "nodes": budget}
        yield point(series, nodes=budget, accuracy=success)


def pick_search(test: list[State], judge: Callable[[State], Judge]) -> tuple[State, list[Node]]:
    """Return a hand with its depth-first search up to 24: the first short one with a step back, if any."""
    searches = []
    for hand in test:
        nodes = list(until_goal(depth_first(hand, judge(hand), prune=True)))
        searches.append((hand, nodes))
        starts = {found.parent for found in nodes if len(found.state) == 2}
        if nodes[-1].fate == "goal" and len(starts) > 1 and len(nodes) <= SHARED_BUDGET:
            return hand, nodes
    return searches[0]


def until_goal(nodes: Iterable[Node]) -> Iterator[Node]:
    """Follow a search up to 24, or up to the largest budget."""
    for found in nodes:
        yield found
        if found.fate == "goal" or found.number == BUDGETS[-1]:
            return


def grow_tree(hand: State, nodes: Sequence[Node]) -> Iterator[Event]:
    """Tell of every state that was followed, in the order of the search; count the others under each."""
    yield node("search", 0, None, numbers(hand), "kept")
    followed = {found.parent for found in nodes}
    yield from _grow(0, nodes, followed, count(len(nodes) + 1))


def _grow(
    parent: int, nodes: Sequence[Node], followed: set[int | None], free: Iterator[int]
) -> Iterator[Event]:
    below = [found for found in nodes if found.parent == parent]
    others: dict[str, int] = {}
    for found in below:
        if found.number in followed or found.fate == "goal":
            text = f"{found.step}　{numbers(found.state)}" if len(found.state) > 1 else f"{found.step} ✓"
            yield node("search", found.number, parent, text, found.fate)
            yield from _grow(found.number, nodes, followed, free)
        else:
            others[found.fate] = others.get(found.fate, 0) + 1
    for fate, amount in others.items():
        zh, en = OTHERS[fate]
        said: Text = {"zh": zh.format(amount), "en": en.format(amount)}
        yield node("search", next(free), parent, said, "waiting" if fate == "kept" else fate)


OTHERS = {
    "dropped": ("剪掉 {} 个", "{} cut off"),
    "kept": ("{} 个还没有看下去", "{} not followed yet"),
    "miss": ("{} 个不是 24", "{} are not 24"),
}


def numbers(state: State) -> str:
    """Write the numbers of a state."""
    return "  ".join(map(write, state))


def _conclude(measured: Measured, quality: Mapping[str, float], accuracy: float) -> Event:
    """Build the result."""
    rows = [_row(series, measured, quality, accuracy) for series in LAB.series]
    numbers = {f"{key}_{name}": value for key, values in measured.items() for name, value in values.items()}
    outcome, verdict = judge_searches(measured, quality, accuracy)
    return result(
        columns=COLUMNS,
        rows=rows,
        numbers={**quality, **numbers},
        outcome=outcome,
        verdict=verdict,
        limits=LAB.limits,
        environment=describe_environment(),
    )


def _row(
    series: str, measured: Measured, quality: Mapping[str, float], accuracy: float
) -> dict[str, Text | float | None]:
    """Sum up one search: the accuracy of its judge, and what it solved by how much it looked at."""
    known = {"beam": accuracy, "depth_first": accuracy, "beam_blind": 0.5}
    kind = series.startswith("depth_first") or series == "chains"
    return {
        "search": LAB.series[series],
        "judge": known.get(series, quality.get(f"judge_{series.rpartition('_')[2]}")),
        **{key: measured[f"{series}_{sizes[kind]}"]["success"] for key, sizes in SHOWN.items()},
    }


def judge_searches(measured: Measured, quality: Mapping[str, float], accuracy: float) -> tuple[Outcome, Text]:
    """Compare the claim with the success at about the same number of states: search beats chains."""
    chain = measured[f"chains_{SHARED_BUDGET}"]["success"]
    simulated = measured[f"depth_first_{SHARED_BUDGET}"]["success"]
    learned = measured[f"depth_first_unseen_{SHARED_BUDGET}"]["success"]
    wins = simulated > chain + CLEAR
    parts = [
        _say_budget(chain, simulated, accuracy, wins),
        _say_beams(measured),
        _say_learned(measured, quality, learned, chain),
    ]
    if not wins:
        return "fails", join(parts)
    return ("holds" if learned > chain + CLEAR else "depends"), join(parts)


def _say_budget(chain: float, simulated: float, accuracy: float, wins: bool) -> Text:
    """Compare search and chains at one budget."""
    return {
        "zh": f"同样看 {SHARED_BUDGET} 个状态：随机的链重来多次，解出 {chain:.0%}；"
        f"深度优先搜索（评估者准确率 "
        f"{accuracy:.2f}）解出 {simulated:.0%}。" + ("" if wins else "没有明显的好处。"),
        "en": f"With {SHARED_BUDGET} states looked at: random chains, tried again and again, solve "
        f"{chain:.0%}; "
        f"depth-first search (judge {accuracy:.2f} accurate) solves {simulated:.0%}."
        + ("" if wins else " That is no clear gain."),
    }


def _say_beams(measured: Measured) -> Text:
    """Compare greedy search with a wide beam, and the judge with a guessing one."""
    narrow, wide = measured["beam_1"]["success"], measured["beam_20"]["success"]
    blind = measured["beam_blind_20"]["success"]
    helps = wide > blind + CLEAR
    return {
        "zh": f"束宽从 1（贪心）到 20：{narrow:.0%} → {wide:.0%}；评估者乱猜时，束宽 20 解出 {blind:.0%}。"
        + ("评估者的准头有用。" if helps else "这样的评估者并不明显强于乱猜。"),
        "en": f"A beam of 1 (greedy) to 20: {narrow:.0%} → {wide:.0%}; with a guessing judge 20 solves "
        f"{blind:.0%}. "
        + ("What the judge knows helps." if helps else "Such a judge is not clearly better than guessing."),
    }


def _say_learned(measured: Measured, quality: Mapping[str, float], learned: float, chain: float) -> Text:
    """Say how the learned judges do on states unseen and seen, and that accuracy alone does not tell."""
    greedy, greedy_seen = (measured[f"beam_{name}_1"]["success"] for name in ("unseen", "seen"))
    seen = measured[f"depth_first_seen_{SHARED_BUDGET}"]["success"]
    against_zh, against_en = (
        ("也胜过随机的链。", "better than random chains too. ")
        if learned > chain + CLEAR
        else ("还不如随机的链。", "worse than random chains. ")
        if learned < chain - CLEAR
        else ("并不明显胜过随机的链。", "no clear gain on random chains. ")
    )
    return {
        "zh": f"学来的评估者，测试状态没有见过：平衡准确率 {quality['judge_unseen']:.3f}，贪心 {greedy:.0%}，"
        f"深度优先 {learned:.0%}，"
        + against_zh
        + f"训练里见过同样的状态：{quality['judge_seen']:.3f}，贪心 {greedy_seen:.0%}，深度优先 {seen:.0%}"
        + ("；见过考题的明显更好。" if seen > learned + CLEAR else "；准确率高一些，搜索却没有明显更好。"),
        "en": f"The learned judge on states it never saw: balanced accuracy {quality['judge_unseen']:.3f}, "
        f"greedy {greedy:.0%}, depth first {learned:.0%}, "
        + against_en
        + f"Trained on the same states too: {quality['judge_seen']:.3f}, greedy {greedy_seen:.0%}, depth "
        f"first {seen:.0%}"
        + (
            ": clearly better, having seen the test."
            if seen > learned + CLEAR
            else ": its searches are not clearly better."
        ),
    }
