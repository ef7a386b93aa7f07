"""Small Transformers that learn from the examples in their prompt, and how they are trained to."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors.torch import load_file, save
from torch import Tensor, nn

from labs.core.data import Split, load_split, stream
from labs.core.decoder import Decoder, initialise
from labs.core.model import WEIGHTS
from labs.core.training import use_one_thread

POINTS = 9  # of a regression prompt: up to 8 examples, then the question
PICTURES = 16  # of a picture prompt: up to 15 examples, then the question
LABELS = 5
REGRESSOR_STEPS, READER_STEPS = 2000, 1500
TAUGHT = tuple(range(8))  # the digits that training shows; 8 and 9 stay unseen


class Regressor(nn.Module):
    """Read x and y in turn; at every x say y. Each y's token carries its x."""

    def __init__(self, width: int = 32, layers: int = 3) -> None:
        super().__init__()
        self.input = nn.Linear(3, width)
        self.decoder = Decoder(width, layers)
        self.head = nn.Linear(width, 1)

    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        """Return what is said at each x (B, n), having seen the pairs before it: x, y (B, n)."""
        zero, one = torch.zeros_like(x), torch.ones_like(x)
        questions = torch.stack((x, zero, one), -1)  # (B, n, 3)
        examples = torch.stack((x, y, zero), -1)
        tokens = torch.stack((questions, examples), 2).flatten(1, 2)  # (B, 2n, 3)
        out: Tensor = self.head(self.decoder(self.input(tokens))[:, ::2])[..., 0]
        return out


class PictureReader(nn.Module):
    """Read pictures and labels in turn; at a picture say its label. A label's token carries its picture."""

    def __init__(self, width: int = 64, layers: int = 2) -> None:
        super().__init__()
        self.fc1 = nn.Linear(64, width)
        self.fc2 = nn.Linear(width, width)
        self.label_embedding = nn.Embedding(LABELS + 1, width)  # the last asks
        self.decoder = Decoder(width, layers, mlp=2)
        self.head = nn.Linear(width, LABELS)

    def look(self, pictures: Tensor) -> Tensor:
        """Return a vector for each picture: (B, n, 8, 8) → (B, n, d)."""
        out: Tensor = self.fc2(F.gelu(self.fc1(pictures.flatten(2))))
        return out

    def forward(self, seen: Tensor, labels: Tensor) -> Tensor:
        """Return logits (B, n, 5) at each picture: seen (B, n, d) from `look`, labels (B, n)."""
        questions = seen + self.label_embedding.weight[LABELS]
        examples = seen + self.label_embedding(labels)
        tokens = torch.stack((questions, examples), 2).flatten(1, 2)  # (B, 2n, d)
        out: Tensor = self.head(self.decoder(tokens)[:, ::2])
        return out


@dataclass(frozen=True)
class PicturePrompts:
    """Pictures of five digits with the labels that each prompt gives them."""

    pictures: Tensor  # (B, n, 8, 8)
    digits: Tensor  # (B, n)
    labels: Tensor  # (B, n)


def draw_lines(count: int, generator: torch.Generator, scale: float = 1.0) -> tuple[Tensor, Tensor]:
    """Draw prompts y = w x: x and y (n, POINTS); x standard normal, w normal times `scale`."""
    x = torch.randn(count, POINTS, generator=generator)
    w = scale * torch.randn(count, 1, generator=generator)
    return x, w * x


def least_squares(x: Tensor, y: Tensor) -> Tensor:
    """Return what the line through zero and the earlier points says at each x (B, n); 0 without any."""
    before = (x * y).cumsum(1) - x * y
    square = x.square().cumsum(1) - x.square()
    return torch.where(square > 0, before / square.clamp(min=1e-12), 0.0) * x


@cache
def _by_digit(split: Split) -> tuple[Tensor, ...]:
    digits = load_split(split)
    return tuple(digits.images[digits.labels == digit] for digit in range(10))


def draw_pictures(
    count: int,
    split: Split,
    generator: torch.Generator,
    *,
    fixed: bool = False,
    always: tuple[int, ...] = (),
) -> PicturePrompts:
    """Draw prompts of five digits each, `always` among them, the rest from those TAUGHT.

    Labels are dealt to the digits at random for each prompt; with `fixed` digit d has label d mod 5 for ever.
    """
    weights = torch.rand(count, len(TAUGHT), generator=generator)
    chosen = weights.argsort(1)[:, : LABELS - len(always)]  # (B, 5 or fewer)
    chosen = torch.cat((chosen, torch.tensor(always, dtype=torch.long).expand(count, -1)), 1)
    chosen = chosen.gather(1, torch.rand(count, LABELS, generator=generator).argsort(1))
    slots = torch.randint(LABELS, (count, PICTURES), generator=generator)
    digits = chosen.gather(1, slots)
    draws = torch.rand(count, PICTURES, generator=generator)
    images = _by_digit(split)
    pictures = torch.empty(count, PICTURES, 8, 8)
    for digit, pool in enumerate(images):
        here = digits == digit
        pictures[here] = pool[(draws[here] * len(pool)).long()]
    return PicturePrompts(pictures, digits, digits % LABELS if fixed else slots)


