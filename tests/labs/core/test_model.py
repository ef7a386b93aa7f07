"""The shipped model, and how models are kept."""

from pathlib import Path

import torch

from labs.core.data import draw_base, stream
from labs.core.lora import count_parameters
from labs.core.model import ADAPTERS, BASE, Transformer, checksum, load_model, prefix_mask, save_model
from labs.core.pretraining import PretrainConfig, held_out_accuracy, mean_accuracy, new_model, pretrain


def test_the_shipped_base_answers_97_of_100_about_pictures_it_never_saw(base: Transformer) -> None:
    assert mean_accuracy(held_out_accuracy(base, 500)) >= 0.97


def test_the_shipped_base_is_under_a_megabyte(base: Transformer) -> None:
    assert BASE.stat().st_size < 1_000_000
    assert count_parameters(base)[1] == 162_240


def test_the_card_names_the_file_it_describes() -> None:
    card = (BASE.parent / "MODEL_CARD.md").read_text(encoding="utf-8")
    assert checksum(BASE) in card
    assert checksum(BASE.parent / ADAPTERS / "gap-r8.safetensors") in card


def test_the_last_position_alone_answers_the_same(base: Transformer) -> None:
    batch = draw_base(60, "held_out", stream(0, "test"))
    every = base(batch.pictures, batch.words)[:, -1]
    assert torch.allclose(every, base.next_word(batch.pictures, batch.words), atol=1e-4)


def test_words_see_the_picture_and_what_stands_before_them() -> None:
    mask = prefix_mask(2, 3)
    assert mask.tolist() == [
        [True, True, False, False, False],
        [True, True, False, False, False],
        [True, True, True, False, False],
        [True, True, True, True, False],
        [True, True, True, True, True],
    ]


def test_saving_twice_gives_the_same_bytes(base: Transformer, tmp_path: Path) -> None:
    first, second = save_model(base, tmp_path / "a"), save_model(load_model(), tmp_path / "b")
    assert first == second == checksum(BASE)


def test_pretraining_repeats_to_the_bit() -> None:
    config = PretrainConfig(seed=5, steps=4)
    models = [new_model(config.seed) for _ in range(2)]
    losses = [[step.loss for step in pretrain(config, model)] for model in models]
    assert losses[0] == losses[1]
    for name, value in models[0].state_dict().items():
        assert torch.equal(value, models[1].state_dict()[name]), name
