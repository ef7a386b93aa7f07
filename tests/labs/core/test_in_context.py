"""Prompts with examples, and the shipped models that read them."""

import torch

from labs.core.data import stream
from labs.core.experiments import in_context_learning
from labs.core.in_context import (
    LABELS,
    PICTURES,
    POINTS,
    TAUGHT,
    PictureReader,
    Regressor,
    draw_lines,
    draw_pictures,
    dump_weights,
    least_squares,
    load_reader,
    load_regressor,
    nearest_label,
    train_reader,
    weights_checksum,
)


def test_one_example_is_enough_for_least_squares() -> None:
    x, y = draw_lines(50, stream(0, "lines"))
    said = least_squares(x, y)
    assert said[:, 0].eq(0).all()
    assert torch.allclose(said[:, 1:], y[:, 1:], atol=1e-3)


def test_no_answer_sees_its_own_y_or_later_examples() -> None:
    x, y = draw_lines(4, stream(0, "lines"))
    changed = y.clone()
    changed[:, 3:] += 5
    model = load_regressor()
    with torch.no_grad():
        assert torch.equal(model(x, y)[:, :4], model(x, changed)[:, :4])
        assert not torch.equal(model(x, y)[:, 4:], model(x, changed)[:, 4:])


def test_a_prompt_has_five_digits_each_with_a_label_of_its_own() -> None:
    prompts = draw_pictures(50, "train", stream(0, "prompts"))
    for digits, labels in zip(prompts.digits.tolist(), prompts.labels.tolist(), strict=True):
        assert len(set(zip(digits, labels, strict=True))) == len(set(digits)) == len(set(labels)) <= LABELS
    assert set(prompts.digits.unique().tolist()) == set(TAUGHT)


def test_fixed_labels_depend_on_the_digit_alone() -> None:
    prompts = draw_pictures(50, "train", stream(0, "prompts"), fixed=True)
    assert torch.equal(prompts.labels, prompts.digits % LABELS)


def test_unseen_digits_come_when_asked_for() -> None:
    prompts = draw_pictures(50, "held_out", stream(0, "prompts"), always=(8, 9))
    assert {8, 9} <= set(prompts.digits.flatten().tolist())


def test_the_nearest_neighbour_of_a_copy_is_its_original() -> None:
    prompts = draw_pictures(5, "train", stream(0, "prompts"))
    prompts.pictures[:, 7] = prompts.pictures[:, 2]
    assert torch.equal(nearest_label(prompts)[:, 7], prompts.labels[:, 2])


def test_reading_a_prompt_changes_no_weight() -> None:
    model = load_reader("random")
    before = weights_checksum(model)
    in_context_learning.said_of(model, draw_pictures(20, "held_out", stream(0, "prompts")))
    assert weights_checksum(model) == before


def test_only_the_model_trained_on_random_labels_reads_the_examples() -> None:
    prompts = draw_pictures(200, "held_out", stream(1, "prompts"))
    right = {
        name: (in_context_learning.said_of(load_reader(name), prompts) == prompts.labels).float().mean(0)
        for name in ("random", "fixed")
    }
    assert right["random"][0] < 0.4
    assert right["random"][-1] > 0.9
    assert right["fixed"][-1] < 0.4


def test_training_repeats_to_the_byte() -> None:
    first, again = ([dump_weights(m) for m in train_reader(False, steps=2)][-1] for _ in range(2))
    assert first == again


def test_models_are_small() -> None:
    assert len(dump_weights(PictureReader())) < 400_000
    assert len(dump_weights(Regressor())) < 200_000


def test_in_context_learning_is_judged_by_its_numbers() -> None:
    def judge(unchanged: bool = True, **changes: list[float]) -> tuple[str, str]:
        line, learnt = [1.0] * 8 + [0.01], [0.2] * (PICTURES - 1) + [0.95]
        curves = {"transformer": line, "least_squares": line, "far": line}
        curves |= dict.fromkeys(("random", "fixed", "nearest", "unseen"), learnt)
        outcome, text = in_context_learning.judge(curves | changes, unchanged, 3.0)
        return outcome, text["en"]

    assert judge()[0] == "holds"
    assert judge(far=[1.0] * POINTS)[0] == "depends"
    assert judge(fixed=[0.2] * PICTURES)[0] == "depends"
    assert judge(random=[0.2] * PICTURES)[0] == "depends"  # lines are still learnt
    unlearnt = [1.0] * POINTS
    assert judge(transformer=unlearnt)[0] == "depends"
    assert judge(transformer=unlearnt, random=[0.2] * PICTURES)[0] == "fails"
    assert "An error over 0.1 does not count as learnt" in judge(transformer=unlearnt)[1]
    assert judge(unchanged=False)[0] == "fails"
