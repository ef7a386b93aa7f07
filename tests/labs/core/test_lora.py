"""What an adapter does to a model, exactly."""

import copy

import pytest
import torch

from labs.core.data import draw_base, draw_task, stream
from labs.core.lora import (
    INITS,
    LoraConfig,
    attach,
    count_parameters,
    delta_ranks,
    describe_parameters,
    detach,
    disable,
    enable,
    lora_layers,
    merge,
    merge_and_unload,
    relative_update,
    unmerge,
)
from labs.core.model import Transformer
from labs.core.training import TrainConfig, gradient_norms, held_out_task, predict, train_adapter
from tests.labs.core.conftest import adapted

BATCH = draw_base(200, "held_out", stream(0, "test"))
EXAMPLES = draw_task("gap", 32, "train", stream(0, "test"))
ROWS = held_out_task("gap", 50)


def train(model: Transformer, steps: int = 3, seed: int = 0) -> list[float]:
    config = TrainConfig(steps=steps, seed=seed, evaluations=1)
    return [step.loss for step in train_adapter(model, config, ROWS)]


def weights_of(model: Transformer) -> dict[str, torch.Tensor]:
    return {
        name.replace(".base_layer", ""): value.clone()
        for name, value in model.state_dict().items()
        if "lora_" not in name
    }


@pytest.mark.parametrize("init", ["kaiming", "gaussian", "a_zero", "both_zero", "rows_tied"])
def test_a_fresh_adapter_changes_nothing(base: Transformer, init: str) -> None:
    assert torch.equal(predict(base, BATCH), predict(adapted(init_lora_weights=init), BATCH))


def test_two_gaussians_change_the_model_by_the_size_asked_for(base: Transformer) -> None:
    model = adapted(init_lora_weights="both_gaussian", init_scale=0.5)
    assert relative_update(model) == pytest.approx(0.5, rel=1e-5)
    assert not torch.equal(predict(base, BATCH), predict(model, BATCH))


def test_at_the_start_only_the_factor_that_is_zero_gets_a_gradient() -> None:
    b_zero = gradient_norms(adapted(), EXAMPLES)
    a_zero = gradient_norms(adapted(init_lora_weights="a_zero"), EXAMPLES)
    assert b_zero["lora_A"] == 0 < b_zero["lora_B"]
    assert a_zero["lora_B"] == 0 < a_zero["lora_A"]


def test_two_zeros_never_move(base: Transformer) -> None:
    model = adapted(init_lora_weights="both_zero")
    assert gradient_norms(model, EXAMPLES) == {"lora_A": 0, "lora_B": 0}
    train(model, steps=10)
    assert set(delta_ranks(model).values()) == {0}
    assert torch.equal(predict(base, BATCH), predict(model, BATCH))


def test_tied_rows_stay_at_rank_one() -> None:
    model = adapted(init_lora_weights="rows_tied")
    train(model, steps=6)
    assert set(delta_ranks(model).values()) == {1}


@pytest.mark.parametrize("r", [1, 3, 8])
def test_the_update_has_rank_r_at_most(r: int) -> None:
    model = adapted(r=r)
    train(model)
    assert max(delta_ranks(model).values()) <= r


def test_training_leaves_the_base_untouched(base: Transformer) -> None:
    model = adapted()
    train(model)
    for name, value in weights_of(model).items():
        assert torch.equal(value, base.state_dict()[name]), name
    disable(model)
    assert torch.equal(predict(base, BATCH), predict(model, BATCH))


def test_merged_answers_as_unmerged_and_unmerging_restores(base: Transformer) -> None:
    model = adapted(lora_alpha=16)
    train(model, steps=10)
    unmerged = predict(model, BATCH)
    assert not torch.allclose(unmerged, predict(base, BATCH), atol=0.1)
    merge(model)
    assert torch.allclose(unmerged, predict(model, BATCH), atol=1e-3)
    merge(model)  # a second time does nothing
    unmerge(model)
    for name, value in weights_of(model).items():
        assert torch.allclose(value, base.state_dict()[name], atol=1e-6), name


