"""Answers to drawn pictures."""

import pytest
import torch

from labs.core.answering import (
    answer,
    compare_answers,
    find_question,
    load_base,
    load_example_adapter,
    make_variants,
)
from labs.core.data import load_split, picture_from_pixels, sample_pixels


def picture_of(left: int, right: int, colours: tuple[str, str] = ("red", "cyan")) -> torch.Tensor:
    """A scene of the first held-out images of two digits, as (1, 3, 8, 16)."""
    labels = load_split("held_out").labels.tolist()
    pixels = [sample_pixels(labels.index(digit)) for digit in (left, right)]
    return picture_from_pixels(pixels[0], pixels[1], colours)[None]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("left-digit", ("7",)),
        ("right-colour", ("cyan",)),
        ("cyan-digit", ("2",)),
        ("sum", ("9",)),
        ("where-7", ("left",)),
        ("chinese-12", ("十二",)),
        ("number-15", ("15",)),
        ("caption", ("red", "7", "cyan", "2")),
    ],
)
def test_the_base_answers_what_it_sees(question: str, expected: tuple[str, ...]) -> None:
    model, _ = load_base()
    _, answers = answer(model, picture_of(7, 2), [find_question(question)])
    assert answers[0].words == expected


def test_the_likeliest_words_come_with_their_probabilities() -> None:
    model, _ = load_base()
    logits, answers = answer(model, picture_of(7, 2), [find_question("left-digit")], count=3)
    assert answers[0].top[0][0] == "7"
    assert [p for _, p in answers[0].top] == sorted((p for _, p in answers[0].top), reverse=True)
    assert answers[0].top[0][1] == pytest.approx(logits.softmax(-1).max().item())


def test_a_mixed_batch_answers_as_one_by_one() -> None:
    model, _ = load_base()
    questions = [find_question(name) for name in ("left-digit", "number-4", "caption", "right-digit", "gap")]
    together, said = answer(model, picture_of(3, 8).repeat(len(questions), 1, 1, 1), questions)
    for row, question in enumerate(questions):
        alone, answers = answer(model, picture_of(3, 8), [question])
        assert torch.allclose(together[row], alone[0], atol=1e-4)
        assert said[row].words == answers[0].words


def test_an_adapter_answers_the_same_merged_and_unmerged_and_unlike_the_base() -> None:
    base, _ = load_base()
    variants = make_variants(base, [(load_example_adapter(), 1.0)])
    compared = compare_answers(variants, picture_of(9, 2), [find_question("gap")])[0]
    assert compared.unmerged.words == compared.merged.words == ("7",)
    assert compared.base.words != ("7",)
    assert compared.max_difference < 1e-3
    assert compare_answers(variants, picture_of(9, 2), [find_question("gap")])[0] == compared


def test_an_unknown_question_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown question"):
        find_question("middle-digit")