def nearest_label(prompts: PicturePrompts) -> Tensor:
    """Return at each picture the label of the earlier one nearest in pixels (B, n); 0 at the first."""
    flat = prompts.pictures.flatten(2)
    distance = torch.cdist(flat, flat)
    later = torch.ones(PICTURES, PICTURES, dtype=torch.bool).triu()
    nearest = distance.masked_fill(later, torch.inf).argmin(-1)
    said = prompts.labels.gather(1, nearest)
    said[:, 0] = 0
    return said


def train_regressor(steps: int = REGRESSOR_STEPS, seed: int = 0) -> Iterator[Regressor]:
    """Train on lines y = w x; yield the model after each step."""
    use_one_thread()
    model = initialise(Regressor(), stream(seed, "initial weights"))
    generator = stream(seed, "lines")
    optimizer, schedule = _optimizer(list(model.parameters()), 2e-3, steps)
    for _ in range(steps):
        x, y = draw_lines(64, generator)
        _step(optimizer, schedule, F.mse_loss(model(x, y), y))
        yield model


def train_reader(fixed: bool, steps: int = READER_STEPS, seed: int = 0) -> Iterator[PictureReader]:
    """Train on pictures with labels dealt anew for each prompt, or always the same; yield after each step.

    An auxiliary head names the digits from the pictures' vectors; it is dropped afterwards.
    """
    use_one_thread()
    model = initialise(PictureReader(), stream(seed, "initial weights"))
    generator = stream(seed, "prompts")
    digit_head = (torch.randn(10, 64, generator=generator) / 8).requires_grad_()
    optimizer, schedule = _optimizer([*model.parameters(), digit_head], 2e-3, steps)
    for _ in range(steps):
        prompts = draw_pictures(32, "train", generator, fixed=fixed)
        seen = model.look(prompts.pictures)
        logits = model(seen, prompts.labels)
        loss = F.cross_entropy(logits.flatten(0, 1), prompts.labels.flatten())
        auxiliary = F.cross_entropy((seen @ digit_head.T).flatten(0, 1), prompts.digits.flatten())
        _step(optimizer, schedule, loss + auxiliary)
        yield model


def _optimizer(
    parameters: list[Tensor], lr: float, steps: int
) -> tuple[torch.optim.Optimizer, torch.optim.lr_scheduler.LambdaLR]:
    optimizer = torch.optim.AdamW(parameters, lr=lr, betas=(0.9, 0.98), weight_decay=0.0, fused=True)
    return optimizer, torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min((step + 1) / 50, 1 - step / steps)
    )


def _step(
    optimizer: torch.optim.Optimizer, schedule: torch.optim.lr_scheduler.LambdaLR, loss: Tensor
) -> None:
    optimizer.zero_grad()
    loss.backward()  # type: ignore[no-untyped-call]
    nn.utils.clip_grad_norm_([p for group in optimizer.param_groups for p in group["params"]], 1.0)
    optimizer.step()
    schedule.step()


FILES = {"regressor": "in-context-regressor", "random": "in-context-random", "fixed": "in-context-fixed"}


def weights_path(name: str, folder: Path = WEIGHTS) -> Path:
    """Return the file of one of the three models."""
    return folder / f"{FILES[name]}.safetensors"


def dump_weights(model: nn.Module) -> bytes:
    """Return a model's weights as safetensors."""
    return save({name: value.contiguous() for name, value in model.state_dict().items()})


def weights_checksum(model: nn.Module) -> str:
    """Return the SHA-256 of a model's weights as they are in memory."""
    return hashlib.sha256(dump_weights(model)).hexdigest()


def load_regressor(folder: Path = WEIGHTS) -> Regressor:
    """Read the shipped regression model."""
    model = Regressor()
    model.load_state_dict(load_file(weights_path("regressor", folder)))
    return model.eval()


def load_reader(name: str, folder: Path = WEIGHTS) -> PictureReader:
    """Read a shipped picture model, "random" or "fixed"."""
    model = PictureReader()
    model.load_state_dict(load_file(weights_path(name, folder)))
    return model.eval()
