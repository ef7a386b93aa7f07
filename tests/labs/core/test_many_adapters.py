"""Several adapters on one model: switched, summed, mixed, merged, and one for each row of a batch."""

import pytest
import torch

from labs.core.batched import batch_adapters, choose_adapters
from labs.core.data import Batch, draw_base, stream
from labs.core.lora import (
    LoraConfig,
    adapter_names,
    add_adapter,
    add_weighted_adapter,
    delete_adapter,
    delta_ranks,
    lora_layers,
    merge,
    set_adapter,
    trainable_parameters,
    unmerge,
)
from labs.core.model import Transformer
from labs.core.training import predict

BATCH = draw_base(60, "held_out", stream(0, "test"))
CONFIGS = {
    "one": LoraConfig(r=3, lora_alpha=6, init_lora_weights="both_gaussian", init_scale=0.3),
    "two": LoraConfig(
        r=2, target_modules=("v_proj", "fc2"), init_lora_weights="both_gaussian", init_scale=0.4
    ),
    "three": LoraConfig(r=4, rank_pattern={"fc1": 1}, init_lora_weights="both_gaussian", init_scale=0.2),
}


@pytest.fixture
def loaded(base: Transformer) -> Transformer:
    """The base with three adapters, none in use."""
    for name, config in CONFIGS.items():
        add_adapter(base, name, config, stream(0, name))
    return base


def alone(model: Transformer, *names: str) -> torch.Tensor:
    set_adapter(model, names)
    return predict(model, BATCH)


def deltas(model: Transformer, name: str) -> dict[str, torch.Tensor]:
    return {
        path: layer.delta_weight(name).double() for path, layer in lora_layers(model) if name in layer.scaling
    }


def test_adapters_that_are_not_in_use_change_nothing(loaded: Transformer) -> None:
    fresh = predict(loaded, BATCH)
    assert adapter_names(loaded) == ["one", "three", "two"]
    assert not trainable_parameters(loaded)
    assert not torch.equal(alone(loaded, "one"), fresh)
    assert torch.equal(alone(loaded), fresh)


def test_switching_forth_and_back_repeats_to_the_bit(loaded: Transformer) -> None:
    first, other = alone(loaded, "one"), alone(loaded, "two")
    assert not torch.allclose(first, other, atol=0.1)
    assert torch.equal(alone(loaded, "one"), first)


def test_only_the_adapters_in_use_are_trainable(loaded: Transformer) -> None:
    set_adapter(loaded, "two")
    names = {name for name, parameter in loaded.named_parameters() if parameter.requires_grad}
    assert names
    assert all(".two." in name for name in names)


def test_deleting_an_adapter_leaves_the_others(loaded: Transformer) -> None:
    expected = alone(loaded, "two")
    set_adapter(loaded, ["one", "two"])
    delete_adapter(loaded, "one")
    assert adapter_names(loaded) == ["three", "two"]
    assert torch.equal(predict(loaded, BATCH), expected)
    with pytest.raises(ValueError, match="no adapter one"):
        set_adapter(loaded, "one")


def test_a_set_is_merged_and_unmerged_as_one(loaded: Transformer) -> None:
    before = {name: value.clone() for name, value in loaded.state_dict().items()}
    together = alone(loaded, "one", "two")
    merge(loaded)
    assert torch.allclose(predict(loaded, BATCH), together, atol=1e-3)
    unmerge(loaded)
    for name, value in loaded.state_dict().items():
        assert torch.allclose(value, before[name], atol=1e-6), name


def test_switching_a_merged_model_unmerges_it_first(loaded: Transformer) -> None:
    expected = alone(loaded, "two")
    set_adapter(loaded, "one")
    merge(loaded)
    assert torch.allclose(alone(loaded, "two"), expected, atol=1e-3)


def test_adding_an_adapter_leaves_a_merged_model_merged(loaded: Transformer) -> None:
    merged_before = alone(loaded, "one")
    merge(loaded)
    add_adapter(loaded, "four", CONFIGS["one"], stream(1, "four"))
    assert torch.allclose(predict(loaded, BATCH), merged_before, atol=1e-3)
    delete_adapter(loaded, "four")
    assert torch.allclose(predict(loaded, BATCH), merged_before, atol=1e-3)