def test_disabling_takes_a_merged_adapter_out_and_enabling_puts_it_back() -> None:
    model = adapted()
    train(model, steps=10)
    before = predict(model, BATCH)
    merge(model)
    disable(model)
    assert not torch.allclose(before, predict(model, BATCH), atol=0.1)
    enable(model)
    assert torch.allclose(before, predict(model, BATCH), atol=1e-3)


def test_detaching_gives_the_base_back(base: Transformer) -> None:
    model = adapted()
    train(model)
    detach(model)
    assert not list(lora_layers(model))
    assert torch.equal(predict(base, BATCH), predict(model, BATCH))
    assert all(parameter.requires_grad for parameter in model.parameters())


def test_merging_and_unloading_leaves_plain_linears_that_answer_the_same() -> None:
    model = adapted()
    train(model, steps=10)
    before = predict(model, BATCH)
    merge_and_unload(model)
    assert not list(lora_layers(model))
    assert torch.allclose(before, predict(model, BATCH), atol=1e-3)


def test_only_the_adapter_is_trainable() -> None:
    model = adapted(r=8)
    assert count_parameters(model) == (27_648, 189_888)
    assert (
        describe_parameters(model) == "trainable params: 27,648 || all params: 189,888 || trainable%: 14.5602"
    )


def test_the_update_is_scaled_by_alpha_over_r_or_over_its_root() -> None:
    assert LoraConfig(r=4, lora_alpha=8).scaling == 2
    assert LoraConfig(r=4, lora_alpha=8, use_rslora=True).scaling == 4
    model = adapted(r=4, lora_alpha=8, init_lora_weights="both_gaussian")
    _, layer = next(lora_layers(model))
    x = torch.randn(5, 64, generator=stream(0, "test"))
    expected = layer.base_layer(x) + x @ layer.delta_weight().T
    assert torch.allclose(layer(x), expected, atol=1e-4)
    a, b = layer.factors()
    assert torch.allclose(layer.delta_weight(), 2 * b @ a)


def test_targets_are_chosen_by_name() -> None:
    model = adapted(target_modules=("q_proj", "v_proj"))
    assert {name.rsplit(".", 1)[-1] for name, _ in lora_layers(model)} == {"q_proj", "v_proj"}
    for targets in ((), ("q_proj", "qkv")):
        with pytest.raises(ValueError, match="no linear layer"):
            adapted(target_modules=targets)


def test_a_second_adapter_is_refused() -> None:
    model = adapted()
    with pytest.raises(ValueError, match="attached already"):
        attach(model, LoraConfig(), stream(0, "test"))


def test_a_short_run_repeats_to_the_bit_and_leaves_the_global_seed_alone() -> None:
    torch.manual_seed(7)
    expected = torch.rand(1)
    torch.manual_seed(7)
    runs = []
    for _ in range(2):
        model = adapted(seed=2)
        losses = train(model, steps=5, seed=2)
        runs.append((losses, [layer.delta_weight().clone() for _, layer in lora_layers(model)]))
    assert torch.equal(torch.rand(1), expected)
    assert runs[0][0] == runs[1][0]
    assert all(torch.equal(a, b) for a, b in zip(runs[0][1], runs[1][1], strict=True))
    assert train(adapted(seed=3), steps=5, seed=3) != runs[0][0]


def test_the_examples_do_not_depend_on_the_start() -> None:
    losses = [train(adapted(init_lora_weights=init), steps=1)[0] for init in INITS if init != "both_gaussian"]
    assert len(set(losses)) == 1


def test_a_caller_may_stop_between_steps() -> None:
    model = adapted()
    training = train_adapter(model, TrainConfig(steps=100), ROWS)
    next(training)
    next(training)
    training.close()
    assert max(delta_ranks(copy.deepcopy(model)).values()) >= 1
