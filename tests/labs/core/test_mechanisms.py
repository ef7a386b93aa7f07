"""Few labels, wrong labels, no labels."""

import pytest
import torch

from labs.core.data import load_split, stream
from labs.core.experiments import learning_mechanisms
from labs.core.mechanisms import (
    contrast,
    features_of,
    fit_linear,
    name_nearest,
    new_encoder,
    pick_labels,
    shift,
    spoil,
    spread_labels,
)


def test_twenty_labels_are_two_of_each_digit() -> None:
    labels = load_split("train").labels
    rows = pick_labels(labels, 20, stream(0, "labels"))
    assert labels[rows].bincount().tolist() == [2] * 10


def test_fewer_labels_are_the_start_of_more() -> None:
    labels = load_split("train").labels
    few, many = (pick_labels(labels, count, stream(0, "labels")) for count in (10, 50))
    assert torch.equal(few, many[:10])


@pytest.mark.parametrize("systematic", [False, True])
def test_spoilt_labels_are_wrong_as_often_as_asked(systematic: bool) -> None:
    labels = load_split("train").labels
    wrong = spoil(labels, 0.4, systematic, stream(0, "errors"))
    changed = wrong != labels
    assert 0.35 < changed.float().mean() < 0.45
    steps = ((wrong - labels) % 10)[changed]
    assert steps.eq(1).all() if systematic else len(steps.unique()) == 9


def test_neighbours_help_when_labels_are_few() -> None:
    train, tests = load_split("train"), load_split("held_out")
    rows = pick_labels(train.labels, 20, stream(0, "labels"))
    alone = fit_linear(train.images[rows].flatten(1), train.labels[rows], tests.images.flatten(1))
    spread = spread_labels(train.images, rows, train.labels[rows], tests.images)
    alone_right, spread_right = ((said == tests.labels).float().mean() for said in (alone, spread))
    assert spread_right > alone_right + 0.03


def test_a_shift_moves_a_picture_by_one_pixel_at_most() -> None:
    picture = torch.zeros(50, 8, 8)
    picture[:, 4, 4] = 1
    places = shift(picture, stream(0, "shift")).flatten(1).argmax(1)
    assert set((places // 8).tolist()) == set((places % 8).tolist()) == {3, 4, 5}


def test_the_pretext_task_sees_no_labels_and_lowers_its_loss() -> None:
    encoder = new_encoder(stream(0, "weights"))
    losses = list(contrast(encoder, load_split("train").images, 8, stream(0, "pairs")))
    assert losses[-1] < losses[0] - 0.2
    assert features_of(encoder, load_split("held_out").images).norm(dim=1).allclose(torch.tensor(8.0))


def test_learning_mechanisms_are_judged_by_their_numbers() -> None:
    def judged(semi: float, own: float, uniform: float, systematic: float, nearest: float = 0.6) -> str:
        curves = {"supervised": {20: 0.7}, "nearest": {20: nearest}, "semi": {20: semi}, "self": {20: own}}
        curves |= {"uniform": {0.0: 0.9, 0.6: uniform}, "systematic": {0.0: 0.9, 0.6: systematic}}
        return learning_mechanisms.judge(curves, 0.5, 20, 0.6)[0]

    assert judged(0.8, 0.8, 0.85, 0.2) == "holds"
    assert judged(0.8, 0.6, 0.85, 0.2) == "depends"
    assert judged(0.7, 0.7, 0.5, 0.5) == "fails"
    assert judged(0.8, 0.8, 0.85, 0.2, nearest=0.8) == "depends"  # the better of the supervised two counts


def test_what_systematic_errors_taught_is_measured() -> None:
    train, tests = load_split("train"), load_split("held_out")
    said = learning_mechanisms._weak(train, tests, 0.8, True, 0)
    assert ((said - tests.labels) % 10).eq(1).float().mean() > 0.8
    curves = {way: {20: 0.7} for way in ("supervised", "nearest", "semi", "self")}
    curves |= {"uniform": {0.0: 0.9, 0.2: 0.88}, "systematic": {0.0: 0.9, 0.2: 0.83}}
    said_of_it = learning_mechanisms.judge(curves, 0.08, 20, 0.2)[1]["en"]
    assert "calls 8% of the pictures one too high" in said_of_it
    assert "systematic ones cost 0.050 more at this share" in said_of_it


def test_the_nearest_picture_of_a_known_one_is_itself() -> None:
    train = load_split("train")
    assert torch.equal(
        name_nearest(train.images[:50], train.labels[:50], train.images[:50]), train.labels[:50]
    )
