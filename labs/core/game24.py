"""Game of 24: states are hands of numbers, a step joins two of them; exact, with fractions."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from itertools import combinations, combinations_with_replacement

State = tuple[Fraction, ...]  # sorted
GOAL = Fraction(24)
HIGHEST = 13  # of the numbers dealt


@cache
def list_steps(state: State) -> tuple[tuple[State, str], ...]:
    """List the states one step away, each once, with a sum that leads there."""
    found: dict[State, str] = {}
    for i, j in combinations(range(len(state)), 2):
        rest = state[:i] + state[i + 1 : j] + state[j + 1 :]
        for value, text in _join(state[i], state[j]):
            found.setdefault(tuple(sorted((*rest, value))), text)
    return tuple(found.items())


def _join(a: Fraction, b: Fraction) -> list[tuple[Fraction, str]]:
    """List what two numbers a ≤ b give: sum, product, both differences and both quotients."""
    signs = [(a + b, a, "+", b), (a * b, a, "×", b), (b - a, b, "−", a), (a - b, a, "−", b)]
    signs += [(b / a, b, "÷", a)] if a else []
    signs += [(a / b, a, "÷", b)] if b else []
    return [(value, f"{write(x)} {sign} {write(y)} = {write(value)}") for value, x, sign, y in signs]


def write(number: Fraction) -> str:
    """Write a whole number or a fraction; a negative one in brackets."""
    text = str(number).replace("-", "−")
    return f"({text})" if number < 0 else text


@cache
def can_reach(state: State) -> bool:
    """Tell whether 24 can be made from all the numbers of a state."""
    if len(state) == 1:
        return state[0] == GOAL
    return any(can_reach(next_state) for next_state, _ in list_steps(state))


def deal_hands(highest: int = HIGHEST) -> list[State]:
    """List every hand of four numbers from 1 to `highest`, solvable or not."""
    return list(combinations_with_replacement(map(Fraction, range(1, highest + 1)), 4))


@cache
def list_hands(highest: int = HIGHEST) -> tuple[State, ...]:
    """List every hand of four numbers from 1 to `highest` from which 24 can be made."""
    return tuple(filter(can_reach, deal_hands(highest)))
