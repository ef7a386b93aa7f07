"""A small network that learns to tell from which states 24 can still be made."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from labs.core.game24 import State, can_reach, list_steps
from labs.core.tree_search import Judge

CENTRES = torch.arange(-12.0, 49.0)  # of bumps along the number line
HIDDEN = 256


class StateJudge(nn.Module):
    """Two layers on the numbers of a state, smallest first, each spread over bumps."""

    def __init__(self) -> None:
        super().__init__()
        self.fc1 = nn.Linear(3 * (len(CENTRES) + 2), HIDDEN)
        self.fc2 = nn.Linear(HIDDEN, 1)

    def forward(self, encoded: Tensor) -> Tensor:
        """Return a logit for each state (n,)."""
        out: Tensor = self.fc2(F.gelu(self.fc1(encoded)))
        return out[:, 0]


def encode(states: Sequence[State]) -> Tensor:
    """Return the features (n, 3 · 63) of states of two or three numbers."""
    values = torch.full((len(states), 3), float("nan"))
    for row, state in enumerate(states):
        values[row, : len(state)] = torch.tensor([float(number) for number in state])
    there = ~values.isnan()
    values = values.nan_to_num()
    bumps = torch.exp(-((values[..., None] - CENTRES) ** 2))  # (n, 3, 61)
    size = torch.stack((there.float(), torch.asinh(values) / 3), -1)  # (n, 3, 2)
    return (torch.cat((bumps, size), -1) * there[..., None]).flatten(1)


def list_states(hands: Sequence[State]) -> list[State]:
    """List the states of three and of two numbers that lie under some hands, each once, in a fixed order."""
    found: dict[State, None] = {}
    for hand in hands:
        for three, _ in list_steps(hand):
            found[three] = None
            found.update((two, None) for two, _ in list_steps(three))
    return list(found)


def train_judge(
    judge: StateJudge, states: Sequence[State], steps: int, generator: torch.Generator
) -> Iterator[float]:
    """Train on states with the truth about them, both answers equally often; yield the loss of each step."""
    truth = torch.tensor([float(can_reach(state)) for state in states])
    encoded = encode(states)
    pools = [(truth == answer).nonzero()[:, 0] for answer in (0.0, 1.0)]
    optimizer = torch.optim.AdamW(judge.parameters(), lr=3e-3, weight_decay=1e-3, fused=True)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: 1 - step / steps)
    for _ in range(steps):
        rows = torch.cat([pool[torch.randint(len(pool), (128,), generator=generator)] for pool in pools])
        loss = F.binary_cross_entropy_with_logits(judge(encoded[rows]), truth[rows])
        yield loss.item()
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        schedule.step()


def learned_judge(network: StateJudge) -> Judge:
    """Make a judge of a network; what it said about a state it says again without computing."""
    known: dict[State, float] = {}

    @torch.no_grad()
    def judge(states: Sequence[State]) -> list[float]:
        new = [state for state in states if state not in known]
        if new:
            known.update(zip(new, network(encode(new)).sigmoid().tolist(), strict=True))
        return [known[state] for state in states]

    return judge


@torch.no_grad()
def balanced_accuracy(network: StateJudge, states: Sequence[State]) -> float:
    """Return the mean of the shares of reachable and of hopeless states that are judged rightly."""
    truth = torch.tensor([can_reach(state) for state in states])
    right = (network(encode(states)) > 0) == truth
    shares: list[float] = [right[truth == answer].float().mean().item() for answer in (True, False)]
    return sum(shares) / len(shares)
