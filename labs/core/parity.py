"""Parity of a row of bits, answered at once or bit by bit, and the small Transformer that learns it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from labs.core.decoder import Decoder

Way = Literal["direct", "dots", "steps", "unshared"]
WAYS: tuple[Way, ...] = ("steps", "direct", "dots", "unshared")
EVEN, ODD = 2, 3  # after the bits 0 and 1
THINK, DOT, NOW = 4, 5, 6
WIDTH, LAYERS = 64, 2


class ParityModel(nn.Module):
    """Read tokens at given places; two logits, even and odd, behind each."""

    def __init__(self, places: int) -> None:
        super().__init__()
        self.token_embedding = nn.Embedding(7, WIDTH)
        self.place_embedding = nn.Embedding(places, WIDTH)
        self.decoder = Decoder(WIDTH, LAYERS)
        self.head = nn.Linear(WIDTH, 2)

    def forward(self, tokens: Tensor, places: Tensor) -> Tensor:
        """Return logits (B, T, 2) behind tokens (B, T) at places (T,)."""
        x = self.token_embedding(tokens) + self.place_embedding(places)
        out: Tensor = self.head(self.decoder(x))
        return out


def draw_bits(count: int, length: int, generator: torch.Generator) -> Tensor:
    """Draw rows of bits (n, length)."""
    return torch.randint(2, (count, length), generator=generator)


def every_row(length: int, limit: int, generator: torch.Generator) -> Tensor:
    """Return all 2^length rows of bits, or `limit` drawn at random where there are more."""
    if 2**length > limit:
        return draw_bits(limit, length, generator)
    return (torch.arange(2**length)[:, None] >> torch.arange(length)) & 1


def running_parity(bits: Tensor) -> Tensor:
    """Return the parity of the first bit, of the first two, …: (n, length) of 0 and 1."""
    return bits.cumsum(1) % 2


def lay_out(bits: Tensor, way: Way) -> tuple[Tensor, Tensor]:
    """Return the tokens (n, T) that a model trained in this way reads, right steps included, and their
    places (T,).

    With shared places the token that must say step i stands where bit i stands, which tells it where to look.
    """
    rows, length = bits.shape
    sign = torch.full((rows, 1), {"direct": NOW, "dots": DOT}.get(way, THINK))
    if way == "direct":
        tokens = torch.cat((bits, sign), 1)
    elif way == "dots":
        tokens = torch.cat((bits, sign.repeat(1, length)), 1)
    else:
        tokens = torch.cat((bits, sign, running_parity(bits)[:, :-1] + EVEN), 1)
    return tokens, _places(tokens.shape[1], length, way)


def _places(tokens: int, length: int, way: Way) -> Tensor:
    """Number the places: one after the other, or with "steps" and "dots" each bit's again."""
    places = torch.arange(tokens)
    return places % length if way in ("steps", "dots") else places


def parity_loss(model: ParityModel, bits: Tensor, way: Way) -> Tensor:
    """Return the cross-entropy of all steps, or of the answer where there are none, nats."""
    tokens, places = lay_out(bits, way)
    logits = model(tokens, places)[:, bits.shape[1] :]  # behind the sign and what follows
    parity = running_parity(bits)
    if way in ("steps", "unshared"):
        return F.cross_entropy(logits.flatten(0, 1), parity.flatten())
    return F.cross_entropy(logits[:, -1], parity[:, -1])


@torch.no_grad()
def answer(model: ParityModel, bits: Tensor, way: Way, flipped: int | None = None) -> Tensor:
    """Return what the model writes (n, 1) or, step by step, (n, length); the last is its answer.

    It reads its own steps. Step number `flipped` is turned round after it was written.
    """
    length = bits.shape[1]
    if way in ("direct", "dots"):
        tokens, places = lay_out(bits, way)
        last: Tensor = model(tokens, places)[:, -1:].argmax(-1)
        return last
    tokens = torch.cat((bits, torch.full((len(bits), 1), THINK)), 1)
    written = []
    for step in range(length):
        said = model(tokens, _places(tokens.shape[1], length, way))[:, -1].argmax(-1)
        said = 1 - said if step == flipped else said
        written.append(said)
        tokens = torch.cat((tokens, said[:, None] + EVEN), 1)
    return torch.stack(written, 1)


def measure_answers(model: ParityModel, bits: Tensor, way: Way) -> float:
    """Return the share of right final answers."""
    return (answer(model, bits, way)[:, -1] == bits.sum(1) % 2).float().mean().item()


@dataclass(frozen=True)
class ParityTraining:
    """How long the rows are, and for how long and how fast to learn."""

    longest: int = 8  # bits; each batch has one length between 1 and this
    steps: int = 340
    lr: float = 3e-3
    batch_size: int = 64
    warm_up: int = 10  # steps


def train_parity(
    model: ParityModel, way: Way, config: ParityTraining, generator: torch.Generator
) -> Iterator[float]:
    """Train with AdamW; yield the loss of the next batch before the first step and after each."""
    optimizer = torch.optim.AdamW(model.parameters(), lr=config.lr, weight_decay=0.0, fused=True)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(1.0, (step + 1) / config.warm_up) * (1 - step / config.steps)
    )
    for step in range(config.steps + 1):
        length = int(torch.randint(1, config.longest + 1, (), generator=generator))
        loss = parity_loss(model, draw_bits(config.batch_size, length, generator), way)
        yield loss.item()
        if step == config.steps:
            return
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        schedule.step()
