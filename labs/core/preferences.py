"""A tiny language model, what people like about its texts, and ways to make it write so."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from labs.core.data import stream
from labs.core.decoder import Decoder, initialise

WORDS_EN = ("the", "cat", "dog", "sees", "finds", "and", "then", "rain", "kind", "warm", "bright", "calm")
WORDS_ZH = ("这只", "猫", "狗", "看见", "找到", "和", "然后", "雨", "友善", "温暖", "明亮", "安静")
PLEASANT = (8, 9, 10, 11)  # the words that people like
LENGTH = 10  # words of a text
START = len(WORDS_EN)
WIDTH = 32


class LanguageModel(nn.Module):
    """One block; logits of the next word behind every word."""

    def __init__(self) -> None:
        super().__init__()
        self.word_embedding = nn.Embedding(len(WORDS_EN) + 1, WIDTH)
        self.place_embedding = nn.Embedding(LENGTH, WIDTH)
        self.decoder = Decoder(WIDTH, layers=1)
        self.head = nn.Linear(WIDTH, len(WORDS_EN))

    def forward(self, words: Tensor) -> Tensor:
        """Return logits (B, T, 12) behind words (B, T), the first of which is START."""
        x = self.word_embedding(words) + self.place_embedding.weight[: words.shape[1]]
        out: Tensor = self.head(self.decoder(x))
        return out


def new_language_model(seed: int) -> LanguageModel:
    """Make a model with fresh weights."""
    return initialise(LanguageModel(), stream(seed, "initial weights"))


def draw_texts(count: int, generator: torch.Generator) -> Tensor:
    """Draw texts (n, LENGTH) as people write them: each word by the one before it."""
    habits = _habits()
    words = torch.randint(len(WORDS_EN), (count,), generator=generator)
    text = [words]
    for _ in range(LENGTH - 1):
        words = torch.multinomial(habits[words], 1, generator=generator)[:, 0]
        text.append(words)
    return torch.stack(text, 1)


def _habits() -> Tensor:
    """Return which word follows which (12, 12); pleasant words are rarer, hardly ever twice running."""
    logits = 1.5 * torch.randn(len(WORDS_EN), len(WORDS_EN), generator=stream(0, "habits of language"))
    logits[:, PLEASANT[0] :] -= 0.5
    logits.fill_diagonal_(-3)
    return logits.softmax(-1)


def true_reward(texts: Tensor) -> Tensor:
    """Return what people really think of texts (n,).

    Each pleasant word said counts 1, saying it twice is no better, and every further time costs 1.
    """
    counts = torch.stack([(texts == word).sum(1) for word in PLEASANT], 1)  # (n, 4)
    return (counts.clamp(max=1) - (counts - 2).clamp(min=0)).sum(1).float()


def count_words(texts: Tensor) -> Tensor:
    """Return how often each word stands in each text (n, 12)."""
    return F.one_hot(texts, len(WORDS_EN)).sum(1).float()


def log_probabilities(model: LanguageModel, texts: Tensor) -> Tensor:
    """Return log π of each text (n,), nats."""
    start = torch.full((len(texts), 1), START)
    logits = model(torch.cat((start, texts[:, :-1]), 1)).log_softmax(-1)
    total: Tensor = logits.gather(2, texts[..., None])[..., 0].sum(1)
    return total


@torch.no_grad()
def sample_texts(model: LanguageModel, count: int, generator: torch.Generator) -> Tensor:
    """Sample texts (n, LENGTH) from a model."""
    words = torch.full((count, 1), START)
    for _ in range(LENGTH):
        following = torch.multinomial(model(words)[:, -1].softmax(-1), 1, generator=generator)
        words = torch.cat((words, following), 1)
    return words[:, 1:]


@dataclass(frozen=True)
class Pairs:
    """Texts of which people preferred one to the other."""

    chosen: Tensor  # (n, LENGTH)
    rejected: Tensor


def compare(model: LanguageModel, count: int, generator: torch.Generator) -> Pairs:
    """Sample pairs of texts and let people choose (Bradley and Terry, twice the difference in reward)."""
    first, second = (sample_texts(model, count, generator) for _ in range(2))
    likelier = torch.sigmoid(2 * (true_reward(first) - true_reward(second)))
    prefers = (torch.rand(count, generator=generator) < likelier)[:, None]
    return Pairs(torch.where(prefers, first, second), torch.where(prefers, second, first))


class RewardModel:
    """A linear reward over counts of words, fitted to preferences; zero mean and unit spread on its pairs."""

    def __init__(self, pairs: Pairs, steps: int = 200) -> None:
        difference = count_words(pairs.chosen) - count_words(pairs.rejected)  # (n, 12)
        weights = torch.zeros(len(WORDS_EN), requires_grad=True)
        optimizer = torch.optim.Adam([weights], lr=0.1)
        for _ in range(steps):
            loss = -F.logsigmoid(difference @ weights).mean() + 1e-3 * weights.square().sum()
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
        self.weights = weights.detach()
        self.accuracy = self.share_right(pairs)
        scores = count_words(torch.cat((pairs.chosen, pairs.rejected))) @ self.weights
        self.mean, self.spread = scores.mean(), scores.std()

    def share_right(self, pairs: Pairs) -> float:
        """Return the share of pairs of which it likes the chosen text better."""
        difference = count_words(pairs.chosen) - count_words(pairs.rejected)  # (n, 12)
        return (difference @ self.weights > 0).float().mean().item()

    def __call__(self, texts: Tensor) -> Tensor:
        """Return the reward of texts (n,), in standard deviations."""
        return (count_words(texts) @ self.weights - self.mean) / self.spread


def imitate(model: LanguageModel, steps: int, generator: torch.Generator) -> Iterator[float]:
    """Pre-train on texts as people write them; yield the loss of each step, nats a word."""
    optimizer = torch.optim.AdamW(model.parameters(), lr=5e-3, weight_decay=0.0, fused=True)
    for _ in range(steps):
        texts = draw_texts(128, generator)
        loss = -log_probabilities(model, texts).mean() / LENGTH
        yield loss.item()
        _step(optimizer, loss)


def reinforce(
    model: LanguageModel, reward: RewardModel, beta: float, steps: int, generator: torch.Generator
) -> Iterator[None]:
    """Train in place by REINFORCE for the reward less β log π/π_ref, π_ref being the model as it came."""
    reference = copy.deepcopy(model).requires_grad_(False)
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3, weight_decay=0.0, fused=True)
    for _ in range(steps):
        yield
        texts = sample_texts(model, 128, generator)
        log_p = log_probabilities(model, texts)
        gain = reward(texts) - beta * (log_p.detach() - log_probabilities(reference, texts))
        advantage = (gain - gain.mean()) / (gain.std() + 1e-6)
        _step(optimizer, -(advantage * log_p).mean() / LENGTH)


def prefer_directly(
    model: LanguageModel, pairs: Pairs, beta: float, steps: int, generator: torch.Generator
) -> Iterator[None]:
    """Train in place on the pairs themselves by DPO (Rafailov et al. 2023)."""
    with torch.no_grad():
        margin = log_probabilities(model, pairs.chosen) - log_probabilities(model, pairs.rejected)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3, weight_decay=0.0, fused=True)
    for _ in range(steps):
        yield
        rows = torch.randint(len(margin), (64,), generator=generator)
        now = log_probabilities(model, pairs.chosen[rows]) - log_probabilities(model, pairs.rejected[rows])
        _step(optimizer, -F.logsigmoid(beta * (now - margin[rows])).mean())


def _step(optimizer: torch.optim.Optimizer, loss: Tensor) -> None:
    optimizer.zero_grad()
    loss.backward()  # type: ignore[no-untyped-call]
    optimizer.step()


@dataclass(frozen=True)
class Standing:
    """Where a policy stands, measured on its own samples."""

    proxy: float  # what the reward model thinks, standard deviations
    true: float  # what people think
    kl: float  # from the reference, nats a text
    distinct: float  # different texts, share


@torch.no_grad()
def measure_policy(
    model: LanguageModel, reference: LanguageModel, reward: RewardModel, count: int = 256
) -> Standing:
    """Sample texts with a fixed generator and measure them."""
    texts = sample_texts(model, count, stream(0, "texts to measure"))
    divergence = log_probabilities(model, texts) - log_probabilities(reference, texts)
    return Standing(
        reward(texts).mean().item(),
        true_reward(texts).mean().item(),
        divergence.mean().item(),
        len(torch.unique(texts, dim=0)) / count,
    )
