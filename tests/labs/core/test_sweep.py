"""Adapters that train side by side learn what they learn alone."""

import copy

import pytest
import torch

from labs.core.data import stream
from labs.core.lora import LoraConfig, attach, delta_ranks, lora_layers
from labs.core.model import Transformer
from labs.core.sweep import Arm, Sweep, train_sweep
from labs.core.training import TrainConfig, held_out_task, predict, train_adapter

TRAIN = TrainConfig(steps=6, evaluations=1)
HELD_OUT = {task: held_out_task(task, 50) for task in ("gap", "zh")}
ARMS = [
    Arm("wide", LoraConfig(r=4), 6e-3, "gap"),
    Arm("narrow", LoraConfig(r=1, lora_alpha=2, target_modules=("v_proj", "fc2")), 3e-3, "zh"),
    Arm("uneven", LoraConfig(r=2, rank_pattern={"q_proj": 5}, use_rslora=True), 8e-3, "gap"),
]


@pytest.fixture
def trained(base: Transformer) -> tuple[Sweep, list[list[float]]]:
    sweep = Sweep(base, ARMS, seed=0)
    return sweep, [step.losses for step in train_sweep(sweep, TRAIN, HELD_OUT)]


@pytest.mark.parametrize("number", range(len(ARMS)))
def test_each_adapter_of_a_sweep_learns_what_it_learns_alone(
    base: Transformer, trained: tuple[Sweep, list[list[float]]], number: int
) -> None:
    sweep, losses = trained
    arm, model = ARMS[number], copy.deepcopy(base)
    attach(model, arm.config, stream(0, "initial adapter"))
    config = TrainConfig(arm.task, lr=arm.lr, steps=TRAIN.steps, evaluations=1)
    alone = [step.loss for step in train_adapter(model, config, HELD_OUT[arm.task])]
    assert [step[number] for step in losses] == pytest.approx(alone, rel=1e-3)
    together = predict(sweep.single(number), HELD_OUT[arm.task])
    assert torch.allclose(together, predict(model, HELD_OUT[arm.task]), atol=0.05)


def test_padding_and_layers_left_alone_stay_at_zero_exactly(trained: tuple[Sweep, list[list[float]]]) -> None:
    sweep, _ = trained
    layer = sweep.layers["blocks.0.attention.q_proj"]
    assert layer.a.shape == (3, 5, 64)
    assert layer.a[0, 4:].abs().max() == layer.b[0, :, 4:].abs().max() == 0
    assert layer.a[1].abs().max() == layer.b[1].abs().max() == 0
    assert layer.b[2].abs().min() > 0


def test_ranks_are_bounded_layer_by_layer(trained: tuple[Sweep, list[list[float]]]) -> None:
    ranks = delta_ranks(trained[0].single(2))
    assert all(rank <= (5 if path.endswith("q_proj") else 2) for path, rank in ranks.items())


def test_a_sweep_leaves_the_base_untouched_and_repeats_to_the_bit(
    base: Transformer, trained: tuple[Sweep, list[list[float]]]
) -> None:
    sweep, losses = trained
    before = base.state_dict()
    for path, layer in sweep.layers.items():
        assert torch.equal(layer.base_layer.weight, before[f"{path}.weight"])
    again = Sweep(base, ARMS, seed=0)
    assert [step.losses for step in train_sweep(again, TRAIN, HELD_OUT)] == losses
    assert not list(lora_layers(base))
