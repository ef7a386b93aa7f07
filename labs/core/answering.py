"""What the inference service computes: pure functions from pictures and prompts to answers."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from labs.core.adapters import Adapter, attach_adapter, read_adapter
from labs.core.lora import merge_and_unload
from labs.core.model import BASE, WEIGHTS, Transformer, checksum, load_model
from labs.core.questions import MENU, VOCABULARY, WORD_ID, Question

EXAMPLE_ADAPTER = WEIGHTS / "gap-r8.safetensors"


@dataclass(frozen=True)
class Answer:
    """What the model says to one prompt."""

    words: tuple[str, ...]  # the most probable word, or the four of a caption
    top: tuple[tuple[str, float], ...]  # the likeliest first words with their probabilities, best first
    logits: tuple[float, ...]  # of the first word, over the vocabulary


@dataclass(frozen=True)
class Comparison:
    """The same prompt answered without the adapter, with it beside the weights, and with it merged."""

    base: Answer
    unmerged: Answer
    merged: Answer
    max_difference: float  # largest |logit| difference, merged against unmerged


@dataclass(frozen=True)
class Variants:
    """A base with one adapter in its three states, kept warm together."""

    base: Transformer
    unmerged: Transformer
    merged: Transformer


def load_base() -> tuple[Transformer, str]:
    """Return the shipped base, ready to answer, and its checksum."""
    return load_model(BASE).requires_grad_(False), checksum(BASE)


def load_example_adapter() -> Adapter:
    """Return the adapter shipped with the base: LoRA r = 8, trained on "gap"."""
    return read_adapter(EXAMPLE_ADAPTER.read_bytes())


def find_question(question_id: str) -> Question:
    """Return a question of the menu; raise ValueError when there is none of this id."""
    if question_id not in MENU:
        raise ValueError(f"unknown question {question_id!r}")
    return MENU[question_id]


def prompt_words(questions: Sequence[Question]) -> Tensor:
    """Return prompts as word numbers (B, 3)."""
    return torch.tensor([[WORD_ID[word] for word in question.words] for question in questions])


@torch.inference_mode()
def answer(
    model: Transformer, pictures: Tensor, questions: Sequence[Question], count: int = 5
) -> tuple[Tensor, list[Answer]]:
    """Answer one question a picture; questions of text only do not see theirs.

    pictures (B, 3, 8, 16), values 0 … 1; returns the logits of the first words (B, V) and the answers.
    """
    logits = torch.empty(len(questions), len(VOCABULARY))
    said: list[tuple[str, ...]] = [()] * len(questions)
    for sees, length in sorted({(question.sees, question.answer_words) for question in questions}):
        rows = [
            i
            for i, question in enumerate(questions)
            if (question.sees, question.answer_words) == (sees, length)
        ]
        words = prompt_words([questions[i] for i in rows])
        first, answered = _speak(model, pictures[rows] if sees else None, words, length)
        logits[rows] = first
        for row, numbers in zip(rows, answered.tolist(), strict=True):
            said[row] = tuple(VOCABULARY[number] for number in numbers)
    return logits, [_describe(row, words, count) for row, words in zip(logits, said, strict=True)]


def _speak(model: Transformer, pictures: Tensor | None, words: Tensor, length: int) -> tuple[Tensor, Tensor]:
    """Say `length` words greedily: the first one's logits (B, V) and all words (B, length)."""
    logits = []
    prompt = words.shape[1]
    for _ in range(length):
        logits.append(model.next_word(pictures, words))
        words = torch.cat((words, logits[-1].argmax(-1, keepdim=True)), dim=1)
    return logits[0], words[:, prompt:]


def _describe(logits: Tensor, words: tuple[str, ...], count: int) -> Answer:
    """Turn one row of logits (V,) into an answer with its likeliest words."""
    likeliest = logits.softmax(-1).topk(count)
    top = zip(likeliest.indices.tolist(), likeliest.values.tolist(), strict=True)
    return Answer(words, tuple((VOCABULARY[number], value) for number, value in top), tuple(logits.tolist()))


def make_variants(base: Transformer, adapter: Adapter) -> Variants:
    """Return the base and copies with the adapter beside and merged; AdapterError if it does not fit."""
    unmerged = copy.deepcopy(base)
    attach_adapter(unmerged, adapter)
    unmerged.requires_grad_(False)
    merged = copy.deepcopy(unmerged)
    merge_and_unload(merged)
    return Variants(base, unmerged, merged)


def compare_answers(
    variants: Variants, pictures: Tensor, questions: Sequence[Question], count: int = 5
) -> list[Comparison]:
    """Answer each prompt as base, unmerged and merged."""
    _, base = answer(variants.base, pictures, questions, count)
    before, unmerged = answer(variants.unmerged, pictures, questions, count)
    after, merged = answer(variants.merged, pictures, questions, count)
    differences = (after - before).abs().amax(dim=1).tolist()
    return [Comparison(*row) for row in zip(base, unmerged, merged, differences, strict=True)]
