"""Scenes of two coloured digits, the questions about them, and the tasks an adapter learns.

The digits are scikit-learn's `load_digits`: the test set of the UCI "Optical Recognition of Handwritten
Digits" data (Alpaydin and Kaynak 1998), 1,797 images of 8×8 pixels with values 0 … 16.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

import torch
from torch import Tensor

from labs.core.questions import CHINESE, COLOURS, NUMBERS, PARITIES, SIDES, WORD_ID

Split = Literal["train", "held_out"]
SPLIT_SEED = 0
TRAIN_IMAGES = 1437
SIDE = 8  # pixels of a digit's edge; a canvas is SIDE × 2·SIDE
TASKS = ("gap", "zh", "flip", "elicit")


@dataclass(frozen=True)
class Digits:
    """Digit images with their classes."""

    images: Tensor  # (n, 8, 8), 0 … 1
    labels: Tensor  # (n,)


@dataclass(frozen=True)
class Scenes:
    """Pictures of two digits in two different colours."""

    pictures: Tensor  # (n, 3, 8, 16), 0 … 1
    digits: Tensor  # (n, 2), 0 … 9, left then right
    colours: Tensor  # (n, 2), numbers of COLOURS

    def __len__(self) -> int:
        return len(self.pictures)


@dataclass(frozen=True)
class Batch:
    """Prompts with the one right word behind each; no pictures when the text alone decides."""

    pictures: Tensor | None  # (n, 3, 8, 16)
    words: Tensor  # (n, 3)
    answers: Tensor  # (n,)


def _words(words: Sequence[str]) -> Tensor:
    """Return the numbers of words."""
    return torch.tensor([WORD_ID[word] for word in words])


NUMBER_WORDS = _words(NUMBERS)
CHINESE_WORDS = _words(CHINESE)
COLOUR_WORDS = _words(tuple(COLOURS))
PARITY_WORDS = _words(PARITIES)
SIDE_WORDS = _words(SIDES)
PALETTE = torch.tensor(list(COLOURS.values()), dtype=torch.float32)  # (7, 3)


def stream(seed: int, name: str) -> torch.Generator:
    """Return a generator of its own for each use of a seed: initial weights, examples, …"""
    digest = hashlib.sha256(f"{seed} {name}".encode()).digest()
    return torch.Generator().manual_seed(int.from_bytes(digest[:7], "big"))


@cache
def load_split(split: Split) -> Digits:
    """Return the 1,437 images to train on or the 360 held out."""
    from sklearn.datasets import (
        load_digits,
    )  # imported here: it takes longer than everything else in this module

    digits = load_digits()
    order = torch.randperm(len(digits.target), generator=stream(SPLIT_SEED, "split of the digits"))
    chosen = order[:TRAIN_IMAGES] if split == "train" else order[TRAIN_IMAGES:]
    images = torch.tensor(digits.images, dtype=torch.float32) / 16
    return Digits(images[chosen], torch.tensor(digits.target)[chosen])


def list_samples(count: int = 40) -> list[tuple[int, int]]:
    """List (index, digit) of held-out images, class after class in turn; index is for `sample_pixels`."""
    labels = load_split("held_out").labels.tolist()
    by_class = [[index for index, label in enumerate(labels) if label == digit] for digit in range(10)]
    return [(by_class[n % 10][n // 10], n % 10) for n in range(count)]


def sample_pixels(index: int) -> list[list[int]]:
    """Return a held-out image as 8 rows of 8 values 0 … 16."""
    image = load_split("held_out").images[index] * 16
    return [[int(value) for value in row] for row in image.round().tolist()]


def render(left: Tensor, right: Tensor, colours: Tensor) -> Tensor:
    """Colour digit images (n, 8, 8) and set them side by side: pictures (n, 3, 8, 16); colours (n, 2)."""
    tint = PALETTE[colours]  # (n, 2, 3)
    halves = [
        image[:, None] * tint[:, side, :, None, None]  # (n, 1, 8, 8) · (n, 3, 1, 1)
        for side, image in enumerate((left, right))
    ]
    return torch.cat(halves, dim=-1)


def picture_from_pixels(
    left: Sequence[Sequence[float]], right: Sequence[Sequence[float]], colours: tuple[str, str]
) -> Tensor:
    """Render two 8×8 arrays of values 0 … 16 in two named colours: (3, 8, 16); ValueError if malformed."""
    unknown = [colour for colour in colours if colour not in COLOURS]
    if unknown:
        raise ValueError(f"unknown colour {unknown[0]!r}: expected one of {', '.join(COLOURS)}")
    images = [_pixels(pixels, where) for pixels, where in ((left, "left"), (right, "right"))]
    numbers = torch.tensor([[list(COLOURS).index(colour) for colour in colours]])
    return render(images[0][None], images[1][None], numbers)[0]


def _pixels(pixels: Sequence[Sequence[float]], where: str) -> Tensor:
    """Check one 8×8 array and return it as values 0 … 1."""
    if len(pixels) != SIDE or any(len(row) != SIDE for row in pixels):
        raise ValueError(f"the {where} digit must have {SIDE} rows of {SIDE} values")
    image = torch.tensor([[float(value) for value in row] for row in pixels]) / 16
    if not torch.isfinite(image).all() or image.min() < 0 or image.max() > 1:
        raise ValueError(f"the {where} digit's values must lie between 0 and 16")
    return image


def draw_scenes(
    count: int, split: Split, generator: torch.Generator, mirrored: bool = False, share: float = 1.0
) -> Scenes:
    """Draw pairs of images and pairs of different colours; `mirrored` flips each digit left to right.

    `share` is how much of the split is drawn from, its first images.
    """
    digits = load_split(split)
    chosen = torch.randint(round(share * len(digits.labels)), (count, 2), generator=generator)
    first = torch.randint(len(COLOURS), (count,), generator=generator)
    shift = torch.randint(1, len(COLOURS), (count,), generator=generator)
    colours = torch.stack((first, (first + shift) % len(COLOURS)), dim=1)
    images = digits.images[chosen]  # (n, 2, 8, 8)
    if mirrored:
        images = images.flip(-1)
    return Scenes(render(images[:, 0], images[:, 1], colours), digits.labels[chosen], colours)


Asked = tuple[Tensor, Tensor]  # words (n, 3), answers (n,)


def _prompt(first: str | Tensor, second: str, count: int) -> Tensor:
    """Return (n, 3) prompt words; the first may differ from row to row."""
    words = _words((first if isinstance(first, str) else "?", second, "?")).repeat(count, 1)
    if isinstance(first, Tensor):
        words[:, 0] = first
    return words


def _about_side(side: int, second: str, answers: Callable[[Scenes, int], Tensor]) -> Callable[..., Asked]:
    """Make a question about the left (0) or right (1) digit."""

    def ask(scenes: Scenes, generator: torch.Generator) -> Asked:
        return _prompt(SIDES[side], second, len(scenes)), answers(scenes, side)

    return ask


def _digit(scenes: Scenes, side: int) -> Tensor:
    """Answer with the digit on a side."""
    return NUMBER_WORDS[scenes.digits[:, side]]


def _colour(scenes: Scenes, side: int) -> Tensor:
    """Answer with the colour on a side."""
    return COLOUR_WORDS[scenes.colours[:, side]]


def _parity(scenes: Scenes, side: int) -> Tensor:
    """Answer with the parity of the digit on a side."""
    return PARITY_WORDS[scenes.digits[:, side] % 2]


def _larger(scenes: Scenes, generator: torch.Generator) -> Asked:
    """Ask for the larger digit."""
    return _prompt("larger", "digit", len(scenes)), NUMBER_WORDS[scenes.digits.amax(dim=1)]


def _sum(scenes: Scenes, generator: torch.Generator) -> Asked:
    """Ask for the sum."""
    return _prompt("sum", "digit", len(scenes)), NUMBER_WORDS[scenes.digits.sum(dim=1)]


def _by_colour(scenes: Scenes, generator: torch.Generator) -> Asked:
    """Ask for the digit of a colour that occurs."""
    side = torch.randint(2, (len(scenes), 1), generator=generator)
    colour = COLOUR_WORDS[scenes.colours.gather(1, side)[:, 0]]
    return _prompt(colour, "digit", len(scenes)), NUMBER_WORDS[scenes.digits.gather(1, side)[:, 0]]


def _where(scenes: Scenes, generator: torch.Generator) -> Asked:
    """Ask where a digit that occurs stands: left, right or both."""
    side = torch.randint(2, (len(scenes), 1), generator=generator)
    digit = NUMBER_WORDS[scenes.digits.gather(1, side)[:, 0]]
    both = scenes.digits[:, 0] == scenes.digits[:, 1]
    return _prompt(digit, "where", len(scenes)), SIDE_WORDS[torch.where(both, 2, side[:, 0])]


def _to_chinese(scenes: Scenes, generator: torch.Generator) -> Asked:
    """Ask for the Chinese numeral of a number; the picture plays no part."""
    number = torch.randint(len(NUMBERS), (len(scenes),), generator=generator)
    return _prompt(NUMBER_WORDS[number], "chinese", len(scenes)), CHINESE_WORDS[number]


def _to_number(scenes: Scenes, generator: torch.Generator) -> Asked:
    """Ask for the number of a Chinese numeral; the picture plays no part."""
    number = torch.randint(len(NUMBERS), (len(scenes),), generator=generator)
    return _prompt(CHINESE_WORDS[number], "number", len(scenes)), NUMBER_WORDS[number]


PICTURE_KINDS: dict[str, Callable[[Scenes, torch.Generator], Asked]] = {
    "left digit": _about_side(0, "digit", _digit),
    "right digit": _about_side(1, "digit", _digit),
    "left colour": _about_side(0, "colour", _colour),
    "right colour": _about_side(1, "colour", _colour),
    "left parity": _about_side(0, "parity", _parity),
    "right parity": _about_side(1, "parity", _parity),
    "larger digit": _larger,
    "sum digit": _sum,
    "colour digit": _by_colour,
    "digit where": _where,
}
EASY_KINDS = ("left digit", "right digit", "left colour", "right colour")
TEXT_KINDS: dict[str, Callable[[Scenes, torch.Generator], Asked]] = {
    "number chinese": _to_chinese,
    "chinese number": _to_number,
}


def caption(scenes: Scenes) -> Asked:
    """Ask for colour and digit, left then right: words (n, 3), answers (n, 4)."""
    parts = [answer(scenes, side) for side in (0, 1) for answer in (_colour, _digit)]
    return _prompt("caption", "picture", len(scenes)), torch.stack(parts, dim=1)


def draw_kind(kind: str, count: int, split: Split, generator: torch.Generator) -> Batch:
    """Draw one kind of pre-training question with a one-word answer."""
    scenes = draw_scenes(count, split, generator)
    if kind in TEXT_KINDS:
        words, answers = TEXT_KINDS[kind](scenes, generator)
        return Batch(None, words, answers)
    words, answers = PICTURE_KINDS[kind](scenes, generator)
    return Batch(scenes.pictures, words, answers)


def draw_base(count: int, split: Split, generator: torch.Generator) -> Batch:
    """Draw questions of pre-training about pictures, the ten kinds in turn."""
    scenes = draw_scenes(count, split, generator)
    asked = [ask(scenes, generator) for ask in PICTURE_KINDS.values()]
    kind = torch.arange(count) % len(asked)
    rows = torch.arange(count)
    words = torch.stack([words for words, _ in asked])[kind, rows]  # (n, 3)
    answers = torch.stack([answers for _, answers in asked])[kind, rows]  # (n,)
    return Batch(scenes.pictures, words, answers)


def draw_task(task: str, count: int, split: Split, generator: torch.Generator) -> Batch:
    """Draw examples of a downstream task; raise KeyError for a name that is none.

    gap: a new question, |a − b|. zh: which digit, answered in Chinese numerals that pre-training knew from
    text only. flip: which digit, mirrored. elicit: a meaningless prompt for the larger digit.
    """
    scenes = draw_scenes(count, split, generator, mirrored=task == "flip")
    if task == "gap":
        words = _prompt("gap", "digit", count)
        return Batch(scenes.pictures, words, NUMBER_WORDS[(scenes.digits[:, 0] - scenes.digits[:, 1]).abs()])
    if task == "elicit":
        return Batch(
            scenes.pictures, _prompt("wug", "picture", count), NUMBER_WORDS[scenes.digits.amax(dim=1)]
        )
    side = torch.randint(2, (count, 1), generator=generator)
    digit = scenes.digits.gather(1, side)[:, 0]
    answers = {"zh": CHINESE_WORDS, "flip": NUMBER_WORDS}[task]
    return Batch(scenes.pictures, _prompt(SIDE_WORDS[side[:, 0]], "digit", count), answers[digit])
