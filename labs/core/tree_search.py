"""Ways through a tree of thoughts: chains, a beam, depth first; who judges the states is an argument."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Literal

from labs.core.game24 import GOAL, State, can_reach, list_steps

Judge = Callable[[Sequence[State]], list[float]]  # 0 … 1 for each state, 1 for "24 can be made of this"
Fate = Literal["kept", "dropped", "goal", "miss"]
HOPELESS = 0.5  # a state judged under this may be cut off


@dataclass(frozen=True)
class Node:
    """A state that a search looked at, numbered in that order."""

    number: int
    parent: int | None
    state: State
    step: str  # the sum that led here
    score: float
    fate: Fate  # "goal" and "miss": one number is left, and it is 24 or not


def chains(hand: State, generator: random.Random) -> Iterator[Node]:
    """Walk to the end by steps drawn at random, again and again; nobody judges anything."""
    numbers = count(1)
    while True:
        parent, state = 0, hand
        while len(state) > 1:
            state, step = generator.choice(list_steps(state))
            node = Node(next(numbers), parent, state, step, 1.0, fate_of(state, kept=True))
            yield node
            parent = node.number


def beam(hand: State, width: int, judge: Judge) -> Iterator[Node]:
    """Keep the `width` best states of each level; a beam of one is greedy search."""
    numbers = count(1)
    level = [(0, hand)]
    while len(level[0][1]) > 1:
        proposed: dict[State, tuple[int, str]] = {}
        for parent, state in level:
            for following, step in list_steps(state):
                proposed.setdefault(following, (parent, step))
        ranked = _rank(list(proposed), judge)
        level = []
        for rank, (state, score) in enumerate(ranked):
            parent, step = proposed[state]
            node = Node(next(numbers), parent, state, step, score, fate_of(state, kept=rank < width))
            yield node
            level += [(node.number, state)] if rank < width else []


def depth_first(hand: State, judge: Judge, prune: bool) -> Iterator[Node]:
    """Follow the best state to its end, come back, follow the next best; `prune` cuts off the hopeless."""
    return _descend(0, hand, judge, prune, count(1))


def _descend(parent: int, state: State, judge: Judge, prune: bool, numbers: Iterator[int]) -> Iterator[Node]:
    steps = dict(list_steps(state))
    nodes = []
    for following, score in _rank(list(steps), judge):
        kept = not prune or score >= HOPELESS
        nodes.append(
            Node(next(numbers), parent, following, steps[following], score, fate_of(following, kept))
        )
    yield from nodes
    for node in nodes:
        if node.fate == "kept":
            yield from _descend(node.number, node.state, judge, prune, numbers)


def fate_of(state: State, kept: bool) -> Fate:
    """Say what becomes of a state."""
    if len(state) == 1:
        return "goal" if state[0] == GOAL else "miss"
    return "kept" if kept else "dropped"


def _rank(states: list[State], judge: Judge) -> list[tuple[State, float]]:
    """Return states with their scores, best first; a single number needs no judge."""
    if len(states[0]) == 1:
        return [(state, float(state[0] == GOAL)) for state in sorted(states, key=lambda s: s[0] != GOAL)]
    return sorted(zip(states, judge(states), strict=True), key=lambda pair: -pair[1])


def solve(nodes: Iterator[Node], most: int) -> int | None:
    """Return how many states a search had looked at when it met 24; None if not within `most`."""
    for node in nodes:
        if node.number > most:
            return None
        if node.fate == "goal":
            return node.number
    return None


def count_nodes(nodes: Iterator[Node]) -> tuple[bool, int]:
    """Run a search that ends by itself: whether it met 24, and how many states it looked at in all."""
    solved, number = False, 0
    for node in nodes:
        solved, number = solved or node.fate == "goal", node.number
    return solved, number


def simulated_judge(accuracy: float, name: str) -> Judge:
    """Make a judge that knows the truth and says it with this probability.

    Its mind about a state is made up once, from its name: asked again it says the same.
    Ties are broken by the same draw.
    """

    def judge(states: Sequence[State]) -> list[float]:
        return [_opinion(state, accuracy, name) for state in states]

    return judge


def _opinion(state: State, accuracy: float, name: str) -> float:
    digest = hashlib.blake2b(f"{name} {state}".encode(), digest_size=16).digest()
    right = int.from_bytes(digest[:8], "big") / 2**64 < accuracy
    within = int.from_bytes(digest[8:], "big") / 2**64  # order among those judged alike
    return (0.5 if can_reach(state) == right else 0.0) + within * 0.499
