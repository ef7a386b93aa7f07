"""What the other ways of adapting a model train, and what they leave alone."""

from collections.abc import Callable

import pytest
import torch

from labs.core.data import draw_base, stream
from labs.core.lora import count_parameters, trainable_parameters
from labs.core.methods.bottleneck import add_bottlenecks
from labs.core.methods.prompts import add_p_tuning, add_prefix, add_soft_prompt
from labs.core.methods.selective import train_all, train_biases, train_head
from labs.core.model import Transformer, load_model
from labs.core.training import TrainConfig, answer_loss, held_out_task, predict, train_adapter

BATCH = draw_base(60, "held_out", stream(0, "test"))
ROWS = held_out_task("gap", 20)
METHODS: dict[str, tuple[Callable[[Transformer], Transformer], int]] = {
    "full": (train_all, 162_240),
    "biases": (train_biases, 2_240),
    "head": (train_head, 63 * 64),
    "bottleneck": (lambda model: add_bottlenecks(model, 8, stream(0, "new")), 6_576),
    "soft prompt": (lambda model: add_soft_prompt(model, 10, stream(0, "new")), 640),
    "P-tuning": (lambda model: add_p_tuning(model, 10, stream(0, "new")), 8_960),
    "prefix": (lambda model: add_prefix(model, 10, stream(0, "new")), 3_840),
}
ADDED = ("bottleneck", "soft prompt", "P-tuning", "prefix")


def train(model: Transformer, steps: int = 3) -> list[float]:
    config = TrainConfig(steps=steps, evaluations=1, lr=5e-3)
    return [step.loss for step in train_adapter(model, config, ROWS)]


@pytest.mark.parametrize("name", METHODS)
def test_each_method_trains_the_parameters_it_says(base: Transformer, name: str) -> None:
    prepare, expected = METHODS[name]
    assert count_parameters(prepare(base))[0] == expected


@pytest.mark.parametrize("name", METHODS)
def test_everything_trainable_gets_a_gradient_and_nothing_else_moves(base: Transformer, name: str) -> None:
    model = METHODS[name][0](load_model())
    frozen = {n: p.clone() for n, p in model.named_parameters() if not p.requires_grad}
    losses = train(model)
    answer_loss(model, ROWS).backward()  # type: ignore[no-untyped-call]
    without = [p for p in trainable_parameters(model) if p.grad is None]
    assert not without
    assert losses[-1] != losses[0]
    after = dict(model.named_parameters())
    assert all(torch.equal(after[n], value) for n, value in frozen.items())


@pytest.mark.parametrize("name", ["full", "biases", "head", "bottleneck"])
def test_what_adds_nothing_yet_changes_nothing(base: Transformer, name: str) -> None:
    before = predict(base, BATCH)
    assert torch.allclose(predict(METHODS[name][0](base), BATCH), before, atol=1e-4)


@pytest.mark.parametrize("name", ADDED)
def test_the_base_s_own_weights_stay_untouched(base: Transformer, name: str) -> None:
    model = METHODS[name][0](load_model())
    train(model)
    weights = {n.replace(".inner", ""): p for n, p in model.named_parameters()}
    assert all(torch.equal(weights[n], p) for n, p in base.named_parameters())


@pytest.mark.parametrize("name", ADDED)
def test_a_method_repeats_to_the_bit_and_leaves_the_global_seed_alone(name: str) -> None:
    torch.manual_seed(3)
    expected = torch.rand(1)
    torch.manual_seed(3)
    assert train(METHODS[name][0](load_model())) == train(METHODS[name][0](load_model()))
    assert torch.equal(torch.rand(1), expected)


def test_a_prompt_lengthens_the_context_and_a_prefix_does_not_lengthen_the_stream(base: Transformer) -> None:
    assert BATCH.pictures is not None
    plain, _ = base.embed(BATCH.pictures, BATCH.words)
    prompted = add_soft_prompt(load_model(), 10, stream(0, "new"))
    longer, mask = prompted.embed(BATCH.pictures, BATCH.words)
    same, _ = add_prefix(load_model(), 10, stream(0, "new")).embed(BATCH.pictures, BATCH.words)
    assert longer.shape[1] == plain.shape[1] + 10 == len(mask)
    assert same.shape == plain.shape
    assert bool(mask[-1].all())