def test_a_mix_is_the_weighted_sum_of_the_updates_without_cross_terms(loaded: Transformer) -> None:
    weights = {"one": 0.7, "two": -0.4, "three": 1.5}
    add_weighted_adapter(loaded, list(weights), list(weights.values()), "mix")
    expected: dict[str, torch.Tensor] = {}
    for name, weight in weights.items():
        for path, delta in deltas(loaded, name).items():
            expected[path] = expected.get(path, torch.zeros_like(delta)) + weight * delta
    mixed = deltas(loaded, "mix")
    assert mixed.keys() == expected.keys()
    assert all(torch.allclose(mixed[path], expected[path], atol=1e-5) for path in mixed)
    assert max(delta_ranks(loaded, "mix").values()) == 3 + 2 + 4


def test_adding_the_factors_is_not_adding_the_updates(loaded: Transformer) -> None:
    layer = dict(lora_layers(loaded))["blocks.0.attention.q_proj"]
    (a1, b1), (a3, b3) = layer.factors("one"), layer.factors("three")
    a3, b3 = a3[: len(a1)], b3[:, : len(a1)]
    right = b1 @ a1 + b3 @ a3
    assert ((b1 + b3) @ (a1 + a3) - right).norm() > 0.3 * right.norm()


def test_a_mix_of_one_to_one_is_both_at_once(loaded: Transformer) -> None:
    add_weighted_adapter(loaded, ["one", "two"], [1, 1], "mix")
    assert torch.allclose(alone(loaded, "mix"), alone(loaded, "one", "two"), atol=1e-3)


def test_names_that_cannot_be_used_are_refused(loaded: Transformer) -> None:
    for name in ("", "a.b", "keys", "one"):
        with pytest.raises(ValueError, match="adapter"):
            add_adapter(loaded, name, CONFIGS["one"], stream(0, "x"))
    for mixed in ([], ["one", "one"], ["four"]):
        with pytest.raises(ValueError, match="cannot mix"):
            add_weighted_adapter(loaded, mixed, [1.0] * len(mixed), "mix")


def test_patterns_set_rank_and_scaling_layer_by_layer() -> None:
    config = LoraConfig(
        r=4,
        lora_alpha=8,
        rank_pattern={"blocks.0.mlp.fc1": 2, "fc1": 16},
        alpha_pattern={"attention.q_proj": 1},
    )
    assert [config.rank_of(f"blocks.{n}.mlp.fc1") for n in (0, 1)] == [2, 16]
    assert config.rank_of("blocks.0.mlp.xfc1") == 4
    assert config.scaling_of("blocks.2.attention.q_proj") == 0.25
    assert config.scaling_of("blocks.0.mlp.fc1") == 4


def test_every_row_gets_its_own_adapter(loaded: Transformer) -> None:
    expected = {name: alone(loaded, name) for name in CONFIGS} | {None: alone(loaded)}
    names = batch_adapters(loaded)
    rows = [[*CONFIGS, None][n % 4] for n in range(len(BATCH.words))]
    choose_adapters(loaded, names, rows)
    assert BATCH.pictures is not None
    answered = loaded.next_word(BATCH.pictures, BATCH.words)
    for number, row in enumerate(rows):
        assert torch.allclose(answered[number], expected[row][number], atol=1e-3), row
    assert not torch.allclose(answered[0], expected[None][0], atol=0.1)


def test_a_batch_needs_adapters_and_their_names(base: Transformer, loaded: Transformer) -> None:
    names = batch_adapters(loaded)
    with pytest.raises(ValueError, match="no adapter four"):
        choose_adapters(loaded, names, ["one", "four"])
    with pytest.raises(ValueError, match="no adapter"):
        batch_adapters(loaded)


def test_gradients_stay_out_of_a_served_batch(loaded: Transformer) -> None:
    names = batch_adapters(loaded)
    rows = Batch(BATCH.pictures, BATCH.words, BATCH.answers)
    choose_adapters(loaded, names, ["one"] * len(rows.words))
    assert not loaded.next_word(rows.pictures, rows.words).requires_grad
