"""Question 7: Game of 24 by chains, beams and depth-first search, under judges of known quality."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count

import torch

from labs.core.config import Text, parse_settings
from labs.core.data import stream
from labs.core.decoder import initialise
from labs.core.definitions.tree_of_thoughts import TREE_OF_THOUGHTS as LAB
from labs.core.events import Event, Outcome, join, node, note, point, progress, result
from labs.core.game24 import State, list_hands, write
from labs.core.state_judge import StateJudge, balanced_accuracy, learned_judge, list_states, train_judge
from labs.core.training import describe_environment, use_one_thread
from labs.core.tree_search import Judge, Node, beam, chains, count_nodes, depth_first, simulated_judge, solve

HIGHEST = 10  # number dealt
WIDTHS = (1, 3, 5, 10, 20)
BUDGETS = (25, 50, 100, 150, 200, 300)  # states a hand
SHARED_BUDGET = 100  # at which chains and depth-first search are compared
CLEAR = 0.1  # a difference of success that decides; 100 hands give ± .05

COLUMNS: dict[str, Text] = {
    "search": {"zh": "搜索", "en": "search"},
    "success": {"zh": "解出的牌局", "en": "hands solved"},
    "nodes": {"zh": "每局看过的状态", "en": "states looked at, a hand"},
}
Measured = dict[str, dict[str, float]]  # "beam_5" → success, nodes


@dataclass(frozen=True)
class Deal:
    """The hands to solve and what a judge may learn from."""

    test: list[State]
    states: list[State]  # to train on
    test_states: list[State]
    overlap: float  # share of the test's states that also lie under other hands


def run(settings: Mapping[str, object], seed: int) -> Iterator[Event]:
    """Solve the same hands by every search, first with simulated judges, then with a learned one."""
    chosen = parse_settings(LAB.parameters, settings)
    steps = int(chosen["steps"])
    total = steps + 100
    yield progress(0, total, {"zh": "列出有解的牌局", "en": "listing the hands that can be solved"})
    use_one_thread()
    hands = _shuffle(list_hands(HIGHEST), seed)
    test = hands[: int(chosen["hands"])]
    measured: Measured = {}
    accuracy = float(chosen["accuracy"])

    def judge(hand: State) -> Judge:  # a mind of its own for each hand, or a few states would decide for all
        return simulated_judge(accuracy, f"{seed} {hand}")

    for searches in (
        _beams("beam", test, judge, measured),
        _by_budget("depth_first", test, lambda hand: depth_first(hand, judge(hand), prune=True), measured),
        _by_budget("chains", test, lambda hand: chains(hand, random.Random(f"{seed} {hand}")), measured),
        _beams("beam_blind", test, lambda hand: simulated_judge(0.5, f"blind {seed} {hand}"), measured),
    ):
        yield from searches
    yield progress(40, total, {"zh": "收集评估者的训练状态", "en": "collecting states to learn from"})
    deal = _deal(test, hands[len(test) :], keep_shared=chosen["shared"] == "yes")
    network = initialise(StateJudge(), stream(seed, "initial weights"))
    growth = grow_tree(*pick_search(test, judge))
    for step, _ in enumerate(train_judge(network, deal.states, steps, stream(seed, "batches"))):
        if step % 5 == 4 and (grown := next(growth, None)):
            yield grown
        if step % 10 == 9:
            yield progress(50 + step, total, {"zh": "训练评估者", "en": "training the judge"})
    yield from growth
    learned = learned_judge(network)
    yield from _beams("beam_learned", test, lambda hand: learned, measured)
    yield from _by_budget(
        "depth_first_learned", test, lambda hand: depth_first(hand, learned, prune=True), measured
    )
    quality = {
        "judge_seen": balanced_accuracy(network, deal.states),
        "judge_unseen": balanced_accuracy(network, deal.test_states),
        "overlap": deal.overlap,
    }
    yield note(
        f"测试牌局的状态有 {deal.overlap:.0%} 也出现在别的牌局里；学来的评估者在见过的状态上平衡准确率 "
        f"{quality['judge_seen']:.3f}，在测试的状态上 {quality['judge_unseen']:.3f}。",
        f"{deal.overlap:.0%} of the states of the test's hands also lie under other hands; balanced "
        f"accuracy of "
        f"the learned judge {quality['judge_seen']:.3f} on states it saw, {quality['judge_unseen']:.3f} on "
        f"those "
        "of the test.",
    )
    yield progress(total, total)
    yield _conclude(measured, quality, accuracy)


def _shuffle(hands: Sequence[State], seed: int) -> list[State]:
    order = torch.randperm(len(hands), generator=stream(seed, "hands")).tolist()
    return [hands[number] for number in order]


def _deal(test: list[State], others: list[State], keep_shared: bool) -> Deal:
    """Collect the states under the test's hands and under the others."""
    test_states = list_states(test)
    own = set(test_states)
    states = list_states(others)
    overlap = len(own.intersection(states)) / len(own)
    kept = states if keep_shared else [state for state in states if state not in own]
    return Deal(test, kept, test_states, overlap)


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
    rows = [{"search": _name(key), **values} for key, values in measured.items()]
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


