"""What the inference service computes: pure functions from pictures and prompts to answers."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass

import torch
from torch import Tensor

from labs.core.adapters import Adapter, attach_adapter, read_adapter
from labs.core.attention import Look, watch_attention
from labs.core.batched import Updates, choose_rows, load_updates, wrap_linears
from labs.core.data import Batch
from labs.core.lora import ALL_LINEAR, add_weighted_adapter, merge_and_unload, set_adapter, target_layers
from labs.core.model import ADAPTERS, BASE, WEIGHTS, Transformer, checksum, load_model
from labs.core.questions import MENU, VOCABULARY, WORD_ID, Question
from labs.core.training import predict

EXAMPLE_ADAPTER = WEIGHTS / ADAPTERS / "gap-r8.safetensors"


@dataclass(frozen=True)
class Answer:
    """What the model says to one prompt."""

    words: tuple[str, ...]  # the most probable word, or the four of a caption
    top: tuple[tuple[str, float], ...]  # the likeliest first words with their probabilities, best first
    logits: tuple[float, ...]  # of the first word, over the vocabulary
    looks: tuple[Look, ...] = ()  # where the first word was read from, layer by layer, if that was asked


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
    model: Transformer,
    pictures: Tensor,
    questions: Sequence[Question],
    count: int = 5,
    *,
    watched: bool = False,
    choose: Callable[[Sequence[int]], object] = len,
) -> tuple[Tensor, list[Answer]]:
    """Answer one question a picture; questions of text only do not see theirs.

    pictures (B, 3, 8, 16), values 0 … 1; returns the logits of the first words (B, V) and the answers.
    Questions that see as much and are answered by as many words share one pass; `choose` is told the rows
    of each pass before it.
    """
    logits = torch.empty(len(questions), len(VOCABULARY))
    said: list[tuple[str, ...]] = [()] * len(questions)
    looks: list[tuple[Look, ...]] = [()] * len(questions)
    for sees, length in sorted({(question.sees, question.answer_words) for question in questions}):
        rows = [
            i
            for i, question in enumerate(questions)
            if (question.sees, question.answer_words) == (sees, length)
        ]
        choose(rows)
        words = prompt_words([questions[i] for i in rows])
        seen = pictures[rows] if sees else None
        with watch_attention(model) if watched else nullcontext() as found:
            first, answered = _speak(model, seen, words, length)
        if found is not None:
            for number, row in enumerate(rows):
                looks[row] = found.looks(number, words.shape[1])
        logits[rows] = first
        for row, numbers in zip(rows, answered.tolist(), strict=True):
            said[row] = tuple(VOCABULARY[number] for number in numbers)
    described = zip(logits, said, looks, strict=True)
    return logits, [_describe(*row, count) for row in described]


def _speak(model: Transformer, pictures: Tensor | None, words: Tensor, length: int) -> tuple[Tensor, Tensor]:
    """Say `length` words greedily: the first one's logits (B, V) and all words (B, length)."""
    logits = []
    prompt = words.shape[1]
    for _ in range(length):
        logits.append(model.next_word(pictures, words))
        words = torch.cat((words, logits[-1].argmax(-1, keepdim=True)), dim=1)
    return logits[0], words[:, prompt:]


def _describe(logits: Tensor, words: tuple[str, ...], looks: tuple[Look, ...], count: int) -> Answer:
    """Turn one row of logits (V,) into an answer with its likeliest words."""
    likeliest = logits.softmax(-1).topk(count)
    top = zip(likeliest.indices.tolist(), likeliest.values.tolist(), strict=True)
    named = tuple((VOCABULARY[number], value) for number, value in top)
    return Answer(words, named, tuple(logits.tolist()), looks)


class ManyAdapters:
    """The base, ready to answer rows that each name an adapter of their own."""

    def __init__(self, base: Transformer) -> None:
        self.model = copy.deepcopy(base)
        wrap_linears(self.model, list(target_layers(base, ALL_LINEAR)))

    def answer(
        self,
        pictures: Tensor,
        questions: Sequence[Question],
        adapters: Sequence[Updates],
        rows: Sequence[int | None],
        count: int = 5,
        *,
        watched: bool = False,
    ) -> list[Answer]:
        """Answer as `answer` does, row i with the adapter of number rows[i], None for the base alone."""
        load_updates(self.model, adapters)

        def choose(numbers: Sequence[int]) -> None:
            choose_rows(self.model, [rows[number] for number in numbers], len(adapters))

        return answer(self.model, pictures, questions, count, watched=watched, choose=choose)[1]


def make_variants(base: Transformer, adapters: Sequence[tuple[Adapter, float]]) -> Variants:
    """Return the base and copies with the weighted adapters beside it and merged into it.

    Raises AdapterError when one does not fit.
    """
    unmerged = copy.deepcopy(base)
    names = [f"adapter{number}" for number in range(len(adapters))]
    for name, (adapter, _) in zip(names, adapters, strict=True):
        attach_adapter(unmerged, adapter, name)
    weights = [weight for _, weight in adapters]
    if weights != [1.0]:
        add_weighted_adapter(unmerged, names, weights, "mix")
        set_adapter(unmerged, "mix")
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


@torch.inference_mode()
def predict_difference(variants: Variants, batch: Batch) -> tuple[list[float], list[bool]]:
    """Return each row's largest |logit| difference, merged against unmerged, and if both answer alike."""
    before, after = (predict(model, batch) for model in (variants.unmerged, variants.merged))
    same = before.argmax(-1) == after.argmax(-1)
    return (after - before).abs().amax(dim=1).tolist(), same.tolist()
