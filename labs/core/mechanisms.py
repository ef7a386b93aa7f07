"""Ways to learn digits: from few labels, from few and their neighbours, from wrong ones, from none."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch
import torch.nn.functional as F
from sklearn.linear_model import LogisticRegression
from sklearn.semi_supervised import LabelSpreading
from torch import Tensor, nn

from labs.core.decoder import initialise

CLASSES = 10
NEIGHBOURS = 5
TEMPERATURE = 0.3
BATCH = 256
REGULARISED = 0.01  # C of the logistic regression that bears wrong labels


class Encoder(nn.Module):
    """Two convolutions and a linear: pictures (n, 8, 8) to vectors (n, 64)."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(1, 16, 3, padding=1)
        self.conv2 = nn.Conv2d(16, 32, 3, stride=2, padding=1)
        self.fc = nn.Linear(32 * 16, 64)

    def forward(self, pictures: Tensor) -> Tensor:
        x = F.relu(self.conv2(F.relu(self.conv1(pictures[:, None]))))
        out: Tensor = self.fc(x.flatten(1))
        return out


def new_encoder(generator: torch.Generator) -> Encoder:
    """Make an encoder with fresh weights."""
    encoder = initialise(Encoder(), generator)
    with torch.no_grad():
        for conv in (encoder.conv1, encoder.conv2):  # fan-in is not the last dimension alone
            conv.weight.mul_((conv.weight[0].numel() / conv.weight.shape[-1]) ** -0.5)
    return encoder


def pick_labels(labels: Tensor, count: int, generator: torch.Generator) -> Tensor:
    """Pick `count` rows, as many of each digit as can be."""
    order = torch.randperm(len(labels), generator=generator)
    rank = torch.zeros(len(labels), dtype=torch.long)
    for digit in range(CLASSES):
        rows = order[labels[order] == digit]
        rank[rows] = torch.arange(len(rows)) * CLASSES + digit
    return rank.argsort()[:count]


def spoil(labels: Tensor, share: float, systematic: bool, generator: torch.Generator) -> Tensor:
    """Make this share of labels wrong: any other digit, or when `systematic` always the next one."""
    wrong = torch.rand(len(labels), generator=generator) < share
    shift = torch.randint(1, CLASSES, (len(labels),), generator=generator)
    if systematic:
        shift = torch.ones_like(shift)
    return torch.where(wrong, (labels + shift) % CLASSES, labels)


def fit_linear(features: Tensor, labels: Tensor, tests: Tensor, c: float = 1.0) -> Tensor:
    """Fit a logistic regression and return what it says of the tests (n,)."""
    model = LogisticRegression(C=c, max_iter=300).fit(features.numpy(), labels.numpy())
    return torch.from_numpy(model.predict(tests.numpy()))


def name_nearest(known: Tensor, labels: Tensor, tests: Tensor) -> Tensor:
    """Say of each test the label of the known picture nearest in pixels (n,)."""
    return labels[torch.cdist(tests.flatten(1), known.flatten(1)).argmin(1)]


def spread_labels(pictures: Tensor, rows: Tensor, labels: Tensor, tests: Tensor) -> Tensor:
    """Spread the labels of a few rows over all pictures by their neighbours (Zhou et al. 2004).

    Returns what that says of the tests (n,).
    """
    known = torch.full((len(pictures),), -1)
    known[rows] = labels
    model = LabelSpreading(kernel="knn", n_neighbors=7, max_iter=100)
    with np.errstate(invalid="ignore"):  # a picture that no label reaches has no distribution
        said = model.fit(pictures.flatten(1).numpy(), known.numpy()).predict(tests.flatten(1).numpy())
    return torch.from_numpy(said)


def contrast(encoder: Encoder, pictures: Tensor, steps: int, generator: torch.Generator) -> Iterator[float]:
    """Train the encoder without labels: a picture should be nearer to one of its neighbours than to others of
    the batch (InfoNCE). Yield the loss of each step, nats.
    """
    flat = pictures.flatten(1)
    near = torch.cdist(flat, flat).topk(NEIGHBOURS + 1, largest=False).indices[:, 1:]  # (N, 5), not itself
    optimizer = torch.optim.AdamW(encoder.parameters(), lr=3e-3, fused=True)
    for _ in range(steps):
        rows = torch.randperm(len(pictures), generator=generator)[:BATCH]
        pick = torch.randint(NEIGHBOURS, (BATCH,), generator=generator)
        pair = torch.cat((pictures[rows], pictures[near[rows, pick]]))
        x = F.normalize(encoder(shift(pair, generator)), dim=1)
        similar = x[:BATCH] @ x[BATCH:].T / TEMPERATURE  # (256, 256)
        loss = F.cross_entropy(similar, torch.arange(BATCH))
        yield loss.item()
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()


def shift(pictures: Tensor, generator: torch.Generator) -> Tensor:
    """Move each picture by up to one pixel each way."""
    padded = F.pad(pictures, (1, 1, 1, 1))
    moved = torch.stack([padded[:, i : i + 8, j : j + 8] for i in range(3) for j in range(3)])  # (9, n, 8, 8)
    which = torch.randint(9, (len(pictures),), generator=generator)
    return moved[which, torch.arange(len(pictures))]


@torch.no_grad()
def features_of(encoder: Encoder, pictures: Tensor) -> Tensor:
    """Return the vectors of pictures, of length 8 each, as a linear probe likes them."""
    return 8 * F.normalize(encoder(pictures), dim=1)