def _name(key: str) -> Text:
    """Name a search with its width or its budget."""
    series, _, size = key.rpartition("_")
    label, is_beam = LAB.series[series], series.startswith("beam")
    return {
        "zh": f"{label['zh']}，" + (f"宽 {size}" if is_beam else f"最多 {size} 个状态"),
        "en": f"{label['en']}, " + (f"width {size}" if is_beam else f"up to {size} states"),
    }


def judge_searches(measured: Measured, quality: Mapping[str, float], accuracy: float) -> tuple[Outcome, Text]:
    """Compare the claim with the success at about the same number of states: search beats chains."""
    chain = measured[f"chains_{SHARED_BUDGET}"]["success"]
    simulated = measured[f"depth_first_{SHARED_BUDGET}"]["success"]
    learned = measured[f"depth_first_learned_{SHARED_BUDGET}"]["success"]
    wins = simulated > chain + CLEAR
    parts = [
        _say_budget(chain, simulated, accuracy, wins),
        _say_beams(measured, accuracy),
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
        f"{accuracy:.2f}）解出 {simulated:.0%}。" + ("" if wins else "评估没有带来好处。"),
        "en": f"With {SHARED_BUDGET} states looked at: random chains, tried again and again, solve "
        f"{chain:.0%}; "
        f"depth-first search (judge {accuracy:.2f} accurate) solves {simulated:.0%}."
        + ("" if wins else " Judging brings nothing."),
    }


def _say_beams(measured: Measured, accuracy: float) -> Text:
    """Compare greedy search with a wide beam, and the judge with a guessing one."""
    narrow, wide = measured["beam_1"]["success"], measured["beam_20"]["success"]
    blind = measured["beam_blind_20"]["success"]
    return {
        "zh": f"束宽从 1（贪心）到 20：{narrow:.0%} → {wide:.0%}；评估者乱猜时，束宽 20 也只有 {blind:.0%}。"
        "搜索的本事大半在评估者。",
        "en": f"A beam of 1 (greedy) to 20: {narrow:.0%} → {wide:.0%}; with a guessing judge even 20 "
        f"solves only "
        f"{blind:.0%}. Much of the search's power is its judge.",
    }


def _say_learned(measured: Measured, quality: Mapping[str, float], learned: float, chain: float) -> Text:
    """Say how the learned judge does, and that its accuracy alone does not tell."""
    greedy = measured["beam_learned_1"]["success"]
    beats = learned > chain + CLEAR
    return {
        "zh": f"学来的评估者在测试状态上的平衡准确率是 {quality['judge_unseen']:.3f}（见过的 "
        f"{quality['judge_seen']:.3f}）：贪心 {greedy:.0%}，深度优先 {learned:.0%}，"
        + ("也胜过随机的链。" if beats else "并不胜过随机的链：评估者的准确率本身说明不了搜索的成败。"),
        "en": f"The learned judge has a balanced accuracy of {quality['judge_unseen']:.3f} on the test's "
        f"states "
        f"({quality['judge_seen']:.3f} on those it saw): greedy {greedy:.0%}, depth first {learned:.0%}, "
        + (
            "better than random chains too."
            if beats
            else "no better than random chains: accuracy alone does not tell how a search will go."
        ),
    }
